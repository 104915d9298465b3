package results

import (
	"math"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
)

// TestSweptPartsOfApplications: what is swept is said by the name of its part.
func TestSweptPartsOfApplications(t *testing.T) {
	for path, want := range map[string]string{
		"app.trigger.confirmations.queue.batch":      "confirmations batch",
		"app.flow.fulfil.step.charge.retry.attempts": "charge retry attempts",
		"app.function.check.memory":                  "check memory",
	} {
		if got := sweptWords(path, ""); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}

// TestMoneyOfOne: three digits in one notation, whatever the size.
func TestMoneyOfOne(t *testing.T) {
	for x, want := range map[float64]string{0.000012: "0.0000120", 8.71e-7: "0.000000871", 0.01: "0.0100", 1.248: "1.25", 12.34: "12.3", 1234.5: "1,234.50", 0: "0.00"} {
		if got := moneyEach(x); got != want {
			t.Errorf("%v is %q, want %q", x, got, want)
		}
	}
}

// TestNoFunctionRan: a headline says nothing of cold starts where there are none to have.
func TestNoFunctionRan(t *testing.T) {
	a := &answer{rows: []Row{answerRow("", 1, 2, math.NaN())}, fit: []int{0}}
	if got := a.andCold(0); strings.Contains(got, "NaN") || got != "" {
		t.Errorf("%q, want nothing", got)
	}
}

// TestDeadLettersAreLosses: a row whose messages die is left out, also where steps sent
// them and no event from outside failed.
func TestDeadLettersAreLosses(t *testing.T) {
	row := func(dead float64, slo SLO) Row {
		r := answerRow("", 1, 2, 0)
		r.slo = slo
		r.Stats[metricIndex("dead_ratio")] = statOf(metricIndex("dead_ratio"), []float64{dead})
		return r
	}
	tolerant, err := NewSLO([]Objective{{Metric: "error_ratio", Limit: 0.5}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dead float64
		slo  SLO
		want string
	}{
		{0.25, nil, "gives up 25.0 % of its messages and records as dead letters"},
		{0.00005, nil, ""},
		{0.25, tolerant, ""},
	} {
		r := row(c.dead, c.slo)
		if _, got := r.Fit(); got != c.want {
			t.Errorf("dead %v: %q, want %q", c.dead, got, c.want)
		}
	}
	a := &Application{Events: []EventRecord{{Deleted: 6, Dead: 3, InFlight: 1}, {Arrived: 90, Succeeded: 90}}}
	if got := a.deadRatio(); got != 0.3 {
		t.Errorf("%v of messages are dead, want 0.3", got)
	}
}

// TestNoPartsOfNothing: of a bill whose functions did not run, no part is 0.
func TestNoPartsOfNothing(t *testing.T) {
	b := &costmodel.Bill{Lines: []costmodel.Line{{Part: costmodel.Serving}, {Name: "other", Quantity: decimal(t, "5"), Amount: decimal(t, "1.00")}}}
	if got := costOf(b, costmodel.Serving); !math.IsNaN(got) {
		t.Errorf("serving costs %v, want nothing", got)
	}
}
