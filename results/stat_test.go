package results

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/coldcurve/coldcurve/sim"
)

// TestIntervalOfATextbookCase: Law and Kelton, Simulation Modeling and
// Analysis, example 4.27: ten observations, mean 1.34, variance 0.17,
// t(9, 0.95) = 1.83 gives the 90 % interval 1.34 ± 0.24.
func TestIntervalOfATextbookCase(t *testing.T) {
	x := []float64{1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09}
	mean, half := interval(x, 0.90)
	if differ(mean, 1.343, 0.0005) || differ(half, 0.24, 0.005) {
		t.Errorf("got %v ± %v, want 1.34 ± 0.24", mean, half)
	}
}

// TestIntervalOfSleepData: Student's sleep data as pairs, the first example of
// R's t.test: mean difference 1.58, 95 % interval from 0.7001142 to 2.4598858.
// The one-sided bound is t(9, 0.95) = 1.8331 standard errors away, which are
// 0.8798858 ÷ 2.2622 each.
func TestIntervalOfSleepData(t *testing.T) {
	x := []float64{1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4}
	mean, half := interval(x, 0.95)
	if differ(mean, 1.58, 1e-12) || differ(half, 0.8798858, 1e-7) {
		t.Errorf("got %v ± %v, want 1.58 ± 0.8798858", mean, half)
	}
	if got := bound(x); differ(got, 0.8798858*1.8331/2.2622, 2e-5) {
		t.Errorf("one-sided: got %v away", got)
	}
	if mean, half := interval(x[:1], 0.95); mean != 1.2 || !math.IsNaN(half) || bound(x[:1]) != 0 {
		t.Errorf("one value: got %v ± %v, bound %v", mean, half, bound(x[:1]))
	}
}

// TestStudentQuantiles: from the tables of any textbook.
func TestStudentQuantiles(t *testing.T) {
	for _, c := range []struct {
		p    float64
		n    int
		want float64
	}{{0.975, 1, 12.706}, {0.975, 2, 4.303}, {0.975, 4, 2.776}, {0.975, 9, 2.262}, {0.95, 4, 2.132}, {0.95, 9, 1.833}, {0.975, 1000, 1.962}} {
		if got := studentQuantile(c.p, c.n); differ(got, c.want, 0.0006) {
			t.Errorf("t(%d, %g): got %.4f, want %.3f", c.n, c.p, got, c.want)
		}
	}
}

// TestIntervalCoversTheKnownMean: 2,000 samples of five normal values, whose
// mean is 10: 95 % of the intervals hold it, ± 1.5 % (three standard errors).
func TestIntervalCoversTheKnownMean(t *testing.T) {
	normal := distuv.Normal{Mu: 10, Sigma: 3}
	s := sim.NewStream(sim.RunKey{Seed: 11}, sim.PurposeService, 1)
	covered, below := 0, 0
	const samples = 2000
	for i := range uint64(samples) {
		x := make([]float64, 5)
		for j := range x {
			x[j] = normal.Quantile(s.Uniform(i*5 + uint64(j)))
		}
		mean, half := interval(x, 0.95)
		if math.Abs(mean-10) <= half {
			covered++
		}
		if mean+bound(x) >= 10 { // the one-sided bound: the mean is below it
			below++
		}
	}
	if share := float64(covered) / samples; differ(share, 0.95, 0.015) {
		t.Errorf("%.1f %% of the two-sided intervals hold the mean, want 95 %%", share*100)
	}
	if share := float64(below) / samples; differ(share, 0.95, 0.015) {
		t.Errorf("%.1f %% of the one-sided bounds hold the mean, want 95 %%", share*100)
	}
}

