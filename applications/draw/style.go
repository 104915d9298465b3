package draw

import (
	"fmt"
	"strings"
)

// rgb is a colour.
type rgb [3]float64

func hex(s string) (c rgb) {
	var v [3]int
	fmt.Sscanf(s, "#%02x%02x%02x", &v[0], &v[1], &v[2])
	for i := range c {
		c[i] = float64(v[i])
	}
	return c
}

func (c rgb) String() string {
	return fmt.Sprintf("#%02x%02x%02x", int(c[0]+0.5), int(c[1]+0.5), int(c[2]+0.5))
}

// mix is part of b over a.
func mix(a, b rgb, part float64) (c rgb) {
	for i := range c {
		c[i] = a[i] + (b[i]-a[i])*part
	}
	return c
}

// theme is the colours of a light or a dark page: those of the report.
type theme struct {
	paper, ink, grey, frame, tint, heat, critical rgb
	fill                                          float64 // part of a kind's colour in its box
	dark                                          bool
}

func lightTheme() theme {
	return theme{hex("#ffffff"), hex("#1a1a1a"), hex("#484848"), hex("#b4b4b0"), hex("#f7f7f5"), hex("#e69f00"), hex("#d0430a"), 0.1, false}
}

func darkTheme() theme {
	return theme{hex("#16181b"), hex("#f2f2f0"), hex("#dededc"), hex("#565a60"), hex("#1e2125"), hex("#c25a00"), hex("#ff8a4c"), 0.2, true}
}

// shades is how many steps of darkness there are.
const shades = 8

// shadeOf is the step of a weight; 0: none.
func shadeOf(w float64) int {
	if !(w > 0) {
		return 0
	}
	return max(1, int(min(w, 1)*shades+0.5))
}

// shade is the colour of a step.
func (t theme) shade(step int) rgb {
	return mix(t.paper, t.heat, 0.06+0.66*float64(step)/shades)
}

func (k kindStyle) colour(dark bool) rgb {
	if dark {
		return hex(k.dark)
	}
	return hex(k.light)
}

func (k edgeStyle) colour(dark bool) rgb {
	if dark {
		return hex(k.dark)
	}
	return hex(k.light)
}

// used is what a drawing needs styles and a legend of.
type used struct {
	kinds    [End + 1]bool
	edges    [Retry + 1]bool
	shades   [shades + 1]bool
	critical bool
}

// rules are the styles of a theme. They are within the drawing's own class, since a page
// holds several drawings, and they use no variables, which not all readers know.
func (t theme) rules(u *used) string {
	var b strings.Builder
	rule := func(selector, format string, v ...any) {
		b.WriteString(".ccd " + selector + "{" + fmt.Sprintf(format, v...) + "}")
	}
	rule(".paper", "fill:%s", t.paper)
	rule("text", "fill:%s", t.ink)
	rule(".s,.ccd .e", "fill:%s", t.grey)
	rule(".frame", "fill:%s;stroke:%s", t.tint, t.frame)
	rule(".frame.odd", "fill:%s", t.paper)
	for i, k := range kindStyles() {
		if u.kinds[i] {
			rule(".n-"+k.class, "fill:%s;stroke:%s", mix(t.paper, k.colour(t.dark), t.fill), k.colour(t.dark))
		}
	}
	for i, k := range edgeStyles() {
		if u.edges[i] {
			rule(".e-"+k.class, "stroke:%s", k.colour(t.dark))
			rule(".h-"+k.class, "fill:%s", k.colour(t.dark))
		}
	}
	for i := 1; i <= shades; i++ {
		if u.shades[i] {
			rule(fmt.Sprintf(".w%d", i), "fill:%s", t.shade(i))
		}
	}
	if u.critical {
		rule(".crit", "stroke:%s", t.critical)
		rule(".hcrit", "fill:%s", t.critical)
	}
	if u.kinds[End] {
		rule(".h-end", "fill:%s", kindStyles()[End].colour(t.dark))
	}
	rule(".none", "fill:none")
	return b.String()
}

// styles is the style sheet: light, and dark on screens that ask for it.
func styles(u *used) string {
	var b strings.Builder
	b.WriteString(".ccd{font-family:'Liberation Sans',Arimo,Helvetica,Arial,sans-serif}")
	for _, s := range []style{labelText, subText, valueText, edgeText, titleText, frameText} {
		weight := "normal"
		if s.heavy {
			weight = "bold"
		}
		fmt.Fprintf(&b, ".ccd .%s{font-size:%spx;font-weight:%s}", s.class, num(s.size), weight)
	}
	b.WriteString(".ccd .m{text-anchor:middle}.ccd .edge{fill:none;stroke-width:1.3}.ccd .box{stroke-width:1.2}.ccd .over{fill:none;stroke-width:1.2}.ccd .box.crit{stroke-width:2.6}.ccd .over.crit{stroke-width:2}.ccd .edge.crit{stroke-width:2.6}.ccd .frame{stroke-width:1}.ccd .frame.crit{stroke-width:2}")
	for i, k := range edgeStyles() {
		if u.edges[i] && k.dash != "" {
			fmt.Fprintf(&b, ".ccd .e-%s{stroke-dasharray:%s}", k.class, k.dash)
		}
	}
	b.WriteString(lightTheme().rules(u))
	b.WriteString("@media screen and (prefers-color-scheme:dark){" + darkTheme().rules(u) + "}")
	return b.String()
}
