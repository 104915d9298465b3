package imports

import (
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

var definitions = []counted{
	// The parallel and its branches: pass, choice, fail (3) twice, wait, fail (2); then
	// a pass: 1 + 3 + 3 + 2 + 1. The waits are on rounds only. To fill in: two rules
	// and the arrivals.
	{"asl/either-or-parallel.asl.json", 0, 1, 0, []way3{{kinds{"Parallel": 1, "Pass": 5, "Wait": 3, "Choice": 2, "Fail": 3}, 10, 10, 10}}, 3},
	// Two tasks, the map and a task in it, a task. To fill in: arrivals, items, four functions.
	{"asl/image-processing.asl.json", 4, 1, 0, []way3{{kinds{"Task": 4, "Map": 1}, 5, 5, 5}}, 6},
	// Map, HeadObject, map, then at least choice, pass, succeed, at most three choices,
	// the task, pass, succeed. HeadObject's catch enters a fail: one more.
	// To fill in: arrivals, items twice, three rules, a function, the callback.
	{"asl/s3-glacier-restore.asl.json", 1, 1, 1, []way3{{kinds{"Map": 2, "Task": 2, "Choice": 3, "Pass": 1, "Succeed": 1, "Fail": 1}, 6, 9, 10}}, 8},
	// Five reservations, the message, the end; with an error after the fifth: refund,
	// two cancellations, message and fail follow: 5 + 5.
	{"asl/saga-pattern.asl.json", 8, 1, 1, []way3{{kinds{"Task": 10, "Succeed": 1, "Fail": 1}, 7, 7, 10}}, 9},
	// Map and its task, pass, crawl, wait, look, choice, query. To fill in: arrivals,
	// three latencies, items, a function, the rule.
	{"asl/storm-events.asl.json", 1, 1, 3, []way3{{kinds{"Map": 1, "Task": 4, "Pass": 1, "Wait": 1, "Choice": 1, "Fail": 1}, 8, 8, 8}}, 7},
	{"asl/text-processing-express.asl.json", 4, 1, 0, []way3{{kinds{"Task": 4}, 4, 4, 4}}, 5},

	// Two functions, a stream of the data, a table's stream, two tables. To fill in:
	// the arrivals of both, two durations, how often each function writes.
	{"sam/kinesis-lambda-dynamodb.template.yaml", 2, 2, 2, nil, 6},
	// The same states as saga-pattern.asl.json; two API methods and a start by the
	// function behind them; three tables and the topic. To fill in: two rates, nine
	// durations, reads and writes of eight functions, starts of one.
	{"sam/saga-pattern.template.yaml", 9, 3, 4, []way3{{kinds{"Task": 10, "Succeed": 1, "Fail": 1}, 7, 7, 10}}, 2 + 9 + 16 + 1},
	// The definition is in a file that is not there: the four functions that it is given.
	{"sam/text-processing-sqs-express.template.yaml", 5, 2, 0, []way3{{kinds{}, 4, 4, 4}}, 1 + 5 + 1},
}

func TestDefinitions(t *testing.T) {
	for _, want := range definitions {
		t.Run(want.file, func(t *testing.T) {
			d := definition(t, want.file)
			text, open := d.Write()
			got := d.Counts()
			if got.Functions != want.functions || got.Triggers != want.triggers || got.Stores != want.stores || len(open) != want.open {
				t.Errorf("%d functions, %d triggers, %d stores, %d to be filled in, want %d, %d, %d, %d", got.Functions, got.Triggers, got.Stores, len(open), want.functions, want.triggers, want.stores, want.open)
			}
			var flows []way3
			for _, f := range got.Flows {
				flows = append(flows, way3{f.Kinds, f.Least, f.Most, f.Caught})
			}
			if diff := cmp.Diff(want.flows, flows, cmp.AllowUnexported(way3{})); diff != "" {
				t.Errorf("flows (−want, +got):\n%s", diff)
			}
			if _, err := spec.Parse("app.toml", []byte(text)); err != nil {
				t.Errorf("what was written is not TOML: %v", err)
			}
		})
	}
}