func TestStatOfEqualUndefinedAndMaximum(t *testing.T) {
	if s := newStat([]float64{0.1, 0.1, 0.1}, false); s.Mean != 0.1 || s.Half != 0 {
		t.Errorf("equal values: got %v ± %v, want 0.1 ± 0", s.Mean, s.Half)
	}
	if s := newStat([]float64{nan, nan}, false); s.Defined() || !math.IsNaN(s.Half) {
		t.Errorf("no values: got %v ± %v", s.Mean, s.Half)
	}
	// 2 and 4: sd √2, t(1, 0.975) = 12.706: half-width 12.706.
	if s := newStat([]float64{2, nan, 4}, false); s.Mean != 3 || differ(s.Half, 12.706, 0.001) {
		t.Errorf("one undefined: got %v ± %v, want 3 ± 12.706", s.Mean, s.Half)
	}
	if s := newStat([]float64{2, 7, 4}, true); s.Mean != 7 || !math.IsNaN(s.Half) {
		t.Errorf("a maximum: got %v ± %v, want 7 and no interval", s.Mean, s.Half)
	}
}

// TestReferences: the reference of a row has the values that are named, and the
// row's own on all else.
func TestReferences(t *testing.T) {
	row := func(platform, tariff, keepalive, memory string) Row {
		return Row{Platform: platform, Tariff: tariff, Values: []PathValue{{Path: "k", Label: keepalive}, {Path: "m", Label: memory}}}
	}
	rows := []Row{
		row("a", "x", "1m", "1"), row("a", "y", "1m", "1"), row("a", "x", "9m", "1"), row("a", "y", "9m", "1"),
		row("b", "x", "1m", "1"), row("b", "", "9m", "1"), row("a", "x", "9m", "2"), row("a", "x", "1m", "2"),
	}
	for _, c := range []struct {
		reference Reference
		want      []int
	}{
		{Reference{"k": "1m"}, []int{0, 1, 0, 1, 4, 4, 7, 7}},
		{Reference{"platform": "a"}, []int{0, 1, 2, 3, 0, 2, 6, 7}},
		{Reference{"platform": "a", "tariff": "y", "k": "9m"}, []int{3, 3, 3, 3, 3, 2, -1, -1}},
		{Reference{"tariff": "x"}, []int{0, 0, 2, 2, 4, 5, 6, 7}},
		{Reference{"m": "2"}, []int{7, -1, 6, -1, -1, -1, 6, 7}},
	} {
		s := Set{Reference: c.reference}
		for i, want := range c.want {
			if got := s.referenceOf(rows, i); got != want {
				t.Errorf("%v: row %d has the reference %d, want %d", c.reference, i, got, want)
			}
		}
	}
}

