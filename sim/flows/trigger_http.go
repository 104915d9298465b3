package flows

import "github.com/coldcurve/coldcurve/sim"

// caller is one who waits for the answer to a request.
type caller struct {
	trigger int32
	state   callerState
	key     uint64
	index   int // of its record's key; None
	size    int64
	sent    sim.Time // the first attempt
	lin     lineage
	cause   Cause
	attempt uint16
	billed  uint8    // by state: what it was waiting for there was billed, in an attempt that has ended
	made    bool     // by a step, which does not wait
	struck  sim.Time // when an attempt last failed in an outage; 0: none did
}

// callerState is what a caller waits for.
type callerState uint8

const (
	asksName    callerState = iota // the name service
	asksGateway                    // the gateway
	asksWhether                    // the authorizer
	asksTarget                     // what the trigger starts
	waitsToAsk                     // its own backoff
)

// callOver makes a request of one who waits for its answer.
func (a *actor) callOver(m *message) {
	a.roomForCaller(m.trigger)
	i := a.callers.take()
	t := &a.g.Triggers[m.trigger]
	c := &a.callers.items[i]
	*c = caller{trigger: m.trigger, key: m.key, index: None, size: m.size, sent: a.now, lin: m.lin, cause: m.cause, made: m.made}
	if t.Keys != nil {
		_, c.index = a.groupOf(t, m.key)
	}
	if n := a.tallyOf(m.trigger, m.lin); n != nil && m.made {
		n.Sent++
	}
	to, size := m.to, m.size
	a.askName(i)
	a.tell(to, answer{bytes: size})
}

// askName begins an attempt: the name service is asked, if at all.
func (a *actor) askName(i int32) {
	c := &a.callers.items[i]
	t := &a.g.Triggers[c.trigger]
	c.state = asksName
	if u := t.HTTP.DNS; u != nil && a.happens(u, sim.MadeKey(c.key, 1, 0), c.attempt) {
		a.askUse(u, sim.MadeKey(c.key, 1, 0), i, t.Place)
		return
	}
	a.askGateway(i)
}

// askGateway asks the gateway, whose patience begins.
func (a *actor) askGateway(i int32) {
	c := &a.callers.items[i]
	t := &a.g.Triggers[c.trigger]
	h := t.HTTP
	c.state = asksGateway
	if h.Timeout > 0 {
		a.triggers[c.trigger].patience.push(patience{a.now + h.Timeout, a.callers.ref(refHTTP, i)})
		a.armPatience(c.trigger)
	}
	a.operate(&opAsk{service: h.Service, op: h.Op, key: sim.MadeKey(c.key, 2, 0), attempt: c.attempt, from: t.Place, bytes: c.size,
		lin: c.lin, owner: t.Owner, cause: c.causeNow(), to: a.callers.ref(refHTTP, i)})
}

// askWhether asks the authorizer, unless its last answer for the key holds.
func (a *actor) askWhether(i int32) {
	c := &a.callers.items[i]
	t := &a.g.Triggers[c.trigger]
	u := t.HTTP.Authorizer
	if u == nil || c.index != None && a.now < a.allowedUntil(c.trigger, c.index) || !a.happens(u, sim.MadeKey(c.key, 3, 0), c.attempt) {
		a.askTarget(i)
		return
	}
	c.state = asksWhether
	a.askUse(u, sim.MadeKey(c.key, 3, 0), i, a.startsFrom(t))
}

// allowedUntil is until when the authorizer's answer for a key holds.
func (a *actor) allowedUntil(trigger int32, index int) sim.Time {
	if s := a.triggers[trigger].allowed; s != nil {
		return s[index]
	}
	return 0
}

// allow remembers the authorizer's answer for a key.
func (a *actor) allow(c *caller) {
	t := &a.g.Triggers[c.trigger]
	if c.index == None || t.HTTP.Remember == 0 {
		return
	}
	s := &a.triggers[c.trigger].allowed
	if *s == nil {
		*s = make([]sim.Time, len(t.Keys.Popularity))
	}
	(*s)[c.index] = a.now + t.HTTP.Remember
}

// askTarget starts what the trigger starts.
func (a *actor) askTarget(i int32) {
	c := &a.callers.items[i]
	c.state = asksTarget
	t := &a.g.Triggers[c.trigger]
	a.launch(&launch{
		trigger: c.trigger, key: c.key, attempt: c.attempt, at: a.now, size: c.size, lin: c.lin, cause: c.causeNow(), poison: a.poisoned(t, c.key),
		sync: !t.HTTP.Begun, begun: t.HTTP.Begun, to: a.callers.ref(refHTTP, i),
	})
}

// causeNow is why what a caller asks is asked: again, where what an earlier attempt has asked at
// this point was billed.
func (c *caller) causeNow() Cause {
	if c.billed&(1<<c.state) != 0 {
		return Again
	}
	return c.cause
}

// happens is whether a use happens this time.
func (a *actor) happens(u *Use, key uint64, attempt uint16) bool {
	p := u.Probability * u.Count
	return p >= 1 || a.uniform(drawProbability, key, attempt) < p
}

