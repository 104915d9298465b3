package stores_test

import (
	"context"
	"math"
	"reflect"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
	"github.com/coldcurve/coldcurve/sim/stores"
)

const gb = 1_000_000_000

// weights is an initialisation of 2 s and a model of 10 GB.
func weights(model string) sim.Init {
	return sim.Init{
		{Phase: sim.PhaseSandbox, Duration: sim.Constant(2 * sim.Second)},
		{Phase: sim.PhaseWeights, Duration: sim.Constant(sim.Second / 2), Content: sim.Content{Name: model, Bytes: 10 * gb, Needed: 10 * gb}},
	}
}

// onHosts keeps nothing alive: each request starts an instance. A host's memory
// takes 1 s for a model, the registry 10 s.
func onHosts(hosts int, capacity int64) sim.Platform {
	return sim.Platform{
		KeepAlive: policies.NoKeepAlive{}, Concurrency: 1,
		Stores: stores.Stores{Hosts: hosts, Tiers: []stores.Tier{{Capacity: capacity, Bandwidth: 10 * gb}, {Bandwidth: gb}}},
	}
}

// run runs a load and returns all that it told, in order.
func run(t *testing.T, l *simtest.Load, p sim.Platform, workers int) *simtest.Tape {
	t.Helper()
	sum, err := sim.Run(context.Background(), sim.Config{
		Workload: l, Platforms: []sim.Platform{p}, Window: sim.Window{Horizon: 4000 * sim.Hour}, Key: sim.RunKey{Seed: 3}, Pool: sim.NewPool(workers),
		Observers: func() []sim.Observer { return []sim.Observer{&simtest.FullObserver{}} },
	})
	if err != nil {
		t.Fatal(err)
	}
	var all simtest.Tape
	for _, list := range sum.Observers {
		all.Add(&list[0].(*simtest.FullObserver).Tape)
	}
	all.Sort()
	return &all
}

// at are invocations of 1 s at so many seconds.
func at(function uint32, seconds ...sim.Time) (all []sim.Invocation) {
	for _, s := range seconds {
		all = append(all, sim.Invocation{Arrival: s * sim.Second, Service: sim.Second, Function: function})
	}
	return all
}

// TestRun: two functions in turn on one host whose memory holds one of their
// models; a third function has the first one's model.
func TestRun(t *testing.T) {
	l := &simtest.Load{}
	l.Add(sim.Function{Name: "a", Init: weights("x")}, at(0, 0, 200, 500))
	l.Add(sim.Function{Name: "b", Init: weights("y")}, at(1, 100, 300))
	l.Add(sim.Function{Name: "c", Init: weights("x")}, at(2, 600))
	tape := run(t, l, onHosts(1, 15*gb), 1)
	for i, want := range []struct {
		function uint32
		weights  sim.Time // in half seconds
		store    int
	}{
		{0, 21, 1}, {1, 21, 1}, {0, 21, 1}, {1, 21, 1}, {0, 21, 1}, {2, 3, 0},
	} {
		life := tape.Lives[i]
		store, ok := life.Sources.Store(sim.PhaseWeights)
		if life.Deployment != want.function || life.Phases[sim.PhaseWeights] != want.weights*sim.Second/2 || store != want.store || !ok {
			t.Errorf("start %d: function %d, weights %v from store %d (%v), want %+v", i, life.Deployment, spec.Duration(life.Phases[sim.PhaseWeights]), store, ok, want)
		}
		if _, ok := life.Sources.Store(sim.PhaseSandbox); ok || life.Phases[sim.PhaseSandbox] != 2*sim.Second {
			t.Errorf("start %d: the sandbox came from a store, or took %d ns", i, life.Phases[sim.PhaseSandbox])
		}
		if got := tape.Requests[i].Init; got != 2*sim.Second+want.weights*sim.Second/2 {
			t.Errorf("request %d waited %d ns for its initialisation", i, got)
		}
	}
}

// TestOwnContent: contents without a name are each function's own.
func TestOwnContent(t *testing.T) {
	l := &simtest.Load{}
	shared := weights("")
	l.Add(sim.Function{Name: "a", Init: shared}, at(0, 0, 200))
	l.Add(sim.Function{Name: "b", Init: shared}, at(1, 100))
	tape := run(t, l, onHosts(1, 100*gb), 1)
	for i, want := range []int{1, 1, 0} {
		if store, _ := tape.Lives[i].Sources.Store(sim.PhaseWeights); store != want {
			t.Errorf("start %d: from store %d, want %d", i, store, want)
		}
	}
	if shared[1].Content.Name != "" {
		t.Errorf("the functions' own init was changed: %+v", shared)
	}
}

// TestUnderWay: a load begins when the phases before it are over, and its own
// fixed part. The first lasts from 2.5 s to 12.5 s, the second, whose fixed part is
// 1.5 s, waits from 7.5 s on.
func TestUnderWay(t *testing.T) {
	l := &simtest.Load{}
	later := weights("x")
	later[1].Duration = sim.Constant(3 * sim.Second / 2)
	l.Add(sim.Function{Name: "a", Init: weights("x")}, at(0, 0))
	l.Add(sim.Function{Name: "b", Init: later}, at(1, 4))
	tape := run(t, l, onHosts(1, 100*gb), 1)
	if got, want := tape.Lives[1].Phases[sim.PhaseWeights], 6*sim.Second+sim.Second/2; got != want {
		t.Errorf("the second start's weights take %v, want %v", spec.Duration(got), spec.Duration(want))
	}
}

