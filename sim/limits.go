package sim

// limits are the timeouts of the requests of a function that servers serve.
// Most requests end before, and their timeouts come in the order in which their
// service begins: so only the first of them is an event, and the queue stays
// short where timeouts are long.
type limits struct{ fifo[event] }

// spare is how many timeouts of ended requests are kept before they are looked for.
const spare = 64

// limit lets a request in service end at its timeout.
func (s *shard) limit(fn localFn, e event, inFlight int32) {
	l := &s.starts[fn].limits
	n := l.len()
	if n > 0 && e.less(&l.all()[n-1]) == 1 {
		s.queue.push(e) // out of order: an event of its own
		return
	}
	if n > 2*int(inFlight)+spare {
		l.prune(s)
	}
	l.append(e)
	if l.len() == 1 {
		s.queue.push(e)
	}
}

// prune forgets the timeouts of requests that have ended, but for the first,
// which is an event.
func (l *limits) prune(s *shard) {
	kept := l.all()[:1]
	for _, e := range l.all()[1:] {
		if s.requests[e.request()].gen == e.gen {
			kept = append(kept, e)
		}
	}
	l.ids = l.ids[:l.head+len(kept)]
}

// nextLimit makes an event of the timeout after the one that has come.
func (s *shard) nextLimit(e event) {
	l := &s.starts[s.local[e.key.function()]].limits
	if l.len() == 0 || l.all()[0] != e {
		return
	}
	l.takeFirst()
	for l.len() > 0 {
		next := l.all()[0]
		if s.requests[next.request()].gen == next.gen {
			s.queue.push(next)
			return
		}
		l.takeFirst()
	}
}
