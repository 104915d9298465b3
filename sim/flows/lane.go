package flows

import "github.com/coldcurve/coldcurve/sim"

// lane is the records of a shard that are handled one batch after the other: all of
// them, or those of some of its keys where several batches of it may be under way.
//
// A batch is formed of the first records: when it is full, or the first was read a
// window ago. One that fails is tried again, and what comes behind it waits; a part
// of it can be done (the function tells which record failed first), and it can be
// split in two, which is no retry (AWS: "splitting a batch does not count towards the
// retry quota"). Records that are too old, or were tried too often, are given up.
type lane struct {
	waits   list
	parts   []int32 // records of the parts that the batch under way has left, the next one last
	tries   int     // of the next part that failed
	trying  bool    // what it has started is under way
	due     sim.Time
	began   sim.Time
	lin     lineage
	size    int32 // records under way
	records batch
}

// wants reports whether a lane has room for more.
func (l *lane) wants(s *Stream) bool { return len(l.parts) == 0 && int(l.waits.n) < max(1, s.Batch) }

// formBatch begins the next batch of a lane, if it is time. It reports whether it is to
// be asked once more: all of the batch was too old.
func (a *actor) formBatch(trigger int32, k int) (again bool) {
	t := &a.g.Triggers[trigger]
	s := t.Stream
	l := &a.triggers[trigger].stream.lanes[k]
	if len(l.parts) > 0 || l.waits.n == 0 || a.over() {
		return false
	}
	n, bytes, full := a.batchOf(s, l)
	first := &a.mail.items[l.waits.head]
	if !full && first.since+s.Window > a.now {
		if l.due != first.since+s.Window {
			l.due = first.since + s.Window
			a.wake(l.due, afterOthers, a.streamRef(trigger, k, dueLane))
		}
		return false
	}
	if s.Pipe != None && s.PipeUnit > 0 {
		a.counts.use(first.lin, t.Owner, first.cause, s.Pipe, max(1, (bytes+s.PipeUnit-1)/s.PipeUnit))
	}
	l.parts = append(l.parts[:0], n)
	l.tries = 0
	return !a.tryPart(trigger, k)
}

// batchOf is how many of a lane's records the next batch has, and whether no more fit.
func (a *actor) batchOf(s *Stream, l *lane) (n int32, bytes int64, full bool) {
	for i := l.waits.head; i != None; i = a.mail.items[i].next {
		size := a.mail.items[i].size
		if n > 0 && s.Bytes > 0 && bytes+size > s.Bytes {
			return n, bytes, true
		}
		bytes += size
		if n++; int(n) >= max(1, s.Batch) {
			return n, bytes, true
		}
	}
	return n, bytes, false
}

// laneDue goes on with a lane whose window, or whose wait for the next try, is over.
func (a *actor) laneDue(trigger int32, k int) {
	l := &a.triggers[trigger].stream.lanes[k]
	switch {
	case l.due != a.now || l.trying:
	case len(l.parts) > 0:
		a.goOnLane(trigger, k)
	default:
		a.nextBatch(trigger, k)
	}
}

// tryPart starts what the trigger starts with the next part of a lane's batch. It
// reports false where all that was left of the batch is too old.
func (a *actor) tryPart(trigger int32, k int) bool {
	if a.over() {
		return true // in flight for good
	}
	t := &a.g.Triggers[trigger]
	s := t.Stream
	a.giveUpOld(trigger, k)
	l := &a.triggers[trigger].stream.lanes[k]
	if len(l.parts) == 0 {
		return false
	}
	l.size = l.parts[len(l.parts)-1]
	l.records = a.newBatch(int(l.size))
	var bytes int64
	poison := false
	first, last := &a.mail.items[l.waits.head], l.waits.head
	for i, n := l.waits.head, int32(0); n < l.size; i, n = a.mail.items[i].next, n+1 {
		m := &a.mail.items[i]
		m.received++
		poison = poison || m.poison
		bytes += m.size
		a.addRecord(&l.records, m.key)
		if c := a.tallyOf(trigger, m.lin); c != nil {
			c.Received++
			if m.received > 1 {
				c.Again++
			}
		}
		last = i
	}
	cause := first.cause
	if first.billed {
		cause = Again
	}
	key, attempt := first.draws()
	at := a.now + a.delay(s.Latency, drawDelivery, key, attempt)
	if m := &a.mail.items[last]; m.lin.counted {
		a.counts.triggers[trigger].Age.record(at - m.sent)
	}
	l.lin, l.trying, l.began, l.due = first.lin, true, at, 0
	a.launch(&launch{trigger: trigger, key: key, attempt: attempt, at: at, size: bytes, lin: l.lin, cause: cause,
		records: l.records, each: s.Partial, poison: poison, sync: true, to: a.streamRef(trigger, k, laneDone)})
	return true
}

