package estimate

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// totals are outcomes whose bills have these totals.
func totals(t *testing.T, amounts ...float64) (list []*outcome) {
	t.Helper()
	for _, a := range amounts {
		o := new(outcome)
		if _, err := o.total.SetFloat64(a); err != nil {
			t.Fatal(err)
		}
		list = append(list, o)
	}
	return list
}

func TestMedianBill(t *testing.T) {
	for _, c := range []struct {
		amounts []float64
		want    string
	}{{[]float64{7}, "7"}, {[]float64{9, 2, 5}, "5"}, {[]float64{9, 2, 5, 6}, "5"}} {
		if got := median(totals(t, c.amounts...)).total.Text('f'); got != c.want {
			t.Errorf("of %v the bill of %s is shown, want that of %s", c.amounts, got, c.want)
		}
	}
}

// TestCompareByHand: savings of 1, 2 and 3: mean 2, standard error 1 ÷ √3,
// t(2, 0.975) = 4.30265. The distribution function of t with two degrees of
// freedom is ½ + t ÷ (2·√(2 + t²)); here t = 2·√3.
func TestCompareByHand(t *testing.T) {
	c := compare(&Candidate{outcomes: totals(t, 10, 20, 30)}, &Candidate{outcomes: totals(t, 11, 22, 33, 99)})
	if c.Wins != 3 || c.Of != 3 || c.Saving != 2 {
		t.Errorf("got %+v, want 3 wins of 3 that save 2", c)
	}
	if want := 4.30265 / math.Sqrt(3); math.Abs(c.Half-want) > 1e-5 {
		t.Errorf("the saving is ± %v, want %v", c.Half, want)
	}
	if want := 0.5 + 2*math.Sqrt(3)/(2*math.Sqrt(2+12)); math.Abs(c.Certain-want) > 1e-9 {
		t.Errorf("certain by %v, want %v", c.Certain, want)
	}
	c = compare(&Candidate{outcomes: totals(t, 10, 20)}, &Candidate{outcomes: totals(t, 12, 19)})
	if c.Wins != 1 || c.Of != 2 || c.Saving != 0.5 {
		t.Errorf("got %+v, want 1 win of 2 that save 0.5", c)
	}
	c = compare(&Candidate{outcomes: totals(t, 10)}, &Candidate{outcomes: totals(t, 12)})
	if c.Saving != 2 || !math.IsNaN(c.Half) || !math.IsNaN(c.Certain) {
		t.Errorf("of one replication: got %+v, want a saving of 2 and nothing sure", c)
	}
}

// TestCrossingByHand: replications cross at 1, 2 and 4 times today's 3 requests
// a second. The geometric mean is 6; the logarithms have the standard deviation
// ln 2, so that the interval is a factor of e^(t(2, 0.975)·ln 2 ÷ √3 + 0.0025) on
// both sides. Where one more does not cross, there is none.
func TestCrossingByHand(t *testing.T) {
	a, b := &Curve{Plan: "a", Cost: []float64{1, 9}}, &Curve{Plan: "b", Cost: []float64{2, 8}}
	br := &bracket{a, b, 0, []float64{1, 2, math.NaN(), 4}, []float64{10, 20, 7, 60}}
	x := br.crossing(3, crossingTolerance)
	if x.Below != "a" || x.Above != "b" || math.Abs(x.Load-6) > 1e-12 || x.Cost != 30 || x.Found != 3 || x.Of != 4 || x.Interval != nil {
		t.Errorf("got %+v, want a below 6 and b above, at a cost of 30, in 3 of 4, without an interval", x)
	}
	if row := (&BreakEven{Crossings: []Crossing{*x}}).Table().Rows[0]; row[3] != "in 3 of 4 replications" {
		t.Errorf("got %q, want the replications in place of an interval", row)
	}
	br = &bracket{a, b, 0, []float64{1, 2, 4}, []float64{10, 20, 60}}
	if x = br.crossing(3, crossingTolerance); math.Abs(x.Load-6) > 1e-12 || x.Interval == nil {
		t.Fatalf("got %+v, want 6 with an interval", x)
	}
	factor := math.Exp(4.3026527*math.Ln2/math.Sqrt(3) + 0.0025)
	if math.Abs(x.Interval.Low*factor/6-1) > 1e-6 || math.Abs(x.Interval.High/factor/6-1) > 1e-6 {
		t.Errorf("from %v to %v, want 6 ÷ and × %v", x.Interval.Low, x.Interval.High, factor)
	}
	br = &bracket{b, a, 0, []float64{2}, []float64{20}}
	if x = br.crossing(3, crossingTolerance); x.Below != "a" || x.Above != "b" || x.Interval != nil {
		t.Errorf("got %+v, want a below, b above, and no interval of one replication", x)
	}
	br.at[0] = math.NaN()
	if x = br.crossing(3, crossingTolerance); x != nil {
		t.Errorf("got %+v where none crosses", x)
	}
}