func TestVerdicts(t *testing.T) {
	// Two values 1 ± d: sd d·√2, one-sided t(1, 0.95) = 6.314: the bound is
	// 6.314·d away from the mean 1.
	two := func(d float64) []float64 { return []float64{1 - d, 1 + d} }
	for _, c := range []struct {
		name   string
		values []float64
		o      Objective
		want   Verdict
	}{
		{"one value below", []float64{0.9}, Objective{Limit: 1}, Yes},
		{"one value at the limit", []float64{1}, Objective{Limit: 1}, Yes},
		{"one value above", []float64{1.1}, Objective{Limit: 1}, No},
		{"equal values at the limit", []float64{1, 1, 1}, Objective{Limit: 1}, Yes},
		{"the bound just meets", two(0.1), Objective{Limit: 1.64}, Yes},
		{"the bound just misses", two(0.1), Objective{Limit: 1.62}, Unsure},
		{"the mean is above, the bound is not", two(0.1), Objective{Limit: 0.4}, Unsure},
		{"all of it is above", two(0.1), Objective{Limit: 0.36}, No},
		{"at least, met", two(0.1), Objective{Limit: 0.36, Min: true}, Yes},
		{"at least, missed", two(0.1), Objective{Limit: 1.64, Min: true}, No},
		{"at least, unsure", two(0.1), Objective{Limit: 1, Min: true}, Unsure},
		{"undefined", []float64{nan}, Objective{Limit: 1}, Unsure},
		{"undefined in one", []float64{0.5, nan}, Objective{Limit: 1}, Unsure},
	} {
		if got := c.o.judge(newStat(c.values, false), false); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	if got := (Objective{Limit: 5}).judge(newStat([]float64{2, 7}, true), true); got != No {
		t.Errorf("a maximum of 7 against 5: got %q, want no", got)
	}
}

func TestSLOAsksForNoErrorsUnlessToldOtherwise(t *testing.T) {
	slo, err := NewSLO([]Objective{{Metric: "latency_p99_s", Limit: 1}})
	if err != nil || len(slo) != 2 || slo[1] != (Objective{Metric: "error_ratio"}) {
		t.Errorf("got %v, %v", slo, err)
	}
	if _, err := NewSLO([]Objective{{Metric: "arrivals", Limit: 1}}); err != nil {
		t.Errorf("the first column: %v", err)
	}
	slo, err = NewSLO([]Objective{{Metric: "error_ratio", Limit: 0.01}})
	if err != nil || len(slo) != 1 {
		t.Errorf("got %v, %v", slo, err)
	}
	if _, err := NewSLO([]Objective{{Metric: "latency_p98_s"}}); err == nil || !strings.Contains(err.Error(), `"latency_p98_s" is no column`) {
		t.Errorf("an unknown column: got %v", err)
	}
	if _, err := NewSLO([]Objective{{Metric: "cost_usd", Limit: nan}}); err == nil {
		t.Error("NaN was taken for a limit")
	}
	// The hand-worked unit has errors: whatever its latency, it does not meet.
	set := &Set{Cells: []Cell{{Replications: []*Replication{handUnit(t)}}}}
	set.SLO, _ = NewSLO([]Objective{{Metric: "latency_p99_s", Limit: 100}})
	rows, err := set.Rows()
	if err != nil || rows[0].Meets != No || AnyMeets(rows) {
		t.Errorf("got %q, %v", rows[0].Meets, err)
	}
}

// tenth is a variable: the compiler adds constants without rounding.
var tenth = 0.1

// differ reports whether two numbers are further apart than allowed, or one of
// them is none: NaN is not within any tolerance.
func differ(got, want, tolerance float64) bool { return !(math.Abs(got-want) <= tolerance) }

// TestPairedDifferences: values 10, 20, 30 against 11, 19, 33: the differences
// are 1, −1, 3, mean 1, sd 2, t(2, 0.975) = 4.3027: 1 ± 4.968.
func TestPairedDifferences(t *testing.T) {
	d, ok := difference(newStat([]float64{11, 19, 33}, false), newStat([]float64{10, 20, 30}, false), false)
	if !ok || d.Mean != 1 || differ(d.Half, 4.9683, 0.0001) || d.Pairs != 3 || d.Relative != 0.05 {
		t.Errorf("got %+v", d)
	}
	d, ok = difference(newStat([]float64{11, nan, 33}, false), newStat([]float64{10, 20, nan}, false), false)
	if !ok || d.Mean != 1 || d.Pairs != 1 || !math.IsNaN(d.Half) || d.Relative != 0.1 {
		t.Errorf("one pair: got %+v", d)
	}
	if _, ok = difference(newStat([]float64{nan}, false), newStat([]float64{1}, false), false); ok {
		t.Error("no pair gave a difference")
	}
	// Equal decimals whose floats differ in the last bit: no difference.
	sum := tenth + 2*tenth
	if sum == 0.3 {
		t.Fatal("0.1 + 0.2 is 0.3 here: no rounding to see")
	}
	d, _ = difference(newStat([]float64{sum, 0.5}, false), newStat([]float64{0.3, 0.5}, false), false)
	if d.Mean != 0 || d.Half != 0 {
		t.Errorf("a rounding: got %+v", d)
	}
	// What is small is none for all that: 1e-12 of the values is a difference,
	// whatever their size.
	for _, size := range []float64{1, 1e-9, 1e9} {
		d, _ = difference(newStat([]float64{size + 1e-12*size}, false), newStat([]float64{size}, false), false)
		if differ(d.Mean, 1e-12*size, 1e-15*size) {
			t.Errorf("a small difference of %v: got %+v", size, d)
		}
	}
}

// TestWelch: a worked example of Welch's test (Student's sleep data, as two
// independent groups): difference 1.58, standard error 0.8491, 17.776 degrees
// of freedom, interval from −3.365 to 0.205 (R's t.test).
func TestWelch(t *testing.T) {
	a := []float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0}
	b := []float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}
	for _, c := range []struct {
		name string
		x, y []float64
		want float64
	}{
		// Variances of the means 1 and 1: nu = 4 ÷ (1 + 1) = 2, 4.3027 × √2.
		{"of one spread", []float64{1, 3}, []float64{2, 4}, 6.0849},
		// 0 and 1: nu = 1, 12.7062 × 1.
		{"one does not vary", []float64{1, 1}, []float64{1, 3}, 12.7062},
		{"none varies", []float64{1, 1}, []float64{3, 3, 3}, 0},
	} {
		if got, back := welch(c.x, c.y), welch(c.y, c.x); differ(got, c.want, 1e-4) || got != back {
			t.Errorf("%s: got ± %v, the other way round %v, want %v", c.name, got, back, c.want)
		}
	}
	for _, few := range [][]float64{nil, {1}} {
		if x, y := welch(few, b), welch(b, few); !math.IsNaN(x) || !math.IsNaN(y) {
			t.Errorf("%d values have an interval of ± %v, %v", len(few), x, y)
		}
	}
	if got, want := welch(a, b), (0.2054832+3.3654832)/2; differ(got, want, 1e-6) {
		t.Errorf("got ± %.7f, want ± %.7f", got, want)
	}
}

