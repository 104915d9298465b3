package results

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// pdfCanvas draws a page of PDF. (That of gonum embeds whole fonts in the code
// page 1252, in which × and ≤ come out as other signs, and dates each file.)
// Paths are written in PDF's own operators, whose coordinates are those of vg:
// points from the lower left corner. Texts are of an embedded subset, and can be
// searched and copied.
type pdfCanvas struct {
	doc   *fpdf.Fpdf
	h     vg.Length
	ops   strings.Builder
	width []vg.Length // of lines, a stack
	fonts map[string]bool
}

var _ vg.Canvas = (*pdfCanvas)(nil)

// noDate is what every file is dated with before that is taken out.
var noDate = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func newPDF(w, h vg.Length, title string) (*pdfCanvas, error) {
	doc := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: w.Points(), Ht: h.Points()}})
	doc.SetCreationDate(noDate)
	doc.SetModificationDate(noDate)
	doc.SetCatalogSort(true)
	doc.SetMargins(0, 0, 0)
	doc.SetAutoPageBreak(false, 0)
	doc.SetTitle(title, true)
	doc.AddPage()
	return &pdfCanvas{doc: doc, h: h, width: []vg.Length{0}, fonts: map[string]bool{}}, doc.Error()
}

// write writes the file, the dates blanked.
func (c *pdfCanvas) write(w io.Writer) error {
	c.flush()
	var b bytes.Buffer
	if err := c.doc.Output(&b); err != nil {
		return err
	}
	data := b.Bytes()
	for _, key := range []string{"/CreationDate", "/ModDate"} {
		date := []byte(key + " (D:" + noDate.Format("20060102150405") + ")")
		data = bytes.Replace(data, date, bytes.Repeat([]byte(" "), len(date)), 1)
	}
	_, err := w.Write(data)
	return err
}

func (c *pdfCanvas) flush() {
	if c.ops.Len() > 0 {
		c.doc.RawWriteStr(c.ops.String())
		c.ops.Reset()
	}
}

// op writes an operator after its numbers.
func (c *pdfCanvas) op(name string, numbers ...float64) {
	for _, x := range numbers {
		c.ops.WriteString(pdfNumber(x))
		c.ops.WriteByte(' ')
	}
	c.ops.WriteString(name)
	c.ops.WriteByte('\n')
}

func pdfNumber(x float64) string {
	s := strconv.FormatFloat(x, 'f', 3, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}

func (c *pdfCanvas) SetLineWidth(w vg.Length) {
	c.width[len(c.width)-1] = w
	c.op("w", w.Points())
}

func (c *pdfCanvas) SetLineDash(pattern []vg.Length, offset vg.Length) {
	c.ops.WriteByte('[')
	for _, d := range pattern {
		c.ops.WriteString(pdfNumber(d.Points()) + " ")
	}
	c.ops.WriteString("] ")
	c.op("d", offset.Points())
}

func (c *pdfCanvas) SetColor(clr color.Color) {
	if clr == nil {
		clr = color.Black
	}
	r, g, b, _ := clr.RGBA()
	part := func(v uint32) float64 { return float64(v) / 0xFFFF }
	c.op("rg", part(r), part(g), part(b))
	c.op("RG", part(r), part(g), part(b))
}

func (c *pdfCanvas) Rotate(rad float64) {
	sin, cos := math.Sincos(rad)
	c.op("cm", cos, sin, -sin, cos, 0, 0)
}

func (c *pdfCanvas) Translate(pt vg.Point) {
	c.op("cm", 1, 0, 0, 1, pt.X.Points(), pt.Y.Points())
}

func (c *pdfCanvas) Scale(x, y float64) { c.op("cm", x, 0, 0, y, 0, 0) }

func (c *pdfCanvas) Push() {
	c.width = append(c.width, c.width[len(c.width)-1])
	c.op("q")
}

func (c *pdfCanvas) Pop() {
	c.width = c.width[:len(c.width)-1]
	c.op("Q")
}

func (c *pdfCanvas) Stroke(p vg.Path) {
	if c.width[len(c.width)-1] > 0 {
		c.path(p)
		c.op("S")
	}
}

func (c *pdfCanvas) Fill(p vg.Path) {
	c.path(p)
	c.op("f")
}

func (c *pdfCanvas) path(p vg.Path) {
	var at vg.Point
	for _, s := range p {
		switch s.Type {
		case vg.MoveComp:
			c.op("m", s.Pos.X.Points(), s.Pos.Y.Points())
		case vg.LineComp:
			c.op("l", s.Pos.X.Points(), s.Pos.Y.Points())
		case vg.ArcComp:
			c.arc(s)
		case vg.CurveComp:
			control := s.Control
			if len(control) == 1 { // a quadratic curve is a cubic one
				q := control[0]
				control = []vg.Point{{X: at.X + (q.X-at.X)*2/3, Y: at.Y + (q.Y-at.Y)*2/3}, {X: s.Pos.X + (q.X-s.Pos.X)*2/3, Y: s.Pos.Y + (q.Y-s.Pos.Y)*2/3}}
			}
			c.op("c", control[0].X.Points(), control[0].Y.Points(), control[1].X.Points(), control[1].Y.Points(), s.Pos.X.Points(), s.Pos.Y.Points())
		case vg.CloseComp:
			c.op("h")
		}
		at = s.Pos
	}
}

// arc writes an arc of a circle as curves of at most a quarter each (the usual
// k = 4/3 · tan(θ/4), off by less than 0.03 % of the radius).
func (c *pdfCanvas) arc(s vg.PathComp) {
	x, y, r := s.Pos.X.Points(), s.Pos.Y.Points(), s.Radius.Points()
	on := func(a float64) (float64, float64) { return x + r*math.Cos(a), y + r*math.Sin(a) }
	x0, y0 := on(s.Start)
	c.op("l", x0, y0)
	n := int(math.Ceil(math.Abs(s.Angle) / (math.Pi / 2)))
	for i := range n {
		step := s.Angle / float64(n)
		a, b := s.Start+step*float64(i), s.Start+step*float64(i+1)
		k := r * 4 / 3 * math.Tan(step/4)
		x1, y1 := on(a)
		x2, y2 := on(b)
		c.op("c", x1-k*math.Sin(a), y1+k*math.Cos(a), x2+k*math.Sin(b), y2-k*math.Cos(b), x2, y2)
	}
}

// FillString writes a text with its baseline's start at a point.
func (c *pdfCanvas) FillString(f font.Face, pt vg.Point, text string) {
	name := f.Name()
	if !c.fonts[name] {
		var raw bytes.Buffer
		if _, err := f.Face.WriteSourceTo(nil, &raw); err != nil {
			c.doc.SetError(fmt.Errorf("reading font %s: %w", name, err))
			return
		}
		c.doc.AddUTF8FontFromBytes(name, "", raw.Bytes())
		c.fonts[name] = true
	}
	c.Push()
	c.Translate(pt)
	c.flush()
	c.doc.SetFont(name, "", f.Font.Size.Points())
	c.doc.Text(0, c.h.Points(), text) // fpdf counts from the top
	c.Pop()
}

// DrawImage is of no figure.
func (c *pdfCanvas) DrawImage(vg.Rectangle, image.Image) {
	c.doc.SetError(fmt.Errorf("a figure has an image, which cannot be drawn as PDF"))
}
