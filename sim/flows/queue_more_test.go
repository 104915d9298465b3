package flows

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

// A message that fails with p is received 1 ÷ (1 − p) times on average, and with three
// receives p³ of all are dead: whole batches of one, and records of batches that tell
// which of them failed.
func TestAttemptsAreGeometric(t *testing.T) {
	const n, p = 50_000, 0.4
	for _, c := range []struct {
		name     string
		batch    int
		partial  bool
		receives int
		attempts float64
		dead     float64
	}{
		{"one by one", 1, false, 0, 1 / (1 - p), 0},
		{"partial batches", 10, true, 0, 1 / (1 - p), 0},
		{"one by one, three receives", 1, false, 3, 1 + p + p*p, p * p * p},
		{"partial batches, three receives", 10, true, 3, 1 + p + p*p, p * p * p},
	} {
		b := newBuilder(n * 100 * ms)
		b.g.Drain = sim.Day
		f := b.function("f", after(ms))
		b.g.Functions[f].Error = p
		b.sqs(b.calls("q", f), Queue{Batch: c.batch, Window: sim.Time(c.batch-1) * 100 * ms, Visibility: 30 * second, Partial: c.partial, Receives: c.receives})
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(n, 100*ms)}})
		x := tally.Triggers[0]
		near(t, c.name+": receives of a message", float64(x.Received)/n, c.attempts, 0.01)
		if dead := float64(x.Dead) / n; math.Abs(dead-c.dead) > 0.05*c.dead {
			t.Errorf("%s: %v are dead, want %v", c.name, dead, c.dead)
		}
		if x.InFlight != 0 {
			t.Errorf("%s: %d in flight", c.name, x.InFlight)
		}
		if c.partial && x.Failed != 0 {
			t.Errorf("%s: %d batches failed as a whole", c.name, x.Failed)
		}
	}
}

// Of a batch that tells which of its messages failed the others are deleted: by one
// request for ten.
func TestDeletesByTens(t *testing.T) {
	b := newBuilder(1000 * second)
	b.sqs(b.calls("q", b.function("f", after(ms))), Queue{Batch: 25, Window: second, Visibility: sim.Minute})
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 50)}})
	if n := used(&b.g, tally, "q delete", Work); n != 6 {
		t.Errorf("%d deletes, want two times three", n)
	}
}

// Groups keep their order: a and b come alternately, a batch takes both, and what comes
// of a group while a batch of it is under way waits for its end.
func TestGroupsByHand(t *testing.T) {
	b := newBuilder(1000 * second)
	f := b.function("f", after(10*second))
	q := b.calls("q", f)
	q.Keys = &Keys{Popularity: []float64{1}}
	b.sqs(q, Queue{FIFO: true, Batch: 2, Visibility: sim.Minute})
	_, requests := b.runAll(t, config{arrivals: [][]sim.Time{{0, second, 2 * second, 3 * second, 3 * second}}})
	// One group: the first alone, then two and two.
	if got, want := starts(requests, uint32(f), second), "0 10 20"; got != want {
		t.Errorf("one group: starts at %s, want %s", got, want)
	}
	b.g.Triggers[0].Keys = nil // each its own group
	_, requests = b.runAll(t, config{arrivals: [][]sim.Time{{0, second, 2 * second, 3 * second, 3 * second}}})
	if got, want := starts(requests, uint32(f), second), "0 1 2 3"; got != want {
		t.Errorf("a group each: starts at %s, want %s", got, want)
	}
}

// What fails blocks its group until it is seen again, or is dead.
func TestBlockedGroupByHand(t *testing.T) {
	b := newBuilder(1000 * second)
	bad := b.fails("bad", after(second))
	q := b.calls("q", bad)
	q.Keys = &Keys{Popularity: []float64{1}}
	b.sqs(q, Queue{FIFO: true, Batch: 1, Visibility: 30 * second, Receives: 2})
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{0, second}}})
	if got, want := starts(requests, uint32(bad), second), "0 30#1 60 90#1"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	if x := tally.Triggers[0]; x.Dead != 2 {
		t.Errorf("%+v", x)
	}
}

