package results

import (
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim/flows"
)

// Of 20 events of the api none failed, of 5 of the jobs all: 5 of 25, 20 %, are said by
// trigger. Where all fail alike, the part is said once.
func TestOutageByTrigger(t *testing.T) {
	done := flows.Beside{During: flows.Spell{Ends: flows.Ends{Done: 20}}}
	lost := flows.Beside{During: flows.Spell{Ends: flows.Ends{Failed: 4, Throttled: 1}}}
	if got, want := outageCell(done, lost).besideOutage(0), "5 of 25 events that came failed (20.0 %: api 0 %, jobs 100 %); "; !strings.Contains(got, want) {
		t.Errorf("%q, want in it %q", got, want)
	}
	if got, want := outageCell(lost, lost).besideOutage(0), "10 of 10 events that came failed (100 %); "; !strings.Contains(got, want) {
		t.Errorf("%q, want in it %q", got, want)
	}
}

// One event, and one execution, is told in the singular.
func TestOneIsSingular(t *testing.T) {
	r := answerRow("", 1, 2, 0)
	for name, x := range map[string]float64{"behind_failed": 1, "behind_failed_ratio": 0.5, "completed": 1} {
		r.Stats[metricIndex(name)] = statOf(metricIndex(name), []float64{x})
	}
	a := &answer{rows: []Row{r}, names: []string{"x"}, policies: []int{0}}
	if got, want := a.behind(), "Behind 1 event done, 1 execution that nobody waited for failed (50.0 % of them)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A load that is a bare number is told with what it is of; one with a unit says so itself.
func TestLoadsAreNamed(t *testing.T) {
	r := Row{Values: []PathValue{
		{Path: "app.trigger.s.record.poison", Label: "0", Numeric: true},
		{Path: "app.trigger.s.arrivals.rate", Label: "5/s", Numeric: true, Unit: "1/s"},
	}}
	got := loadName(&r, []int{0, 1})
	if !strings.Contains(got, "poison 0") || !strings.HasSuffix(got, ", 5/s") {
		t.Errorf("%q, want poison 0 and 5/s", got)
	}
}

// In the table what had not ended has a column where it is one of 1,000 or more.
func TestInFlightColumn(t *testing.T) {
	for _, c := range []struct {
		open float64
		want bool
	}{{9, false}, {10, true}} {
		r := answerRow("x", 1, 2, 0)
		for name, x := range map[string]float64{"events": 10_000, "arrivals": 10_000, "in_flight": c.open} {
			r.Stats[metricIndex(name)] = statOf(metricIndex(name), []float64{x})
		}
		s := &Set{Cells: []Cell{{Application: &ApplicationGraph{}}}}
		has := false
		for _, col := range s.summary([]Row{r}) {
			has = has || col.head == "in flight"
		}
		if has != c.want {
			t.Errorf("%v open: column %v", c.open, has)
		}
	}
}

// Rows meet an SLO that lets them lose 15 % of requests, and one loses 10 %: it is said.
func TestAllowedLossIsSaid(t *testing.T) {
	slo := SLO{{Metric: "error_ratio", Limit: 0.15}}
	a := &answer{set: &Set{SLO: slo}, names: []string{"a", "b"}, policies: []int{0, 1}, fit: []int{0, 1}}
	for k, share := range []float64{0, 0.1} {
		r := answerRow("", float64(k+1), 2, 0)
		r.Stats[metricIndex("error_ratio")] = statOf(metricIndex("error_ratio"), []float64{share})
		r.slo, r.Meets = slo, Yes
		a.rows = append(a.rows, r)
	}
	if got, want := a.objective([]string{"USD"}), "2 of 2 rows meet the SLO, of which error_ratio ≤ 0.15 lets them lose requests: up to 10.0 % are lost; "; !strings.HasPrefix(got, want) {
		t.Errorf("%q, want at first %q", got, want)
	}
	a.rows[1].Stats[metricIndex("error_ratio")] = statOf(metricIndex("error_ratio"), []float64{0})
	if got, want := a.objective([]string{"USD"}), "2 of 2 rows meet the SLO; "; !strings.HasPrefix(got, want) {
		t.Errorf("%q, want at first %q", got, want)
	}
}

// Beside labels a path whose values are longer than 24 letters has no column; a shorter one
// has, and so has the long one where no case has a label.
func TestLabelsSayWholeStores(t *testing.T) {
	const store, short = "[dns(latency=(query=20ms))", "[dns(latency=(query=20m)" // 26 and 24 letters
	heads := func(paths []string, labels ...string) (out []string) {
		r := answerRow("", 1, 2, 0)
		r.Values = nil
		for i, label := range labels {
			r.Values = append(r.Values, PathValue{Path: paths[i], Label: label})
		}
		s := &Set{Cells: []Cell{{Values: r.Values}}}
		for _, c := range s.summary([]Row{r}) {
			if c.kind == ofName {
				out = append(out, c.head)
			}
		}
		return out
	}
	if got := heads([]string{caseLabel, "app.store"}, "no cache", store); strings.Contains(strings.Join(got, " "), "store") {
		t.Errorf("columns %q", got)
	}
	if got := heads([]string{caseLabel, "app.store"}, "no cache", short); !strings.Contains(strings.Join(got, " "), "store") {
		t.Errorf("columns %q", got)
	}
	if got := heads([]string{"app.store"}, store); !strings.Contains(strings.Join(got, " "), "store") {
		t.Errorf("columns %q", got)
	}
}

// Of rows of an application that are the same in all columns it is said; a column apart, or
// another tariff, and they are not.
func TestAlikeRowsAreSaid(t *testing.T) {
	row := func(events, cost float64) Row {
		r := answerRow("", cost, 2, 0)
		r.Stats[metricIndex("events")] = statOf(metricIndex("events"), []float64{events})
		return r
	}
	a := &answer{rows: []Row{row(9, 1), row(9, 2), row(9, 1)}, names: []string{"none", "KMS", "TLS"}, policies: []int{0, 1, 2}}
	if got, want := a.alike(), "“none” and “TLS” do not differ in any column: what tells them apart has no effect here"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	a.rows[2].Tariff = "other"
	if got := a.alike(); got != "" {
		t.Errorf("of another tariff it says %q", got)
	}
	a.rows[2] = row(9, 1.5)
	if got := a.alike(); got != "" {
		t.Errorf("of another cost it says %q", got)
	}
}
