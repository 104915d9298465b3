package flows

import (
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// tooLarge is the failure of a step whose payload its engine does not carry, and of an
// execution with too long a history: no retrier and no catcher of any error hears of it
// (States.DataLimitExceeded).
const tooLarge = OnAny + 1

// failStep ends an attempt at the step that a frame is at, badly. Retriers are asked
// before catchers, in order, and the first whose set holds the error decides: each
// counts its own retries, from 0 when the step is entered, and one that is used up lets
// the catchers decide.
func (a *actor) failStep(i int32, how Errors) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	x := &a.execs.items[f.exec]
	if x.lin.counted && how&OnThrottled != 0 {
		a.counts.steps[f.step].Throttled++
	}
	if a.retries(i, s, how) {
		return
	}
	k := slices.IndexFunc(s.Catch, func(c Catch) bool { return c.On&how != 0 })
	if x.lin.counted {
		t := &a.counts.steps[f.step]
		t.Failed++
		if k >= 0 {
			t.Caught++
		}
	}
	a.closeStep(i)
	if k >= 0 {
		a.goOn(i, s.Catch[k].Next)
		return
	}
	a.endFrame(i, answer{errors: how})
}

// retries makes a frame wait for another attempt, if a retrier says so.
func (a *actor) retries(i int32, s *Step, how Errors) bool {
	f := &a.frames.items[i]
	for k := range s.Retry {
		r := &s.Retry[k]
		if r.On&how == 0 {
			continue
		}
		if int(f.tries[k]) >= r.Attempts || f.attempt == math.MaxUint16 {
			return false
		}
		wait := a.stepBackoff(f, s, k)
		f.tries[k]++
		f.attempt++
		f.turn++
		f.wait = waitsToRetry
		a.dropPath(f.inner)
		f.inner = noPath
		a.wake(a.now+wait, a.keyOf(f), a.frames.ref(refFrame, i))
		return true
	}
	return false
}

// stepBackoff is how long a step waits before the next retry of a retrier. Each retrier counts
// its own, and so draws them below a key of its own, whatever the others have retried between.
func (a *actor) stepBackoff(f *frame, s *Step, k int) sim.Time {
	key, before := a.keyOf(f), uint16(0)
	if k > 0 {
		key = sim.MadeKey(key, retrierChild, uint32(k))
	}
	for _, n := range f.tries[:len(s.Retry)] {
		before += n
	}
	n := f.tries[k]
	return a.backoff(&s.Retry[k], int(n), key, f.attempt-before+n)
}

// backoff is how long is waited before the n-th retry, from 0, which is the given attempt; the
// n before it were the attempts before that.
func (a *actor) backoff(r *Retry, n int, key uint64, attempt uint16) sim.Time {
	return r.Wait(n, func(k int) float64 { return a.uniform(drawJitter, key, attempt-uint16(n-k)) })
}
