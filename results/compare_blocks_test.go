package results

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results/stat"
	"github.com/coldcurve/coldcurve/sim"
)

// overTwoBatches is the small set as one run, whose intervals are over so many batches of
// each cell: of the means of a latency, in seconds.
func overTwoBatches(t *testing.T, seed uint64, means ...float64) *Set {
	t.Helper()
	set := smallSet(t)
	text := "intervals = \"batches\"\nreplications = 1\n"
	if means == nil {
		text = "replications = 1\n"
	}
	var err error
	if _, err = spec.Parse(ExperimentFile, []byte(text)); err != nil {
		t.Fatal(err)
	}
	set.Experiment, set.Manifest.Seed, set.Manifest.Replications = []byte(text), seed, 1
	for i := range set.Cells {
		set.Cells[i].Replications = set.Cells[i].Replications[:1]
		if means == nil {
			continue
		}
		s := &samples{blocks: len(means), length: sim.Minute, values: make([][]float64, len(blockMetrics))}
		for m := range blockMetrics {
			s.values[m] = slices.Repeat([]float64{nan}, len(means))
			if blockMetrics[m].column == "latency_mean_s" {
				s.values[m] = means
			}
		}
		set.Cells[i].Replications[0].Sampled = s
	}
	return set
}

// Two batches of 1 s and 2 s have the interval t(1) · s ÷ √2 = 12.706 · 0.7071 ÷ 1.4142 = 6.353
// about their mean, three of 1, 2 and 3 s 4.303 · 1 ÷ √3 = 2.484: of the difference that is
// √(6.353² + 2.484²) = 6.821. Bills have none; and a single run without batches has none,
// so that the difference has none either.
func TestCompareOverBatches(t *testing.T) {
	two, three, none := written(t, overTwoBatches(t, 1, 1, 2)), written(t, overTwoBatches(t, 1, 1, 2, 3)), written(t, overTwoBatches(t, 1))
	other := written(t, overTwoBatches(t, 2, 1, 2, 3))
	for _, c := range []struct {
		name, a, b string
		half       float64
		says       string
	}{
		{"both", two, three, 6.821, "(intervals of the difference are of each one's own, over batches, as of independent runs: too wide where both saw the same random numbers; bills, the time of instances, maxima and what is not of single requests have none)"},
		{"other seed", two, other, 6.821, "(intervals of the difference are of each one's own, over batches, as of independent runs; bills,"},
		{"one", two, none, nan, "(one replication has no interval, and the other's alone tells of no difference)"},
		{"none", none, none, nan, "(paired by replication; one replication has no interval)"},
	} {
		got, err := Compare(c.a, c.b)
		if err != nil {
			t.Fatal(err)
		}
		for row := range got.Rows {
			ch := got.change(t, row, "latency_mean_s")
			if math.IsNaN(ch.Half) != math.IsNaN(c.half) || !math.IsNaN(c.half) && differ(ch.Half, c.half, 0.001) {
				t.Errorf("%s: row %d is known to ± %v, want %v", c.name, row, ch.Half, c.half)
			}
		}
		if half := got.change(t, 0, "cost").Half; !math.IsNaN(half) {
			t.Errorf("%s: the bill is known to ± %v", c.name, half)
		}
		if s := got.summary(nil); !strings.Contains(s, c.says) {
			t.Errorf("%s: %q, want %q", c.name, s, c.says)
		}
		if paired := c.name == "none"; got.Paired != paired {
			t.Errorf("%s: paired is %v", c.name, got.Paired)
		}
	}
}

// The interval of a difference of two that are independent is no narrower than Welch's.
func TestApartHalfIsNoNarrowerThanWelchs(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	draw := func() []float64 {
		x, scale := make([]float64, 2+random.IntN(40)), math.Exp(4*random.NormFloat64())
		for i := range x {
			x[i] = scale * random.NormFloat64()
		}
		return x
	}
	for range 10_000 {
		x, y := draw(), draw()
		_, a := stat.Interval(x, stat.Level)
		_, b := stat.Interval(y, stat.Level)
		if got, welch := apartHalf(a, b), stat.Welch(x, y, stat.Level); got < welch*(1-1e-9) {
			t.Fatalf("%d and %d values: %v is narrower than %v", len(x), len(y), got, welch)
		}
	}
}