// TestProvisioning: with the mean and two deviations of a Poisson number at
// hand, all but some 2.3 % of requests (of a normal number) find one free; with
// four, the most that optimize looks at, all but 3 in 100,000. The tails of
// Poisson numbers are a little heavier.
func TestProvisioning(t *testing.T) {
	for _, c := range []struct{ deviations, least, most float64 }{{2, 0.970, 0.9785}, {4, 0.9998, 0.99998}} {
		for _, mean := range []float64{30, 100, 1000, 10_000} {
			n := math.Ceil(above(mean, c.deviations))
			if p := (distuv.Poisson{Lambda: mean}).CDF(n); p < c.least || p > c.most {
				t.Errorf("%v in service on average: %v are enough with probability %v, want %v to %v", mean, n, p, c.least, c.most)
			}
		}
	}
	// 15.5 in service on average need 15.5 + 2·√15.5 = 23.4, and hardly any load
	// needs one.
	catalog, err := costmodel.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		requests string
		want     int
	}{{"15.5/s", 24}, {"1/h", 1}} {
		in, err := guess(FunctionSettings{Requests: c.requests, Duration: "1s", Memory: "128MB", CV: "0"}).Input()
		if err != nil {
			t.Fatal(err)
		}
		in.Within = []string{"aws-lambda-provisioned"}
		ld, err := in.load(likely, 1, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		all, _, err := in.alternatives()
		if err != nil {
			t.Fatal(err)
		}
		s, err := in.subject(asIs(all[0]), catalog, ld, likely)
		if err != nil {
			t.Fatal(err)
		}
		if s.provisioned != c.want {
			t.Errorf("%s of 1 s: %d instances, want %d", c.requests, s.provisioned, c.want)
		}

	}
}

// TestBootstrapOverDays: of ten days five have a million requests at 1 USD, and
// five have none. Ten draws have a binomial number of the former, of which the
// 2.5 % quantile is 2 and the 97.5 % quantile 8 (P(≤ 1) is 0.011, P(≤ 2)
// 0.055): a month of 30 days costs from 6 to 24. Days that are all alike leave
// nothing to chance.
func TestBootstrapOverDays(t *testing.T) {
	catalog, err := costmodel.Load()
	if err != nil {
		t.Fatal(err)
	}
	tariff, err := catalog.Tariff("aws-step-functions-express")
	if err != nil {
		t.Fatal(err)
	}
	month := func(requests ...int64) *Interval {
		s := &subject{tariff: tariff, load: new(load)}
		var parts []costmodel.Usage
		for i, n := range requests {
			parts = append(parts, costmodel.Usage(nil).With("requests", "1", n))
			s.load.days = append(s.load.days, sim.Window{Warmup: sim.Time(i) * sim.Day, Horizon: sim.Time(i+1) * sim.Day})
		}
		x, err := bootstrap(s, parts, 1)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	const m = 1_000_000
	if x := month(m, 0, m, 0, m, 0, m, 0, m, 0); math.Abs(x.Low-6) > 1e-9 || math.Abs(x.High-24) > 1e-9 {
		t.Errorf("every other day: from %v to %v, want 6 to 24", x.Low, x.High)
	}
	// The last of three: none of three draws (P = 0.30) to all (P = 0.037).
	if x := month(0, 0, m); x.Low != 0 || x.High != 30 {
		t.Errorf("one of three days: from %v to %v, want 0 to 30", x.Low, x.High)
	}
	if x := month(m, m, m); x.Low != 30 || x.High != 30 {
		t.Errorf("days that are alike: from %v to %v, want 30", x.Low, x.High)
	}
}
