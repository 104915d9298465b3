package results

import (
	"cmp"
	"image/color"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// bar is one whose parts are stacked.
type bar struct {
	name  string
	parts []barPart
}

type barPart struct {
	name  string
	value float64
}

// add adds a part that is more than nothing.
func (b *bar) add(name string, value float64) {
	if value > 0 {
		b.parts = append(b.parts, barPart{name, value})
	}
}

func (b *bar) length() (sum float64) {
	for _, p := range b.parts {
		sum += p.value
	}
	return sum
}

// barPlot is bars of parts that have a colour each.
type barPlot struct {
	of, unit string // what lengths are of; unit s: a time in s, turned into what suits it
	format   func(float64) string
	bars     []bar
}

// others is the name of the parts that have no colour of their own.
const others = "others"

// figure is the figure of the bars; nil where there are none, or none has a part.
func (b *barPlot) figure(title, caption string, shown selection) *Figure {
	if !slices.ContainsFunc(b.bars, func(b bar) bool { return len(b.parts) > 0 }) {
		return nil
	}
	b.merge()
	f := &Figure{Title: title, Caption: caption, compose: b.compose, chart: b.chart, titleOver: true}
	f.addNote(shown.note("Shown are", "cells"))
	return f
}

// names are those of all parts, in the order in which they first stand.
func (b *barPlot) names() (list []string) {
	for _, bar := range b.bars {
		for _, p := range bar.parts {
			if p.name != others && !slices.Contains(list, p.name) {
				list = append(list, p.name)
			}
		}
	}
	return list
}

// merge makes one of the smallest parts where there are more than there are colours.
func (b *barPlot) merge() {
	names := b.names()
	if len(names) <= len(palette) {
		return
	}
	largest := func(name string) (most float64) {
		for _, bar := range b.bars {
			for _, p := range bar.parts {
				if p.name == name && bar.length() > 0 {
					most = max(most, p.value/bar.length())
				}
			}
		}
		return most
	}
	ranked := slices.Clone(names)
	slices.SortStableFunc(ranked, func(x, y string) int { return cmp.Compare(largest(y), largest(x)) })
	own := ranked[:len(palette)-1]
	for i := range b.bars {
		var parts []barPart
		rest := 0.0
		for _, p := range b.bars[i].parts {
			if slices.Contains(own, p.name) {
				parts = append(parts, p)
			} else {
				rest += p.value
			}
		}
		if rest > 0 {
			parts = append(parts, barPart{others, rest})
		}
		b.bars[i].parts = parts
	}
}

// colours are those of the parts; the others are grey.
func (b *barPlot) colours() map[string]color.Color {
	out := map[string]color.Color{others: palette[len(palette)-1]}
	for i, name := range b.names() {
		out[name] = palette[i%len(palette)]
	}
	return out
}

// compose lays the bars out below each other, with their names at the left.
func (b *barPlot) compose(k look) drawing {
	most := 0.0
	var names []string
	widest := vg.Length(0)
	for _, bar := range b.bars {
		most = max(most, bar.length())
		names = append(names, bar.name)
		widest = max(widest, textWidth(bar.name, k.note))
	}
	per, unit := 1.0, ""
	if b.unit == "s" {
		unit, per = timeScale(most)
		unit = ", " + unit
	}
	var numbers pointNames
	if widest > k.width*0.36 { // a key has them
		numbers.key = slices.Clone(names)
		widest = textWidth(strconv.Itoa(len(names)), k.note)
		for i := range names {
			names[i] = strconv.Itoa(i + 1)
		}
	}
	left := widest + vg.Points(8)
	if len(names) == 1 {
		names, numbers, left = nil, pointNames{}, 0
	}
	height := vg.Length(len(b.bars))*max(k.lineHeight()*1.7, vg.Points(20)) + vg.Points(46)
	return k.keyed(height, [][]keyEntry{b.key(), numbers.keyEntries(k.note)}, func(c draw.Canvas) {
		room := c.Rectangle
		room.Min.X += left
		p := k.newPlot("", b.of+unit, "")
		addGrid(p)
		p.Add(stacked{b, per, k})
		setEven(&p.X, 0, most*per*1.12, room.Size().X*0.9)
		p.Y.Min, p.Y.Max = -float64(len(b.bars))+0.4, 0.6
		p.Y.Tick.Marker = plot.ConstantTicks(nil)
		p.Y.LineStyle.Width = 0
		at := draw.Canvas{Canvas: c.Canvas, Rectangle: room}
		p.Draw(at)
		drawRowNames(k, p.DataCanvas(at), p, names, c.Min.X+left-vg.Points(4))
	})
}

func (b *barPlot) key() (out []keyEntry) {
	colours := b.colours()
	names := b.names()
	for _, bar := range b.bars {
		if slices.ContainsFunc(bar.parts, func(p barPart) bool { return p.name == others }) {
			names = append(names, others)
			break
		}
	}
	for _, name := range names {
		out = append(out, keyEntry{name, areaMark(colours[name])})
	}
	return out
}

// stacked draws the bars, each with its whole behind it.
type stacked struct {
	*barPlot
	per float64
	k   look
}

// Plot implements plot.Plotter.
func (s stacked) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	colours := s.colours()
	style := labelStyle(s.k.note)
	for i, bar := range s.bars {
		from := 0.0
		low, high := ty(-float64(i)-0.3), ty(-float64(i)+0.3)
		for _, part := range bar.parts {
			to := from + part.value
			c.SetColor(colours[part.name])
			c.Fill(vg.Rectangle{Min: vg.Point{X: tx(from * s.per), Y: low}, Max: vg.Point{X: tx(to * s.per), Y: high}}.Path())
			from = to
		}
		if !math.IsNaN(from) {
			c.FillText(style, vg.Point{X: tx(from*s.per) + vg.Points(4), Y: (low + high) / 2}, s.format(from))
		}
	}
}
