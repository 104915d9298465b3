package flows

import (
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

// Services that ask each other in a ring, before each call and behind a miss, are joined
// with who calls them, as any are.
func TestRingsOfServicesAreJoined(t *testing.T) {
	b := newBuilder(second)
	b.meter("none")
	one, two := b.service("one", Op{Name: "read"}), b.service("two", Op{Name: "read"})
	uses := func(k int32) []Use { return []Use{asks(k, 0)} }
	b.g.Services[one].Before, b.g.Services[two].Before = uses(two), uses(one)
	b.g.Services[one].Behind, b.g.Services[two].Behind = two, one
	b.g.Services[two].Ops[0].Limit = &Bucket{Rate: 1, Burst: 1}
	for _, name := range []string{"f", "g"} {
		f := b.function(name, nil)
		b.g.Functions[f].Uses = uses(one)
	}
	if got := New(&b.g, sim.RunKey{}).Joined(); len(got) != 1 || len(got[0]) != 2 {
		t.Errorf("joined %v, want both functions, which share the limit of two", got)
	}
}

// Four queues polled each second, then each 2, then each 4: of 60 s after 0 there are
// polls at 1, 3 and each 4 s after that, up to 59: 2 + 14, whichever else runs beside.
// A message at 1 s begins one of them anew: a poll at 1 that finds it, then
// after 1, 3, 7 … 55 s of 59: 2 + 14 less what a queue had found nothing before.
func TestPollsOfAnOrchestratorCountOnce(t *testing.T) {
	for _, arrivals := range [][]sim.Time{nil, {second}} {
		var first uint64
		for others := range 3 {
			b := newBuilder(60 * second)
			b.meter("none")
			e := nothing()
			e.Polls = &Polls{Queues: 4, First: second, Most: 4 * second, Meter: b.meter("polls"), Owner: b.owner("hub")}
			flow := b.flow("main", e)
			b.main(flow, callOf("call", b.function("f", nil)))
			b.trigger("one", flow)
			all := [][]sim.Time{arrivals}
			for k := range others {
				name := string(rune('a' + k))
				other := b.flow(name, nothing())
				b.main(other, callOf("call", b.function("g"+name, nil)))
				b.trigger("t"+name, other)
				all = append(all, []sim.Time{2 * second})
			}
			tally, _ := b.runAll(t, config{arrivals: all})
			n := used(&b.g, tally, "polls", Empty)
			if arrivals == nil && n != 4*16 {
				t.Errorf("%d polls found nothing, want 4 × 16", n)
			}
			if others == 0 {
				first = n
			}
			if n != first {
				t.Errorf("%d polls beside %d other applications, want the %d of it alone", n, others, first)
			}
		}
	}
}

// A request whose state's store answers at once, and that times out at 1.5 s of four calls
// of 1 s each, makes two of them: what it has not asked for when it ends is not asked.
func TestTimedOutAfterItsStateAsksNoMore(t *testing.T) {
	for _, latency := range []sim.Time{0, 1} {
		b := newBuilder(60 * second)
		b.meter("none")
		cache := b.service("cache", Op{Name: "read", First: after(latency)})
		slow := b.service("slow", Op{Name: "query", First: after(second), Limit: &Bucket{Rate: 1e6, Burst: 1e6}})
		f := b.function("f", after(ms))
		u := asks(slow, 0)
		u.Count = 4
		b.g.Functions[f].Uses, b.g.Functions[f].Timeout = []Use{u}, 1500*ms
		b.g.Functions[f].State = &State{Size: 100, Service: cache}
		b.calls("t", f)
		b.g.Drain = sim.Minute
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{0}}, timeouts: map[int32]sim.Time{f: 1500 * ms}})
		if n := tally.Services[slow].Calls; n != 2 {
			t.Errorf("a store of %d ns: %d calls, want 2", latency, n)
		}
	}
}

