// Package loglinear is the buckets that durations are counted in, wherever they are:
// of results' histograms and of an application's tally.
//
// Each octave [2^e, 2^(e+1)) is cut into Sub equal buckets, and values below 2·Sub
// have one of their own. This is the layout of HdrHistogram (Tene) with a binary base;
// 64 sub-buckets are the fewest that keep the error of a bucket's middle below 1 %.
package loglinear

import (
	"math"
	"math/bits"
)

// The layout.
const (
	SubBits = 6
	Sub     = 1 << SubBits
	Octaves = 64 - SubBits       // blocks of Sub, for values up to 2^63−1
	Buckets = Octaves << SubBits // 3,712
	// Error is the largest relative error of a bucket's middle: half a bucket over
	// the least value of its octave, 1/128.
	Error = 1.0 / (2 << SubBits)
)

// Of returns the bucket of v ≥ 0.
func Of(v int64) int {
	shift := max(0, bits.Len64(uint64(v))-(SubBits+1))
	return shift<<SubBits + int(uint64(v)>>(shift&63))
}

// Middle returns the middle of a bucket, rounded down.
func Middle(b int) int64 {
	if b < 2*Sub {
		return int64(b)
	}
	shift := b>>SubBits - 1
	low := int64(b&(Sub-1)+Sub) << shift
	return low + (int64(1)<<shift-1)/2
}

// Rank returns max(1, ⌈q·n⌉) for q, 0 to 1, to the nearest millionth, so that it is exact.
func Rank(q float64, n uint64) uint64 {
	const million = 1_000_000
	ppm := uint64(math.Round(min(max(q, 0), 1) * million))
	hi, lo := bits.Mul64(ppm, n)
	lo, carry := bits.Add64(lo, million-1, 0)
	r, _ := bits.Div64(hi+carry, lo, million)
	return max(1, r)
}

// Find returns the bucket of counts, which hold n in all, in which the value of rank ⌈q·n⌉ is; as
// many as there are where none is.
func Find[N uint32 | uint64](counts []N, n uint64, q float64) int {
	want, seen := Rank(q, n), uint64(0)
	for b, c := range counts {
		if seen += uint64(c); seen >= want {
			return b
		}
	}
	return len(counts)
}

// Quantile returns the q-quantile of what is counted: the value of rank ⌈q·n⌉, at
// least 1, in ascending order (the inverse of the empirical distribution, definition 1
// of Hyndman and Fan 1996), to within Error, and never outside [lo, hi], the exact
// least and largest. It returns 0 where nothing is counted.
func Quantile(counts []uint64, n uint64, lo, hi int64, q float64) int64 {
	if n == 0 {
		return 0
	}
	b := Find(counts, n, q)
	if b == len(counts) {
		return hi
	}
	return min(max(Middle(b), lo), hi)
}
