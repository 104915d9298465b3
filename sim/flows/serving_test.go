package flows

import (
	"context"
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// forever keeps instances.
type forever struct{}

func (forever) Scope() sim.Scope            { return sim.ScopeDeployment }
func (forever) New(sim.Group) sim.KeepAlive { return forever{} }
func (forever) Idle(_ sim.View, _ sim.Instance, _ sim.Time) sim.Decision {
	return sim.Decision{Until: sim.Never}
}

// stage is an application for a test, in one shard on one platform.
type stage struct {
	g        Graph
	arrivals [][]sim.Time // by trigger
	platform sim.Platform
	key      sim.RunKey
	horizon  sim.Time
	tally    *Tally // of the last run
}

// newStage is an application in one place without delay.
func newStage() *stage {
	return &stage{g: Graph{Places: []string{"here"}, Hops: []Hop{{Egress: None}}}, platform: sim.Platform{KeepAlive: forever{}}, horizon: sim.Hour}
}

func (s *stage) place(name string) int32 {
	s.g.Places = append(s.g.Places, name)
	n := len(s.g.Places)
	s.g.Hops = make([]Hop, n*n)
	for i := range s.g.Hops {
		s.g.Hops[i].Egress = None
	}
	return int32(n - 1)
}

func (s *stage) hop(from, to int32) *Hop { return &s.g.Hops[int(from)*len(s.g.Places)+int(to)] }

func (s *stage) function(f Function) int32 {
	s.g.Functions = append(s.g.Functions, f)
	return int32(len(s.g.Functions) - 1)
}

func (s *stage) meter(name string) int32 {
	s.g.Meters = append(s.g.Meters, Meter{Name: name})
	return int32(len(s.g.Meters) - 1)
}

func (s *stage) service(v Service) int32 {
	s.g.Services = append(s.g.Services, v)
	return int32(len(s.g.Services) - 1)
}

// called starts a function at times.
func (s *stage) called(function int32, at ...sim.Time) int32 {
	s.g.Triggers = append(s.g.Triggers, Trigger{Name: "start", Start: Target{Function: function, Flow: None}, Meter: None})
	s.arrivals = append(s.arrivals, at)
	return int32(len(s.g.Triggers) - 1)
}

// flow is a flow of steps, each with the next, started at times.
func (s *stage) flow(steps []Step, at ...sim.Time) int32 {
	f := int32(len(s.g.Flows))
	first := int32(len(s.g.Steps))
	for i := range steps {
		steps[i].Flow, steps[i].States = f, -1
		if steps[i].Next == 0 {
			steps[i].Next = first + int32(i) + 1
		}
		if i == len(steps)-1 {
			steps[i].Next = None
		}
	}
	s.g.Steps = append(s.g.Steps, steps...)
	s.g.Flows = append(s.g.Flows, Flow{First: first, Engine: Engine{Transitions: None, External: None, Requests: None, Duration: None, Messages: None}})
	s.g.Triggers = append(s.g.Triggers, Trigger{Name: "start", Start: Target{Function: None, Flow: f}, Meter: None})
	s.arrivals = append(s.arrivals, at)
	return f
}

// alone puts all functions in one shard.
type alone struct {
	*App
	all    []uint32
	shards *[]sim.Follower
}

func (a alone) Joined() [][]uint32 { return [][]uint32{a.all} }
func (a alone) Ran(shards []sim.Follower) {
	*a.shards = shards
	a.App.Ran(shards)
}

// run runs it and returns what was counted, and what each request was.
func (s *stage) run(t testing.TB) (*actor, *simtest.Tape) {
	t.Helper()
	load := &simtest.Load{}
	var all []uint32
	for i := range s.g.Functions {
		f := sim.Function{Name: s.g.Functions[i].Name, Timeout: s.g.Functions[i].Timeout, Open: len(s.g.Functions[i].Uses) > 0 || s.g.Functions[i].State != nil}
		load.Add(f, nil)
	}
	for i := range s.g.Triggers {
		s.g.Triggers[i].Function = int32(len(s.g.Functions) + i)
		var list []sim.Invocation
		for _, at := range s.arrivals[i] {
			list = append(list, sim.Invocation{Arrival: at, Function: uint32(len(s.g.Functions) + i)})
		}
		load.Add(sim.Function{Name: s.g.Triggers[i].Name, App: "trigger", Outside: true}, list)
	}
	for i := range load.Functions() {
		all = append(all, uint32(i))
	}
	s.g.Horizon = s.horizon
	app := New(&s.g, s.key)
	var shards []sim.Follower
	var seen []*simtest.FullObserver
	_, err := sim.Run(context.Background(), sim.Config{
		Workload: load, Platforms: []sim.Platform{s.platform}, Window: sim.Window{Horizon: s.horizon}, Key: s.key, Follow: alone{app, all, &shards},
		Observers: func() []sim.Observer {
			o := new(simtest.FullObserver)
			seen = append(seen, o)
			return []sim.Observer{o}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	tape := &simtest.Tape{}
	for _, o := range seen {
		tape.Add(&o.Tape)
	}
	tape.Sort()
	if len(shards) != 1 {
		t.Fatalf("%d shards, want 1", len(shards))
	}
	s.tally = app.Tally()
	a := shards[0].(*actor)
	a.leaks(t)
	return a, tape
}

// leaks sees that nothing is held when all has ended.
func (a *actor) leaks(t testing.TB) {
	t.Helper()
	for what, n := range map[string]int{"bodies": a.bodies.live(), "errands": a.errands.live(), "operations": a.operations.live(), "tries": a.tries.live(), "calls": a.calls.live(), "answers": a.answers.live()} {
		if n != 0 {
			t.Errorf("%d %s are held at the end", n, what)
		}
	}
	for f, n := range a.under {
		if n != 0 {
			t.Errorf("%d requests at function %d are under way at the end", n, f)
		}
	}
}

// used is how much of a meter was used for a cause.
func (a *actor) used(meter int32, cause Cause) int64 {
	n := 0.0
	for _, u := range a.counts.used.list {
		if u.Meter == meter && u.Cause == cause {
			n += u.N.Float()
		}
	}
	return int64(n)
}

// of lists the requests at a function.
func of(tape *simtest.Tape, function int32) (list []sim.Outcome) {
	for _, o := range tape.Requests {
		if o.Function == uint32(function) {
			list = append(list, o)
		}
	}
	return list
}

func millis(n float64) sim.Time { return sim.Time(math.Round(n * float64(sim.Millisecond))) }

func constant(milliseconds float64) Delay { return sim.Constant(millis(milliseconds)) }

// aStore is a service of two ops without limits.
func aStore(read, write Delay) Service {
	return Service{
		Name: "store", Behind: None,
		Ops: []Op{{Name: "read", First: read, Meter: None}, {Name: "write", First: write, Meter: None, Writes: true}},
	}
}

// asks is a use of an op, once.
func asks(service, op int32) Use {
	return Use{Service: service, Op: op, Function: None, Flow: None, Count: 1, Probability: 1, SkipOnHit: None}
}

// calls is a use of a function, once.
func calls(function int32) Use {
	return Use{Service: None, Function: function, Flow: None, Count: 1, Probability: 1, SkipOnHit: None}
}

// bothWays runs it with uses that are run ahead, and by events, and sees that nothing differs.
func (s *stage) bothWays(t *testing.T) (*actor, *simtest.Tape) {
	t.Helper()
	s.g.byEvents = true
	a, x := s.run(t)
	s.g.byEvents = false
	b, y := s.run(t)
	sameTwins(t, a, b, x, y)
	return b, y
}
