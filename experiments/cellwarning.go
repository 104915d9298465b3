package experiments

import (
	"fmt"
	"slices"
	"strings"
)

// cellWarning is a warning of a sweep's cells that may be true of some of them alone.
type cellWarning struct {
	text  string
	cells []*point
}

// warnOf adds a warning of a cell.
func (p *Plan) warnOf(pt *point, format string, a ...any) {
	text := fmt.Sprintf(format, a...)
	i := slices.IndexFunc(p.ofCells, func(w cellWarning) bool { return w.text == text })
	if i < 0 {
		i = len(p.ofCells)
		p.ofCells = append(p.ofCells, cellWarning{text: text})
		p.warn("%s", text)
	}
	if w := &p.ofCells[i]; !slices.Contains(w.cells, pt) {
		w.cells = append(w.cells, pt)
	}
}

// nameCells says of warnings that are not true of all cells of which they are.
func (p *Plan) nameCells() {
	for _, w := range p.ofCells {
		if i := slices.Index(p.Warnings, w.text); i >= 0 && len(w.cells) < len(p.points) {
			where := "the cell "
			if len(w.cells) > 1 {
				where = fmt.Sprintf("%d of %d cells, the first of them ", len(w.cells), len(p.points))
			}
			p.Warnings[i] += "; in " + where + w.cells[0].words()
		}
	}
}

// words are what the sweep set of a cell.
func (pt *point) words() string {
	var words []string
	for _, a := range pt.set {
		words = append(words, a.path+" = "+a.value.String())
	}
	return strings.Join(words, ", ")
}