// ask makes a use of a service, a function or a flow for a caller.
func (a *actor) askUse(u *Use, key uint64, i, from int32) {
	c := &a.callers.items[i]
	to, size := a.callers.ref(refHTTP, i), a.inputOf(u, a.bytes(u.Size, c.size, drawSize, key))
	switch {
	case u.Service != None:
		a.operate(&opAsk{service: u.Service, op: u.Op, key: key, attempt: c.attempt, from: from, bytes: size, unsized: u.Size == nil, lin: c.lin, owner: u.Owner, cause: c.causeNow(), to: to})
	case u.Flow != None:
		a.execute(&start{flow: u.Flow, key: sim.MadeKey(key, 0, 0), attempt: c.attempt, at: a.now, from: from, input: size, lin: c.lin, owner: u.Owner, cause: c.causeNow(), sync: true, to: to})
	default:
		a.request(&ask{function: u.Function, key: key, attempt: c.attempt, at: a.now, from: from, input: size, unsized: u.Size == nil, lin: c.lin, owner: u.Owner, cause: c.causeNow(), to: to})
	}
}

// callerAnswered is told how what a caller waits for ended.
func (a *actor) callerAnswered(who ref, w answer) {
	c := a.callers.at(who)
	if c == nil {
		return // it has given up
	}
	i, state, cause := who.place(), c.state, c.causeNow()
	if w.billed {
		c.billed |= 1 << state
	}
	if n := a.tallyOf(c.trigger, c.lin); n != nil && state == asksTarget && w.startsNothing() {
		n.Started--
		n.Rejected++
	}
	switch {
	case w.errors == 0 && state == asksName:
		a.askGateway(i)
	case w.errors == 0 && state == asksGateway:
		a.askWhether(i)
	case w.errors == 0 && state == asksWhether:
		a.allow(c)
		a.askTarget(i)
	case w.errors == 0:
		a.replies(c, w.bytes, cause)
		a.answered(i, 0, true)
	case state == asksWhether:
		a.answered(i, OnFailed, true)
	default:
		a.answered(i, w.errors, false)
	}
}

// replies counts the answer of what a gateway has started, where that leaves its place.
// What an op that does not write gives back was counted with its call.
func (a *actor) replies(c *caller, bytes int64, cause Cause) {
	t := &a.g.Triggers[c.trigger]
	if h := t.HTTP; h.Service != None && a.g.Services[h.Service].Ops[h.Op].Writes {
		a.leaves(a.wayTo(a.startsFrom(t), t.Place), bytes, c.lin, t.Owner, cause)
	}
}

// callerDue goes on with a caller whose backoff is over.
func (a *actor) callerDue(who ref) {
	if a.callers.at(who) != nil {
		a.askName(who.place())
	}
}

// patience is when an attempt of a caller has taken too long. Those of a trigger come
// in the order in which they were set: only the first has a timer, and most are gone
// before it.
type patience struct {
	at  sim.Time
	who ref
}

// armPatience sets a timer for the first attempt that is under way.
func (a *actor) armPatience(trigger int32) {
	s := &a.triggers[trigger]
	for s.patience.len() > 0 && a.callers.at(s.patience.first().who) == nil {
		s.patience.pop()
	}
	if s.impatient || s.patience.len() == 0 {
		return
	}
	s.impatient = true
	p := s.patience.first()
	a.wake(p.at, a.callers.at(p.who).key, makeRef(refPatience, trigger, 0))
}

// patienceDue ends the attempts that have taken too long. What they have asked for goes
// on, and is billed.
func (a *actor) patienceDue(trigger int32) {
	s := &a.triggers[trigger]
	s.impatient = false
	for s.patience.len() > 0 && s.patience.first().at <= a.now {
		if p := s.patience.pop(); a.callers.at(p.who) != nil {
			a.answered(p.who.place(), OnTimeout, false)
		}
	}
	a.armPatience(trigger)
}

// answered ends an attempt: the caller tries again, or has its answer. Who was denied
// does not try again.
func (a *actor) answered(i int32, how Errors, final bool) {
	c := &a.callers.items[i]
	a.callers.gens[i]++ // what the attempt still waits for is not heard
	if how != 0 {
		a.strike(&c.struck)
	}
	if r := a.g.Triggers[c.trigger].HTTP.Client; r != nil && !final && r.On&how != 0 && int(c.attempt) < r.Attempts && !a.over() {
		if how == OnTimeout { // what it waits for goes on
			c.billed |= 1 << c.state
		}
		wait := a.backoff(r, int(c.attempt), c.key, c.attempt)
		c.attempt++
		if n := a.tallyOf(c.trigger, c.lin); n != nil && !c.made {
			n.Attempts++
		}
		c.state = waitsToAsk
		a.wake(a.now+wait, c.key, a.callers.ref(refHTTP, i))
		return
	}
	if n := a.tallyOf(c.trigger, c.lin); n != nil {
		if !c.made {
			a.came(n, &c.lin, came{c.sent, a.now, c.struck, fateOf(how)})
		} else if len(a.g.Outages) > 0 {
			a.besideOutages(&n.SentOutages, came{c.sent, a.now, c.struck, fateOf(how)})
		}
		switch {
		case how == 0:
			n.Succeeded++
			a.took(n, c.sent, a.now, c.made)
		case how&OnThrottled != 0:
			n.Throttled++
		case how&OnTimeout != 0:
			n.TimedOut++
		default:
			n.Failed++
		}
	}
	c.trigger = None
	a.callers.release(i)
}
