package results

import (
	"encoding/json"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/HdrHistogram/hdrhistogram-go"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/internal/loglinear"
	"github.com/coldcurve/coldcurve/sim"
)

// exactQuantile is the definition: the value of rank ⌈q·n⌉ of the sorted values.
func exactQuantile(sorted []int64, ppm int) int64 {
	rank := (ppm*len(sorted) + 999_999) / 1_000_000
	return sorted[max(rank, 1)-1]
}

// durations draws values as latencies are: of any magnitude.
func durations(t *rapid.T) []int64 {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) int64 {
		bits := rapid.IntRange(0, 62).Draw(t, "bits")
		return rapid.Int64Range(0, 1<<bits).Draw(t, "value")
	}), 1, 300).Draw(t, "values")
}

func within(got, want int64) bool {
	return math.Abs(float64(got)-float64(want)) <= RelativeError*float64(want)
}

func TestHistogramQuantileIsWithinItsRelativeError(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := durations(t)
		var h Histogram
		var sum sim.Wide
		for _, v := range values {
			h.Record(v)
			sum.Add(v)
		}
		slices.Sort(values)
		if h.Count() != uint64(len(values)) || h.Min() != values[0] || h.Max() != values[len(values)-1] || h.Sum() != sum {
			t.Fatalf("count %d min %d max %d sum %v: not exact", h.Count(), h.Min(), h.Max(), h.Sum())
		}
		ppm := rapid.IntRange(0, 1_000_000).Draw(t, "ppm")
		got, want := h.Quantile(float64(ppm)/1e6), exactQuantile(values, ppm)
		if !within(got, want) {
			t.Fatalf("quantile %d ppm: got %d, exact is %d", ppm, got, want)
		}
	})
}

func TestHistogramBucketsAreContiguousAndTheirMiddlesClose(t *testing.T) {
	for _, v := range []int64{0, 1, 63, 64, 127, 128, 129, 255, 256, 1e3, 1e6, 1e9, 1 << 40, math.MaxInt64 - 1, math.MaxInt64} {
		b := loglinear.Of(v)
		if b < 0 || b >= loglinear.Buckets {
			t.Fatalf("%d is in bucket %d of %d", v, b, loglinear.Buckets)
		}
		if m := loglinear.Middle(b); !within(m, v) || loglinear.Of(m) != b {
			t.Errorf("%d is in bucket %d, whose middle is %d", v, b, m)
		}
		if v > 0 && loglinear.Of(v-1) != b && loglinear.Of(v-1) != b-1 {
			t.Errorf("%d is in bucket %d and %d in bucket %d", v-1, loglinear.Of(v-1), v, b)
		}
	}
}

// TestReleasedPagesAreUsedAgain: functions that follow one another take no more
// memory than one of them.
func TestReleasedPagesAreUsedAgain(t *testing.T) {
	var pool pagePool
	many := func() { // more pages than are made at a time
		for range slabPages {
			d := pool.newPaged()
			for octave := 10; octave < 40; octave++ {
				d.record(loglinear.Of(1<<octave), &pool)
			}
			pool.release(d)
		}
	}
	many()
	if n := testing.AllocsPerRun(10, many); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestHistogramAgreesWithHdrHistogram(t *testing.T) {
	// The oracle keeps three digits: it is off by at most 0.1 %. Both take the
	// value of a rank, and agree on the rank where q·n is a whole number.
	oracle := hdrhistogram.New(1, int64(sim.Hour), 3)
	var h Histogram
	s := sim.NewStream(sim.RunKey{Seed: 7}, sim.PurposeService, 1)
	for i := range uint64(100_000) {
		v := int64(math.Exp(14+9*s.Uniform(i))) + 1 // 1.2 ms … 9.7 s, log-uniform
		h.Record(v)
		if err := oracle.RecordValue(v); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []float64{0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1} {
		got, want := float64(h.Quantile(q)), float64(oracle.ValueAtQuantile(q*100))
		if differ(got, want, (RelativeError+0.001)*want) {
			t.Errorf("quantile %g: got %.0f, HdrHistogram has %.0f", q, got, want)
		}
	}
}

func TestHistogramMergesInAnyOrderToTheSameBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := durations(t)
		var whole Histogram
		parts := make([]Histogram, 4)
		for i, v := range values {
			whole.Record(v)
			parts[i%4].Record(v)
		}
		var merged Histogram
		for _, i := range rapid.Permutation([]int{0, 1, 2, 3}).Draw(t, "order") {
			merged.Merge(&parts[i])
		}
		if merged != whole {
			t.Fatal("merged parts differ from the whole")
		}
	})
}

