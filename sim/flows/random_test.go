package flows

import (
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

// graphs draws applications: some functions, flows that call each other downwards, and
// lists of all kinds of steps within each other.
type graphs struct {
	*rapid.T
	b       *builder
	flow    int32
	shared  []*Bucket
	slots   *Slots
	serial  int
	callees int32            // functions
	on      []sim.PlatformID // of each function
	tables  int32            // services that are asked, and write
	kms     int32            // the key service
}

func (r *graphs) int(what string, lo, hi int) int { return rapid.IntRange(lo, hi).Draw(r.T, what) }
func (r *graphs) sometimes(what string) bool      { return r.int(what, 0, 3) == 0 }

func (r *graphs) time(what string, most int) sim.Time {
	return sim.Time(r.int(what, 0, most)) * 100 * ms
}

func (r *graphs) delay(what string, most int) Delay {
	switch r.int(what, 0, 2) {
	case 0:
		return nil
	case 1:
		return after(r.time(what, most))
	}
	return exponential(r.time(what, most) + 1)
}

func (r *graphs) engine() Engine {
	e := nothing()
	e.Transitions, e.Requests, e.Duration, e.Messages, e.PerCall = 0, 0, 0, 0, 1.5
	e.State = r.delay("state", 2)
	if r.sometimes("start") {
		e.Start = r.delay("start", 3)
	}
	if r.sometimes("gap") {
		e.Gap = []Gap{{0, r.delay("gap", 3)}, {5000, after(2 * second)}}
		if e.Gap[0].Delay == nil {
			e.Gap = nil
		}
	}
	if r.sometimes("fan-out") {
		e.FanOut = []FanOut{{2, after(50 * ms)}, {8, after(second)}}
	}
	if r.sometimes("timeout") {
		e.Timeout = r.time("timeout", 100) + 1
	}
	e.Counts = Counts{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	e.Concurrency = r.int("concurrency", 0, 3)
	if r.sometimes("starts") {
		e.Starts = r.shared[r.int("starts", 0, 1)]
	}
	if r.sometimes("states") {
		e.States = r.shared[2]
	}
	if r.sometimes("concurrent") {
		e.Concurrent = &Slots{N: r.int("concurrent", 1, 3)}
	}
	if r.sometimes("tick") {
		e.Tick = r.time("tick", 10) + 1
	}
	if r.sometimes("slots") {
		e.Slots = r.slots
	}
	if r.sometimes("payload") {
		e.Payload = &Most{Bytes: int64(r.int("payload", 500, 20_000))}
	}
	if r.sometimes("events") {
		e.Events = r.int("events", 20, 100)
	}
	return e
}

func (r *graphs) errors() Errors { return Errors(r.int("errors", 1, int(OnAny))) }

// list draws a list of steps; depth is how far it may nest.
func (r *graphs) list(depth int) int32 {
	n := r.int("steps", 1, 4)
	var steps []Step
	for k := range n {
		r.serial++
		name := fmt.Sprint("s", r.serial)
		kind := r.int("kind", 0, 11)
		if depth == 0 && (kind == 1 || kind == 2) {
			kind = 0
		}
		later := func() int32 { return first - int32(min(n-1, r.int("next", k+1, n))) }
		s := step(PassStep, name)
		switch kind {
		case 1:
			s = parallel(name)
			for range r.int("branches", 0, 3) {
				s.Branches = append(s.Branches, r.list(depth-1))
			}
		case 2:
			s = mapOf(name, int64(r.int("items", 0, 5)), r.list(depth-1))
			s.Map.Concurrency, s.Map.Distributed, s.Map.Batch = r.int("concurrency", 0, 2), r.sometimes("distributed"), r.int("batch", 1, 3)
			s.Map.Tolerate = float64(r.int("tolerate", 0, 2)) / 2
			if r.sometimes("child") {
				e := r.engine()
				s.Map.Child = &e
			}
		case 3:
			s = wait(name, r.delay("wait", 10))
		case 4:
			cases := []Case{{Probability: 0.3, Next: later()}, {SizeAbove: 2000, Next: later()}, {Otherwise: r.sometimes("otherwise"), Probability: 0.2, Next: following}, {Next: None}}
			if k == n-1 {
				cases[0].Next, cases[1].Next = None, None
			} else if k > 0 {
				cases = append([]Case{{EnteredMore: r.int("rounds", 1, 3), Next: following}, {Probability: 0.5, Next: first - int32(r.int("back", 0, k))}}, cases...)
			}
			s = choice(name, cases...)
		case 5:
			s = step([]Kind{PassStep, SucceedStep, FailStep}[r.int("end", 0, 2)], name)
		case 10, 11:
			s = step(UseStep, name)
			s.Uses = []Use{r.use()}
		case 0, 6, 7, 8, 9:
			s = callOf(name, int32(r.int("function", 0, int(r.callees)-1)))
			if r.sometimes("sub-flow") && r.flow > 0 {
				s.Function, s.SubFlow = None, int32(r.int("flow", 0, int(r.flow)-1))
			}
			s.Async = r.sometimes("async")
			if r.sometimes("callback") && !s.Async {
				s.Callback = &Callback{After: r.delay("answer", 10), Failed: 0.2, Never: 0.1, Heartbeat: r.time("heartbeat", 10)}
			}
		}
		if r.sometimes("timeout") {
			s.Timeout = r.time("timeout", 20) + 1
		}
		for range r.int("retriers", 0, 2) {
			s.Retry = append(s.Retry, Retry{On: r.errors(), Attempts: r.int("attempts", 0, 2), Backoff: backoff.Backoff{First: r.time("interval", 10), Factor: 2, Cap: r.time("cap", 20), Jitter: backoff.Jitter(r.int("jitter", 0, 3))}})
		}
		if r.sometimes("catch") && k < n-1 {
			s.Catch = []Catch{{r.errors(), later()}}
		}
		if r.sometimes("output") {
			s.Output = fixed(r.int("output", 0, 4000))
		}
		steps = append(steps, s)
	}
	return r.b.list(r.flow, steps...)
}

func (r *graphs) draw() {
	r.b = newBuilder(20 * second)
	r.b.g.Drain = r.time("drain", 1000)
	r.b.g.Step = r.time("step", 70) // 0: nothing is told over time
	r.b.meter("all")
	r.shared = []*Bucket{{Burst: 2, Rate: 1}, {Burst: 5, Rate: 100}, {Burst: 3, Rate: 20}}
	r.slots = &Slots{N: r.int("slots", 1, 3)}
	r.callees = int32(r.int("functions", 1, 3))
	r.stores()
	for k := range r.callees {
		f := r.b.function(fmt.Sprint("f", k), r.delay("service", 20))
		r.b.g.Functions[f].Error = float64(r.int("error", 0, 2)) / 4
		r.function(f)
	}
	for k := range r.int("flows", 1, 3) {
		r.flow = r.b.flow(fmt.Sprint("flow", k), r.engine())
		r.b.g.Flows[r.flow].First = r.list(2)
		r.b.trigger(fmt.Sprint("t", k), r.flow)
		r.b.g.Triggers[k].Record = fixed(1000)
	}
	r.messages()
	r.keys()
	r.outages()
}

// Each execution ends once, each step's entry too, what is counted adds up, nothing is
// kept of what has ended; on any number of workers, with the same arrivals, it is the
// same.
func TestRandomApplications(t *testing.T) {
	var went covered
	rapid.Check(t, func(rt *rapid.T) {
		r := &graphs{T: rt}
		r.draw()
		c := config{key: sim.RunKey{Seed: rapid.Uint64().Draw(rt, "seed")}, platforms: randomPlatforms(), on: r.on}
		for range r.b.g.Triggers {
			c.arrivals = append(c.arrivals, times(r.int("arrivals", 0, 15), r.time("every", 13)))
		}
		tally, _ := r.b.runAll(r, c)
		went.add(&r.b.g, tally, r.kms)
		r.checkKeys(tally)
		for k := range tally.Triggers {
			if tr := &tally.Triggers[k]; tr.Arrived != uint64(len(c.arrivals[k])) {
				rt.Errorf("%d arrived of %d", tr.Arrived, len(c.arrivals[k]))
			}
			r.checkCourse(&r.b.g.Triggers[k], &tally.Triggers[k])
		}
		for _, c.workers = range []int{3, 64} {
			if again, _ := r.b.runAll(r, c); !reflect.DeepEqual(tally, again) {
				rt.Errorf("%d workers tell\n%+v\nwant\n%+v", c.workers, again, tally)
			}
		}
	})
	t.Logf("%+v", went)
	if went.runs >= 100 && (went.fed == 0 || went.shared == 0 || went.refused == 0 || went.held == 0 || went.struck == 0 || went.timed == 0 || went.fetched == 0 || went.vain == 0) {
		t.Errorf("something was not gone through: %+v", went)
	}
}
