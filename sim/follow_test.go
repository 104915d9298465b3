package sim

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// retries sends a request that was rejected again, up to most times, after a
// while.
type retries struct {
	most  uint16
	after Time
}

func (retries) Joined() [][]uint32 { return nil }
func (r retries) New() Follower    { return r }
func (retries) Ran([]Follower)     {}

func (r retries) Ended(e End, next *Next) {
	if e.Status != Rejected || e.Attempt == r.most {
		return
	}
	next.Arrive(Arrival{Invocation: Invocation{Arrival: e.Now + r.after, Service: 4, Function: e.Function, Attr: e.Attr}, Key: e.Key, Attempt: e.Attempt + 1})
}

// A function that serves one request at a time, for 4 ns each. The one of 1 is
// rejected at 1, tries again at 3 and is rejected, and is served from 5 on; the
// one of 4, which is the same time as its first attempt's, is served first and
// keeps the other out once more.
func TestRetriesByHand(t *testing.T) {
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 0, Service: 3}, {Arrival: 1, Service: 4, Attr: 7}, {Arrival: 3, Service: 4}}}}
	c := Config{Workload: l, Platforms: []Platform{{KeepAlive: window(Never), Limit: Limit{Function: 1}}}, Window: Window{Horizon: 100}, Follow: retries{3, 2}}
	got, sum := replay(t, c)
	var lines []string
	for _, o := range got.outcomes {
		lines = append(lines, fmt.Sprintf("attempt %d arrives at %d, %s at %d", o.Attempt, o.Arrival, [...]string{"done", "late", "rejected"}[o.Status], o.End))
	}
	want := []string{
		"attempt 0 arrives at 0, done at 3",
		"attempt 0 arrives at 1, rejected at 1",
		"attempt 0 arrives at 3, done at 7", // the source's come before the simulation's
		"attempt 1 arrives at 3, rejected at 3",
		"attempt 2 arrives at 5, rejected at 5",
		"attempt 3 arrives at 7, done at 11",
	}
	if d := cmp.Diff(want, lines); d != "" {
		t.Errorf("by hand −, kernel +:\n%s", d)
	}
	if sum.Arrivals != 6 {
		t.Errorf("%d requests arrived, want 6", sum.Arrivals)
	}
}

// fanOut makes of each request to the first function some to the second, and of
// the last of these to end one to the third.
type fanOut struct {
	children uint32
	open     map[uint64]uint32 // children under way, by their parent's key
	cold     map[uint64]Time   // how long a cold child took, by its key
}

func (f *fanOut) Joined() [][]uint32 { return [][]uint32{{0, 1, 2}} }
func (*fanOut) Ran([]Follower)       {}
func (f *fanOut) New() Follower {
	return &fanOut{f.children, map[uint64]uint32{}, f.cold}
}

func (f *fanOut) Ended(e End, next *Next) {
	switch e.Function {
	case 0:
		if e.Parent != 0 {
			panic("a request of the source answers to another")
		}
		f.open[e.Key] = f.children
		for k := range f.children {
			next.Arrive(Arrival{Invocation: Invocation{Arrival: e.Now, Service: Time(k % 3), Function: 1}, Key: MadeKey(e.Key, 1, k), Parent: e.Key})
		}
	case 1:
		if e.Flags&Cold != 0 {
			f.cold[e.Key] = e.End - e.Start
		}
		if f.open[e.Parent]--; f.open[e.Parent] == 0 {
			next.Arrive(Arrival{Invocation: Invocation{Arrival: e.Now + 1, Function: 2}, Key: MadeKey(e.Parent, 2, 0)})
		}
	}
}

// A map over 1,000 children: all of them arrive when their parent has ended,
// and one step follows when the last of them has. They are drawn by where they
// stand: another platform serves them in another order, and for as long.
func TestMapOverAThousand(t *testing.T) {
	const parents, children = 20, 1000
	l := &list{functions: []Function{{Name: "split"}, {Name: "work", Cold: uniformTo(1000)}, {Name: "join"}}, invocations: make([][]Invocation, 3)}
	for k := range parents {
		l.invocations[0] = append(l.invocations[0], Invocation{Arrival: Time(k) * 700, Service: Time(k * k)})
	}
	var end [2]Time
	var cold [2]map[uint64]Time
	for k, p := range []Platform{{KeepAlive: window(-1)}, {KeepAlive: window(-1), Limit: Limit{Function: 100, Over: QueueOver}}} {
		f := &fanOut{children: children, cold: map[uint64]Time{}}
		tape, sum := replay(t, Config{Workload: l, Platforms: []Platform{p}, Window: Window{Horizon: 1_000_000}, Key: RunKey{Seed: 3}, Follow: f})
		of := map[uint32]int{}
		for _, o := range tape.outcomes {
			of[o.Function]++
			end[k] = max(end[k], o.End)
		}
		if of[0] != parents || of[1] != parents*children || of[2] != parents {
			t.Errorf("requests by function: %v", of)
		}
		if sum.Shards != 1 {
			t.Errorf("%d shards, want one for what follows from each other", sum.Shards)
		}
		cold[k] = f.cold
	}
	both := 0
	for key, x := range cold[0] {
		if y, ok := cold[1][key]; ok {
			both++
			if x != y {
				t.Errorf("child %x takes %d ns cold on one platform, %d on the other", key, x, y)
			}
		}
	}
	if len(cold[0]) != parents*children || both < 100 || both > parents*children/2 {
		t.Errorf("%d children are cold where all run at once, %d on both: the test compares too little", len(cold[0]), both)
	}
}