// 100 items of one state each at 10 a second, a burst of one: the children of a
// distributed map wait as the items of one inline do. The map is the first state, so that
// the last of them begins 10 s after it.
func TestChildrenAreHeldToTransitions(t *testing.T) {
	for _, distributed := range []bool{false, true} {
		b := newBuilder(60 * second)
		b.meter("none")
		e := nothing()
		e.Counts = Counts{Pass: 1, Map: 1}
		e.States = &Bucket{Rate: 10, Burst: 1}
		flow := b.flow("main", e)
		m := mapOf("map", 100, b.list(flow, step(PassStep, "pass")))
		m.Map.Distributed = distributed
		b.main(flow, m)
		b.trigger("one", flow)
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{0}}})
		if d := tally.Flows[0].Latency.Max; d < 10*second || d > 10*second+1000 {
			t.Errorf("distributed %v: %v ns, want 10 s", distributed, d)
		}
	}
}

// A bus calls a function and does not wait: what the function has failed is tried again
// after 1 and 2 minutes by its platform, and is dead then, in the bus's dead letter queue.
// What is turned away the bus delivers again, 1, 2, 4 … s later. One that waits for the
// answer delivers again what failed.
func TestBusToFunctionInTwoStages(t *testing.T) {
	for _, c := range []struct {
		name  string
		async *Async
		limit int
		want  string
	}{
		{"fails", lambdaAsync(), 0, "0 65#1 190#2"},
		{"fails, the bus waits", nil, 0, "0 6#1 13#2 22#3"},
		{"is turned away, then fails", lambdaAsync(), 1, "0 1#1 3#2 0 7#3 65#1 72#4 190#2 197#5"},
	} {
		b := newBuilder(1000 * second)
		store := b.parked()
		bad := b.fails("bad", after(5*second))
		trigger := b.calls("t", bad)
		trigger.Bus = &Bus{Service: None, Match: 1, Retry: doubling(3, second, sim.Minute), MaxAge: sim.Day, Dead: &Send{Trigger: None, Service: store, Op: 0, Count: 1}}
		trigger.Async = c.async
		p := anyNumber
		p.Limit = sim.Limit{Function: c.limit}
		tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 1+c.limit)}, platforms: []sim.Platform{p}})
		if got := starts(requests, uint32(bad), second); got != c.want {
			t.Errorf("%s: starts at %s, want %s", c.name, got, c.want)
		}
		if n := uint64(1 + c.limit); tally.Triggers[0].Dead != n || tally.Services[store].Calls != n {
			t.Errorf("%s: %d dead, %d put aside, want %d", c.name, tally.Triggers[0].Dead, tally.Services[store].Calls, n)
		}
	}
}

// A record that no function can handle fails its batch at each delivery. Four records of a
// shard, the third is poison: with bisect the first two are done alone, and the poison
// alone is given up after its retries; where its function tells which has failed, what
// stood before it is done at once. Without either the whole batch is given up.
func TestPoisonRecords(t *testing.T) {
	for _, c := range []struct {
		name            string
		bisect, partial bool
		done, dead      uint64
		calls           int
	}{
		{"neither", false, false, 0, 4, 3}, // 1 try and 2 retries
		{"bisect", true, false, 3, 1, 7},   // all; the first two; the last two; the poison and its two retries; the last
		{"partial", false, true, 2, 2, 0},  // the two before it are done at the first try; what is left is given up together
	} {
		found := false
		for seed := range uint64(200) { // until the third alone is poison
			b := newBuilder(1000 * second)
			b.meter("none")
			trigger := b.calls("s", b.function("f", after(ms)))
			stream := b.service("stream", Op{Name: "put", Writes: true}, Op{Name: "get"})
			trigger.Stream = &Stream{Service: stream, Put: 0, Get: 1, Shards: 1, Pipe: None, Batch: 4, Window: second, Parallel: 1, Poll: second, Retries: 2, Bisect: c.bisect, Partial: c.partial}
			trigger.Poison = 0.25
			a := newActor(&b.g, sim.RunKey{Seed: seed})
			if bad := poisonOf(a, 4); len(bad) != 1 || bad[0] != 2 {
				continue
			}
			found = true
			tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 4)}, key: sim.RunKey{Seed: seed}})
			x := tally.Triggers[0]
			if x.Deleted != c.done || x.Dead != c.dead {
				t.Errorf("%s: %d done and %d dead, want %d and %d", c.name, x.Deleted, x.Dead, c.done, c.dead)
			}
			if c.calls > 0 && len(requests) != c.calls {
				t.Errorf("%s: %d calls, want %d", c.name, len(requests), c.calls)
			}
			break
		}
		if !found {
			t.Fatal("no seed makes the third record poison")
		}
	}
}

