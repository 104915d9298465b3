package policies

import (
	"math"
	"math/bits"
)

// histogram counts idle times in bins of equal length, and knows at any time
// two percentiles and how uneven its counts are. Adding costs O(1) but for
// stepping over empty bins, 64 at a time; nothing is allocated.
type histogram struct {
	counts   []uint32
	nonEmpty []uint64 // one bit a bin
	total    uint64   // sum of the counts
	squares  uint64   // sum of their squares
	head     quantile
	tail     quantile
}

// quantile follows the bin that holds a percentile: the first one up to which
// at least that part of all idle times lies.
type quantile struct {
	percent float64
	bin     int
	below   uint64 // counted in bins before it
}

func newHistogram(bins int, head, tail float64) histogram {
	return histogram{
		counts:   make([]uint32, bins),
		nonEmpty: make([]uint64, (bins+63)/64),
		head:     quantile{percent: head},
		tail:     quantile{percent: tail},
	}
}

// add counts an idle time in a bin.
func (h *histogram) add(bin int) {
	c := h.counts[bin]
	if c == math.MaxUint32 {
		return // as sure as it will ever be
	}
	h.counts[bin] = c + 1
	h.nonEmpty[bin/64] |= 1 << (bin % 64)
	h.squares += 2*uint64(c) + 1 // (c+1)² − c²
	h.total++
	h.follow(&h.head, bin)
	h.follow(&h.tail, bin)
}

// follow moves a quantile after an idle time was counted in a bin. Its rank
// grows by at most one, so it moves to a neighbouring bin that is not empty, if
// at all.
func (h *histogram) follow(q *quantile, bin int) {
	if bin < q.bin {
		q.below++
	}
	rank := q.rank(h.total)
	for q.below >= rank {
		q.bin = h.before(q.bin)
		q.below -= uint64(h.counts[q.bin])
	}
	for q.below+uint64(h.counts[q.bin]) < rank {
		q.below += uint64(h.counts[q.bin])
		q.bin = h.next(q.bin)
	}
}

// rank returns how many of total idle times lie up to the percentile, at least 1.
func (q *quantile) rank(total uint64) uint64 {
	return max(1, uint64(math.Ceil(q.percent*float64(total)/100)))
}

// next returns the first bin after one that is not empty; there is one.
func (h *histogram) next(bin int) int {
	bin++
	w := bin / 64
	for word := h.nonEmpty[w] &^ (1<<(bin%64) - 1); ; word = h.nonEmpty[w] {
		if word != 0 {
			return 64*w + bits.TrailingZeros64(word)
		}
		w++
	}
}

// before returns the last bin before one that is not empty; there is one.
func (h *histogram) before(bin int) int {
	w := bin / 64
	for word := h.nonEmpty[w] & (1<<(bin%64) - 1); ; word = h.nonEmpty[w] {
		if word != 0 {
			return 64*w + 63 - bits.LeadingZeros64(word)
		}
		w--
	}
}

// squaredCV returns the squared coefficient of variation of the bins' counts,
// (s ÷ mean)² with s² the sample variance: n (n Σc² − N²) ÷ ((n − 1) N²) for n
// bins and N idle times. The products are rounded one by one, so that no
// processor fuses them into other bits.
func (h *histogram) squaredCV() float64 {
	n, total := float64(len(h.counts)), float64(h.total)
	if total == 0 || n < 2 {
		return 0
	}
	squared := float64(total * total)
	spread := float64(n*float64(h.squares)) - squared
	return float64(n*spread) / float64((n-1)*squared)
}
