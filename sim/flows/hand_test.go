package flows

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

// fails is a function that fails in all attempts.
func (b *builder) fails(name string, base Delay) int32 {
	f := b.function(name, base)
	b.g.Functions[f].Error = 1
	return f
}

// Sequence, parallel and map: sums and maxima of constants.
func TestSeriesAndParallelByHand(t *testing.T) {
	b := newBuilder(100 * second)
	a, c, d := b.function("a", after(2*second)), b.function("c", after(3*second)), b.function("d", after(5*second))
	f := b.flow("f", nothing())
	left := b.list(f, callOf("left 1", a), callOf("left 2", c))
	right := b.list(f, callOf("right", d), wait("pause", after(ms)))
	item := b.list(f, callOf("item", a))
	m := mapOf("map", 5, item)
	m.Map.Concurrency = 2
	b.main(f, callOf("first", a), parallel("both", left, right), m, step(SucceedStep, "done"), callOf("never", a))
	b.trigger("t", f)
	tally, requests := b.run(t, config{arrivals: [][]sim.Time{{second, 2 * second}}})
	// 2 + max(2 + 3, 5.001) + three waves of 2
	want := 2*second + 5*second + ms + 6*second
	if l := tally.Flows[f].Latency; l.N != 2 || l.Min != want || l.Max != want {
		t.Errorf("%d executions took %d to %d ns, want 2 of %d", l.N, l.Min, l.Max, want)
	}
	if len(requests) != 2*(1+3+5) {
		t.Errorf("%d requests, want 9 an execution", len(requests))
	}
	// The path: first, right, pause, three of five items; both and map are on it and
	// take no time themselves.
	got := ""
	for k := range tally.Steps {
		s := &tally.Steps[k]
		got += fmt.Sprintf("%s %d × %.3f\n", b.g.Steps[k].Name, s.OnPath, s.Critical.Float()/1e9)
	}
	path := `left 1 0 × 0.000
left 2 0 × 0.000
right 2 × 10.000
pause 2 × 0.002
item 6 × 12.000
first 2 × 4.000
both 2 × 0.000
map 2 × 0.000
done 2 × 0.000
never 0 × 0.000
`
	if got != path {
		t.Errorf("on the path:\n%s\nwant:\n%s", got, path)
	}
}

// A retrier's waits are 1 s, 2 s, 4 s; what is caught goes on elsewhere.
func TestRetryAndCatchByHand(t *testing.T) {
	b := newBuilder(100 * second)
	bad, good := b.fails("bad", after(second)), b.function("good", after(10*second))
	f := b.flow("f", nothing())
	s := callOf("try", bad)
	s.Retry = []Retry{{On: OnThrottled, Attempts: 9, Backoff: backoff.Backoff{First: 1, Factor: 1}}, {On: OnFailed, Attempts: 3, Backoff: backoff.Backoff{First: second, Factor: 2}}, {On: OnAny, Attempts: 9, Backoff: backoff.Backoff{First: 1, Factor: 1}}}
	s.Catch = []Catch{{OnTimeout, first}, {OnAny, first - 2}}
	b.main(f, s, step(FailStep, "not here"), callOf("mend", good))
	b.trigger("t", f)
	tally, requests := b.run(t, config{arrivals: [][]sim.Time{{0}}})
	if want := 4*second + (1+2+4)*second + 10*second; tally.Flows[f].Latency.Max != want {
		t.Errorf("took %d, want %d", tally.Flows[f].Latency.Max, want)
	}
	var attempts []string
	for _, r := range requests {
		attempts = append(attempts, fmt.Sprintf("%d@%d", r.Attempt, r.Arrival/second))
	}
	if got, want := strings.Join(attempts, " "), "0@0 1@2 2@5 3@10 0@11"; got != want {
		t.Errorf("attempts %s, want %s", got, want)
	}
	if s := tally.Steps[0]; s.Retries != 3 || s.Attempts != 4 || s.Failed != 1 || s.Caught != 1 || s.Entered != 1 {
		t.Errorf("%+v", s)
	}
}

// What is caught may end its list, which has ended well then.
func TestCaughtAtTheEnd(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.flow("f", nothing())
	s := callOf("try", b.fails("bad", after(second)))
	s.Catch = []Catch{{OnAny, None}}
	b.main(f, s)
	b.trigger("t", f)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0}}})
	if got := tally.Flows[f]; got.Succeeded != 1 || got.Failed != 0 || got.Latency.Max != second {
		t.Errorf("%d succeeded, %d failed, %d ns, want one that succeeded in a second", got.Succeeded, got.Failed, got.Latency.Max)
	}
	if s := tally.Steps[0]; s.Failed != 1 || s.Caught != 1 {
		t.Errorf("%+v", s)
	}
}

