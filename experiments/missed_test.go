package experiments

import (
	"slices"
	"strings"
	"testing"
)

// Whoever runs a flow on an engine whose measured workflows were predicted badly is told so.
func TestMissedPredictionsAreSaid(t *testing.T) {
	for engine, want := range map[string]string{
		`{ preset = "step-functions-standard", region = "us-east-1" }`: "",
		`{ preset = "google-workflows", region = "us-central1" }`:      "Google Cloud Workflows: of four measured loads",
		`{ preset = "durable-functions", region = "westeurope" }`:      "no latency of an execution on it is to be relied on",
	} {
		p, err := busyPlan(t, "app.flow.judge.engine="+engine)
		if err != nil {
			t.Fatal(err)
		}
		said := slices.IndexFunc(p.Warnings, func(w string) bool { return strings.Contains(w, "docs/validation.md") })
		if (want == "") != (said < 0) || said >= 0 && !strings.Contains(p.Warnings[said], want) {
			t.Errorf("%s: warnings %q, want one with %q", engine, p.Warnings, want)
		}
	}
}
