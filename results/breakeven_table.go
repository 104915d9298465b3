package results

import (
	"slices"
	"strings"
)

// breakEvenTable is the break-evens as a table for people, with the columns that
// are numbers; it is empty where there are none.
func (s *Set) breakEvenTable(rows []Row) (head []string, right []bool, lines [][]string) {
	_, points := s.BreakEvens(rows)
	if len(points) == 0 {
		return nil, nil, nil
	}
	i := s.loadPath()
	unit := s.pathColumns()[i].unit
	has := func(f func(*BreakEven) bool) bool {
		return slices.ContainsFunc(points, func(e BreakEven) bool { return f(&e) })
	}
	interval, of := has(func(e *BreakEven) bool { return e.Low > 0 }), has(func(e *BreakEven) bool { return e.Of != "" })
	add := func(name string, number bool, cell func(*BreakEven) string) {
		head, right = append(head, name), append(right, number)
		for k := range points {
			if len(lines) <= k {
				lines = append(lines, nil)
			}
			lines[k] = append(lines[k], cell(&points[k]))
		}
	}
	if of {
		var names []string
		for _, k := range loadPaths(rows[0].Values, i) {
			names = append(names, shortPaths(s.pathColumns())[k])
		}
		add(strings.Join(names, ", "), false, func(e *BreakEven) string { return e.Of })
	}
	add("break-even at "+shortPaths(s.pathColumns())[i], true, func(e *BreakEven) string { return withUnit(digits(e.Load, 3), unit) })
	if interval {
		add("95 % interval", true, func(e *BreakEven) string {
			if !(e.Low > 0) {
				return dash
			}
			return withUnit(digits(e.Low, 3), unit) + " to " + withUnit(digits(e.High, 3), unit)
		})
	}
	for _, c := range currencies(rows) {
		if has(func(e *BreakEven) bool { return e.Currency == c }) {
			add(c+spanWords(s.Span), true, func(e *BreakEven) string {
				if e.Currency != c {
					return dash
				}
				return money(e.Cost)
			})
		}
	}
	add("cheapest below", false, func(e *BreakEven) string { return e.Below })
	add("cheapest above", false, func(e *BreakEven) string { return e.Above })
	return head, right, lines
}

// breakEvensSheet is breakevens.csv: a line a crossing.
func (s *Set) breakEvensSheet(rows []Row) *sheet {
	path, points := s.BreakEvens(rows)
	unit := ""
	if i := s.loadPath(); i >= 0 {
		unit = s.pathColumns()[i].unit
	}
	columns := []column{
		{"path", textColumn, "", "the swept path that is the load"},
		{"unit", textColumn, "", "of the load; empty: a mere number"},
		{"workload", textColumn, "", "the other swept values of the workload, under which choices are compared"},
		{"load", numberColumn, "", "at which both choices cost the same"},
		{"load_low", numberColumn, "", "lower end of its 95 % t-interval over replications"},
		{"load_high", numberColumn, "", "upper end"},
		{"cost", numberColumn, "", "of both there, interpolated"},
		{"currency", textColumn, "", "of the cost, ISO 4217"},
		{"span", textColumn, "", "month: usage scaled to 30 days; run: as it was"},
		{"below", textColumn, "", "the choice that is the cheapest below"},
		{"above", textColumn, "", "the choice that is the cheapest above"},
	}
	return &sheet{"breakevens", columns, func(yield func([]any) error) error {
		for _, e := range points {
			low, high := where(e.Low > 0, e.Low), where(e.Low > 0, e.High)
			if err := yield([]any{path, unit, e.Of, e.Load, low, high, e.Cost, e.Currency, s.Span.String(), e.Below, e.Above}); err != nil {
				return err
			}
		}
		return nil
	}}
}
