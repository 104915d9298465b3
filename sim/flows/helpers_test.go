package flows

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

const second, ms = sim.Second, sim.Millisecond

// exponential is an exponential distribution of a mean.
type exponential sim.Time

func (e exponential) Sample(u float64) sim.Time { return sim.Time(-float64(e) * math.Log(u)) }

// fixed is so many items, or bytes.
type fixed int64

func (n fixed) Sample(float64) int64 { return int64(n) }

// after is a constant duration.
func after(t sim.Time) Delay { return sim.Constant(t) }

// builder makes graphs: one place, functions, flows and triggers without a service.
type builder struct{ g Graph }

func newBuilder(horizon sim.Time) *builder {
	return &builder{Graph{Places: []string{"here"}, Hops: []Hop{{Egress: None}}, Horizon: horizon}}
}

func (b *builder) owner(name string) Owner {
	b.g.Owners = append(b.g.Owners, name)
	return Owner(len(b.g.Owners) - 1)
}

func (b *builder) meter(name string) int32 {
	b.g.Meters = append(b.g.Meters, Meter{Name: name})
	return int32(len(b.g.Meters) - 1)
}

func (b *builder) function(name string, base Delay) int32 {
	b.g.Functions = append(b.g.Functions, Function{Name: name, Owner: b.owner("function " + name), Base: base})
	return int32(len(b.g.Functions) - 1)
}

// nothing is an orchestrator that takes no time and is not billed.
func nothing() Engine {
	return Engine{Transitions: None, External: None, Requests: None, Duration: None, Messages: None}
}

// flow makes a flow; list adds its steps.
func (b *builder) flow(name string, e Engine) int32 {
	b.g.Flows = append(b.g.Flows, Flow{Name: name, First: None, Engine: e, Owner: b.owner(name)})
	return int32(len(b.g.Flows) - 1)
}

// step is one of a kind, after which the next of its list comes.
func step(k Kind, name string) Step {
	return Step{Name: name, Kind: k, Next: following, Function: None, SubFlow: None, States: -1}
}

const following, first = -2, -100 // Next: the step behind in the list; the one at first − n

func callOf(name string, function int32) Step {
	s := step(CallStep, name)
	s.Function = function
	return s
}

func parallel(name string, branches ...int32) Step {
	s := step(ParallelStep, name)
	s.Branches = branches
	return s
}

func mapOf(name string, items int64, to int32) Step {
	s := step(MapStep, name)
	s.Map = &Map{Items: fixed(items), First: to}
	return s
}

func wait(name string, d Delay) Step {
	s := step(WaitStep, name)
	s.Wait = d
	return s
}

func choice(name string, cases ...Case) Step {
	s := step(ChoiceStep, name)
	s.Choice = cases
	return s
}

// list adds steps one after the other and returns the first. A Next of first − n is the
// n-th of the list.
func (b *builder) list(flow int32, steps ...Step) int32 {
	from := int32(len(b.g.Steps))
	place := func(next *int32, behind int) {
		switch {
		case *next == following && behind < len(steps):
			*next = from + int32(behind)
		case *next == following:
			*next = None
		case *next <= first:
			*next = from + first - *next
		}
	}
	for k := range steps {
		s := steps[k]
		s.Flow, s.Owner = flow, b.owner(b.g.Flows[flow].Name+"/"+s.Name)
		place(&s.Next, k+1)
		for c := range s.Choice {
			place(&s.Choice[c].Next, k+1)
		}
		for c := range s.Catch {
			place(&s.Catch[c].Next, k+1)
		}
		b.g.Steps = append(b.g.Steps, s)
	}
	return from
}

// main adds a flow's own steps.
func (b *builder) main(flow int32, steps ...Step) { b.g.Flows[flow].First = b.list(flow, steps...) }

func (b *builder) trigger(name string, flow int32) int32 {
	b.g.Triggers = append(b.g.Triggers, Trigger{
		Name: name, Start: Target{Function: None, Flow: flow}, Owner: b.owner("trigger " + name), Meter: None,
	})
	return int32(len(b.g.Triggers) - 1)
}

// one is one instance that serves one request after the other, for ever.
var one = sim.Platform{KeepAlive: policies.Forever{}, Dispatch: sim.QueueDispatch, Scaling: policies.PerRequest{}, Limit: sim.Limit{Instances: 1, Over: sim.QueueOver}}

