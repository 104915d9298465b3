package estimate

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/sim"
)

const (
	// missing is what part of the requests in service at a window's start may be
	// absent, since they would have come before its warm-up.
	missing = 0.01
	// mostWarmup is the longest warm-up that requests get that last for days.
	mostWarmup = 30 * sim.Day
)

// absent is the part of the requests in service after a warm-up that would have
// come before it: E[max(0, S − w)] ÷ E[S] of service times S.
func absent(service sim.Sampler, w sim.Time) float64 {
	const n, last = 512, 1 - 1e-9
	if service.Sample(last) <= w {
		return 0
	}
	all, beyond := 0.0, 0.0
	for i := range n {
		d := service.Sample((float64(i) + 0.5) / n)
		all += float64(d)
		beyond += float64(max(0, d-w))
	}
	if all == 0 {
		return 0
	}
	return beyond / all
}

// warm returns the warm-up of functions whose requests outlast the usual one,
// and a note where even the longest is too short. usual is enough for the others.
func warm(services []sim.Sampler, usual, most sim.Time) (before sim.Time, note string) {
	before = min(usual, most)
	worst := 0.0
	for _, service := range services {
		if absent(service, before) <= missing {
			continue
		}
		if left := absent(service, most); left > missing {
			before, worst = most, max(worst, left)
			continue
		}
		low, high := before, most // of which the second is enough
		for high-low > sim.Minute {
			if middle := low + (high-low)/2; absent(service, middle) > missing {
				low = middle
			} else {
				high = middle
			}
		}
		before = high
	}
	if worst > 0 {
		note = fmt.Sprintf("requests last so long that after a warm-up of %s up to %s of those in service would have come before it: what is billed by the time in service is up to so much too low",
			Clock(before), Percent(math.Min(1, worst)))
	}
	return before, note
}
