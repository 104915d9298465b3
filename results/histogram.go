package results

import (
	"encoding/json"
	"fmt"
	"math"
	"math/bits"

	"github.com/coldcurve/coldcurve/sim"
)

// The buckets are log-linear: each octave [2^e, 2^(e+1)) is cut into
// subBuckets equal buckets, and values below 2·subBuckets have one of their
// own. This is the layout of HdrHistogram (Tene) with a binary base; 64
// sub-buckets are the fewest that keep the error of a bucket's middle below 1 %.
const (
	subBits    = 6
	subBuckets = 1 << subBits
	octaves    = 64 - subBits         // blocks of subBuckets, for values up to 2^63−1
	buckets    = octaves << subBits   // 3,712
	errorRatio = 1.0 / (2 << subBits) // 0.78 %
)

// RelativeError is the largest relative error of Histogram.Quantile: half a
// bucket over the least value of its octave, 1/128.
const RelativeError = errorRatio

// Histogram counts durations of int64 nanoseconds, ≥ 0, in log-linear
// buckets. All of it is integers, so merging in any order gives the same
// bits. The zero value is empty and ready to use. It takes 30 kB.
type Histogram struct {
	counts   [buckets]uint64
	total    uint64
	sum      sim.Wide
	min, max int64
}

// bucketOf returns the bucket of v ≥ 0.
func bucketOf(v int64) int {
	shift := max(0, bits.Len64(uint64(v))-(subBits+1))
	return shift<<subBits + int(uint64(v)>>(shift&63))
}

// bucketMiddle returns the middle of a bucket, rounded down.
func bucketMiddle(b int) int64 {
	if b < 2*subBuckets {
		return int64(b)
	}
	shift := b>>subBits - 1
	low := int64(b&(subBuckets-1)+subBuckets) << shift
	return low + (int64(1)<<shift-1)/2
}

// Record adds one value. A negative value counts as 0.
func (h *Histogram) Record(v int64) {
	v = max(0, v)
	h.counts[bucketOf(v)]++
	if h.total == 0 || v < h.min {
		h.min = v
	}
	h.max = max(h.max, v)
	h.total++
	h.sum.Add(v)
}

// Merge adds all that other holds.
func (h *Histogram) Merge(other *Histogram) {
	if other.total == 0 {
		return
	}
	for i, n := range other.counts {
		h.counts[i] += n
	}
	h.addSummary(other.total, other.sum, other.min, other.max)
}

// addSummary adds the exact parts of a histogram that is not empty.
func (h *Histogram) addSummary(total uint64, sum sim.Wide, lo, hi int64) {
	if h.total == 0 || lo < h.min {
		h.min = lo
	}
	h.max = max(h.max, hi)
	h.total += total
	h.sum.AddWide(sum)
}

// Count returns how many values were recorded.
func (h *Histogram) Count() uint64 { return h.total }

// Sum returns the exact sum of the values.
func (h *Histogram) Sum() sim.Wide { return h.sum }

// Min returns the exact least value, 0 where there is none.
func (h *Histogram) Min() int64 { return h.min }

// Max returns the exact largest value, 0 where there is none.
func (h *Histogram) Max() int64 { return h.max }

// Mean returns the mean, NaN where there is no value.
func (h *Histogram) Mean() float64 {
	if h.total == 0 {
		return math.NaN()
	}
	return h.sum.Float() / float64(h.total)
}

// Quantile returns the q-quantile, 0 ≤ q ≤ 1: the value of rank ⌈q·n⌉, at
// least 1, in ascending order (the inverse of the empirical distribution,
// definition 1 of Hyndman and Fan 1996), to within RelativeError, and never
// outside [Min, Max]. q is taken to the nearest millionth, so that the rank is
// exact. It returns 0 where there is no value.
func (h *Histogram) Quantile(q float64) int64 {
	if h.total == 0 {
		return 0
	}
	want := rank(q, h.total)
	var seen uint64
	for b, n := range h.counts {
		if seen += n; seen >= want {
			return min(max(bucketMiddle(b), h.min), h.max)
		}
	}
	return h.max
}

// rank returns max(1, ⌈q·n⌉) for q to the nearest millionth.
func rank(q float64, n uint64) uint64 {
	const million = 1_000_000
	ppm := uint64(math.Round(min(max(q, 0), 1) * million))
	hi, lo := bits.Mul64(ppm, n)
	lo, carry := bits.Add64(lo, million-1, 0)
	r, _ := bits.Div64(hi+carry, lo, million)
	return max(1, r)
}

// Point is a step of a cumulative distribution.
type Point struct {
	Value    int64   // nanoseconds
	Fraction float64 // of all values that are ≤ Value, to within RelativeError of Value
}

// CDF returns the cumulative distribution, a point for each bucket that holds
// a value, ascending; it starts at (Min, 0) and ends at (Max, 1).
func (h *Histogram) CDF() []Point {
	if h.total == 0 {
		return nil
	}
	points := []Point{{h.min, 0}}
	var seen uint64
	for b, n := range h.counts {
		if n == 0 {
			continue
		}
		seen += n
		v := min(max(bucketMiddle(b), h.min), h.max)
		points = append(points, Point{v, float64(seen) / float64(h.total)})
	}
	points[len(points)-1].Value = h.max
	return points
}

// histogramJSON is a Histogram in a unit's file: the buckets that hold
// something, as pairs of a bucket's distance from the one before and its count.
type histogramJSON struct {
	Count uint64
	Sum   sim.Wide
	Min   int64
	Max   int64
	Pairs []uint64
}

// MarshalJSON writes the buckets that hold something.
func (h *Histogram) MarshalJSON() ([]byte, error) {
	out := histogramJSON{Count: h.total, Sum: h.sum, Min: h.min, Max: h.max, Pairs: []uint64{}}
	last := 0
	for b, n := range h.counts {
		if n != 0 {
			out.Pairs = append(out.Pairs, uint64(b-last), n)
			last = b
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote, and checks that it adds up.
func (h *Histogram) UnmarshalJSON(data []byte) error {
	var in histogramJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*h = Histogram{total: in.Count, sum: in.Sum, min: in.Min, max: in.Max}
	if len(in.Pairs)%2 != 0 {
		return fmt.Errorf("histogram: %d numbers, want pairs of bucket and count", len(in.Pairs))
	}
	var b, total uint64
	for i := 0; i < len(in.Pairs); i += 2 {
		if b += in.Pairs[i]; b >= buckets || in.Pairs[i] >= buckets {
			return fmt.Errorf("histogram: bucket %d, want less than %d", b, buckets)
		}
		h.counts[b] = in.Pairs[i+1]
		total += in.Pairs[i+1]
	}
	if total != in.Count {
		return fmt.Errorf("histogram: the buckets hold %d values, the count says %d", total, in.Count)
	}
	return nil
}
