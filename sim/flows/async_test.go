package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

// lambdaAsync is what Lambda does with calls that nobody waits for: two retries, after
// one and two minutes; throttles after 1 s to 5 min, for 6 h.
func lambdaAsync() *Async {
	return &Async{Retries: 2, After: []sim.Time{sim.Minute, 2 * sim.Minute}, Throttle: Retry{Backoff: backoff.Backoff{First: second, Factor: 2, Cap: 5 * sim.Minute}}, MaxAge: 6 * sim.Hour}
}

// A call that fails is tried again after 1 and 2 minutes, and is dead then.
func TestAsyncRetriesByHand(t *testing.T) {
	b := newBuilder(1000 * second)
	bad := b.fails("bad", after(5*second))
	store := b.parked()
	trigger := b.calls("t", bad)
	trigger.Async = lambdaAsync()
	trigger.Async.Dead = &Send{Trigger: None, Service: store, Op: 0, Count: 1}
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{10 * second}}})
	// 10 … 15, + 60 s, … 80, + 120 s.
	if got, want := starts(requests, uint32(bad), second), "10 75#1 200#2"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	if n := tally.Triggers[0]; n.Received != 3 || n.Again != 2 || n.Dead != 1 || n.Failed != 3 {
		t.Errorf("%+v", n)
	}
	if tally.Services[store].Calls != 1 {
		t.Errorf("%d dead were put aside, want 1", tally.Services[store].Calls)
	}
}

func (b *builder) parked() int32 {
	b.meter("none")
	return b.service("parked", Op{Name: "send"})
}

// What is turned away is tried again after 1, 2, 4, … 300 s until it is 6 h old.
// One instance is busy with another function's call of 7 hours.
func TestAsyncThrottlesByHand(t *testing.T) {
	b := newBuilder(10 * sim.Hour)
	f := b.function("f", after(7*sim.Hour))
	b.calls("t", f).Async = lambdaAsync()
	p := anyNumber
	p.Limit = sim.Limit{Function: 1}
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{0, 0}}, platforms: []sim.Platform{p}})
	tries := []sim.Time{}
	for _, r := range requests {
		if r.Status == sim.Rejected {
			tries = append(tries, r.Arrival)
		}
	}
	// 0, 1, 3, 7 … 511 s by doubling (nine waits: 1 … 256 s), then every 300 s up to 6 h: ⌊(21,600 − 511) ÷ 300⌋ = 70.
	if want := 10 + 70; len(tries) != want {
		t.Errorf("%d tries were turned away, want %d", len(tries), want)
	}
	if n := tally.Triggers[0]; n.Dead != 1 || n.Deleted != 1 || n.Rejected != uint64(len(tries)) || n.Started != 1 {
		t.Errorf("%+v", n)
	}
	for k, want := range []sim.Time{0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811, 1111} {
		if tries[k] != want*second {
			t.Errorf("try %d at %d, want %d s", k, tries[k], want)
		}
	}
}

// Attempts of a call that fails with 0.3: 1 + p + p²; p³ are dead.
func TestAsyncAttempts(t *testing.T) {
	const n, p = 100_000, 0.3
	b := newBuilder(n * second)
	b.g.Drain = sim.Hour
	f := b.function("f", after(ms))
	b.g.Functions[f].Error = p
	b.calls("t", f).Async = lambdaAsync()
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(n, second)}})
	near(t, "attempts", float64(tally.Triggers[0].Received)/n, 1+p+p*p, 0.01)
	near(t, "dead", float64(tally.Triggers[0].Dead)/n, p*p*p, 0.05)
}

// An event in ten matches; puts are billed by 64 KB, whether they do or not. It takes
// 150 ms to its function.
func TestBusByHand(t *testing.T) {
	const n = 10_000
	b := newBuilder(n * second)
	b.meter("none")
	bus := b.service("bus", Op{Name: "put", Unit: 64 << 10})
	trigger := b.calls("t", b.function("f", after(50*ms)))
	trigger.Bus = &Bus{Service: bus, Put: 0, Match: 0.1, Retry: doubling(185, second, sim.Hour), MaxAge: sim.Day}
	trigger.Latency = after(150 * ms)
	trigger.Record = fixed(100 << 10)
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(n, second)}})
	x := tally.Triggers[0]
	near(t, "matches", float64(x.Started)/n, 0.1, 0.1)
	if x.Filtered+x.Deleted != n || x.Latency.Max != 200*ms || x.Latency.Min != 200*ms || used(&b.g, tally, "bus put", Work) != 2*n {
		t.Errorf("%+v", x)
	}
}

