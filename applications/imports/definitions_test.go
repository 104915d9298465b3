package imports

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/internal/spec"
)

type kinds = map[string]int

// counted is what a file holds, worked out by hand from it.
type counted struct {
	file                        string
	functions, triggers, stores int
	// flow by flow: states by type, and the states that are entered on the shortest
	// and longest way without errors and on the longest one with errors caught.
	flows []way3
	open  int // values to be filled in
}

type way3 struct {
	kinds               kinds
	least, most, caught int
}

// check compares what was imported, of which so many values are open, with what was counted.
func (want *counted) check(t *testing.T, d *Draft, open int) {
	t.Helper()
	got := d.Counts()
	if got.Functions != want.functions || got.Triggers != want.triggers || got.Stores != want.stores || open != want.open {
		t.Errorf("%d functions, %d triggers, %d stores, %d to be filled in, want %d, %d, %d, %d", got.Functions, got.Triggers, got.Stores, open, want.functions, want.triggers, want.stores, want.open)
	}
	var flows []way3
	for _, f := range got.Flows {
		flows = append(flows, way3{f.Kinds, f.Least, f.Most, f.Caught})
	}
	if diff := cmp.Diff(want.flows, flows, cmp.AllowUnexported(way3{})); diff != "" {
		t.Errorf("flows (−want, +got):\n%s", diff)
	}
}

