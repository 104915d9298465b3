package experiments

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/results/stat"
	"github.com/coldcurve/coldcurve/sim"
)

// overDays is an experiment over a trace of whole days, whose instances wait for a minute.
const overDays = `
seed = %d
intervals = "days"
[workload]
trace = "csv:t.csv"
horizon = "%dh"
[[platform]]
name = "p"
init = { runtime = "0s" }
keepalive = { name = "fixed", window = "60s" }
[output]
plots = []
`

// traceDay is what a day of the trace has: requests ten minutes apart, which are cold, and after
// the first of them others, two seconds apart, which are warm; each is served for as long.
type traceDay struct {
	cold, warm int
	service    float64 // s
}

// ofDays simulates a trace of days and returns its only row.
func ofDays(t *testing.T, seed int, days []traceDay) (*results.Set, results.Row) {
	t.Helper()
	var b strings.Builder
	for d, x := range days {
		at := float64(d)*86_400 + 3600
		for i := range x.cold {
			fmt.Fprintf(&b, "%.3f,%.6f,f\n", at, x.service)
			if i == 0 {
				for range x.warm {
					at += 2
					fmt.Fprintf(&b, "%.3f,%.6f,f\n", at, x.service)
				}
			}
			at += 600
		}
	}
	set, err := planned(t, fixtureTrace(t, b.String()), fmt.Sprintf(overDays, seed, 24*len(days))).Simulate(context.Background(), 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	return set, rows[0]
}

// Eight days of five requests each, served for 0.1 s on the first day, 0.2 s on the second
// and so on. Where days have as many requests the mean of the window is that of its days,
// and the bootstrap of a mean has the variance Σ (x − mean)² ÷ n², which the factors t(n−1)
// and √(n ÷ (n−1)) make Student's interval of the days: 1 … 8 have s = √6, so that it is
// 0.45 ± 2.3646 · 0.1 · √6 ÷ √8 = 0.45 ± 0.20479. The deviation over 400 resamples is that
// within 1 ÷ √800 = 3.5 % of itself, three times of which are allowed, to one seed and to the
// mean of twenty. Two of the five are cold on each day, about which nothing varies.
func TestIntervalsOverDaysByHand(t *testing.T) {
	var days []traceDay
	for d := range 8 {
		days = append(days, traceDay{2, 3, 0.1 * float64(d+1)})
	}
	const half = 0.20479
	var halves []float64
	for seed := 1; seed <= 20; seed++ {
		set, row := ofDays(t, seed, days)
		s, _ := row.Stat("latency_mean_s")
		halves = append(halves, s.Half)
		if math.Abs(s.Mean-0.45) > 1e-9 || math.Abs(s.Half/half-1) > 3/math.Sqrt(800) {
			t.Errorf("seed %d: %.6f ± %.5f, want 0.45 ± %.5f", seed, s.Mean, s.Half, half)
		}
		if s, _ := row.Stat("cold_ratio"); s.Mean != 0.4 || s.Half != 0 {
			t.Errorf("the cold ratio is %v ± %v, want 0.4 ± 0", s.Mean, s.Half)
		}
		for _, column := range []string{"instances_mean", "latency_max_s"} {
			if s, _ := row.Stat(column); !math.IsNaN(s.Half) {
				t.Errorf("%s has the interval %v, want none", column, s.Half)
			}
		}
		var b strings.Builder
		if err := set.Render(&b, "text"); err != nil {
			t.Fatal(err)
		}
		if want := "95 % intervals: bootstrap over the 8 days of the window, 400 resamples of whole days"; !strings.Contains(b.String(), want) {
			t.Errorf("it is not said what intervals are over:\n%s", b.String())
		}
	}
	if got := stat.Mean(halves); math.Abs(got/half-1) > 3/math.Sqrt(20*800) {
		t.Errorf("the half-width is %.5f in the mean of 20 seeds, want %.5f", got, half)
	}
	if slices.Min(halves) == slices.Max(halves) {
		t.Error("all seeds draw the same resamples")
	}
}

// Over seeds 1 to 60, and to 400 with COLDCURVE_SOAK (95 ± 3 %), of 14 days that are drawn independently: a service that is normal
// over days, N(1 s, 0.2 s), whose mean Student's t would hold in exactly 95 %; and of the
// cold ratio, of 1 to 5 cold requests a day, beside 0 to 20 warm ones, each as likely: of
// endless days 3 ÷ (3 + 10). That is a ratio of sums over days of unequal size, of which
// the docs promise as much.
func TestIntervalsOverDaysCover(t *testing.T) {
	seeds := 60
	if os.Getenv("COLDCURVE_SOAK") != "" {
		seeds = 400
	}
	truth := map[string]float64{"latency_mean_s": 1, "cold_ratio": 3. / 13}
	hits := map[string]int{}
	for seed := 1; seed <= seeds; seed++ {
		s := sim.NewStream(sim.RunKey{Seed: uint64(seed)}, sim.PurposeArrival, 1)
		alike, unlike := make([]traceDay, 14), make([]traceDay, 14)
		for d := range alike {
			u := func(k int) float64 { return s.Uniform(uint64(3*d + k)) }
			alike[d] = traceDay{1, 2, 1 + 0.2*stat.Normal(u(0))}
			unlike[d] = traceDay{1 + int(5*u(1)), int(21 * u(2)), 0.1}
		}
		for metric, days := range map[string][]traceDay{"latency_mean_s": alike, "cold_ratio": unlike} {
			_, row := ofDays(t, seed, days)
			if x, _ := row.Stat(metric); math.Abs(x.Mean-truth[metric]) <= x.Half {
				hits[metric]++
			}
		}
	}
	for _, metric := range []string{"latency_mean_s", "cold_ratio"} {
		share := float64(hits[metric]) / float64(seeds)
		t.Logf("%s: covered by %.1f %% of %d seeds", metric, share*100, seeds)
		if least := 0.92 - 0.06*float64(400-seeds)/340; share < least || seeds == 400 && share > 0.98 {
			t.Errorf("%s is covered by %.1f %% of %d seeds", metric, share*100, seeds)
		}
	}
}
