package flows

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// starts lists when a function's requests arrive, and the attempt where it is not the first.
func starts(requests []sim.Outcome, function uint32, unit sim.Time) string {
	var all []string
	for _, r := range requests {
		if r.Function == function {
			s := fmt.Sprint(float64(r.Arrival) / float64(unit))
			if r.Attempt > 0 {
				s += fmt.Sprintf("#%d", r.Attempt)
			}
			all = append(all, s)
		}
	}
	return strings.Join(all, " ")
}

// Five pollers ask every 20 s for 30 days: 5 × 2,592,000 ÷ 20 receives, and nothing
// else happens. Ten days that nobody measures come before.
func TestIdleQueue(t *testing.T) {
	for _, warmup := range []sim.Time{0, 10 * sim.Day} {
		b := newBuilder(warmup + 30*sim.Day)
		b.g.Warmup = warmup
		b.sqs(b.calls("q", b.function("f", after(ms))), Queue{Batch: 10, Visibility: sim.Minute})
		tally, _ := b.runAll(t, config{})
		if n := used(&b.g, tally, "q receive", Empty); n != 648_000 {
			t.Errorf("after %d: %d empty receives, want 648,000", warmup, n)
		}
		if q := tally.Triggers[0]; q.Polls != 648_000 || q.EmptyPolls != 648_000 {
			t.Errorf("%d polls, %d empty", q.Polls, q.EmptyPolls)
		}
	}
}

// Messages at 1 s, 3 at 50 s and one at 130 s. Five pollers poll at 0, 20, 40 …; who
// has polled longest takes what comes.
func TestEmptyReceivesByHand(t *testing.T) {
	b := newBuilder(200 * second)
	f := b.function("f", after(5*second))
	b.sqs(b.calls("q", f), Queue{Batch: 10, Visibility: sim.Minute})
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{second, 50 * second, 50 * second, 50 * second, 130 * second}}})
	if got, want := starts(requests, uint32(f), second), "1 50 130"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	// Poller 1 takes the first at 1 s, polls again from 6 s: empty from 6 to 26, … 186: ⌊194 ÷ 20⌋ = 9 until 186, and one
	// more that begins at 186: 10. Poller 2: 2 empty by 50, then from 55 on: 55, 75 … 195: 8. Poller 3: 6 empty by 130
	// (0 … 120), then from 135 on: 135, 155, 175, 195: 4. Pollers 4 and 5: 10 each.
	const empty = 10 + 2 + 8 + 6 + 4 + 10 + 10
	if n := used(&b.g, tally, "q receive", Empty); n != empty {
		t.Errorf("%d empty receives, want %d", n, empty)
	}
	for meter, want := range map[string]uint64{"q send": 5, "q receive": 3, "q delete": 3} {
		if n := used(&b.g, tally, meter, Work); n != want {
			t.Errorf("%s: %d, want %d", meter, n, want)
		}
	}
}

// A batch is full, its window is over, or it has 6 MB.
func TestBatchesByHand(t *testing.T) {
	for _, c := range []struct {
		name     string
		queue    Queue
		size     int64
		arrivals []sim.Time
		want     string
		receives uint64
	}{
		{"what is there goes at once", Queue{Batch: 10}, 1000, []sim.Time{0, second, second, 2 * second}, "0 1 2", 3},
		{"25 at once", Queue{Batch: 10}, 1000, make([]sim.Time, 25), "0 0 0", 3},
		{"the window", Queue{Batch: 10, Window: 5 * second}, 1000, []sim.Time{0, second, 2 * second, 6 * second}, "5 11", 4},
		{"full before its window", Queue{Batch: 3, Window: 5 * second}, 1000, []sim.Time{0, second, 2 * second, 6 * second}, "2 11", 4},
		{"60 in tens, for a batch of 50", Queue{Batch: 50, Window: 5 * second}, 1000, make([]sim.Time, 60), "0 5", 6},
		{"6 MB", Queue{Batch: 1000, Window: 5 * second}, 1 << 20, []sim.Time{0, second, second, second, second, second, second}, "1 6", 1 + 16 + 16 + 64 + 16},
	} {
		b := newBuilder(100 * second)
		f := b.function("f", after(ms))
		trigger := b.calls("q", f)
		trigger.Record = fixed(c.size)
		c.queue.Visibility = sim.Minute
		b.sqs(trigger, c.queue)
		tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{c.arrivals}})
		if got := starts(requests, uint32(f), second); got != c.want {
			t.Errorf("%s: starts at %s, want %s", c.name, got, c.want)
		}
		if n := used(&b.g, tally, "q receive", Work); n != c.receives && c.size == 1000 {
			t.Errorf("%s: %d receives, want %d", c.name, n, c.receives)
		}
		if q := tally.Triggers[0]; q.Deleted != uint64(len(c.arrivals)) {
			t.Errorf("%s: %d deleted of %d", c.name, q.Deleted, len(c.arrivals))
		}
	}
}

