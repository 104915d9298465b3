package hardware

import "math"

// roofline is what a board allows: bytes and operations a second, and the
// bytes of a weight.
type roofline struct{ bandwidth, flops, bytes float64 }

// time returns the ns that m×k times k×n takes at least: the operands are
// read and the result written once.
func (r *roofline) time(m, n, k float64) float64 {
	moved := float64(r.bytes*n*k) + float64(2*m*k) + float64(2*m*n)
	return 1e9 * math.Max(moved/r.bandwidth, 2*m*n*k/r.flops)
}

// reached is the part of its roofline that a product reaches, and
// attentionReached that which attention reaches of long prompts, where nothing
// was measured: the medians of the boards that were.
const (
	reached          = 0.74
	attentionReached = 0.52
)

// bend returns the m from which on a product is bound by arithmetic; 0 where
// it always is, +Inf where it never is.
func (r *roofline) bend(n, k float64) float64 {
	perRow := 2*n*k/r.flops - (2*k+2*n)/r.bandwidth
	if perRow <= 0 {
		return math.Inf(1)
	}
	return r.bytes * n * k / r.bandwidth / perRow
}

// line returns the ns over m of a product with n and k.
func (r *roofline) line(n, k float64) (line, error) {
	at := []float64{1, 65536}
	if b := r.bend(n, k); b > at[0] && b < at[1] {
		at = []float64{1, b, 65536}
	}
	y := make([]float64, len(at))
	for i, m := range at {
		y[i] = launch + r.time(m, n, k)/reached
	}
	return through(at, y), nil
}

// rooflineAttention returns attention of decodes, bound by the bytes of keys
// and values, and that of prompts, bound by arithmetic.
func rooflineAttention(g *GPU, h kernelHeads, headDim float64) (decode, prefill *surface) {
	n := []float64{1, 2}
	decode = newSurface(n, surfaceRows(n, []float64{1, 65536}, func(n, x float64) float64 {
		return launch + 1e9*n*x*2*2*h.kv*headDim/(reached*g.Bandwidth)
	}))
	var lengths []float64
	for x := 16.0; x <= 65536; x *= math.Sqrt2 {
		lengths = append(lengths, math.Round(x))
	}
	prefill = newSurface(n, surfaceRows(n, lengths, func(n, x float64) float64 {
		return launch + 1e9*n*2*x*x*h.heads*headDim/(attentionReached*g.FlopsBF16)
	}))
	return decode, prefill
}

func surfaceRows(n, x []float64, f func(n, x float64) float64) []line {
	rows := make([]line, len(n))
	for i, n := range n {
		y := make([]float64, len(x))
		for j, x := range x {
			y[j] = f(n, x)
		}
		rows[i] = through(x, y)
	}
	return rows
}

// rooflineReduce returns the ns of an all-reduce over elements of 16 bits: each
// GPU sends and receives 2·(count − 1) ÷ count of them, after 10 µs: where they
// were measured the smallest take 4 to 25.
func rooflineReduce(g *GPU, count int64) line {
	perElement := 2 * 1e9 * 2 * float64(count-1) / float64(count) / (reached * g.Link)
	const start = 10e3
	return through([]float64{1, 2}, []float64{start + perElement, start + 2*perElement})
}
