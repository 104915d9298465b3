package apps

import (
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/results"
)

// A way that was run once looks cheaper than the winner of two runs, and one of two runs is
// cheaper and not sure to meet the SLO: the winner comes first, then those of as many runs, the
// cheapest first; the table and the front have no other.
func TestRankedAtEqualRuns(t *testing.T) {
	of := func(name string, cost float64, runs int, meets results.Verdict) *Candidate {
		row := results.Row{Stats: make([]results.Stat, len(results.Metrics()))}
		for i, m := range results.Metrics() {
			if m.Name == "cost" || m.Name == doneP99 {
				row.Stats[i].Mean = cost
			}
		}
		return &Candidate{Name: name, Row: row, Replications: runs, Meets: meets, worst: -1}
	}
	a := &Advice{All: []*Candidate{
		of("once", 9192, 1, results.Yes), of("dear", 9400, 2, results.Yes), of("winner", 9291, 2, results.Yes), of("unsure", 9200, 2, results.Unsure),
	}}
	a.Now, a.Best = a.All[1], cheapestOf(a.All, 2)
	a.rank(2)
	a.front()
	names := func(list []*Candidate) string {
		var out []string
		for _, c := range list {
			out = append(out, c.Name)
		}
		return strings.Join(out, " ")
	}
	if got := names(a.All); got != "winner unsure dear once" {
		t.Errorf("ranked %s, want winner unsure dear once", got)
	}
	if slices.Contains(a.Front, a.All[3]) || len(a.Front) == 0 {
		t.Errorf("the front is %s, want none that was run once", names(a.Front))
	}
	if got := a.ranked(); names(got) != "winner unsure dear" {
		t.Errorf("shown are %s, want winner unsure dear", names(got))
	}
}
