package experiments

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// writtenEvents is what events write in a format.
func writtenEvents(t *testing.T, e *results.Events, name string) []byte {
	t.Helper()
	write, err := results.EventsFormat(name)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := write(e, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// eventsOf simulates a cell once more for its events, in a part of the time.
func eventsOf(t *testing.T, p *Plan, cell int, from, to sim.Time) *results.Events {
	t.Helper()
	e, err := p.Events(cell, 0, "")
	if err != nil {
		t.Fatal(err)
	}
	e.From, e.To = from, to
	if _, err := p.LookAt(context.Background(), cell, 0, e); err != nil {
		t.Fatal(err)
	}
	if err := e.Done(); err != nil {
		t.Fatal(err)
	}
	return e
}

type traceEvent struct {
	Name     string                 `json:"name"`
	Category string                 `json:"cat"`
	Phase    string                 `json:"ph"`
	At       float64                `json:"ts"`
	Duration float64                `json:"dur"`
	Process  int                    `json:"pid"`
	Thread   int                    `json:"tid"`
	ID2      struct{ Local string } `json:"id2"`
	Args     map[string]any         `json:"args"`
}

// The trace for Perfetto, by hand: two requests of a second each at 10 and 10.5 s, an init of 2 s
// in two phases, a window of 30 s. Two instances, on threads 1 and 2, from 10 to 43 and from 10.5
// to 43.5; a request at 60 starts a third, on thread 1. From 42 s on, what has ended is left out.
func TestEventsByHand(t *testing.T) {
	p := planned(t, fixtureTrace(t, "10,1,f\n10.5,1,f\n60,1,f\n"), `
[workload]
trace = "csv:t.csv"
horizon = "100s"
[[platform]]
name = "p"
keepalive = { name = "fixed", window = "30s" }
init = { sandbox = "0.5s", runtime = "1.5s" }
`)
	for _, c := range []struct {
		from, to sim.Time
		want     []string
	}{
		{0, 100 * sim.Second, []string{
			"M process_name 1 0 0 0", "M process_sort_index 1 0 0 0", "M thread_name 1 1 0 0", "X instance 1 1 10 33", "X init 1 1 10 2", "X sandbox 1 1 10 0.5", "X runtime 1 1 10.5 1.5",
			"M thread_name 1 2 0 0", "X instance 1 2 10.5 33", "X init 1 2 10.5 2", "X sandbox 1 2 10.5 0.5", "X runtime 1 2 11 1.5",
			"X instance 1 1 60 33", "X init 1 1 60 2", "X sandbox 1 1 60 0.5", "X runtime 1 1 60.5 1.5",
			"C instances 1 0 10 1", "C instances 1 0 10.5 2", "C instances 1 0 43 1", "C instances 1 0 43.5 0", "C instances 1 0 60 1", "C instances 1 0 93 0",
			"b request 1 0 10 0", "e request 1 0 13 0", "b service 1 0 12 0", "e service 1 0 13 0",
			"b request 1 0 10.5 0", "e request 1 0 13.5 0", "b service 1 0 12.5 0", "e service 1 0 13.5 0",
			"b request 1 0 60 0", "e request 1 0 63 0", "b service 1 0 62 0", "e service 1 0 63 0"}},
		{43 * sim.Second, 60 * sim.Second, []string{"M process_name 1 0 0 0", "M process_sort_index 1 0 0 0", "M thread_name 1 1 0 0", "X instance 1 1 10.5 33", "X init 1 1 10.5 2", "X sandbox 1 1 10.5 0.5", "X runtime 1 1 11 1.5", "C instances 1 0 10.5 1", "C instances 1 0 43.5 0"}},
	} {
		e := eventsOf(t, p, 0, c.from, c.to)
		var file struct {
			Events []traceEvent `json:"traceEvents"`
		}
		if err := json.Unmarshal(writtenEvents(t, e, "x.json"), &file); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range file.Events {
			last := v.Duration / 1e6
			if n, ok := v.Args["at a time"].(float64); ok {
				last = n
			}
			got = append(got, fmt.Sprintf("%s %s %d %d %g %g", v.Phase, v.Name, v.Process, v.Thread, math.Round(v.At)/1e6, last))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("from %v to %v:\n%s\nwant\n%s", c.from, c.to, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// Of any run: threads hold one instance at a time, pairs begin before they end, spans lie
// within their parents, ids are of one request each, and all three files tell of the same requests. The same
// events are the same bytes.
func TestEventsHoldTogether(t *testing.T) {
	p := quickstart(t, "replications=1", "workload.horizon=4h", "platform.lambda.limit={ account = 3 }")
	e := eventsOf(t, p, 2, 3*sim.Hour, 3*sim.Hour+20*sim.Minute)
	again := eventsOf(t, p, 2, 3*sim.Hour, 3*sim.Hour+20*sim.Minute)
	for _, name := range []string{"x.json", "x.otlp.json", "x.parquet"} {
		if !bytes.Equal(writtenEvents(t, e, name), writtenEvents(t, again, name)) {
			t.Errorf("%s is another file each time", name)
		}
	}
	var file struct {
		Events []traceEvent `json:"traceEvents"`
	}
	if err := json.Unmarshal(writtenEvents(t, e, "x.json"), &file); err != nil {
		t.Fatal(err)
	}
	until, open, ended := map[[2]int]float64{}, map[string][]float64{}, map[string]bool{}
	requests := 0
	for _, v := range file.Events {
		switch {
		case v.Name == "instance":
			at := [2]int{v.Process, v.Thread}
			if v.At < until[at]-1e-3 {
				t.Fatalf("two instances on thread %d of process %d at %v µs", v.Thread, v.Process, v.At)
			}
			until[at] = v.At + v.Duration
		case v.Phase == "b":
			if v.Name == "request" {
				requests++
				if len(open[v.ID2.Local]) > 0 {
					t.Fatalf("id %s is of two requests", v.ID2.Local)
				}
			}
			open[v.ID2.Local] = append(open[v.ID2.Local], v.At)
			open[v.ID2.Local+v.Name] = append(open[v.ID2.Local+v.Name], v.At)
		case v.Phase == "e":
			began := open[v.ID2.Local+v.Name]
			if len(open[v.ID2.Local]) == 0 || len(began) == 0 || began[0] > v.At {
				t.Fatalf("%s %s ends at %v and began at %v", v.Name, v.ID2.Local, v.At, began)
			}
			ended[v.ID2.Local+v.Name] = true
		}
	}
	for pair := range open {
		if strings.HasSuffix(pair, "request") && !ended[pair] || strings.HasSuffix(pair, "service") && !ended[pair] {
			t.Fatalf("%s begins and never ends", pair)
		}
	}
	var spans struct {
		Resources []struct {
			Scopes []struct {
				Spans []struct {
					TraceID  string `json:"traceId"`
					SpanID   string `json:"spanId"`
					ParentID string `json:"parentSpanId"`
					From     string `json:"startTimeUnixNano"`
					To       string `json:"endTimeUnixNano"`
				} `json:"spans"`
			} `json:"scopeSpans"`
		} `json:"resourceSpans"`
	}
	if err := json.Unmarshal(writtenEvents(t, e, "x.otlp.json"), &spans); err != nil {
		t.Fatal(err)
	}
	type interval struct{ from, to string }
	roots, seen := map[string]interval{}, map[string]bool{}
	for _, r := range spans.Resources {
		for _, s := range r.Scopes[0].Spans {
			if seen[s.SpanID] || len(s.TraceID) != 32 || len(s.SpanID) != 16 {
				t.Fatalf("the ids %q, %q", s.TraceID, s.SpanID)
			}
			seen[s.SpanID] = true
			if s.ParentID == "" {
				roots[s.SpanID] = interval{s.From, s.To}
				continue
			}
			if root, ok := roots[s.ParentID]; !ok || s.From < root.from || s.To > root.to || s.From > s.To { // of one length, as they are after 2001
				t.Fatalf("%+v is not within %+v", s, root)
			}
		}
	}
	n, _ := e.Count()
	if n < 100 || requests != n || len(roots) != n {
		t.Errorf("%d requests, %d in the trace, %d spans of requests", n, requests, len(roots))
	}
}

// Two requests of one function at one time have an id each.
func TestEventsIDs(t *testing.T) {
	p := planned(t, fixtureTrace(t, "10,1,f\n10,1,f\n"), "[workload]\ntrace = \"csv:t.csv\"\nhorizon = \"100s\"\n[[platform]]\nname = \"p\"\nkeepalive = { name = \"fixed\", window = \"30s\" }\n")
	var file struct {
		Events []traceEvent `json:"traceEvents"`
	}
	if err := json.Unmarshal(writtenEvents(t, eventsOf(t, p, 0, 0, 100*sim.Second), "x.json"), &file); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, v := range file.Events {
		if v.Phase == "b" && v.Name == "request" {
			ids[v.ID2.Local] = true
		}
	}
	if len(ids) != 2 {
		t.Errorf("two requests have the ids %v", ids)
	}
}
