package policies

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// defaultHybrid is the policy with the defaults of its tags.
func defaultHybrid(t testing.TB) HybridHistogram {
	f, err := KeepAlive(table(t, `{ name = "hybrid-histogram" }`))
	if err != nil {
		t.Fatal(err)
	}
	return f.(HybridHistogram)
}

// TestHybridDecisions works the windows of lists of idle times by hand, with
// the defaults: 240 bins of 1 min. Minutes throughout.
func TestHybridDecisions(t *testing.T) {
	const h = 60.0
	times := func(n int, of float64) (list []float64) {
		for range n {
			list = append(list, of)
		}
		return list
	}
	spread := func(n int) (list []float64) { // one in each of n bins
		for i := range n {
			list = append(list, float64(i)+0.5)
		}
		return list
	}
	for _, test := range []struct {
		name        string
		idle        []float64
		from, until float64 // from the finish; from 0: the instance stays
	}{
		{"nothing known", nil, 0, 4 * h},
		{"one, bin 10: CV of 1 count in 240 bins is √240", []float64{10.5}, 10 * 0.9, 11 * 1.1},
		{"at a bin's start it is of that bin", []float64{10}, 10 * 0.9, 11 * 1.1},
		{"in bin 0 the head is 0", []float64{0.5}, 0, 1.1},
		{"an idle time of 0", []float64{0}, 0, 1.1},
		{"the last bin", []float64{239.9}, 239 * 0.9, 240 * 1.1},
		{"the range itself is beyond it: forecast by the only value", []float64{240}, 240 * 0.85, 240*0.85 + 240*0.3},
		{"half beyond is a forecast: the mean of two", []float64{10, 500}, 255 * 0.85, 255 * 1.15},
		{"less than half is not: head 10, tail 10", []float64{10, 10, 500}, 9, 12.1},
		// 20 in bins 5 and 19: 1 of 20 is 5 %, so the head is bin 5; ⌈0.99 × 20⌉ = 20.
		{"5 % of 20 is 1", append([]float64{5}, times(19, 19)...), 4.5, 22},
		// 21: 5 % is 1.05, so two are needed: bin 19.
		{"5 % of 21 is more than 1", append([]float64{5}, times(20, 19)...), 17.1, 22},
		// 100: the 99th of them is in bin 7, the 100th, in bin 200, is cut off.
		{"1 % above the tail", append(times(99, 7), 200), 6.3, 8.8},
		{"2 % above the tail", append(times(98, 7), 200, 200), 6.3, 201 * 1.1},
		// Counts of 1 in n of 240 bins: CV² = 240 (240 n − n²) ÷ (239 n²), 4.02 for
		// n = 48 and 3.91 for n = 49. Of 48, 5 % are 2.4 and 99 % are 47.5.
		{"CV just above 2", spread(48), 2 * 0.9, 48 * 1.1},
		{"CV just below 2", spread(49), 0, 4 * h},
		{"CV of equal counts is 0", spread(240), 0, 4 * h},
	} {
		p := newHybrid(defaultHybrid(t))
		for _, idle := range test.idle {
			p.observe(nanoseconds(idle * float64(sim.Minute)))
		}
		got := p.plan
		from, until := test.from*float64(sim.Minute), test.until*float64(sim.Minute)
		if differ(float64(got.from), from, 1) || differ(float64(got.until), until, 1) { // rounded to ns
			t.Errorf("%s: from %v until %v min, want %v and %v", test.name, float64(got.from)/6e10, float64(got.until)/6e10, test.from, test.until)
		}
	}
}

