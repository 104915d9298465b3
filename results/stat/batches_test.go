package stat

import (
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// TestLag1ByHand: of 1, 2, 4, 5 about 3 the products are (−2)(−1) + (−1)(1) + (1)(2) = 3, and
// the squares 4 + 1 + 1 + 4 = 10. A series that alternates between ±1, eight long, has −7/8.
func TestLag1ByHand(t *testing.T) {
	near(t, "1, 2, 4, 5", Lag1([]float64{1, 2, 4, 5}), 0.3, 1e-15)
	near(t, "alternating", Lag1([]float64{1, -1, 1, -1, 1, -1, 1, -1}), -0.875, 1e-15)
	for _, x := range [][]float64{nil, {1}, {2, 2, 2}} {
		if got := Lag1(x); !math.IsNaN(got) {
			t.Errorf("of %v: got %v", x, got)
		}
	}
	near(t, "most of 20", Lag1Most(20), -0.05+2.326348/math.Sqrt(20), 1e-6)
}

// TestLag1MostIsSeldomExceeded: of 20,000 series of 20 independent normal values, 0.5 %, and
// of 200 1 %, to which the limit tends; of ones with the correlation 0.8 three of four and more.
func TestLag1MostIsSeldomExceeded(t *testing.T) {
	s := sim.NewStream(sim.RunKey{Seed: 5}, sim.PurposeService, 1)
	var next uint64
	beyond := func(rho float64, length, series int) float64 {
		n := 0
		for range series {
			x := make([]float64, length)
			last := Normal(s.Uniform(next)/2 + 0.25)
			for i := range x {
				next++
				last = rho*last + math.Sqrt(1-rho*rho)*Normal(math.Max(1e-12, s.Uniform(next)))
				x[i] = last
			}
			if Lag1(x) > Lag1Most(len(x)) {
				n++
			}
		}
		return float64(n) / float64(series)
	}
	near(t, "twenty", beyond(0, 20, 20_000), 0.005, 0.002)
	near(t, "two hundred", beyond(0, 200, 20_000), 0.009, 0.003)
	if share := beyond(0.8, 20, 2000); share < 0.6 {
		t.Errorf("of correlated ones %.1f %%", share*100)
	}
}