// Azure's listener polls after 2, 4, … 60 s, takes 16 at once, one function each, and
// polls again when 8 or fewer are under way. What failed is seen again at once, five
// times in all.
func azure(b *builder, t *Trigger) {
	b.sqs(t, Queue{Batch: 1, Receives: 5, Pollers: Pollers{Start: 1, Most: 1, Each: 24}, Refill: 8, Again: &Retry{}})
	t.Queue.PerReceive, t.Queue.PerDelete = 16, 1
	t.Queue.Backoff = []sim.Time{2 * second, 4 * second, 8 * second, 16 * second, 32 * second, 60 * second}
}

func TestAzureQueueByHand(t *testing.T) {
	b := newBuilder(200 * second)
	f := b.function("f", after(10*second))
	azure(b, b.calls("q", f))
	// Polls at 0, 2, 6, 14, 30, 62, 122, 182 s … Of 20 at 20 s it takes 16 at 30 s, and at 40 s, when they end one by one
	// and the eighth is left, the other four.
	arrivals := make([]sim.Time, 20)
	for k := range arrivals {
		arrivals[k] = 20 * second
	}
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{arrivals}})
	at := map[sim.Time]int{}
	for _, r := range requests {
		at[r.Arrival/second]++
	}
	if at[30] != 16 || at[40] != 4 {
		t.Errorf("starts by second: %v, want 16 at 30 and 4 at 40", at)
	}
	// Empty: 0, 2, 6, 14; then from 40 on, which was not, waits begin anew. Those of 40 and 50 s, when the others end, find nothing.
	x := tally.Triggers[0]
	if x.Deleted != 20 || used(&b.g, tally, "q delete", Work) != 20 {
		t.Errorf("%+v", x)
	}
	if n := used(&b.g, tally, "q receive", Work); n != 2 {
		t.Errorf("%d receives, want 2", n)
	}
}

func TestAzureQueueIdle(t *testing.T) {
	b := newBuilder(sim.Day)
	azure(b, b.calls("q", b.function("f", after(ms))))
	tally, _ := b.runAll(t, config{})
	// 0, 2, 6, 14, 30, 62 s, and then each 60 s before 86,400 s.
	const want = 5 + (86_400-62+59)/60
	if n := used(&b.g, tally, "q receive", Empty); n != want {
		t.Errorf("%d empty receives, want %d", n, want)
	}
}

// A message that fails after 1 s is taken again by the next poll, 2 s after the one that
// followed its receipt at once and found nothing.
func TestAzurePoisonByHand(t *testing.T) {
	b := newBuilder(200 * second)
	bad := b.fails("bad", after(second))
	azure(b, b.calls("q", bad))
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{0}}})
	if got, want := starts(requests, uint32(bad), second), "0 2#1 4#2 6#3 8#4"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	if x := tally.Triggers[0]; x.Dead != 1 {
		t.Errorf("%+v", x)
	}
}

// A service that pushes starts a function for each message, however many; what failed
// is pushed again 100 ms, 200 ms, 400 ms … later. There are no polls.
func TestPushByHand(t *testing.T) {
	b := newBuilder(200 * second)
	bad := b.fails("bad", after(second))
	b.sqs(b.calls("q", bad), Queue{Batch: 1, Receives: 4, Again: &Retry{Backoff: backoff.Backoff{First: 100 * ms, Factor: 2, Cap: sim.Minute}}})
	b.g.Triggers[0].Queue.Pollers = Pollers{}
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{0}}})
	if got, want := starts(requests, uint32(bad), ms), "0 1100#1 2300#2 3700#3"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	if x := tally.Triggers[0]; x.Dead != 1 || x.Polls != 0 {
		t.Errorf("%+v", x)
	}
	b.g.Functions[bad].Error = 0
	_, requests = b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 100)}})
	if len(requests) != 100 || requests[99].Arrival != 0 {
		t.Errorf("%d requests, the last at %d", len(requests), requests[len(requests)-1].Arrival)
	}
}

