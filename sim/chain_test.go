package sim

import (
	"context"
	"fmt"
	"testing"
)

// chain is an actor like an application of steps in a row: a transition, a timer, a
// call; the last of them Open, which waits for two timers.
type chain struct {
	steps   uint64
	open    []Handle // by execution, while its last step is served
	free    []uint32
	calls   int64
	timers  int64
	service Time
}

// chainOf makes chains of so many steps; function 0 is the trigger, the others the steps.
type chainOf struct {
	steps int
	ran   []Follower
}

func (c *chainOf) New() Follower    { return &chain{steps: uint64(c.steps), service: 50 * Millisecond} }
func (c *chainOf) Ran(s []Follower) { c.ran = s }
func (c *chainOf) Joined() [][]uint32 {
	all := make([]uint32, c.steps+1)
	for f := range all {
		all[f] = uint32(f)
	}
	return [][]uint32{all}
}

func (c *chain) wake(at Time, key, ref uint64, n *Next) {
	c.timers++
	n.Wake(Timer{At: at, Key: key, Ref: ref})
}

func (c *chain) Arrived(a Arrived, n *Next) {
	c.wake(a.Arrival+10*Millisecond, MadeKey(uint64(a.Ordinal), 0, 0), 1, n)
}

func (c *chain) Due(now Time, t Timer, n *Next) {
	if t.Ref > c.steps { // of a service: the place of its handle, and whether it is the first
		place := uint32(t.Ref >> 8)
		if t.Ref&1 == 0 {
			c.wake(now+5*Millisecond, t.Key, t.Ref|1, n)
			return
		}
		n.Leave(Leave{Request: c.open[place], At: now})
		c.free = append(c.free, place)
		return
	}
	c.calls++
	n.Arrive(Arrival{Invocation: Invocation{Arrival: now, Service: c.service, Function: uint32(t.Ref)}, Key: t.Key, Parent: t.Ref})
}

func (*chain) Computed(Computed, *Next) {}

func (c *chain) Began(b Began, n *Next) {
	if len(c.free) == 0 {
		c.free = append(c.free, uint32(len(c.open)))
		c.open = append(c.open, Handle{})
	}
	place := c.free[len(c.free)-1]
	c.free = c.free[:len(c.free)-1]
	c.open[place] = b.Request
	c.wake(b.Now+5*Millisecond, b.Key, uint64(place)<<8|1<<40, n)
}

func (c *chain) Ended(e End, n *Next) {
	if e.Parent < c.steps {
		c.wake(e.Now+10*Millisecond, MadeKey(e.Key, uint32(e.Parent), 0), e.Parent+1, n)
	}
}

// chainLoad is so many executions, a second one each.
func chainLoad(steps, executions int) *list {
	l := &list{functions: []Function{{Name: "trigger", Outside: true}}, invocations: make([][]Invocation, steps+1)}
	for k := range steps {
		l.functions = append(l.functions, Function{Name: fmt.Sprint("step ", k), Memory: 512, Open: k == steps-1})
	}
	gaps := NewStream(RunKey{Seed: 1}, PurposeArrival, 1)
	var at Time
	for k := range executions {
		at += Time(2 * gaps.Uniform(uint64(k)) * float64(10*Millisecond))
		l.invocations[0] = append(l.invocations[0], Invocation{Arrival: at})
	}
	return l
}

// An application of ten steps on one core: what counts is steps a second, calls and
// timers.
func BenchmarkActor(b *testing.B) {
	const steps, executions = 10, 100_000
	load := chainLoad(steps, executions)
	var n int64
	b.ReportAllocs()
	for b.Loop() {
		follow := &chainOf{steps: steps}
		if _, err := Run(context.Background(), Config{
			Workload: load, Window: Window{Horizon: Day}, Follow: follow,
			Platforms: []Platform{{KeepAlive: window(10 * Minute), Init: Init{{Phase: PhaseRuntime, Duration: Constant(200 * Millisecond)}}}},
			Observers: func() []Observer { return []Observer{&counter{}} },
		}); err != nil {
			b.Fatal(err)
		}
		c := follow.ran[0].(*chain)
		if c.calls != steps*executions {
			b.Fatalf("%d calls, want %d", c.calls, steps*executions)
		}
		n += c.calls + c.timers
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "steps/s")
}

// Nor does an application allocate, but for what is under way at a time.
func TestActorsAllocateNothing(t *testing.T) {
	allocations := func(executions int) float64 {
		load := chainLoad(10, executions)
		return testing.AllocsPerRun(2, func() {
			if _, err := Run(context.Background(), Config{
				Workload: load, Window: Window{Horizon: Day}, Follow: &chainOf{steps: 10},
				Platforms: []Platform{{KeepAlive: window(10 * Minute)}},
				Observers: func() []Observer { return []Observer{silent{}} },
			}); err != nil {
				t.Fatal(err)
			}
		})
	}
	few, many := allocations(2_000), allocations(40_000)
	if many > few+11*6 { // slices grow by doubling
		t.Errorf("%v allocations for 40,000 executions, %v for 2,000", many, few)
	}
}
