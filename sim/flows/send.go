package flows

import "github.com/coldcurve/coldcurve/sim"

// sending is messages that a step or a function sends, and waits until all are taken.
type sending struct {
	to     ref
	left   int32
	bytes  int64
	errors Errors
	billed bool // one of them
}

// parcel is what is sent.
type parcel struct {
	send    *Send
	key     uint64 // of who sends
	attempt uint16
	before  int64 // size of what came before
	from    int32 // place
	lin     lineage
	owner   Owner
	cause   Cause
	sized   bool // before is its size, which somebody has said
	to      ref
}

// send sends messages; who sends is told when all of them are taken, or of the first
// that is not.
func (a *actor) send(p *parcel) {
	count := int32(p.send.Count)
	if part := p.send.Count - float64(count); part > 0 && a.uniform(drawProbability, p.key, 0) < part {
		count++
	}
	if count == 0 {
		a.tell(p.to, answer{bytes: p.before})
		return
	}
	i := a.sendings.take()
	a.sendings.items[i] = sending{to: p.to, left: count, bytes: p.before}
	to := a.sendings.ref(refSending, i)
	for k := range count {
		a.sendOne(p, sim.MadeKey(p.key, 0, uint32(k)), to)
	}
}

// sendOne sends a message.
func (a *actor) sendOne(p *parcel, key uint64, to ref) {
	size := a.bytes(p.send.Size, p.before, drawSize, key)
	service, op := p.send.Service, p.send.Op
	if p.send.Trigger != None {
		service, op = a.g.Triggers[p.send.Trigger].takes()
	}
	if p.send.Size == nil && !p.sized && service != None && op != None {
		size = a.atMost(a.services[service].most[op], size)
	}
	if p.send.Trigger == None {
		a.operate(&opAsk{service: service, op: op, key: key, attempt: p.attempt, from: p.from, bytes: size,
			lin: p.lin, owner: p.owner, cause: p.cause, to: to})
		return
	}
	a.offer(message{trigger: p.send.Trigger, key: key, size: size, sent: a.now, lin: p.lin.onward(), cause: p.cause, from: p.from, to: to, owner: p.owner, made: true, try: p.attempt})
}

// takes is the op of a service that takes what is sent to a trigger; None: none does.
func (t *Trigger) takes() (service, op int32) {
	switch {
	case t.HTTP != nil:
		return t.HTTP.Service, t.HTTP.Op
	case t.Queue != nil:
		return t.Queue.Service, t.Queue.Send
	case t.Stream != nil:
		return t.Stream.Service, t.Stream.Put
	case t.Bus != nil:
		return t.Bus.Service, t.Bus.Put
	case t.Write != nil:
		return t.Write.Service, t.Write.Op
	}
	return None, None
}

// sendingAnswered counts a message down.
func (a *actor) sendingAnswered(who ref, w answer) {
	s := a.sendings.at(who)
	if s == nil {
		return
	}
	s.left--
	s.billed = s.billed || w.billed
	if s.errors == 0 {
		s.errors = w.errors
	}
	if s.left > 0 {
		return
	}
	to, told := s.to, answer{errors: s.errors, bytes: s.bytes, billed: s.billed}
	a.sendings.release(who.place())
	a.tell(to, told)
}

// post sends a message that nobody waits for: of what is given up.
func (a *actor) post(to *Send, key uint64, size int64, lin lineage, owner Owner, from int32) {
	p := parcel{send: to, key: key, before: size, from: from, lin: lin, owner: owner, cause: Failure}
	a.sendOne(&p, sim.MadeKey(key, 1, 0), 0)
}

// move puts a message of a queue that is dead where the dead go. The service does so by
// itself: nobody sends, and nothing is billed.
func (a *actor) move(to *Send, key uint64, size int64, lin lineage, from int32) {
	switch {
	case to.Trigger == None:
		if n := a.countsOf(to.Service, lin); n != nil {
			n.Calls++
		}
	case a.g.Triggers[to.Trigger].Queue == nil:
		a.post(to, key, size, lin, a.g.Triggers[to.Trigger].Owner, from)
	default:
		m := message{trigger: to.Trigger, key: sim.MadeKey(key, 1, 0), size: size, sent: a.now, lin: lin.onward(), cause: Failure, from: from, made: true}
		a.triggers[to.Trigger].touched = true
		a.grouped(&m)
		a.sent(a.newMessage(m))
	}
}