// Two pollers are kept, and billed by the hour, whatever comes; three more are made
// while messages wait, and go when a poll of theirs comes back empty.
func TestProvisionedPollersByHand(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.function("f", after(10*second))
	q := b.calls("q", f)
	b.sqs(q, Queue{Batch: 1, Visibility: sim.Hour, Pollers: Pollers{Start: 2, Most: 5, Grow: 60}})
	q.Queue.Pollers.Provisioned = b.meter("pollers")
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 5)}})
	if got, want := starts(requests, uint32(f), second), "0 0 1 2 3"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	// Two for 100 s. Those of 0 s poll from 10 s on and come back empty first, at 30 s; the one of 1 s at 31 s.
	want := 2*100 + (30 - 1) + (30 - 2) + (31 - 3)
	if n := used(&b.g, tally, "pollers", Held); n != uint64(want)*uint64(second) {
		t.Errorf("%d ns of pollers, want %d s", n, want)
	}
}

// A function that turns away what is over its limit of one: the messages are received
// again when their visibility is over, and are dead after the second time though they
// never reached it.
func TestThrottledBatchesCount(t *testing.T) {
	b := newBuilder(1000 * second)
	f := b.function("f", after(45*second))
	b.sqs(b.calls("q", f), Queue{Batch: 1, Visibility: 30 * second, Receives: 2})
	p := anyNumber
	p.Limit = sim.Limit{Function: 1}
	b.g.Functions[f].Rejects = true
	arrivals := []sim.Time{0, second, 2 * second}
	b.g.Triggers[0].Queue.Visibility = 50 * second
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{arrivals}, platforms: []sim.Platform{p}})
	// 0: served. 1, 2: turned away, again at 51 and 52: the first of them is served, the other is dead.
	if x := tally.Triggers[0]; x.Deleted != 2 || x.Dead != 1 || x.Rejected != 3 || x.Started != 2 {
		t.Errorf("%+v", x)
	}
}

// One delivery in ten is doubled; that is billed as what it is, and changes no
// message's fate.
func TestDuplicateDeliveries(t *testing.T) {
	const n = 20_000
	b := newBuilder(n * second)
	b.g.Drain = sim.Hour
	f := b.function("f", after(ms))
	q := b.calls("q", f)
	q.Duplicates = 0.1
	b.sqs(q, Queue{Batch: 1, Visibility: sim.Minute})
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(n, second)}})
	x := tally.Triggers[0]
	near(t, "duplicates", float64(x.Duplicated)/n, 0.1, 0.05)
	if x.Deleted != n || x.Received != n+x.Duplicated || x.Again != 0 || used(&b.g, tally, "q receive", Duplicate) != x.Duplicated {
		t.Errorf("%+v", x)
	}
	calls := map[Cause]uint64{}
	for _, c := range tally.Calls {
		calls[c.Cause] += c.N
	}
	if calls[Duplicate] != x.Duplicated || calls[Work] != n {
		t.Errorf("calls by cause %v", calls)
	}
}

// What is neither done nor dead when the drain is over is in flight: a message that is
// hidden, one that waits for a poller and one that is delayed.
func TestInFlightAtTheEnd(t *testing.T) {
	b := newBuilder(100 * second)
	b.g.Drain = 10 * second
	bad := b.fails("bad", after(second))
	b.sqs(b.calls("hidden", bad), Queue{Batch: 1, Visibility: sim.Minute})
	b.sqs(b.calls("delayed", b.function("f", after(second))), Queue{Batch: 1, Visibility: sim.Minute, Delay: 200 * second})
	b.sqs(b.calls("waiting", b.function("slow", after(sim.Hour))), Queue{Batch: 1, Visibility: 2 * sim.Hour, Pollers: Pollers{Start: 1, Most: 1}})
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{90 * second}, {90 * second}, {80 * second, 90 * second}}})
	for k, want := range []uint64{1, 1, 1} {
		if x := tally.Triggers[k]; x.InFlight != want {
			t.Errorf("%s: %+v", b.g.Triggers[k].Name, x)
		}
	}
	if len(requests) != 2 {
		t.Errorf("%d requests, want 2", len(requests))
	}
}