// A step's timeout is of each attempt, and the call that it has given up goes on: the
// first three take 5 s each though they are given up after 2.
func TestTimeoutByHand(t *testing.T) {
	b := newBuilder(100 * second)
	slow := b.function("slow", after(5*second))
	f := b.flow("f", nothing())
	s := callOf("try", slow)
	s.Timeout = 2 * second
	s.Retry = []Retry{{On: OnTimeout, Attempts: 2, Backoff: backoff.Backoff{First: second, Factor: 1}}}
	b.main(f, s)
	b.trigger("t", f)
	tally, requests := b.run(t, config{arrivals: [][]sim.Time{{0}}})
	busy := sim.Time(0)
	last := sim.Time(0)
	for _, r := range requests {
		busy += r.End - r.Start
		last = max(last, r.Arrival)
	}
	if busy != 15*second || last != 6*second {
		t.Errorf("busy for %d, the last attempt at %d", busy, last)
	}
	if x := tally.Flows[f]; x.TimedOut != 1 || tally.Steps[0].TimedOut != 3 || tally.Steps[0].Time.Max != 8*second {
		t.Errorf("%+v, %+v", x, tally.Steps[0])
	}
}

// A parallel whose branch fails cancels the other: what runs there goes on, what would
// come after it is not called. Retried, both branches run again.
func TestBranchFailsByHand(t *testing.T) {
	b := newBuilder(100 * second)
	bad, good := b.fails("bad", after(second)), b.function("good", after(3*second))
	f := b.flow("f", nothing())
	left := b.list(f, callOf("bad", bad))
	right := b.list(f, callOf("good", good), callOf("never", good))
	p := parallel("both", left, right)
	p.Retry = []Retry{{On: OnFailed, Attempts: 1, Backoff: backoff.Backoff{First: 2 * second, Factor: 1}}}
	b.main(f, p)
	b.trigger("t", f)
	tally, requests := b.run(t, config{arrivals: [][]sim.Time{{0}}})
	if len(requests) != 4 {
		t.Errorf("%d requests, want 2 of each", len(requests))
	}
	if x := tally.Flows[f]; x.Failed != 1 || tally.Steps[right].Cancelled != 2 || tally.Steps[right+1].Entered != 0 || tally.Steps[p.Branches[1]+2].Time.Max != 4*second {
		t.Errorf("%+v %+v", x, tally.Steps)
	}
}

// An execution's timeout ends it, with all that is under way in it.
func TestExecutionTimeoutByHand(t *testing.T) {
	b := newBuilder(100 * second)
	slow := b.function("slow", after(3*second))
	f := b.flow("f", nothing())
	b.g.Flows[f].Timeout = 7 * second
	inner := b.list(f, callOf("1", slow), callOf("2", slow), callOf("3", slow))
	b.main(f, parallel("both", inner, inner))
	b.trigger("t", f)
	tally, requests := b.run(t, config{arrivals: [][]sim.Time{{0, second, 50 * second}}})
	if x := tally.Flows[f]; x.TimedOut != 3 || len(requests) != 18 {
		t.Errorf("%d timed out, %d requests", x.TimedOut, len(requests))
	}
}

// A loop ends by its count: the choice is entered a fourth time.
func TestLoopByHand(t *testing.T) {
	b := newBuilder(100 * second)
	work := b.function("work", after(second))
	f := b.flow("f", nothing())
	b.main(f, callOf("work", work), choice("again", Case{EnteredMore: 3, Next: first - 2}, Case{Otherwise: true, Next: first}), callOf("last", work))
	b.trigger("t", f)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0}}})
	if l := tally.Flows[f].Latency; l.Max != 5*second {
		t.Errorf("took %d, want 5 s", l.Max)
	}
}

// What a platform turns away is throttled, and a retrier of that waits for room.
func TestThrottledByHand(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.flow("f", nothing())
	s := callOf("call", b.function("g", after(3*second)))
	s.Retry = []Retry{{On: OnFailed | OnTimeout, Attempts: 9, Backoff: backoff.Backoff{First: ms, Factor: 1}}, {On: OnThrottled, Attempts: 2, Backoff: backoff.Backoff{First: 2 * second, Factor: 1}}}
	b.main(f, s)
	b.trigger("t", f)
	few := anyNumber
	few.Limit.Function = 1
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0, second}}, platforms: []sim.Platform{few}})
	// The second is turned away at 1, and served from 3 on.
	if x := tally.Steps[0]; x.Throttled != 1 || x.Retries != 1 || x.Time.Max != 5*second {
		t.Errorf("%+v", x)
	}
}

