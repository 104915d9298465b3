package stat

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// TestBootstrapDraws: uniforms of 0, ⅓, ⅔ … are the places 0, 1 and 2 of three, and each
// resample goes on where the one before ended. An error ends it.
func TestBootstrapDraws(t *testing.T) {
	var draws [][]int
	got, err := Bootstrap(3, 2, func(i uint64) float64 { return []float64{0, 0.34, 0.67, 0.99, 0, 0.3}[i] }, func(drawn []int) (float64, error) {
		draws = append(draws, slices.Clone(drawn))
		return float64(drawn[0] + drawn[1] + drawn[2]), nil
	})
	if err != nil || !slices.Equal(got, []float64{3, 2}) || !slices.Equal(draws[0], []int{0, 1, 2}) || !slices.Equal(draws[1], []int{2, 0, 0}) {
		t.Errorf("got %v of %v, %v", got, draws, err)
	}
	wrong := errors.New("wrong")
	if _, err := Bootstrap(1, 1, func(uint64) float64 { return 0 }, func([]int) (float64, error) { return 0, wrong }); !errors.Is(err, wrong) {
		t.Errorf("got %v", err)
	}
}

// TestBootstrapHalfIsThatOfTheMean: the variance of the mean of a resample of n values is
// Σ (x − mean)² ÷ n², so that of many resamples the half-width is that of Student's t:
// 1 … 8 have s = √6 and 4.5 ± 2.365·√6 ÷ √8 = ± 2.048.
func TestBootstrapHalfIsThatOfTheMean(t *testing.T) {
	x := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	s := sim.NewStream(sim.RunKey{Seed: 3}, sim.PurposeSample, 1)
	means, err := Bootstrap(len(x), 20_000, s.Uniform, func(drawn []int) (float64, error) {
		sum := 0.0
		for _, d := range drawn {
			sum += x[d]
		}
		return sum / float64(len(x)), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, half := Interval(x, Level)
	near(t, "Student's", half, 2.048, 0.001)
	near(t, "bootstrapped", BootstrapHalf(means, len(x), Level), half, 0.02*half)
	for _, c := range []struct {
		values []float64
		n      int
	}{{[]float64{1, 2}, 1}, {[]float64{1}, 2}, {[]float64{1, math.NaN(), 2}, 3}, {[]float64{math.NaN(), math.NaN()}, 3}} {
		if got := BootstrapHalf(c.values, c.n, Level); !math.IsNaN(got) {
			t.Errorf("of %v: got %v", c, got)
		}
	}
	if got := BootstrapHalf([]float64{5, 5}, 7, Level); got != 0 {
		t.Errorf("of equal ones: got %v", got)
	}
}
