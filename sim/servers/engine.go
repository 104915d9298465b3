package servers

import (
	"slices"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// engine is one instance of an LLM. Its steps follow each other without a gap
// while there are requests. At the boundary between two, what ends ends, then
// the next step is composed, of all who have come by then, also at that very ns:
// so it is composed when the clock has passed the boundary.
type engine struct {
	LLM
	group    sim.Group
	share    int64 // engines that have the same GPUs to work on, this one too: a step takes so many times as long
	runner   Runner
	drafter  Runner   // nil: a pass of a draft takes a given time
	measured Measured // nil: the Timer does not tell
	size     int64    // tokens of a block
	usable   int64    // blocks that requests can hold
	spared   int64    // of them, that the watermark keeps
	most     int64    // tokens of a request

	now    sim.Time
	at     sim.Time // of the last boundary
	flying bool     // a step is under way since then,
	lands  sim.Time // until then

	seqs    sequences
	memory  blocks
	front   entrances // not yet in line
	waiting waiting
	running running
	arrived int64 // requests that have come into line

	flight flight
	jump   jump
	ended  []sim.ServerEnd
	work   works
}

// flight is what the step under way is made of.
type flight struct {
	step    Step
	chunks  []chunk // those who catch up, the last of the running ones
	caught  int64   // their tokens
	ticks   int64   // 1, or 0 where it is of prompts alone
	skipped int     // running ones, the last so many, that are not part of it
	ending  bool    // somebody's last token is made in it
	leaving []int32 // who is taken back at its end

	own     sim.Time // that it would take alone on the GPUs
	made    int64    // tokens that requests get of it
	drafts  []draft  // of those that run, where drafts are verified; in the order of the seats
	longest int64    // tokens of a draft, at most
}

// chunk is a running request that catches up in a step, by n tokens.
type chunk struct {
	seq int32
	n   int64
}

var _ sim.Worker = (*engine)(nil)

func newEngine(c LLM) *engine {
	e := &engine{LLM: c, share: 1, runner: runnerOf(c.Timer), size: c.BlockSize, usable: c.Blocks, spared: c.kept()}
	if e.size == 0 {
		e.size = defaultBlockSize
	}
	if c.Scheduler == V1 {
		e.usable-- // the null block
	} else {
		e.NoPrefixCache = true
	}
	e.most, _ = c.Most()
	e.measured, _ = c.Timer.(Measured)
	if c.Speculation.Drafter != nil {
		e.drafter = runnerOf(c.Speculation.Drafter)
	}
	e.memory = newBlocks(e.usable)
	e.running = newRunning(e.size)
	return e
}

// Offer takes every request. One that asks for no tokens, or for more than the
// engine can hold at a time, ends as Failed; a ping is answered at once, and is
// no work of the engine's.
func (e *engine) Offer(now sim.Time, r sim.ServerRequest) bool {
	if r.Ping {
		e.now = now
		e.ended = append(e.ended, sim.ServerEnd{ID: r.ID, Status: sim.Completed})
		return true
	}
	ask := e.Columns.Tokens(r.Function, r.Attr, r.Key)
	if !e.holds(&ask) {
		e.now = now
		e.ended = append(e.ended, sim.ServerEnd{ID: r.ID, Status: sim.Failed})
		return true
	}
	e.accept(now, r.ID, &ask, e.luck(&r), sharedBlocks(&ask, e.size), 0)
	return true
}

// accept takes a request of which the first so many blocks have ids, and the
// first so many tokens come computed.
func (e *engine) accept(now sim.Time, id uint32, ask *tokens.Request, luck sim.Stream, shared, loaded int64) {
	i := e.seqs.add(id)
	q := &e.seqs.all[i]
	q.ask, q.luck, q.known, q.loaded = *ask, luck, int64(ask.Input), loaded
	if !e.NoPrefixCache {
		q.shared = shared
	}
	if e.Front > 0 {
		e.now = now
		e.front.push(entrance{after(now, e.Front), i})
	} else {
		e.enter(now, i)
	}
}

// holds reports whether the engine can ever serve what is asked.
func (e *engine) holds(q *tokens.Request) bool {
	return q.Input >= 1 && q.Output >= 1 && int64(q.Input)+int64(q.Output) <= e.most
}

// enter puts a request into the line, behind those that are there.
func (e *engine) enter(now sim.Time, i int32) {
	e.arrived++
	q := &e.seqs.all[i]
	q.arrival = e.arrived
	q.queued = now
	w := e.waiter(i)
	if e.jumping(now) && len(e.waiting.heap) > 0 && !w.before(e.waiting.heap[0]) {
		e.now = now // who is first in line cannot be admitted before the jump ends, nor can this one
	} else {
		e.run(now)
		e.cut(now)
		if e.idle() {
			e.at = now
		}
	}
	e.waiting.push(e.seqs.all, w)
}

// waiter is how a request stands in line. One that was preempted is before all
// others of its priority: it came before them, else they would have been admitted
// before it.
func (e *engine) waiter(i int32) waiter {
	q := &e.seqs.all[i]
	w := waiter{arrival: q.arrival, seq: i}
	if e.Priority {
		w.priority = q.ask.Priority
	}
	return w
}

// idle reports whether there is nothing to do.
func (e *engine) idle() bool { return len(e.running.seats) == 0 && len(e.waiting.heap) == 0 }

// Next returns when the engine must be asked again: when a request ends or
// comes into line, or the ns after a boundary at which nobody ends.
func (e *engine) Next() sim.Time {
	if len(e.ended) > 0 {
		return e.now
	}
	next := sim.Never
	switch {
	case e.flying:
		next = e.lands
		if !e.flight.ending {
			next = past(next)
		}
	case e.idle():
	case e.plan():
		next = e.jump.end
		if !e.jump.ending {
			next = past(next)
		}
	default:
		next = past(e.at)
	}
	if at, ok := e.front.next(); ok {
		next = min(next, at)
	}
	return next
}

// Advance brings the engine to now and tells who has ended.
func (e *engine) Advance(now sim.Time, ended []sim.ServerEnd) []sim.ServerEnd {
	e.settle(now)
	ended = append(ended, e.ended...)
	e.ended = e.ended[:0]
	return ended
}

// settle brings the engine to now.
func (e *engine) settle(now sim.Time) {
	for {
		at, ok := e.front.next()
		if !ok || at > now {
			break
		}
		i := e.front.pop()
		if e.seqs.all[i].gone {
			e.seqs.drop(i)
		} else {
			e.enter(at, i)
		}
	}
	e.run(now)
}

// run takes the boundaries up to now, but for those within a jump, and composes
// the steps that begin before it.
func (e *engine) run(now sim.Time) {
	e.now = now
	for {
		switch {
		case e.flying:
			if e.lands > now {
				return
			}
			e.land()
		case e.at >= now || e.idle():
			return
		case e.plan():
			if e.jump.end > now {
				return
			}
			e.follow()
		default:
			e.compose()
		}
	}
}

// compose begins a step at the last boundary.
func (e *engine) compose() {
	f := &e.flight
	*f = flight{chunks: f.chunks[:0], leaving: f.leaving[:0], drafts: f.drafts[:0]}
	if e.Scheduler == PrefillFirst {
		e.composePrefillFirst()
	} else {
		e.composeV1()
	}
	e.running.tick += f.ticks
	f.ending = f.ending || e.running.soonest <= e.running.tick
	for _, c := range f.chunks {
		if q := &e.seqs.all[c.seq]; q.computed == q.known {
			f.step.Sequences++
			f.made++
			f.ending = f.ending || q.known+1 == q.end()
		}
	}
	f.own = e.Timer.Time(&f.step)
	if e.Speculation.Tokens > 0 {
		f.own = after(f.own, e.draftTime())
	} else {
		f.made = f.step.Sequences
	}
	e.flying, e.lands = true, after(e.at, times(e.share, f.own))
}

// land ends the step under way.
func (e *engine) land() {
	f := &e.flight
	e.work.step(e)
	e.at, e.flying = e.lands, false
	n := len(e.running.seats)
	for i := n - f.skipped; i < n; i++ {
		if s := &e.running.seats[i]; s.end != catchingUp {
			e.running.delay(s)
		}
	}
	if f.skipped > 0 {
		e.running.recount()
	}
	if e.Speculation.Tokens > 0 {
		e.acceptDrafts()
	}
	for k, c := range f.chunks {
		q := &e.seqs.all[c.seq]
		if q.computed < q.known {
			continue
		}
		if q.first == 0 {
			q.first = e.at
		}
		e.running.decode(&e.running.seats[n-len(f.chunks)+k], q)
	}
	e.boundary()
	for _, i := range f.leaving {
		if e.seqs.all[i].gone { // it has not ended by itself
			e.unseat(e.running.find(i))
		}
	}
}

// boundary ends those who have their last token.
func (e *engine) boundary() {
	r := &e.running
	if r.soonest > r.tick {
		return
	}
	kept := r.seats[:0]
	for _, s := range r.seats {
		if s.end > r.tick {
			kept = append(kept, s)
			continue
		}
		r.undecode(&s)
		e.finish(s.seq)
	}
	r.seats = kept
	r.recount()
}

// finish ends a request that has its last token.
func (e *engine) finish(i int32) {
	q := &e.seqs.all[i]
	e.memory.release(q, q.end()-1, e.size, false)
	if !q.gone {
		e.ended = append(e.ended, sim.ServerEnd{ID: q.id, Status: sim.Completed, Serving: q.serving(q.end())})
		e.seqs.unname(i)
	}
	e.dismiss(i)
}

// dismiss forgets a request that holds nothing.
func (e *engine) dismiss(i int32) {
	q := &e.seqs.all[i]
	q.gone = false
	e.memory.disown(q)
	e.seqs.drop(i)
}

// unseat takes a running request out.
func (e *engine) unseat(k int) {
	s := e.running.seats[k]
	q := &e.seqs.all[s.seq]
	e.memory.release(q, e.leave(k), e.size, false)
	e.dismiss(s.seq)
}

// leave takes a seat away, brings what is known of its request to the tick, and
// returns the tokens that it has computed.
func (e *engine) leave(k int) int64 {
	r := &e.running
	s := r.seats[k]
	q := &e.seqs.all[s.seq]
	r.seats = slices.Delete(r.seats, k, k+1)
	if s.end != catchingUp {
		r.undecode(&s)
		r.recount()
		q.computed = r.tick - s.off
		q.known = q.computed + 1
	}
	return q.computed
}

// Withdraw takes a request back. If a step that it is part of is under way, its
// blocks are free at the end of that.
func (e *engine) Withdraw(now sim.Time, id uint32) sim.Serving {
	i := e.seqs.names.get(id)
	if i == none || e.seqs.all[i].place <= 0 || !e.jumping(now) {
		e.settle(now)
		e.cut(now)
		i = e.seqs.names.get(id)
	}
	if i == none {
		return e.retract(id)
	}
	q := &e.seqs.all[i]
	known := q.known
	e.seqs.unname(i)
	switch {
	case q.arrival == 0: // it is on its way into the line
		q.gone = true
	case q.place != none:
		e.waiting.remove(e.seqs.all, q.place)
		e.dismiss(i)
	default:
		k := e.running.find(i)
		if s := &e.running.seats[k]; s.end != catchingUp {
			done := e.running.tick
			if e.flying {
				done -= e.flight.ticks
			}
			known = done - s.off + 1
		}
		if e.flying {
			q.gone = true
			e.flight.leaving = append(e.flight.leaving, i)
		} else {
			e.unseat(k)
		}
	}
	return q.serving(known)
}

// retract takes back an end that was not told yet; one of a request that the
// engine does not hold is a mistake of the caller's.
func (e *engine) retract(id uint32) sim.Serving {
	for k, end := range e.ended {
		if end.ID == id {
			e.ended = slices.Delete(e.ended, k, k+1)
			return end.Serving
		}
	}
	panic("a request is taken back that the engine does not hold")
}
