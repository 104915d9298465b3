package results

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
)

// TestWorstFunctions: the functions with the most cold starts over all
// replications, whichever of these they were in; of equal ones the larger
// ratio, then the one that comes first. One that was never cold is none.
func TestWorstFunctions(t *testing.T) {
	record := func(f uint32, invocations, colds uint64, p99 int64) FunctionRecord {
		return FunctionRecord{Function: f, Invocations: invocations, ColdStarts: colds, P99: p99, Ended: [statuses]uint64{sim.Completed: invocations}}
	}
	w := newWorstFunctions(&Set{Cells: make([]Cell, 3)})
	w.observe(0, []FunctionRecord{record(0, 100, 0, 7), record(1, 10, 3, 5), record(2, 50, 0, 1), record(3, 10, 1, 1)})
	w.observe(0, []FunctionRecord{record(0, 100, 4, 5), record(1, 10, 1, 9), record(2, 50, 0, 1), record(4, 5, 1, 1), record(5, 10, 1, 1)})
	w.observe(2, []FunctionRecord{record(2, 1, 1, 1)})
	w.finish()
	type line struct {
		function                uint32
		invocations, colds, all uint64
		p99                     int64
	}
	var got []line
	for _, f := range w.cells[0] {
		got = append(got, line{f.function, f.invocations, f.coldStarts, f.completed, f.p99})
	}
	// 4 of 20 and 4 of 200; 1 of 5; 1 of 10 twice.
	if want := []line{{1, 20, 4, 20, 9}, {0, 200, 4, 200, 7}, {4, 5, 1, 5, 1}, {3, 10, 1, 10, 1}, {5, 10, 1, 10, 1}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if len(w.cells[1]) != 0 || len(w.cells[2]) != 1 {
		t.Errorf("cells without and with one: got %d and %d", len(w.cells[1]), len(w.cells[2]))
	}
	// Of more than are shown, the worst.
	many := newWorstFunctions(&Set{Cells: make([]Cell, 1)})
	var records []FunctionRecord
	for f := range uint32(worstShown + 5) {
		records = append(records, record(f, 100, uint64(f+1), 1))
	}
	many.observe(0, records)
	many.finish()
	if n := len(many.cells[0]); n != worstShown || many.cells[0][0].function != worstShown+4 || many.cells[0][n-1].function != 5 {
		t.Errorf("%d are shown, from function %d to %d", n, many.cells[0][0].function, many.cells[0][n-1].function)
	}
}

// TestStartsInTheReport: what the initialisations that a request waited for
// were made of. Two units with 1 s and 2 s each time: 3 s, a third and two.
func TestStartsInTheReport(t *testing.T) {
	unit := func(waited, prewarmed int) *Replication {
		r := newRecorder(t, 1)
		for i := range waited + prewarmed {
			l := sim.Life{Created: s(11), Ready: s(14), Stopped: s(15)}
			l.Phases[sim.PhaseSandbox], l.Phases[sim.PhaseWeights] = s(1), s(2)
			if i >= waited {
				l.Flags = sim.Prewarmed
			}
			r.Lives([]sim.Life{l})
		}
		return finish(t, r)
	}
	cell := func(label string, reps ...*Replication) Cell {
		return Cell{Platform: "p", Functions: handFunctions, Values: []PathValue{{Path: "k", Label: label}}, Replications: reps}
	}
	set := &Set{Cells: []Cell{cell("some", unit(1, 2), unit(3, 0)), cell("none", unit(0, 4))}}
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	starts := set.reportStarts(set.detailOfCells(rows))
	if diff := cmp.Diff([]reportStarts{{Name: "some", Of: "4 starts; 2 more ahead of any request",
		Phases: []reportPhase{{"sandbox", "1.00 s", 33, 1}, {"weights", "2.00 s", 67, 2}, {"whole", "3.00 s", 100, 3}}}}, starts, cmp.AllowUnexported(reportPhase{})); diff != "" {
		t.Error(diff)
	}
	set.Cells = set.Cells[1:]
	rows, _ = set.Rows()
	if starts := set.reportStarts(set.detailOfCells(rows)); len(starts) != 0 {
		t.Errorf("without such starts: got %v", starts)
	}
}

// TestBillsInTheReport: each tariff of each cell, of its first replication.
func TestBillsInTheReport(t *testing.T) {
	set := fakeSet(t, []int{1, 10}, 2)
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	bills, err := set.reportBills(set.detail(rows))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range bills {
		got = append(got, fmt.Sprintf("%s: %s, %d lines", b.Name, b.Total, len(b.Lines)))
	}
	// 0.24 of requests and, where it is billed, 11.00 and 20.00 of duration.
	want := []string{"1m, aws-lambda: 11.24 USD a month, 2 lines", "1m, aws-lambda-arm: 0.24 USD a month, 1 lines",
		"10m, aws-lambda: 20.24 USD a month, 2 lines", "10m, aws-lambda-arm: 0.24 USD a month, 1 lines"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	// The arm's bill needs what the platform has not: rows and notes say so.
	var counterfactual []string
	for i := range rows {
		counterfactual = append(counterfactual, rows[i].Counterfactual)
	}
	if want := []string{"no", "yes", "no", "yes", "estimate"}; !slices.Equal(counterfactual, want) {
		t.Errorf("counterfactual: got %q, want %q", counterfactual, want)
	}
	if notes := strings.Join(set.notes(rows), "\n"); !strings.Contains(notes, "* counterfactual: the tariff needs a behaviour that the platform does not have; nobody's bill, and compared with no other\n") {
		t.Errorf("the notes are %q", notes)
	}
}

// TestWorstInTheReport: cells in which nothing was cold have no such list.
func TestWorstInTheReport(t *testing.T) {
	warm := newRecorder(t, 1)
	warm.Requests([]sim.Outcome{{Arrival: s(11), Start: s(11), End: s(12), Started: true}})
	set := &Set{Cells: []Cell{
		{Platform: "warm", Functions: handFunctions, Replications: []*Replication{finish(t, warm)}},
		{Platform: "cold", Functions: handFunctions, Replications: []*Replication{handUnit(t)}},
	}}
	set.Cells[1].Replications[0].Bills = nil
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	w := newWorstFunctions(set)
	for i := range set.Cells {
		w.observe(i, set.Cells[i].Replications[0].Functions)
	}
	// b and c: 1 of 1, none completed; a: 1 of 3, mean 5.5 ÷ 3, p99 3 s.
	want := []reportWorst{{Name: "cold", Cell: 1, Functions: []reportFunction{
		{"X/b", "1", "1", "100 %", "–", "–"}, {"Y/c", "1", "1", "100 %", "–", "–"}, {"X/a", "3", "1", "33.3 %", "1.83 s", "3.00 s"}}}}
	if diff := cmp.Diff(want, set.reportWorst(set.detailOfCells(rows), w)); diff != "" {
		t.Error(diff)
	}
}

// TestTableWithoutNotes ends with its last line; the warnings of units follow
// those of the set, each once.
func TestTableWithoutNotes(t *testing.T) {
	unit := func() *Replication {
		r := handUnit(t)
		r.Bills = nil
		r.Ended = [statuses]uint64{sim.Completed: r.Ended[sim.Completed]} // and no errors
		return r
	}
	rep := unit()
	set := &Set{Cells: []Cell{{Platform: "p", Functions: handFunctions, Replications: []*Replication{rep}}}}
	text := func() string {
		var b bytes.Buffer
		if err := set.Render(&b, "text"); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	const table = `“p”: p99 3.00 s, 60.0 % cold.

platform  invocations    cold     p50     p99  wasted GiB·h
────────  ───────────  ──────  ──────  ──────  ────────────
p                   5  60.0 %  1.50 s  3.00 s       0.00229
`
	if got := text(); got != table {
		t.Errorf("got\n%s\nwant\n%s", got, table)
	}
	other := unit()
	rep.Warnings, other.Warnings, set.Warnings = []string{"b", "a"}, []string{"c", "b"}, []string{"a"}
	set.Cells = append(set.Cells, Cell{Platform: "q", Functions: handFunctions, Replications: []*Replication{other}})
	if got := text(); !strings.HasSuffix(got, "\n\none replication: nothing says how far chance moves these numbers\nwarning: a\nwarning: b\nwarning: c\n") {
		t.Errorf("got\n%s", got)
	}
}
