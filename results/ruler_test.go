package results

import (
	"image"
	"image/color"
	"math"
	"testing"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// ruler is a canvas that measures texts instead of drawing them.
type ruler struct {
	at    [6]float64 // x' = at[0]·x + at[2]·y + at[4], y' = at[1]·x + at[3]·y + at[5]
	stack [][6]float64
	texts []measured
}

// measured is a text and the box of its capitals.
type measured struct {
	text string
	size vg.Length
	box  vg.Rectangle
}

func (r *ruler) SetLineWidth(vg.Length)             {}
func (r *ruler) SetLineDash([]vg.Length, vg.Length) {}
func (r *ruler) SetColor(color.Color)               {}
func (r *ruler) Stroke(vg.Path)                     {}
func (r *ruler) Fill(vg.Path)                       {}
func (r *ruler) DrawImage(vg.Rectangle, image.Image) {
}
func (r *ruler) Push() { r.stack = append(r.stack, r.at) }
func (r *ruler) Pop() {
	r.at = r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
}

func (r *ruler) apply(a, b, c, d, e, f float64) {
	m := r.at
	r.at = [6]float64{m[0]*a + m[2]*b, m[1]*a + m[3]*b, m[0]*c + m[2]*d, m[1]*c + m[3]*d, m[0]*e + m[2]*f + m[4], m[1]*e + m[3]*f + m[5]}
}

func (r *ruler) Rotate(a float64) {
	r.apply(math.Cos(a), math.Sin(a), -math.Sin(a), math.Cos(a), 0, 0)
}
func (r *ruler) Translate(p vg.Point) { r.apply(1, 0, 0, 1, float64(p.X), float64(p.Y)) }
func (r *ruler) Scale(x, y float64)   { r.apply(x, 0, 0, y, 0, 0) }

func (r *ruler) FillString(f font.Face, p vg.Point, text string) {
	w := f.Width(text)
	box := vg.Rectangle{Min: vg.Point{X: vg.Length(math.Inf(1)), Y: vg.Length(math.Inf(1))}, Max: vg.Point{X: vg.Length(math.Inf(-1)), Y: vg.Length(math.Inf(-1))}}
	for _, q := range []vg.Point{p, {X: p.X + w, Y: p.Y}, {X: p.X, Y: p.Y + f.Font.Size*0.7}, {X: p.X + w, Y: p.Y + f.Font.Size*0.7}} {
		x := vg.Length(r.at[0]*float64(q.X) + r.at[2]*float64(q.Y) + r.at[4])
		y := vg.Length(r.at[1]*float64(q.X) + r.at[3]*float64(q.Y) + r.at[5])
		box.Min, box.Max = vg.Point{X: min(box.Min.X, x), Y: min(box.Min.Y, y)}, vg.Point{X: max(box.Max.X, x), Y: max(box.Max.Y, y)}
	}
	r.texts = append(r.texts, measured{text, f.Font.Size, box})
}

// textsOf lays a figure out and returns its texts and its size.
func textsOf(f *Figure, size PlotSize) (texts []measured, page vg.Rectangle) {
	d, _ := f.at(size)
	r := &ruler{at: [6]float64{1, 0, 0, 1, 0, 0}}
	d.draw(draw.NewCanvas(r, d.w, d.h))
	return r.texts, vg.Rectangle{Max: vg.Point{X: d.w, Y: d.h}}
}

// checkTexts sees that no text of a figure overlaps another or is cut off, at any
// size, that a paper has none below 7 pt, and that the width is the size's.
func checkTexts(t *testing.T, name string, f *Figure) {
	t.Helper()
	widths := map[PlotSize]vg.Length{ScreenSize: 7.2 * vg.Inch, PageSize: 7 * vg.Inch, ColumnSize: 3.4 * vg.Inch}
	for size, width := range widths {
		texts, page := textsOf(f, size)
		if page.Max.X != width || page.Max.Y > 11*vg.Inch {
			t.Errorf("%s %s: %.1f × %.1f in", name, size, page.Max.X/vg.Inch, page.Max.Y/vg.Inch)
		}
		if len(texts) == 0 {
			t.Errorf("%s %s: there is no text", name, size)
		}
		for i, a := range texts {
			if a.size < 7 {
				t.Errorf("%s %s: %q has %v pt", name, size, a.text, a.size)
			}
			if !inside(page, a.box) {
				t.Errorf("%s %s: %q is cut off: %v in %v", name, size, a.text, a.box, page.Max)
			}
			for _, b := range texts[:i] {
				if meet(a.box, b.box) {
					t.Errorf("%s %s: %q and %q overlap: %v %v", name, size, a.text, b.text, a.box, b.box)
				}
			}
		}
	}
}

// meet reports whether two boxes have an area in common.
func meet(a, b vg.Rectangle) bool {
	const slack = 0.01
	return a.Min.X < b.Max.X-slack && b.Min.X < a.Max.X-slack && a.Min.Y < b.Max.Y-slack && b.Min.Y < a.Max.Y-slack
}
