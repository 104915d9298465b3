package workloads

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/coldcurve/coldcurve/sim"
)

// spiked is at 2 a second to 100 s, at 10 to 150 s, at none to 200 s, and at 2 from then on.
func spiked() Steps {
	return must(NewSteps(2, []Step{{100 * sim.Second, 5}, {150 * sim.Second, 0}, {200 * sim.Second, 1}}))
}

// TestStepsCounts: in each part the count of 200 functions is within 4 standard deviations of a
// Poisson count of its mean, 200 × rate × length; where the rate is 0 there is none.
func TestStepsCounts(t *testing.T) {
	want := map[int]float64{0: 200 * 200, 1: 200 * 500, 2: 0, 3: 200 * 200}
	got := map[int]float64{}
	for f := range uint64(200) {
		for _, at := range arrivals(spiked(), f, 300*sim.Second) {
			switch {
			case at < 100:
				got[0]++
			case at < 150:
				got[1]++
			case at < 200:
				got[2]++
			default:
				got[3]++
			}
		}
	}
	for part, n := range want {
		if math.Abs(got[part]-n) > 4*math.Sqrt(n) {
			t.Errorf("part %d: %v arrivals, want %v ± %v", part, got[part], n, 4*math.Sqrt(n))
		}
	}
	for horizon, n := range map[sim.Time]float64{50: 100, 125: 450, 175: 700, 300: 900} {
		if got := spiked().Expected(horizon * sim.Second); math.Abs(got-n) > 1e-9 {
			t.Errorf("Expected(%d s) = %v, want %v", horizon, got, n)
		}
	}
}

// TestStepsRescaling: with the rate integrated, 2 t, 200 + 10 (t − 100), 700, 700 + 2 (t − 200), the arrivals
// are a Poisson process of rate 1 (the time-rescaling theorem). Kolmogorov–Smirnov at 0.1 %.
func TestStepsRescaling(t *testing.T) {
	var all []float64
	for f := range uint64(50) {
		at := arrivals(spiked(), f, 300*sim.Second)
		for i, x := range at {
			at[i] = 2*min(x, 100) + 10*max(0, min(x, 150)-100) + 2*max(0, x-200)
		}
		all = append(all, gaps(at)...)
	}
	checkKS(t, all, distuv.Exponential{Rate: 1}.CDF)
}

// TestStepsMoveNothingBefore: what arrives before a step does not depend on it, and a rate of 0 at the
// end is the end.
func TestStepsMoveNothingBefore(t *testing.T) {
	more := arrivals(must(NewSteps(2, []Step{{100 * sim.Second, 0}})), 1, sim.Hour)
	all := arrivals(spiked(), 1, sim.Hour)
	if len(more) < 100 || !slices.Equal(more, all[:len(more)]) || more[len(more)-1] >= 100 || all[len(more)] < 100 {
		t.Errorf("%d arrivals to 100 s and none after, the last at %v; of the other %d", len(more), more[len(more)-1], len(all))
	}
}

// TestStepsMoveArrivals: arrival k is where the integral of the rate reaches what it has reached at arrival k of
// the Poisson process of the same stream, 2 a second: S = 2 t. That is S ÷ 2 up to 200, then 100 + (S − 200) ÷ 10 up to
// 700, and 200 + (S − 700) ÷ 2. Each time is rounded to a nanosecond.
func TestStepsMoveArrivals(t *testing.T) {
	steady := arrivals(must(NewPoisson(2)), 5, 400*sim.Second)
	moved := arrivals(spiked(), 5, 250*sim.Second)
	if len(moved) < 600 {
		t.Fatalf("%d arrivals, want about 800", len(moved))
	}
	for k, got := range moved {
		s := 2 * steady[k]
		want := s / 2
		if s > 700 {
			want = 200 + (s-700)/2
		} else if s > 200 {
			want = 100 + (s-200)/10
		}
		if math.Abs(got-want) > 1e-5 {
			t.Fatalf("arrival %d is at %v, want %v", k, got, want)
		}
	}
}
