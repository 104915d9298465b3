package servers

import "math"

// running are the requests that an engine has admitted, in that order. Those
// that decode need no change while they do: what a step has to know of them
// follows from the number of steps, the tick. Only the last one can have more
// than one token to catch up with: who is admitted gets what is left of the
// budget, and nobody after it gets any before it is done.
type running struct {
	size    int64 // tokens of a block
	tick    int64 // steps that decodes were part of
	seats   []seat
	decodes int64
	offsets int64   // Σ of theirs
	oldest  int64   // the least of them
	soonest int64   // the least end
	cross   []int64 // decodes that need a block at the ticks of each remainder
	sharing int64   // decodes whose blocks others can find
}

// seat is a running request. One that decodes has tick − off tokens computed.
type seat struct {
	end     int64 // the tick at which its last token is there; catchingUp before it decodes
	off     int64
	seq     int32
	sharing bool
}

const catchingUp = math.MaxInt64

func newRunning(size int64) running {
	return running{size: size, cross: make([]int64, size), oldest: math.MaxInt64, soonest: math.MaxInt64}
}

// decode makes a seat that of a request that has one token which is not computed.
func (r *running) decode(s *seat, q *sequence) {
	s.off = r.tick - q.computed
	s.end = s.off + q.end() - 1
	s.sharing = q.found < q.shared
	r.count(s, 1)
	r.oldest, r.soonest = min(r.oldest, s.off), min(r.soonest, s.end)
}

// undecode takes a seat out of the sums; recount must follow.
func (r *running) undecode(s *seat) { r.count(s, -1) }

// delay makes up for a step that a seat was not part of.
func (r *running) delay(s *seat) {
	r.count(s, -1)
	s.off++
	s.end++
	r.count(s, 1)
}

func (r *running) count(s *seat, n int64) {
	r.decodes += n
	r.offsets += n * s.off
	r.cross[r.remainder(s.off)] += n
	if s.sharing {
		r.sharing += n
	}
}

// recount finds the extremes anew.
func (r *running) recount() {
	r.oldest, r.soonest = math.MaxInt64, math.MaxInt64
	for i := range r.seats {
		if s := &r.seats[i]; s.end != catchingUp {
			r.oldest, r.soonest = min(r.oldest, s.off), min(r.soonest, s.end)
		}
	}
}

func (r *running) remainder(tick int64) int64 {
	if m := tick % r.size; m < 0 {
		return m + r.size
	} else {
		return m
	}
}

// crossings returns how many blocks the decodes need in the next n ticks.
func (r *running) crossings(n int64) int64 {
	blocks := n / r.size * r.decodes
	at := r.remainder(r.tick)
	for range n % r.size {
		blocks += r.cross[at]
		if at++; at == r.size {
			at = 0
		}
	}
	return blocks
}

// room returns for how many ticks so many blocks are enough for the decodes, of
// which there must be one.
func (r *running) room(blocks int64) int64 {
	n := blocks / r.decodes * r.size
	blocks %= r.decodes
	for at := r.remainder(r.tick); blocks >= r.cross[at]; n++ {
		blocks -= r.cross[at]
		if at++; at == r.size {
			at = 0
		}
	}
	return n
}

// last returns the last seat where it has to catch up, nil where it has not.
func (r *running) last() *seat {
	if n := len(r.seats); n > 0 && r.seats[n-1].end == catchingUp {
		return &r.seats[n-1]
	}
	return nil
}

// find returns the seat of a request, −1 where it does not run.
func (r *running) find(seq int32) int {
	for i := range r.seats {
		if r.seats[i].seq == seq {
			return i
		}
	}
	return -1
}

// pass returns the step in which all decodes make a token.
func (r *running) pass() Step {
	if r.decodes == 0 {
		return Step{}
	}
	return Step{
		Tokens: r.decodes, Sequences: r.decodes, Decodes: r.decodes,
		KV: r.decodes*(r.tick+1) - r.offsets, MaxKV: r.tick + 1 - r.oldest,
	}
}
