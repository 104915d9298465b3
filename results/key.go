package results

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// keyEntry is a mark and what it means, in the key under a plot.
type keyEntry struct {
	text string
	mark func(c draw.Canvas, at vg.Point) // in the middle of its room
}

// glyphMark is a glyph as a mark.
func glyphMark(style draw.GlyphStyle) func(draw.Canvas, vg.Point) {
	return func(c draw.Canvas, at vg.Point) { c.DrawGlyph(style, at) }
}

// lineMark is a piece of a line, with a glyph on it where there is one.
func lineMark(line draw.LineStyle, at draw.GlyphStyle) func(draw.Canvas, vg.Point) {
	return func(c draw.Canvas, p vg.Point) {
		c.StrokeLine2(line, p.X-keyMark/2+1, p.Y, p.X+keyMark/2-1, p.Y)
		if at.Shape != nil {
			c.DrawGlyph(at, p)
		}
	}
}

// areaMark is a filled square.
func areaMark(colour color.Color) func(draw.Canvas, vg.Point) {
	return func(c draw.Canvas, at vg.Point) {
		c.SetColor(colour)
		c.Fill(around(at, vg.Points(3.6)).Path())
	}
}

// keyMark is the room of a mark.
const keyMark = vg.Length(24)

// keyLine is a line of an entry's text where it stands: from the key's upper left
// corner, down being negative.
type keyLine struct {
	at    vg.Point
	text  string
	first bool // of its entry
	entry int
}

// layKey places entries in the width of a key: in a line, or in columns of equal
// width, as many as take the least lines, or, where that is fewer still, one after
// the other. A text that is wider than its room is broken.
func (k look) layKey(entries []keyEntry, width vg.Length) (lines []keyLine, height vg.Length) {
	if len(entries) == 0 {
		return nil, 0
	}
	inFlow, flow := k.keyFlow(entries, width)
	if flow <= k.lineHeight()*1.01 {
		return inFlow, flow
	}
	for columns := 1; columns <= len(entries) && width/vg.Length(columns) >= leastColumn; columns++ {
		if l, h := k.keyColumns(entries, width, columns); lines == nil || h < height {
			lines, height = l, h
		}
	}
	if flow*1.15 < height {
		return inFlow, flow
	}
	return lines, height
}

// leastColumn is the width below which a key has no more columns.
const leastColumn = vg.Length(95)

func (k look) entryWidth(e keyEntry) vg.Length {
	return keyMark + textWidth(e.text, k.note) + vg.Points(12)
}

// keyColumns fills columns one after the other.
func (k look) keyColumns(entries []keyEntry, width vg.Length, columns int) (lines []keyLine, height vg.Length) {
	each := (len(entries) + columns - 1) / columns
	step := width / vg.Length(columns)
	at := vg.Point{}
	for i, e := range entries {
		if i%each == 0 {
			at = vg.Point{X: step * vg.Length(i/each)}
		}
		lines, at.Y = k.keyText(lines, i, e.text, at, step)
		height = max(height, -at.Y)
	}
	return lines, height
}

// keyFlow fills lines one after the other.
func (k look) keyFlow(entries []keyEntry, width vg.Length) (lines []keyLine, height vg.Length) {
	at, next := vg.Point{}, vg.Length(0)
	for i, e := range entries {
		w := k.entryWidth(e)
		if at.X > 0 && at.X+w > width {
			at = vg.Point{Y: next}
		}
		var end vg.Length
		lines, end = k.keyText(lines, i, e.text, at, width-at.X)
		next = min(next, end)
		at.X += w
	}
	return lines, -next
}

// keyText adds an entry's lines from a place on, and returns where they end.
func (k look) keyText(lines []keyLine, entry int, text string, at vg.Point, width vg.Length) ([]keyLine, vg.Length) {
	for n, line := range wrap(text, k.note, width-keyMark-vg.Points(4)) {
		lines = append(lines, keyLine{vg.Point{X: at.X + keyMark, Y: at.Y - k.lineHeight()*0.6}, line, n == 0, entry})
		at.Y -= k.lineHeight()
	}
	return lines, at.Y
}

// keyed is a body of a height over its keys, as wide as the figure: one key below
// the other, each with its own columns.
func (k look) keyed(height vg.Length, keys [][]keyEntry, body func(draw.Canvas)) drawing {
	const left, gap = vg.Length(6), vg.Length(5)
	type laid struct {
		lines   []keyLine
		entries []keyEntry
		top     vg.Length // above the figure's bottom
	}
	var all []laid
	below := vg.Points(3)
	for i := len(keys) - 1; i >= 0; i-- {
		lines, h := k.layKey(keys[i], k.width-2*left)
		if len(lines) > 0 {
			below += h
			all = append(all, laid{lines, keys[i], below})
			below += gap
		}
	}
	return drawing{k.width, height + below, func(c draw.Canvas) {
		body(draw.Crop(c, vg.Points(3), -vg.Points(6), below, -vg.Points(3)))
		for _, key := range all {
			for _, l := range key.lines {
				at := vg.Point{X: c.Min.X + left + l.at.X, Y: c.Min.Y + key.top + l.at.Y}
				if l.first {
					if mark := key.entries[l.entry].mark; mark != nil {
						mark(c, vg.Point{X: at.X - keyMark/2 - 2, Y: at.Y})
					}
				}
				c.FillText(labelStyle(k.note), at, l.text)
			}
		}
	}}
}

// bodySize is the canvas that keyed gives to a body.
func (k look) bodySize(height vg.Length) vg.Rectangle {
	return vg.Rectangle{Max: vg.Point{X: k.width - vg.Points(9), Y: height - vg.Points(3)}}
}

// single is a figure of one plot with keys under it.
func (k look) single(p *plot.Plot, height vg.Length, keys ...[]keyEntry) drawing {
	return k.keyed(height, keys, func(c draw.Canvas) { p.Draw(c) })
}
