package workloads

import "math"

// negLog1m returns −log(1−u) for u in (0, 1): the unit exponential quantile.
func negLog1m(u float64) float64 { return negLog(1 - u) }

// negLog returns −log v for v in (0, 1): the hottest function of the package.
// It is within 4 units in the last place and, being made of sums and products
// that are each rounded, gives the same bits on every architecture, which
// math.Log does not.
//
// It splits v = z·2^−k with z in [½, 1), takes the nearest c of a grid of 129
// points, and adds
//
//	−log v = k·log 2 − log c − log(1+r),  r = (z−c)/c, |r| ≤ 2⁻⁸.
//
// The terms have one sign but for the last, which is at most half of the others,
// so nothing cancels; at v → 1, c = 1 and the result is −log(1+r) alone, which
// keeps its relative accuracy. (The method of Tang, "Table-driven
// implementation of the logarithm function in IEEE floating-point arithmetic",
// ACM TOMS 16(4), 1990.)
func negLog(v float64) float64 {
	bits := math.Float64bits(v)
	mantissa := bits & (1<<52 - 1)
	k := 1022 - int64(bits>>52)
	e := &logGrid[(mantissa+1<<44)>>45&0xFF]
	d := math.Float64frombits(mantissa|1022<<52) - e.c
	r := float64(d * e.inverse)
	// log(1+r) = r − r²·(1/2 − r/3 + r²/4 − r³/5 + r⁴/6 − r⁵/7), cut where the
	// next term is below 2⁻⁵⁸ of the first.
	r2 := float64(r * r)
	a := 1.0/2 - float64(r*(1.0/3))
	b := 1.0/4 - float64(r*(1.0/5))
	c := 1.0/6 - float64(r*(1.0/7))
	p := a + float64(r2*(b+float64(r2*c)))
	return (float64(float64(k)*math.Ln2) + e.negLog) - (r - float64(r2*p))
}

// logEntry is a point of the grid: c, 1/c and −log c.
type logEntry struct{ c, inverse, negLog float64 }

// logGrid holds c = ½(1 + i/128). It has 256 entries, of which 129 are used,
// so that a byte indexes it without a check.
var logGrid = newLogGrid()

func newLogGrid() (grid [256]logEntry) {
	for i := range 129 {
		c := 0.5 * (1 + float64(i)/128)
		grid[i] = logEntry{c, 1 / c, negLogSeries(c)}
	}
	return grid
}

// negLogSeries returns −log c for c in [½, 1], by −2·artanh((c−1)/(c+1)): a
// series rather than math.Log, so that the grid too is the same everywhere.
func negLogSeries(c float64) float64 {
	s := (1 - c) / (1 + c) // ≤ 1/3
	s2 := float64(s * s)
	sum := 0.0
	for n := 41; n >= 1; n -= 2 {
		sum = 1/float64(n) + float64(s2*sum)
	}
	return float64(float64(2*s) * sum)
}
