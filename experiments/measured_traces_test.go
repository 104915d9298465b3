package experiments

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// A trace of X-Ray: documents of segments.
type xrayTrace struct {
	Segments []struct{ Document string }
}

type xraySegment struct {
	Name, Origin string
	Start        float64 `json:"start_time"`
	End          float64 `json:"end_time"`
	Subsegments  []xraySegment
}

// readXRay returns the segments of a trace of ServiBench by name and origin.
func readXRay(t *testing.T, name string) map[[2]string]xraySegment {
	t.Helper()
	dir := os.Getenv("COLDCURVE_DATA")
	if dir == "" {
		t.Skip("COLDCURVE_DATA is not set: the traces are not part of the repository")
	}
	var trace xrayTrace
	if err := json.Unmarshal(must(os.ReadFile(filepath.Join(dir, "workflows", name))), &trace); err != nil {
		t.Fatal(err)
	}
	all := map[[2]string]xraySegment{}
	for _, s := range trace.Segments {
		var d xraySegment
		if err := json.Unmarshal([]byte(s.Document), &d); err != nil {
			t.Fatal(err)
		}
		at := [2]string{d.Name, d.Origin}
		if old, ok := all[at]; !ok || d.Start < old.Start {
			all[at] = d
		}
	}
	return all
}

// TestMeasuredEventProcessing composes API → Lambda → SNS → Lambda → SQS of what the
// catalogue has of its services, and of the trace only what is not in it: the functions'
// own 2 ms and SQS's answer of 25 ms. The trace is one, so its time is held to 15 % of
// the median.
func TestMeasuredEventProcessing(t *testing.T) {
	trace := readXRay(t, "event_processing_app.traces.json")
	api := trace[[2]string{"dev-event-processing/dev", "AWS::ApiGateway::Stage"}]
	answered := api.End - api.Start
	all := trace[[2]string{"SQS", "AWS::SQS::Queue"}].End - api.Start
	if math.Abs(answered-0.047) > 0.002 || math.Abs(all-0.121) > 0.002 {
		t.Fatalf("the trace says %v and %v s", answered, all)
	}
	a := runApplication(t, `
seed = 1
[workload]
application = "a.app.toml"
horizon     = "1h"
`+onLambda, `
trigger  = [
  { name = "api", start = "ingest", http = { service = "api-gateway-rest" }, arrivals = { process = "periodic", every = "1s" } },
  { name = "topic", start = "format", bus = { service = "sns" } },
]
store    = [{ name = "queue", service = "sqs", latency = { send = "25ms" } }]
function = [
  { name = "ingest", platform = "lambda", service = "2ms", use = [{ send = "topic" }] },
  { name = "format", platform = "lambda", service = "2ms", use = [{ store = "queue", op = "send" }] },
]
`, nil).Cells[0].Replications[0].Application
	// The event of the topic begins with its publish of 29 ms, for which the first waits.
	first, rest := a.Events[0].Latency.P50, a.Events[1].Inner.P50
	total := first - 0.029 + rest
	t.Logf("answered in %.1f ms, measured %.1f; in all %.1f ms, measured %.1f", 1e3*first, 1e3*answered, 1e3*total, 1e3*all)
	if math.Abs(first/answered-1) > 0.15 || math.Abs(total/all-1) > 0.15 {
		t.Error("that is more than 15 % off")
	}
}

// TestMeasuredObjectToFunction: from the end of an upload to S3 to the function that it
// starts it took 1.10 s.
func TestMeasuredObjectToFunction(t *testing.T) {
	trace := readXRay(t, "thumbnail_app.traces.json")
	put := 0.0
	for _, s := range flatten(trace[[2]string{"thumbnail-generator-production-upload", "AWS::Lambda::Function"}]) {
		if s.Name == "S3" {
			put = max(put, s.End)
		}
	}
	measured := trace[[2]string{"thumbnail-generator-production-thumbnail-generator", "AWS::Lambda"}].Start - put
	a := runApplication(t, `
seed = 1
[workload]
application = "a.app.toml"
horizon     = "1h"
`+onLambda, `
trigger  = [{ name = "pictures", start = "thumbnail", object = { store = "bucket" }, arrivals = { process = "periodic", every = "1m" } }]
store    = [{ name = "bucket", service = "s3", latency = { write = "1ms" } }]
function = [{ name = "thumbnail", platform = "lambda", service = "1ms" }]
`, nil).Cells[0].Replications[0].Application
	got := a.Events[0].Latency.P50 - 0.002 // without the put and the function
	t.Logf("%v s, measured %v", got, measured)
	if math.Abs(got/measured-1) > 0.15 || math.Abs(measured-1.1) > 0.01 {
		t.Errorf("from an object to its function: %v s, measured %v", got, measured)
	}
}

// flatten lists a segment and all below it.
func flatten(s xraySegment) []xraySegment {
	list := []xraySegment{s}
	for _, sub := range s.Subsegments {
		list = append(list, flatten(sub)...)
	}
	return list
}
