package flows

import "github.com/coldcurve/coldcurve/sim"

// fullness is how long a queue has had as many batches under way as it may, and gathers none
// of them: what can be received meanwhile waits for one of them to end.
type fullness struct {
	since sim.Time // when it became full, while it is
	sum   sim.Time // of the times before
	wants int      // batches under way and waiting, at the end of a moment,
	at    sim.Time // and which
	peak  int      // the most of these from the warm-up's end on, but for the last moment's
}

// full reports whether a queue has as many batches gathered and under way as it may.
func (q *queueState) full(t *Queue) bool { return t.Concurrency != nil && q.batches >= t.Concurrency.N }

// wasFull is how long a queue has been full up to now. What can be received while its last
// batch is gathered joins that.
func (q *queueState) wasFull(t *Queue, now sim.Time) sim.Time {
	if q.full(t) && q.open == None {
		return q.fullness.sum + now - q.fullness.since
	}
	return q.fullness.sum
}

// fills notes that a queue gathers no batch any more.
func (a *actor) fills(trigger int32) {
	if q := a.triggers[trigger].queue; q.full(a.g.Triggers[trigger].Queue) {
		q.fullness.since = a.now
	}
}

// endsBatch counts a batch that has ended.
func (a *actor) endsBatch(trigger int32) {
	q, t := a.triggers[trigger].queue, a.g.Triggers[trigger].Queue
	q.fullness.sum = q.wasFull(t, a.now)
	q.batches--
}

// wantsBatches notes how many batches are under way, with those that the messages are which
// can be received and are not. Of a moment its end counts: what one batch leaves another
// may take at once.
func (a *actor) wantsBatches(trigger int32) {
	q, t := a.triggers[trigger].queue, a.g.Triggers[trigger].Queue
	if t.Concurrency == nil || a.over() {
		return
	}
	f := &q.fullness
	if f.at < a.now {
		f.peak = f.most(a.now, a.g.Warmup)
	}
	batch := int64(max(1, t.Batch))
	left := int64(q.ready.n-q.gone) + q.groups.wanted
	if q.open != None { // what has room in it is received next
		left -= batch - int64(len(a.deliveries.items[q.open].messages))
	}
	f.wants, f.at = q.batches+int(ceilDiv(left, batch)), a.now
}

// most is the most batches under way and waiting from the warm-up's end up to now.
func (f *fullness) most(now, warmup sim.Time) int {
	if now < warmup {
		return 0
	}
	return max(f.peak, f.wants)
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
