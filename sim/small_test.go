package sim

import (
	"context"
	"io"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// SplitMix64 from the state 1234567: the first five values of the reference
// implementation (Vigna), which many libraries test theirs with.
func TestStreamIsSplitMix(t *testing.T) {
	s := Stream{1234567}
	for k, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821} {
		if got := s.Bits(uint64(k + 1)); got != want {
			t.Errorf("value %d is %d, want %d", k+1, got, want)
		}
	}
}

// Each part of a stream's key makes another stream, and uniforms lie inside (0, 1).
func TestStreamsDiffer(t *testing.T) {
	base := NewStream(RunKey{Seed: 1, Replication: 2}, PurposeService, 3)
	for name, s := range map[string]Stream{
		"seed":        NewStream(RunKey{Seed: 2, Replication: 2}, PurposeService, 3),
		"replication": NewStream(RunKey{Seed: 1, Replication: 3}, PurposeService, 3),
		"purpose":     NewStream(RunKey{Seed: 1, Replication: 2}, PurposeArrival, 3),
		"function":    NewStream(RunKey{Seed: 1, Replication: 2}, PurposeService, 4),
		"attempt":     base.Attempt(1),
		"start":       base.Start(1),
	} {
		if s.Bits(0) == base.Bits(0) || s.Bits(7) == base.Bits(7) {
			t.Errorf("another %s gives the same draws", name)
		}
	}
	if base.Attempt(0) != base || base.Start(0) != base || base.Start(1) == base.Attempt(1) {
		t.Error("the first attempt and the first start are the stream itself, and no start is an attempt")
	}
	if HashName("ab", "c") == HashName("a", "bc") {
		t.Error("names run into each other")
	}
	sum := 0.0
	for k := range uint64(1000) {
		u := base.Uniform(k)
		if u <= 0 || u >= 1 {
			t.Errorf("uniform %d is %v", k, u)
		}
		sum += u
	}
	if sum < 460 || sum > 540 { // 500 ± 4 deviations of √(1000/12)
		t.Errorf("1,000 uniforms sum up to %v", sum)
	}
}

// Wide adds as big integers do, as far as it reaches: up to 2^128 − 1.
func TestWideEqualsBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var w Wide
		want := new(big.Int)
		for range rapid.IntRange(1, 8).Draw(t, "terms") {
			a, b := rapid.Int64Min(0).Draw(t, "a"), rapid.Int64Min(0).Draw(t, "b")
			next := new(big.Int).Mul(big.NewInt(b), big.NewInt(b))
			next.Add(next, new(big.Int).Mul(big.NewInt(a), big.NewInt(b)))
			next.Add(next, big.NewInt(a))
			if next.Add(next, want).BitLen() > 128 {
				continue
			}
			w.AddProduct(a, b)
			w.Add(a)
			var v Wide
			v.AddProduct(b, b)
			w.AddWide(v)
			want = next
		}
		if w.Big().Cmp(want) != 0 || w.String() != want.String() || w.IsZero() != (want.Sign() == 0) {
			t.Fatalf("%v, want %v", w, want)
		}
	})
}

// A thousand busy instances, ends of all sizes: the agenda gives them in the
// order in which they end, over many slices of the far.
func TestAgendaOfACrowd(t *testing.T) {
	var a agenda
	a.reset()
	stream := NewStream(RunKey{Seed: 5}, PurposeService, 1)
	ends := map[instanceID]Time{}
	for k := range instanceID(1000) {
		at := Time(1 + stream.Uniform(uint64(k))*1e9)
		ends[k] = at
		a.add(serving{at: at, id: k})
	}
	if a.busy() != 1000 || len(a.far) == 0 {
		t.Fatalf("%d busy, %d of them far", a.busy(), len(a.far))
	}
	last, now := Time(0), Time(0)
	for len(ends) > 0 {
		now += 1e6
		for a.due(now) {
			e := a.pass()
			if e.at < last || e.at > now || ends[e.id] != e.at {
				t.Fatalf("at %d comes %+v, after one that ended at %d", now, e, last)
			}
			last = e.at
			delete(ends, e.id)
		}
		for id, at := range ends {
			if at <= now {
				t.Fatalf("at %d instance %d has not come, which ended at %d", now, id, at)
			}
		}
	}
	if a.busy() != 0 || len(a.idle()) != 1000 {
		t.Errorf("%d busy and %d idle are left", a.busy(), len(a.idle()))
	}
	a.reset()
	if a.busy() != 0 || len(a.idle()) != 0 || a.due(Never-1) {
		t.Error("an agenda that was reset holds something")
	}
}

