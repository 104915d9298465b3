package flows

import (
	"fmt"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

// standard is Step Functions Standard as it is billed and limited in us-east-1: states,
// and two more for an execution's start and end (the measured 9 transitions of seven
// states, and 14 of twelve, in SeBS-Flow's analysis/pricing.py).
func (b *builder) standard() Engine {
	e := nothing()
	e.Transitions = b.meter("transitions")
	e.Counts = Counts{Call: 1, Choice: 1, Parallel: 1, Map: 1, Wait: 1, Send: 1, Pass: 1, Succeed: 1, Fail: 1, Retry: 1, End: 2}
	e.Concurrency, e.Payload, e.Events = 40, &Most{Bytes: 262_144}, 25_000
	return e
}

// express is Step Functions Express.
func (b *builder) express() Engine {
	e := nothing()
	e.Requests, e.Duration = b.meter("requests"), b.meter("MiB·ns")
	e.Round, e.Chunk, e.MemoryBase = 100*ms, 64<<20, 50_050_000
	e.Timeout, e.Concurrency, e.Payload = 5*sim.Minute, 40, &Most{Bytes: 262_144}
	return e
}

// usedOf sums a meter over triggers and owners, by cause.
func usedOf(t *Tally, meter int32, causes ...Cause) float64 {
	sum := 0.0
	for _, u := range t.Used {
		for _, c := range causes {
			if u.Meter == meter && u.Cause == c {
				sum += u.N.Float()
			}
		}
	}
	return sum
}

// The measured runs of SeBS-Flow: trip-booking, whose confirmation fails and is undone,
// and map-reduce, of three items and five.
func TestMeasuredTransitions(t *testing.T) {
	b := newBuilder(100 * second)
	e := b.standard()
	good, bad := b.function("good", after(ms)), b.fails("bad", after(ms))
	trip := b.flow("trip", e)
	confirm := callOf("confirm", bad)
	confirm.Catch = []Catch{{OnAny, first - 4}}
	flight := callOf("flight", good)
	flight.Catch = []Catch{{OnAny, first - 5}}
	b.main(trip, callOf("hotel", good), callOf("rental", good), flight, confirm, callOf("cancel flight", good), callOf("cancel rental", good), callOf("cancel hotel", good))
	reduce := b.flow("reduce", e)
	b.main(reduce, callOf("split", good), mapOf("maps", 3, b.list(reduce, callOf("map", good))), callOf("shuffle", good), mapOf("reduces", 5, b.list(reduce, callOf("reduce", good))))
	b.trigger("t", trip)
	b.trigger("u", reduce)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0}, {0}}})
	for k, want := range []uint64{9, 14} {
		if got := tally.Flows[k].Transitions; got != want {
			t.Errorf("%s: %d transitions, want %d", b.g.Flows[k].Name, got, want)
		}
	}
	if got := usedOf(tally, e.Transitions, Work); got != 23 {
		t.Errorf("%v are billed", got)
	}
}

// Each retry is a transition, of the cause retry; a parallel counts itself and what is
// in its branches, again when it is tried again: all of that is what the retry adds.
func TestRetriesAreTransitions(t *testing.T) {
	b := newBuilder(100 * second)
	e := b.standard()
	good, bad := b.function("good", after(ms)), b.fails("bad", after(second))
	f := b.flow("f", e)
	s := callOf("bad", bad)
	s.Retry = []Retry{{On: OnAny, Attempts: 2, Backoff: backoff.Backoff{First: ms, Factor: 1}}}
	p := parallel("both", b.list(f, s), b.list(f, callOf("good", good), step(PassStep, "pass")))
	p.Retry = []Retry{{On: OnAny, Attempts: 1, Backoff: backoff.Backoff{First: ms, Factor: 1}}}
	p.Catch = []Catch{{OnAny, following}}
	b.main(f, p, step(SucceedStep, "done"))
	b.trigger("t", f)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0}}})
	// Two tries of: the parallel, bad and its two retries, good, pass; and done, start, end.
	if got := tally.Flows[f].Transitions; got != 2*(1+3+2)+1+2 {
		t.Errorf("%d transitions, want 15", got)
	}
	// Of these the first try has bad's two retries; of the second all is a retry.
	if got := usedOf(tally, e.Transitions, Again); got != 2+(1+3+2) {
		t.Errorf("%v of them are retries, want 8", got)
	}
}

