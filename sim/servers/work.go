package servers

import (
	"math/bits"

	"github.com/coldcurve/coldcurve/sim"
)

// works are what an engine did since it was asked. Who asks does so each time
// that something ends, so that there are never many; more than a few mean that
// nobody asks.
type works struct {
	list  []sim.Work
	muted bool
	parts [2]Step // of a mixed step: its prompts, its decodes
}

const fewWorks = 16

// Work appends what the engine did since it was last asked: a run of steps
// without a pause. Input counts what prompts and preempted requests caught up
// with; Held are the blocks during its last step.
func (e *engine) Work(list []sim.Work) []sim.Work {
	list = append(list, e.work.list...)
	e.work.list, e.work.muted = e.work.list[:0], false
	return list
}

// step counts the step that lands.
func (w *works) step(e *engine) {
	if !w.muted {
		f := &e.flight
		w.add(e, e.lands, sim.Work{Steps: 1, Others: e.lands - e.at - f.own, Prefill: e.prefillTime(), Beyond: e.beyond(&f.step, 1, f.own), Input: f.caught, Output: f.made})
	}
}

// jump counts steps that only decoded.
func (w *works) jump(e *engine, to sim.Time, steps int64) {
	if !w.muted {
		own := to - e.at
		if e.share > 1 {
			own /= sim.Time(e.share)
		}
		w.add(e, to, sim.Work{Steps: steps, Others: to - e.at - own, Beyond: e.beyond(&e.jump.step, steps, own), Output: steps * e.running.decodes})
	}
}

func (w *works) add(e *engine, to sim.Time, x sim.Work) {
	held := e.usable - e.memory.free
	if n := len(w.list); n > 0 && w.list[n-1].To == e.at {
		l := &w.list[n-1]
		l.To, l.Held = to, held
		l.Others += x.Others
		l.Steps += x.Steps
		l.Prefill += x.Prefill
		l.Beyond += x.Beyond
		l.Input += x.Input
		l.Output += x.Output
		return
	}
	if len(w.list) == fewWorks {
		w.list, w.muted = w.list[:0], true
		return
	}
	x.From, x.To, x.Held, x.Blocks = e.at, to, held, e.usable
	w.list = append(w.list, x)
}

// prefillTime returns which part of the step under way its prompts take: of a
// mixed one, in the proportion of what prompts and decodes would take alone.
func (e *engine) prefillTime() sim.Time {
	s := &e.flight.step
	whole := e.flight.own
	switch {
	case s.Chunks == 0:
		return 0
	case s.Decodes == 0:
		return whole
	}
	prompts, decodes := &e.work.parts[0], &e.work.parts[1]
	made := s.Tokens - s.Prefill // or verified
	*prompts = Step{Tokens: s.Prefill, Sequences: max(0, s.Sequences-made), Chunks: s.Chunks, Prefill: s.Prefill, Context: s.Context, Square: s.Square}
	*decodes = Step{Tokens: made, Sequences: min(s.Sequences, made), Decodes: s.Decodes, KV: s.KV, MaxKV: s.MaxKV}
	p, d := e.Timer.Time(prompts), e.Timer.Time(decodes)
	hi, lo := bits.Mul64(uint64(whole), uint64(p))
	part, _ := bits.Div64(hi, lo, uint64(p)+uint64(d))
	return sim.Time(part)
}

// beyond returns which part of its own time a run of steps spends beyond
// what was measured: contexts grow in it, so that from one step on all do.
func (e *engine) beyond(first *Step, steps int64, own sim.Time) sim.Time {
	if e.measured == nil {
		return 0
	}
	s := &e.work.parts[0]
	after := func(n int64) bool {
		*s = *first
		s.KV += n * s.Decodes
		s.MaxKV += n
		return e.measured.Beyond(s)
	}
	if !after(steps - 1) {
		return 0
	}
	within, out := int64(-1), steps-1 // the last step that was measured, the first that was not
	for out-within > 1 {
		if n := (within + out) / 2; after(n) {
			out = n
		} else {
			within = n
		}
	}
	if out == 0 {
		return own
	}
	_, before := e.runner.Run(first, out, 0, own)
	return own - before
}