// What fails is seen again a minute after its receipt, and is dead after the third.
// The dead go to another queue, which nothing is received from before.
func TestVisibilityAndDeadLettersByHand(t *testing.T) {
	b := newBuilder(1000 * second)
	bad, good := b.fails("bad", after(2*second)), b.function("good", after(ms))
	b.sqs(b.calls("q", bad), Queue{Batch: 10, Visibility: sim.Minute, Receives: 3, Dead: &Send{Trigger: 1, Service: None, Count: 1}})
	b.sqs(b.calls("parked", good), Queue{Batch: 10, Visibility: sim.Minute})
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{10 * second, 10 * second}}})
	if got, want := starts(requests, uint32(bad), second), "10 70#1 130#2"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	if got, want := starts(requests, uint32(good), second), "190"; got != want {
		t.Errorf("the dead start %s, want %s", got, want)
	}
	if q := tally.Triggers[0]; q.Received != 6 || q.Again != 4 || q.Dead != 2 || q.Failed != 3 || q.Started != 3 {
		t.Errorf("%+v", q)
	}
	if q := tally.Triggers[1]; q.Sent != 2 || q.Deleted != 2 || q.Arrived != 0 {
		t.Errorf("%+v", q)
	}
	if n := used(&b.g, tally, "q receive", Again); n != 2 {
		t.Errorf("%d receives again, want 2", n)
	}
	if n := used(&b.g, tally, "parked send", Failure); n != 2 {
		t.Errorf("%d sends of the dead, want 2", n)
	}
}

// A function that takes longer than its messages are hidden has them received twice;
// who ends first deletes them, and the other's end changes nothing.
func TestVisibilityShorterThanTheFunction(t *testing.T) {
	b := newBuilder(1000 * second)
	f := b.function("f", after(50*second))
	b.sqs(b.calls("q", f), Queue{Batch: 10, Visibility: 30 * second})
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{0}}})
	if got, want := starts(requests, uint32(f), second), "0 30#1"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	if q := tally.Triggers[0]; q.Received != 2 || q.Deleted != 1 || q.Succeeded != 2 || q.Latency.Max != 50*second {
		t.Errorf("%+v", q)
	}
}

// Five pollers at first, one more each 200 ms while messages wait: 300 a minute.
func TestPollersGrowByHand(t *testing.T) {
	b := newBuilder(1000 * second)
	f := b.function("f", after(10*second))
	b.sqs(b.calls("q", f), Queue{Batch: 1, Visibility: sim.Hour})
	_, requests := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 9)}})
	if got, want := starts(requests, uint32(f), ms), "0 0 0 0 0 200 400 600 800"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	// 60 s × 5 a second, and those at first: 1,250 are reached after (1,250 − 5) × 0.2 s = 249 s.
	b = newBuilder(1000 * second)
	f = b.function("f", after(sim.Hour))
	b.sqs(b.calls("q", f), Queue{Batch: 1, Visibility: 2 * sim.Hour})
	b.g.Drain = sim.Hour
	_, requests = b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 2000)}})
	begun := map[sim.Time]int{}
	for _, r := range requests {
		for _, at := range []sim.Time{sim.Minute, 248 * second, 249 * second, 1000 * second} {
			if r.Arrival <= at {
				begun[at]++
			}
		}
	}
	if begun[sim.Minute] != 305 || begun[248*second] != 1245 || begun[249*second] != 1250 || begun[1000*second] != 1250 {
		t.Errorf("begun by: %v", begun)
	}
}