// AWS's own example: 100 M runs of 10 s at 64 MB are 17,361.11 GB-h; here 1,000 of them.
// A run of 10.001 s is billed as 10.1. One that takes no time is billed as 100 ms, of
// which 1,000 are 100 s × 64 MB = 1 ÷ 576 GB-h.
func TestExpressDuration(t *testing.T) {
	for took, want := range map[sim.Time]float64{10 * second: 0.1736111, 10*second + ms: 0.1753472, 0: 1.0 / 576} {
		b := newBuilder(1000 * second)
		e := b.express()
		f := b.flow("f", e)
		b.main(f, wait("wait", after(took)))
		b.trigger("t", f)
		tally, _ := b.run(t, config{arrivals: [][]sim.Time{times(1000, second)}})
		near(t, "GB-h", usedOf(tally, e.Duration, Work)/1024/3600e9, want, 1e-6)
		if got := usedOf(tally, e.Requests, Work); got != 1000 {
			t.Errorf("%v requests", got)
		}
	}
}

// AWS's example of memory: 50 MB, a definition of 50 KB and 400 payloads of 32 KB at a
// time are 62.85 MB: a chunk of 64. What comes after them holds one.
func TestExpressMemory(t *testing.T) {
	for _, chunk := range []int64{0, 64 << 20} {
		b := newBuilder(100 * second)
		e := b.express()
		e.Chunk, e.Concurrency = chunk, 0
		f := b.flow("f", e)
		item := wait("wait", after(second))
		m := mapOf("map", 400, b.list(f, item))
		m.Map.Size, m.Output = fixed(32_000), fixed(32_000)
		b.main(f, m, wait("after", after(second)))
		b.trigger("t", f)
		b.g.Triggers[0].Record = fixed(32_000)
		tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0}}})
		want := 62.85e6 / (1 << 20)
		if chunk > 0 {
			want = 64
		}
		near(t, "MiB", usedOf(tally, e.Duration, Work)/2e9, want, 1e-9)
	}
}

// An execution of Express ends after five minutes.
func TestExpressTimesOut(t *testing.T) {
	b := newBuilder(sim.Hour)
	f := b.flow("f", b.express())
	b.main(f, wait("wait", after(10*sim.Minute)))
	b.trigger("t", f)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0}}})
	if x := tally.Flows[f]; x.TimedOut != 1 || tally.Steps[0].Cancelled != 1 {
		t.Errorf("%+v", x)
	}
	if got := usedOf(tally, b.g.Flows[f].Engine.Duration, Work); got != 64*300e9 {
		t.Errorf("%v MiB·ns, want those of 300 s", got)
	}
}

// A payload over the limit ends the execution, whatever is caught.
func TestPayloadTooLarge(t *testing.T) {
	for _, c := range []struct{ size, failed int64 }{{262_144, 0}, {262_145, 1}} {
		b := newBuilder(100 * second)
		f := b.flow("f", b.standard())
		s := callOf("large", b.function("f", after(ms)))
		b.g.Functions[0].Output = fixed(c.size)
		s.Retry, s.Catch = []Retry{{On: OnAny, Attempts: 5, Backoff: backoff.Backoff{First: ms, Factor: 1}}}, []Catch{{OnAny, following}}
		b.main(f, s, step(PassStep, "pass"))
		b.trigger("t", f)
		tally, requests := b.run(t, config{arrivals: [][]sim.Time{{0}}})
		if int64(tally.Flows[f].Failed) != c.failed || int64(tally.Flows[f].Exceeded) != c.failed || len(requests) != 1 {
			t.Errorf("%d bytes: %d failed, %d requests", c.size, tally.Flows[f].Failed, len(requests))
		}
	}
}

// An execution whose history would pass 25,000 events fails. It has two of its own, and
// each round of this loop four: a pass and a choice are entered and left.
func TestHistoryTooLong(t *testing.T) {
	for _, rounds := range []int{6249, 6250} {
		b := newBuilder(100 * second)
		f := b.flow("f", b.standard())
		b.main(f, step(PassStep, "pass"), choice("again", Case{EnteredMore: rounds - 1, Next: None}, Case{Next: first}))
		b.trigger("t", f)
		tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0}}})
		if x := tally.Flows[f]; x.Failed != uint64(rounds-6249) || x.Exceeded != x.Failed {
			t.Errorf("%d rounds: %d failed", rounds, x.Failed)
		}
	}
}

