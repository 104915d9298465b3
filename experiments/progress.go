package experiments

import (
	"sync/atomic"
	"time"
)

// Progress is how far a run is. It may be read at any time from any goroutine;
// no result depends on it.
type Progress struct {
	// Now is the clock; nil: the machine's. It is set before the run.
	Now func() time.Time

	units, done    atomic.Int64
	expected, seen atomic.Int64 // invocations, over all units
	kept           atomic.Int64 // those of seen that an earlier run left
	began          atomic.Pointer[time.Time]
	partial        atomic.Pointer[string]
}

// Interrupted is what a run that stops now leaves.
func (p *Progress) Interrupted() *Interrupted {
	e := &Interrupted{}
	e.Done, e.Total = p.Units()
	if dir := p.partial.Load(); dir != nil {
		e.Partial = *dir
	}
	return e
}

// Units returns how many units are done, those of an earlier run included, and
// how many there are.
func (p *Progress) Units() (done, total int) { return int(p.done.Load()), int(p.units.Load()) }

// Share returns how much of the expected work is done, from 0 to 1.
func (p *Progress) Share() float64 {
	expected := p.expected.Load()
	if expected == 0 {
		return 0
	}
	return min(1, float64(p.seen.Load())/float64(expected))
}

// Left returns how long the rest of the simulation takes at the rate of this run:
// what an earlier one left took none of its time. ok is false where there is no
// rate yet.
func (p *Progress) Left() (left time.Duration, ok bool) {
	began := p.began.Load()
	if began == nil {
		return 0, false
	}
	kept := p.kept.Load()
	done, todo := p.seen.Load()-kept, p.expected.Load()-kept
	if done >= todo {
		return 0, true
	}
	elapsed := p.now().Sub(*began)
	if done <= 0 || elapsed <= 0 {
		return 0, false
	}
	return time.Duration(float64(elapsed) * float64(todo-done) / float64(done)), true
}

func (p *Progress) now() time.Time {
	if p.Now != nil {
		return p.Now()
	}
	return time.Now()
}

// begin starts the clock: what is done until now was kept.
func (p *Progress) begin() {
	p.kept.Store(p.seen.Load())
	now := p.now()
	p.began.Store(&now)
}

// plan announces the units, and where they are kept.
func (p *Progress) plan(units []*unit, partial string) {
	p.partial.Store(&partial)
	p.units.Store(int64(len(units)))
	p.done.Store(0) // a run that goes on until it is precise has more and more
	p.seen.Store(0)
	p.expected.Store(0)
	for _, u := range units {
		p.expected.Add(u.expected())
	}
}

// start returns the progress of one unit.
func (p *Progress) start(u *unit) *Tally { return NewTally(&p.seen, &p.done, u.expected()) }

// expected returns the number of invocations that a unit is expected to have,
// at least 1.
func (u *unit) expected() int64 {
	sum := 1.0
	for i := range u.workload.functions {
		sum += u.workload.functions[i].Weight
	}
	return int64(min(sum, 1<<53))
}
