package costmodel

import "math/bits"

// divider divides by a number that is known before the loop, by multiplying
// with its reciprocal: a division by a variable costs the hot loop more than
// all else it does. Granlund and Montgomery, "Division by invariant integers
// using multiplication", PLDI 1994, theorem 4.2 with N = 63: with
// l = ⌈log₂ d⌉ and m = ⌊2^(63+l) ÷ d⌋ + 1, ⌊n ÷ d⌋ = ⌊m × n ÷ 2^(63+l)⌋ for
// all 0 ≤ n < 2^63, since m × d − 2^(63+l) ≤ d ≤ 2^l.
type divider struct {
	m     uint64
	shift uint // l − 1: the high word of m × n is n × m ÷ 2^64
}

// newDivider returns the divider by d, 2 ≤ d < 2^62.
func newDivider(d int64) divider {
	l := uint(bits.Len64(uint64(d - 1)))
	hi, lo := uint64(1)<<(l-1), uint64(0) // 2^(63+l) as two words
	m, _ := bits.Div64(hi%uint64(d), lo, uint64(d))
	return divider{m: m + 1, shift: l - 1}
}

// divide returns n ÷ d, rounded down. n < 2^63.
func (v divider) divide(n uint64) uint64 {
	hi, _ := bits.Mul64(v.m, n)
	return hi >> (v.shift & 63)
}
