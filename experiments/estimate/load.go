package estimate

import (
	"github.com/coldcurve/coldcurve/sim"
)

// load is what is simulated.
type load struct {
	functions []sim.Function // Init holds what is known of the function itself
	means     []float64      // of each function's durations, ns
	counts    []float64      // of each function's requests in the window
	window    sim.Window
	brief     bool         // the warm-up is too short for instances to come and go in it
	days      []sim.Window // the days of a log within the window, for the bootstrap
	notes     []string

	// workload is the load on functions as a platform has them, of which
	// durations are so many times what they are.
	workload func(functions []sim.Function, factors []float64) sim.Workload
}

// mean returns the mean service time of a sampler over an even grid of
// quantiles, ns.
func mean(s sim.Sampler) float64 {
	const n = 512
	sum := 0.0
	for i := range n {
		sum += float64(s.Sample((float64(i) + 0.5) / n))
	}
	return sum / n
}

// busy returns how many requests of a function are in service, on average.
func (l *load) busy(f int) float64 { return l.counts[f] * l.means[f] / float64(l.window.Length()) }

// offered returns the mean number of requests in service at a time.
func (l *load) offered() (busy float64) {
	for f := range l.counts {
		busy += l.busy(f)
	}
	return busy
}

// requests returns how many arrive in the window; of a thinned log, about.
func (l *load) requests() (n float64) {
	for _, c := range l.counts {
		n += c
	}
	return n
}

// rate returns the requests a second over the window.
func (l *load) rate() float64 {
	return l.requests() / (float64(l.window.Length()) / float64(sim.Second))
}
