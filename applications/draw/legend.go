package draw

import (
	"fmt"
	"strings"
)

// legend explains what occurs, under the drawing.
type legend struct {
	body   string
	bottom float64
}

const (
	swatchW, swatchH = 24, 15
	legendLine       = 22
)

// legend lays out one entry a kind of node and edge, in lines.
func (c *canvas) legend(width, y float64) legend {
	var b strings.Builder
	x, any := float64(margin), false
	entry := func(name string, draw func(x, y float64) string) {
		l := line{name, c.ruler.width(name, subText.size, false), subText}
		w := swatchW + 6 + l.width + 14
		if any && x+w-14 > margin+width {
			x, y = margin, y+legendLine
		}
		b.WriteString(draw(x, y))
		b.WriteString(textAt(l, x+swatchW+6, y+swatchH/2+subText.size*0.36, false))
		x += w
		any = true
	}
	for i, k := range kindStyles() {
		if c.used.kinds[i] {
			entry(k.name, func(x, y float64) string { return swatch(k, x, y) })
		}
	}
	if any {
		x = margin + width // edges begin a line
	}
	for i, k := range edgeStyles() {
		if c.used.edges[i] {
			entry(k.name, func(x, y float64) string { return sample(k, x, y) })
		}
	}
	if c.used.critical {
		entry("critical path", func(x, y float64) string {
			return fmt.Sprintf("<path class=\"edge crit\" d=\"M%s %sh%d\"/>\n", num(x), num(y+swatchH/2), swatchW)
		})
	}
	if c.shaded() {
		name := "stronger colour: more of it"
		if c.d.Shade != "" {
			name = "stronger colour: more " + c.d.Shade
		}
		entry(name, func(x, y float64) string {
			var s strings.Builder
			const w = float64(swatchW) / 4
			for i := range 4 {
				fmt.Fprintf(&s, "<rect class=\"w%d\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%d\"/>", (i+1)*shades/4, num(x+float64(i)*w), num(y), num(w), swatchH)
			}
			return s.String() + "\n"
		})
	}
	if !any {
		return legend{"", y - 18}
	}
	return legend{b.String(), y + swatchH + 2}
}

// shaded says whether weights occur, and then notes the shades of the legend as used.
func (c *canvas) shaded() bool {
	for i := 1; i <= shades; i++ {
		if c.used.shades[i] {
			for j := 1; j <= 4; j++ {
				c.used.shades[j*shades/4] = true
			}
			return true
		}
	}
	return false
}

func swatch(k kindStyle, x, y float64) string {
	w, h := float64(swatchW), float64(swatchH)
	if k.outline == dot {
		x, w = x+4, h
	}
	body, over := k.outline.path(x, y, w, h)
	s := fmt.Sprintf("<path class=\"box n-%s\" d=\"%s\"/>", k.class, body)
	if over != "" {
		s += fmt.Sprintf("<path class=\"over n-%s none\" d=\"%s\"/>", k.class, over)
	}
	if k.outline == dot {
		s += fmt.Sprintf("<circle class=\"h-end\" cx=\"%s\" cy=\"%s\" r=\"3.5\"/>", num(x+w/2), num(y+h/2))
	}
	return s + "\n"
}

func sample(k edgeStyle, x, y float64) string {
	m := y + swatchH/2.0
	return fmt.Sprintf("<path class=\"edge e-%s\" d=\"M%s %sH%s\"/><path class=\"h-%s\" d=\"%s\"/>\n", k.class, num(x), num(m), num(x+swatchW-headSize), k.class, arrowHead(x+swatchW, m, 1, 0))
}
