package applications

import (
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// What a service does not start by itself needs a poller of one's own, which a note says:
// another provider's function, a platform of the same provider that it has no trigger for, and
// another provider's orchestrator. What pushes needs none.
func TestBridges(t *testing.T) {
	for _, tt := range []struct {
		service, platform, preset, provider, engine string
		bridge                                      bool
	}{
		{`queue = { service = "sqs" }`, "us-east-1", "aws-lambda", "aws", "", false},
		{`queue = { service = "sqs" }`, "us-east-1", "aws-sagemaker", "aws", "", true},
		{`queue = { service = "sqs" }`, "us-east-1", "", "aws", "", false}, // nothing is known of it
		{`queue = { service = "sqs" }`, "us-central1", "gcp-cloud-run", "gcp", "", true},
		{`queue = { service = "sqs" }`, "", "knative", "", "", true},
		{`queue = { service = "pub-sub" }`, "us-east-1", "aws-lambda", "aws", "", false},
		{`queue = { service = "azure-queue" }`, "eastus", "azure-flex", "azure", "", false},
		{`stream = { service = "kinesis" }`, "us-central1", "gcp-cloud-run", "gcp", "", true},
		{`schedule = { every = "1m" }`, "us-central1", "gcp-cloud-run", "gcp", "", true},
		{`schedule = { every = "1m" }`, "us-east-1", "aws-lambda", "aws", "", false},
		{`bus = { service = "sns" }`, "us-central1", "gcp-cloud-run", "gcp", "", false},
		{`queue = { service = "sqs" }`, "us-central1", "gcp-cloud-run", "gcp", "google-workflows", true},
		{`queue = { service = "sqs" }`, "us-east-1", "aws-lambda", "aws", "step-functions-express", false},
	} {
		start, arrivals, flow := "f", `arrivals = { process = "poisson", rate = "1/s" }, `, ""
		if tt.engine != "" {
			start, flow = "m", `flow = [{ name = "m", engine = { preset = "`+tt.engine+`" }, steps = [{ name = "s", call = "f" }] }]`
		}
		if strings.HasPrefix(tt.service, "schedule") {
			arrivals = ""
		}
		a, err := readShipped(t, `title = "x"
trigger = [{ name = "t", start = "`+start+`", `+arrivals+tt.service+` }]
function = [{ name = "f", platform = "p", service = "1s" }]
`+flow+"\n")
		if err != nil {
			t.Fatal(err)
		}
		c, err := a.Compile(Options{Platforms: []Platform{{Name: "p", Region: tt.platform, Preset: tt.preset, Provider: tt.provider}}, Window: sim.Window{Horizon: sim.Hour}})
		if err != nil {
			t.Fatal(err)
		}
		said := false
		for _, n := range c.Notes {
			said = said || n.Subject == "trigger t" && strings.HasPrefix(n.Text, "bridge = ")
		}
		if said != tt.bridge {
			t.Errorf("%s on %s %s: a bridge is noted %v, want %v", tt.service, tt.preset, tt.engine, said, tt.bridge)
		}
	}
}
