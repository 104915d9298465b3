package estimate

import (
	"sync/atomic"

	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/sim"
)

// Progress is how far an estimate or a search is: requests that have been
// simulated, of those that are expected, warm-ups included. What is found on
// the way changes what is expected. It may be read at any time from any
// goroutine; no result depends on it.
type Progress struct {
	expected, done, runs atomic.Int64
}

// Runs returns how many simulations have ended.
func (p *Progress) Runs() int64 { return p.runs.Load() }

// Requests returns how many have been simulated and how many are expected, at
// least as many.
func (p *Progress) Requests() (done, expected int64) {
	done = p.done.Load()
	return done, max(done, p.expected.Load())
}

// Expect announces requests, or takes back what was announced. A nil Progress
// is told nothing.
func (p *Progress) Expect(requests float64) {
	if p != nil {
		p.expected.Add(int64(requests))
	}
}

// Start returns the progress of one simulation of so many requests.
func (p *Progress) Start(requests int64) *experiments.Tally {
	return experiments.NewTally(&p.done, &p.runs, requests)
}

// simulated is about how many requests one simulation has, its warm-up included.
func (l *load) simulated() float64 {
	return l.rate() * float64(l.window.Horizon) / float64(sim.Second)
}

// searched is about how many simulations a search of so many plans makes; see
// Optimize.
func searched(plans, last int) (runs int) {
	runs = plans
	for reps := 1; ; reps *= 2 {
		if plans <= finalists || reps >= last {
			return runs + plans*(last-reps)
		}
		plans = keptOf(plans)
		runs += plans * min(reps, last-reps)
	}
}
