package estimate

import (
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads"
)

// load is what is simulated: functions, and a number of requests to each in
// stretches of time.
type load struct {
	functions []sim.Function // Init holds what is known of the function itself
	counted   []workloads.CountedLoad
	window    sim.Window
	days      []sim.Window // the days of a log within the window, for the bootstrap
	// requests are those that arrive in the window.
	requests int64
	notes    []string
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

// offered returns the mean number of requests in service at a time.
func (l *load) offered() float64 {
	busy := 0.0
	for i := range l.counted {
		busy += float64(l.count(i)) * mean(l.counted[i].Service)
	}
	return busy / float64(l.window.Length())
}

// count returns how many requests to a function arrive in the window.
func (l *load) count(function int) (n int64) {
	for _, s := range l.counted[function].Stretches {
		if s.From >= l.window.Warmup {
			n += s.Count
		}
	}
	return n
}

// rate returns the requests a second over the window.
func (l *load) rate() float64 {
	return float64(l.requests) / (float64(l.window.Length()) / float64(sim.Second))
}
