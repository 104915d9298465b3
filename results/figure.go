package results

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Figure is a plot that can be written as SVG and PNG. The bytes depend on
// the data alone. The fonts are Liberation Sans, drawn into the PNG; the SVG
// names it and fonts of the same metrics, so that it looks alike without.
type Figure struct {
	Name    string // of its files, without the ending
	Title   string
	Caption string // what it shows and how to read it, in a sentence or two
	w, h    vg.Length
	draw    func(draw.Canvas)
}

// addNote writes under the figure, and ends its caption with, what it leaves out;
// "" is nothing.
func (f *Figure) addNote(note string) {
	if note == "" {
		return
	}
	f.Caption += " " + note + "."
	lines := wrap(note, noteSize, f.w-vg.Points(12))
	height := vg.Length(len(lines))*vg.Points(11) + vg.Points(3)
	inner := f.draw
	f.h += height
	f.draw = func(c draw.Canvas) {
		c.SetColor(paper)
		c.Fill(c.Rectangle.Path())
		inner(draw.Crop(c, 0, 0, height, 0))
		for i, line := range lines {
			c.FillText(labelStyle(noteSize), vg.Point{X: c.Min.X + vg.Points(6), Y: c.Min.Y + height - vg.Points(11)*vg.Length(i) - vg.Points(7)}, line)
		}
	}
}

// wrap breaks a text into lines of at most a width.
func wrap(text string, size font.Length, width vg.Length) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && textWidth(longer, size) > width {
			lines, longer = append(lines, line), word
		}
		line = longer
	}
	return append(lines, line)
}

// WriteSVG writes the figure as SVG.
func (f *Figure) WriteSVG(w io.Writer) error {
	c := vgsvg.New(f.w, f.h)
	f.draw(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return fmt.Errorf("drawing %s: %w", f.Name, err)
	}
	svg := bytes.ReplaceAll(b.Bytes(), []byte("font-family:Liberation Sans;"),
		[]byte("font-family:'Liberation Sans',Arimo,Helvetica,Arial,sans-serif;"))
	svg = bytes.ReplaceAll(svg, []byte("font-variant:normal;font-weight:normal;font-style:normal;"), nil)
	svg = svgText.ReplaceAllFunc(svg, withLength)
	if _, err := w.Write(svg); err != nil {
		return fmt.Errorf("writing %s: %w", f.Name, err)
	}
	return nil
}

// svgText is a text as vgsvg writes it.
var svgText = regexp.MustCompile(`<text [^>]*font-size:([0-9.]+)px[^>]*>([^<]*)</text>`)

// withLength tells a text how long it is in the font it was laid out in, so
// that it keeps its place where another font is all there is.
func withLength(text []byte) []byte {
	m := svgText.FindSubmatch(text)
	size, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil || len(m[2]) == 0 {
		return text
	}
	w := textWidth(html.UnescapeString(string(m[2])), font.Length(size))
	attribute := fmt.Sprintf(`<text textLength="%.2f" lengthAdjust="spacingAndGlyphs" `, w.Points())
	return append([]byte(attribute), text[len("<text "):]...)
}

// pngDPI is the resolution of the PNG: twice that of a screen.
const pngDPI = 192

// WritePNG writes the figure as PNG.
func (f *Figure) WritePNG(w io.Writer) error {
	c := vgimg.NewWith(vgimg.UseWH(f.w, f.h), vgimg.UseDPI(pngDPI))
	f.draw(draw.New(c))
	if _, err := (vgimg.PngCanvas{Canvas: c}).WriteTo(w); err != nil {
		return fmt.Errorf("writing %s: %w", f.Name, err)
	}
	return nil
}

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

var dashes = [][]vg.Length{nil, {5, 2}, {1.5, 1.5}, {6, 2, 1.5, 2}}

// lineStyle is the i-th of 28 styles that can be told apart.
func lineStyle(i int) draw.LineStyle {
	return draw.LineStyle{Color: palette[i%len(palette)], Width: vg.Points(1.4), Dashes: dashes[i/len(palette)%len(dashes)]}
}

