package results

import (
	"math"
	"slices"
)

// point2 is a point of a plane.
type point2 struct{ x, y float64 }

// lowerHull returns the lower convex hull of some points, by x: the largest convex
// function that is nowhere above them. What lies left of the leftmost or right of the
// rightmost is not covered, and of equal x the lowest counts (Andrew's monotone chain).
func lowerHull(points []point2) (hull []point2) {
	sorted := slices.Clone(points)
	slices.SortFunc(sorted, func(a, b point2) int {
		if a.x != b.x {
			return compareFloats(a.x, b.x)
		}
		return compareFloats(a.y, b.y)
	})
	for i, p := range sorted {
		if i > 0 && p.x == sorted[i-1].x {
			continue
		}
		for len(hull) > 1 && !turnsUp(hull[len(hull)-2], hull[len(hull)-1], p) {
			hull = hull[:len(hull)-1]
		}
		hull = append(hull, p)
	}
	return hull
}

// aboveHull reports whether a point is above a hull that it is one of the points of, by more
// than rounding.
func aboveHull(hull []point2, p point2) bool {
	for i := 1; i < len(hull); i++ {
		if a, b := hull[i-1], hull[i]; p.x <= b.x {
			on := a.y + (b.y-a.y)*(p.x-a.x)/(b.x-a.x)
			return p.y > on+1e-9*math.Abs(on)
		}
	}
	return p.y > hull[0].y // all are one above the other
}

// turnsUp reports whether the way from a over b to c turns to the left.
func turnsUp(a, b, c point2) bool { return (b.x-a.x)*(c.y-a.y) > (b.y-a.y)*(c.x-a.x) }
