package workloads

import (
	"math"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// arrivals returns the arrivals of a process before the horizon, in seconds.
func arrivals(p Process, function uint64, horizon sim.Time) []float64 {
	g := p.Start(sim.RunKey{Seed: 11}, function)
	batch := make([]sim.Invocation, 512)
	var at []float64
	for {
		n := g.Fill(batch, horizon)
		for _, v := range batch[:n] {
			at = append(at, float64(v.Arrival)/1e9)
		}
		if n < len(batch) {
			return at
		}
	}
}

// gaps returns the distances between arrivals.
func gaps(at []float64) []float64 {
	d := make([]float64, len(at)-1)
	for i := range d {
		d[i] = at[i+1] - at[i]
	}
	return d
}

// count returns how many arrive before the horizon.
func count(p Process, function uint64, horizon sim.Time) float64 {
	return float64(len(arrivals(p, function, horizon)))
}

// TestRate: Rate and Expected are what was asked for, and the mean count over
// 2,000 functions is within 4 standard errors of them, also over a horizon of a
// few gaps only: the processes are stationary from time 0.
func TestRate(t *testing.T) {
	for _, c := range testProcesses(t, 0.5) {
		t.Run(c.name, func(t *testing.T) {
			if got := c.process.Rate(); math.Abs(got-0.5) > 1e-12 {
				t.Errorf("Rate() = %v, want 0.5", got)
			}
			for _, horizon := range []sim.Time{3 * sim.Second, sim.Minute} {
				checkCount(t, c, horizon)
			}
		})
	}
}

func checkCount(t *testing.T, c namedProcess, horizon sim.Time) {
	t.Helper()
	const functions = 2000
	want := 0.5 * float64(horizon) / 1e9
	if c.name == "diurnal" { // the integral of ½(1 + 0.8·cos(2π(t−14h)/24h)), by the midpoint rule
		want = 0
		const steps = 1000
		for i := range steps {
			x := (float64(i) + 0.5) / steps * float64(horizon) / 1e9
			want += 0.5 * (1 + 0.8*math.Cos(2*math.Pi*(x/3600-14)/24)) * float64(horizon) / 1e9 / steps
		}
	}
	if got := c.process.Expected(horizon); math.Abs(got-want) > 1e-6*want {
		t.Errorf("Expected(%d s) = %v, want %v", horizon/sim.Second, got, want)
	}
	var sum, squares float64
	for f := range uint64(functions) {
		n := count(c.process, f, horizon)
		sum, squares = sum+n, squares+n*n
	}
	mean := sum / functions
	e := math.Sqrt((squares/functions - mean*mean) / functions)
	if math.Abs(mean-want) > 4*e+1e-9 {
		t.Errorf("mean count to %d s is %v, want %v ± %v", horizon/sim.Second, mean, want, 4*e)
	}
}

// TestScaled: a tenth of the rate gives a tenth of the count.
func TestScaled(t *testing.T) {
	for _, c := range testProcesses(t, 10) {
		scaled := c.process.Scaled(0.1)
		if got := scaled.Rate(); math.Abs(got-1) > 1e-12 {
			t.Errorf("%s: rate %v, want 1", c.name, got)
		}
		if got, want := scaled.Expected(sim.Day), c.process.Expected(sim.Day)/10; math.Abs(got-want) > 1e-6*want {
			t.Errorf("%s: expected %v, want %v", c.name, got, want)
		}
	}
}

// TestGapsFollowCDF is a Kolmogorov–Smirnov test at 0.1 % of 100,000 gaps
// against gonum's distributions.
func TestGapsFollowCDF(t *testing.T) {
	for _, c := range []struct {
		name    string
		process Process
		want    distribution
	}{
		{"poisson", must(NewPoisson(2)), distuv.Exponential{Rate: 2}},
		{"gamma, cv 2", must(NewGammaRenewal(2, 2)), distuv.Gamma{Alpha: 0.25, Beta: 0.5}},
		{"gamma, cv ½", must(NewGammaRenewal(2, 0.5)), distuv.Gamma{Alpha: 4, Beta: 8}},
		{"weibull, cv √5", must(NewWeibullRenewal(2, math.Sqrt(5))), distuv.Weibull{K: 0.5, Lambda: 0.25}},
		{"weibull, Rayleigh", must(NewWeibullRenewal(2, math.Sqrt(4/math.Pi-1))), distuv.Weibull{K: 2, Lambda: 1 / math.Sqrt(math.Pi)}},
		// A diurnal of amplitude 0 is Poisson.
		{"diurnal, amplitude 0", must(NewDiurnal(2, 0, sim.Hour, 0)), distuv.Exponential{Rate: 2}},
		// So is an MMPP of equal rates.
		{"mmpp, equal rates", must(NewMMPP([]MMPPState{{Rate: 2, Sojourn: sim.Second}, {Rate: 2, Sojourn: 3 * sim.Second}})), distuv.Exponential{Rate: 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := gaps(arrivals(c.process, 1, 50_000*sim.Second))
			checkKS(t, d, c.want.CDF)
		})
	}
}

// TestRenewalCV: the coefficient of variation of the gaps is the one asked
// for, within 2 % at 400,000 gaps.
func TestRenewalCV(t *testing.T) {
	for _, cv := range []float64{0.1, 0.5, 1, 1.5, 2} {
		for _, c := range []namedProcess{
			{"gamma", must(NewGammaRenewal(4, cv))},
			{"weibull", must(NewWeibullRenewal(4, cv))},
		} {
			d := gaps(arrivals(c.process, 2, 100_000*sim.Second))
			var sum, squares float64
			for _, x := range d {
				sum, squares = sum+x, squares+x*x
			}
			mean := sum / float64(len(d))
			if got := math.Sqrt(squares/float64(len(d))-mean*mean) / mean; math.Abs(got/cv-1) > 0.02 {
				t.Errorf("%s: cv %v, want %v", c.name, got, cv)
			}
		}
	}
}

// TestFirstArrivalIsEquilibrium: the first arrival of a stationary renewal
// process has distribution (1/mean)·∫₀ˣ(1−F), which is
//
//	gamma(k, θ):   (x·(1−F_k(x)) + mean·F_{k+1}(x)) ÷ mean,
//	Weibull(k, s): P(1/k, (x/s)^k), P the regularised incomplete gamma function.
//
// Kolmogorov–Smirnov at 0.1 %, over 20,000 functions.
func TestFirstArrivalIsEquilibrium(t *testing.T) {
	first := func(p Process) []float64 {
		xs := make([]float64, 20_000)
		batch := make([]sim.Invocation, 1)
		for f := range xs {
			p.Start(sim.RunKey{Seed: 23}, uint64(f)).Fill(batch, maxDuration)
			xs[f] = float64(batch[0].Arrival) / 1e9
		}
		return xs
	}
	t.Run("gamma", func(t *testing.T) {
		f, g := distuv.Gamma{Alpha: 0.25, Beta: 0.25}, distuv.Gamma{Alpha: 1.25, Beta: 0.25}
		checkKS(t, first(must(NewGammaRenewal(1, 2))), func(x float64) float64 { return x*(1-f.CDF(x)) + g.CDF(x) })
	})
	t.Run("weibull", func(t *testing.T) {
		checkKS(t, first(must(NewWeibullRenewal(1, math.Sqrt(5)))), func(x float64) float64 {
			return mathext.GammaIncReg(2, math.Sqrt(x/0.5))
		})
	})
}

// TestMMPPDispersion compares the index of dispersion of counts with the
// closed form of two states (Fischer and Meier-Hellstern 1993): with
// switching rates r1, r2 and arrival rates λ1, λ2, over a time t,
//
//	IDC(t) = 1 + 2·r1·r2·(λ1−λ2)² ÷ ((r1+r2)²·(λ1·r2+λ2·r1)) · (1 − (1−e^(−(r1+r2)t)) ÷ ((r1+r2)t)).
func TestMMPPDispersion(t *testing.T) {
	p := must(NewMMPP([]MMPPState{{Rate: 8, Sojourn: 2 * sim.Second}, {Rate: 0.5, Sojourn: 6 * sim.Second}}))
	r1, r2, l1, l2 := 1/2.0, 1/6.0, 8.0, 0.5
	if want := (l1*r2 + l2*r1) / (r1 + r2); math.Abs(p.Rate()-want) > 1e-12 { // 2.375
		t.Errorf("Rate() = %v, want %v", p.Rate(), want)
	}
	for _, seconds := range []float64{1, 10, 60} {
		r := r1 + r2
		want := 1 + 2*r1*r2*(l1-l2)*(l1-l2)/(r*r*(l1*r2+l2*r1))*(1-(1-math.Exp(-r*seconds))/(r*seconds))
		const windows = 40_000
		var sum, squares float64
		for f := range uint64(windows) {
			n := count(p, f, sim.Time(seconds*1e9))
			sum, squares = sum+n, squares+n*n
		}
		mean := sum / windows
		if got := (squares/windows - mean*mean) / mean; math.Abs(got/want-1) > 0.03 {
			t.Errorf("index of dispersion over %v s is %v, want %v within 3 %%", seconds, got, want)
		}
	}
}

// TestMMPPStationary works a chain of three states by hand. Jumps: 1→2 always;
// 2→1 and 2→3 with ¾ and ¼; 3→2 always. The chain of jumps has ν = (3/8, 1/2,
// 1/8); with sojourns of 2, 1 and 8 s the shares of time are (¾, ½, 1) ÷ 2¼ =
// (1/3, 2/9, 4/9).
func TestMMPPStationary(t *testing.T) {
	states := []MMPPState{
		{Rate: 3, Sojourn: 2 * sim.Second, Next: []float64{0, 1, 0}},
		{Rate: 9, Sojourn: sim.Second, Next: []float64{3, 0, 1}},
		{Rate: 0, Sojourn: 8 * sim.Second, Next: []float64{0, 5, 0}},
	}
	p := must(NewMMPP(states))
	for i, want := range []float64{1.0 / 3, 5.0 / 9, 1} {
		if math.Abs(p.start[i]-want) > 1e-14 {
			t.Errorf("cumulative share %d is %v, want %v", i+1, p.start[i], want)
		}
	}
	if got := p.Rate(); math.Abs(got-3) > 1e-12 { // 3·1/3 + 9·2/9
		t.Errorf("Rate() = %v, want 3", got)
	}
	// Over 100,000 s the count's standard deviation is about 1,500 (1 % would
	// be 3,000).
	if got := count(p, 1, 100_000*sim.Second); math.Abs(got/300_000-1) > 0.02 {
		t.Errorf("%v arrivals in 100,000 s, want 300,000 within 2 %%", got)
	}
}

// TestDiurnalCounts is a chi-square test at 0.1 % of the counts per hour of
// the day against the integrated rate, over 60 days.
func TestDiurnalCounts(t *testing.T) {
	for _, amplitude := range []float64{0, 0.4, 1} {
		p := must(NewDiurnal(0.05, amplitude, sim.Day, 14*sim.Hour))
		const days = 60
		var counts [24]float64
		for _, at := range arrivals(p, 3, days*sim.Day) {
			counts[int(at/3600)%24]++
		}
		chi2 := 0.0
		for h, n := range counts {
			// ∫ over the hour of 0.05·(1 + a·cos(2π(t−14)/24)), t in hours
			sin := func(t float64) float64 { return math.Sin(2 * math.Pi * (t - 14) / 24) }
			want := days * 0.05 * 3600 * (1 + amplitude*24/(2*math.Pi)*(sin(float64(h)+1)-sin(float64(h))))
			chi2 += (n - want) * (n - want) / want
		}
		if limit := (distuv.ChiSquared{K: 24}).Quantile(0.999); chi2 > limit {
			t.Errorf("amplitude %v: chi-square %v over 24 hours, want ≤ %v", amplitude, chi2, limit)
		}
	}
}

// TestDiurnalRescaling: with the rate integrated, the arrivals are a Poisson
// process of rate 1 (the time-rescaling theorem). Kolmogorov–Smirnov at 0.1 %.
func TestDiurnalRescaling(t *testing.T) {
	for _, c := range []struct {
		rate, amplitude float64
		period          sim.Time
	}{
		{1, 0.8, sim.Hour},            // many arrivals a period
		{1, 1, sim.Hour},              // down to no rate at all
		{0.001, 0.9, 10 * sim.Minute}, // several periods between arrivals
	} {
		p := must(NewDiurnal(c.rate, c.amplitude, c.period, c.period/3))
		w := 2 * math.Pi / (float64(c.period) / 1e9)
		at := arrivals(p, 4, sim.Time(30_000/c.rate*1e9))
		for i, x := range at {
			at[i] = c.rate * (x + c.amplitude/w*(math.Sin(w*x-2*math.Pi/3)+math.Sin(2*math.Pi/3)))
		}
		checkKS(t, gaps(at), distuv.Exponential{Rate: 1}.CDF)
	}
}

// TestPeriodicByHand lists arrivals.
func TestPeriodicByHand(t *testing.T) {
	for _, c := range []struct {
		name    string
		process Periodic
		horizon sim.Time
		want    []sim.Time
	}{
		{"from time 0", must(NewPeriodic(1000, 0, 0)), 3000, []sim.Time{0, 1000, 2000}}, // not at the horizon
		{"offset", must(NewPeriodic(1000, 1500, 0)), 4000, []sim.Time{1500, 2500, 3500}},
		{"offset beyond the horizon", must(NewPeriodic(1000, 4000, 0)), 4000, nil},
		// 3M/s is every 333⅓ ns: rounded to nanoseconds, without drift
		{"thirds", must(newPeriodic(gapOf(3e6), 0, 0)), 2001, []sim.Time{0, 333, 667, 1000, 1333, 1667, 2000}},
	} {
		batch := make([]sim.Invocation, 16)
		n := c.process.Start(sim.RunKey{}, 1).Fill(batch, c.horizon)
		var got []sim.Time
		for _, v := range batch[:n] {
			got = append(got, v.Arrival)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		if e := c.process.Expected(c.horizon); e != float64(len(c.want)) {
			t.Errorf("%s: Expected = %v, want %d", c.name, e, len(c.want))
		}
	}
}

// TestPeriodicJitter: each arrival is late by a uniform of its own, and with a
// jitter as long as the period they still come in order.
func TestPeriodicJitter(t *testing.T) {
	p := must(NewPeriodic(sim.Second, 0, sim.Second))
	at := arrivals(p, 1, 20_000*sim.Second)
	late := make([]float64, len(at))
	for k, x := range at {
		late[k] = x - float64(k)
	}
	if !slices.IsSorted(at) {
		t.Error("arrivals are not in order")
	}
	checkKS(t, late, distuv.Uniform{Min: 0, Max: 1}.CDF)
}

// TestRandomOffset: over functions it is uniform in [0, every).
func TestRandomOffset(t *testing.T) {
	p := must(NewPeriodic(sim.Second, RandomOffset, 0))
	firsts := make([]float64, 10_000)
	for f := range firsts {
		firsts[f] = arrivals(p, uint64(f), 2*sim.Second)[0]
	}
	checkKS(t, firsts, distuv.Uniform{Min: 0, Max: 1}.CDF)
}

// TestBatchSize: how the arrivals are asked for does not change them, they are
// in order and before the horizon, and a second start repeats them.
func TestBatchSize(t *testing.T) {
	const horizon = 20 * sim.Second
	for _, c := range testProcesses(t, 100) {
		t.Run(c.name, func(t *testing.T) {
			whole := arrivals(c.process, 5, horizon)
			if len(whole) < 500 || !slices.IsSorted(whole) || whole[0] < 0 || whole[len(whole)-1] >= 20 {
				t.Fatalf("%d arrivals, sorted: %v", len(whole), slices.IsSorted(whole))
			}
			for _, size := range []int{1, 7, 64} {
				g := c.process.Start(sim.RunKey{Seed: 11}, 5)
				batch := make([]sim.Invocation, size)
				var got []float64
				for n := size; n == size; {
					n = g.Fill(batch, horizon)
					for _, v := range batch[:n] {
						got = append(got, float64(v.Arrival)/1e9)
					}
				}
				if !slices.Equal(got, whole) {
					t.Errorf("batches of %d give other arrivals", size)
				}
			}
		})
	}
}

// TestHorizon: a longer horizon only appends.
func TestHorizon(t *testing.T) {
	for _, c := range testProcesses(t, 100) {
		short, long := arrivals(c.process, 5, 5*sim.Second), arrivals(c.process, 5, 20*sim.Second)
		if len(long) <= len(short) || !slices.Equal(long[:len(short)], short) {
			t.Errorf("%s: arrivals to 5 s are not the first of those to 20 s", c.name)
		}
	}
}

// TestFarHorizon: rates so low that nothing arrives, and the farthest horizon,
// neither overflow nor hang.
func TestFarHorizon(t *testing.T) {
	for _, c := range testProcesses(t, 1) {
		for _, factor := range []float64{1e-9, 1e-30, 1e-300} {
			at := arrivals(c.process.Scaled(factor), 1, 1<<55)
			if !slices.IsSorted(at) || len(at) > 1 && at[len(at)-1] >= 1<<55/1e9 {
				t.Errorf("%s × %v: arrivals %v", c.name, factor, at)
			}
		}
	}
}

// TestIndependence: arrivals of two functions, and of two replications, are not
// correlated: the correlation of counts per second over 10,000 s is below
// 4/√10,000.
func TestIndependence(t *testing.T) {
	counts := func(key sim.RunKey, function uint64) []float64 {
		c := make([]float64, 10_000)
		g := must(NewPoisson(5)).Start(key, function)
		batch := make([]sim.Invocation, 1)
		for g.Fill(batch, 10_000*sim.Second) == 1 {
			c[batch[0].Arrival/sim.Second]++
		}
		return c
	}
	base := counts(sim.RunKey{Seed: 1}, 1)
	for name, other := range map[string][]float64{
		"function":    counts(sim.RunKey{Seed: 1}, 2),
		"replication": counts(sim.RunKey{Seed: 1, Replication: 1}, 1),
		"seed":        counts(sim.RunKey{Seed: 2}, 1),
	} {
		sum := 0.0
		for i := range base {
			sum += (base[i] - 5) * (other[i] - 5) / 5
		}
		if r := sum / float64(len(base)); math.Abs(r) > 0.04 {
			t.Errorf("another %s: correlation %v", name, r)
		}
	}
}
