package results

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// palette is that of Okabe and Ito (2008), less its yellow, which is not seen
// on white: seven colours that are told apart with any colour vision.
var palette = []color.RGBA{
	{0x00, 0x72, 0xB2, 0xFF}, {0xD5, 0x5E, 0x00, 0xFF}, {0x00, 0x9E, 0x73, 0xFF}, {0xCC, 0x79, 0xA7, 0xFF},
	{0xE6, 0x9F, 0x00, 0xFF}, {0x56, 0xB4, 0xE9, 0xFF}, {0x55, 0x55, 0x55, 0xFF},
}

// ink is text and axes; the report turns it into the page's own colour.
var (
	ink   = color.RGBA{0x1A, 0x1A, 0x1A, 0xFF}
	faint = color.RGBA{0xDD, 0xDD, 0xDD, 0xFF}
	grey  = color.RGBA{0x77, 0x77, 0x77, 0xFF}
	paper = color.RGBA{0xFF, 0xFF, 0xFF, 0xFF}
)

var dashes = [][]vg.Length{nil, {6, 2.5}, {1.6, 2}, {7, 2, 1.6, 2}}

// lineStyle is the i-th of 28 styles that are told apart. Each differs from the
// one before in colour and dashes, so that of lines on top of each other both are
// seen.
func lineStyle(i int) draw.LineStyle {
	return draw.LineStyle{Color: palette[i%len(palette)], Width: vg.Points(1.3), Dashes: dashes[i%len(dashes)]}
}

// glyph is the i-th shape of points: outlines, so that of several at one place
// each is seen.
func glyph(i int) draw.GlyphDrawer {
	shapes := []draw.GlyphDrawer{draw.RingGlyph{}, draw.SquareGlyph{}, draw.TriangleGlyph{}, openDiamond{}, plusGlyph{}, triangleDown{}}
	return shapes[i%len(shapes)]
}

// plusGlyph is a plus.
type plusGlyph struct{}

// DrawGlyph draws it.
func (plusGlyph) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, pt vg.Point) {
	line := draw.LineStyle{Color: sty.Color, Width: vg.Points(1.2)}
	c.StrokeLine2(line, pt.X-sty.Radius, pt.Y, pt.X+sty.Radius, pt.Y)
	c.StrokeLine2(line, pt.X, pt.Y-sty.Radius, pt.X, pt.Y+sty.Radius)
}

// crossGlyph is a cross: what fails requests.
type crossGlyph struct{}

// DrawGlyph draws it.
func (crossGlyph) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, pt vg.Point) {
	line := draw.LineStyle{Color: sty.Color, Width: vg.Points(1.5)}
	r := sty.Radius * 0.85
	c.StrokeLine2(line, pt.X-r, pt.Y-r, pt.X+r, pt.Y+r)
	c.StrokeLine2(line, pt.X-r, pt.Y+r, pt.X+r, pt.Y-r)
}

// openDiamond is the outline of a diamond.
type openDiamond struct{}

// DrawGlyph draws it.
func (openDiamond) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, pt vg.Point) {
	r := sty.Radius * 1.25
	c.StrokeLines(draw.LineStyle{Color: sty.Color, Width: vg.Points(1.1)}, []vg.Point{
		{X: pt.X - r, Y: pt.Y}, {X: pt.X, Y: pt.Y + r}, {X: pt.X + r, Y: pt.Y}, {X: pt.X, Y: pt.Y - r}, {X: pt.X - r, Y: pt.Y}, {X: pt.X, Y: pt.Y + r}})
}

// triangleDown is the outline of a triangle that stands on its tip.
type triangleDown struct{}

// DrawGlyph draws it.
func (triangleDown) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, pt vg.Point) {
	half, above := sty.Radius*1.04, sty.Radius*0.6 // of an even-sided triangle around its centre
	c.StrokeLines(draw.LineStyle{Color: sty.Color, Width: vg.Points(1)}, []vg.Point{
		{X: pt.X - half, Y: pt.Y + above}, {X: pt.X + half, Y: pt.Y + above}, {X: pt.X, Y: pt.Y - 2*above}, {X: pt.X - half, Y: pt.Y + above}, {X: pt.X + half, Y: pt.Y + above}})
}

// dottedDiamond is the outline of a diamond around a dot: an estimate of what one
// without is.
type dottedDiamond struct{}

// DrawGlyph draws it.
func (dottedDiamond) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, pt vg.Point) {
	openDiamond{}.DrawGlyph(c, sty, pt)
	sty.Radius *= 0.4
	draw.CircleGlyph{}.DrawGlyph(c, sty, pt)
}

// newPlot returns an empty plot in the house style.
func (k look) newPlot(title, x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = paper
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Title.TextStyle.Font = sans(k.title)
	p.Title.TextStyle.Color = ink
	p.Title.Padding = vg.Points(6)
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Label.TextStyle.Font = sans(k.label)
		a.Label.TextStyle.Color = ink
		a.Label.Padding = vg.Points(3)
		a.Tick.Label.Font = sans(k.tick)
		a.Tick.Label.Color = ink
		a.LineStyle.Color, a.Tick.LineStyle.Color = ink, ink
		a.LineStyle.Width, a.Tick.LineStyle.Width = vg.Points(0.6), vg.Points(0.6)
		a.Tick.Length = vg.Points(3.5)
		a.Padding = 0
	}
	return p
}

// heading is the title of a figure of one plot, where the size has titles.
func (k look) heading(title string) string {
	if !k.titled {
		return ""
	}
	return title
}

func sans(size font.Length) font.Font {
	return font.Font{Typeface: plot.DefaultFont.Typeface, Variant: "Sans", Size: size}
}

// addGrid draws faint lines at the labelled ticks, under the data.
func addGrid(p *plot.Plot) {
	g := plotter.NewGrid()
	style := draw.LineStyle{Color: faint, Width: vg.Points(0.5)}
	g.Vertical, g.Horizontal = style, style
	p.Add(g)
}

// textWidth returns how wide a text is.
func textWidth(s string, size font.Length) vg.Length {
	w, _, _ := plot.DefaultTextHandler.Box(s, sans(size))
	return w
}

// fitted is a text cut to a width.
func fitted(s string, size font.Length, width vg.Length) string {
	for n := len([]rune(s)) - 1; n > 1 && textWidth(s, size) > width; n-- {
		s = truncate(s, n)
	}
	return s
}

func labelStyle(size vg.Length) draw.TextStyle {
	return draw.TextStyle{Color: ink, Font: sans(size), Handler: plot.DefaultTextHandler, YAlign: -0.4}
}

// fade returns a palette colour for areas under a line.
func fade(c color.Color) color.RGBA {
	r, g, b, _ := c.RGBA()
	mix := func(v uint32) uint8 { return uint8((v>>8 + 3*0xFF) / 4) }
	return color.RGBA{mix(r), mix(g), mix(b), 0xFF}
}

// diamond is a filled diamond.
type diamond struct{}

// DrawGlyph draws it.
func (diamond) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, pt vg.Point) {
	r := sty.Radius * 1.25
	c.FillPolygon(sty.Color, []vg.Point{{X: pt.X - r, Y: pt.Y}, {X: pt.X, Y: pt.Y + r}, {X: pt.X + r, Y: pt.Y}, {X: pt.X, Y: pt.Y - r}})
}