// What came before the window counts nowhere, though it goes on into it.
func TestMessagesBeforeTheWindow(t *testing.T) {
	b := newBuilder(100 * second)
	b.g.Warmup, b.g.Drain = 50*second, 100*second
	bad := b.fails("bad", after(second))
	b.sqs(b.calls("q", bad), Queue{Batch: 1, Visibility: 30 * second, Receives: 3})
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{40 * second, 60 * second}}})
	if x := tally.Triggers[0]; x.Arrived != 1 || x.Received != 3 || x.Dead != 1 || len(requests) != 6 {
		t.Errorf("%+v, %d requests", x, len(requests))
	}
}

// chain makes applications of queues, streams, buses, calls and callers that send to
// each other, and run out: a function sends to triggers behind its own only.
func chainOf(r *rapid.T) *builder {
	b := newBuilder(30 * second)
	b.g.Drain = rapid.SampledFrom([]sim.Time{0, 10 * second, sim.Day}).Draw(r, "drain")
	b.g.Warmup = rapid.SampledFrom([]sim.Time{0, 10 * second}).Draw(r, "warmup")
	n := rapid.IntRange(1, 5).Draw(r, "triggers")
	parked := b.parked()
	for k := range n {
		name := fmt.Sprint("t", k)
		f := b.function("f "+name, exponential(rapid.SampledFrom([]sim.Time{ms, 200 * ms, 3 * second}).Draw(r, "service")))
		b.g.Functions[f].Error = rapid.SampledFrom([]float64{0, 0.2, 0.7}).Draw(r, "error")
		var dead *Send
		switch to := rapid.IntRange(k, n+1).Draw(r, "dead"); {
		case to == k:
		case to < n:
			dead = &Send{Trigger: int32(to), Service: None, Count: 1}
		default:
			dead = &Send{Trigger: None, Service: parked, Count: 1}
		}
		var uses []Use
		if to := rapid.IntRange(k, n).Draw(r, "sends to"); to > k && to < n {
			uses = []Use{{Service: None, Function: None, Flow: None, Count: 1, Probability: 0.7, SkipOnHit: None, Send: &Send{Trigger: int32(to), Service: None, Count: rapid.SampledFrom([]float64{0.5, 1, 2.3}).Draw(r, "count")}}}
		}
		b.g.Functions[f].Uses = uses
		t := b.calls(name, f)
		if rapid.Bool().Draw(r, "flow") {
			flow := b.flow("flow "+name, nothing())
			call := callOf("call", f)
			call.Retry = []Retry{{On: OnFailed, Attempts: 1, Backoff: backoff.Backoff{First: second, Factor: 1}}}
			steps := []Step{call}
			if k+1 < n {
				steps = append(steps, sendOf("send", Send{Trigger: int32(k + 1), Service: None, Count: 0.8}))
			}
			b.main(flow, steps...)
			t.Start = Target{Function: None, Flow: flow}
		}
		t.Duplicates = rapid.SampledFrom([]float64{0, 0.1}).Draw(r, "duplicates")
		t.Record = fixed(rapid.SampledFrom([]int64{1000, 200_000}).Draw(r, "size"))
		if rapid.Bool().Draw(r, "keys") {
			t.Keys = &Keys{Popularity: []float64{0.5, 0.75, 1}}
		}
		switch rapid.IntRange(0, 5).Draw(r, "kind") {
		case 0:
			b.sqs(t, Queue{
				FIFO: rapid.Bool().Draw(r, "fifo"), Batch: rapid.IntRange(1, 20).Draw(r, "batch"), Window: rapid.SampledFrom([]sim.Time{0, second}).Draw(r, "window"),
				Visibility: rapid.SampledFrom([]sim.Time{second, 10 * second}).Draw(r, "visibility"), Receives: rapid.IntRange(0, 4).Draw(r, "receives"), Dead: dead,
				Partial: rapid.Bool().Draw(r, "partial"), Latency: exponential(20 * ms), Concurrency: anyOf(rapid.IntRange(0, 3).Draw(r, "concurrency")),
				Pollers: Pollers{Start: rapid.IntRange(1, 5).Draw(r, "pollers"), Most: rapid.IntRange(1, 20).Draw(r, "most"), Grow: 300, Each: rapid.IntRange(1, 3).Draw(r, "each")},
			})
			t.Queue.Bytes = rapid.SampledFrom([]int64{1500, 300_000, 6 << 20}).Draw(r, "bytes") // 1,500: one message at a time
		case 1:
			azure(b, t)
			t.Queue.Dead = dead
		case 2:
			b.kinesis(t, Stream{
				Shards: rapid.IntRange(1, 3).Draw(r, "shards"), Batch: rapid.IntRange(1, 10).Draw(r, "batch"), Parallel: rapid.IntRange(1, 3).Draw(r, "parallel"),
				Window: rapid.SampledFrom([]sim.Time{0, second}).Draw(r, "window"), Retries: rapid.IntRange(-1, 3).Draw(r, "retries"), Bisect: rapid.Bool().Draw(r, "bisect"),
				Partial: rapid.Bool().Draw(r, "partial"), MaxAge: rapid.SampledFrom([]sim.Time{5 * second, sim.Hour}).Draw(r, "age"), Dead: dead,
				Poll: rapid.SampledFrom([]sim.Time{-1, second}).Draw(r, "poll"), In: &Bucket{Burst: 3, Rate: 20}, InBytes: &Bucket{Burst: 1 << 20, Rate: 1 << 20}, OutBytes: &Bucket{Burst: 1, Rate: 1 << 20},
				OnDemand: rapid.Bool().Draw(r, "on demand"),
			})
		case 3:
			t.Bus = &Bus{Service: None, Match: 0.6, Retry: doubling(rapid.IntRange(0, 3).Draw(r, "retries"), second, 4*second), MaxAge: 20 * second, Dead: dead}
		case 4:
			t.Async = lambdaAsync()
			t.Async.Dead = dead
		case 5:
			b.gateway(t, &Bucket{Burst: 2, Rate: 3})
			t.HTTP.Timeout = second
			t.HTTP.Client = &Retry{On: OnAny, Attempts: 2, Backoff: backoff.Backoff{First: second, Factor: 2, Jitter: backoff.Full}}
		}
	}
	return b
}

