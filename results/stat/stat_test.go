package stat

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// near fails where a number is further from what it should be than allowed.
func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s: got %.7g, want %.7g ± %.1g", what, got, want, within)
	}
}

// TestIntervalOfATextbookCase: Law and Kelton, Simulation Modeling and
// Analysis, example 4.27: ten observations, mean 1.34, variance 0.17,
// t(9, 0.95) = 1.83 gives the 90 % interval 1.34 ± 0.24. The one-sided bound of
// 95 % is as far from the mean.
func TestIntervalOfATextbookCase(t *testing.T) {
	x := []float64{1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09}
	mean, half := Interval(x, 0.90)
	near(t, "mean", mean, 1.343, 0.0005)
	near(t, "half-width", half, 0.24, 0.005)
	near(t, "bound", Bound(x, 0.95), 0.24, 0.005)
}

// TestIntervalOfALargeSample: NIST/SEMATECH e-Handbook, 1.3.5.2, has the 95 %
// interval of a mean of 195 values from the mean 9.261460, the standard
// deviation 0.022789 and t(194, 0.975) = 1.9723 as 9.258242 to 9.264679. Two
// groups of equal values with that mean and deviation give the same: 97 at
// mean − a and 98 at mean + b with 97·a = 98·b and 97·a² + 98·b² = 194·s².
func TestIntervalOfALargeSample(t *testing.T) {
	const mean, sd = 9.261460, 0.022789
	a := sd * math.Sqrt(194*98/(97*98+97*97.0))
	b := 97 * a / 98
	var x []float64
	for i := range 195 {
		if i < 97 {
			x = append(x, mean-a)
		} else {
			x = append(x, mean+b)
		}
	}
	m, half := Interval(x, 0.95)
	near(t, "lower end", m-half, 9.258242, 2e-6)
	near(t, "upper end", m+half, 9.264679, 2e-6)
}

// TestQuantile: rows of the table of Student's t in any textbook, to its three
// decimals; and t(1, p) = tan(π·(p − ½)), t(2, p) = (2p − 1)·√(2 ÷ (4·p·(1 − p))),
// which hold exactly.
func TestQuantile(t *testing.T) {
	levels := []float64{0.90, 0.95, 0.975, 0.99, 0.995}
	for nu, row := range map[float64][]float64{
		1:   {3.078, 6.314, 12.706, 31.821, 63.657},
		2:   {1.886, 2.920, 4.303, 6.965, 9.925},
		3:   {1.638, 2.353, 3.182, 4.541, 5.841},
		4:   {1.533, 2.132, 2.776, 3.747, 4.604},
		9:   {1.383, 1.833, 2.262, 2.821, 3.250},
		15:  {1.341, 1.753, 2.131, 2.602, 2.947},
		30:  {1.310, 1.697, 2.042, 2.457, 2.750},
		120: {1.289, 1.658, 1.980, 2.358, 2.617},
	} {
		for i, p := range levels {
			if got := Quantile(p, nu); math.Abs(got-row[i]) > 0.0006 {
				t.Errorf("t(%v, %v): got %.4f, want %.3f", nu, p, got, row[i])
			}
		}
	}
	for _, p := range []float64{0.6, 0.75, 0.95, 0.999} {
		near(t, "one degree of freedom", Quantile(p, 1)/math.Tan(math.Pi*(p-0.5)), 1, 1e-8)
		near(t, "two degrees of freedom", Quantile(p, 2)/((2*p-1)*math.Sqrt(2/(4*p*(1-p)))), 1, 1e-8)
	}
	if got := Quantile(0.975, 0); !math.IsNaN(got) {
		t.Errorf("without degrees of freedom: got %v", got)
	}
}

// TestIntervalCoversTheKnownMean: 2,000 samples of five normal values, whose
// mean is 10: 95 % of the intervals hold it, ± 1.5 % (three standard errors).
// So do those of the difference of two such samples, of five and of three
// values and other deviations; and how sure a mean of 0 is above 0 is uniform.
func TestIntervalCoversTheKnownMean(t *testing.T) {
	s := sim.NewStream(sim.RunKey{Seed: 11}, sim.PurposeService, 1)
	var next uint64
	draw := func(n int, mu, sigma float64) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = distuv.Normal{Mu: mu, Sigma: sigma}.Quantile(s.Uniform(next))
			next++
		}
		return x
	}
	const samples = 2000
	var covered, below, welch, sure int
	for range samples {
		x, y := draw(5, 10, 3), draw(3, 12, 1)
		mean, half := Interval(x, 0.95)
		count(&covered, math.Abs(mean-10) <= half)
		count(&below, mean+Bound(x, 0.95) >= 10) // the one-sided bound: the mean is below it
		count(&welch, math.Abs(Mean(y)-mean-2) <= Welch(x, y, 0.95))
		for i := range x {
			x[i] -= 10
		}
		count(&sure, Positive(x) <= 0.95)
	}
	for what, n := range map[string]int{"two-sided intervals": covered, "one-sided bounds": below, "Welch's intervals": welch, "certainties": sure} {
		if share := float64(n) / samples; math.Abs(share-0.95) > 0.015 {
			t.Errorf("%.1f %% of the %s hold, want 95 %%", share*100, what)
		}
	}
}

