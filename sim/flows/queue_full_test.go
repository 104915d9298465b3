package flows

import (
	"cmp"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// limitOfBatches is which of a graph's limits is that of a queue's batches.
func limitOfBatches(t *testing.T, g *Graph) int {
	t.Helper()
	for i, l := range g.Limits() {
		if l.Slots != nil {
			return i
		}
	}
	t.Fatal("no limit of batches")
	return 0
}

// A message that does not fit beside the one before it, 600 and 600 of 1,000 bytes, ends the
// batch that is gathered; it begins another only where one more may be under way. They come
// at 0 to 4 s, and each batch takes 10 s from when it is dispatched: as the next message comes, or at its
// window's end, 20 s after its first.
func TestBytesKeepToBatches(t *testing.T) {
	for _, c := range []struct {
		name        string
		concurrency *Slots
		pollers     Pollers
		want        string
	}{
		// At 1 s the second ends the first's batch, which ends at 11 s. From then on it is gathered itself, and the third, which waits
		// too, ends its batch at once: 11, 21, 31 s. The last is alone at 41 s, and its window ends at 61 s.
		{"one at a time", &Slots{N: 1}, Pollers{}, "1 11 21 31 61"},
		{"one of a poller", nil, Pollers{Start: 1, Most: 1, Each: 1}, "1 11 21 31 61"},
		// At 1 s 0 is dispatched and 1 gathered, at 2 s 1 is dispatched: two are under way. 0 ends at 11 s: 2 is gathered, and dispatched for
		// 3, which waits until 1 ends at 12 s; then 4 ends its batch. 2 ends at 21 s: 4 is gathered, to 41 s.
		{"two at a time", &Slots{N: 2}, Pollers{}, "1 2 11 12 41"},
		{"two of a poller", nil, Pollers{Start: 1, Most: 1, Each: 2}, "1 2 11 12 41"},
	} {
		b := newBuilder(1000 * second)
		f := b.function("f", after(10*second))
		q := b.calls("q", f)
		q.Record = fixed(600)
		b.sqs(q, Queue{Batch: 10, Window: 20 * second, Visibility: sim.Hour, Concurrency: c.concurrency, Pollers: c.pollers})
		q.Queue.Bytes, q.Queue.Pollers = 1000, c.pollers
		tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{times(5, second)}})
		if got := starts(requests, uint32(f), second); got != c.want {
			t.Errorf("%s: starts at %s, want %s", c.name, got, c.want)
		}
		if c.name == "one at a time" {
			// 1 waits from 1 to 11 s, 2 from 2 to 21, 3 from 3 to 31, 4 from 4 to 41 s.
			w := tally.Waited[limitOfBatches(t, &b.g)]
			if w.N != 4 || w.Sum.Float() != float64((10+19+28+37)*second) || w.Longest != 37*second {
				t.Errorf("%s: %+v", c.name, w)
			}
		}
	}
}

// What waits for a batch is asked for, whichever way it waits: the batches under way and those
// that fit what can be received.
func TestMostBatches(t *testing.T) {
	everyone := make([]float64, 1_000_000) // so many keys that no two of a few messages have one
	for k := range everyone {
		everyone[k] = float64(k+1) / float64(len(everyone))
	}
	for _, c := range []struct {
		name     string
		queue    Queue
		keys     *Keys
		arrivals []sim.Time
		waited   uint64
		peak     int64
	}{
		// Twelve at once of as many groups, one at a time: one is under way and eleven wait.
		{"groups", Queue{FIFO: true, Batch: 1, Concurrency: &Slots{N: 1}}, &Keys{everyone}, make([]sim.Time, 12), 11, 12},
		// Five in one: 5 under way, 7 wait, which fill two batches.
		{"groups in batches", Queue{FIFO: true, Batch: 5, Concurrency: &Slots{N: 1}}, &Keys{everyone}, make([]sim.Time, 12), 7, 3},
		// All of one group: they wait for it, and two batches at a time would not help.
		{"one group", Queue{FIFO: true, Batch: 1, Concurrency: &Slots{N: 1}}, &Keys{[]float64{1}}, make([]sim.Time, 12), 0, 1},
		// One at 0 s is gathered for 5 s; of 16 at 1 s nine fill its batch and seven wait for its end.
		{"a window", Queue{Batch: 10, Window: 5 * second, Concurrency: &Slots{N: 1}}, nil, append([]sim.Time{0}, atOnce(second, 16)...), 7, 2},
		// The same with 2 at 1 s: they join what is gathered, and nobody waits.
		{"room in a window", Queue{Batch: 10, Window: 5 * second, Concurrency: &Slots{N: 1}}, nil, append([]sim.Time{0}, atOnce(second, 2)...), 0, 1},
		// One each 10 s, which is how long each takes: the next is there as the one before it ends.
		{"one after the other", Queue{Batch: 1, Concurrency: &Slots{N: 1}}, nil, times(5, 10*second), 0, 1},
	} {
		b := newBuilder(1000 * second)
		c.queue.Visibility = sim.Hour
		b.sqs(b.calls("q", b.function("f", after(10*second))), c.queue)
		b.g.Triggers[0].Keys = c.keys
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{c.arrivals}})
		i := limitOfBatches(t, &b.g)
		if w, most := tally.Waited[i].N, tally.Limits[i].Peak; w != c.waited || most != c.peak {
			t.Errorf("%s: %d waited, at most %d batches were asked for, want %d and %d", c.name, w, most, c.waited, c.peak)
		}
	}
}

// atOnce is so many arrivals at a time.
func atOnce(at sim.Time, n int) []sim.Time {
	all := make([]sim.Time, n)
	for k := range all {
		all[k] = at
	}
	return all
}

// checkAskedFor checks that of a queue of which anybody has waited for a batch more were asked for
// than it may have under way.
func checkAskedFor(t tester, g *Graph, tally *Tally) {
	t.Helper()
	for i, l := range g.Limits() {
		if l.Slots != nil && l.What == "batches" && tally.Waited[i].N > 0 && tally.Limits[i].Peak <= int64(l.Slots.N) {
			t.Errorf("%d have waited for batches of %s, of which at most %d were asked for and %d may be under way", tally.Waited[i].N, l.Of, tally.Limits[i].Peak, l.Slots.N)
		}
	}
}

// checkBatches checks that a queue has no more batches under way than it may, where only it calls its
// function, which a batch does once at a time.
func checkBatches(t tester, g *Graph, requests []sim.Outcome) {
	t.Helper()
	for k := range g.Triggers {
		q := g.Triggers[k].Queue
		if q == nil || q.Concurrency == nil {
			continue
		}
		type change struct {
			at sim.Time
			by int
		}
		var all []change
		for _, r := range requests {
			if r.Function == uint32(k+functionsBefore(g)) {
				all = append(all, change{r.Arrival, 1}, change{r.End, -1})
			}
		}
		slices.SortFunc(all, func(a, b change) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.by, b.by)) })
		n := 0
		for _, c := range all {
			if n += c.by; n > q.Concurrency.N {
				t.Errorf("trigger %s: %d batches are under way at %d, %d may be", g.Triggers[k].Name, n, c.at, q.Concurrency.N)
				break
			}
		}
	}
}

// functionsBefore is how many functions a graph has that are not those of its triggers, in order.
func functionsBefore(g *Graph) int { return len(g.Functions) - len(g.Triggers) }
