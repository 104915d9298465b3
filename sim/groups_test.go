package sim

import (
	"context"
	"slices"
	"testing"
)

// The streams of a key are what they were: a seed gives the same numbers in the
// next version, too.
func TestStreamsStay(t *testing.T) {
	s := NewStream(RunKey{Seed: 1, Replication: 2}, PurposeService, 3)
	got := []uint64{s.Bits(0), s.Attempt(1).Bits(0), s.Start(1).Bits(0), MadeKey(7, 1, 2), HashName("owner", "app", "f")}
	want := []uint64{0x2e089a1f7063ab63, 0xf98289bcfb8bb6c6, 0xddd5a91a4b1dae49, 0x781b2569f5e4d9f1, 0xf4da8bb909d7f2e0}
	if !slices.Equal(got, want) {
		t.Errorf("%#x, want %#x", got, want)
	}
}

// recorded is a policy and a prewarm that keep the groups they were made for.
type recorded struct {
	window
	scope  Scope
	groups *[]Group
}

func (r recorded) Scope() Scope { return r.scope }
func (r recorded) New(g Group) KeepAlive {
	*r.groups = append(*r.groups, g)
	return r.window
}

type recordedScaling struct {
	perRequest
	groups *[]Group
}

func (r recordedScaling) New(g Group) Scaling {
	*r.groups = append(*r.groups, g)
	return perRequest{}
}

// What policies are made for: the functions of their scope, in order, with the
// memory of the first deployment's instances and the key of the run. Scaling is
// made for each deployment.
func TestGroups(t *testing.T) {
	l := &list{functions: []Function{{Name: "a", App: "x", Memory: 128}, {Name: "b"}, {Name: "c", App: "x", Memory: 512}}, invocations: make([][]Invocation, 3)}
	for _, c := range []struct {
		unit   Unit
		scope  Scope
		keep   [][]uint32
		memory []int64
		scale  [][]uint32
	}{
		{PerFunction, ScopeDeployment, [][]uint32{{0}, {1}, {2}}, []int64{128, 64, 512}, [][]uint32{{0}, {1}, {2}}},
		{PerApp, ScopeDeployment, [][]uint32{{0, 2}, {1}}, []int64{512, 64}, [][]uint32{{0, 2}, {1}}},
		{PerFunction, ScopeApp, [][]uint32{{0, 2}, {1}}, []int64{128, 64}, [][]uint32{{0}, {1}, {2}}},
		{PerFunction, ScopeAccount, [][]uint32{{0, 1, 2}}, []int64{128}, [][]uint32{{0}, {1}, {2}}},
	} {
		var keep, scale []Group
		key := RunKey{Seed: 4, Replication: 5}
		replay(t, Config{Workload: l, Window: Window{Horizon: 1}, Key: key, Platforms: []Platform{{Unit: c.unit, Memory: 64,
			KeepAlive: recorded{0, c.scope, &keep}, Scaling: recordedScaling{groups: &scale}}}})
		byFirst := func(a, b Group) int { return int(a.Functions[0]) - int(b.Functions[0]) }
		slices.SortFunc(keep, byFirst)
		slices.SortFunc(scale, byFirst)
		if len(keep) != len(c.keep) || len(scale) != len(c.scale) {
			t.Fatalf("%v, %v: %d policies and %d scalings, want %d and %d", c.unit, c.scope, len(keep), len(scale), len(c.keep), len(c.scale))
		}
		for k, g := range keep {
			if !slices.Equal(g.Functions, c.keep[k]) || g.Memory != c.memory[k] || g.Key != key || len(g.All) != 3 {
				t.Errorf("%v, %v: policy %d is for %v with %d MiB, key %v; want %v, %d", c.unit, c.scope, k, g.Functions, g.Memory, g.Key, c.keep[k], c.memory[k])
			}
		}
		for k, g := range scale {
			if !slices.Equal(g.Functions, c.scale[k]) || g.Key != key {
				t.Errorf("%v: scaling %d is for %v, want %v", c.unit, k, g.Functions, c.scale[k])
			}
		}
	}
}

// What has ended makes room: a thousand requests one after another, each on an
// instance of its own, take one place of each kind.
func TestPlacesAreUsedAgain(t *testing.T) {
	l := &list{functions: []Function{{Name: "f"}, {Name: "g"}}, invocations: make([][]Invocation, 2)}
	for k := range Time(1000) {
		l.invocations[0] = append(l.invocations[0], Invocation{Arrival: 10 * k, Service: 1})
	}
	c := Config{Workload: l, Window: Window{Horizon: 20_000}, Platforms: []Platform{{KeepAlive: window(-1)}}, general: true, coupled: true}
	plan := newPartition(&c, []bool{false})
	s := newShard(&c, plan, nil, []bool{false})
	if err := s.run(context.Background(), plan.parts[0], plan); err != nil {
		t.Fatal(err)
	}
	if len(s.requests) != 1 || len(s.instances) != 1 || len(s.ended) != 1 || len(s.free) != 1 {
		t.Errorf("%d requests and %d instances, %d and %d of them free; want one of each", len(s.requests), len(s.instances), len(s.ended), len(s.free))
	}
}

// never is a scaling policy that starts nothing.
type never struct{}

func (never) New(Group) Scaling    { return never{} }
func (never) Start(View, Time) int { return 0 }