// glyphs are the shapes of points, which repeat less often than the colours.
func glyph(i int) draw.GlyphDrawer {
	shapes := []draw.GlyphDrawer{draw.CircleGlyph{}, draw.BoxGlyph{}, draw.PyramidGlyph{}, diamond{}}
	return shapes[i/len(palette)%len(shapes)]
}

// diamond is a filled diamond.
type diamond struct{}

// DrawGlyph draws it.
func (diamond) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, pt vg.Point) {
	r := sty.Radius * 1.25
	c.SetLineStyle(draw.LineStyle{Color: sty.Color, Width: vg.Points(0.5)})
	c.FillPolygon(sty.Color, []vg.Point{{X: pt.X - r, Y: pt.Y}, {X: pt.X, Y: pt.Y + r}, {X: pt.X + r, Y: pt.Y}, {X: pt.X, Y: pt.Y - r}})
}

// openDiamond is the outline of one: an offline bound.
type openDiamond struct{}

// DrawGlyph draws it.
func (openDiamond) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, pt vg.Point) {
	r := sty.Radius * 1.25
	p := []vg.Point{{X: pt.X - r, Y: pt.Y}, {X: pt.X, Y: pt.Y + r}, {X: pt.X + r, Y: pt.Y}, {X: pt.X, Y: pt.Y - r}, {X: pt.X - r, Y: pt.Y}}
	c.FillPolygon(paper, p)
	c.StrokeLines(draw.LineStyle{Color: sty.Color, Width: vg.Points(1.1)}, p)
}

// Sizes of type.
const (
	titleSize = font.Length(11)
	labelSize = font.Length(9.5)
	tickSize  = font.Length(8.5)
	noteSize  = font.Length(8)
)

// newPlot returns an empty plot in the house style.
func newPlot(title, x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = paper
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Title.TextStyle.Font = sans(titleSize)
	p.Title.TextStyle.Color = ink
	p.Title.Padding = vg.Points(7)
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Label.TextStyle.Font = sans(labelSize)
		a.Label.TextStyle.Color = ink
		a.Label.Padding = vg.Points(4)
		a.Tick.Label.Font = sans(tickSize)
		a.Tick.Label.Color = ink
		a.LineStyle.Color, a.Tick.LineStyle.Color = ink, ink
		a.LineStyle.Width, a.Tick.LineStyle.Width = vg.Points(0.6), vg.Points(0.6)
		a.Tick.Length = vg.Points(4)
		a.Padding = 0
	}
	return p
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

// legendEntry is a line of a legend that stands beside the plot.
type legendEntry struct {
	label string
	thumb plot.Thumbnailer
}

// drawWithLegend draws a plot with its legend at the right of it, where it
// hides no data.
func drawWithLegend(p *plot.Plot, entries []legendEntry, c draw.Canvas) {
	drawPairWithLegend([]*plot.Plot{p}, entries, c)
}

// drawPairWithLegend draws plots beside each other with one legend.
func drawPairWithLegend(plots []*plot.Plot, entries []legendEntry, c draw.Canvas) {
	l := plot.NewLegend()
	l.Top, l.Left = true, true
	l.TextStyle.Font = sans(noteSize)
	l.TextStyle.Color = ink
	l.ThumbnailWidth = vg.Points(22)
	l.Padding = vg.Points(3)
	for _, e := range entries {
		l.Add(" "+e.label, e.thumb)
	}
	width := vg.Points(10)
	if len(entries) > 0 {
		width = legendWidth(entries)
	}
	c.SetColor(paper)
	c.Fill(c.Rectangle.Path())
	body := draw.Crop(c, vg.Points(3), -width, vg.Points(2), -vg.Points(3))
	each := body.Size().X / vg.Length(len(plots))
	for i, p := range plots {
		p.Draw(draw.Crop(body, vg.Length(i)*each+vg.Length(i)*vg.Points(6), -vg.Length(len(plots)-1-i)*each, 0, 0))
	}
	if len(entries) == 0 {
		return
	}
	l.Draw(draw.Crop(c, c.Size().X-width+vg.Points(12), 0, 0, -vg.Points(24)))
}

// legendWidth returns the room that a legend needs, with a margin on each side.
func legendWidth(entries []legendEntry) vg.Length {
	longest := vg.Length(0)
	for _, e := range entries {
		longest = max(longest, textWidth(" "+e.label, noteSize))
	}
	return longest + vg.Points(22+12+8)
}