func TestHistogramCDFStartsAtMinAndEndsAtMax(t *testing.T) {
	var h Histogram
	if h.CDF() != nil || h.Quantile(0.5) != 0 || !math.IsNaN(h.Mean()) {
		t.Error("an empty histogram has values")
	}
	// The last value is at its bucket's upper end, above the middle.
	var edge Histogram
	edge.Record(1)
	edge.Record(1<<21 - 1)
	if c := edge.CDF(); c[len(c)-1] != (Point{1<<21 - 1, 1}) {
		t.Errorf("got %v, which does not end at the largest value", c)
	}
	var below Histogram
	below.Record(-5)
	if below.Count() != 1 || below.Min() != 0 || below.Max() != 0 || !below.Sum().IsZero() {
		t.Errorf("less than nothing counts as 0: got %d values from %d to %d", below.Count(), below.Min(), below.Max())
	}
	for _, v := range []int64{10, 20, 20, 1e9} {
		h.Record(v)
	}
	c := h.CDF()
	want := []Point{{10, 0}, {10, 0.25}, {20, 0.75}, {1e9, 1}}
	if !slices.Equal(c, want) {
		t.Errorf("got %v, want %v", c, want)
	}
}

func TestHistogramRoundTripsAndRefusesWhatDoesNotAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h, back Histogram
		for _, v := range durations(t) {
			h.Record(v)
		}
		data, err := json.Marshal(&h)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &back); err != nil || back != h {
			t.Fatalf("it came back different: %v", err)
		}
	})
	for _, c := range []struct{ json, want string }{
		{`{"Count":1,"Pairs":[3]}`, "pairs of bucket and count"},
		{`{"Count":1,"Pairs":[3712,1]}`, "bucket 3712, want less than 3712"},
		{`{"Count":1,"Pairs":[18446744073709551615,1]}`, "want less than 3712"},
		{`{"Count":2,"Pairs":[3000,1,3000,1]}`, "bucket 6000, want less than 3712"},
		{`{"Count":2,"Pairs":[1,1,3711,1]}`, "bucket 3712, want less than 3712"},
		{`{"Count":2,"Pairs":[5,1]}`, "the buckets hold 1 values, the count says 2"},
	} {
		var h Histogram
		if err := json.Unmarshal([]byte(c.json), &h); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", c.json, err, c.want)
		}
	}
}

func TestPagedCountsWhatTheHistogramCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pool pagePool
		var h Histogram
		d := pool.newPaged()
		for _, v := range durations(t) {
			// Some values more often than a page's counter can hold.
			n := rapid.SampledFrom([]int{1, 2, 65535, 65536, 140000}).Draw(t, "times")
			if n > 2 {
				for range n {
					d.record(loglinear.Of(v), &pool)
				}
			} else {
				d.addTo(loglinear.Of(v), uint64(n), &pool)
			}
			h.counts[loglinear.Of(v)] += uint64(n)
			if h.total++; h.total > 3 {
				break
			}
		}
		var got [loglinear.Buckets]uint64
		d.each(func(b int, n uint64) { got[b] = n })
		if got != h.counts {
			t.Fatal("the counts differ")
		}
		pool.release(d)
		if pool.newPaged().each(func(int, uint64) { t.Fatal("a released histogram is not empty") }); len(pool.dirs) != 0 {
			t.Fatal("the released histogram was not used again")
		}
	})
}

func TestPagedHistogramsOf50000FunctionsFitIn150MB(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 150 MB")
	}
	before := heap()
	var pool pagePool
	all := make([]*paged, 50_000)
	for i := range all {
		all[i] = pool.newPaged()
		for octave := 20; octave < 39; octave++ { // 1 ms … 9 minutes
			all[i].record(loglinear.Of(1<<octave), &pool)
		}
	}
	if used := heap() - before; used > 150e6 {
		t.Errorf("50,000 histograms of 19 octaves take %d MB", used/1e6)
	}
	runtime.KeepAlive(all)
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func BenchmarkHistogramRecord(b *testing.B) {
	values := make([]int64, 4096)
	s := sim.NewStream(sim.RunKey{}, sim.PurposeService, 1)
	for i := range values {
		values[i] = int64(math.Exp(14 + 9*s.Uniform(uint64(i))))
	}
	var h Histogram
	for i := 0; b.Loop(); i++ {
		h.Record(values[i&4095])
	}
}
