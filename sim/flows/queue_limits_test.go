package flows

import (
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// A queue in order takes 10 calls a second of each group, and 20 come to it, of 500 KB each,
// from 0 to 0.95 s: of one group those at 0, 0.1 … 0.9 s are taken, of a group for each two
// ten and ten at least. It is the queue's groups that count, not the keys of what sends, and
// the calls, not their units of 64 KB.
func TestLimitOfEachGroup(t *testing.T) {
	for _, c := range []struct {
		name string
		keys *Keys
		sent bool // by a function whose own trigger has keys without number
		want uint64
	}{
		{"one group", &Keys{Popularity: []float64{1}}, false, 10},
		{"one group, sent", &Keys{Popularity: []float64{1}}, true, 10},
		{"a group each", nil, false, 20},
	} {
		b := newBuilder(100 * second)
		q := b.calls("q", b.function("f", after(ms)))
		q.Keys, q.Record = c.keys, fixed(500<<10)
		b.sqs(q, Queue{FIFO: true, Batch: 1, Visibility: sim.Minute})
		b.g.Services[q.Queue.Service].Ops[q.Queue.Send].Partition = &Bucket{Burst: 1, Rate: 10}
		arrivals := [][]sim.Time{times(20, 50*ms)}
		if c.sent {
			sender := b.function("sender", nil)
			b.g.Functions[sender].Uses = []Use{{Service: None, Function: None, Flow: None, Send: &Send{Trigger: 0, Service: None, Count: 1}, Size: fixed(500 << 10), Count: 1, Probability: 1, SkipOnHit: None, Optional: true}}
			b.calls("in", sender)
			arrivals = [][]sim.Time{nil, arrivals[0]}
		}
		tally, _ := b.runAll(t, config{arrivals: arrivals})
		if n := tally.Triggers[0].Deleted; n != c.want {
			t.Errorf("%s: %d of 20 are taken, want %d", c.name, n, c.want)
		}
	}
}

// Ten messages of one batch all fail, each alone: nothing is deleted, so that no limit of
// deletes holds anybody, and they are seen again after 30 s. Of ten of which another delivery
// is done with all, the same.
func TestDeletesOfWhatIsDone(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.function("f", after(ms))
	b.g.Functions[f].Error = 1
	b.sqs(b.calls("q", f), Queue{Batch: 10, Visibility: 30 * second, Partial: true})
	q := b.g.Triggers[0].Queue
	q.PerDelete = 1
	b.g.Services[q.Service].Ops[q.Delete].Limit = &Bucket{Burst: 1, Rate: 0.1}
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 10)}})
	if n := refusals(&b.g, tally, "q", "delete"); n != 0 {
		t.Errorf("%d deletes are refused, want 0: there are none", n)
	}
	if got, want := starts(requests, uint32(f), second), "0 30#1 60#2 90#3"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
}

// What has failed alone when its function has ended stays, though its delete waits so long
// that it has been received again before: one delete in 100 s, a visibility of 30 s.
func TestFailedAloneStays(t *testing.T) {
	b := newBuilder(1000 * second)
	f := b.function("f", after(ms))
	b.g.Functions[f].Error = 0.5
	b.sqs(b.calls("q", f), Queue{Batch: 10, Visibility: 30 * second, Partial: true, Receives: 1})
	q := b.g.Triggers[0].Queue
	q.PerDelete = 1
	b.g.Services[q.Service].Ops[q.Delete].Limit = &Bucket{Burst: 1, Rate: 1}
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 10)}})
	n := tally.Triggers[0]
	if n.Deleted == 0 || n.Dead == 0 || n.Deleted+n.Dead != 10 {
		t.Fatalf("%d are deleted and %d dead of 10", n.Deleted, n.Dead)
	}
	if d := used(&b.g, tally, "q delete", Work); d != n.Deleted {
		t.Errorf("%d deletes are billed, want %d", d, n.Deleted)
	}
	if all := tally.Limits[0].All; all != int64(n.Deleted) {
		t.Errorf("%d deletes are asked of the limit, want %d", all, n.Deleted)
	}
}

// A queue that is polled after 2, 4, 8, 16 s has a message at 1 s, which the poll of 2 s
// takes with the limit's one token of 20 s, and one at 17 s: the polls of 4, 8 and 16 s have
// found nothing, none is due, and that of 32 s finds a token and is not refused.
func TestPollThatIsNotDueIsNotRefused(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.function("f", after(ms))
	azure(b, b.calls("q", f))
	q := b.g.Triggers[0].Queue
	b.g.Services[q.Service].Ops[q.Receive].Limit = &Bucket{Burst: 1, Rate: 0.05}
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{second, 17 * second}}})
	if got, want := starts(requests, uint32(f), second), "2 32"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	if n := refusals(&b.g, tally, "q", "receive"); n != 0 {
		t.Errorf("%d receives are refused, want none", n)
	}
}

