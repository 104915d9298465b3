package flows

import (
	"cmp"

	"github.com/coldcurve/coldcurve/sim"
)

// What follows is delivery to what a trigger starts without a queue that is polled:
// by a bus, by the platform's own queue of calls that nobody waits for, after the
// write of an object, and by a schedule.

// publish lets a message that was sent travel to what its trigger starts.
func (a *actor) publish(i int32) {
	m := &a.mail.items[i]
	t := &a.g.Triggers[m.trigger]
	if t.Bus != nil && t.Bus.Match < 1 && a.uniform(drawMatch, m.key, 0) >= t.Bus.Match {
		if n := a.tallyOf(m.trigger, m.lin); n != nil {
			n.Filtered++
			a.fared(m, n, a.now, notMatched)
		}
		a.endMessage(i)
		return
	}
	m.state, m.since = travels, a.now
	at := a.now + a.delay(t.Latency, drawDelivery, m.key, 0)
	if t.Duplicates > 0 && a.uniform(drawDuplicate, m.key, 0) < t.Duplicates {
		a.publishAgain(i, at)
	}
	a.deliverAt(i, at)
}

// publishAgain makes the second delivery of a message that is delivered twice. It is
// work of its own, with its own variates, and is not delivered again where it fails.
func (a *actor) publishAgain(i int32, at sim.Time) {
	m := a.mail.items[i]
	if n := a.tallyOf(m.trigger, m.lin); n != nil {
		n.Duplicated++
	}
	m.copied, m.key = true, sim.MadeKey(m.key, 0, 1)
	a.deliverAt(a.newMessage(m), at)
}

// deliverAt delivers a message at a time.
func (a *actor) deliverAt(i int32, at sim.Time) {
	if at <= a.now {
		a.deliver(i)
		return
	}
	a.wake(at, a.mail.items[i].key, a.messageRef(i))
}

// deliver delivers a message: it starts what its trigger starts.
func (a *actor) deliver(i int32) {
	m := &a.mail.items[i]
	if a.over() {
		return // in flight for good
	}
	t := &a.g.Triggers[m.trigger]
	if most, dead := t.maxAge(m); most > 0 && m.received > 0 && a.now-m.sent > most {
		a.bury(i, dead)
		return
	}
	m.state, m.since, m.cause = starting, a.now, m.causeOf()
	m.received++
	if n := a.tallyOf(m.trigger, m.lin); n != nil {
		n.Received++
		if m.received > 1 {
			n.Again++
		}
	}
	key, attempt := m.draws()
	a.launch(&launch{trigger: m.trigger, key: key, attempt: attempt, at: a.now, size: m.size, lin: m.lin, cause: m.cause, poison: m.poison, to: a.messageRef(i)})
}

// causeOf is why a message is delivered.
func (m *message) causeOf() Cause {
	switch {
	case m.copied:
		return Duplicate
	case m.billed:
		return Again
	}
	return m.cause
}

// maxAge is how old a message may be that is delivered again, 0: any, and where one
// goes that is older.
// What the function itself has failed is its platform's, not the bus's.
func (t *Trigger) maxAge(m *message) (most sim.Time, dead *Send) {
	switch {
	case t.Bus != nil && t.Async != nil && m.errors > 0:
		return t.Async.MaxAge, cmp.Or(t.Async.Dead, t.Bus.Dead)
	case t.Bus != nil:
		return t.Bus.MaxAge, t.Bus.Dead
	case t.Async != nil:
		return t.Async.MaxAge, t.Async.Dead
	}
	return 0, nil
}

// delivered is told how what a message has started ended. A flow that has been started
// has been delivered to, however it ends. A function that is called by a bus is tried
// again by the rules of its platform, t.Async, where that takes calls and answers at
// once; the bus delivers again what was turned away, and where it waits for the answer
// what has failed.
func (a *actor) delivered(i int32, w answer) {
	m := &a.mail.items[i]
	t := &a.g.Triggers[m.trigger]
	a.launched(m.trigger, m.lin, w)
	if w.errors != 0 {
		a.strike(&m.struck)
	}
	if m.made && !m.copied && t.Start.Flow != None && w.errors&OnThrottled == 0 {
		a.untoldOf(m.lin, w.errors)
	}
	switch {
	case w.errors == 0:
		a.done(m, m.since, a.now)
		a.endMessage(i)
		return
	case t.Start.Flow != None && w.errors&OnThrottled == 0:
		a.handed(m, w.errors)
		a.endMessage(i)
		return
	}
	again, wait := false, sim.Time(0)
	switch {
	case m.copied:
	case t.Bus != nil && (w.errors&OnThrottled != 0 || t.Async == nil):
		m.turned++
		if r := t.Bus.Retry; r != nil && r.On&w.errors != 0 && int(m.turned) <= r.Attempts {
			again, wait = true, a.backoff(r, int(m.turned)-1, m.key, uint16(m.turned))
		}
	case t.Async != nil:
		again, wait = a.callAgain(t.Async, m, w.errors)
	}
	if !again {
		_, dead := t.maxAge(m)
		a.bury(i, dead)
		return
	}
	m.state = waitsMore
	a.wake(a.now+wait, m.key, a.messageRef(i))
}

// callAgain is whether and when a call that nobody waits for is tried again. What the
// function has failed counts; what was turned away is tried until it is too old.
func (a *actor) callAgain(c *Async, m *message, how Errors) (again bool, wait sim.Time) {
	if how&OnThrottled != 0 {
		wait = a.backoff(&c.Throttle, int(m.turned), m.key, uint16(m.received))
		m.turned++
		return c.Throttle.Attempts == 0 || int(m.turned) <= c.Throttle.Attempts, wait
	}
	m.errors++
	if int(m.errors) > c.Retries || len(c.After) == 0 {
		return false, 0
	}
	return true, c.After[min(int(m.errors), len(c.After))-1]
}

// bury ends a message that is given up: it goes to where the dead go, or is dropped.
func (a *actor) bury(i int32, dead *Send) {
	m := a.mail.items[i]
	if n := a.tallyOf(m.trigger, m.lin); n != nil && !m.copied {
		n.Dead++
		a.fared(&m, n, a.now, hasFailed)
	}
	a.endMessage(i)
	t := &a.g.Triggers[m.trigger]
	if t.Write != nil {
		m.size = noticeBytes // the object stays where it is
	}
	switch {
	case dead == nil || m.copied:
	case t.Queue != nil && t.Queue.Moves:
		a.move(dead, m.key, m.size, m.lin, a.startsFrom(t))
	default:
		a.post(dead, m.key, m.size, m.lin, t.Owner, a.startsFrom(t))
	}
}
