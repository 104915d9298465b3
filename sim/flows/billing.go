package flows

import (
	"math"
	"math/bits"

	"github.com/coldcurve/coldcurve/sim"
)

// transitions counts the states that a step is, when it is entered or tried again.
func (a *actor) transitions(f *frame, n int64) {
	if n == 0 {
		return
	}
	x, s := &a.execs.items[f.exec], &a.g.Steps[f.step]
	e := x.engine
	x.transitions += uint64(n)
	cause := f.stateCause(x)
	meter := e.Transitions
	if s.External && e.External != None {
		meter = e.External
	}
	a.counts.use(x.lin, s.Owner, cause, meter, n)
}

// stateCause is why a frame's step is entered or tried, which is billed whatever becomes of it.
func (f *frame) stateCause(x *execution) Cause {
	if f.attempt > 0 || f.retried {
		return Again
	}
	return x.cause
}

// askCause is why what a frame's step asks for is asked.
func (f *frame) askCause(x *execution) Cause {
	if f.again {
		return Again
	}
	return x.cause
}

// of is how many transitions a step counts as.
func (c *Counts) of(s *Step, retry bool) int64 {
	if retry {
		return int64(c.Retry)
	}
	if s.States >= 0 {
		return int64(s.States)
	}
	switch s.Kind {
	case CallStep, RouteStep, UseStep:
		return int64(c.Call)
	case ParallelStep:
		return int64(c.Parallel)
	case MapStep:
		return int64(c.Map)
	case ChoiceStep:
		return int64(c.Choice)
	case WaitStep:
		return int64(c.Wait)
	case SendStep:
		return int64(c.Send)
	case PassStep:
		return int64(c.Pass)
	case SucceedStep:
		return int64(c.Succeed)
	default:
		return int64(c.Fail)
	}
}

// admitted is when an engine lets n transitions of an execution happen.
func (a *actor) admitted(x *execution, n int64) sim.Time {
	b, part := x.states, uint64(0)
	if b == None || n == 0 {
		return a.now
	}
	if p := x.engine.Partitions; p > 1 {
		part = sim.Mixed(x.key) % uint64(p)
	}
	at := a.quotas[b].parts[part].reserve(a.now, n)
	a.counts.waits(x.lin, b, at-a.now)
	return at
}

// tooLarge reports whether an engine does not carry a payload, and counts that.
func (a *actor) tooLarge(x *execution, payload int64) bool {
	if a.fits(x.payload, payload) {
		return false
	}
	a.counts.refuses(x.lin, RefusedFlow, x.flow, x.payload)
	return true
}

// messages counts what an engine that keeps its state in queues and tables writes and
// reads there for a call; a part of one is a probability.
func (a *actor) messages(f *frame) {
	x, s, key, attempt := &a.execs.items[f.exec], &a.g.Steps[f.step], f.stepKey, f.attempt
	if p := a.plan.poll[x.flow]; p != None {
		a.heard(p, x.key)
	}
	e := x.engine
	if e.Messages == None || e.PerCall <= 0 {
		return
	}
	n := int64(e.PerCall)
	if part := e.PerCall - float64(n); part > 0 && a.uniform(drawProbability, key, attempt) < part {
		n++
	}
	a.counts.use(x.lin, s.Owner, f.stateCause(x), e.Messages, n)
}

// bill counts what an execution is billed for at its end: a last transition, where the
// engine counts one, and its memory × its duration, each rounded up: no execution takes less
// than what its duration is rounded to. The memory is what the engine always takes and the
// most payload that it held at a time.
func (a *actor) bill(f *Flow, x *execution) {
	e := x.engine
	if e.Counts.End > 0 {
		x.transitions += uint64(e.Counts.End)
		a.counts.use(x.lin, f.Owner, x.cause, e.Transitions, int64(e.Counts.End))
	}
	if e.Duration == None {
		return
	}
	duration := e.Round
	if x.entered != notYet {
		duration = max(duration, up(a.now-x.entered, e.Round))
	}
	memory := e.Memory
	if memory == 0 {
		memory = e.MemoryBase + x.most
	}
	a.counts.use(x.lin, f.Owner, x.cause, e.Duration, mebibytes(up(memory, e.Chunk), duration))
}

// up rounds up to a multiple; of 0 it does not.
func up(n, multiple int64) int64 {
	if multiple <= 0 {
		return n
	}
	return (n + multiple - 1) / multiple * multiple
}

// mebibytes returns bytes × ns as MiB·ns, rounded up; at most what an int64 holds.
func mebibytes(bytes, ns int64) int64 {
	const mebibyte = 1 << 20
	hi, lo := bits.Mul64(uint64(bytes), uint64(ns))
	lo, carry := bits.Add64(lo, mebibyte-1, 0)
	hi += carry
	if hi >= 1<<19 {
		return math.MaxInt64
	}
	return int64(hi<<44 | lo>>20)
}