// TestHybridAtItsThreshold: one idle time in 4 bins has CV² = 4 (4 − 1) ÷ 3 = 4,
// so a CV of just 2, which is not below it: the windows are of its bin.
func TestHybridAtItsThreshold(t *testing.T) {
	p := defaultHybrid(t)
	p.Range = 4 * p.Bin
	h := newHybrid(p)
	h.observe(150 * sim.Second)
	if got, want := h.plan, (windows{from: 108 * sim.Second, until: 198 * sim.Second}); got != want { // 2 min × 0.9, 3 min × 1.1
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestHybridCountsAGapOnce: an idle time ends with the next arrival, even one
// that is rejected; those after it, with nothing served in between, end none.
// The instance is too old to serve from 8 s on, and the ramp has no start left.
func TestHybridCountsAGapOnce(t *testing.T) {
	var made []*hybrid
	got := run(t, sim.Config{
		Workload: newLoad([]float64{0, 100, 200, 300}), Window: sim.Window{Horizon: sim.Hour},
		Platforms: []sim.Platform{{KeepAlive: spy{defaultHybrid(t), &made}, MaxLifetime: 8 * sim.Second,
			Limit: sim.Limit{Ramp: sim.Ramp{Burst: 1, Period: sim.Day}}}},
	})
	rejected := 0
	for _, o := range got.Requests {
		if o.Status == sim.Rejected {
			rejected++
		}
	}
	if rejected != 3 {
		t.Fatalf("%d rejected, want 3: not the case that this is about", rejected)
	}
	// From 3 s to 100 s, in the bin of the second minute.
	if h := made[0]; h.hist.total != 1 || h.hist.counts[1] != 1 || h.beyond != 0 {
		t.Errorf("counted %d idle times, and %d beyond the range; want one", h.hist.total, h.beyond)
	}
}

// TestReadings: a reading is read as it is written.
func TestReadings(t *testing.T) {
	for word, reading := range map[string]Reading{"paper": PaperReading, "dslab": DslabReading} {
		back := PaperReading + DslabReading - reading
		if err := back.UnmarshalText([]byte(word)); err != nil || back != reading || back.String() != word {
			t.Errorf("%s was read as %s (%v)", word, back, err)
		}
	}
}

// TestHistogramOfNothing: without an idle time, or with a bin alone, counts do
// not vary.
func TestHistogramOfNothing(t *testing.T) {
	none, one := newHistogram(4, 5, 99), newHistogram(1, 5, 99)
	one.add(0)
	if a, b := none.squaredCV(), one.squaredCV(); a != 0 || b != 0 {
		t.Errorf("got %v and %v, want 0", a, b)
	}
}

// TestHistogramTwin compares with the sorted list of all bins and the textbook
// formula of the sample standard deviation.
func TestHistogramTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bins := rapid.IntRange(2, 300).Draw(t, "bins")
		head, tail := rapid.IntRange(0, 100).Draw(t, "head"), rapid.IntRange(0, 100).Draw(t, "tail")
		h := newHistogram(bins, float64(head), float64(tail))
		var list []int
		for _, b := range rapid.SliceOfN(rapid.OneOf(rapid.IntRange(0, bins-1), rapid.IntRange(0, min(3, bins-1)), rapid.Just(bins-1)), 1, 150).Draw(t, "idle") {
			h.add(b)
			list = append(list, b)
			slices.Sort(list)
			if want := list[rank(head, len(list))-1]; h.head.bin != want {
				t.Fatalf("percentile %d of %v is in bin %d, want %d", head, list, h.head.bin, want)
			}
			if want := list[rank(tail, len(list))-1]; h.tail.bin != want {
				t.Fatalf("percentile %d of %v is in bin %d, want %d", tail, list, h.tail.bin, want)
			}
			if got, want := h.squaredCV(), slowCV(list, bins); differ(got, want*want, 1e-9*(1+want*want)) {
				t.Fatalf("CV² of %v in %d bins is %v, want %v", list, bins, got, want*want)
			}
		}
	})
}

// Where any variation of the counts will do, a histogram is representative that has counted an
// idle time, unless half of them or more are not below its range, 20 min.
func TestHybridRepresentative(t *testing.T) {
	for _, test := range []struct {
		minutes []sim.Time
		want    bool
	}{
		{nil, false},
		{[]sim.Time{10}, true},
		{[]sim.Time{20}, false},
		{[]sim.Time{10, 20}, false},
		{[]sim.Time{10, 10, 20}, true},
		{[]sim.Time{10, 20, 20}, false},
	} {
		p := defaultHybrid(t)
		p.CVThreshold, p.Range = 0, spec.Duration(20*sim.Minute)
		h := newHybrid(p)
		for _, m := range test.minutes {
			h.observe(m * sim.Minute)
		}
		if got := h.representative(); got != test.want {
			t.Errorf("idle times of %v min: %t, want %t", test.minutes, got, test.want)
		}
	}
}

// rank is ⌈percent × n ÷ 100⌉, at least 1, in integers.
func rank(percent, n int) int { return max(1, (percent*n+99)/100) }

func slowCV(list []int, bins int) float64 {
	counts := make([]float64, bins)
	for _, b := range list {
		counts[b]++
	}
	mean := float64(len(list)) / float64(bins)
	sum := 0.0
	for _, c := range counts {
		sum += (c - mean) * (c - mean)
	}
	return math.Sqrt(sum/float64(bins-1)) / mean
}

// TestAutoregressionTwin compares with least squares over the whole list.
func TestAutoregressionTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.Float64Range(1, 1000), 1, 40).Draw(t, "series")
		var a autoregression
		for _, x := range list {
			a.add(x)
		}
		want, clear := slowForecast(list)
		if got := a.predict(); clear && differ(got, want, 1e-6*want) {
			t.Fatalf("forecast of %v is %v, want %v", list, got, want)
		}
	})
}

