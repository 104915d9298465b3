package traces

import (
	"math"

	"github.com/coldcurve/coldcurve/sim"
)

// quantiles is a distribution of durations by its quantiles at 0, 1, 25, 50,
// 75, 99 and 100 %. Between two of them, a and b, the inverse CDF runs as
// a + (b−a)·t/(t + bend·(1−t)), where t goes from 0 to 1: a straight line at
// bend 1, near a for longer above, near b below. One bend for all pieces
// leaves every quantile where it is and moves the mean.
type quantiles struct {
	at   [7]sim.Time
	bend float64 // e^−bendMax to e^bendMax
}

// quantileAt are the probabilities of the quantiles, in per cent.
var quantileAt = [7]float64{0, 1, 25, 50, 75, 99, 100}

// pieceOf is the piece between two quantiles in which each whole per cent lies.
var pieceOf = func() (piece [128]uint8) {
	for i, p := range quantileAt[:6] {
		for percent := int(p); percent < len(piece); percent++ {
			piece[percent] = uint8(i)
		}
	}
	return piece
}()

// Sample implements sim.Sampler: the inverse CDF at u ∈ (0, 1).
func (q *quantiles) Sample(u float64) sim.Time {
	u *= 100
	i := int(pieceOf[int(u)&127])
	t, rest := u-quantileAt[i], quantileAt[i+1]-u
	share := t / (t + float64(q.bend*rest))
	return q.at[i] + sim.Time(float64(share)*float64(q.at[i+1]-q.at[i]))
}

// rise makes the quantiles monotone: each is raised to the largest before it.
// It reports whether any was.
func (q *quantiles) rise() (raised bool) {
	for i := 1; i < len(q.at); i++ {
		if q.at[i] < q.at[i-1] {
			q.at[i], raised = q.at[i-1], true
		}
	}
	return raised
}

// bounds are the means that bends of the quantiles reach: that of each piece
// at its lower, and at its upper end.
func (q *quantiles) bounds() (low, high float64) {
	for i := range 6 {
		weight := quantileAt[i+1] - quantileAt[i]
		low += float64(weight * float64(q.at[i]))
		high += float64(weight * float64(q.at[i+1]))
	}
	return low / 100, high / 100
}

// mean is the mean of the distribution in nanoseconds.
func (q *quantiles) mean() float64 {
	low, high := q.bounds()
	return low + (high-low)*bentMean(math.Log(q.bend))
}

// bendTo bends the distribution so that its mean is the one given. Where no
// bend does, to a nanosecond, it takes the nearest and reports false.
func (q *quantiles) bendTo(mean sim.Time) bool {
	low, high := q.bounds()
	up, down := float64(mean)-low, high-float64(mean)
	switch {
	case up+down == 0:
		q.bend = 1 // a constant
	case up <= down:
		q.bend = math.Exp(solveBend(max(0, up) / (high - low)))
	default:
		q.bend = math.Exp(-solveBend(max(0, down) / (high - low)))
	}
	return up >= -1 && down >= -1
}

// bendMax is the logarithm of the strongest bend: some 10^300, whose products
// with 100 % are still finite.
const bendMax = 690

// bentMean is the mean of t/(t + k(1−t)) over t from 0 to 1, with k = e^x:
// 1/(1−k) + k·ln k/(1−k)². It falls from 1 to 0, and bentMean(−x) is 1 − bentMean(x).
func bentMean(x float64) float64 {
	if x < 0 {
		return 1 - bentMean(-x)
	}
	if x < 0.01 {
		return 0.5 - x/6 + float64(x*x*x)/180 // the series, to 10^−13
	}
	rest := -math.Expm1(-x) // 1 − 1/k
	return math.Exp(-x) / rest * (x/rest - 1)
}

// solveBend returns the x ≥ 0 at which bentMean is m ≤ 1/2, by bisection.
func solveBend(m float64) float64 {
	low, high := 0.0, float64(bendMax)
	for {
		x := low + (high-low)/2
		switch {
		case x == low || x == high:
			return high
		case bentMean(x) > m:
			low = x
		default:
			high = x
		}
	}
}
