package experiments

import (
	"sync/atomic"

	"github.com/coldcurve/coldcurve/sim"
)

// Tally counts the requests of one simulation into a sum over all of them, at most
// those that were expected: a simulation that is made again because a limit binds
// counts once.
type Tally struct {
	sum, ended *atomic.Int64
	used       atomic.Int64
	left       int64
}

// NewTally returns that of a simulation of about so many requests: they are added to
// sum, and the simulation itself, at its end, to ended.
func NewTally(sum, ended *atomic.Int64, expected int64) *Tally {
	return &Tally{sum: sum, ended: ended, left: expected}
}

func (t *Tally) add(n int64) {
	before := t.used.Add(n) - n
	if more := min(n, t.left-before); more > 0 {
		t.sum.Add(more)
	}
}

// Finish counts what was expected and did not come, and the simulation.
func (t *Tally) Finish() {
	t.add(t.left)
	t.ended.Add(1)
}

// Requests implements sim.Observer.
func (t *Tally) Requests(batch []sim.Outcome) { t.add(int64(len(batch))) }

// Warm implements sim.WarmObserver.
func (t *Tally) Warm(run []sim.Invocation) { t.add(int64(len(run))) }