// poisonOf is which of the first records of the first trigger are poison.
func poisonOf(a *actor, n int) (bad []int) {
	for k := range n {
		if a.poisoned(&a.g.Triggers[0], sim.MadeKey(a.names[0], 0, uint32(k))) {
			bad = append(bad, k)
		}
	}
	return bad
}

// Of messages one by one in a queue the part that is poison is received as often as it may
// be, and is dead; all others are done at once. Three receipts of each of p × n.
func TestPoisonInAQueue(t *testing.T) {
	const n, p = 20_000, 0.01
	for _, partial := range []bool{false, true} {
		b := newBuilder(n * second)
		b.g.Drain = sim.Hour
		f := b.function("f", after(ms))
		b.sqs(b.calls("q", f), Queue{Batch: 1, Visibility: sim.Minute, Receives: 3, Partial: partial})
		b.g.Triggers[0].Poison = p
		bad := uint64(len(poisonOf(newActor(&b.g, sim.RunKey{}), n)))
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(n, second)}})
		near(t, "poison", float64(bad), n*p, 0.3)
		if x := tally.Triggers[0]; x.Dead != bad || x.Again != 2*bad || x.Deleted != n-bad {
			t.Errorf("partial %v: %d dead, %d received again, %d done, want %d, %d and %d", partial, x.Dead, x.Again, x.Deleted, bad, 2*bad, n-bad)
		}
	}
}

// A caller, or a batch, that only starts a flow of 10 s is answered when it has started: a
// caller after the 10 ms of the gateway, and the queue's batch is deleted then, though the
// flow fails. The execution goes on. One that waits is answered at its end.
func TestWhoOnlyStartsAFlow(t *testing.T) {
	for _, begun := range []bool{false, true} {
		b := newBuilder(100 * second)
		flow := b.flow("flow", nothing())
		b.main(flow, wait("wait", after(10*second)))
		b.trigger("api", flow)
		b.gateway(&b.g.Triggers[0], nil).HTTP.Begun = begun
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{second}}})
		want := 10*second + 10*ms
		if begun {
			want = 10 * ms
		}
		if x := tally.Triggers[0]; x.Succeeded != 1 || x.Latency.Max != want || tally.Flows[0].Succeeded != 1 || tally.Flows[0].Latency.Max != 10*second {
			t.Errorf("begun %v: answered after %d ns, want %d; the flow took %d", begun, x.Latency.Max, want, tally.Flows[0].Latency.Max)
		}
	}
	for _, detached := range []bool{false, true} {
		b := newBuilder(1000 * second)
		e := nothing()
		e.Detached = detached
		flow := b.flow("flow", e)
		b.main(flow, wait("wait", after(10*second)), step(FailStep, "no"))
		b.trigger("q", flow)
		b.sqs(&b.g.Triggers[0], Queue{Batch: 10, Visibility: sim.Minute, Receives: 2})
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{second}}})
		x, failed := tally.Triggers[0], tally.Flows[0].Failed
		if detached && (x.Deleted != 1 || x.Dead != 0 || x.Latency.Max != 0 || failed != 1) || !detached && (x.Deleted != 0 || x.Dead != 1 || failed != 2) {
			t.Errorf("detached %v: %d done, %d dead, %d executions failed", detached, x.Deleted, x.Dead, failed)
		}
	}
}

// Deliveries beyond what an attempt counts do not repeat the draws of the first.
func TestDrawsOfManyDeliveries(t *testing.T) {
	type drawn struct {
		key     uint64
		attempt uint16
	}
	seen := map[drawn]uint32{}
	for _, n := range []uint32{1, 2, 1 << 16, 1<<16 + 1, 1<<16 + 2, 2 << 16, 2<<16 + 1} {
		m := message{key: 7, received: n}
		key, attempt := m.draws()
		if before, ok := seen[drawn{key, attempt}]; ok {
			t.Errorf("delivery %d draws as delivery %d", n, before)
		}
		seen[drawn{key, attempt}] = n
	}
}