// Of what has a retry, a catch or letters of the dead, the part of errors is to be filled in too:
// once a function, and once an op of a service that is no one's of the catalogue.
var definitions = []counted{
	// The parallel and its branches: pass, choice, fail (3) twice, wait, fail (2); then
	// a pass: 1 + 3 + 3 + 2 + 1. The waits are on rounds only. To fill in: two rules
	// and the arrivals.
	{"asl/either-or-parallel.asl.json", 0, 1, 0, []way3{{kinds{"Parallel": 1, "Pass": 5, "Wait": 3, "Choice": 2, "Fail": 3}, 10, 10, 10}}, 3},
	// Two tasks, the map and a task in it, a task. To fill in: arrivals, items, four functions.
	{"asl/image-processing.asl.json", 4, 1, 0, []way3{{kinds{"Task": 4, "Map": 1}, 5, 5, 5}}, 10},
	// Map, HeadObject, map, then at least choice, pass, succeed, at most three choices,
	// the task, pass, succeed. HeadObject's catch enters a fail: one more.
	// To fill in: arrivals, items twice, three rules, a function, the callback.
	{"asl/s3-glacier-restore.asl.json", 1, 1, 1, []way3{{kinds{"Map": 2, "Task": 2, "Choice": 3, "Pass": 1, "Succeed": 1, "Fail": 1}, 6, 9, 10}}, 9},
	// Five reservations, the message, the end; with an error after the fifth: refund,
	// two cancellations, message and fail follow: 5 + 5.
	{"asl/saga-pattern.asl.json", 8, 1, 1, []way3{{kinds{"Task": 10, "Succeed": 1, "Fail": 1}, 7, 7, 10}}, 9 + 8},
	// Map and its task, pass, crawl, wait, look, choice, query. To fill in: arrivals,
	// three latencies, items, a function, the rule.
	{"asl/storm-events.asl.json", 1, 1, 3, []way3{{kinds{"Map": 1, "Task": 4, "Pass": 1, "Wait": 1, "Choice": 1, "Fail": 1}, 8, 8, 8}}, 9},
	{"asl/text-processing-express.asl.json", 4, 1, 0, []way3{{kinds{"Task": 4}, 4, 4, 4}}, 5},

	// Two functions, a stream of the data, a table's stream, two tables. To fill in:
	// the arrivals of both, two durations, how often each function writes.
	{"sam/kinesis-lambda-dynamodb.template.yaml", 2, 2, 2, nil, 5},
	// The same states as saga-pattern.asl.json; two API methods and a start by the
	// function behind them; three tables and the topic. To fill in: two rates, nine
	// durations, reads and writes of eight functions, starts of one.
	{"sam/saga-pattern.template.yaml", 9, 3, 4, []way3{{kinds{"Task": 10, "Succeed": 1, "Fail": 1}, 7, 7, 10}}, 2 + 9 + 16 + 1 + 8},
	// The definition is in a file that is not there: the four functions that it is given.
	{"sam/text-processing-sqs-express.template.yaml", 5, 2, 0, []way3{{kinds{}, 4, 4, 4}}, 1 + 5 + 1},

	// One function, the table's stream, the table and the search domain. To fill in: the
	// arrivals, the duration, how often it reads the table, asks the domain and writes to it.
	{"serverless-framework/dynamo-stream-elasticsearch.serverless.yml", 1, 1, 2, nil, 5},
	// The API's function, the queue's worker; gateway and queue; table and dead letters.
	// To fill in: the gateway's rate (the queue is fed), two durations, how often the first sends.
	{"serverless-framework/sqs-dynamodb.serverless.yml", 2, 2, 2, nil, 5},
	// Put, choice, fail; or put, choice, the function, succeed. The function's error
	// leads to the fail: four as well. To fill in: rate, duration, how often it writes, the rule.
	{"serverless-framework/step-functions-express.serverless.yml", 1, 1, 1, []way3{{kinds{"Task": 2, "Choice": 1, "Fail": 1, "Succeed": 1}, 3, 4, 4}}, 5},

	// The parallel for with six rounds of a switch; caught: and the log and the return.
	{"google-workflows/parallel_error_handling.workflows.yaml", 0, 1, 0, []way3{{kinds{"try": 1, "parallel": 1, "switch": 1, "call": 1, "return": 1}, 7, 7, 9}}, 2},
	// Init, parallel, a call in each branch; caught: and the assignment.
	{"google-workflows/parallel_operations.workflows.yaml", 0, 1, 1, []way3{{kinds{"assign": 2, "parallel": 1, "call": 1, "try": 1}, 4, 4, 5}}, 3},
	// Init, query, assignment, look, switch; the wait is on the round only.
	{"google-workflows/poll_bigquery_job_manual.workflows.yaml", 0, 1, 1, []way3{{kinds{"assign": 2, "call": 3, "steps": 1, "switch": 1}, 5, 5, 5}}, 4},

	{"cncf/for.yaml", 0, 1, 1, []way3{{kinds{"for": 1, "listen": 1}, 2, 2, 2}}, 3},
	{"cncf/fork.yaml", 0, 1, 1, []way3{{kinds{"fork": 1, "call": 2}, 3, 3, 3}}, 2},
	{"cncf/schedule-event-driven.yaml", 0, 1, 1, []way3{{kinds{"call": 1}, 1, 1, 1}}, 2},
	// The switch and one of three.
	{"cncf/switch-then-string.yaml", 0, 1, 0, []way3{{kinds{"switch": 1, "set": 3}, 2, 2, 2}}, 3},
	{"cncf/try-catch-retry-inline.yaml", 0, 1, 1, []way3{{kinds{"try": 1, "call": 1}, 2, 2, 2}}, 3},
	{"cncf/wait-duration-inline.yaml", 0, 1, 0, []way3{{kinds{"wait": 1}, 1, 1, 1}}, 1},

	// Gen, and process eight times.
	{"sebs-flow/620.func-invo.definition.json", 2, 1, 0, []way3{{kinds{"task": 1, "repeat": 1}, 9, 9, 9}}, 3},
	// Three reservations and the confirmation; where that fails, three cancellations too.
	{"sebs-flow/6200.trip-booking.definition.json", 7, 1, 0, []way3{{kinds{"task": 7}, 4, 4, 7}}, 11},
	{"sebs-flow/630.parallel-sleep.definition.json", 2, 1, 0, []way3{{kinds{"task": 2, "map": 1}, 3, 3, 3}}, 4},
	// Split, map and its task, shuffle, map and its task, for one item each.
	{"sebs-flow/660.map-reduce.definition.json", 4, 1, 0, []way3{{kinds{"task": 4, "map": 2}, 6, 6, 6}}, 7},
	{"sebs-flow/690.ml.definition.json", 2, 1, 0, []way3{{kinds{"task": 2, "map": 1}, 3, 3, 3}}, 4},
}

func TestDefinitions(t *testing.T) {
	for _, want := range definitions {
		t.Run(want.file, func(t *testing.T) {
			d := definition(t, want.file)
			text, open := d.Write()
			want.check(t, d, len(open))
			if _, err := spec.Parse("app.toml", []byte(text)); err != nil {
				t.Errorf("what was written is not TOML: %v", err)
			}
		})
	}
}

