package flows

import (
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// delivery is messages of a queue that were received together.
type delivery struct {
	trigger  int32
	poller   int32 // pushed: nobody's
	prev     int32 // in the chain of what is hidden
	next     int32
	state    deliveryState
	chained  bool
	began    sim.Time // the first receipt
	polled   sim.Time // the last receipt, while it is gathered
	due      sim.Time // what a timer is set to
	lin      lineage
	cause    Cause
	key      uint64 // of its first message
	attempt  uint16
	bytes    int64
	poison   bool // a record of it is
	messages []ref
	good     []ref    // of these, once what it has started has ended: those that are done
	ended    sim.Time // when it has ended
	records  batch
}

// deliveryState is where a delivery is.
type deliveryState uint8

const (
	gathers  deliveryState = iota // more is received
	underWay                      // what it starts is
	deletes                       // that has ended well: a limit holds the deletes of its messages
	settled                       // what it has done is deleted; what is left of it is hidden until it is received again
)

// chain is deliveries in the order of their receipt, which is that in which their
// messages are seen again: one timer, for the first, is enough.
type chain struct{ head, tail int32 }

// link puts a delivery behind the others.
func (a *actor) link(c *chain, i int32) {
	d := &a.deliveries.items[i]
	d.prev, d.next, d.chained = c.tail, None, true
	if c.tail == None {
		c.head = i
	} else {
		a.deliveries.items[c.tail].next = i
	}
	c.tail = i
}

// unlinkDelivery takes a delivery from among the others.
func (a *actor) unlinkDelivery(c *chain, i int32) {
	d := &a.deliveries.items[i]
	if !d.chained {
		return
	}
	d.chained = false
	if d.prev == None {
		c.head = d.next
	} else {
		a.deliveries.items[d.prev].next = d.next
	}
	if d.next == None {
		c.tail = d.prev
	} else {
		a.deliveries.items[d.next].prev = d.prev
	}
}

// deliveryRef names a delivery.
func (a *actor) deliveryRef(i int32) ref { return a.deliveries.ref(refBatch, i) }

// gather opens a delivery.
func (a *actor) gather(trigger, poller int32) {
	q := a.triggers[trigger].queue
	i := a.deliveries.take()
	d := &a.deliveries.items[i]
	if d.messages == nil {
		d.messages = make([]ref, 0, max(1, a.g.Triggers[trigger].Queue.Batch))
		d.good = make([]ref, 0, cap(d.messages))
	}
	*d = delivery{trigger: trigger, poller: poller, began: a.now, polled: a.now, messages: d.messages[:0], good: d.good[:0], records: a.newBatch(cap(d.messages))}
	q.open = i
	q.batches++
	q.pollers.engage(poller)
	if w := a.g.Triggers[trigger].Queue.Window; w > 0 {
		d.due = a.now + w
		a.wake(d.due, afterOthers, a.deliveryRef(i))
	}
}

// receive puts a message into a delivery.
func (a *actor) receive(di, i int32) {
	d := &a.deliveries.items[di]
	m := &a.mail.items[i]
	m.state, m.holder = received, a.deliveryRef(di)
	a.waitedForBatch(m)
	if len(d.messages) == 0 {
		d.lin, d.cause = m.lin, m.deliveryCause()
		d.key, d.attempt = m.draws()
	}
	d.poison = d.poison || m.poison
	d.messages = append(d.messages, a.messageRef(i))
	d.bytes += m.size
	d.polled = a.now
	a.addRecord(&d.records, m.key)
	t := &a.g.Triggers[m.trigger]
	if n := a.tallyOf(m.trigger, m.lin); n != nil {
		n.Received++
		if m.received > 1 {
			n.Again++
		}
	}
	if t.Duplicates > 0 && !m.copied && !t.Queue.FIFO && a.uniform(drawDuplicate, m.key, uint16(m.received)) < t.Duplicates {
		a.deliverTwice(i)
	}
}

// dispatch starts what a delivery is for. Its key is its first message's, and so is
// its attempt.
func (a *actor) dispatch(di int32, windowOver bool) {
	d := &a.deliveries.items[di]
	t := &a.g.Triggers[d.trigger]
	q := a.triggers[d.trigger].queue
	q.open = None
	a.fills(d.trigger)
	d.state = underWay
	a.gatheredNothing(d, windowOver)
	if t.Queue.Visibility > 0 {
		a.link(&q.hidden, di)
		a.watch(d.trigger)
	}
	a.launch(&launch{trigger: d.trigger, key: d.key, attempt: d.attempt, at: a.now, size: d.bytes, lin: d.lin, cause: d.cause,
		records: d.records, each: t.Queue.Partial, poison: d.poison, sync: true, to: a.deliveryRef(di)})
}

// batchDue is told that a delivery's window, or its wait for another, is over.
func (a *actor) batchDue(who ref) {
	d := a.deliveries.at(who)
	if d == nil || d.due != a.now {
		return
	}
	di, trigger := who.place(), d.trigger
	switch d.state {
	case gathers:
		poller := d.poller
		a.dispatch(di, true)
		a.pollsOn(trigger, poller)
		a.wantsBatches(trigger)
	case deletes:
		a.closeDelivery(di)
	case settled:
		a.giveBack(di)
		a.endDelivery(di)
		a.pollSoon(trigger)
	}
}

// batchAnswered is told how what a delivery has started ended.
func (a *actor) batchAnswered(who ref, w answer) {
	d := a.deliveries.at(who)
	if d == nil {
		return
	}
	di, trigger := who.place(), d.trigger
	a.launched(trigger, d.lin, w)
	if w.billed {
		a.billsDelivery(d)
	}
	if d.ended = a.now; w.errors != 0 && a.inOutage(a.now) {
		for _, r := range d.messages {
			if m := a.mail.at(r); m != nil {
				m.struck = a.now
			}
		}
	}
	if w.errors == 0 {
		a.findGood(di)
		if at := a.deletesAt(di); at > a.now {
			d.state, d.due = deletes, at
			a.wake(at, afterOthers, who)
			return
		}
	}
	a.closeDelivery(di)
}

// billsDelivery notes that what a delivery has started is billed, of the messages that it had.
func (a *actor) billsDelivery(d *delivery) {
	for _, r := range d.messages {
		if m := a.mail.at(r); m != nil {
			m.billed = true
		}
	}
}

// closeDelivery deletes what a delivery has done, and lets the rest be received again.
func (a *actor) closeDelivery(di int32) {
	d := &a.deliveries.items[di]
	trigger, who := d.trigger, a.deliveryRef(di)
	t := &a.g.Triggers[trigger]
	q := a.triggers[trigger].queue
	a.endsBatch(d.trigger)
	q.pollers.disengage(d.poller)
	a.pollsOn(trigger, d.poller)
	d.state = settled
	a.deleteGood(di)
	switch left := a.held(di); {
	case left == 0 || t.Queue.Visibility > 0 && !d.chained: // done, or seen again already
		a.endDelivery(di)
	case t.Queue.Again != nil || t.Queue.Visibility == 0:
		wait := a.returnsAfter(t.Queue, d)
		a.unlinkDelivery(&q.hidden, di)
		if wait > 0 {
			d.due = a.now + wait
			a.wake(d.due, afterOthers, who)
			break
		}
		a.giveBack(di)
		a.endDelivery(di)
	}
	a.poll(trigger)
}

// returnsAfter is how long a delivery that failed is hidden where the service says so,
// by how often its first message was received.
func (a *actor) returnsAfter(t *Queue, d *delivery) sim.Time {
	if t.Again == nil {
		return 0
	}
	for _, r := range d.messages {
		if m := a.mail.at(r); m != nil {
			return a.backoff(t.Again, int(m.received)-1, m.key, uint16(m.received))
		}
	}
	return 0
}

// findGood says which messages of a delivery are done that went well. Where the function tells
// which of its records have failed, it goes well with these, and they stay; in order,
// all behind the first of their group that failed stay too.
func (a *actor) findGood(di int32) {
	d := &a.deliveries.items[di]
	t := &a.g.Triggers[d.trigger]
	p := 0.0
	if t.tells() {
		p = a.g.Functions[t.Start.Function].Error
	}
	a.stay = a.stay[:0]
	for _, r := range d.messages {
		m := a.mail.at(r)
		switch {
		case m == nil || m.gone: // another delivery was done with it
		case t.ordered() && slices.Contains(a.stay, m.group):
		case t.tells() && a.failsAlone(m, p):
			a.stay = append(a.stay, m.group)
		default:
			d.good = append(d.good, r)
		}
	}
}

// deleteGood deletes the messages of a delivery that are done.
func (a *actor) deleteGood(di int32) {
	d := &a.deliveries.items[di]
	t := &a.g.Triggers[d.trigger]
	deleted := 0
	for _, r := range d.good {
		m := a.mail.at(r)
		if m == nil || m.gone {
			continue // another delivery was done with it
		}
		deleted++
		a.done(m, d.began, d.ended)
		if m.state != received {
			m.gone = true // it can be received again already, and is dropped there
			if !t.ordered() {
				a.triggers[d.trigger].queue.gone++
			}
			continue
		}
		group := m.group
		a.endMessage(r.place())
		if t.ordered() {
			a.leaveGroup(a.triggers[d.trigger].queue, group)
		}
	}
	a.remove(t, d, deleted)
}

// remove counts the deletes of so many messages.
func (a *actor) remove(t *Trigger, d *delivery, n int) {
	each := max(1, t.Queue.PerDelete)
	for k := uint32(0); n > 0; k, n = k+1, n-each {
		a.metered(&opAsk{service: t.Queue.Service, op: t.Queue.Delete, key: sim.MadeKey(d.key, deleteChild, k), attempt: d.attempt, lin: d.lin, owner: t.Owner, cause: d.cause})
	}
}

// held is how many messages a delivery still has.
func (a *actor) held(di int32) int {
	n, me := 0, a.deliveryRef(di)
	for _, r := range a.deliveries.items[di].messages {
		if m := a.mail.at(r); m != nil && m.holder == me {
			n++
		}
	}
	return n
}

// giveBack lets the messages that a delivery still has be received again, in their
// order; those that were received often enough are dead.
func (a *actor) giveBack(di int32) {
	d := &a.deliveries.items[di]
	trigger, me := d.trigger, a.deliveryRef(di)
	t, ordered := a.g.Triggers[trigger].Queue, a.g.Triggers[trigger].ordered()
	q := a.triggers[trigger].queue
	if d.state == underWay { // what it has started is not over
		a.billsDelivery(d)
	}
	kept := d.messages[:0]
	for _, r := range d.messages {
		if m := a.mail.at(r); m != nil && m.holder == me {
			kept = append(kept, r)
		}
	}
	d.messages = kept
	if ordered {
		for k := len(kept) - 1; k >= 0; k-- { // back to front: each goes before the others of its group
			if i := kept[k].place(); !a.mail.items[i].spent(t) {
				a.returnToGroup(q, i)
			}
		}
	}
	for _, r := range kept {
		i := r.place()
		m := &a.mail.items[i]
		group := m.group
		switch spent := m.spent(t); {
		case !spent:
			a.visible(i)
		case m.copied:
			a.endMessage(i)
		default:
			a.bury(i, t.Dead)
			if ordered {
				a.leaveGroup(q, group)
				a.pollSoon(trigger)
			}
		}
	}
}

// spent reports whether a message that failed is not received again.
func (m *message) spent(t *Queue) bool {
	return m.copied || t.Receives > 0 && int(m.received) >= t.Receives
}

// endDelivery forgets a delivery.
func (a *actor) endDelivery(di int32) {
	d := &a.deliveries.items[di]
	a.unlinkDelivery(&a.triggers[d.trigger].queue.hidden, di)
	a.drop(d.records)
	d.trigger = None
	a.deliveries.release(di)
}

// watch sets the timer of who is hidden.
func (a *actor) watch(trigger int32) {
	q := a.triggers[trigger].queue
	if q.watched || q.hidden.head == None {
		return
	}
	q.watched = true
	a.queueTimer(max(a.now, a.deliveries.items[q.hidden.head].began+a.g.Triggers[trigger].Queue.Visibility), trigger, dueHidden)
}

// unhide lets be seen again what was hidden long enough. What has been started with it
// goes on, and deletes what is left of it where it ends well.
func (a *actor) unhide(trigger int32) {
	q := a.triggers[trigger].queue
	q.watched = false
	for q.hidden.head != None {
		di := q.hidden.head
		d := &a.deliveries.items[di]
		if d.began+a.g.Triggers[trigger].Queue.Visibility > a.now {
			break
		}
		a.unlinkDelivery(&q.hidden, di)
		ended := d.state == settled
		a.giveBack(di)
		if ended {
			a.endDelivery(di)
		}
	}
	a.watch(trigger)
}
