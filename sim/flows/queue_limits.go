package flows

import "github.com/coldcurve/coldcurve/sim"

// Who polls a queue is held to the limits of its receives and deletes, as its producers
// are to that of sends. A receive that is refused is asked again when the limit lets it;
// what has been done is deleted when the limit lets it, and is hidden, and its poller at
// work, until then. A poll that finds nothing takes of no limit: one waits for seconds.

// holdsReceives reports whether the limit of a queue's receives refuses the one that is due.
// It is asked again when the limit lets it, and is counted as refused once.
func (a *actor) holdsReceives(trigger int32) bool {
	t := a.g.Triggers[trigger].Queue
	q := a.triggers[trigger].queue
	limit := a.limitOf(t.Service, t.Receive)
	if limit == None || t.Pollers.Most == 0 || !a.receiveDue(trigger) {
		return false
	}
	if q.held {
		return true
	}
	at := a.quotas[limit].parts[0].when(a.now, 1)
	if at <= a.now {
		return false
	}
	a.holdReceives(trigger, at)
	lin := a.mail.items[a.nextReady(q)].lin
	a.quotas[limit].parts[0].asks(a.now, 1, true)
	a.throttles(t.Service, limit, lin)
	return true
}

// receiveDue reports whether somebody would receive now.
func (a *actor) receiveDue(trigger int32) bool {
	t := a.g.Triggers[trigger].Queue
	q := a.triggers[trigger].queue
	switch {
	case q.open != None:
		return true
	case !a.mayPoll(trigger):
		return false
	case t.Backoff == nil:
		return true
	}
	for n := range q.pollers.idle.len() {
		if nextAtIntervals(t.Backoff, q.pollers.all[q.pollers.idle.at(n)].since, a.now) == a.now {
			return true
		}
	}
	return false
}

// holdReceives lets nobody receive before a time. Whose poll is due is refused and asks
// again then: since it is, none of its polls comes back empty.
func (a *actor) holdReceives(trigger int32, until sim.Time) {
	t := a.g.Triggers[trigger].Queue
	q := a.triggers[trigger].queue
	q.held, q.heldUntil = true, until
	if t.Backoff == nil && q.open == None {
		a.retire(trigger, a.now)
	}
	for n := range q.pollers.idle.len() {
		w := &q.pollers.all[q.pollers.idle.at(n)]
		switch {
		case t.Backoff == nil:
			a.cameEmpty(trigger, t.Service, t.Receive, emptyPolls(w.since, a.now, t.Pollers.Poll, a.g.Warmup, a.g.Horizon))
		case nextAtIntervals(t.Backoff, w.since, a.now) == a.now:
			a.cameEmpty(trigger, t.Service, t.Receive, emptyAtIntervals(t.Backoff, w.since, a.now, a.g.Warmup, a.g.Horizon))
		default:
			continue
		}
		w.since = until
	}
	if q.open != None {
		d := &a.deliveries.items[q.open]
		a.gatheredNothing(d, false)
		d.polled = until
	}
	a.queueTimer(until, trigger, dueReceive)
}

// receives takes the limit of a receive that has found something.
func (a *actor) receives(t *Queue) {
	if limit := a.limitOf(t.Service, t.Receive); limit != None {
		a.allows(limit, 1)
	}
}

// deletesAt is when the limit of a queue's deletes lets those of a delivery be made, after
// those that wait before it.
func (a *actor) deletesAt(di int32) sim.Time {
	d := &a.deliveries.items[di]
	t := a.g.Triggers[d.trigger].Queue
	limit := a.limitOf(t.Service, t.Delete)
	calls := ceilDiv(int64(len(d.good)), int64(max(1, t.PerDelete)))
	if limit == None || calls == 0 {
		return a.now
	}
	at := a.quotas[limit].parts[0].reserve(a.now, calls)
	if at > a.now {
		a.throttles(t.Service, limit, d.lin)
	}
	return at
}

// limitOf is the limit of an op of a service; None: it has none.
func (a *actor) limitOf(service, op int32) int32 {
	if service == None || op == None {
		return None
	}
	return a.services[service].limit[op]
}

// throttles counts a call that a limit has refused, and that is asked again.
func (a *actor) throttles(service, limit int32, lin lineage) {
	if n := a.countsOf(service, lin); n != nil {
		n.Throttled++
	}
	a.counts.refuses(lin, RefusedService, service, limit)
}
