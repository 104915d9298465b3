package flows

import "github.com/coldcurve/coldcurve/sim"

// queueState is a queue in a run: its messages, and who polls for them.
//
// A message can be received once its service has let it travel. Who polls takes what
// can be received into a delivery, which starts a function or a flow when it is full
// or its window is over; one delivery is gathered at a time. What is received is
// hidden. What is done is deleted; what is not, is seen again when its visibility is
// over, or is dead.
type queueState struct {
	ready     list  // messages that can be received, in the order in which they came to be
	gone      int32 // of these, those with which another delivery is done
	groups    groups
	open      int32 // the delivery that is gathered; None
	batches   int   // deliveries that are gathered or under way
	fullness  fullness
	soon      bool // a poll is due at the end of this moment
	growing   bool // a poller is due
	held      bool // a limit holds receives, until a timer
	heldUntil sim.Time
	watched   bool // a timer is set for the first of hidden
	hidden    chain
	pollers   pollers
}

// The codes of a queue's timers.
const (
	dueSoon    = iota // a poll, after all else of the moment
	dueHidden         // messages of the first delivery are seen again
	dueGrow           // one more poller
	dueReceive        // a limit lets a queue be received from again
	duePoll           // the next poll of a queue that is polled at intervals
)

// afterOthers is the key of timers that come after all others of the moment.
const afterOthers = ^uint64(0)

// queueOf returns the state of a queue, which is made at its first message.
func (a *actor) queueOf(trigger int32) *queueState {
	s := &a.triggers[trigger]
	if s.queue == nil {
		q := &queueState{open: None, hidden: chain{None, None}}
		q.ready.reset()
		q.groups.init(&a.g.Triggers[trigger])
		q.pollers.init(a.g.Triggers[trigger].Queue)
		s.queue = q
	}
	return s.queue
}

func (a *actor) queueTimer(at sim.Time, trigger int32, code uint32) {
	a.wake(at, afterOthers, makeRef(refQueue, trigger, code))
}

// queueDue is told of a queue's timer.
func (a *actor) queueDue(who ref) {
	trigger := who.place()
	q := a.triggers[trigger].queue
	switch who.gen() {
	case dueSoon:
		q.soon = false
		a.poll(trigger)
	case dueHidden:
		a.unhide(trigger)
	case dueReceive:
		q.held = false
		a.poll(trigger)
	case dueGrow:
		a.grow(trigger)
	case duePoll:
		if q.pollers.planned == a.now {
			q.pollers.planned = sim.Never
		}
		a.poll(trigger)
	}
}

// enqueue takes a message into its queue.
func (a *actor) enqueue(i int32) {
	m := &a.mail.items[i]
	t := &a.g.Triggers[m.trigger]
	q := a.queueOf(m.trigger)
	m.state = travels
	if t.ordered() {
		a.joinGroup(q, i)
	}
	at := a.now + t.Queue.Delay + a.delay(t.Queue.Latency, drawDelivery, m.key, 0)
	if at > a.now {
		a.wake(at, m.key, a.messageRef(i))
		return
	}
	a.visible(i)
}

// visible lets a message be received.
func (a *actor) visible(i int32) {
	m := &a.mail.items[i]
	trigger := m.trigger
	q := a.triggers[trigger].queue
	m.state, m.holder = waits, 0
	if a.g.Triggers[trigger].ordered() {
		q.groups.all[m.group].visible++
		a.canReceive(q, i)
		a.stirGroup(q, m.group)
	} else {
		a.canReceive(q, i)
		a.push(&q.ready, i)
	}
	a.pollSoon(trigger)
}

// pollSoon lets who polls see what can be received, once all else of this moment has
// happened.
func (a *actor) pollSoon(trigger int32) {
	q := a.triggers[trigger].queue
	switch {
	case q.soon || a.over():
	case q.open == None && !a.mayPoll(trigger):
		a.wantsBatches(trigger)
		a.growLater(trigger)
	default:
		q.soon = true
		a.queueTimer(a.now, trigger, dueSoon)
	}
}