// slowForecast is the forecast by the normal equations; clear is false where
// rounding could choose another branch.
func slowForecast(list []float64) (forecast float64, clear bool) {
	mean := 0.0
	for _, x := range list {
		mean += x / float64(len(list))
	}
	if len(list) < 3 {
		return mean, true
	}
	n, sx, sy, sxx, sxy := float64(len(list)-1), 0.0, 0.0, 0.0, 0.0
	for i, y := range list[1:] {
		x := list[i]
		sx, sy, sxx, sxy = sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	variance := n*sxx - sx*sx
	if variance < 1e-3*n*sxx {
		return 0, false
	}
	phi := (n*sxy - sx*sy) / variance
	next := (sy-phi*sx)/n + phi*list[len(list)-1]
	if math.Abs(math.Abs(phi)-1) < 1e-6 || math.Abs(next) < 1e-3 {
		return 0, false
	}
	if math.Abs(phi) >= 1 || next <= 0 {
		return mean, true
	}
	return next, true
}

// TestForecast: series whose next value is plain to see.
func TestForecast(t *testing.T) {
	for _, test := range []struct {
		name   string
		series []float64
		want   float64
	}{
		{"one", []float64{7}, 7},
		{"two have one pair: the mean", []float64{6, 8}, 7},
		{"constant", []float64{5, 5, 5, 5}, 5},
		// Leaders 8, 4, 6 and followers 4, 6, 5: means 6 and 5, φ = −4 ÷ 8 = −0.5;
		// 5 − 0.5 × (5 − 6) = 5.5.
		{"halving distance to 16/3, from both sides", []float64{8, 4, 6, 5}, 5.5},
		// φ = 1 exactly: not stationary, the mean.
		{"a straight line", []float64{1, 2, 3, 4}, 2.5},
		// φ = −1 exactly: not stationary either.
		{"up and down", []float64{8, 4, 8}, 20.0 / 3},
		// Leaders 1, 3, 2 and followers 3, 2, 16: means 2 and 7, φ = −1 ÷ 2;
		// 7 − 0.5 × (16 − 2) = 0, which is nothing positive: the mean.
		{"a forecast of nothing", []float64{1, 3, 2, 16}, 5.5},
	} {
		var a autoregression
		for _, x := range test.series {
			a.add(x)
		}
		if got := a.predict(); differ(got, test.want, 1e-12) {
			t.Errorf("%s: %v is followed by %v, want %v", test.name, test.series, got, test.want)
		}
	}
}

// spy keeps the objects that the kernel had made.
type spy struct {
	HybridHistogram
	made *[]*hybrid
}

func (s spy) New(sim.Group) sim.KeepAlive {
	h := newHybrid(s.HybridHistogram)
	*s.made = append(*s.made, h)
	return h
}

// TestHybridSeesIdleTimes: what the policy counted in a run is what the list
// of the run's requests says: an idle time ends at an arrival before which all
// earlier requests of the app had ended.
func TestHybridSeesIdleTimes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		minutes := rapid.SliceOfN(rapid.Float64Range(0, 600), 1, 30)
		arrivals := [][]float64{minutes.Draw(rt, "f0"), minutes.Draw(rt, "f1")}
		for _, a := range arrivals {
			for i := range a {
				a[i] = math.Round(a[i] * 60)
			}
			slices.Sort(a)
		}
		var made []*hybrid
		got := run(t, sim.Config{
			Workload: newLoad(arrivals...), Window: sim.Window{Horizon: 3 * sim.Day},
			Platforms: []sim.Platform{{KeepAlive: spy{defaultHybrid(t), &made}}},
		})
		want := newHybrid(defaultHybrid(t))
		end := sim.Time(-1)
		for _, o := range got.Requests {
			if end >= 0 && end <= o.Arrival {
				want.observe(o.Arrival - end)
			}
			end = max(end, o.End)
		}
		if len(made) != 1 {
			rt.Fatalf("%d policy objects for one app", len(made))
		}
		if a, b := fmt.Sprint(made[0].hist, made[0].beyond, made[0].series, made[0].plan), fmt.Sprint(want.hist, want.beyond, want.series, want.plan); a != b {
			rt.Fatalf("the policy saw\n%s\nthe run had\n%s", a, b)
		}
	})
}

// TestHybridAllocatesNothing once it is made.
func TestHybridAllocatesNothing(t *testing.T) {
	p := newHybrid(defaultHybrid(t))
	stream := sim.NewStream(sim.RunKey{}, sim.PurposeShape, 1)
	n := uint64(0)
	if got := testing.AllocsPerRun(1000, func() {
		n++
		p.observe(sim.Time(stream.Uniform(n) * float64(5*sim.Hour)))
		p.Idle(sim.View{}, sim.Instance{}, sim.Time(n))
	}); got != 0 {
		t.Errorf("%v allocations an idle time", got)
	}
}

func BenchmarkHybrid(b *testing.B) {
	p := newHybrid(defaultHybrid(b))
	stream := sim.NewStream(sim.RunKey{}, sim.PurposeShape, 1)
	b.ReportAllocs()
	for n := uint64(0); b.Loop(); n++ {
		p.observe(sim.Time(stream.Uniform(n) * float64(5*sim.Hour)))
		p.Idle(sim.View{}, sim.Instance{}, sim.Time(n))
	}
}
