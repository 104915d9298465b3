package workloads

import (
	"math"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// distribution is gonum's view of a Sampler, in seconds.
type distribution interface {
	CDF(x float64) float64
	Mean() float64
	StdDev() float64
}

// againstGonum pairs Samplers with gonum's distributions of the same
// parameters: an implementation that is not ours.
var againstGonum = []struct {
	name    string
	sampler Sampler
	want    distribution
}{
	{"exponential", must(NewExponential(1991 * sim.Millisecond)), distuv.Exponential{Rate: 1 / 1.991}},
	{"lognormal by median", must(NewLognormal(140*sim.Millisecond, 0.3)), distuv.LogNormal{Mu: math.Log(0.14), Sigma: 0.3}},
	// The execution times of the Azure 2019 trace (ATC'20): mu −0.38, sigma 2.36.
	{"lognormal by mu", must(NewLognormalMu(-0.38, 2.36)), distuv.LogNormal{Mu: -0.38, Sigma: 2.36}},
	{"gamma by mean, cv 0.5", must(NewGammaMean(2*sim.Second, 0.5)), distuv.Gamma{Alpha: 4, Beta: 2}},
	{"gamma by mean, cv 2", must(NewGammaMean(2*sim.Second, 2)), distuv.Gamma{Alpha: 0.25, Beta: 0.125}},
	{"gamma by scale", must(NewGamma(sim.Second, 30)), distuv.Gamma{Alpha: 30, Beta: 1}},
	// Shape 2 is the Rayleigh distribution: cv² = 4/π − 1, mean = scale·√π/2.
	{"weibull by mean", must(NewWeibullMean(sim.Time(math.Sqrt(math.Pi)/2*1e9), math.Sqrt(4/math.Pi-1))), distuv.Weibull{K: 2, Lambda: 1}},
	// Shape ½ has cv √5 and mean 2·scale.
	{"weibull by scale", must(NewWeibull(3*sim.Second, 0.5)), distuv.Weibull{K: 0.5, Lambda: 3}},
	{"weibull by mean, cv √5", must(NewWeibullMean(6*sim.Second, math.Sqrt(5))), distuv.Weibull{K: 0.5, Lambda: 3}},
	{"pareto", must(NewPareto(600*sim.Millisecond, 2.5)), distuv.Pareto{Xm: 0.6, Alpha: 2.5}},
	{"uniform", must(NewUniform(sim.Second, 3*sim.Second)), distuv.Uniform{Min: 1, Max: 3}},
	// The same uniform as quantiles: linear between, nothing outside.
	{"empirical", must(NewEmpirical([]float64{0, 0.25, 1}, []sim.Time{sim.Second, 1500 * sim.Millisecond, 3 * sim.Second})), distuv.Uniform{Min: 1, Max: 3}},
}

// TestQuantileInvertsCDF: CDF(Sample(u)) = u, to 10⁻⁷ of the smaller of u and
// 1−u, and what half a nanosecond of rounding makes of it.
func TestQuantileInvertsCDF(t *testing.T) {
	for _, c := range againstGonum {
		t.Run(c.name, func(t *testing.T) {
			for _, u := range grid() {
				x := c.sampler.Sample(u)
				low, high := c.want.CDF((float64(x)-0.5001)/1e9), c.want.CDF((float64(x)+0.5001)/1e9)
				slack := 1e-7*min(u, 1-u) + 1e-14
				if u < low-slack || u > high+slack {
					t.Errorf("Sample(%v) = %d ns, where the CDF is %v … %v", u, x, low, high)
				}
			}
		})
	}
}

// grid returns uniforms in both tails and between.
func grid() []float64 {
	var us []float64
	for e := 1.0; e < 36; e += 0.37 {
		us = append(us, math.Exp(-e), 1-math.Exp(-e))
	}
	for u := 0.005; u < 1; u += 0.0049 {
		us = append(us, u)
	}
	return us
}

const draws = 100_000

// TestSamplesFollowCDF is a Kolmogorov–Smirnov test at 0.1 %: fixed seed,
// 100,000 draws.
func TestSamplesFollowCDF(t *testing.T) {
	for _, c := range againstGonum {
		t.Run(c.name, func(t *testing.T) {
			checkKS(t, sampleSeconds(c.sampler), c.want.CDF)
		})
	}
}

func sampleSeconds(s Sampler) []float64 {
	stream := sim.NewStream(sim.RunKey{Seed: 7}, sim.PurposeService, 1)
	xs := make([]float64, draws)
	for i := range xs {
		xs[i] = float64(s.Sample(stream.Uniform(uint64(i)))) / 1e9
	}
	return xs
}

// checkKS fails where the largest distance between the sample's distribution
// and the given one passes the critical value at 0.1 %, 1.9495/√n.
func checkKS(t *testing.T, xs []float64, cdf func(float64) float64) {
	t.Helper()
	slices.Sort(xs)
	n, worst := float64(len(xs)), 0.0
	for i, x := range xs {
		p := cdf(x)
		worst = max(worst, p-float64(i)/n, float64(i+1)/n-p)
	}
	if limit := 1.9495 / math.Sqrt(n); worst > limit {
		t.Errorf("Kolmogorov–Smirnov distance %.5f over %d, want at most %.5f", worst, len(xs), limit)
	}
}

// TestMoments: Mean is gonum's, and the mean of draws is within 4 standard
// errors of it.
func TestMoments(t *testing.T) {
	for _, c := range againstGonum {
		t.Run(c.name, func(t *testing.T) {
			want := c.want.Mean()
			if got := c.sampler.Mean() / 1e9; math.Abs(got-want) > 1e-8*want {
				t.Errorf("Mean() = %v s, want %v", got, want)
			}
			sum := 0.0
			for _, x := range sampleSeconds(c.sampler) {
				sum += x
			}
			if c.name == "lognormal by mu" {
				return // its cv is 16: no mean of so few draws is near
			}
			if got, e := sum/draws, c.want.StdDev()/math.Sqrt(draws); math.Abs(got-want) > 4*e {
				t.Errorf("mean of %d draws is %v s, want %v ± %v", draws, got, want, 4*e)
			}
		})
	}
}

// TestInfiniteMean: a Pareto tail of exponent ≤ 1 has none.
func TestInfiniteMean(t *testing.T) {
	for _, shape := range []float64{0.5, 1} {
		if m := must(NewPareto(sim.Second, shape)).Mean(); !math.IsInf(m, 1) {
			t.Errorf("shape %v: mean %v, want +Inf", shape, m)
		}
	}
}

// TestNegLog measures the logarithm against math.Log, which the Go authors
// hold to be within 1 unit in the last place.
func TestNegLog(t *testing.T) {
	check := func(v float64) {
		if v >= 1 {
			return // rounded out of the domain
		}
		got, want := negLog(v), -math.Log(v)
		if ulp := math.Nextafter(want, math.Inf(1)) - want; math.Abs(got-want) > 4*ulp {
			t.Errorf("negLog(%x) = %x, want %x", v, got, want)
		}
	}
	s := sim.NewStream(sim.RunKey{Seed: 3}, sim.PurposeService, 1)
	for i := range uint64(300_000) {
		u := s.Uniform(i)
		check(u)
		check(math.Ldexp(u, -int(i%60)))       // towards 0
		check(1 - math.Ldexp(u, -int(1+i%50))) // towards 1
	}
	for i := 1; i < 512; i++ { // the edges of the grid
		v := float64(i) / 512
		check(v)
		check(math.Nextafter(v, 0))
		check(math.Nextafter(v, 1))
	}
	check(0x1p-53)
	check(1 - 0x1p-53)
}

// TestLogGrid: the series that fills the grid is within 2 units in the last
// place of math.Log, and exact at 1.
func TestLogGrid(t *testing.T) {
	for _, e := range logGrid[:129] {
		if want := -math.Log(e.c); math.Abs(e.negLog-want) > 0x1p-51*want {
			t.Errorf("−log %v = %x, want %x", e.c, e.negLog, want)
		}
	}
	if e := logGrid[128]; e.c != 1 || e.negLog != 0 {
		t.Errorf("last point is %v, want 1 with logarithm 0", e)
	}
}

// TestGammaTable bounds the error of the interpolated gamma quantile: its
// probability by gonum's incomplete gamma function is within 10⁻⁷ of what was
// asked for, relative to itself, in both tails.
func TestGammaTable(t *testing.T) {
	s := sim.NewStream(sim.RunKey{Seed: 5}, sim.PurposeService, 1)
	for _, shape := range []float64{0.01, 0.03, 0.1, 0.25, 0.5, 1, 1.7, 4, 30, 250, 2000, 10000} {
		table := newGammaTable(shape)
		worst := 0.0
		for i := range uint64(5000) {
			u := s.Uniform(i)
			switch i % 3 {
			case 1:
				u = math.Exp(-36.7 * u)
			case 2:
				u = 1 - math.Exp(-36*u)
			}
			x := table.quantile(u)
			if x < 1e-300 {
				continue // shape 0.01: below what a float, and far below what a nanosecond can tell
			}
			if u < 0.5 {
				worst = max(worst, math.Abs(mathext.GammaIncReg(shape, x)/u-1))
			} else {
				worst = max(worst, math.Abs(mathext.GammaIncRegComp(shape, x)/(1-u)-1))
			}
		}
		if worst > 1e-7 {
			t.Errorf("shape %v: relative error of the probability is %.2g, want ≤ 1e-7", shape, worst)
		}
	}
}

// TestGammaTableAgainstGonum compares with gonum's own quantile where that is
// sound: shapes ≥ 0.5.
func TestGammaTableAgainstGonum(t *testing.T) {
	for _, shape := range []float64{0.5, 1, 4, 30, 2000} {
		table, want := newGammaTable(shape), distuv.Gamma{Alpha: shape, Beta: 1}
		for u := 0.0013; u < 1; u += 0.0031 {
			if got, want := table.quantile(u), want.Quantile(u); math.Abs(got/want-1) > 2e-7 {
				t.Errorf("shape %v: quantile(%v) = %v, want %v", shape, u, got, want)
			}
		}
	}
}

// TestEmpiricalByHand works a table by hand.
func TestEmpiricalByHand(t *testing.T) {
	// A quarter of the mass lies on 100, a tenth on 1000.
	e := must(NewEmpirical([]float64{0.25, 0.5, 0.9}, []sim.Time{100, 200, 1000}))
	for _, c := range []struct {
		u    float64
		want sim.Time
	}{
		{0.1, 100},   // below the first probability
		{0.25, 100},  // at it
		{0.375, 150}, // halfway to the next
		{0.5, 200},   //
		{0.6, 400},   // a quarter of the way from 200 to 1000
		{0.9, 1000},  //
		{0.99, 1000}, // above the last
	} {
		if got := e.Sample(c.u); got != c.want {
			t.Errorf("Sample(%v) = %d, want %d", c.u, got, c.want)
		}
	}
	// 0.25·100 + 0.25·150 + 0.4·600 + 0.1·1000
	if got := e.Mean(); math.Abs(got-402.5) > 1e-9 {
		t.Errorf("Mean() = %v, want 402.5", got)
	}
}

// TestObservedByHand: of three values, each has a third of the uniforms.
func TestObservedByHand(t *testing.T) {
	o := must(NewObserved([]sim.Time{30, 10, 20}))
	for _, c := range []struct {
		u    float64
		want sim.Time
	}{
		{0x1p-53, 10}, {0.333, 10}, {0.334, 20}, {0.666, 20}, {0.667, 30}, {1 - 0x1p-53, 30},
	} {
		if got := o.Sample(c.u); got != c.want {
			t.Errorf("Sample(%v) = %d, want %d", c.u, got, c.want)
		}
	}
	if got := o.Mean(); math.Abs(got-20) > 1e-12 {
		t.Errorf("Mean() = %v, want 20", got)
	}
}

// extremes returns samplers at the ends of their parameters.
func extremes(t testing.TB) []namedSampler {
	return append(testDistributions(t), []namedSampler{
		{"constant 0", must(NewConstant(0))},
		{"constant ten years", must(NewConstant(maxDuration))},
		{"exponential ten years", must(NewExponential(maxDuration))},
		{"exponential 1 ns", must(NewExponential(1))},
		{"lognormal sigma 0", must(NewLognormal(sim.Second, 0))},
		{"lognormal sigma 20", must(NewLognormal(sim.Second, 20))},
		{"lognormal mu 22", must(NewLognormalMu(22, 20))},
		{"gamma shape 0.01", must(NewGamma(maxDuration, 0.01))},
		{"gamma cv 0.01", must(NewGammaMean(maxDuration, 0.01))},
		{"weibull shape 0.1", must(NewWeibull(maxDuration, 0.1))},
		{"weibull cv 0.01", must(NewWeibullMean(maxDuration, 0.01))},
		{"pareto shape 0.01", must(NewPareto(maxDuration, 0.01))},
		{"uniform", must(NewUniform(0, maxDuration))},
	}...)
}

// TestSamplesStayInRange: any uniform gives a duration in [0, sim.Longest], and a
// larger uniform none that is shorter.
func TestSamplesStayInRange(t *testing.T) {
	for _, c := range extremes(t) {
		t.Run(c.name, func(t *testing.T) {
			for _, u := range []float64{0x1p-53, 1 - 0x1p-53} {
				if x := c.sampler.Sample(u); x < 0 || x > maxDuration {
					t.Errorf("Sample(%v) = %d", u, x)
				}
			}
			rapid.Check(t, func(t *rapid.T) {
				bits := rapid.Uint64Range(0, 1<<52-1)
				a, b := bits.Draw(t, "a"), bits.Draw(t, "b")
				if a > b {
					a, b = b, a
				}
				low, high := c.sampler.Sample((float64(a)+0.5)*0x1p-52), c.sampler.Sample((float64(b)+0.5)*0x1p-52)
				if low < 0 || low > high || high > maxDuration {
					t.Fatalf("Sample of %d and of %d /2^52: %d and %d", a, b, low, high)
				}
			})
		})
	}
}

// TestWeibullShape: shapes whose coefficient of variation is known in closed
// form.
func TestWeibullShape(t *testing.T) {
	for _, c := range []struct{ cv, shape float64 }{
		{1, 1},                            // exponential
		{math.Sqrt(4/math.Pi - 1), 2},     // Rayleigh
		{math.Sqrt(5), 0.5},               // Γ(5)/Γ(3)² = 24/4
		{math.Sqrt(720.0/36 - 1), 1. / 3}, // Γ(7)/Γ(4)² = 720/36
	} {
		if got := weibullShape(c.cv); math.Abs(got/c.shape-1) > 1e-9 {
			t.Errorf("cv %v: shape %v, want %v", c.cv, got, c.shape)
		}
	}
}

// Draws beyond ten years are taken as ten years, by every heavy tail: the quantile
// of Pareto is scale·(1−u)^(−1÷shape), which passes 3,653 days × 86,400 s with
// scale 1 s and shape ½ at 1 − u = (315,619,200 s)^−½.
func TestTailsAreClampedToTenYears(t *testing.T) {
	edge := 1 / math.Sqrt(315_619_200)
	pareto := must(NewPareto(sim.Second, 0.5))
	if got := pareto.Sample(1 - edge*0.999); got != 3_653*sim.Day {
		t.Errorf("beyond the edge: %d ns, want 3,653 days", got)
	}
	if got, want := float64(pareto.Sample(1-edge*1.001)), 315_619_200e9/(1.001*1.001); math.Abs(got/want-1) > 1e-6 {
		t.Errorf("before the edge: %v ns, want %v", got, want)
	}
	for name, s := range map[string]sim.Sampler{
		"lognormal": must(NewLognormal(sim.Second, 10)),
		"weibull":   must(NewWeibull(sim.Day, 0.1)),
		"stretched": Stretched(must(NewExponential(sim.Longest/2)), 1e9),
	} {
		if got := s.Sample(1 - 1e-9); got != 3_653*sim.Day {
			t.Errorf("%s: %d ns, want 3,653 days", name, got)
		}
	}
}
