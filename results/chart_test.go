package results

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/results/pages"
)

// TestChartsHaveTheRows: what the page's charts are drawn from are the means and the
// intervals of the rows, in the units of the axes.
func TestChartsHaveTheRows(t *testing.T) {
	set := fakeSet(t, []int{1, 10}, 2)
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	f, err := set.costVsLatency(rows)
	if err != nil {
		t.Fatal(err)
	}
	names, found, most := labels(rows, true), 0, 0.0
	for i := range rows {
		most = max(most, rows[i].mean("latency_p99_s"))
	}
	_, per := timeScale(most)
	for _, s := range f.chart().Panels[0].Series {
		for i, label := range s.Labels {
			row := slices.Index(names, label)
			if row < 0 {
				t.Fatalf("a point is named %q, no row is", label)
			}
			if cost, p99 := rows[row].mean("cost"), rows[row].mean("latency_p99_s"); math.Abs(s.Y[i]-cost) > 1e-9*cost || math.Abs(s.X[i]-p99*per) > 1e-9 {
				t.Errorf("%s: drawn at %v, %v; the row has %v s, %v", label, s.X[i], s.Y[i], p99, cost)
			}
			found++
		}
	}
	if found != 4 { // two cells under two tariffs; the bound has no bill
		t.Errorf("%d points, want 4", found)
	}
}

// TestEveryFigureHasData: a plot of the report is one that can be read out.
func TestEveryFigureHasData(t *testing.T) {
	set := smallSet(t)
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	figures, err := set.Figures(rows)
	if err != nil {
		t.Fatal(err)
	}
	shown, err := onPage(figures)
	if err != nil || len(shown) == 0 {
		t.Fatal(len(shown), err)
	}
	for i := range shown {
		readable := false
		for _, p := range shown[i].Chart.Panels {
			for _, s := range p.Series {
				if len(s.X) != len(s.Y) {
					t.Errorf("%s: series %q has %d x and %d y", shown[i].Name, s.Name, len(s.X), len(s.Y))
				}
				readable = readable || len(s.X) > 0 && s.Kind != pages.Rule
			}
			if !(p.X.Max > p.X.Min) || len(p.Y.Names) == 0 && !(p.Y.Max > p.Y.Min) {
				t.Errorf("%s: axes from %v to %v and from %v to %v", shown[i].Name, p.X.Min, p.X.Max, p.Y.Min, p.Y.Max)
			}
		}
		if !readable || !strings.HasPrefix(shown[i].Summary(), shown[i].Title) {
			t.Errorf("%s has nothing to read", shown[i].Name)
		}
	}
}

// TestCaveats: warnings, rows that are compared with none, what nobody has verified, and a
// single replication stand at the top of the report.
func TestCaveats(t *testing.T) {
	set := &Set{Warnings: []string{"rows were skipped", "rows were skipped"}, Assumptions: []Assumption{{Grade: "A"}, {Grade: "C"}, {Grade: "U"}, {Grade: "U"}}}
	good, bad := answerRow("1m", 1, 1, 0), answerRow("2m", 1, 1, 0.5)
	bad.Meets = No
	good.Replications, bad.Replications = 1, 1
	got := set.caveats([]Row{good, bad})
	want := []string{"Rows were skipped", "1 of 2 rows: misses the SLO; compared with no other.",
		"Of 4 assumptions that the numbers rest on, 2 not verified (grade U) and 1 from a secondary source or an old measurement (grade C).",
		"One replication: nothing says how far chance moves these numbers."}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	good.Replications = 3
	if got := (&Set{}).caveats([]Row{good}); len(got) != 0 {
		t.Errorf("of what has none: %q", got)
	}
}

// TestMetricsOfThePage: a value a row, or one where all have the same; which way is better.
func TestMetricsOfThePage(t *testing.T) {
	set := fakeSet(t, []int{1, 10}, 2)
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, m := range set.reportMetrics(rows).Columns {
		for _, want := range []struct {
			title, metric, kind string
			better              int
		}{{"cost, USD a month", "cost", "money", -1}, {"p99 of latency", "latency_p99_s", "s", -1}, {"cold ratio", "cold_ratio", "ratio", -1}, {"arrival, requests", "arrivals", "number", 0}} {
			if m.Title != want.title {
				continue
			}
			seen++
			if m.Kind != want.kind || m.Better != want.better {
				t.Errorf("%s: %s, better %d", m.Title, m.Kind, m.Better)
			}
			for i := range rows {
				got, x := m.Values[min(i, len(m.Values)-1)], rows[i].mean(want.metric)
				if got != x && !(math.IsNaN(got) && math.IsNaN(x)) {
					t.Errorf("%s of row %d: %v, the row has %v", m.Title, i, got, x)
				}
			}
		}
	}
	if seen != 4 {
		t.Errorf("%d of 4 columns: %v", seen, set.reportMetrics(rows).Columns)
	}
}
