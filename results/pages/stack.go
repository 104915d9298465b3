package pages

import (
	"slices"
	"strconv"
)

// Stack is rows of stacked bars, drawn by the page itself: what something is made of.
type Stack struct {
	What   string // is stacked, for the table's header
	Legend []StackName
	Rows   []StackRow
}

// StackName is a part and its colour.
type StackName struct {
	Name   string
	Colour int // of the palette
}

// StackRow is one bar, in thousandths of the longest.
type StackRow struct {
	Name, Note, Total string
	Row               int // which of the page's rows it is of, −1: none
	Parts             []StackPart
}

// StackPart is a piece of a bar.
type StackPart struct {
	Name, Value string
	Colour      int
	From, Width string // of a hundred
}

// StackPiece is a piece that is to be stacked.
type StackPiece struct {
	Name, Value string
	Size        float64 // 0 or more
}

// paletteSize is how many colours there are; the last one is of all that has none of its own.
const paletteSize = 7

// Others is the name of what has no colour of its own.
const Others = "others"

// NewStack returns an empty stack whose parts get the colours in the order of their names.
func NewStack(what string, names []string) *Stack {
	s := &Stack{What: what}
	for i, name := range names {
		if i == paletteSize-1 && len(names) > paletteSize {
			s.Legend = append(s.Legend, StackName{Others, paletteSize - 1})
			break
		}
		s.Legend = append(s.Legend, StackName{name, i})
	}
	return s
}

// colour is that of a part.
func (s *Stack) colour(name string) int {
	if i := slices.IndexFunc(s.Legend, func(n StackName) bool { return n.Name == name }); i >= 0 {
		return s.Legend[i].Colour
	}
	return paletteSize - 1
}

// Add adds a row, whose bar is full at most.
func (s *Stack) Add(name, note, total string, row int, pieces []StackPiece, most float64) {
	r := StackRow{Name: name, Note: note, Total: total, Row: row}
	from := 0.0
	for _, p := range pieces {
		if !(p.Size > 0) || !(most > 0) {
			continue
		}
		width := p.Size / most * 100
		r.Parts = append(r.Parts, StackPart{p.Name, p.Value, s.colour(p.Name), hundredths(from), hundredths(width)})
		from += width
	}
	s.Rows = append(s.Rows, r)
}

func hundredths(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }
