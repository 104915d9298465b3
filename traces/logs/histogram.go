package logs

import (
	"math"
	"math/bits"
	"sort"

	"github.com/coldcurve/coldcurve/sim"
)

// Histogram is a distribution of durations in buckets that are at most 1/64
// of their value wide, as HdrHistogram's are (Tene, hdrhistogram.org). Count,
// least, largest and mean are exact. The zero value is empty.
type Histogram struct {
	count    int64
	min, max sim.Time
	sum      [2]uint64 // high and low word
	first    int       // bucket of counts[0]
	counts   []int64
}

const (
	subBits = 6
	subs    = 1 << subBits // buckets an octave
)

// Resolution is how wide a bucket is, as a part of its value.
const Resolution = 1.0 / subs

// bucket returns the bucket of a duration: below 128 ns its own, then 64 an octave.
func bucket(d sim.Time) int {
	shift := max(0, bits.Len64(uint64(d))-subBits-1)
	return shift<<subBits + int(d>>shift)
}

// bounds returns the least duration of a bucket and that of the next.
func bounds(b int) (low, high sim.Time) {
	if b < 2*subs {
		return sim.Time(b), sim.Time(b + 1)
	}
	shift := b>>subBits - 1
	low = sim.Time(b-shift<<subBits) << shift
	return low, low + 1<<shift
}

// add counts a duration ≥ 0.
func (h *Histogram) add(d sim.Time) {
	if h.count == 0 {
		h.min, h.max = d, d
	}
	h.count++
	h.min, h.max = min(h.min, d), max(h.max, d)
	var carry uint64
	h.sum[1], carry = bits.Add64(h.sum[1], uint64(d), 0)
	h.sum[0] += carry
	b := bucket(d) - h.first
	if uint(b) >= uint(len(h.counts)) {
		b = h.reach(b + h.first)
	}
	h.counts[b]++
}

// reach makes room for a bucket and returns its place.
func (h *Histogram) reach(b int) int {
	if len(h.counts) == 0 {
		h.first, h.counts = b, make([]int64, 1, 8)
		return 0
	}
	if b < h.first {
		grown := make([]int64, h.first-b+len(h.counts))
		copy(grown[h.first-b:], h.counts)
		h.first, h.counts = b, grown
		return 0
	}
	if more := b - h.first - len(h.counts) + 1; more > 0 {
		h.counts = append(h.counts, make([]int64, more)...)
	}
	return b - h.first
}

// merge adds what g counted.
func (h *Histogram) merge(g *Histogram) {
	if g.count == 0 {
		return
	}
	if h.count == 0 {
		h.min, h.max = g.min, g.max
	}
	h.count += g.count
	h.min, h.max = min(h.min, g.min), max(h.max, g.max)
	var carry uint64
	h.sum[1], carry = bits.Add64(h.sum[1], g.sum[1], 0)
	h.sum[0] += g.sum[0] + carry
	h.reach(g.first)
	h.reach(g.first + len(g.counts) - 1)
	for i, n := range g.counts {
		h.counts[g.first+i-h.first] += n
	}
}

// Count is the number of durations.
func (h *Histogram) Count() int64 { return h.count }

// Min is the least duration, exact; 0 where there is none.
func (h *Histogram) Min() sim.Time { return h.min }

// Max is the largest duration, exact; 0 where there is none.
func (h *Histogram) Max() sim.Time { return h.max }

// Mean is the mean rounded down to a nanosecond; 0 where there is none.
func (h *Histogram) Mean() sim.Time {
	if h.count == 0 {
		return 0
	}
	q, _ := bits.Div64(h.sum[0], h.sum[1], uint64(h.count))
	return sim.Time(q)
}

// Quantile returns the duration at q ∈ [0, 1], within 1/64 of the true one;
// 0 where there is none.
func (h *Histogram) Quantile(q float64) sim.Time {
	if h.count == 0 {
		return 0
	}
	return h.Sampler().Sample(q)
}

// Sampler returns the distribution for simulation: its inverse CDF, linear
// within a bucket. It is nil where there is no duration.
func (h *Histogram) Sampler() sim.Sampler {
	if h.count == 0 {
		return nil
	}
	s := &sampler{total: float64(h.count)}
	sum := int64(0)
	for i, n := range h.counts {
		if n == 0 {
			continue
		}
		low, high := bounds(h.first + i)
		s.low = append(s.low, max(low, h.min))
		s.width = append(s.width, min(high-1, h.max)-max(low, h.min))
		sum += n
		s.above = append(s.above, float64(sum))
	}
	return s
}

// sampler is a Histogram made ready: buckets that are not empty, in order.
type sampler struct {
	low, width []sim.Time
	above      []float64 // durations up to the end of the bucket
	total      float64
}

// Sample implements sim.Sampler.
func (s *sampler) Sample(u float64) sim.Time {
	rank := math.Max(0, math.Min(u, 1)) * s.total
	i := min(sort.SearchFloat64s(s.above, rank), len(s.above)-1)
	before := 0.0
	if i > 0 {
		before = s.above[i-1]
	}
	share := (rank - before) / (s.above[i] - before)
	return s.low[i] + sim.Time(math.Round(float64(share)*float64(s.width[i])))
}