// A delivery that fails is tried again 1, 2, 4, 4, 4 s later, at most five times.
func TestBusRetriesByHand(t *testing.T) {
	b := newBuilder(1000 * second)
	bad := b.fails("bad", after(second))
	trigger := b.calls("t", bad)
	trigger.Bus = &Bus{Service: None, Match: 1, Retry: doubling(5, second, 4*second), MaxAge: sim.Day}
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{0}}})
	if got, want := starts(requests, uint32(bad), second), "0 2#1 5#2 10#3 15#4 20#5"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	if tally.Triggers[0].Dead != 1 {
		t.Errorf("%+v", tally.Triggers[0])
	}
	// Or until it is too old: at 12 s at the latest.
	b.g.Triggers[0].Bus.MaxAge = 12 * second
	_, requests = b.runAll(t, config{arrivals: [][]sim.Time{{0}}})
	if got, want := starts(requests, uint32(bad), second), "0 2#1 5#2 10#3"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
}

// An event that starts a flow is delivered when that has started: a flow that fails is
// not started again.
func TestBusToFlow(t *testing.T) {
	b := newBuilder(1000 * second)
	bad := b.fails("bad", after(second))
	flow := b.flow("flow", nothing())
	b.main(flow, callOf("call", bad))
	b.trigger("t", flow)
	b.g.Triggers[0].Bus = &Bus{Service: None, Match: 1, Retry: doubling(5, second, 4*second), MaxAge: sim.Day}
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{0}}})
	if len(requests) != 1 || tally.Triggers[0].Failed != 1 || tally.Triggers[0].Dead != 0 || tally.Triggers[0].Deleted != 1 {
		t.Errorf("%d requests, %+v", len(requests), tally.Triggers[0])
	}
}

// An object is written, billed at its store, and starts a function 1 s later; one in
// ten does twice, which is billed as that.
func TestObjectsAndDuplicates(t *testing.T) {
	const n = 10_000
	b := newBuilder(n * second)
	b.meter("none")
	store := b.service("store", Op{Name: "write", First: after(20 * ms), Writes: true})
	trigger := b.calls("t", b.function("f", after(50*ms)))
	trigger.Write = &Use{Service: store, Op: 0, Function: None, Flow: None, Count: 1, Probability: 1, SkipOnHit: None}
	trigger.Latency = after(second)
	trigger.Duplicates = 0.1
	b.g.Drain = sim.Minute
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(n, second)}})
	x := tally.Triggers[0]
	near(t, "duplicates", float64(x.Duplicated)/n, 0.1, 0.1)
	if x.Deleted != n || x.Started != n+x.Duplicated || x.Latency.Max != second+70*ms || used(&b.g, tally, "store write", Work) != n {
		t.Errorf("%+v", x)
	}
	calls := map[Cause]uint64{}
	for _, c := range tally.Calls {
		calls[c.Cause] += c.N
	}
	if calls[Work] != n || calls[Duplicate] != x.Duplicated {
		t.Errorf("calls by cause: %v, want %d duplicates", calls, x.Duplicated)
	}
}

// Each start of a schedule is billed.
func TestScheduleIsMetered(t *testing.T) {
	b := newBuilder(sim.Day)
	b.meter("none")
	trigger := b.calls("t", b.function("f", after(ms)))
	trigger.Meter = b.meter("starts")
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(24*60, sim.Minute)}})
	if n := used(&b.g, tally, "starts", Work); n != 1440 || tally.Triggers[0].Succeeded != 1440 {
		t.Errorf("%d starts billed, want 1,440", n)
	}
}

// A function that a bus calls is tried again by its platform's rules after its own
// failures: after 1 and 2 min, and where the next would be too old it goes to the platform's
// dead, though the bus would keep it for a day and has a place for its own.
func TestBusToAsyncByHand(t *testing.T) {
	b := newBuilder(1000 * second)
	bad := b.fails("bad", after(5*second))
	store := b.parked()
	trigger := b.calls("t", bad)
	trigger.Bus = &Bus{Service: None, Match: 1, Retry: doubling(185, second, sim.Hour), MaxAge: sim.Day}
	trigger.Async = lambdaAsync()
	trigger.Async.MaxAge, trigger.Async.Dead = 100*second, &Send{Trigger: None, Service: store, Op: 0, Count: 1}
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{10 * second}}})
	// 10 … 15, + 60 s, … 80; at 200 it is 190 s old.
	if got, want := starts(requests, uint32(bad), second), "10 75#1"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	if tally.Triggers[0].Dead != 1 || tally.Services[store].Calls != 1 {
		t.Errorf("%d dead, %d put aside, want 1 and 1", tally.Triggers[0].Dead, tally.Services[store].Calls)
	}
}