// At most two batches at a time: of nine messages four go at once, four wait 10 s and one 20,
// and five batches were wanted.
func TestQueueConcurrency(t *testing.T) {
	b := newBuilder(1000 * second)
	f := b.function("f", after(10*second))
	b.sqs(b.calls("q", f), Queue{Batch: 2, Visibility: sim.Hour, Concurrency: &Slots{N: 2}})
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 9)}})
	if got, want := starts(requests, uint32(f), second), "0 0 10 10 20"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	for i, l := range b.g.Limits() {
		if l.Slots == nil {
			continue
		}
		if w := tally.Waited[i]; l.Of != "q" || l.What != "batches" || !l.Waits || w.N != 5 || w.Sum.Float() != 60e9 || w.Longest != 20*second || tally.Limits[i].Peak != 5 {
			t.Errorf("the limit %q of %q: %+v, %+v", l.What, l.Of, w, tally.Limits[i])
		}
		return
	}
	t.Error("the queue has no limit of batches")
}

// A message of a group that a batch is at work on waits for its group, not for the batches.
// At most two batches of one, of 10 s: of two of group A at 0 s one starts, and the other waits
// for its group. That of B starts at 1 s. That of C, at 2 s, comes while both are at work: it
// waits 8 s, until A's first ends, and starts at 10 s. A's second, whose turn in its group is
// then, waits 1 s for B's end. The keys draw their groups: that of a seed by which they are so.
func TestGroupsAndBatches(t *testing.T) {
	for seed := range uint64(1000) {
		b := newBuilder(1000 * second)
		f := b.function("f", after(10*second))
		q := b.sqs(b.calls("q", f), Queue{Batch: 1, FIFO: true, Visibility: sim.Hour, Concurrency: &Slots{N: 2}})
		q.Keys = &Keys{Popularity: []float64{1. / 3, 2. / 3, 1}}
		var of [4]int
		tally, requests := b.runAll(t, config{
			arrivals: [][]sim.Time{{0, 0, second, 2 * second}}, key: sim.RunKey{Seed: seed},
			look: func(a *actor) {
				for k := range of {
					_, of[k] = a.groupOf(&b.g.Triggers[0], sim.MadeKey(a.names[0], 0, uint32(k)))
				}
			},
		})
		if of[0] != of[1] || of[2] == of[0] || of[3] == of[0] || of[3] == of[2] {
			continue
		}
		if got, want := starts(requests, uint32(f), second), "0 1 10 11"; got != want {
			t.Errorf("starts at %s, want %s", got, want)
		}
		i := limitOfBatches(t, &b.g)
		if w := tally.Waited[i]; w.N != 2 || w.Sum.Float() != 9e9 || w.Longest != 8*second || tally.Limits[i].Peak != 3 {
			t.Errorf("%+v, at most %d, want 8 and 1 s, and 3", w, tally.Limits[i].Peak)
		}
		return
	}
	t.Fatal("no seed of a thousand draws the groups")
}

// All of one group: whoever waits, waits for it.
func TestGroupsDoNotWaitForBatches(t *testing.T) {
	b := newBuilder(1000 * second)
	f := b.function("f", after(10*second))
	q := b.sqs(b.calls("q", f), Queue{Batch: 1, FIFO: true, Visibility: sim.Hour, Concurrency: &Slots{N: 1}})
	q.Keys = &Keys{Popularity: []float64{1}} // one group
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{0, 0, second}}})
	if got, want := starts(requests, uint32(f), second), "0 10 20"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	for i, l := range b.g.Limits() {
		if l.Slots != nil && tally.Waited[i].N != 0 {
			t.Errorf("%+v waited for the batches, want none: all wait for their group", tally.Waited[i])
		}
	}
}