// billed are the transitions of an execution on Step Functions Standard: the states
// entered, and its start and end.
func billed(entered int) int { return entered + 2 }

// What was billed for measured runs of SeBS-Flow (its analysis/pricing.py), by how many
// items their maps had.
func TestMeasuredTransitions(t *testing.T) {
	for _, c := range []struct {
		text  string
		items map[string]int
		fails bool
		want  int
	}{
		// Three mappers, five reducers.
		{sebsFile(t, "660.map-reduce"), map[string]int{"map-state": 3, "reduce-state": 5}, false, 14},
		// The confirmation fails.
		{sebsFile(t, "6200.trip-booking"), nil, true, 9},
		// Five segments: a map of encoders, a map of encoders again, and one after another.
		{`{"root":"split","states":{"split":{"type":"task","func_name":"split","next":"encode"},
"encode":{"type":"map","root":"e","array":"segments","next":"reencode","states":{"e":{"type":"task","func_name":"encode"}}},
"reencode":{"type":"map","root":"r","array":"segments","next":"rebase","states":{"r":{"type":"task","func_name":"reencode"}}},
"rebase":{"type":"loop","func_name":"rebase","array":"segments"}}}`, map[string]int{"encode": 5, "reencode": 5, "rebase": 5}, false, 21},
		// Five parts, then two tasks side by side, then two maps of six populations side by side.
		{`{"root":"individuals","states":{"individuals":{"type":"map","func_name":"individuals","array":"blob","next":"both"},
"both":{"type":"parallel","parallel_functions":{"merge":{"type":"task","func_name":"merge"},"sifting":{"type":"task","func_name":"sifting"}},"next":"last"},
"last":{"type":"parallel","parallel_functions":{"frequency":{"type":"map","func_name":"frequency","array":"p"},"overlap":{"type":"map","func_name":"overlap","array":"p"}}}}}`,
			map[string]int{"individuals": 5, "frequency": 6, "overlap": 6}, false, 26},
		// Two classifiers.
		{sebsFile(t, "690.ml"), map[string]int{"train-state": 2}, false, 6},
	} {
		d := read(t, c.text)
		f := d.flows[0]
		for _, s := range f.written() {
			s.items = c.items[s.name]
		}
		if got := billed(f.ways(c.fails).most); got != c.want {
			t.Errorf("found %d transitions, want %d of\n%s", got, c.want, c.text)
		}
	}
}

func sebsFile(t *testing.T, name string) string {
	root := os.Getenv("COLDCURVE_DATA")
	if root == "" {
		t.Skip("COLDCURVE_DATA is not set")
	}
	data, err := os.ReadFile(filepath.Join(root, "definitions", "sebs-flow", name+".definition.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The steps of trip-booking on Google Workflows whose confirmation fails, as SeBS-Flow's
// generator writes them: 16 were billed.
func TestMeasuredSteps(t *testing.T) {
	task := func(name string) string {
		return "  - " + name + ": {call: http.post, args: {url: https://us-east1-x.cloudfunctions.net/" + name + "}, result: payload}\n  - assign_" + name + ": {assign: [{payload: '${payload.body}'}]}\n"
	}
	tried := func(name, failure string) string {
		return "  - " + name + ": {try: {call: http.post, args: {url: https://us-east1-x.cloudfunctions.net/" + name + "}, result: payload}, except: {as: e, steps: [{unhandled_" + name + ": {next: " + failure + "}}]}}\n  - assign_" + name + ": {assign: [{payload: '${payload.body}'}]"
	}
	d := read(t, "main:\n  params: [input]\n  steps:\n  - assign_input: {assign: [{payload: '${input.payload}'}]}\n"+task("hotel")+
		tried("rental", "cancel_hotel")+"}\n"+tried("flight", "cancel_rental")+"}\n"+tried("confirm", "cancel_flight")+", next: final}\n"+
		task("cancel_flight")+task("cancel_rental")+task("cancel_hotel")+"  - final: {return: '${payload}'}\n")
	f := d.Counts().Flows[0]
	if f.Most != 10 || f.Caught != 16 { // four times two, the input and the return; with what is undone one call less its assignment, and one way there
		t.Errorf("found %d steps, %d where the confirmation fails, want 10 and 16", f.Most, f.Caught)
	}
}
