package draw

import (
	"fmt"
	"math"
	"strings"
)

// outlineShape is how much room an outline needs beside its text.
type outlineShape struct {
	left, right, top, bottom float64
	flat                     float64 // at each end of the upper and lower border, where no edge begins
}

func (o outline) shape() outlineShape {
	switch o {
	case pill:
		return outlineShape{14, 14, 7, 7, 14}
	case cut:
		return outlineShape{12, 12, 7, 7, 9}
	case pipe:
		return outlineShape{14, 18, 7, 7, 10}
	case arrow:
		return outlineShape{14, 18, 7, 7, 14}
	case drum:
		return outlineShape{11, 11, 15, 9, 6}
	case hexagon:
		return outlineShape{17, 17, 7, 7, 12}
	case stack:
		return outlineShape{11, 15, 7, 11, 8}
	case doubled:
		return outlineShape{15, 15, 7, 7, 8}
	}
	return outlineShape{11, 11, 7, 7, 8}
}

// The widest text of a node, so that two stand side by side in a frame on a telephone.
const nodeText = 116

// size lays out a node's text and says how large its box is.
func (b *box) size(u *ruler) {
	n, k := b.node, kindStyles()[b.node.Kind.known()]
	if k.outline == dot {
		b.w, b.h, b.whole = 18, 18, n.Label
		return
	}
	b.lines = u.lines(n.Label, labelText, nodeText, 2)
	b.lines = append(b.lines, u.lines(n.Sub, subText, nodeText, 3)...)
	b.lines = append(b.lines, u.lines(n.Value, valueText, nodeText, 2)...)
	var parts []string
	for _, s := range []string{n.Label, n.Sub, n.Value} {
		if s = strings.TrimSpace(s); s != "" {
			parts = append(parts, s)
		}
	}
	b.whole = strings.Join(parts, "\n")
	s := k.outline.shape()
	for _, l := range b.lines {
		b.w = max(b.w, l.width)
		b.h += l.style.height()
	}
	b.w, b.h = max(b.w, 40)+s.left+s.right, max(b.h, 14)+s.top+s.bottom
}

// reach is how far from the middle of its box an edge may begin.
func (b *box) reach() float64 {
	half := (b.w - b.loop) / 2
	if b.role == groupBox {
		return half - 12
	}
	k := kindStyles()[b.node.Kind.known()]
	if k.outline == dot {
		return 0
	}
	return max(0, half-k.outline.shape().flat)
}

// inset is how far within its box the upper border is at a distance from the middle.
func (b *box) inset(dx float64) float64 {
	if b.role != nodeBox || kindStyles()[b.node.Kind.known()].outline != drum {
		return 0
	}
	r := dx / (b.w - b.loop) * 2
	return drumLid * (1 - math.Sqrt(max(0, 1-r*r)))
}

// drumLid is half the height of a drum's lid.
const drumLid = 5

// path is an outline in SVG's words, and what is drawn on it without a filling.
func (o outline) path(x, y, w, h float64) (body, over string) {
	p := func(format string, v ...float64) string {
		args := make([]any, len(v))
		for i := range v {
			args[i] = num(v[i])
		}
		return fmt.Sprintf(format, args...)
	}
	r, b := x+w, y+h
	switch o {
	case pill:
		q := min(h/2, 16)
		return roundRect(x, y, w, h, q), ""
	case cut:
		const c = 7
		return p("M%s %sH%sL%s %sV%sL%s %sH%sL%s %sV%sZ", x+c, y, r-c, r, y+c, b-c, r-c, b, x+c, x, b-c, y+c), ""
	case pipe:
		const e = 6
		return p("M%s %sH%sA%s %s 0 0 1 %s %sH%sA%s %s 0 0 1 %s %sZ", x+e, y, r-e, e, h/2, r-e, b, x+e, e, h/2, x+e, y),
			p("M%s %sA%s %s 0 0 0 %s %s", r-e, y, e, h/2, r-e, b)
	case arrow:
		q := min(10, h/3)
		return p("M%s %sH%sL%s %sL%s %sH%sL%s %sZ", x, y, r-q, r, y+h/2, r-q, b, x, x+6, y+h/2), ""
	case drum:
		const e = drumLid
		return p("M%s %sA%s %s 0 0 1 %s %sV%sA%s %s 0 0 1 %s %sZ", x, y+e, w/2, e, r, y+e, b-e, w/2, e, x, b-e),
			p("M%s %sA%s %s 0 0 0 %s %s", x, y+e, w/2, e, r, y+e)
	case hexagon:
		q := min(11, h/2)
		return p("M%s %sH%sL%s %sL%s %sH%sL%s %sZ", x+q, y, r-q, r, y+h/2, r-q, b, x+q, x, y+h/2), ""
	case stack:
		const e = 4
		return roundRect(x, y, w-e, h-e, 5), p("M%s %sV%sa4 4 0 0 1 -4 4H%s", r, y+e+3, b-4, x+e+3)
	case doubled:
		return roundRect(x, y, w, h, 3), p("M%s %sV%sM%s %sV%s", x+5, y, b, r-5, y, b)
	case dot:
		return roundRect(x, y, w, h, min(w, h)/2), ""
	case plain:
		return roundRect(x, y, w, h, 1), ""
	}
	return roundRect(x, y, w, h, 7), ""
}

func roundRect(x, y, w, h, r float64) string {
	return fmt.Sprintf("M%s %sH%sa%[4]s %[4]s 0 0 1 %[4]s %[4]sV%[5]sa%[4]s %[4]s 0 0 1 -%[4]s %[4]sH%[1]sa%[4]s %[4]s 0 0 1 -%[4]s -%[4]sV%[6]sa%[4]s %[4]s 0 0 1 %[4]s -%[4]sZ",
		num(x+r), num(y), num(x+w-r), num(r), num(y+h-r), num(y+r))
}
