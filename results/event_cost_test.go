package results

import (
	"math"
	"testing"

	"github.com/cockroachdb/apd/v3"
	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// Ten events cost 20 USD, and six are answered well: 2 USD each, 3.33 for one that is. Of the six
// one has begun something that failed: 4 USD. In a run of half a month whose bill is a month's it
// is half of that for each. Where none ends well, no one has a cost.
func TestCostOfAnEventThatEndsWell(t *testing.T) {
	ends := flows.Ends{Done: 6, Throttled: 4}
	for _, c := range []struct {
		name       string
		event      EventRecord
		span       costmodel.Span
		each, well float64
	}{
		{"all is answered", EventRecord{Arrived: 10, Outside: ends}, costmodel.SpanRun, 2, 20.0 / 6},
		{"one fails behind", EventRecord{Arrived: 10, Outside: ends, Whole: &flows.Ends{Done: 5, Failed: 1, Throttled: 4}}, costmodel.SpanRun, 2, 4},
		{"half a month", EventRecord{Arrived: 10, Outside: ends}, costmodel.SpanMonth, 1, 10.0 / 6},
		{"none", EventRecord{Arrived: 10, Outside: flows.Ends{Throttled: 10}}, costmodel.SpanRun, 2, math.NaN()},
	} {
		r := Replication{Application: &Application{Events: []EventRecord{c.event}}}
		r.Window.Horizon = costmodel.Month / 2
		b := costmodel.Bill{Span: c.span, Total: *apd.New(20, 0)}
		for name, want := range map[string]float64{"cost_per_event": c.each, "cost_per_event_well": c.well} {
			if got := metrics[metricIndex(name)].value(&r, &b); math.Abs(got-want) > 1e-12 || math.IsNaN(got) != math.IsNaN(want) {
				t.Errorf("%s: %s is %v, want %v", c.name, name, got, want)
			}
		}
	}
}

// The table has what one that ends well costs where some do not.
func TestTableOfCostsOfEvents(t *testing.T) {
	r := answerRow("", 20, 2, 0)
	for name, x := range map[string]float64{"events": 10, "cost_per_event": 2, "cost_per_event_well": 4, "not_well_ratio": 0.5} {
		r.Stats[metricIndex(name)] = statOf(metricIndex(name), []float64{x})
	}
	heads := func() map[string]string {
		out := map[string]string{}
		for _, c := range (&Set{Cells: []Cell{{Application: &ApplicationGraph{}}}}).summary([]Row{r}) {
			out[c.head] = c.cell(&r)
		}
		return out
	}
	if h := heads(); h["USD each"] != "2.00" || h["USD each well"] != "4.00" {
		t.Errorf("%v", h)
	}
	r.Stats[metricIndex("not_well_ratio")] = statOf(metricIndex("not_well_ratio"), []float64{0})
	if _, is := heads()["USD each well"]; is {
		t.Error("a column of what ends well, where all does")
	}
}
