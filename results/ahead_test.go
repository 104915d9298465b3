package results

import (
	"strings"
	"testing"
)

// Who is the least by what the digits that are shown do not have is said to be so by how much:
// costs of 0.3712 and 0.3733 both read as $0.37, and differ by 0.0021; 2 and 3 read as what
// they are. And of one replication it is said on the terminal too.
func TestAheadByHand(t *testing.T) {
	one := func(rows ...Row) string {
		a := apartAnswer(&Set{}, rows...)
		return a.main()
	}
	row := func(name string, cost, p99 float64) Row {
		r := overReplications(name, []float64{cost}, []float64{p99})
		r.Currency = "USD"
		return r
	}
	for _, c := range []struct {
		rows []Row
		want string
	}{
		{[]Row{row("a", 0.3733, 3.34), row("b", 0.3712, 3.34)}, "“b” is the cheapest ($0.37 a month, $0.0021 less than “a”); p99 is the same in all rows (3.34 s)"},
		{[]Row{row("a", 0.3733, 3.34), row("b", 0.3712, 2)}, "“b” is both the cheapest ($0.37 a month, $0.0021 less than “a”) and the fastest at p99 (2.00 s)"},
		{[]Row{row("a", 3, 3.34), row("b", 2, 3.34)}, "“b” is the cheapest ($2.00 a month); p99 is the same in all rows (3.34 s)"},
		{[]Row{row("a", 0.3733, 3.34), row("b", 0.3712, 3.34), row("c", 0.372, 3.34)}, "“b” is the cheapest ($0.37 a month, $0.00080 less than “c”); p99 is the same in all rows (3.34 s)"},
	} {
		if got := one(c.rows...); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}

	set := &Set{}
	rows := []Row{row("a", 1, 1), row("b", 1, 1)}
	if got := strings.Join(set.warned(rows), "\n"); !strings.Contains(got, "one replication: nothing says how far chance moves these numbers") {
		t.Errorf("of one replication the terminal has %q", got)
	}
	if got := strings.Join(set.warned([]Row{overReplications("a", []float64{1, 1}, []float64{1, 1}), overReplications("b", []float64{1, 1}, []float64{1, 1})}), "\n"); strings.Contains(got, "one replication") {
		t.Errorf("of two it has %q", got)
	}
}

// What a selection says is on the front is what the picture draws on it: of twenty rows of
// which each costs less than the next and is faster, by less than can be told, the first has the
// lower mean in both, so that it alone is on the front, and the others are not told from it.
func TestSelectionSaysWhatIsDrawn(t *testing.T) {
	var rows []Row
	for i := range 20 { // of i and k costs differ by (i − k)/1000 ± 12.7·|i − k|/10
		x, e := float64(i)/1000, float64(i)/10
		rows = append(rows, overReplications(string(rune('a'+i)), []float64{10 + x + e, 12 + x - e}, []float64{1 + x/10, 1 + x/10}))
	}
	points := costPoints(t, rows, "latency_p99_s")
	got := choosePoints(points, nil, mostShown, false, "cost and p99")
	drawn := 0
	for _, is := range standings(points) {
		if is == onFront {
			drawn++
		}
	}
	if drawn != 1 || got.why != "the Pareto front of cost and p99, 11 of the 19 not told apart from a better one, the extremes" {
		t.Errorf("%d are drawn on the front, and it says %q", drawn, got.why)
	}
}