// Starts over a bucket are throttled, transitions wait for theirs, and executions over
// what may be under way wait for another's end.
func TestLimitsOfAnEngine(t *testing.T) {
	b := newBuilder(100 * second)
	e := b.standard()
	e.Starts = &Bucket{Burst: 3, Rate: 1}
	f := b.flow("f", e)
	b.main(f, step(PassStep, "pass"))
	b.trigger("t", f)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{times(20, 250*ms)}}) // 3 + one a second in 4.75 s
	if x := tally.Flows[f]; x.Started != 7 || x.Throttled != 13 {
		t.Errorf("%d started and %d throttled, want 7 and 13", x.Started, x.Throttled)
	}

	b = newBuilder(100 * second)
	e = b.standard()
	e.States = &Bucket{Burst: 2, Rate: 10}
	f = b.flow("f", e)
	b.main(f, step(PassStep, "1"), step(PassStep, "2"), step(PassStep, "3"), step(PassStep, "4"), step(PassStep, "5"))
	b.trigger("t", f)
	tally, _ = b.run(t, config{arrivals: [][]sim.Time{{0}}})
	near(t, "ns of five transitions, of which two are free", tally.Flows[f].Latency.Mean(), 0.3e9, 1e-6)

	b = newBuilder(100 * second)
	e = nothing()
	e.Concurrent = &Slots{N: 2}
	f = b.flow("f", e)
	b.main(f, wait("wait", after(second)))
	b.trigger("t", f)
	tally, _ = b.run(t, config{arrivals: [][]sim.Time{{0, 0, 0, 0, 0}}})
	if x := tally.Flows[f]; x.Latency.Sum.Float() != 1e9*(1+1+2+2+3) {
		t.Errorf("five executions, two at a time, took %v ns", x.Latency.Sum)
	}
}

// Where only starts that nobody waits for count (StartExecution of Express), of five at once
// who wait none is throttled, of five who do not all but the three that the bucket holds.
func TestStartsThatNobodyWaitsFor(t *testing.T) {
	for _, begun := range []bool{false, true} {
		b := newBuilder(100 * second)
		e := nothing()
		e.Starts, e.StartsAsync = &Bucket{Burst: 3, Rate: 1}, true
		f := b.flow("f", e)
		b.main(f, step(PassStep, "pass"))
		b.gateway(&b.g.Triggers[b.trigger("t", f)], nil).HTTP.Begun = begun
		tally, _ := b.run(t, config{arrivals: [][]sim.Time{make([]sim.Time, 5)}})
		want := map[bool]uint64{true: 2}[begun]
		if x := tally.Flows[f]; x.Throttled != want || x.Started != 5-want {
			t.Errorf("nobody waits %v: %d started and %d throttled, want %d", begun, x.Started, x.Throttled, want)
		}
	}
}

// A scheduler looks every five seconds for what is to be done; its worker does one task
// after the other. Tasks of one second: begun at 0, 5, 10 of one execution; of two that
// arrive together the second's begin when the worker is free.
func TestScheduler(t *testing.T) {
	b := newBuilder(100 * second)
	e := nothing()
	e.Tick, e.Slots = 5*second, &Slots{N: 1}
	f := b.flow("f", e)
	task := b.function("task", after(second))
	b.main(f, callOf("1", task), callOf("2", task), callOf("3", task))
	b.trigger("t", f)
	tally, requests := b.run(t, config{arrivals: [][]sim.Time{{second, second}}})
	starts := ""
	for _, r := range requests {
		starts += fmt.Sprint(r.Start/second, " ")
	}
	if starts != "5 6 10 11 15 16 " || tally.Flows[f].Latency.Max != 16*second {
		t.Errorf("tasks began at %s s, took %d", starts, tally.Flows[f].Latency.Max)
	}
}