// The retries of a step are counted anew when it is entered again.
func TestRetriesOfARound(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.flow("f", nothing())
	s := callOf("call", b.fails("g", after(second)))
	s.Retry = []Retry{{On: OnFailed, Attempts: 2, Backoff: backoff.Backoff{First: second, Factor: 1}}}
	s.Catch = []Catch{{OnAny, following}}
	b.main(f, s, choice("again", Case{EnteredMore: 2, Next: None}, Case{Next: first}))
	b.trigger("t", f)
	tally, requests := b.run(t, config{arrivals: [][]sim.Time{{0}}})
	if len(requests) != 3*3 || tally.Flows[f].Latency.Max != 3*5*second {
		t.Errorf("%d requests in %d", len(requests), tally.Flows[f].Latency.Max)
	}
}

// Nothing of what arrived before the window counts, whenever it happens.
func TestWindowByHand(t *testing.T) {
	b := newBuilder(20 * second)
	b.g.Warmup = 10 * second
	e := b.standard()
	f := b.flow("f", e)
	b.main(f, callOf("1", b.function("g", after(8*second))), parallel("2", b.list(f, callOf("3", 0))))
	b.trigger("t", f)
	tally, requests := b.run(t, config{arrivals: [][]sim.Time{{5 * second, 15 * second}}})
	if x := tally.Flows[f]; len(requests) != 4 || x.Started != 1 || x.Succeeded != 1 || x.Transitions != 3+2 || usedOf(tally, e.Transitions, Work) != 5 || tally.Calls[0].N != 1 || tally.Steps[0].Entered != 1 {
		t.Errorf("%+v, %+v, %d requests", x, tally.Calls, len(requests))
	}
}

// The results of branches, and of items, are one payload.
func TestResultsAreOnePayload(t *testing.T) {
	b := newBuilder(20 * second)
	f := b.flow("f", nothing())
	small, large := step(PassStep, "small"), step(PassStep, "large")
	small.Output, large.Output = fixed(300), fixed(500)
	b.main(f, parallel("both", b.list(f, small), b.list(f, large)), choice("800", Case{SizeAbove: 800, Next: None}, Case{SizeAbove: 799, Next: following}),
		mapOf("map", 3, b.list(f, large)), choice("1500", Case{SizeAbove: 1500, Next: None}, Case{SizeAbove: 1499, Next: following}), step(PassStep, "end"))
	b.trigger("t", f)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0}}})
	if n := len(tally.Steps); tally.Steps[n-1].Entered != 1 {
		t.Errorf("%+v", tally.Steps)
	}
}

// A call after branches has a gap, though no call came before them.
func TestGapAfterBranches(t *testing.T) {
	b := newBuilder(20 * second)
	e := nothing()
	e.Gap = []Gap{{0, after(100 * ms)}}
	f := b.flow("f", e)
	g := b.function("g", after(second))
	b.main(f, parallel("both", b.list(f, callOf("1", g)), b.list(f, callOf("2", g), callOf("3", g))), callOf("4", g))
	b.trigger("t", f)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0}}})
	if got := tally.Flows[f].Latency.Max; got != 3*second+200*ms {
		t.Errorf("took %d", got)
	}
}

// A request that nothing will serve leaves its execution under way, and is not tried again.
func TestUnfinishedIsNotTriedAgain(t *testing.T) {
	b := newBuilder(20 * second)
	f := b.flow("f", nothing())
	s := callOf("call", b.function("g", after(second)))
	s.Retry = []Retry{{On: OnAny, Attempts: 3, Backoff: backoff.Backoff{First: 1, Factor: 1}}}
	b.main(f, s)
	b.trigger("t", f)
	b.g.Triggers[0].Function = 1
	a := newActor(&b.g, sim.RunKey{})
	var next sim.Next
	a.Arrived(sim.Arrived{Invocation: sim.Invocation{Function: 1}}, &next)
	asked := next.Arrivals()[0]
	next.Reset()
	a.Ended(sim.End{Outcome: sim.Outcome{Status: sim.Unfinished}, Key: asked.Key, Parent: asked.Parent}, &next)
	a.finish()
	if len(next.Arrivals())+len(next.Timers()) > 0 || a.counts.flows[f].Unfinished != 1 || a.counts.steps[0].Unfinished != 1 || a.calls.live() != 0 {
		t.Errorf("%+v leads to %v, %v", a.counts.flows[f], next.Arrivals(), next.Timers())
	}
}

// A step's time has that of all targets of its route that it tried.
func TestFallbackIsInTheTimeOfItsStep(t *testing.T) {
	b := newBuilder(20 * second)
	f := b.flow("f", nothing())
	s := step(RouteStep, "route")
	s.Route = &Route{To: []int32{b.fails("bad", after(second)), b.function("good", after(2*second))}, By: ByPrice, Fallback: true}
	b.main(f, s)
	b.trigger("t", f)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0}}})
	if x := tally.Steps[0]; x.Service.Lo != uint64(3*second) || !x.Gap.IsZero() || x.Succeeded != 1 {
		t.Errorf("%+v", x)
	}
}
