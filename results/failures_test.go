package results

import (
	"bytes"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// failuresOf are five requests to one function in the window of the hand-worked scenario: one
// is answered, one fails by itself, one with its initialisation, and two with their node, of
// which one was served there and one waited. One before the window failed with a node too.
func failuresOf() []sim.Outcome {
	fails := func(at float64, by sim.FailCause, started bool) sim.Outcome {
		return sim.Outcome{Arrival: s(at), Start: s(at), End: s(at + 1), Status: sim.Failed, Failure: by, Started: started}
	}
	return []sim.Outcome{
		{Arrival: s(11), Start: s(11), End: s(12), Started: true},
		fails(12, sim.ByFunction, true), fails(13, sim.ByInit, true), fails(14, sim.ByNode, true), fails(15, sim.ByNode, false), fails(5, sim.ByNode, true),
	}
}

func TestFailuresByCause(t *testing.T) {
	one, other := newRecorder(t, 1), newRecorder(t, 1)
	all := failuresOf()
	one.Requests(all[:3])
	one.Nodes([]sim.NodeLife{{From: s(10), To: s(20)}})
	other.Requests(all[3:])
	if err := one.Merge(other); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := finish(t, one).Encode(&file); err != nil {
		t.Fatal(err)
	}
	rep, err := Decode(&file)
	if err != nil {
		t.Fatal(err)
	}
	rep.BreakingInits = true
	values := rep.Values(nil)
	for name, want := range map[string]float64{"completed": 1, "failed": 4, "failed_node": 2, "failed_init": 1, "error_ratio": 4. / 5} {
		if got := values[metricIndex(name)]; got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}

// Of users' requests what a node took with it had no answer; what a function answered with
// an error had one.
func TestUsersOfFailedNodes(t *testing.T) {
	r := newUsersRecorder(t)
	r.Requests(failuresOf()[:5])
	u := finish(t, r).Users
	if u.Requests != 5 || u.Answered != 1 || u.Failed != 2 || u.GaveUp != 2 {
		t.Errorf("of %d requests %d were answered, %d with an error, %d not; want 5, 1, 2, 2", u.Requests, u.Answered, u.Failed, u.GaveUp)
	}
}

// The sentence, the table's column and its note tell requests that failed with their nodes
// from those that their functions failed.
func TestNodesFailuresAreToldApart(t *testing.T) {
	for _, c := range []struct {
		failed, nodes float64 // of 1,000
		fault         fault
		says, column  string
	}{
		{100, nan, failsRequests, "fails 10.0 % of its requests", ""},
		{100, 0, failsRequests, "fails 10.0 % of its requests", ""},
		{100, 100, failsWithNodes, "loses 10.0 % of its requests with nodes that fail", "10.0 %"},
		{100, 60, losesRequests, "loses 10.0 % of its requests (4.00 % failed, 6.00 % lost with nodes that failed)", "6.00 %"},
	} {
		r := fitRow(map[string]float64{"failed": c.failed, "failed_node": c.nodes, "error_ratio": c.failed / 1000})
		if f := r.fault(); f != c.fault || r.failure(f) != c.says {
			t.Errorf("%v of %v with nodes: %q, %q, want %q, %q", c.nodes, c.failed, f, r.failure(f), c.fault, c.says)
		}
		column := ""
		for _, col := range new(Set).summary([]Row{r}) {
			if col.head == "with node" {
				column = col.cell(&r)
			}
		}
		notes := strings.Join(new(Set).notes([]Row{r}), "\n")
		if column != c.column || strings.Contains(notes, "with node: ") != (c.column != "") {
			t.Errorf("%v of %v with nodes: the column has %q, want %q, the notes %q", c.nodes, c.failed, column, c.column, notes)
		}
	}
}

// Explanations count what failed with nodes, served or not, and logs have it by request.
func TestFailuresInside(t *testing.T) {
	e := &Explainer{Window: handWindow, Functions: handFunctions, Look: -1}
	e.Begin()
	e.Requests(failuresOf())
	x := Explanation{Explainer: e, Cell: "p", Replications: 1}
	var text bytes.Buffer
	if err := x.Render(&text, "text"); err != nil {
		t.Fatal(err)
	}
	if want := "0 of 4 invocations were cold; 2 requests failed with their node."; !strings.Contains(text.String(), want) {
		t.Errorf("it says %q, want %q", text.String(), want)
	}

	log := &Events{To: s(100), Functions: handFunctions, Only: -1}
	log.Begin()
	log.Requests(failuresOf())
	if err := log.Done(); err != nil {
		t.Fatal(err)
	}
	var rows bytes.Buffer
	if err := writeCSV(&rows, log.eventsSheet()); err != nil {
		t.Fatal(err)
	}
	for want, n := range map[string]int{"failed,node,": 3, "failed,function,": 1, "failed,initialisation,": 1, "completed,,": 1} {
		if got := strings.Count(rows.String(), want); got != n {
			t.Errorf("the log has %q %d times, want %d:\n%s", want, got, n, rows.String())
		}
	}
	for format, want := range map[string]string{"x.json": `"failed_by":"node"`, "x.otlp.json": `{"key":"coldcurve.failed_by","value":{"stringValue":"node"}}`} {
		write, err := EventsFormat(format)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := write(log, &out); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(out.String(), want); got != 3 {
			t.Errorf("%s has %s %d times, want 3", format, want, got)
		}
	}
}
