package results

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// outageCell is a cell with an outage of the function work from 10:00 to 20:00, and two triggers.
func outageCell(api, jobs flows.Beside) *Cell {
	g := &flows.Graph{
		Triggers: []flows.Trigger{{Name: "api"}, {Name: "jobs"}},
		Outages:  []flows.Outage{{Of: "work", From: 10 * sim.Hour, To: 20 * sim.Hour, Part: 1}},
	}
	a := &Application{Events: []EventRecord{{Outages: []flows.Beside{api}}, {Outages: []flows.Beside{jobs}}}}
	return &Cell{Application: &ApplicationGraph{Graph: g}, Replications: []*Replication{{Application: a}}}
}

// TestOutageInWords: of 40 that came meanwhile 10 failed, 25 %; of 50 before it one did,
// 2 %; of 20 after it none.
func TestOutageInWords(t *testing.T) {
	api := flows.Beside{
		Before: flows.Spell{Ends: flows.Ends{Done: 49, Failed: 1}, Max: sim.Second},
		During: flows.Spell{Ends: flows.Ends{Done: 30, Failed: 5, TimedOut: 3, Throttled: 2, Filtered: 7}, Late: 1, Max: sim.Second},
		After:  flows.Spell{Ends: flows.Ends{Done: 20}},
	}
	want := "work did not answer, from 10:00 to 20:00, 10 of 40 events that came failed (25.0 %); 2.00 % of those before it, 0 % of those after it"
	if got := outageCell(api, flows.Beside{}).besideOutage(0); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	jobs := flows.Beside{
		Before: flows.Spell{Ends: flows.Ends{Done: 10}, Max: sim.Second},
		During: flows.Spell{Ends: flows.Ends{Done: 8}, Late: 6, Max: 10 * sim.Hour},
	}
	want = "work did not answer, from 10:00 to 20:00, none of 8 events that came failed; 0 % of those before it, – of those after it; of jobs 6 were done only after it, up to 10.0 h after they came"
	if got := outageCell(flows.Beside{}, jobs).besideOutage(0); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// What came before and was tried then: of 4 one failed in the end. Of 6 + 2 messages that
	// steps sent 3 + 1 are lost, half.
	api.Struck = flows.Spell{Ends: flows.Ends{Done: 3, Failed: 1}}
	cell := outageCell(api, flows.Beside{})
	cell.Replications[0].Application.Events[1].SentOutages = []flows.Beside{{
		During: flows.Spell{Ends: flows.Ends{Done: 3, Failed: 3}}, Struck: flows.Spell{Ends: flows.Ends{Done: 1, Failed: 1}},
	}}
	want = "work did not answer, from 10:00 to 20:00, 10 of 40 events that came failed (25.0 %); 2.00 % of those before it, 0 % of those after it; " +
		"of 4 that came before it and failed a try in it, 1 failed in the end; of 8 messages sent to jobs meanwhile, or that failed a try in it, 4 are dead or failed (50.0 %)"
	if got := cell.besideOutage(0); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := outageCell(flows.Beside{}, flows.Beside{}).besideOutage(0); got != "" {
		t.Errorf("of nothing that came it says %q", got)
	}
}

// TestClock: hours and minutes, seconds where there are any, the day where it is not the first.
func TestClock(t *testing.T) {
	for at, want := range map[sim.Time]string{0: "00:00", 10 * sim.Hour: "10:00", sim.Hour + 90*sim.Second: "01:01:30", 25 * sim.Hour: "day 1, 01:00"} {
		if got := clock(at); got != want {
			t.Errorf("%d is %q, want %q", at, got, want)
		}
	}
}

// TestBehindIsSaid: 3 of 12 executions that nobody waited for failed, behind 9 events that
// count as done; the row is not fit, and the headline says so of any row.
func TestBehindIsSaid(t *testing.T) {
	a := &Application{Events: []EventRecord{{Arrived: 9, Outside: flows.Ends{Done: 9}, Behind: flows.Behind{Ended: 12, Failed: 3}}}}
	if got := a.behind().Float(); got != 0.25 {
		t.Errorf("%v failed, want 0.25", got)
	}
	r := answerRow("", 1, 2, 0)
	for name, x := range map[string]float64{"behind_failed": 3, "behind_failed_ratio": 0.25, "completed": 9} {
		r.Stats[metricIndex(name)] = statOf(metricIndex(name), []float64{x})
	}
	if _, got := r.Fit(); got != "fails 25.0 % of the executions that nobody waits for, behind events that count as done" {
		t.Errorf("it is left out since it %q", got)
	}
	all := &answer{rows: []Row{r}, names: []string{"x"}, policies: []int{0}}
	if got, want := all.behind(), "Behind 9 events done, 3 executions that nobody waited for failed (25.0 % of them)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestLatencyOfSurvivors: beside the p99 of an application stands what part failed.
func TestLatencyOfSurvivors(t *testing.T) {
	r := answerRow("", 1, 2, 0)
	r.Stats[metricIndex("events")] = statOf(metricIndex("events"), []float64{100})
	r.Stats[metricIndex("error_ratio")] = statOf(metricIndex("error_ratio"), []float64{0.03})
	a := &answer{rows: []Row{r}}
	if got, want := a.andLost([]int{0}), ", 3.00 % failed"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	r.Stats[metricIndex("error_ratio")] = statOf(metricIndex("error_ratio"), []float64{0})
	if got := (&answer{rows: []Row{r}}).andLost([]int{0}); got != "" {
		t.Errorf("of no loss it says %q", got)
	}
}

// TestEventsOfCallersWhoAskAgain: of 10 events one was filtered; at the other nine there were
// 12 attempts, of which a filtered one is none, and six were answered.
func TestEventsOfCallersWhoAskAgain(t *testing.T) {
	a := &Application{Asks: true, Latencies: []*Histogram{new(Histogram)},
		Events: []EventRecord{{Arrived: 10, Attempts: 13, Outside: flows.Ends{Done: 6, Failed: 1, TimedOut: 1, Throttled: 1, Filtered: 1}}}}
	var r Replication
	r.OfApplication(a)
	if u := r.Users; r.Attempts != 12 || u == nil || u.Requests != 9 || u.Attempts != 12 || u.Answered != 6 || u.Failed+u.GaveUp != 3 {
		t.Errorf("%d attempts, %+v", r.Attempts, u)
	}
}

// Of two replications, 39 and 38 events came, 1 and 3 of them failed: 2 of 38.5 a
// replication, 4 of 77.
func TestCountsOfReplicationsAreMeans(t *testing.T) {
	c := outageCell(flows.Beside{During: flows.Spell{Ends: flows.Ends{Done: 38, Failed: 1}}}, flows.Beside{})
	other := outageCell(flows.Beside{During: flows.Spell{Ends: flows.Ends{Done: 35, Failed: 3}}}, flows.Beside{})
	c.Replications = append(c.Replications, other.Replications...)
	want := "work did not answer, from 10:00 to 20:00, 2 of 38.5 events that came failed (5.19 %); – of those before it, – of those after it"
	if got := c.besideOutage(0); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