// Reads of a stream that find nothing have no bytes to bill, where it bills bytes.
func TestEmptyReadsHaveNoBytes(t *testing.T) {
	b := newBuilder(60 * second)
	b.meter("none")
	trigger := b.calls("s", b.function("f", after(ms)))
	stream := b.service("stream", Op{Name: "put", Writes: true}, Op{Name: "get", ByBytes: true})
	trigger.Stream = &Stream{Service: stream, Put: 0, Get: 1, Shards: 4, Pipe: None, Batch: 10, Poll: second, Parallel: 1}
	tally, _ := b.runAll(t, config{})
	if n := used(&b.g, tally, "stream get", Empty); n != 0 || tally.Triggers[0].EmptyPolls != 4*60 {
		t.Errorf("%d bytes of %d empty reads, want none of 240", n, tally.Triggers[0].EmptyPolls)
	}
}

// Keys of two triggers are no keys of each other: each has its own part of a limit of one
// a second, so that of two records at once, one of each, both are let in.
func TestPartitionsAreOfATrigger(t *testing.T) {
	for _, arrivals := range [][][]sim.Time{{{second}, {second}}, {{second, second}, nil}} {
		b := newBuilder(60 * second)
		b.meter("none")
		f := b.function("f", after(ms))
		table := b.service("table", Op{Name: "write", Writes: true, Partition: &Bucket{Rate: 1, Burst: 1}})
		b.g.Functions[f].Uses = []Use{asks(table, 0)}
		for _, name := range []string{"one", "two"} {
			b.calls(name, f).Keys = &Keys{Popularity: []float64{1}}
		}
		tally, _ := b.runAll(t, config{arrivals: arrivals})
		want := uint64(0)
		if len(arrivals[1]) == 0 {
			want = 1
		}
		if n := tally.Services[table].Throttled; n != want {
			t.Errorf("arrivals %v: %d throttled, want %d", arrivals, n, want)
		}
	}
}

// 2^62 bytes for 2^30 ns are 2^72 MiB·ns, more than is counted; 3 MiB for 7 ns are 21.
func TestMebibytesSaturate(t *testing.T) {
	if n := mebibytes(1<<62, 1<<30); n != math.MaxInt64 {
		t.Errorf("%d", n)
	}
	if n := mebibytes(3<<20, 7); n != 21 {
		t.Errorf("%d, want 21", n)
	}
}

// Of three messages at once at a function that takes one at a time the two others are
// turned away, at each of their three receipts: what has killed them is told by
// function. The first takes 1,000 s.
func TestWhatIsTurnedAwayIsToldByFunction(t *testing.T) {
	b := newBuilder(1000 * second)
	f := b.function("f", after(1000*second))
	b.sqs(b.calls("q", f), Queue{Batch: 1, Visibility: 2000 * second, Receives: 3, Again: &Retry{Backoff: backoff.Backoff{First: second, Factor: 1}}})
	p := anyNumber
	p.Limit = sim.Limit{Function: 1}
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 3)}, platforms: []sim.Platform{p}})
	n := uint64(0)
	for _, r := range requests {
		if r.Status == sim.Rejected {
			n++
		}
	}
	if x := tally.Triggers[0]; n != 6 || tally.Turned[f] != 6 || x.Rejected != 6 || x.Dead != 2 {
		t.Errorf("%d requests were turned away, told %v of the function and %d of the trigger, %d dead, want 6 and 2", n, tally.Turned, x.Rejected, x.Dead)
	}
}

// What is asked for the first record of a batch does not draw as the batch's own call
// does: the same function, called by both, takes another time, in each of 100.
func TestRecordsDrawApartFromTheirBatch(t *testing.T) {
	b := newBuilder(1000 * second)
	inner := b.function("inner", exponential(second))
	outer := b.function("outer", exponential(second))
	u := calls(inner)
	u.PerRecord = true
	b.g.Functions[outer].Uses = []Use{u}
	b.sqs(b.calls("q", outer), Queue{Batch: 1, Visibility: 900 * second})
	_, requests := b.runAll(t, config{arrivals: [][]sim.Time{times(100, second)}})
	inners := map[sim.Time]bool{}
	for _, r := range requests {
		if r.Function == uint32(inner) {
			inners[r.End-r.Start] = true
		}
	}
	same := 0
	for _, r := range requests {
		if d := r.End - r.Start; r.Function == uint32(outer) && inners[d/2] { // its own time, then the inner's
			same++
		}
	}
	if len(inners) != 100 || same > 0 {
		t.Errorf("%d calls of %d took as long as what they called, want none of 100", same, len(inners))
	}
}
