package hardware

import "slices"

// axis is the knots of a variable, ascending, and where to begin to look for
// the one below a value: small values have an entry each, others share one
// among coarse.
type axis struct {
	knots []float64
	first []uint16
}

const (
	fine   = 64
	coarse = 16
	// indexed is up to where values have entries; beyond it the knots are searched.
	indexed = 16384
)

// newAxis returns the axis of some knots, which may be unsorted and twice.
func newAxis(knots []float64) axis {
	knots = slices.Clone(knots)
	slices.Sort(knots)
	return axis{knots: slices.Compact(knots)}
}

// index makes knot fast.
func (a *axis) index() {
	a.first = make([]uint16, fine+(indexed-fine)/coarse)
	for e := range a.first {
		x := e
		if e >= fine {
			x = fine + (e-fine)*coarse
		}
		a.first[e] = uint16(search(a.knots, float64(x)))
	}
}

// knot returns the place of the knot at which the piece for x begins: that of
// the last knot which is not above x, and one of the outermost two where x is
// outside.
func (a *axis) knot(x float64) int {
	if a.first == nil || !(x >= 0 && x < indexed) {
		return search(a.knots, x)
	}
	e := int(x)
	if e >= fine {
		e = fine + (e-fine)/coarse
	}
	i := int(a.first[e])
	for i+2 < len(a.knots) && a.knots[i+1] <= x {
		i++
	}
	return i
}

// search is knot without the index.
func search(knots []float64, x float64) int {
	low, high := 0, len(knots)-2
	for low < high {
		if mid := (low + high + 1) / 2; knots[mid] <= x {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return max(low, 0)
}

// weight returns the knot before x, and how far x is on the way to the next:
// outside of the knots less than 0 or more than 1, and 0 where there is only one knot.
func (a *axis) weight(x float64) (int, float64) {
	if len(a.knots) == 1 {
		return 0, 0
	}
	i := a.knot(x)
	return i, (x - a.knots[i]) / (a.knots[i+1] - a.knots[i])
}

// last returns the outermost knot.
func (a *axis) last() float64 { return a.knots[len(a.knots)-1] }
