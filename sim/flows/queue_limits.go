package flows

import "github.com/coldcurve/coldcurve/sim"

// Who polls a queue is held to the limits of its receives and deletes, as its producers
// are to that of sends. A receive that is refused is asked again when the limit lets it;
// what has been done is deleted when the limit lets it, and is hidden, and its poller at
// work, until then. A poll that finds nothing takes of no limit: one waits for seconds.

// mayReceive reports whether the limit of a queue's receives lets one through; where it
// does not it counts the refusal and sets a timer.
func (a *actor) mayReceive(trigger int32) bool {
	t := a.g.Triggers[trigger].Queue
	q := a.triggers[trigger].queue
	limit := a.limitOf(t.Service, t.Receive)
	if limit == None || t.Pollers.Most == 0 || q.open == None && !a.mayPoll(trigger) {
		return true // or nobody polls
	}
	if q.held {
		return false
	}
	at := a.quotas[limit].parts[0].when(a.now, 1)
	if at <= a.now {
		return true
	}
	q.held = true
	lin := a.mail.items[a.nextReady(q)].lin
	a.quotas[limit].parts[0].asks(a.now, 1, true)
	a.throttles(t.Service, limit, lin)
	a.queueTimer(at, trigger, dueReceive)
	return false
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
	if limit == None {
		return a.now
	}
	each := max(1, t.PerDelete)
	calls := int64(len(d.messages)+each-1) / int64(each)
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