// hasReady reports whether a message can be received.
func (a *actor) hasReady(q *queueState) bool {
	for q.ready.n > 0 && a.mail.items[q.ready.head].gone {
		a.endMessage(a.pop(&q.ready))
		q.gone--
	}
	return q.ready.n > 0 || a.groupReady(q)
}

// nextReady returns the message that is received next; there is one.
func (a *actor) nextReady(q *queueState) int32 {
	if q.ready.n > 0 {
		return q.ready.head
	}
	return a.nextOfGroups(q)
}

// takeReady takes the message that is received next, into the open delivery.
func (a *actor) takeReady(q *queueState) {
	if q.ready.n > 0 {
		a.pop(&q.ready)
		return
	}
	a.takeOfGroups(q)
}

// poll receives what can be received, while there is who polls.
func (a *actor) poll(trigger int32) {
	q := a.triggers[trigger].queue
	t := a.g.Triggers[trigger].Queue
	for !a.over() && a.hasReady(q) {
		if a.holdsReceives(trigger) {
			break
		}
		if q.open != None {
			d := &a.deliveries.items[q.open]
			a.gatheredNothing(d, false)
			a.fetch(trigger, d.poller)
			continue
		}
		p := a.takePoller(trigger)
		if p == nobody {
			a.growLater(trigger)
			break
		}
		a.fetch(trigger, p)
	}
	if q.open != None && t.Window == 0 {
		p := a.deliveries.items[q.open].poller
		a.dispatch(q.open, false)
		a.pollsOn(trigger, p)
	}
	a.wantsBatches(trigger)
}

// fetch is one receive by a poller: it takes what there is and what fits.
func (a *actor) fetch(trigger, poller int32) {
	q := a.triggers[trigger].queue
	t := a.g.Triggers[trigger].Queue
	n, bytes := 0, int64(0)
	var bill opAsk
	for (t.PerReceive == 0 || n < t.PerReceive) && a.hasReady(q) {
		i := a.nextReady(q)
		size := a.mail.items[i].size
		if q.open != None {
			if d := &a.deliveries.items[q.open]; t.Bytes > 0 && len(d.messages) > 0 && d.bytes+size > t.Bytes {
				a.dispatch(q.open, false)
				continue // whose group it is may be another's now
			}
		}
		if q.open == None {
			if !a.mayGather(trigger, poller) {
				break
			}
			a.gather(trigger, poller)
		}
		a.takeReady(q)
		m := &a.mail.items[i]
		m.received++
		if n == 0 {
			bill = opAsk{service: t.Service, op: t.Receive, key: m.key, attempt: uint16(m.received), lin: m.lin, owner: a.g.Triggers[trigger].Owner, cause: m.receiptCause()}
		}
		n++
		bytes += size
		a.receive(q.open, i)
		if len(a.deliveries.items[q.open].messages) >= max(1, t.Batch) {
			a.dispatch(q.open, false)
		}
	}
	if n > 0 && poller != pushed {
		a.receives(t)
		bill.bytes = bytes
		a.metered(&bill)
		if a.inWindow(a.now) {
			a.counts.triggers[trigger].Polls++
		}
	}
	a.pollsOn(trigger, poller)
}

// receiptCause is why a message is received.
func (m *message) receiptCause() Cause {
	switch {
	case m.copied:
		return Duplicate
	case m.received > 1:
		return Again
	}
	return Work
}

// deliveryCause is why what a message that was received starts is started: again, where what an
// earlier delivery has started was billed.
func (m *message) deliveryCause() Cause {
	switch {
	case m.copied:
		return Duplicate
	case m.billed:
		return Again
	}
	return Work
}

// deliverTwice lets a message that was received be received once more, at the same
// time. What becomes of that delivery is not the message's fate.
func (a *actor) deliverTwice(i int32) {
	m := a.mail.items[i]
	if n := a.tallyOf(m.trigger, m.lin); n != nil {
		n.Duplicated++
	}
	m.key = sim.MadeKey(m.key, 1, m.received)
	m.copied, m.received, m.holder, m.state = true, 0, 0, waits
	q := a.triggers[m.trigger].queue
	m.full = q.wasFull(a.g.Triggers[m.trigger].Queue, a.now)
	a.push(&q.ready, a.newMessage(m))
}