// any is as many instances as it takes.
var anyNumber = sim.Platform{KeepAlive: policies.Forever{}}

// config is a run of a graph: arrivals by trigger, platforms by function (all on the first).
type config struct {
	arrivals  [][]sim.Time
	platforms []sim.Platform
	on        []sim.PlatformID
	timeouts  map[int32]sim.Time // by function
	key       sim.RunKey
	workers   int
	look      func(a *actor) // at each shard, after the run
	sum       func(s *sim.Summary)
	wrap      func(*watched) sim.FollowerFactory // nil: as it is
}

// run runs a graph and returns its tally, and what observers saw.
func (b *builder) run(t tester, c config) (*Tally, []sim.Outcome) {
	t.Helper()
	var load simtest.Load
	for k := range b.g.Functions {
		load.Add(sim.Function{Name: b.g.Functions[k].Name, Open: b.g.Functions[k].Uses != nil, Timeout: c.timeouts[int32(k)]}, nil)
	}
	for k := range b.g.Triggers {
		n := uint32(len(b.g.Functions) + k)
		b.g.Triggers[k].Function = int32(n)
		var all []sim.Invocation
		for _, at := range c.arrivals[k] {
			all = append(all, sim.Invocation{Arrival: at, Function: n})
		}
		load.Add(sim.Function{Name: "trigger " + b.g.Triggers[k].Name, Outside: true}, all)
	}
	if c.platforms == nil {
		c.platforms = []sim.Platform{anyNumber}
	}
	if c.on != nil {
		c.on = append(slices.Clone(c.on), make([]sim.PlatformID, len(b.g.Triggers))...)
	}
	app := &watched{App: New(&b.g, c.key)}
	var follow sim.FollowerFactory = app
	if c.wrap != nil {
		follow = c.wrap(app)
	}
	sum, err := sim.Run(context.Background(), sim.Config{
		Workload: &load, Platforms: c.platforms, On: c.on, Window: sim.Window{Warmup: b.g.Warmup, Horizon: b.g.Horizon}, Key: c.key, Follow: follow,
		Pool:      sim.NewPool(max(1, c.workers)),
		Observers: func() []sim.Observer { return []sim.Observer{new(simtest.FullObserver)} },
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.sum != nil {
		c.sum(&sum)
	}
	var all simtest.Tape
	for _, worker := range sum.Observers {
		all.Add(&worker[0].(*simtest.FullObserver).Tape)
	}
	checkTally(t, &b.g, app.Tally())
	checkAskedFor(t, &b.g, app.Tally())
	app.checkEmpty(t)
	if c.look != nil {
		for _, s := range app.shards {
			c.look(s.(*actor))
		}
	}
	return app.Tally(), all.Requests
}

// watched is an application that keeps its shards.
type watched struct {
	*App
	shards []sim.Follower
}

func (w *watched) Ran(shards []sim.Follower) {
	w.shards = shards
	w.App.Ran(shards)
}

// checkEmpty checks that nothing is kept of executions that have ended.
func (w *watched) checkEmpty(t tester) {
	t.Helper()
	for _, s := range w.shards {
		a := s.(*actor)
		steps := 0
		for k := range a.frames.items {
			if f := &a.frames.items[k]; f.serial != 0 {
				for i := range []path{f.path, f.inner} {
					for at := []path{f.path, f.inner}[i].last; at != None; at = a.links.items[at].before {
						steps++
					}
				}
			}
		}
		for k := range a.execs.items {
			if x := &a.execs.items[k]; !x.live && x.carried != 0 {
				t.Errorf("an execution that has ended carries %d bytes", x.carried)
			}
		}
		if a.links.live() != steps {
			t.Errorf("%d steps of paths are kept, %d are in paths", a.links.live(), steps)
		}
		if a.execs.live()+a.calls.live()+a.mail.live() == 0 && a.sets.live()+a.deliveries.live()+a.sendings.live()+a.callers.live() > 0 {
			t.Errorf("after the last message %d batches, %d deliveries, %d sendings and %d callers are kept", a.sets.live(), a.deliveries.live(), a.sendings.live(), a.callers.live())
		}
		if n := a.execs.live(); n == 0 && a.frames.live()+a.calls.live()+a.delayed.live()+a.answers.live()+a.loops.live() > 0 {
			t.Errorf("after the last execution %d frames, %d calls, %d starts, %d answers and %d loops are kept", a.frames.live(), a.calls.live(), a.delayed.live(), a.answers.live(), a.loops.live())
		}
		for k := range a.slots {
			if n := a.slots[k].used; a.execs.live() == 0 && n != 0 {
				t.Errorf("%d slots are taken after the last execution", n)
			}
		}
	}
}

// checkTally checks what holds in every run.
func checkTally(t tester, g *Graph, tally *Tally) {
	t.Helper()
	for k := range tally.Flows {
		f := &tally.Flows[k]
		if f.Started != f.Succeeded+f.Failed+f.TimedOut+f.Unfinished || f.Latency.N != f.Succeeded {
			t.Errorf("flow %s: of %d executions %d succeeded (%d latencies), %d failed, %d timed out, %d did not end", g.Flows[k].Name, f.Started, f.Succeeded, f.Latency.N, f.Failed, f.TimedOut, f.Unfinished)
		}
	}
	for k := range g.Flows {
		e := &g.Flows[k].Engine
		if e.Start != nil || e.StartSync != nil || e.Concurrent != nil || e.Polls != nil {
			continue
		}
		var path sim.Wide
		for i := range g.Steps {
			if int(g.Steps[i].Flow) == k {
				path.AddWide(tally.Steps[i].Critical)
			}
		}
		if path != tally.Flows[k].Latency.Sum {
			t.Errorf("flow %s: critical paths of %v ns, executions of %v", g.Flows[k].Name, path, tally.Flows[k].Latency.Sum)
		}
	}
	for k := range tally.Steps {
		s := &tally.Steps[k]
		name := g.Owners[g.Steps[k].Owner]
		if s.Entered != s.Succeeded+s.Failed+s.Cancelled+s.Unfinished {
			t.Errorf("step %s: entered %d times, %d succeeded, %d failed, %d were cancelled, %d did not end", name, s.Entered, s.Succeeded, s.Failed, s.Cancelled, s.Unfinished)
		}
		if s.Attempts > s.Entered+s.Retries || s.Retries > s.Attempts {
			t.Errorf("step %s: entered %d times, %d attempts, %d of them retries", name, s.Entered, s.Attempts, s.Retries)
		}
		if s.Caught > s.Failed || s.Time.N != s.Succeeded+s.Failed {
			t.Errorf("step %s: %d failed and %d were caught, %d times of %d", name, s.Failed, s.Caught, s.Time.N, s.Succeeded+s.Failed)
		}
		parts := s.Gap
		for _, p := range []sim.Wide{s.Waiting, s.Service, s.Stores} {
			parts.AddWide(p)
		}
		if parts != s.Time.Sum || s.Init.Float() > s.Waiting.Float() || s.Gap.Float() < 0 {
			t.Errorf("step %s: %v ns, of which gap %v, waiting %v (init %v), service %v, stores %v", name, s.Time.Sum, s.Gap, s.Waiting, s.Init, s.Service, s.Stores)
		}
	}
}

// times are so many arrivals, one every so often.
func times(n int, every sim.Time) []sim.Time {
	all := make([]sim.Time, n)
	for k := range all {
		all[k] = sim.Time(k) * every
	}
	return all
}

// poisson is the arrivals of a Poisson process.
func poisson(rate float64, horizon sim.Time, seed uint64) (all []sim.Time) {
	s := sim.NewStream(sim.RunKey{Seed: seed}, sim.PurposeArrival, 0)
	at := 0.0
	for k := uint64(0); ; k++ {
		if at += -math.Log(s.Uniform(k)) / rate * float64(second); at >= float64(horizon) {
			return all
		}
		all = append(all, sim.Time(at))
	}
}

// near checks a value against a closed form.
func near(t *testing.T, what string, got, want, part float64) {
	t.Helper()
	if math.Abs(got-want) > part*want {
		t.Errorf("%s: %v, want %v ± %v %%", what, got, want, 100*part)
	}
}

// tester is a test, or a case of rapid's.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

// doubling is so many retries, the first after a time and each after twice the wait before, up
// to a longest.
func doubling(n int, first, longest sim.Time) *Retry {
	return &Retry{On: OnAny, Attempts: n, Backoff: backoff.Backoff{First: first, Factor: 2, Cap: longest}}
}
