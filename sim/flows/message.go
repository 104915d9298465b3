package flows

import (
	"math"

	"github.com/coldcurve/coldcurve/sim"
)

// message is what is on its way to what its trigger starts: a message of a queue, a
// record of a stream, an event, a call that nobody waits for, the start of a schedule.
type message struct {
	trigger  int32
	next     int32 // in the list that it is in; None
	state    messageState
	copied   bool // the second delivery of another, whose fate is not its own
	gone     bool // done while it waited to be received again: dropped where it is found
	key      uint64
	group    uint64 // of a queue in order its record's key, of a stream the hash of that
	size     int64
	sent     sim.Time // when it arrived at its trigger
	since    sim.Time // when what it is at now began
	struck   sim.Time // when a delivery of it last failed in an outage; 0: none did
	full     sim.Time // how long its queue had been full when it could be received
	lin      lineage
	cause    Cause
	owner    Owner  // whose sending it is
	from     int32  // place of its producer
	try      uint16 // of who sends it
	made     bool   // by the simulation, not from outside
	insists  bool   // its service tries to send it until it is taken
	billed   bool   // a try to send it was, or what an earlier delivery has started
	poison   bool   // no function can handle it
	received uint32 // deliveries, this one too
	errors   uint32 // deliveries that failed
	turned   uint32 // deliveries, or tries to send it, that were turned away
	to       ref    // who waits until it is sent
	holder   ref    // what has received it
}

// messageState is where a message is.
type messageState uint8

const (
	offered   messageState = iota // its producer waits for the service
	refused                       // its producer waits to try again
	travels                       // until it can be received
	waits                         // can be received
	received                      // was received
	starting                      // what it starts is under way
	waitsMore                     // until it is delivered again
)

// list is messages in order.
type list struct{ head, tail, n int32 }

func (l *list) reset() { *l = list{head: None, tail: None} }

// push puts a message behind the others.
func (a *actor) push(l *list, m int32) {
	a.mail.items[m].next = None
	if l.n == 0 {
		l.head = m
	} else {
		a.mail.items[l.tail].next = m
	}
	l.tail = m
	l.n++
}

// pushFront puts a message before the others.
func (a *actor) pushFront(l *list, m int32) {
	a.mail.items[m].next = l.head
	if l.n == 0 {
		a.mail.items[m].next, l.tail = None, m
	}
	l.head = m
	l.n++
}

// pop takes the first message; there is one.
func (a *actor) pop(l *list) int32 {
	m := l.head
	l.head = a.mail.items[m].next
	l.n--
	if l.n == 0 {
		l.tail = None
	}
	return m
}

// newMessage returns a place for a message.
func (a *actor) newMessage(m message) int32 {
	a.roomForMessage(m.trigger)
	i := a.mail.take()
	a.mail.items[i] = m
	return i
}

// messageRef names a message.
func (a *actor) messageRef(m int32) ref { return a.mail.ref(refMessage, m) }

// endMessage forgets a message.
func (a *actor) endMessage(m int32) {
	a.mail.items[m].trigger = None
	a.mail.release(m)
}

// over reports whether what is undelivered now stays so: the run's drain is over.
func (a *actor) over() bool { return a.now > a.g.Horizon+a.g.Drain }

// inWindow reports whether something that is billed by time counts.
func (a *actor) inWindow(at sim.Time) bool { return at >= a.g.Warmup && at < a.g.Horizon }

// tallyOf returns the trigger's tally where what comes from there counts; nil otherwise.
func (a *actor) tallyOf(trigger int32, lin lineage) *TriggerTally {
	if !lin.counted {
		return nil
	}
	return &a.counts.triggers[trigger]
}

// done counts a message that was delivered, and when what that has started began and ended.
func (a *actor) done(m *message, delivered, ended sim.Time) {
	if n := a.tallyOf(m.trigger, m.lin); n != nil && !m.copied {
		n.Deleted++
		a.fared(m, n, ended, done)
		a.took(n, m.sent, ended, m.made)
		if a.g.Triggers[m.trigger].Stream == nil {
			n.Age.record(delivered - m.sent)
		}
	}
}

// handed counts a message that was delivered, and whose execution has failed: of what
// arrived from outside that is how it ended.
func (a *actor) handed(m *message, how Errors) {
	if n := a.tallyOf(m.trigger, m.lin); n != nil && !m.copied {
		n.Deleted++
		a.fared(m, n, a.now, fateOf(how))
	}
}

// fared counts what became of a message, at a time.
func (a *actor) fared(m *message, n *TriggerTally, ended sim.Time, f fate) {
	switch {
	case !m.made:
		a.came(n, &m.lin, came{m.sent, ended, m.struck, f})
	case len(a.g.Outages) > 0:
		a.besideOutages(&n.SentOutages, came{m.sent, ended, m.struck, f})
	}
}

// draws is the key and the attempt by which what a message that was received starts is
// drawn: its own, and how often it was delivered before. Beyond what an attempt counts
// the key is another.
func (m *message) draws() (key uint64, attempt uint16) {
	before := m.received - 1
	if before > math.MaxUint16 {
		return sim.MadeKey(m.key, again, before>>16), uint16(before)
	}
	return m.key, uint16(before)
}

// failsAlone reports whether a record fails by itself where its function tells which of
// its records do, each with a probability.
func (a *actor) failsAlone(m *message, p float64) bool {
	if m.poison || p <= 0 {
		return m.poison
	}
	key, attempt := m.draws()
	return a.uniform(drawError, sim.MadeKey(key, 0, 0), attempt) < p
}

// took counts how long something took that arrived at a time, and has succeeded at another.
func (a *actor) took(n *TriggerTally, arrived, ended sim.Time, made bool) {
	of := n.Latency
	if made {
		of = n.Inner
	}
	of.record(ended - arrived)
	if q := a.quarter(&n.Quarters, arrived); q != nil {
		q.add(ended - arrived)
	}
}

// groupOf is what decides about a record's shard, group and session: its key, hashed.
// Where records have no keys each has its own. index is its place in the popularity.
func (a *actor) groupOf(t *Trigger, key uint64) (group uint64, index int) {
	if t.Keys == nil {
		return sim.Mixed(key), None
	}
	index = find(t.Keys.Popularity, a.uniform(drawKey, key, 0))
	return keyGroup(sim.HashName(t.Name), index), index
}

// find returns the first of ascending sums that is above u; the last where none is.
func find(sums []float64, u float64) int {
	low, high := 0, len(sums)-1
	for low < high {
		if mid := (low + high) / 2; u < sums[mid] {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}
