package apps

import (
	"context"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/results"
)

// One request of a function at a time, the others turned away. Ten orders a second ask for
// check, which takes 200 ms: of two that are there at a time each second one is refused, and
// its order fails.
func TestLimitOfAFunctionBinds(t *testing.T) {
	q := asked(t)
	x := strings.Replace(ordersExperiment, `preset = "aws-lambda"`, "preset = \"aws-lambda\"\nlimit = { function = 1, over = \"reject\" }", 1)
	if err := os.WriteFile(q.Experiment, []byte(x), 0o644); err != nil {
		t.Fatal(err)
	}
	q.Load, q.Limits = 100, true
	q.Sets = []string{`workload.horizon="11m"`}
	e, err := Run(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	first := e.Limits.List[0]
	if first.name() != "function check: requests at a time" || first.Value != 1 || first.Peak != 2 || first.Use != 2 || first.binds() != "now" {
		t.Errorf("%s: %v asked of %v, used %v, binds %s; want check: 2 of 1, now", first.name(), first.Peak, first.Value, first.Use, first.binds())
	}
	if math.Abs(e.Errors.Mean-0.5) > 0.01 {
		t.Errorf("%v of the orders are not well, want a half", e.Errors.Mean)
	}
	if got := e.Limits.answer(); !strings.HasPrefix(got, "The first limit that binds is function check: requests at a time: simulated at 1 times the load, 2 are asked of it, of which it lets 1 through") {
		t.Error(got)
	}
}

// What uses most of a limit a second of 1,000 with a burst of 5,000, which comes back in 5 s:
// a busy second of 4,000 uses 4/5 of the burst; 60,000 in 50 s, 1,200 a second, use 1.2 of the
// rate. It binds where it has held something back, and only there.
func TestLimitOfARate(t *testing.T) {
	for _, c := range []struct {
		peak, long, excess float64
		use, binds         float64
		says               string
	}{
		{4000, 10_000, 0, 0.8, 1.25, "4000 are asked of it in its busiest second, of which it lets 5000 through; what is over it: waits"},
		{1860, 7_200, 0, 0.372, 1 / 0.372, "1860 are asked of it in its busiest second, of which it lets 5000 through; what is over it: waits"},
		{1860, 60_000, 9000, 1.2, 1, "1200 a second are asked of it over its busiest 50 s, of which it lets 1000 a second through, after a burst of 5000; 9000 were over it in all; what is over it: waits"},
		{5500, 6_000, 0, 1.1, 1, "5500 are asked of it in its busiest second, of which it lets 5000 through; what is over it: waits"}, // the bucket fills by 1000 in that second
	} {
		l := Limit{LimitRecord: results.LimitRecord{Of: "x", What: "transitions", Value: 1000, Burst: 5000, Stretch: 50, Second: true, Peak: c.peak, Long: c.long, Excess: c.excess, Over: "waits"}}
		l.weigh()
		if !near9(l.Use, c.use) || !near9(l.Binds, c.binds) || l.bound() != (c.excess > 0) {
			t.Errorf("%v in a second, %v in 50: used %v, binds at × %v, now %v; want %v and %v", c.peak, c.long, l.Use, l.Binds, l.bound(), c.use, c.binds)
		}
		if got := l.holds(); got != c.says {
			t.Errorf("%s, want %s", got, c.says)
		}
	}
}

// Where no limit binds the sentence says what goes wrong all the same.
func TestNothingBindsIsNotAllIsWell(t *testing.T) {
	l := Limits{Tried: []Tried{{Load: 10, Nearest: Limit{LimitRecord: results.LimitRecord{Of: "x", What: "starts"}, Use: 0.5}, Errors: 0.3, Behind: "“x” is not kept up with"}}, Part: "A part of the day."}
	got := l.answer()
	for _, want := range []string{"None of the limits below binds up to 10 times the load", "But 30 % do not end well there", "But “x” is not kept up with.", "A part of the day."} {
		if !strings.Contains(got, want) {
			t.Errorf("%q, want %q in it", got, want)
		}
	}
}

// A load that follows the hour is told where the window is no whole day.
func TestPartOfADay(t *testing.T) {
	for window, told := range map[string]bool{"1h10m": true, "24h10m": false} {
		q := asked(t)
		app := strings.Replace(orders, `process = "periodic", every = "10s"`, `process = "diurnal", rate = "0.01/s", amplitude = 0.5`, 1)
		if err := os.WriteFile(q.File, []byte(app), 0o644); err != nil {
			t.Fatal(err)
		}
		q.Limits, q.Sets = true, []string{`workload.horizon="` + window + `"`}
		e, err := Run(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(e.Limits.answer(), "--window 24h") != told {
			t.Errorf("a window of %s: %s", window, e.Limits.answer())
		}
	}
}
