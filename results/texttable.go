package results

import (
	"strings"
	"unicode/utf8"

	"github.com/coldcurve/coldcurve/internal/plain"
)

// TextTable lays text out in columns, two spaces apart. Accumulating and
// rendering are apart: whoever fills it knows nothing of widths.
type TextTable struct {
	// Right has true for a column whose cells stand at the right, as numbers
	// do; further columns are as the last one of it.
	Right  []bool
	Header []string // with a line under it; nil: none
	Indent string   // before each line
	rows   [][]string
}

// Add adds a row. What in a cell would break its line is escaped.
func (t *TextTable) Add(cells ...string) {
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = plain.Line(c)
	}
	t.rows = append(t.rows, row)
}

// Rows returns how many rows there are.
func (t *TextTable) Rows() int { return len(t.rows) }

// String returns the table, a line a row.
func (t *TextTable) String() string {
	var widths []int
	for _, row := range append([][]string{t.Header}, t.rows...) {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	var b strings.Builder
	if t.Header != nil {
		rule := make([]string, len(t.Header))
		for i := range rule {
			rule[i] = strings.Repeat("─", widths[i])
		}
		t.line(&b, widths, t.Header)
		t.line(&b, widths, rule)
	}
	for _, row := range t.rows {
		t.line(&b, widths, row)
	}
	return b.String()
}

func (t *TextTable) line(b *strings.Builder, widths []int, cells []string) {
	line := t.Indent
	for i, c := range cells {
		pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
		if i > 0 {
			line += "  "
		}
		if len(t.Right) > 0 && t.Right[min(i, len(t.Right)-1)] {
			line += pad + c
		} else {
			line += c + pad
		}
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}
