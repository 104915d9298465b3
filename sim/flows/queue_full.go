package flows

import "github.com/coldcurve/coldcurve/sim"

// fullness is how long a queue has had as many batches under way as it may: what can be
// received meanwhile waits for one of them to end.
type fullness struct {
	since sim.Time // when it became full, while it is
	sum   sim.Time // of the times before
	peak  int      // the most batches under way and waiting from the warm-up's end on
}

// full reports whether a queue has as many batches under way as it may.
func (q *queueState) full(t *Queue) bool { return t.Concurrency != nil && q.batches >= t.Concurrency.N }

// wasFull is how long a queue has been full up to now.
func (q *queueState) wasFull(t *Queue, now sim.Time) sim.Time {
	if q.full(t) {
		return q.fullness.sum + now - q.fullness.since
	}
	return q.fullness.sum
}

// beginsBatch counts a batch that is gathered.
func (a *actor) beginsBatch(trigger int32) {
	q, t := a.triggers[trigger].queue, a.g.Triggers[trigger].Queue
	q.batches++
	if t.Concurrency != nil && q.batches == t.Concurrency.N {
		q.fullness.since = a.now
	}
	a.wantsBatches(trigger)
}

// endsBatch counts a batch that has ended.
func (a *actor) endsBatch(trigger int32) {
	q, t := a.triggers[trigger].queue, a.g.Triggers[trigger].Queue
	q.fullness.sum = q.wasFull(t, a.now)
	q.batches--
}

// wantsBatches notes how many batches are under way, with those that messages wait for.
func (a *actor) wantsBatches(trigger int32) {
	q, t := a.triggers[trigger].queue, a.g.Triggers[trigger].Queue
	if t.Concurrency == nil || a.now < a.g.Warmup {
		return
	}
	waits := (int(q.ready.n) + max(1, t.Batch) - 1) / max(1, t.Batch)
	if q.open != None {
		waits = 0 // they are gathered next
	}
	q.fullness.peak = max(q.fullness.peak, q.batches+waits)
}

// canReceive notes that a message can be received from now on.
func (a *actor) canReceive(q *queueState, i int32) {
	m := &a.mail.items[i]
	m.full = q.wasFull(a.g.Triggers[m.trigger].Queue, a.now)
}

// waitedForBatch counts how long a message that is received has waited for a batch to end.
func (a *actor) waitedForBatch(m *message) {
	if t := a.g.Triggers[m.trigger].Queue; t.Concurrency != nil {
		a.counts.waits(m.lin, a.plan.quotaOf(t.Concurrency), a.triggers[m.trigger].queue.wasFull(t, a.now)-m.full)
	}
}
