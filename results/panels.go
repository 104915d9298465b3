package results

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// panels are small plots on a common grid, one for each cell, or for cells that look the
// same.
type panels struct {
	names  [][]string // of each panel
	faults []fault
}

// panelPlace is where a panel is.
type panelPlace struct {
	title        string
	width        vg.Length
	left, bottom bool // nothing is beside it there
}

// titles are the panels' names, each in lines that have room in a width; or
// numbers, and the names that these stand for, where one has no room.
func (p *panels) titles(k look, width vg.Length) (lines []string, numbers pointNames) {
	const most = 2
	var texts []string
	for i, names := range p.names {
		texts = append(texts, p.faults[i].after(joinNames(names)))
	}
	for _, text := range texts {
		l := wrap(text, k.tick, width)
		if len(l) > most {
			numbers.key = texts
		}
		lines = append(lines, strings.Join(l, "\n"))
	}
	if numbers.key != nil {
		for i := range lines {
			lines[i] = strconv.Itoa(i + 1)
		}
	}
	return lines, numbers
}

// lay lays the panels out on a common grid, over their key.
func (p *panels) lay(k look, key []keyEntry, panel func(i int, at panelPlace) *plot.Plot) drawing {
	n := len(p.names)
	columns := min(int(math.Ceil(math.Sqrt(float64(n)))), 4)
	if k.narrow {
		columns = min(columns, 2)
	}
	lines := (n + columns - 1) / columns
	plots := make([][]*plot.Plot, lines)
	width := (k.width-vg.Points(40))/vg.Length(columns) - vg.Points(30)
	titles, numbers := p.titles(k, width)
	most := 0
	for i := range n {
		r, col := i/columns, i%columns
		if col == 0 {
			plots[r] = make([]*plot.Plot, columns)
		}
		q := panel(i, panelPlace{titles[i], width, col == 0, i+columns >= n})
		q.Title.TextStyle.Font = sans(k.tick)
		q.Title.Padding = vg.Points(3)
		plots[r][col] = q
		most = max(most, strings.Count(titles[i], "\n"))
	}
	height := vg.Length(lines)*(1.35*vg.Inch+vg.Length(most)*k.lineHeight()) + 0.35*vg.Inch
	if lines == 1 {
		height = max(k.width*0.4, 2*vg.Inch) + vg.Length(most)*k.lineHeight()
	}
	return k.keyed(height, [][]keyEntry{key, numbers.keyEntries(k.note)}, func(c draw.Canvas) {
		tiles := draw.Tiles{Rows: lines, Cols: columns, PadX: vg.Points(8), PadY: vg.Points(6)}
		canvases := plot.Align(plots, tiles, c)
		for r := range plots {
			for col, q := range plots[r] {
				if q != nil {
					q.Draw(canvases[r][col])
				}
			}
		}
	})
}
