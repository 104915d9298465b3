package servers

import "github.com/coldcurve/coldcurve/sim"

// jump is steps that nothing can come in between, but for an arrival: everybody
// decodes, nobody who waits can be admitted, and there are blocks enough. What
// they do follows from their number, so they are counted when they are over, or
// when the time asked for lies within.
type jump struct {
	steps  int64 // 0: none is planned
	step   Step  // the first
	end    sim.Time
	ending bool // somebody's last token is made at its end
}

// longest is how many steps are planned at a time: an arrival within them is
// paid for by taking those before it again.
const longestJump = 1024

// jumping reports whether a jump is planned that is not over at now.
func (e *engine) jumping(now sim.Time) bool { return e.jump.steps > 0 && now < e.jump.end }

// plan reports whether a jump begins at the boundary, and plans it.
func (e *engine) plan() bool {
	if e.jump.steps > 0 {
		return true
	}
	r := &e.running
	if e.Speculation.Tokens > 0 || r.decodes == 0 || r.last() != nil || e.admissible() || e.gains() {
		return false
	}
	n := min(r.soonest-r.tick, r.room(e.memory.free), longestJump)
	if r.sharing > 1 && n > 1 && e.collide(n) {
		n = 1
	}
	if n == 0 {
		return false
	}
	e.jump.step = r.pass()
	e.jump.steps, e.jump.end = e.take(n, sim.Never-2)
	e.jump.ending = r.tick+e.jump.steps == r.soonest
	return e.jump.steps > 0
}

// admissible reports whether the first in line can be admitted. While only
// tokens are made, it stays so, unless it gains.
func (e *engine) admissible() bool {
	if e.Scheduler == PrefillFirst {
		return e.opens()
	}
	if len(e.waiting.heap) == 0 || int64(len(e.running.seats)) >= e.MaxSequences {
		return false
	}
	_, ok := e.fits(&e.seqs.all[e.waiting.heap[0].seq])
	return ok
}

// gains reports whether the first in line, which is not admissible, waits for
// blocks of which it may need fewer while tokens are made: what others make
// known it need not compute. (What is reused does not help it: a block of which
// it needs one less, since somebody holds a copy, is also one less that is free.)
func (e *engine) gains() bool {
	if e.running.sharing == 0 || len(e.waiting.heap) == 0 || int64(len(e.running.seats)) >= e.MaxSequences {
		return false
	}
	first := &e.seqs.all[e.waiting.heap[0].seq]
	for _, s := range e.running.seats {
		q := &e.seqs.all[s.seq]
		if !s.sharing || q.found == q.shared {
			continue
		}
		// They share what it makes next, or nothing that it will make.
		if k, _, _ := extentOf(&q.ask, q.found, e.size); k < int64(len(first.ask.Blocks)) && first.ask.Blocks[k] == q.ask.Blocks[k] {
			return true
		}
	}
	return false
}

// collide reports whether two decodes make blocks of one extent known in the
// next n ticks: then they do it in turns.
func (e *engine) collide(n int64) (collision bool) {
	r := &e.running
	claims := &e.memory.claims
	for pass := range 2 { // to claim, then to forget the claims
		for _, s := range r.seats {
			if !s.sharing {
				continue
			}
			q := &e.seqs.all[s.seq]
			full := min(q.shared, fullBlocks(r.tick+n-s.off, e.size))
			for block := q.found; block < full; {
				k, _, end := extentOf(&q.ask, block, e.size)
				id := q.ask.Blocks[k]
				if pass == 1 {
					claims.remove(id)
				} else if owner := claims.get(id); owner != none && owner != s.seq {
					collision = true
				} else {
					claims.put(id, s.seq)
				}
				block = end
			}
		}
	}
	return collision
}

// cut ends a jump at the last boundary up to now, and begins the step that is
// under way then.
func (e *engine) cut(now sim.Time) {
	if !e.jumping(now) {
		return
	}
	j := &e.jump
	j.steps, j.end = e.take(j.steps, now)
	e.follow()
	if e.at < now {
		e.compose()
	}
}

// take returns how many of the first n steps of the jump are over until then, and
// when: where others share the GPUs each of them takes so many times as long.
func (e *engine) take(n int64, until sim.Time) (steps int64, at sim.Time) {
	if e.share == 1 {
		return e.runner.Run(&e.jump.step, n, e.at, until)
	}
	steps, own := e.runner.Run(&e.jump.step, n, 0, (until-e.at)/sim.Time(e.share))
	return steps, e.at + own*sim.Time(e.share)
}

// follow takes the steps of the jump.
func (e *engine) follow() {
	n := e.jump.steps
	e.jump.steps = 0
	if n == 0 {
		return
	}
	e.registerDecodes(n)
	e.memory.take(e.running.crossings(n))
	e.running.tick += n
	e.work.jump(e, e.jump.end, n)
	e.at = e.jump.end
	e.boundary()
}