// laneAnswered is told how what a part has started ended.
func (a *actor) laneAnswered(who ref, w answer) {
	trigger, k := who.place(), int(who.gen()&(1<<(genBits-2)-1))
	t := &a.g.Triggers[trigger]
	s := t.Stream
	l := &a.triggers[trigger].stream.lanes[k]
	l.trying = false
	a.launched(trigger, l.lin, w)
	if w.billed {
		a.billsPart(l)
	}
	a.drop(l.records)
	good := int32(0)
	if w.errors == 0 {
		good = a.goodOf(t, l)
	} else if a.inOutage(a.now) {
		for i, n := l.waits.head, int32(0); n < l.size; i, n = a.mail.items[i].next, n+1 {
			a.mail.items[i].struck = a.now
		}
	}
	for range good {
		a.leaveLane(trigger, k, true)
	}
	top := len(l.parts) - 1
	left := l.size - good
	if left == 0 {
		l.parts, l.tries = l.parts[:top], 0
		a.goOnLane(trigger, k)
		return
	}
	if l.parts[top] = left; good > 0 {
		l.tries = 0 // it got on
	}
	switch {
	case w.errors&OnThrottled != 0:
	case s.Bisect && left > 1:
		half := (left + 1) / 2
		l.parts[top] = left - half
		l.parts = append(l.parts, half)
		l.tries = 0
	default:
		l.tries++
		if s.Retries >= 0 && l.tries > s.Retries {
			l.parts, l.tries = l.parts[:top], 0
			a.giveUp(trigger, k, left)
			a.goOnLane(trigger, k)
			return
		}
	}
	if wait := a.laneWaits(s, l, w.errors); wait > 0 {
		l.due = a.now + wait
		a.wake(l.due, afterOthers, a.streamRef(trigger, k, dueLane))
		return
	}
	a.goOnLane(trigger, k)
}

// billsPart notes that what the records under way have started is billed.
func (a *actor) billsPart(l *lane) {
	for i, n := l.waits.head, int32(0); n < l.size; i, n = a.mail.items[i].next, n+1 {
		a.mail.items[i].billed = true
	}
}

// goodOf is how many records of a part that went well are done: all, or those before
// the first that its function has found to fail.
func (a *actor) goodOf(t *Trigger, l *lane) int32 {
	if !t.tells() {
		return l.size
	}
	p := a.g.Functions[t.Start.Function].Error
	n := int32(0)
	for i := l.waits.head; n < l.size; i, n = a.mail.items[i].next, n+1 {
		if a.failsAlone(&a.mail.items[i], p) {
			break
		}
	}
	return n
}

// laneWaits is how long a lane waits before it tries again. What took no time is not
// tried again at once.
func (a *actor) laneWaits(s *Stream, l *lane, how Errors) sim.Time {
	switch {
	case s.Backoff != nil:
		m := &a.mail.items[l.waits.head]
		return a.backoff(s.Backoff, int(m.received)-1, m.key, uint16(m.received))
	case how&OnThrottled != 0 || a.now == l.began:
		return max(s.Poll, sim.Second)
	}
	return 0
}

// goOnLane goes on with the next part, or the next batch.
func (a *actor) goOnLane(trigger int32, k int) {
	if len(a.triggers[trigger].stream.lanes[k].parts) > 0 && a.tryPart(trigger, k) {
		return
	}
	a.nextBatch(trigger, k)
}

// nextBatch forms a lane's next batch, and lets its shard be read where it has room.
func (a *actor) nextBatch(trigger int32, k int) {
	for a.formBatch(trigger, k) {
	}
	a.look(trigger, k/max(1, a.g.Triggers[trigger].Stream.Parallel))
}

// leaveLane ends the first record of a lane: it is done, or given up.
func (a *actor) leaveLane(trigger int32, k int, well bool) {
	v := a.triggers[trigger].stream
	l := &v.lanes[k]
	i := a.pop(&l.waits)
	m := &a.mail.items[i]
	if well {
		a.done(m, l.began, a.now)
	} else if c := a.tallyOf(m.trigger, m.lin); c != nil {
		c.Dead++
		a.fared(m, c, a.now, hasFailed)
	}
	a.endMessage(i)
	k /= max(1, a.g.Triggers[trigger].Stream.Parallel)
	v.shards[k].left--
	a.emptied(trigger, k)
}

// giveUp gives up the first records of a lane; one notice tells of them.
func (a *actor) giveUp(trigger int32, k int, n int32) {
	t := &a.g.Triggers[trigger]
	l := &a.triggers[trigger].stream.lanes[k]
	first := a.mail.items[l.waits.head]
	for range n {
		a.leaveLane(trigger, k, false)
	}
	if t.Stream.Dead != nil {
		a.post(t.Stream.Dead, first.key, noticeBytes, first.lin, t.Owner, a.startsFrom(t))
	}
}

// giveUpOld gives up those records of the next part, and where it is all of it of
// those after it, that are too old.
func (a *actor) giveUpOld(trigger int32, k int) {
	most := a.g.Triggers[trigger].Stream.MaxAge
	for most > 0 {
		l := &a.triggers[trigger].stream.lanes[k]
		if len(l.parts) == 0 {
			return
		}
		top := len(l.parts) - 1
		old := int32(0)
		for i := l.waits.head; old < l.parts[top] && a.now-a.mail.items[i].sent > most; i = a.mail.items[i].next {
			old++
		}
		if old == 0 {
			return
		}
		all := old == l.parts[top]
		if l.parts[top] -= old; all {
			l.parts, l.tries = l.parts[:top], 0
		}
		a.giveUp(trigger, k, old)
		if !all {
			return
		}
	}
}
