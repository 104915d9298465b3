package results

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// onePixel is how close lines are that cannot be told apart: a pixel of 1/96 in.
const onePixel = vg.Length(0.75)

// coinciding groups curves that are within a pixel of the first of their group in
// every panel: curve i has the paths of paths[i], one a panel, where they stand in
// the figure. Each path runs to the right. Curves that are not alike, as they are
// marked otherwise, are never of one group.
func coinciding(paths [][][]vg.Point, alike func(i, j int) bool) (groups [][]int) {
	for i := range paths {
		g := slices.IndexFunc(groups, func(g []int) bool { return alike(g[0], i) && samePaths(paths[g[0]], paths[i]) })
		if g < 0 {
			groups = append(groups, []int{i})
			continue
		}
		groups[g] = append(groups[g], i)
	}
	return groups
}

func samePaths(a, b [][]vg.Point) bool {
	for panel := range a {
		if !along(a[panel], b[panel]) || !along(b[panel], a[panel]) {
			return false
		}
	}
	return true
}

// along reports whether each point of a path is within a pixel of another.
func along(a, b []vg.Point) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	for _, p := range a {
		if !beside(p, b) {
			return false
		}
	}
	return true
}

// beside reports whether a point is within a pixel of a path, of which only what is
// as far to the right is looked at.
func beside(p vg.Point, path []vg.Point) bool {
	from, _ := slices.BinarySearchFunc(path, p.X-onePixel, func(q vg.Point, x vg.Length) int { return compareFloats(float64(q.X), float64(x)) })
	for i := max(from, 1) - 1; i < len(path); i++ {
		a := path[i]
		b := path[min(i+1, len(path)-1)]
		if distance(p, a, b) <= onePixel {
			return true
		}
		if a.X > p.X+onePixel {
			break
		}
	}
	return false
}

// distance is that of a point from a segment.
func distance(p, a, b vg.Point) vg.Length {
	dx, dy := float64(b.X-a.X), float64(b.Y-a.Y)
	px, py := float64(p.X-a.X), float64(p.Y-a.Y)
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = min(max((px*dx+py*dy)/l, 0), 1)
	}
	return vg.Length(math.Hypot(px-t*dx, py-t*dy))
}

// stairs are the corners of a step function that holds its value to the next
// point.
func stairs(points []vg.Point) (out []vg.Point) {
	for i, p := range points {
		if i > 0 {
			out = append(out, vg.Point{X: p.X, Y: points[i-1].Y})
		}
		out = append(out, p)
	}
	return out
}

// staggered are marks along a path for the i-th of n curves: some for each, at
// places that no other curve has, so that where curves run on top of each other
// the marks of each are seen.
func staggered(path []vg.Point, i, n int, every vg.Length) (out []vg.Point) {
	if len(path) < 2 {
		return nil
	}
	next := every * (vg.Length(i) + 0.5) / vg.Length(n)
	done := vg.Length(0)
	for k := 1; k < len(path); k++ {
		a, b := path[k-1], path[k]
		l := vg.Length(math.Hypot(float64(b.X-a.X), float64(b.Y-a.Y)))
		for l > 0 && next <= done+l {
			out = append(out, onSegment(a, b, (next-done)/l))
			next += every
		}
		done += l
	}
	return out
}

// onSegment is the point at a part t of the way from a to b.
func onSegment(a, b vg.Point, t vg.Length) vg.Point {
	return vg.Point{X: a.X + (b.X-a.X)*t, Y: a.Y + (b.Y-a.Y)*t}
}

// placed are points of a plot where they stand on a canvas.
func placed(c draw.Canvas, p *plot.Plot, xs, ys []float64) []vg.Point {
	tx, ty := p.Transforms(&c)
	out := make([]vg.Point, len(xs))
	for i := range xs {
		out[i] = vg.Point{X: tx(xs[i]), Y: ty(ys[i])}
	}
	return out
}