// The same with a message at 15 s: the poll of 16 s is refused, and made again at 22 s.
func TestPollThatIsDueIsRefused(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.function("f", after(ms))
	azure(b, b.calls("q", f))
	q := b.g.Triggers[0].Queue
	b.g.Services[q.Service].Ops[q.Receive].Limit = &Bucket{Burst: 1, Rate: 0.05}
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{second, 15 * second}}})
	for k := range requests {
		requests[k].Arrival -= requests[k].Arrival % ms // a limit lets through at the next ns
	}
	if got, want := starts(requests, uint32(f), second), "2 22"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	if n := refusals(&b.g, tally, "q", "receive"); n != 1 {
		t.Errorf("%d receives are refused, want 1", n)
	}
}

// One poller, polls of 20 s, a receive in 100 s: of two messages at 0 and 1 s the second is
// received at 100 s. Until then none of the polls came back empty: they were refused. From
// there on there are five until the end, at 100, 120 … 180 s, and before it none.
func TestRefusedPollsAreNotEmpty(t *testing.T) {
	b := newBuilder(200 * second)
	f := b.function("f", after(ms))
	b.sqs(b.calls("q", f), Queue{Batch: 1, Visibility: 10 * sim.Minute, Pollers: Pollers{Start: 1, Most: 1}})
	q := b.g.Triggers[0].Queue
	q.PerReceive = 1
	b.g.Services[q.Service].Ops[q.Receive].Limit = &Bucket{Burst: 1, Rate: 0.01}
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{0, second}}})
	if len(requests) != 2 || requests[1].Arrival/second != 100 {
		t.Fatalf("%d requests: %s", len(requests), starts(requests, uint32(f), second))
	}
	if n := used(&b.g, tally, "q receive", Empty); n != 5 {
		t.Errorf("%d empty receives, want 5", n)
	}
	if n := refusals(&b.g, tally, "q", "receive"); n != 1 {
		t.Errorf("%d receives are refused, want 1", n)
	}
}

// Five pollers are at work for good, a sixth has come, worked and gone after its empty poll:
// a message that comes then waits for who grows anew, a minute later.
func TestNobodyPollsWhoHasGone(t *testing.T) {
	b := newBuilder(1000 * second)
	f := b.function("f", after(300*second))
	b.sqs(b.calls("q", f), Queue{Batch: 1, Visibility: sim.Hour, Pollers: Pollers{Start: 1, Grow: 1, Most: 2}})
	// 0: the first works to 300 s; at 1 s nobody polls, one more comes at 61 s and works to 361 s. At 100 s both are at work. The
	// first takes that at 300 s, to 600 s. The second has polled for nothing from 361 to 381 s, and is gone at 400 s: one more comes at 460 s.
	_, requests := b.runAll(t, config{arrivals: [][]sim.Time{{0, second, 100 * second, 400 * second}}})
	if got, want := starts(requests, uint32(f), second), "0 61 300 460"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
}

// A queue takes 1 message a second in all, and of each group 2 and then one in 1,000 s. Of three
// at 0, 0.5 and 1.5 s all of a group the second is refused by the first limit, and takes nothing
// of its group's: the third has both. Of a fourth, at 3 s, its group has none left.
func TestRefusedByOneTakesNothingOfTheOther(t *testing.T) {
	b := newBuilder(100 * second)
	q := b.calls("q", b.function("f", after(ms)))
	q.Keys = &Keys{Popularity: []float64{1}}
	b.sqs(q, Queue{FIFO: true, Batch: 1, Visibility: sim.Minute})
	send := &b.g.Services[q.Queue.Service].Ops[q.Queue.Send]
	send.Limit, send.Partition = &Bucket{Burst: 1, Rate: 1}, &Bucket{Burst: 2, Rate: 0.001}
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{0, 500 * ms, 1500 * ms, 3 * second}}})
	if n := tally.Triggers[0].Deleted; n != 2 {
		t.Errorf("%d of 4 are taken, want 2", n)
	}
	var by []uint64
	for _, r := range tally.Refused {
		by = append(by, r.N)
	}
	if !slices.Equal(by, []uint64{1, 1}) {
		t.Errorf("refused by limit: %v, want one by each", by)
	}
}
