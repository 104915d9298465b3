package sim

import (
	"math/big"
	"math/bits"
)

// Wide is a non-negative 128-bit integer sum. Memory × time over a large fleet
// passes 2^63 within a simulated day (10 GiB × 1 ns × 10^6 instances), so the
// meters add in Wide. The zero value is 0. Adding is associative and exact up
// to 2^128−1.
type Wide struct {
	Hi, Lo uint64
}

// Add adds n, which must not be negative.
func (w *Wide) Add(n int64) {
	var carry uint64
	w.Lo, carry = bits.Add64(w.Lo, uint64(n), 0)
	w.Hi += carry
}

// AddProduct adds a × b; neither may be negative.
func (w *Wide) AddProduct(a, b int64) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	var carry uint64
	w.Lo, carry = bits.Add64(w.Lo, lo, 0)
	w.Hi += hi + carry
}

// AddWide adds v.
func (w *Wide) AddWide(v Wide) {
	var carry uint64
	w.Lo, carry = bits.Add64(w.Lo, v.Lo, 0)
	w.Hi += v.Hi + carry
}

// IsZero reports whether the sum is 0.
func (w Wide) IsZero() bool { return w.Hi == 0 && w.Lo == 0 }

// Big returns the sum as a big integer.
func (w Wide) Big() *big.Int {
	n := new(big.Int).SetUint64(w.Hi)
	n.Lsh(n, 64)
	return n.Or(n, new(big.Int).SetUint64(w.Lo))
}

// Float returns the sum as the nearest float, for statistics only.
func (w Wide) Float() float64 {
	if w.Hi == 0 {
		return float64(w.Lo)
	}
	f, _ := new(big.Float).SetInt(w.Big()).Float64()
	return f
}

// String returns the sum in decimal.
func (w Wide) String() string { return w.Big().String() }
