package results

import (
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// A median of 727 ms, in every replication: what the histogram says is the middle of a bin,
// and no interval over replications is wider than 0; the truth is in it since the bins' error is. In
// seconds by hand: 727,000,000 ns is in [2^29, 2^30), whose bins are 2^23 ns wide; it is in
// the 22nd of them, from 721,420,288 to 729,808,895, the middle of which is 725,614,591.
func TestIntervalOfAQuantileHasItsBins(t *testing.T) {
	const truth = 0.727
	at, maximum := metricIndex("latency_p50_s"), metricIndex("latency_max_s")
	read := func(ns ...int64) (values, exact []float64) {
		for _, v := range ns {
			h := new(Histogram)
			for _, x := range []int64{1, v, 2 * v} {
				h.Record(x)
			}
			r := &Replication{Latency: h}
			values, exact = append(values, metrics[at].value(r, nil)), append(exact, float64(v)/second)
		}
		return values, exact
	}
	values, _ := read(727e6, 727e6, 727e6)
	s := statOf(at, values)
	if s.Mean != 0.725614591 || differ(s.Half, 0.725614591/128, 1e-15) || math.Abs(s.Mean-truth) > s.Half {
		t.Errorf("got %v ± %v, want 0.725614591 ± 0.00567", s.Mean, s.Half)
	}
	if s := statOf(maximum, values); !math.IsNaN(s.Half) || s.bins != 0 {
		t.Errorf("a maximum, which is exact, has ± %v", s.Half)
	}
	if s := statOf(at, values[:1]); !math.IsNaN(s.Half) {
		t.Errorf("one replication has ± %v", s.Half)
	}
	if s := statOf(metricIndex("latency_mean_s"), values); s.Half != 0 {
		t.Errorf("a mean, which is exact, has ± %v", s.Half)
	}

	// 731 ms is in the next bin, of the middle 734,003,199: 8.39 ms more for 4 ms.
	after, _ := read(731e6, 731e6, 731e6)
	other := statOf(at, after)
	want := (0.725614591 + 0.734003199) / 128
	d, _ := difference(other, s, false)
	if differ(d.Mean, 0.008388608, 1e-12) || differ(d.Half, want, 1e-12) || math.Abs(d.Mean-0.004) > d.Half {
		t.Errorf("the paired difference is %v ± %v, want 0.00839 ± %v", d.Mean, d.Half, want)
	}
	if more, half, _ := s.apart(&other); more != d.Mean || differ(half, want, 1e-12) {
		t.Errorf("apart by %v ± %v", more, half)
	}
	name := "latency_p50_s"
	before := &readRow{values: map[string][]float64{name: values}}
	then := &readRow{values: map[string][]float64{name: after}}
	overBlocks := &readRow{values: map[string][]float64{name: values[:1]}, halves: map[string]float64{name: 0.725614591 / 128}}
	for how, c := range map[string]struct {
		comparison Comparison
		before     *readRow
	}{"paired": {Comparison{Paired: true}, before}, "independent": {Comparison{}, before}, "over blocks": {Comparison{blocks: []string{"days", ""}}, overBlocks}} {
		list := c.comparison.changes(c.before, then)
		if len(list) != 1 || differ(list[0].Half, want, 1e-12) {
			t.Errorf("%s: %+v, want ± %v", how, list, want)
		}
	}

	// A bound of 727 ms is met for certain, or missed, only beyond the bins.
	for _, c := range []struct {
		limit float64
		want  Verdict
	}{{0.719, No}, {0.722, Unsure}, {0.727, Unsure}, {0.732, Yes}} {
		if got := (Objective{Metric: name, Limit: c.limit}).judge(s, false); got != c.want {
			t.Errorf("at most %v: %s, want %s", c.limit, got, c.want)
		}
	}

	// The bins hold whatever the values are: of means of quantiles, and of their differences.
	stream := sim.NewStream(sim.RunKey{Seed: 1}, sim.PurposeShape, 1)
	for n := range uint64(1000) {
		draw := func(k uint64) (read0, exact0 Stat) {
			var ns []int64
			for i := range uint64(4) {
				ns = append(ns, int64(math.Exp(25*stream.Uniform(8*n+4*k+i)))+2)
			}
			v, e := read(ns...)
			return statOf(at, v), newStat(e, false)
		}
		a, exactA := draw(0)
		b, exactB := draw(1)
		if math.Abs(a.Mean-exactA.Mean) > a.bins {
			t.Fatalf("the mean %v is read as %v ± %v", exactA.Mean, a.Mean, a.bins)
		}
		d, _ := difference(a, b, false)
		if math.Abs(d.Mean-(exactA.Mean-exactB.Mean)) > a.bins+b.bins || d.Half < a.bins+b.bins {
			t.Fatalf("the difference %v is read as %v ± %v", exactA.Mean-exactB.Mean, d.Mean, d.Half)
		}
	}
}

// Over batches of which each has the same median, its interval is what the bins leave open;
// over days too.
func TestIntervalOverBlocksHasItsBins(t *testing.T) {
	for _, days := range []bool{false, true} {
		b := &Blocks{Days: days, Length: sim.Hour}
		for range 10 {
			h := new(Histogram)
			for _, x := range []int64{1, 727e6, 2e9} {
				h.Record(x)
			}
			b.List = append(b.List, Block{Latency: h})
		}
		stats := make([]Stat, len(metrics))
		at := metricIndex("latency_p50_s")
		stats[at] = statOf(at, []float64{0.725614591})
		c := &Cell{Replications: []*Replication{{Blocks: b}}}
		c.overBlocks(stats)
		if s := &stats[at]; differ(s.Half, 0.725614591/128, 1e-12) || differ(s.bound(), 0.725614591/128, 1e-12) {
			t.Errorf("days %v: ± %v, bound %v", days, s.Half, s.bound())
		}
	}
}
