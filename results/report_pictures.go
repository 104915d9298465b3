package results

import (
	"cmp"
	"slices"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results/pages"
	"github.com/coldcurve/coldcurve/sim"
)

// pictured is a row of a picture before its colours are known.
type pictured struct {
	name, note, total string
	row               int
	currency          string
	pieces            []pages.StackPiece
}

// stackOf makes a picture; nil where nothing is to be stacked. The largest parts
// have colours of their own. Bars of one currency are to one scale.
func stackOf(what string, rows []pictured) *pages.Stack {
	sums := map[string]float64{}
	most := map[string]float64{}
	var names []string
	for _, r := range rows {
		length := 0.0
		for _, p := range r.pieces {
			if !(p.Size > 0) {
				continue
			}
			if _, known := sums[p.Name]; !known {
				names = append(names, p.Name)
			}
			sums[p.Name] += p.Size
			length += p.Size
		}
		most[r.currency] = max(most[r.currency], length)
	}
	if len(names) == 0 {
		return nil
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(sums[b], sums[a]) })
	s := pages.NewStack(what, names)
	for _, r := range rows {
		s.Add(r.name, r.note, r.total, r.row, r.pieces, most[r.currency])
	}
	return s
}

// billPicture is what the lines are of each bill; what grants and credits take off
// has no length.
func billPicture(bills []reportBill) *pages.Stack {
	var rows []pictured
	for _, b := range bills {
		r := pictured{name: b.Name, total: b.Total, row: b.Row, currency: b.currency}
		for _, l := range b.Lines {
			r.pieces = append(r.pieces, pages.StackPiece{Name: l.Name, Value: l.Amount, Size: l.amount})
		}
		rows = append(rows, r)
	}
	return stackOf("bill by line", rows)
}

// phasePicture is what the initialisations of each cell are made of.
func phasePicture(starts []reportStarts) *pages.Stack {
	var rows []pictured
	for _, s := range starts {
		r := pictured{name: s.Name, note: s.Of, row: s.Cell, total: dash}
		for _, p := range s.Phases {
			if p.Name == wholePhase {
				r.total = p.Mean
				continue
			}
			r.pieces = append(r.pieces, pages.StackPiece{Name: p.Name, Value: p.Mean, Size: p.seconds})
		}
		if len(r.pieces) > 0 {
			rows = append(rows, r)
		}
	}
	return stackOf("mean time of an initialisation by phase", rows)
}

// causePicture is why the requests of each cell were cold.
func (s *Set) causePicture(d detail) *pages.Stack {
	var rows []pictured
	for _, i := range d.rows {
		cell := d.all[i].Cell
		var cold [sim.NumColdCauses]uint64
		all := uint64(0)
		for _, r := range s.Cells[cell].Replications {
			for c, n := range r.Cold {
				cold[c] += n
			}
		}
		for _, c := range causes() {
			all += cold[c]
		}
		r := pictured{name: d.names[i], row: cell, total: thousands(float64(all))}
		for _, c := range causes() {
			if n := cold[c]; n > 0 {
				r.pieces = append(r.pieces, pages.StackPiece{Name: c.String(), Value: thousands(float64(n)) + ", " + percent(float64(n)/float64(all)), Size: float64(n)})
			}
		}
		rows = append(rows, r)
	}
	return stackOf("cold requests by cause", rows)
}

// amountOf is a line's amount as a float: the length of its bar.
func amountOf(l *costmodel.Line) float64 { return costmodel.Float(&l.Amount) }