// Whatever the application, each message is deleted, dead, filtered or in flight, and
// each start has ended or is under way; on one worker, three and 64 all is the same.
func TestConservation(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := chainOf(r)
		key := sim.RunKey{Seed: rapid.Uint64().Draw(r, "draws")}
		c := config{key: key}
		for range b.g.Triggers {
			c.arrivals = append(c.arrivals, poisson(rapid.SampledFrom([]float64{0.1, 2, 8}).Draw(r, "rate"), 30*second, rapid.Uint64().Draw(r, "seed")))
		}
		p := anyNumber
		if most := rapid.IntRange(0, 3).Draw(r, "limit"); most > 0 {
			p.Limit = sim.Limit{Function: most, Over: rapid.SampledFrom([]sim.Over{sim.RejectOver, sim.QueueOver}).Draw(r, "over")}
		}
		c.platforms = []sim.Platform{p}
		tally, requests := b.runAll(r, c)
		checkBatches(r, &b.g, requests)
		for _, workers := range []int{3, 64} {
			c.workers = workers
			if again, _ := b.runAll(r, c); !reflect.DeepEqual(tally, again) {
				r.Fatalf("on %d workers:\n%+v\non one:\n%+v", workers, again, tally)
			}
		}
	})
}

// A batch is gathered for 50 s from its first message on, at 5 s. Its poller asks again
// at 5 s, has a message at 30 s, and asks from there on: of its polls those of 5 (until
// 25), 30 and 50 s, which the window's end cuts short at 55 s, came back empty. The
// poll of 25 s had the message.
func TestEmptyReceivesOfAWindow(t *testing.T) {
	b := newBuilder(56 * second)
	b.sqs(b.calls("q", b.function("f", after(10*second))), Queue{Batch: 10, Window: 50 * second, Visibility: sim.Hour, Pollers: Pollers{Start: 1, Most: 1}})
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{5 * second, 30 * second}}})
	if got, want := starts(requests, 0, second), "55"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	if n := used(&b.g, tally, "q receive", Empty); n != 3 {
		t.Errorf("%d empty receives, want 3", n)
	}
	if n := used(&b.g, tally, "q receive", Work); n != 2 {
		t.Errorf("%d receives, want 2", n)
	}
}