// Three warm requests at a time in the third second, on the plain path: that is
// the peak there, and one, which lasts, the one before.
func TestPeaksOfAGlide(t *testing.T) {
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{
		{Arrival: 0, Service: 100}, {Arrival: 0, Service: 100}, {Arrival: 0, Service: 100}, // three instances
		{Arrival: Second, Service: 2 * Second},
		{Arrival: 2 * Second, Service: 100}, {Arrival: 2*Second + 10, Service: 100}, {Arrival: 2*Second + 500, Service: 100},
	}}}
	c := Config{Workload: l, Window: Window{Horizon: 5 * Second}, Pool: NewPool(1), Platforms: []Platform{{KeepAlive: fixed{window(Never)}, Limit: Limit{Account: 9}}}}
	pass := newRun(&c, []bool{false}, func() []Observer { return nil })
	sum, err := pass.execute(context.Background())
	if err != nil || sum.plain != 1 {
		t.Fatalf("error %v, %d on the plain path", err, sum.plain)
	}
	for s, want := range []int64{3, 1, 3, 1, 0} {
		if got := values(&pass.peaks[0].total)[s]; got != want {
			t.Errorf("second %d: %d at a time, want %d", s, got, want)
		}
	}
}

// closing is a source that must be closed.
type closing struct {
	listSource
	closed *int
}

func (c *closing) Close() error {
	*c.closed++
	return nil
}

type closings struct {
	list
	opened, closed int
}

func (c *closings) Open(_ RunKey, set []uint32) (Source, error) {
	var sources []Source
	for _, f := range set {
		c.opened++
		sources = append(sources, &closing{listSource{c.invocations[f]}, &c.closed})
	}
	return Merge(sources), nil
}

var _ io.Closer = (*closing)(nil)

func TestSourcesAreClosed(t *testing.T) {
	for _, coupled := range []bool{false, true} {
		w := &closings{list: list{functions: []Function{{Name: "a"}, {Name: "b"}}, invocations: [][]Invocation{{{Arrival: 1}}, {{Arrival: 2, Function: 1}}}}}
		replay(t, Config{Workload: w, Platforms: []Platform{{KeepAlive: window(0), Memory: 640}}, Window: Window{Horizon: 9}, coupled: coupled})
		if w.opened != 2 || w.closed != 2 {
			t.Errorf("coupled %v: %d sources opened, %d closed", coupled, w.opened, w.closed)
		}
	}
}

// A function that states no memory has the platform's, one that states no
// timeout the platform's too, and an app the largest of its functions' memory.
func TestPlatformsDefaults(t *testing.T) {
	l := &list{functions: []Function{{Name: "a"}, {Name: "b", Memory: 256, Timeout: 9, App: "x"}, {Name: "c", Memory: 512, App: "x"}},
		invocations: [][]Invocation{{{Service: 7}}, {{Arrival: 1, Service: 7, Function: 1}}, {{Arrival: 20, Service: 7, Function: 2}}}}
	got, _ := replay(t, Config{Workload: l, Platforms: []Platform{{KeepAlive: window(0), Memory: 640, Timeout: 5, Unit: PerApp}}, Window: Window{Horizon: 99}})
	for k, want := range []Status{TimedOut, Completed, TimedOut} {
		if got.outcomes[k].Status != want {
			t.Errorf("function %d ends as %d, want %d", k, got.outcomes[k].Status, want)
		}
	}
	for _, x := range got.lives {
		if want := map[uint32]int64{0: 640, 1: 512}[x.Deployment]; x.Memory != want {
			t.Errorf("an instance of deployment %d has %d MiB, want %d", x.Deployment, x.Memory, want)
		}
	}
}

// foresight is an offline bound that starts instances just in time and keeps
// them over gaps of up to so long.
type foresight Time

func (foresight) Scope() Scope                       { return ScopeDeployment }
func (f foresight) New(Group) KeepAlive              { return f }
func (foresight) Idle(View, Instance, Time) Decision { panic("a bound is never asked") }
func (f foresight) Keep(_ View, gap Time) bool       { return gap <= Time(f) }
func (foresight) Prewarm() bool                      { return true }

// The gap of 4 is bridged, that of 5 is not; nothing waits, and what is started
// is ready when it is needed: from 17 on for the request of 20.
func TestForesight(t *testing.T) {
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 10, Service: 1}, {Arrival: 15, Service: 0}, {Arrival: 20, Service: 2}}}}
	got, _ := replay(t, Config{Workload: l, Platforms: []Platform{{KeepAlive: foresight(4), Init: Init{{Phase: PhaseRuntime, Duration: Constant(3)}}}}, Window: Window{Horizon: 99}})
	want := []Life{
		{Created: 7, Ready: 10, Stopped: 15, Idle: 4, Served: 2, Flags: Prewarmed, Cause: Expired},
		{Created: 17, Ready: 20, Stopped: 22, Served: 1, Flags: Prewarmed, Cause: Expired},
	}
	if len(got.lives) != 2 {
		t.Fatalf("%d instances, want 2", len(got.lives))
	}
	for k, x := range got.lives {
		x.Phases = [NumPhases]Time{}
		if x != want[k] {
			t.Errorf("instance %d is %+v, want %+v", k, x, want[k])
		}
	}
	for _, o := range got.outcomes {
		if o.Start != o.Arrival || o.Flags&Cold != 0 {
			t.Errorf("%+v waits", o)
		}
	}
}