// Queues that are polled after 1, 2, 4 and then every 5 s: messages at 0 and 20 s leave
// polls at 1, 3, 7, 12, 17 without one, and after 20 s those at 21, 23, 27 of 30 s.
func TestPolls(t *testing.T) {
	b := newBuilder(30 * second)
	e := nothing()
	e.Polls = &Polls{First: second, Most: 5 * second, Meter: b.meter("polls")}
	e.Messages, e.PerCall = b.meter("messages"), 3
	f := b.flow("f", e)
	b.main(f, callOf("call", b.function("f", nil)))
	b.trigger("t", f)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0, 20 * second}}})
	if got := usedOf(tally, e.Polls.Meter, Empty); got != 5+3 {
		t.Errorf("%v empty polls, want 8", got)
	}
	if got := usedOf(tally, e.Messages, Work); got != 6 {
		t.Errorf("%v messages, want 6", got)
	}
	e.Polls.Waits = true // from 20 s to the poll at 22
	tally, _ = b.run(t, config{arrivals: [][]sim.Time{{0, 20 * second}}})
	if got := tally.Flows[f].Latency.Max; got != 2*second {
		t.Errorf("waits %d, want 2 s", got)
	}
}

// A callback comes after the call, or fails, or never comes: then the step's timeout, or
// a heartbeat that is missing, ends it; or nothing does.
func TestCallbacks(t *testing.T) {
	const n = 1000
	for _, c := range []struct {
		callback                                Callback
		timeout                                 sim.Time
		succeeded, failed, timedOut, unfinished float64
		mean                                    float64 // s, of the step
	}{
		{Callback{After: after(2 * second)}, 0, 1, 0, 0, 0, 3},
		{Callback{After: after(2 * second), Failed: 0.25}, 0, 0.75, 0.25, 0, 0, 3},
		{Callback{After: after(2 * second), Never: 0.5}, 0, 0.5, 0, 0, 0.5, 3},
		{Callback{After: after(2 * second), Never: 0.5}, 5 * second, 0.5, 0, 0.5, 0, 4},
		{Callback{After: after(2 * second), Never: 0.5, Heartbeat: 8 * second}, 0, 0.5, 0, 0.5, 0, 6},
		{Callback{After: after(2 * second), Never: 0.5, Failed: 0.5}, 5 * second, 0.25, 0.25, 0.5, 0, 4},
	} {
		b := newBuilder(n * second)
		f := b.flow("f", nothing())
		s := callOf("call", b.function("f", after(second)))
		s.Callback, s.Timeout = &c.callback, c.timeout
		b.main(f, s)
		b.trigger("t", f)
		tally, _ := b.run(t, config{arrivals: [][]sim.Time{times(n, second)}})
		x := tally.Flows[f]
		for what, p := range map[string][2]float64{"succeeded": {float64(x.Succeeded), c.succeeded}, "failed": {float64(x.Failed), c.failed}, "timed out": {float64(x.TimedOut), c.timedOut}, "unfinished": {float64(x.Unfinished), c.unfinished}} {
			near(t, fmt.Sprint(c.callback, c.timeout, " ", what), p[0], n*p[1], 0.1)
		}
		near(t, fmt.Sprint(c.callback, c.timeout), tally.Steps[0].Time.Mean()/1e9, c.mean, 0.02)
	}
}

// Children of a distributed map are executions of their own, of an engine of their own,
// in batches, as their starts are let; some may fail.
func TestDistributedMap(t *testing.T) {
	b := newBuilder(100 * second)
	outer, inner := b.standard(), b.express()
	inner.Starts = &Bucket{Burst: 4, Rate: 2}
	f := b.flow("f", outer)
	g := b.function("g", after(ms))
	b.g.Functions[g].PerRecord = after(100 * ms)
	m := mapOf("map", 29, b.list(f, callOf("call", g), step(PassStep, "pass")))
	m.Map.Distributed, m.Map.Batch, m.Map.Child = true, 3, &inner
	b.main(f, m)
	b.trigger("t", f)
	b.g.Triggers[0].Record = fixed(29_000)
	tally, requests := b.run(t, config{arrivals: [][]sim.Time{{0}}})
	x := tally.Flows[f]
	if len(requests) != 10 || x.Children != 10 || x.Started != 1 || x.Transitions != 1+2 {
		t.Errorf("%d requests, %+v", len(requests), x)
	}
	if got := usedOf(tally, inner.Requests, Work); got != 10 {
		t.Errorf("%v children are billed", got)
	}
	// Ten children: four at once, six half a second apart; each takes 301 ms.
	near(t, "took", x.Latency.Mean()/1e9, 3.301, 1e-6)

	b.g.Functions[g].Error = 0.3
	for tolerate, want := range map[float64]uint64{0: 1, 1: 0} {
		b.g.Steps[m.Map.First+2].Map.Tolerate = tolerate
		tally, _ = b.run(t, config{arrivals: [][]sim.Time{{0}}})
		if got := tally.Flows[f].Failed; got != want {
			t.Errorf("tolerates %v: %d failed", tolerate, got)
		}
	}
}