// Receives before the window are no polls of it.
func TestPollsBeforeTheWindow(t *testing.T) {
	b := newBuilder(100 * second)
	b.g.Warmup = 50 * second
	b.sqs(b.calls("q", b.function("f", after(second))), Queue{Batch: 1, Visibility: sim.Minute, Pollers: Pollers{Start: 1, Most: 1}})
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{10 * second, 60 * second}}})
	// Polls from 11 s on, at 11, 31 and 51 s; that has the message of 60 s. Then from 61 on, at 61 and 81 s.
	if x := tally.Triggers[0]; x.Polls != 1+2 || x.EmptyPolls != 2 {
		t.Errorf("%+v", x)
	}
}

// A queue that moves its dead by itself bills no send for it.
func TestDeadAreMoved(t *testing.T) {
	b := newBuilder(1000 * second)
	bad, good := b.fails("bad", after(second)), b.function("good", after(ms))
	b.sqs(b.calls("q", bad), Queue{Batch: 1, Visibility: 30 * second, Receives: 1, Moves: true, Dead: &Send{Trigger: 1, Service: None, Count: 1}})
	b.sqs(b.calls("parked", good), Queue{Batch: 1, Visibility: sim.Minute, Latency: after(20 * ms)})
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{0}}})
	if got, want := starts(requests, uint32(good), ms), "30020"; got != want {
		t.Errorf("the dead start %s, want %s", got, want)
	}
	if x := tally.Triggers[1]; x.Sent != 1 || x.Deleted != 1 || used(&b.g, tally, "parked send", Failure)+used(&b.g, tally, "parked send", Work) != 0 {
		t.Errorf("%+v", x)
	}
}

// A queue 80 ms away from its producer and from its function: a message is there after
// a round trip, and what it starts has another.
func TestQueueFarAway(t *testing.T) {
	b := newBuilder(100 * second)
	b.g.Places = append(b.g.Places, "far")
	b.g.Hops = []Hop{{Egress: None}, {RTT: after(80 * ms), Egress: None}, {RTT: after(80 * ms), Egress: None}, {Egress: None}}
	b.sqs(b.calls("q", b.function("f", after(ms))), Queue{Batch: 1, Visibility: sim.Minute})
	b.g.Services[0].Place = 1
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{second}}})
	if l := tally.Triggers[0].Latency; l.Max != 161*ms {
		t.Errorf("a message took %d, want 161 ms", l.Max)
	}
}

// What is moved to a queue that nobody receives from stays there, and is counted.
func TestDeadAreMovedToAStore(t *testing.T) {
	b := newBuilder(1000 * second)
	parked := b.parked()
	b.sqs(b.calls("q", b.fails("bad", after(second))), Queue{Batch: 1, Visibility: 30 * second, Receives: 1, Moves: true, Dead: &Send{Trigger: None, Service: parked, Count: 1}})
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{0, second}}})
	if n := tally.Services[parked].Calls; n != 2 || used(&b.g, tally, "parked send", Failure) != 0 {
		t.Errorf("%d are there, want 2", n)
	}
}

// A flow that waits for an answer that never comes is under way when the run is over,
// and its message is in flight.
func TestUnfinishedDelivery(t *testing.T) {
	b := newBuilder(100 * second)
	flow := b.flow("flow", nothing())
	call := callOf("call", b.function("f", after(second)))
	call.Callback = &Callback{After: after(second), Never: 1}
	b.main(flow, call)
	b.trigger("q", flow)
	b.g.Triggers[0].Record = fixed(1000)
	b.sqs(&b.g.Triggers[0], Queue{Batch: 1, Visibility: sim.Hour})
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{0}}})
	if x := tally.Triggers[0]; x.Started != 1 || x.Unfinished != 1 || x.InFlight != 1 {
		t.Errorf("%+v", x)
	}
}

// anyOf is so many batches at a time; of 0 any number.
func anyOf(n int) *Slots {
	if n == 0 {
		return nil
	}
	return &Slots{N: n}
}
