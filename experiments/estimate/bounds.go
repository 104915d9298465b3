package estimate

import (
	"math"
	"strconv"

	"github.com/coldcurve/coldcurve/sim"
)

// What one simulation can be of: each request is simulated, and each that is in
// service takes an instance or a place in one. There are as many simulations as
// plans × replications.
const (
	mostRequests  = 20_000_000 // warm-up included; about ten seconds of one core
	mostInService = 100_000    // at a time, on average; about 100 MB
)

// tooMany refuses a number of requests, those before the window included, at a
// rate a second: before any of them is counted, since it may be more than an
// integer holds.
func tooMany(requests, rate float64, length sim.Time) error {
	if !(requests > mostRequests) {
		return nil
	}
	return inputError("requests: %s/s for %s (the window and its warm-up) are %s requests, and each is simulated: want at most %s, which is %s/s or %s/month; give a part of the load",
		written(rate), Clock(length), written(requests), written(mostRequests),
		written(math.Floor(rate*mostRequests/requests)), Monthly(rate*mostRequests/requests))
}

// written writes a number in full, and one that nobody reads so with an exponent.
func written(x float64) string {
	if x >= 1e15 {
		return strconv.FormatFloat(x, 'g', 3, 64)
	}
	return Digits(x, 6)
}

// bounded refuses a load that is too large to simulate.
func (l *load) bounded() error {
	all := l.rate() * (float64(l.window.Horizon) / float64(sim.Second))
	if err := tooMany(all, l.rate(), l.window.Horizon); err != nil {
		return err
	}
	if n := l.offered(); n > mostInService {
		return inputError("requests × duration: %s requests are in service at a time, and each takes an instance or a place in one: want at most %d; give a part of the load",
			Digits(n, 3), mostInService)
	}
	return nil
}
