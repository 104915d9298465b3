package estimate

import "math"

// point is what two plans cost at a load of logarithm x.
type point struct{ x, a, b float64 }

func (p point) difference() float64 { return p.a - p.b }
func (p point) dearer() bool        { return p.a >= p.b }

// cost is what both cost between two points that are near to each other: of the
// one that changes less, since the other may jump there.
func cost(low, high point) float64 {
	if math.Abs(high.b-low.b) < math.Abs(high.a-low.a) {
		return (low.b + high.b) / 2
	}
	return (low.a + high.a) / 2
}

// narrow takes two points between which the plans change their order to two that
// are no further apart than the tolerance, by interpolation, truncation and
// projection (Oliveira and Takahashi 2020, κ1 = 0.2 ÷ the first distance, κ2 = 2,
// n0 = 1): in a few steps where costs are smooth, and in one more than bisection
// takes at most where they jump.
func narrow(low, high point, tolerance float64, at func(x float64) (point, error)) (point, point, error) {
	first := high.x - low.x
	reach := tolerance * math.Exp2(math.Ceil(math.Log2(first/tolerance)))
	for high.x-low.x > tolerance {
		width := high.x - low.x
		middle := (low.x + high.x) / 2
		straight := (low.x*high.difference() - high.x*low.difference()) / (high.difference() - low.difference())
		toMiddle := math.Copysign(1, middle-straight)
		x := middle
		if shift := 0.2 / first * width * width; shift <= math.Abs(middle-straight) {
			x = straight + toMiddle*shift
		}
		if most := max(0, reach-width/2); math.Abs(x-middle) > most {
			x = middle - toMiddle*most
		}
		reach /= 2
		p, err := at(x)
		if err != nil {
			return low, high, err
		}
		if p.dearer() == low.dearer() {
			low = p
		} else {
			high = p
		}
	}
	return low, high, nil
}
