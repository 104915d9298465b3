package results

import (
	"bytes"
	"fmt"
	"html"
	"image/png"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/coldcurve/coldcurve/results/pages"
)

// Figure is a plot that can be written at any PlotSize, as SVG, PNG and PDF. The
// bytes depend on the data and the size alone. The fonts are Liberation Sans,
// drawn into the PNG and embedded in the PDF; the SVG names it and fonts of the
// same metrics, so that it looks alike without.
type Figure struct {
	Name    string // of its files, without the ending
	Title   string
	Caption string // what it shows and how to read it, in a sentence or two
	note    string // what it leaves out; written under it
	compose func(look) drawing
	chart   func() *pages.Chart // the same data, for a page; nil: it is drawn alone

	titleOver bool // none of its plots has the title, which stands over them all
}

// drawing is a figure laid out at one size.
type drawing struct {
	w, h vg.Length
	draw func(draw.Canvas)
}

// at lays the figure out at a size, its note under it.
func (f *Figure) at(size PlotSize) (drawing, look) {
	k := size.look()
	d := f.compose(k)
	if f.titleOver {
		d = d.under(k, k.heading(f.Title))
	}
	return d.noted(k, f.note), k
}

// onPaper draws on paper, where the canvas is none yet.
func (d drawing) onPaper(c draw.Canvas) {
	c.SetColor(paper)
	c.Fill(c.Rectangle.Path())
	d.draw(c)
}

// under writes a title over a drawing; "" is none.
func (d drawing) under(k look, title string) drawing {
	if title == "" {
		return d
	}
	height := k.title*1.38 + vg.Points(6)
	return drawing{d.w, d.h + height, func(c draw.Canvas) {
		d.draw(draw.Crop(c, 0, 0, 0, -height))
		style := labelStyle(k.title)
		style.XAlign = draw.XCenter
		c.FillText(style, vg.Point{X: (c.Min.X + c.Max.X) / 2, Y: c.Max.Y - height/2}, fitted(title, k.title, d.w-vg.Points(12)))
	}}
}

// addNote writes under the figure, and ends its caption with, what it leaves out;
// "" is nothing.
func (f *Figure) addNote(note string) {
	if note != "" {
		f.note = note
		f.Caption += " " + note + "."
	}
}

// FigureFile is one of a figure's files.
type FigureFile struct {
	Name  string // with its ending
	Write func(io.Writer) error
}

// Files are the figure's files at a size: SVG, PNG and PDF.
func (f *Figure) Files(size PlotSize) []FigureFile {
	with := func(write func(io.Writer, PlotSize) error) func(io.Writer) error {
		return func(w io.Writer) error { return write(w, size) }
	}
	return []FigureFile{
		{f.Name + ".svg", with(f.writeSVG)},
		{f.Name + ".png", with(f.writePNG)},
		{f.Name + ".pdf", with(f.writePDF)},
	}
}

// writeSVG writes the figure as SVG.
func (f *Figure) writeSVG(w io.Writer, size PlotSize) error {
	svg, _, err := f.svg(size)
	if err != nil {
		return err
	}
	if _, err := w.Write(svg); err != nil {
		return fmt.Errorf("writing %s: %w", f.Name, err)
	}
	return nil
}

// svg draws the figure, and says how wide it is.
func (f *Figure) svg(size PlotSize) ([]byte, vg.Length, error) {
	d, _ := f.at(size)
	c := vgsvg.New(d.w, d.h)
	d.onPaper(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return nil, 0, fmt.Errorf("drawing %s: %w", f.Name, err)
	}
	svg := bytes.ReplaceAll(b.Bytes(), []byte("font-family:Liberation Sans;"),
		[]byte("font-family:'Liberation Sans',Arimo,Helvetica,Arial,sans-serif;"))
	svg = bytes.ReplaceAll(svg, []byte("font-variant:normal;font-weight:normal;font-style:normal;"), nil)
	return svgText.ReplaceAllFunc(svg, withLength), d.w, nil
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

// writePNG writes the figure as PNG.
func (f *Figure) writePNG(w io.Writer, size PlotSize) error {
	d, k := f.at(size)
	c := vgimg.NewWith(vgimg.UseWH(d.w, d.h), vgimg.UseDPI(k.dpi), vgimg.UseBackgroundColor(paper))
	d.draw(draw.New(c))
	fast := png.Encoder{CompressionLevel: png.BestSpeed} // a few percent larger
	if err := fast.Encode(w, c.Image()); err != nil {
		return fmt.Errorf("writing %s: %w", f.Name, err)
	}
	return nil
}

// writePDF writes the figure as PDF.
func (f *Figure) writePDF(w io.Writer, size PlotSize) error {
	d, _ := f.at(size)
	c, err := newPDF(d.w, d.h, f.Title)
	if err == nil {
		d.onPaper(draw.NewCanvas(c, d.w, d.h))
		err = c.write(w)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", f.Name, err)
	}
	return nil
}

// noted is the drawing with a note under it; "" is none.
func (d drawing) noted(k look, note string) drawing {
	if note == "" {
		return d
	}
	lines := wrap(note, k.note, d.w-vg.Points(12))
	height := k.lineHeight()*vg.Length(len(lines)) + vg.Points(4)
	return drawing{d.w, d.h + height, func(c draw.Canvas) {
		d.draw(draw.Crop(c, 0, 0, height, 0))
		for i, line := range lines {
			c.FillText(labelStyle(k.note), vg.Point{X: c.Min.X + vg.Points(6), Y: c.Min.Y + height - k.lineHeight()*(vg.Length(i)+0.6)}, line)
		}
	}}
}

// wrap breaks a text into lines of at most a width, between words, and within a
// word that is longer than a line.
func wrap(text string, size font.Length, width vg.Length) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && textWidth(longer, size) > width {
			lines, longer = append(lines, line), word
		}
		for textWidth(longer, size) > width {
			r := []rune(longer)
			n := len(r) - 1
			for n > 1 && textWidth(string(r[:n]), size) > width {
				n--
			}
			if n < 1 {
				break
			}
			lines, longer = append(lines, string(r[:n])), string(r[n:])
		}
		line = longer
	}
	return append(lines, line)
}
