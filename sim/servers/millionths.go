package servers

import (
	"math"
	"math/bits"
)

// Millionths is a factor ≥ 0 in millionths, so that tokens are scaled exactly.
type Millionths int64

// Whole is the factor 1.
const Whole Millionths = 1_000_000

// times returns the product of n ≥ 0 and the factor, and what is left of it in
// millionths. What does not fit into 31 bits, as tokens do, is cut there.
func (m Millionths) times(n int64) (whole, rest int64) {
	hi, lo := bits.Mul64(uint64(n), uint64(m))
	if hi > 0 || lo/uint64(Whole) > math.MaxInt32 {
		return math.MaxInt32, 0
	}
	return int64(lo / uint64(Whole)), int64(lo % uint64(Whole))
}

// of returns the part of n, rounded down.
func (m Millionths) of(n int64) int64 {
	whole, _ := m.times(n)
	return whole
}

// atLeast returns the product with n, rounded up.
func (m Millionths) atLeast(n int64) int64 {
	whole, rest := m.times(n)
	if rest > 0 {
		whole++
	}
	return whole
}