// figureSize returns the size of a figure with a legend of n entries: at
// least 7 × 4 inches.
func figureSize(labels []string) (w, h vg.Length) {
	longest := vg.Length(0)
	for _, l := range labels {
		longest = max(longest, textWidth(l, noteSize))
	}
	h = max(4*vg.Inch, vg.Length(len(labels))*vg.Points(12)+vg.Points(40))
	return 5.4*vg.Inch + longest + vg.Points(46), h
}

// textWidth returns how wide a text is.
func textWidth(s string, size font.Length) vg.Length {
	w, _, _ := plot.DefaultTextHandler.Box(s, sans(size))
	return w
}

// logTicks makes an axis logarithmic: the plot is given logarithms, and the
// ticks stand at the powers of ten with labels, and at 2 … 9 times them
// without; where less than two decades are in range, 2 and 5 times them are
// labelled too. (gonum's LogScale centres the axis's label at the mean of its
// ends rather than of their logarithms, and makes room for it there.)
type logTicks struct{ label func(float64) string }

// Ticks returns the ticks between two logarithms.
func (t logTicks) Ticks(lo, hi float64) []plot.Tick {
	const slack = 1e-9
	powers, labelled := 0, 0
	for e := math.Ceil(lo - slack); e <= hi+slack; e++ {
		powers++
	}
	var ticks []plot.Tick
	for e := int(math.Floor(lo)); e <= int(math.Ceil(hi)); e++ {
		for m := 1; m <= 9; m++ {
			at := float64(e) + math.Log10(float64(m))
			if at < lo-slack || at > hi+slack {
				continue
			}
			tick := plot.Tick{Value: at}
			if (m == 1 && (powers <= 8 || e%2 == 0)) || (hi-lo < 2 && (m == 2 || m == 5)) {
				tick.Label = t.label(float64(m) * math.Pow(10, float64(e)))
				labelled++
			}
			ticks = append(ticks, tick)
		}
	}
	if labelled < 2 {
		return t.even(lo, hi)
	}
	return ticks
}

// even marks about five round values, of a range that has less than two of the
// others.
func (t logTicks) even(lo, hi float64) (ticks []plot.Tick) {
	for _, tick := range (evenTicks{t.label}).Ticks(math.Pow(10, lo), math.Pow(10, hi)) {
		if tick.Value > 0 {
			ticks = append(ticks, plot.Tick{Value: math.Log10(tick.Value), Label: tick.Label})
		}
	}
	return ticks
}

// setLog makes an axis logarithmic from lo to hi, both > 0.
func setLog(a *plot.Axis, lo, hi float64, label func(float64) string) {
	a.Min, a.Max, a.Tick.Marker = math.Log10(lo), math.Log10(hi), logTicks{label}
}

// on returns where a value stands on an axis.
func on(a *plot.Axis, v float64) float64 {
	if _, ok := a.Tick.Marker.(logTicks); ok {
		return math.Log10(v)
	}
	return v
}

// evenTicks marks about five round values of a linear axis.
type evenTicks struct{ label func(float64) string }

// Ticks returns the ticks within [lo, hi].
func (t evenTicks) Ticks(lo, hi float64) []plot.Tick {
	step := niceStep((hi - lo) / 5)
	var ticks []plot.Tick
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+step*1e-9; i++ {
		ticks = append(ticks, plot.Tick{Value: i * step, Label: t.label(i * step)})
	}
	return ticks
}

// niceStep returns the least of 1, 2, 2.5, 5 × 10^k that is ≥ x.
func niceStep(x float64) float64 {
	if x <= 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		return 1
	}
	p := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*p >= x*(1-1e-9) {
			return m * p
		}
	}
	return 10 * p
}

// short writes a tick's number without trailing zeros.
func short(x float64) string {
	if math.Abs(x) >= 10_000 {
		return thousands(x)
	}
	return number(x)
}

// fade returns a palette colour for areas under a line.
func fade(i int) color.RGBA {
	c := palette[i]
	mix := func(v uint8) uint8 { return uint8((int(v) + 3*0xFF) / 4) }
	return color.RGBA{mix(c.R), mix(c.G), mix(c.B), 0xFF}
}