// A request that nothing serves is unfinished at the horizon; so is the retry
// that follows from that, and nothing follows from it.
func TestUnfinishedIsRetriedOnce(t *testing.T) {
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 3}}}}
	got, sum := replay(t, Config{Workload: l, Window: Window{Horizon: 50}, Follow: leads{},
		Platforms: []Platform{{KeepAlive: window(0), Dispatch: QueueDispatch, Scaling: never{}, Limit: Limit{Over: QueueOver}}}})
	if len(got.outcomes) != 2 || sum.Arrivals != 2 {
		t.Fatalf("%d requests told, %d arrived, want two attempts", len(got.outcomes), sum.Arrivals)
	}
	for k, o := range got.outcomes {
		if o.Status != Unfinished || o.End != 50 || int(o.Attempt) != k || o.Started {
			t.Errorf("attempt %d: %+v, want unfinished at 50", k, o)
		}
	}
}

// The words of experiment files are read and written, and no others.
func TestWords(t *testing.T) {
	var reuse Reuse
	var dispatch Dispatch
	var over Over
	var clock TimeoutClock
	var unit Unit
	for _, c := range []struct {
		word string
		read func([]byte) error
		is   func() string
	}{
		{"most-recent", reuse.UnmarshalText, func() string { return reuse.String() }},
		{"newest", reuse.UnmarshalText, func() string { return reuse.String() }},
		{"oldest", reuse.UnmarshalText, func() string { return reuse.String() }},
		{"least-recent", reuse.UnmarshalText, func() string { return reuse.String() }},
		{"bound", dispatch.UnmarshalText, func() string { return dispatch.String() }},
		{"queue", dispatch.UnmarshalText, func() string { return dispatch.String() }},
		{"reject", over.UnmarshalText, func() string { return over.String() }},
		{"queue", over.UnmarshalText, func() string { return over.String() }},
		{"handler", clock.UnmarshalText, func() string { return clock.String() }},
		{"request", clock.UnmarshalText, func() string { return clock.String() }},
		{"function", unit.UnmarshalText, func() string { return unit.String() }},
		{"app", unit.UnmarshalText, func() string { return unit.String() }},
	} {
		if err := c.read([]byte(c.word)); err != nil || c.is() != c.word {
			t.Errorf("%q is read as %q, error %v", c.word, c.is(), err)
		}
		if err := c.read([]byte("other")); err == nil {
			t.Errorf("%q is read where %q may stand", "other", c.word)
		}
	}
}

// Two instances are held, of the second request of which one is paused: it is
// taken before the demoted one, which the next request takes. What each waits
// for is what is left to do.
func TestTheOneWithLeastToDo(t *testing.T) {
	p := Platform{KeepAlive: byService{}, Init: Init{{Phase: PhaseSandbox, Duration: Constant(5)}, {Phase: PhaseRuntime, Duration: Constant(3)}}, Resume: Constant(1)}
	l := &list{functions: []Function{{Name: "f", Memory: 100}}, invocations: [][]Invocation{{
		{Arrival: 0, Service: 2}, {Arrival: 0, Service: 4}, // from 8 to 10, is demoted; from 8 to 12, is paused
		{Arrival: 30, Service: 1}, {Arrival: 30, Service: 1},
	}}}
	got, _ := replay(t, Config{Workload: l, Platforms: []Platform{p}, Window: Window{Horizon: 60}})
	for k, init := range []Time{8, 8, 1, 3} {
		if o := got.outcomes[k]; o.Init != init || o.Start != o.Arrival+init {
			t.Errorf("request %d waits for %d ns and starts at %d, want %d", k, o.Init, o.Start, init)
		}
	}
	want := []Life{
		{Created: 0, Ready: 8, Stopped: 10, Served: 1, Memory: 100, Flags: Passing},
		{Created: 0, Ready: 8, Stopped: 12, Served: 1, Memory: 100, Flags: Passing},
		{Created: 10, Ready: 10, Stopped: 30, Idle: 20, Memory: 40, Stage: Demoted, Layer: PhaseRuntime, Flags: Later | Passing},
		{Created: 12, Ready: 12, Stopped: 30, Idle: 18, Memory: 100, Stage: Paused, Flags: Later | Passing},
		{Created: 30, Ready: 31, Stopped: 32, Served: 1, Memory: 100, Flags: Later, Cause: Expired},
		{Created: 30, Ready: 33, Stopped: 34, Served: 1, Memory: 100, Layer: PhaseRuntime, Flags: Later, Cause: Expired},
	}
	for k, x := range got.lives {
		x.Phases = [NumPhases]Time{}
		if k >= len(want) || x != want[k] {
			t.Errorf("stage %d is %+v, want %+v", k, x, want[min(k, len(want)-1)])
		}
	}
	if len(got.lives) != len(want) {
		t.Errorf("%d stages, want %d", len(got.lives), len(want))
	}
}

// byService demotes an instance at once whose first request took two, and
// pauses one whose took four; after that it stops them.
type byService struct{}

func (byService) Scope() Scope          { return ScopeDeployment }
func (b byService) New(Group) KeepAlive { return b }
func (byService) Idle(_ View, in Instance, now Time) Decision {
	switch {
	case in.Stage() != Whole:
		return Decision{Until: 55}
	case now == 10:
		return Decision{Until: now, Then: Demote, Layer: PhaseRuntime, Memory: 40}
	case now == 12:
		return Decision{Until: now, Then: Pause}
	}
	return Decision{Until: StopNow}
}
