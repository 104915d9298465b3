package workloads

import (
	"fmt"
	"io"

	"github.com/coldcurve/coldcurve/sim"
)

// conversations yields the requests of one function with tokens: the first turns when
// the process says, and each next one a time to think after the one before. Its
// memory is that of the conversations that go on.
type conversations struct {
	client   *client
	draws    tokenDraws
	service  Sampler // nil: 0, a server says how long
	uniforms sim.Stream
	horizon  sim.Time
	function uint32

	arrivals Generator
	starts   [256]sim.Invocation // arrivals of first turns
	next     int                 // of those
	filled   int
	started  uint64 // conversations
	done     bool   // there are no more first turns
	ordinal  uint64
	pending  []turn // a heap by time and conversation
}

// turn is a request that is to come.
type turn struct {
	at           sim.Time
	conversation uint64
	number       int32 // from 0
	length       int32 // turns that its conversation has
	context      int32 // tokens before it
}

// before is the order of requests.
func (t *turn) before(u *turn) bool {
	return t.at < u.at || t.at == u.at && t.conversation < u.conversation
}

// Next implements sim.Source.
func (s *conversations) Next(buf []sim.Invocation) (n int, err error) {
	for n < len(buf) {
		start, ok, err := s.start()
		if err != nil {
			return 0, err
		}
		var t turn
		switch {
		case len(s.pending) > 0 && (!ok || s.pending[0].at <= start):
			t = s.pop()
		case ok:
			s.next++
			t = turn{at: start, conversation: s.started, length: s.client.length(&s.draws, s.started), context: s.client.prompt()}
			s.started++
		case n == 0:
			return 0, io.EOF
		default:
			return n, nil
		}
		s.take(&t, &buf[n])
		n++
	}
	return n, nil
}

// take makes a request of a turn, and puts the next one of its conversation in line.
func (s *conversations) take(t *turn, v *sim.Invocation) {
	c := s.client
	row := t.conversation<<c.shift | uint64(t.number)
	*v = sim.Invocation{Arrival: t.at, Function: s.function, Attr: uint32(row) + 1}
	if s.service != nil {
		v.Service = s.service.Sample(s.uniforms.Uniform(s.ordinal))
	}
	s.ordinal++
	if t.number+1 == t.length {
		return
	}
	in, out, _ := c.turn(&s.draws, row, t.context)
	next := turn{at: t.at, conversation: t.conversation, number: t.number + 1, length: t.length, context: in + out}
	if _, _, fits := c.turn(&s.draws, row+1, next.context); !fits {
		return
	}
	if next.at += c.Think.Sample(s.draws.think.Uniform(row)); next.at < s.horizon {
		s.push(next)
	}
}

// start returns when the next first turn arrives.
func (s *conversations) start() (sim.Time, bool, error) {
	if s.next == s.filled {
		if s.done {
			return 0, false, nil
		}
		s.next, s.filled = 0, s.arrivals.Fill(s.starts[:], s.horizon)
		s.done = s.filled < len(s.starts)
		if s.started+uint64(s.filled) > s.client.conversations() {
			return 0, false, fmt.Errorf("function %d has more than %d conversations of up to %d turns, which are all that can be told apart", s.function, s.client.conversations(), s.client.most)
		}
		if s.filled == 0 {
			return 0, false, nil
		}
	}
	return s.starts[s.next].Arrival, true, nil
}

// push adds to the heap.
func (s *conversations) push(t turn) {
	s.pending = append(s.pending, t)
	h, i := s.pending, len(s.pending)-1
	for i > 0 {
		up := (i - 1) / 2
		if !t.before(&h[up]) {
			break
		}
		h[i] = h[up]
		i = up
	}
	h[i] = t
}

// pop takes the first of the heap.
func (s *conversations) pop() turn {
	h := s.pending
	first, last := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	s.pending = h
	i := 0
	for {
		down := 2*i + 1
		if down >= len(h) {
			break
		}
		if down+1 < len(h) && h[down+1].before(&h[down]) {
			down++
		}
		if !h[down].before(&last) {
			break
		}
		h[i] = h[down]
		i = down
	}
	if len(h) > 0 {
		h[i] = last
	}
	return first
}