// Keys of what follows do not collide: 3,000,000 of them, where 32 bits would
// have met a thousand times.
func TestMadeKeysDiffer(t *testing.T) {
	seen := make(map[uint64]bool, 3_000_000)
	for parent := range uint64(100) {
		for step := range uint32(30) {
			for child := range uint32(1000) {
				seen[MadeKey(parent, step, child)] = true
			}
		}
	}
	if len(seen) != 3_000_000 {
		t.Errorf("%d keys, want 3,000,000", len(seen))
	}
}

type stray struct{}

func (stray) Joined() [][]uint32 { return nil }
func (s stray) New() Follower    { return s }
func (stray) Ran([]Follower)     {}
func (stray) Ended(e End, next *Next) {
	next.Arrive(Arrival{Invocation: Invocation{Arrival: e.Now, Function: 1}})
}

func TestFollowerStaysInItsShard(t *testing.T) {
	l := &list{functions: []Function{{Name: "a"}, {Name: "b"}}, invocations: [][]Invocation{{{}}, nil}}
	_, err := Run(context.Background(), Config{Workload: l, Platforms: []Platform{{KeepAlive: window(0)}}, Window: Window{Horizon: 10}, Follow: stray{},
		Observers: func() []Observer { return nil }})
	if err == nil || !strings.Contains(err.Error(), "a request of a leads to b, which it is not joined with") {
		t.Errorf("error %v, want one that names both functions", err)
	}
}

// On two platforms at once, functions fare as on each by itself, account limits
// that bind on one or both included.
func TestPlatformsApart(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		t := drawer{r, rapid.SampledFrom([]Time{1, Second / 3}).Draw(r, "scale")}
		l := t.load()
		both := []Platform{t.platform(), t.platform()}
		both[0].Prewarm, both[1].Prewarm = nil, nil // else a function that is not called counts
		for k := range both {                       // likewise
			if both[k].Pool = nil; both[k].KeepAlive.Scope() == ScopeAccount {
				both[k].KeepAlive = window(3)
			}
		}
		on := make([]PlatformID, len(l.functions))
		for f := range on {
			on[f] = PlatformID(t.int("platform", 0, 1))
		}
		for k := range both {
			if !slices.Contains(on, PlatformID(k)) {
				both[k].Cluster = nil // its nodes are told where a function runs there, called or not
			}
		}
		c := Config{Workload: l, Platforms: both, On: on, Window: t.window(), Key: RunKey{Seed: 7}, Pool: NewPool(2)}
		got, _ := replay(t, c)
		want := &tape{}
		for k := range both {
			alone := c
			alone.On = slices.Repeat([]PlatformID{PlatformID(k)}, len(on))
			alone.Workload = only{l, on, PlatformID(k)}
			x, _ := replay(t, alone)
			x.keep(on, PlatformID(k))
			want.add(x)
		}
		want.sort()
		if d := want.diff(got); d != "" {
			t.Fatalf("apart − together +: %s", d)
		}
	})
}

// only is a workload in which the functions on other platforms are not called.
type only struct {
	*list
	on []PlatformID
	k  PlatformID
}

func (o only) Functions() []Function {
	functions := append([]Function(nil), o.list.functions...)
	for f := range functions {
		if o.on[f] != o.k { // out of the way of those that are
			functions[f].App = fmt.Sprint("elsewhere ", f)
		}
	}
	return functions
}

func (o only) Open(key RunKey, set []uint32) (Source, error) {
	var sources []Source
	for _, f := range set {
		if o.on[f] == o.k {
			sources = append(sources, &listSource{o.list.invocations[f]})
		}
	}
	return Merge(sources), nil
}

// keep drops what was told of functions on other platforms.
func (t *tape) keep(on []PlatformID, k PlatformID) {
	lives, activities, outcomes := t.lives[:0], t.activities[:0], t.outcomes[:0]
	for _, x := range t.lives {
		if on[x.Deployment] == k {
			lives = append(lives, x)
		}
	}
	for _, x := range t.activities {
		if on[x.Deployment] == k {
			activities = append(activities, x)
		}
	}
	for _, x := range t.outcomes {
		if on[x.Function] == k {
			outcomes = append(outcomes, x)
		}
	}
	t.lives, t.activities, t.outcomes = lives, activities, outcomes
	inits := t.inits[:0]
	for _, x := range t.inits {
		if on[x.Function] == k {
			inits = append(inits, x)
		}
	}
	t.inits = inits
}