func count(n *int, yes bool) {
	if yes {
		*n++
	}
}

// TestWelch: Student's sleep data as two independent groups, from R's
// documentation of t.test: 17.776 degrees of freedom, interval from −3.365 to
// 0.205. And samples of one deviation and size have 2·(n − 1): of 1, 2, 3
// against 11, 12, 13 the standard error is √(⅓ + ⅓), t(4, 0.975) = 2.7764.
func TestWelch(t *testing.T) {
	a := []float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0}
	b := []float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}
	near(t, "sleep", Welch(a, b, 0.95), (0.2054832+3.3654832)/2, 1e-6)
	near(t, "equal deviations", Welch([]float64{1, 2, 3}, []float64{11, 12, 13}, 0.95), 2.7764451*math.Sqrt(2.0/3), 1e-6)
	// One sample of no deviation: the other's t alone, with its n − 1.
	constant, other := []float64{5, 5, 5, 5, 5}, []float64{1, 2, 3}
	near(t, "one constant", Welch(constant, other, 0.95), 4.3026527/math.Sqrt(3), 1e-6)
	near(t, "the other constant", Welch(other, constant, 0.95), 4.3026527/math.Sqrt(3), 1e-6)
	if got := Welch([]float64{0.1, 0.1, 0.1}, []float64{0.3, 0.3, 0.3}, 0.95); got != 0 {
		t.Errorf("two constants: got %v, want 0", got)
	}
	for _, x := range [][]float64{nil, {1}} {
		if !math.IsNaN(Welch(x, a, 0.95)) || !math.IsNaN(Welch(a, x, 0.95)) {
			t.Errorf("a sample of %d has a deviation", len(x))
		}
	}
}

// TestPositive: three values 1 + {−1, 0, 1}·d have the standard error d/√3, so
// that t = √3/d with two degrees of freedom, of which the distribution function
// is ½ + t ÷ (2·√(2 + t²)): for d = √3, t = 1, that is 0.788675.
func TestPositive(t *testing.T) {
	three := func(mean, d float64) []float64 { return []float64{mean - d, mean, mean + d} }
	near(t, "t = 1", Positive(three(1, math.Sqrt(3))), 0.5+1/(2*math.Sqrt(3)), 1e-9)
	near(t, "t = −1", Positive(three(-1, math.Sqrt(3))), 0.5-1/(2*math.Sqrt(3)), 1e-9)
	// t(2, 0.95) = 2.919986
	near(t, "t of a one-sided bound", Positive(three(1, math.Sqrt(3)/2.919986)), 0.95, 1e-6)
	for x, want := range map[float64]float64{1: 1, -1: 0, 0: 0.5} {
		if got := Positive([]float64{x, x}); got != want {
			t.Errorf("two values of %v: got %v, want %v", x, got, want)
		}
	}
	if got := Positive([]float64{1}); !math.IsNaN(got) {
		t.Errorf("one value: got %v", got)
	}
}

func TestSmallSamples(t *testing.T) {
	if mean, half := Interval([]float64{0.1, 0.1, 0.1}, 0.95); mean != 0.1 || half != 0 {
		t.Errorf("equal values: got %v ± %v, want 0.1 ± 0", mean, half)
	}
	if mean, half := Interval([]float64{7}, 0.95); mean != 7 || !math.IsNaN(half) || !math.IsNaN(Bound([]float64{7}, 0.95)) {
		t.Errorf("one value: got %v ± %v", mean, half)
	}
	if got := Mean([]float64{1, 2, 6}); got != 3 {
		t.Errorf("mean: got %v, want 3", got)
	}
	nan := math.NaN()
	if got := Defined([]float64{nan, 2, nan, 1}); len(got) != 2 || got[0] != 2 || got[1] != 1 {
		t.Errorf("defined: got %v, want 2 and 1", got)
	}
}

// TestBoundAgreesWithPositive: the one-sided bound of a level p reaches
// down to 0 just where Positive says p.
func TestBoundAgreesWithPositive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-1, 3), 2, 12).Draw(t, "x")
		p := Positive(x)
		if p < 0.51 || p > 0.999 { // beyond, the quantile has few digits
			return
		}
		if mean, reach := Mean(x), Bound(x, p); math.Abs(mean-reach) > 1e-6*math.Abs(mean) {
			t.Fatalf("%v: sure by %v, where the bound is %v from the mean %v", x, p, reach, mean)
		}
	})
}
