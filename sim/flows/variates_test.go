package flows

import (
	"context"
	"maps"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// spied is an actor of whose requests a test keeps the service times, by what they are
// keyed by.
type spied struct {
	*actor
	got map[[3]uint64]sim.Time
}

func (s *spied) look(next *sim.Next) {
	for _, a := range next.Arrivals() {
		s.got[[3]uint64{uint64(a.Function), a.Key, uint64(a.Attempt)}] = a.Service
	}
}
func (s *spied) Arrived(a sim.Arrived, next *sim.Next) { s.actor.Arrived(a, next); s.look(next) }
func (s *spied) Due(now sim.Time, t sim.Timer, next *sim.Next) {
	s.actor.Due(now, t, next)
	s.look(next)
}
func (s *spied) Computed(c sim.Computed, next *sim.Next) { s.actor.Computed(c, next); s.look(next) }
func (s *spied) Began(b sim.Began, next *sim.Next)       { s.actor.Began(b, next); s.look(next) }
func (s *spied) Ended(e sim.End, next *sim.Next)         { s.actor.Ended(e, next); s.look(next) }

type spies struct {
	*App
	got map[[3]uint64]sim.Time
}

func (s *spies) New() sim.Follower  { return &spied{s.App.New().(*actor), s.got} }
func (s *spies) Ran([]sim.Follower) {}

// All steps draw the same under two policies: what is called, how often, and for how
// long depends on where it stands, not on when it happens.
func TestSameVariatesUnderTwoPolicies(t *testing.T) {
	b := newBuilder(1000 * second)
	a, c := b.function("a", exponential(second)), b.function("c", exponential(2*second))
	b.g.Functions[c].Error = 0.3
	e := nothing()
	e.Gap, e.Concurrency, e.Tick = []Gap{{0, exponential(100 * ms)}}, 3, 50*ms
	inner := b.flow("inner", e)
	b.main(inner, callOf("x", a), choice("again", Case{Probability: 0.5, Next: first}, Case{Next: None}))
	f := b.flow("f", e)
	sub := callOf("sub", None)
	sub.SubFlow = inner
	retried := callOf("retried", c)
	retried.Retry = []Retry{{On: OnAny, Attempts: 4, Backoff: backoff.Backoff{First: 100 * ms, Factor: 2, Jitter: backoff.Full}}}
	retried.Callback = &Callback{After: exponential(second), Failed: 0.1}
	m := mapOf("map", 0, b.list(f, retried, sub))
	m.Map.Items = uniformBytes(8)
	m.Map.Tolerate = 1
	d := mapOf("distributed", 20, b.list(f, callOf("child", a)))
	d.Map.Distributed, d.Map.Batch, d.Map.Tolerate = true, 3, 1
	b.main(f, callOf("one", a), parallel("both", b.list(f, m, callOf("after map", a)), b.list(f, d)), choice("back", Case{Probability: 0.3, Next: first}, Case{Next: following}), callOf("last", a))
	b.trigger("t", f)
	b.g.Triggers[0].Function = 2

	slow := one
	slow.Limit.Instances = 7
	slow.Init = sim.Init{{Phase: sim.PhaseRuntime, Duration: exponential(20 * second)}}
	var got []map[[3]uint64]sim.Time
	for _, p := range []sim.Platform{anyNumber, slow} {
		var load simtest.Load
		load.Add(sim.Function{Name: "a"}, nil)
		load.Add(sim.Function{Name: "c"}, nil)
		var all []sim.Invocation
		for _, at := range times(50, 10*second) {
			all = append(all, sim.Invocation{Arrival: at, Function: 2})
		}
		load.Add(sim.Function{Name: "t", Outside: true}, all)
		s := &spies{New(&b.g, sim.RunKey{Seed: 4}), map[[3]uint64]sim.Time{}}
		_, err := sim.Run(context.Background(), sim.Config{
			Workload: &load, Platforms: []sim.Platform{p}, Window: sim.Window{Horizon: b.g.Horizon}, Key: sim.RunKey{Seed: 4}, Follow: s,
			Observers: func() []sim.Observer { return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, s.got)
	}
	if len(got[0]) < 1000 {
		t.Errorf("only %d requests", len(got[0]))
	}
	if !maps.Equal(got[0], got[1]) {
		same := 0
		for k, v := range got[0] {
			if w, ok := got[1][k]; ok && v == w {
				same++
			}
		}
		t.Errorf("%d and %d requests, of which %d are the same", len(got[0]), len(got[1]), same)
	}
}