// TestBreakEvensByHand: on demand costs 3 a unit of load, provisioned 20 + 1.2,
// a fleet 60. On demand meets provisioned at 20 ÷ 1.8 = 11.1, provisioned the
// fleet at 33.3; the curves are sampled finely, so that interpolation is close.
func TestBreakEvensByHand(t *testing.T) {
	curves := []loadCurve{{label: "on demand"}, {label: "provisioned"}, {label: "fleet"}}
	for i := range 200 {
		x := math.Pow(10, float64(i)/40-2)
		for c, y := range []float64{3 * x, 20 + 1.2*x, 60} {
			curves[c].x, curves[c].y = append(curves[c].x, x), append(curves[c].y, y)
		}
	}
	got := breakEvens(curves)
	if len(got) != 2 {
		t.Fatalf("got %v, want two", got)
	}
	for i, want := range []BreakEven{{20 / 1.8, 60 / 1.8, "on demand", "provisioned"}, {100 / 3.0, 60, "provisioned", "fleet"}} {
		g := got[i]
		if differ(g.Load/want.Load, 1, 0.002) || differ(g.Cost/want.Cost, 1, 0.002) || g.Below != want.Below || g.Above != want.Above {
			t.Errorf("got %+v, want %+v", g, want)
		}
	}
	// Two straight lines on logarithmic axes meet exactly: x and 10.
	two := []loadCurve{{label: "a", x: []float64{1, 1000}, y: []float64{1, 1000}}, {label: "b", x: []float64{1, 1000}, y: []float64{10, 10}}}
	if got := breakEvens(two); len(got) != 1 || differ(got[0].Load, 10, 1e-9) || got[0].Below != "a" || got[0].Above != "b" {
		t.Errorf("got %v, want one at 10", got)
	}
	// Three that change hands twice between two samples: 1·x, 3·x^0.5 … each in turn.
	three := []loadCurve{
		{label: "a", x: []float64{1, 1e4}, y: []float64{1, 1e4}},
		{label: "b", x: []float64{1, 1e4}, y: []float64{4, 400}},
		{label: "c", x: []float64{1, 1e4}, y: []float64{100, 100}},
	}
	// a = b: x = 4·√x, x = 16; b = c: 4·√x = 100, x = 625.
	if got := breakEvens(three); len(got) != 2 || differ(got[0].Load, 16, 1e-9) || differ(got[1].Load, 625, 1e-9) {
		t.Errorf("got %v, want 16 and 625", got)
	}
}