// Who waits for a flow's end starts it another way than who does not; its own steps are
// on its own path, and the step that called it on its caller's.
func TestSubFlows(t *testing.T) {
	b := newBuilder(100 * second)
	e := nothing()
	e.Start, e.StartSync = after(300*ms), after(100*ms)
	inner, f := b.flow("inner", e), b.flow("f", e)
	b.main(inner, callOf("call", b.function("g", after(second))))
	sync, async := callOf("sync", None), callOf("async", None)
	sync.SubFlow, async.SubFlow, async.Async = inner, inner, true
	b.main(f, sync, async)
	b.trigger("t", f)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0}}})
	if x, y := tally.Flows[inner], tally.Flows[f]; x.Latency.Min != 1100*ms || x.Latency.Max != 1300*ms || y.Latency.Max != 1400*ms {
		t.Errorf("inner took %d to %d, outer %d", x.Latency.Min, x.Latency.Max, y.Latency.Max)
	}
	if s := tally.Steps[1]; s.Critical.Float() != 1.1e9 || s.Stores.Float() != 1.1e9 || tally.Steps[0].OnPath != 2 {
		t.Errorf("%+v", s)
	}
}

// A gap and what a fan-out adds are interpolated.
func TestGapAndFanOut(t *testing.T) {
	b := newBuilder(100 * second)
	e := nothing()
	e.Gap = []Gap{{32, after(100 * ms)}, {1032, after(200 * ms)}}
	e.FanOut = []FanOut{{2, after(second)}, {4, after(3 * second)}}
	e.State = after(10 * ms)
	f := b.flow("f", e)
	g := b.function("g", after(second))
	item := b.list(f, callOf("item", g))
	b.main(f, step(PassStep, "pass"), callOf("one", g), mapOf("three", 3, item), callOf("two", g))
	b.trigger("t", f)
	for size, gap := range map[int64]sim.Time{10: 100 * ms, 532: 150 * ms, 5000: 200 * ms} {
		b.g.Triggers[0].Record = fixed(size)
		b.g.Steps[item].Input = fixed(size)
		b.g.Functions[g].Output = fixed(size)
		b.g.Steps[3].Output = fixed(size)
		tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0}}})
		if got, want := tally.Flows[f].Latency.Max, 10*ms+second+(2*second+gap+second)+gap+second; got != want {
			t.Errorf("%d bytes: took %d, want %d", size, got, want)
		}
	}
}

// What a map's items are is listed first; a list that fails is tried again.
func TestItemsAreListed(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.flow("f", nothing())
	objects := b.service("objects", Op{Name: "list", First: after(200 * ms), Error: 0.5})
	m := mapOf("map", 3, b.list(f, wait("wait", after(second))))
	u := asks(objects, 0)
	m.Map.Read = &u
	m.Retry = []Retry{{On: OnFailed, Attempts: 99, Backoff: backoff.Backoff{First: 100 * ms, Factor: 1}}}
	b.main(f, m)
	b.trigger("t", f)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{times(50, second)}})
	x, s := tally.Flows[f], tally.Services[objects]
	want := 50*1.2e9 + 0.3e9*float64(s.Failed)
	if x.Succeeded != 50 || s.Calls != 50+s.Failed || s.Failed < 30 || x.Latency.Sum.Float() != want || tally.Steps[0].Entered != 150 {
		t.Errorf("%d succeeded, took %v, want %v; %+v", x.Succeeded, x.Latency.Sum, want, s)
	}
}