// TestHosts: of one content each host misses once.
func TestHosts(t *testing.T) {
	l := &simtest.Load{}
	var seconds []sim.Time
	for k := range sim.Time(200) {
		seconds = append(seconds, 100*k)
	}
	l.Add(sim.Function{Name: "a", Init: weights("x")}, at(0, seconds...))
	for _, c := range []struct {
		placement stores.Placement
		want      int
	}{{stores.Random, 4}, {stores.Soonest, 1}} {
		p := onHosts(4, 100*gb)
		on := p.Stores.(stores.Stores)
		on.Placement = c.placement
		p.Stores = on
		misses := 0
		for _, life := range run(t, l, p, 1).Lives {
			if store, _ := life.Sources.Store(sim.PhaseWeights); store == 1 {
				misses++
			}
		}
		if misses != c.want {
			t.Errorf("placement %d: %d of 200 starts miss, want %d", c.placement, misses, c.want)
		}
	}
}

// TestAhead: what a prewarm starts loads too, and what stood there at time 0
// has loaded before, without a wait.
func TestAhead(t *testing.T) {
	l := &simtest.Load{}
	l.Add(sim.Function{Name: "a", Init: weights("x")}, at(0, 100, 100))
	p := onHosts(1, 100*gb)
	p.Prewarm = policies.Provisioned{Count: 1}
	tape := run(t, l, p, 1)
	var found bool
	for _, life := range tape.Lives {
		if life.Flags&sim.Provisioned != 0 {
			if life.Ready != life.Created {
				t.Errorf("the floor took %d ns at time 0", life.Ready-life.Created)
			}
			continue
		}
		found = true
		if store, _ := life.Sources.Store(sim.PhaseWeights); store != 0 {
			t.Errorf("beside the floor a start loads from store %d, want 0: the floor has loaded the same", store)
		}
	}
	if !found {
		t.Error("no instance was started beside the floor")
	}
}

// TestHitRatio: starts that pick one of two models at random, each by its own
// probability, hit a memory that holds one of them whenever the start before
// had the same: Σ p² (independent reference model).
func TestHitRatio(t *testing.T) {
	const n = 40_000
	p := []float64{0.7, 0.3}
	l := &simtest.Load{}
	invocations := make([][]sim.Invocation, 2)
	draws := sim.NewStream(sim.RunKey{Seed: 11}, sim.PurposeArrival, 0)
	for k := range n {
		f := uint32(0)
		if draws.Uniform(uint64(k)) > p[0] {
			f = 1
		}
		invocations[f] = append(invocations[f], at(f, sim.Time(60*k))...)
	}
	l.Add(sim.Function{Name: "a", Init: weights("x")}, invocations[0])
	l.Add(sim.Function{Name: "b", Init: weights("y")}, invocations[1])
	hits := 0
	for _, life := range run(t, l, onHosts(1, 10*gb), 2).Lives {
		if store, _ := life.Sources.Store(sim.PhaseWeights); store == 0 {
			hits++
		}
	}
	want := p[0]*p[0] + p[1]*p[1]
	if got := float64(hits) / n; math.Abs(got-want) > 4*math.Sqrt(want*(1-want)/n) {
		t.Errorf("hit ratio %.4f, want %.4f", got, want)
	}
}

// TestWorkers: any number of workers tells the same, on several hosts.
func TestWorkers(t *testing.T) {
	l := &simtest.Load{}
	for f := range uint32(12) {
		var seconds []sim.Time
		for k := range sim.Time(50) {
			seconds = append(seconds, 7*k*sim.Time(f%5+1))
		}
		l.Add(sim.Function{Name: string(rune('a' + f)), Init: weights(string(rune('p' + f%4)))}, at(f, seconds...))
	}
	p := onHosts(4, 20*gb)
	one := run(t, l, p, 1)
	for _, workers := range []int{2, 5} {
		if more := run(t, l, p, workers); !reflect.DeepEqual(one, more) {
			t.Errorf("%d workers tell something else than one", workers)
		}
	}
	seen := map[int]bool{}
	for _, life := range one.Lives {
		store, _ := life.Sources.Store(sim.PhaseWeights)
		seen[store] = true
	}
	if len(seen) != 2 {
		t.Errorf("weights came from %v, want both stores", seen)
	}
}

// TestRefused: a content that nothing can load.
func TestRefused(t *testing.T) {
	l := &simtest.Load{}
	l.Add(sim.Function{Name: "a", Init: weights("x")}, at(0, 1))
	p := onHosts(1, gb)
	p.Stores = nil
	_, err := sim.Run(context.Background(), sim.Config{Workload: l, Platforms: []sim.Platform{p}, Window: sim.Window{Horizon: sim.Hour}, Observers: func() []sim.Observer { return nil }})
	if want := "simulating: a: phase weights loads 10000000000 bytes and the platform has no stores"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
