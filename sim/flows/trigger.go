package flows

import (
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

// triggerState is a trigger in a run. Only the shard that it is in touches it.
type triggerState struct {
	queue     *queueState
	stream    *streamState
	allowed   []sim.Time     // by key: until when its authorizer's answer holds
	patience  fifo[patience] // of its callers
	impatient bool           // a timer is set for the first
	touched   bool
}

// arrived is an arrival at a trigger from outside.
func (a *actor) arrived(trigger int32, ordinal uint32) {
	t := &a.g.Triggers[trigger]
	key := sim.MadeKey(a.names[trigger], 0, ordinal)
	lin := lineage{trigger: trigger, counted: a.inWindow(a.now), record: key}
	if n := a.tallyOf(trigger, lin); n != nil {
		n.Arrived++
		n.Attempts++
		a.opens(trigger, key)
	}
	size := a.bytes(t.Record, 0, drawSize, key)
	a.offer(message{trigger: trigger, key: key, size: size, sent: a.now, lin: lin, cause: Work, owner: t.Owner, from: t.Place})
}

// offer brings something to a trigger: a request of a caller who waits, or a message
// to the service that carries it. Its producer, m.to, is told when it is there.
func (a *actor) offer(m message) {
	t := &a.g.Triggers[m.trigger]
	a.triggers[m.trigger].touched = true
	m.holder, m.state, m.since = ref(0), offered, a.now
	if t.HTTP != nil {
		a.callOver(&m)
		return
	}
	a.grouped(&m)
	a.put(a.newMessage(m))
}

// grouped says what a message stays in order with, and whether it is poison.
func (a *actor) grouped(m *message) {
	t := &a.g.Triggers[m.trigger]
	m.poison = a.poisoned(t, m.key)
	if t.Stream != nil {
		m.group, _ = a.groupOf(t, m.key)
	} else if t.Queue != nil && t.ordered() {
		_, k := a.groupOf(t, m.key)
		m.group = uint64(k)
	}
}

// put asks the service that carries a message to take it.
func (a *actor) put(i int32) {
	m := &a.mail.items[i]
	t := &a.g.Triggers[m.trigger]
	m.state = offered
	q := opAsk{key: m.key, attempt: m.try + uint16(m.turned), from: m.from, bytes: m.size, lin: m.lin, owner: m.owner, outside: m.owner == t.Owner, cause: m.cause, to: a.messageRef(i)}
	if m.billed {
		q.cause = Again
	}
	switch {
	case t.Queue != nil:
		q.service, q.op = t.Queue.Service, t.Queue.Send
		if t.ordered() {
			q.group = 1 + int32(m.group)
		}
	case t.Stream != nil:
		if by := a.shardRefuses(t, m); by != None {
			a.turnAway(i, t.Stream.Service, by)
			return
		}
		q.service, q.op = t.Stream.Service, t.Stream.Put
	case t.Bus != nil:
		q.service, q.op = t.Bus.Service, t.Bus.Put
	case t.Write != nil && m.made: // its store feeds it: the write was another's
		a.sent(i)
		return
	case t.Write != nil:
		q.service, q.op = t.Write.Service, t.Write.Op
		q.bytes = a.bytes(t.Write.Size, m.size, drawSize, m.key)
	default:
		if t.Async != nil && t.Start.Flow == None { // its platform answers at once, and keeps nothing
			if most := a.functions[t.Start.Function].async; !a.fits(most, m.size) {
				a.counts.refuses(m.lin, RefusedFunction, t.Start.Function, most)
				a.lose(i, OnFailed)
				return
			}
		}
		a.counts.use(m.lin, m.owner, m.cause, t.Meter, 1)
		a.sent(i)
		return
	}
	a.operate(&q)
}

// turnAway lets a producer whose message a limit has refused try again, as the service's
// client library does, or give up.
func (a *actor) turnAway(i, service, by int32) {
	m := &a.mail.items[i]
	r := &a.g.Services[service].Retry
	if n := a.countsOf(service, m.lin); n != nil {
		n.Throttled++
		a.counts.refuses(m.lin, RefusedService, service, by)
	}
	if r.On&OnThrottled == 0 || int(m.turned) >= r.Attempts {
		a.lose(i, OnThrottled)
		return
	}
	a.sendAgain(i, service, *r)
}

// insistence is how often a service tries to put a record into the stream that it feeds
// until it is taken (grade U: AWS says of DynamoDB and Kinesis that it does, not how often).
func insistence() Retry {
	return Retry{Backoff: backoff.Backoff{First: 100 * sim.Millisecond, Factor: 2, Cap: 10 * sim.Second, Jitter: backoff.Full}}
}

// sendAgain lets a producer wait until it tries again.
func (a *actor) sendAgain(i, service int32, r Retry) {
	m := &a.mail.items[i]
	wait := a.backoff(&r, int(m.turned), m.key, uint16(m.turned))
	m.turned++
	m.state = refused
	if n := a.countsOf(service, m.lin); n != nil {
		n.Retries++
	}
	a.wake(a.now+wait, m.key, a.messageRef(i))
}

// lose ends a message that its service has not taken, but for one that is sent until it is.
func (a *actor) lose(i int32, how Errors) {
	m := &a.mail.items[i]
	if service, _ := a.g.Triggers[m.trigger].takes(); m.insists && service != None {
		a.sendAgain(i, service, insistence())
		return
	}
	to, billed := m.to, m.billed
	if n := a.tallyOf(m.trigger, m.lin); n != nil {
		switch {
		case m.made:
			n.Untaken++
		case how&OnThrottled != 0:
			n.Throttled++
		default:
			n.Lost++
		}
		a.fared(m, n, a.now, fateOf(how))
	}
	a.endMessage(i)
	a.tell(to, answer{errors: how, billed: billed})
}

// sent is told that a service has taken a message: its producer goes on, and it is on
// its way to what its trigger starts.
func (a *actor) sent(i int32) {
	m := &a.mail.items[i]
	t := &a.g.Triggers[m.trigger]
	to, size, billed := m.to, m.size, m.billed
	m.to, m.turned, m.billed = 0, 0, false
	if n := a.tallyOf(m.trigger, m.lin); n != nil && m.made {
		n.Sent++
	}
	switch {
	case t.Queue != nil:
		a.enqueue(i)
	case t.Stream != nil:
		a.enterShard(i)
	default:
		a.publish(i)
	}
	a.tell(to, answer{bytes: size, billed: billed})
}

// messageAnswered is told what became of what a message waits for.
func (a *actor) messageAnswered(who ref, w answer) {
	m := a.mail.at(who)
	if m == nil {
		return
	}
	m.billed = m.billed || w.billed
	switch {
	case m.state == starting:
		a.delivered(who.place(), w)
	case w.errors != 0:
		a.lose(who.place(), w.errors)
	default:
		a.sent(who.place())
	}
}

// messageDue goes on with a message whose time has come.
func (a *actor) messageDue(who ref) {
	m := a.mail.at(who)
	if m == nil {
		return
	}
	t := &a.g.Triggers[m.trigger]
	switch i := who.place(); {
	case m.state == refused && a.over(): // untaken for good
	case m.state == refused:
		a.put(i)
	case t.Queue != nil:
		a.visible(i)
	default:
		a.deliver(i)
	}
}

// refNobodyRef names nobody.
const refNobodyRef = ref(0)

// launch is one start of what a trigger starts.
type launch struct {
	trigger int32
	key     uint64
	attempt uint16
	at      sim.Time
	size    int64
	lin     lineage
	cause   Cause
	records batch
	each    bool // its records fail each for themselves
	poison  bool // a record of it is poison
	sync    bool
	begun   bool // see start
	to      ref
}

// startsFrom is where what a trigger starts is asked from: the service that carries what
// came, where there is one, else its callers.
func (a *actor) startsFrom(t *Trigger) int32 {
	service := int32(None)
	switch {
	case t.HTTP != nil:
		service = t.HTTP.Service
	case t.Queue != nil:
		service = t.Queue.Service
	case t.Stream != nil:
		service = t.Stream.Service
	case t.Bus != nil:
		service = t.Bus.Service
	case t.Write != nil:
		service = t.Write.Service
	}
	if service == None {
		return t.Place
	}
	return a.g.Services[service].Place
}

// launch starts what a trigger starts. A function that is started again draws by the
// attempt; so does a flow, by another key.
func (a *actor) launch(l *launch) {
	t := &a.g.Triggers[l.trigger]
	if n := a.tallyOf(l.trigger, l.lin); n != nil {
		n.Started++
	}
	a.beside(t.Beside, l.key, l.attempt, t.Place, l.size, l.lin, l.cause, l.at)
	notice := t.Write != nil
	if t.Start.Flow != None {
		if notice { // a flow carries its input along
			l.size = noticeBytes
		}
		a.execute(&start{flow: t.Start.Flow, key: sim.MadeKey(l.key, 0, 0), attempt: l.attempt, at: l.at, from: a.startsFrom(t), input: l.size,
			lin: l.lin, owner: t.Owner, cause: l.cause, records: l.records, sync: l.sync, begun: l.begun || l.sync && a.g.Flows[t.Start.Flow].Engine.Detached && t.HTTP == nil, to: l.to})
		return
	}
	a.request(&ask{function: t.Start.Function, key: sim.MadeKey(l.key, 0, 0), attempt: l.attempt, at: l.at, from: a.startsFrom(t), input: l.size,
		records: l.records, each: l.each, poison: l.poison && !l.each, notice: notice, async: t.Async != nil || t.Bus != nil, lin: l.lin, owner: t.Owner, cause: l.cause, to: l.to})
}

// poisoned reports whether a record is one that no function can handle: as often as its
// trigger says, by its key, so that it is so at each delivery.
func (a *actor) poisoned(t *Trigger, key uint64) bool {
	return t.Poison > 0 && a.uniform(drawPoison, key, 0) < t.Poison
}

// tells reports whether what a trigger starts tells which of its records have failed.
func (t *Trigger) tells() bool {
	return t.Start.Flow == None && (t.Queue != nil && t.Queue.Partial || t.Stream != nil && t.Stream.Partial)
}

// launched counts how a start has ended.
func (a *actor) launched(trigger int32, lin lineage, w answer) {
	n := a.tallyOf(trigger, lin)
	if n == nil {
		return
	}
	switch {
	case w.errors == 0:
		n.Succeeded++
	case w.startsNothing():
		n.Started--
		n.Rejected++
	case w.errors&OnTimeout != 0:
		n.TimedOut++
	default:
		n.Failed++
	}
}