// Who waits for an execution that ends for its payload only hears that it failed, and can
// catch that; so can a map of its own children.
func TestWhatIsTooLargeFailsItsExecution(t *testing.T) {
	b := newBuilder(100 * second)
	inner, f := b.flow("inner", b.standard()), b.flow("f", b.standard())
	large := step(PassStep, "large")
	large.Output = fixed(300_000)
	b.main(inner, large)
	sub := callOf("sub", None)
	sub.SubFlow, sub.Catch = inner, []Catch{{OnFailed, following}}
	m := mapOf("map", 2, b.list(f, large))
	m.Map.Distributed, m.Catch = true, []Catch{{OnFailed, following}}
	p := parallel("inline", b.list(f, large))
	p.Catch = m.Catch
	b.main(f, sub, m, step(PassStep, "pass"), p)
	b.trigger("t", f)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0}}})
	at := b.g.Flows[f].First
	if tally.Flows[inner].Exceeded != 1 || tally.Steps[at].Caught != 1 || tally.Steps[at+1].Caught != 1 || tally.Steps[at+3].Caught != 0 || tally.Flows[f].Exceeded != 1 {
		t.Errorf("%+v", tally.Flows)
	}
}

// A history of a pass is four events: the execution's and the state's.
func TestShortHistory(t *testing.T) {
	for events, failed := range map[int]uint64{3: 1, 4: 0} {
		b := newBuilder(100 * second)
		e := nothing()
		e.Events = events
		f := b.flow("f", e)
		b.main(f, step(PassStep, "pass"))
		b.trigger("t", f)
		tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0}}})
		if got := tally.Flows[f].Failed; got != failed {
			t.Errorf("at most %d events: %d failed", events, got)
		}
	}
}

// A product of bytes and time that no int64 holds is in MiB·ns, rounded up.
func TestMebibytes(t *testing.T) {
	for _, c := range []struct{ bytes, ns, want int64 }{{1, 1, 1}, {1 << 20, 7, 7}, {1<<20 + 1, 1, 2}, {8 << 30, 1e15, 8192e15}} {
		if got := mebibytes(c.bytes, c.ns); got != c.want {
			t.Errorf("%d bytes × %d ns are %d MiB·ns, want %d", c.bytes, c.ns, got, c.want)
		}
	}
}

// A flow's timeout of 5 s comes while its step, which failed at 1 s, waits 10 s for its retry:
// there is none.
func TestRetryThatTheTimeoutCuts(t *testing.T) {
	b := newBuilder(100 * second)
	flow := b.flow("main", nothing())
	s := callOf("call", b.fails("bad", after(second)))
	s.Retry = []Retry{{On: OnAny, Attempts: 3, Backoff: backoff.Backoff{First: 10 * second, Factor: 1}}}
	b.main(flow, s)
	b.g.Flows[flow].Timeout = 5 * second
	b.trigger("t", flow)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{times(10, second)}})
	if n := tally.Steps[0]; n.Entered != 10 || n.Attempts != 10 || n.Retries != 0 {
		t.Errorf("entered %d times, %d attempts, %d retries, want 10, 10, 0", n.Entered, n.Attempts, n.Retries)
	}
}

// A function that fails always is tried three times by its step: the first try is a failure,
// and what the two retries add is theirs, though they fail too: their calls and states, and
// the calls of a store that they make.
func TestWhatRetriesAdd(t *testing.T) {
	b := newBuilder(100 * second)
	e := b.standard()
	f := b.flow("f", e)
	bad := b.function("bad", after(ms))
	store := b.service("store", Op{Name: "read"})
	b.g.Functions[bad].Error, b.g.Functions[bad].Uses = 1, []Use{asks(store, 0)}
	s := callOf("call", bad)
	s.Retry = []Retry{{On: OnAny, Attempts: 2, Backoff: backoff.Backoff{First: ms, Factor: 1}}}
	b.main(f, s)
	b.trigger("t", f)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0}}})
	calls := map[Cause]uint64{}
	for _, c := range tally.Calls {
		calls[c.Cause] += c.N
	}
	if calls[Failure] != 1 || calls[Again] != 2 || len(calls) != 2 {
		t.Errorf("calls by cause: %v, want 1 failure and 2 retries", calls)
	}
	if work, again := used(&b.g, tally, "store read", Work), used(&b.g, tally, "store read", Again); work != 1 || again != 2 {
		t.Errorf("%d reads of the first try, %d of retries, want 1 and 2", work, again)
	}
	if got := usedOf(tally, e.Transitions, Again); got != 2 {
		t.Errorf("%v states are retries, want 2", got)
	}
}
