package results

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/internal/loglinear"
	"github.com/coldcurve/coldcurve/sim"
)

// RelativeError is the largest relative error of Histogram.Quantile.
const RelativeError = loglinear.Error

// Histogram counts durations of int64 nanoseconds, ≥ 0, in log-linear
// buckets. All of it is integers, so merging in any order gives the same
// bits. The zero value is empty and ready to use. It takes 30 kB.
type Histogram struct {
	counts   [loglinear.Buckets]uint64
	total    uint64
	sum      sim.Wide
	min, max int64
}

// Record adds one value. A negative value counts as 0.
func (h *Histogram) Record(v int64) {
	v = max(0, v)
	h.counts[loglinear.Of(v)]++
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
	return loglinear.Quantile(h.counts[:], h.total, h.min, h.max, q)
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
		v := min(max(loglinear.Middle(b), h.min), h.max)
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
		if b += in.Pairs[i]; b >= loglinear.Buckets || in.Pairs[i] >= loglinear.Buckets {
			return fmt.Errorf("histogram: bucket %d, want less than %d", b, loglinear.Buckets)
		}
		h.counts[b] = in.Pairs[i+1]
		total += in.Pairs[i+1]
	}
	if total != in.Count {
		return fmt.Errorf("histogram: the buckets hold %d values, the count says %d", total, in.Count)
	}
	return nil
}
