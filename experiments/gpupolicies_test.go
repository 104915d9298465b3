package experiments

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// coldOnGPUs runs 144 requests, one every ten minutes of a day from 5 min on, of a language
// model that starts within a minute, on a platform for each set of policies, and returns
// the cold starts of each.
func coldOnGPUs(t *testing.T, policies []string) []float64 {
	t.Helper()
	var file strings.Builder
	file.WriteString(`[workload]
horizon = "24h"
[[workload.function]]
name = "chat"
memory = "80GB"
init = { weights = "60s" }
arrivals = { process = "periodic", every = "10m", offset = "5m" }
tokens = { input = 500, output = 100 }
`)
	for i, p := range policies {
		fmt.Fprintf(&file, `[[platform]]
name = "gpu%d"
dispatch = "queue"
limit = { over = "queue" }
server = { name = "llm", model = "llama-3.1-8b", hardware = { gpu = "h100" } }
%s
`, i, p)
	}
	e, err := Parse("x.toml", []byte(file.String()))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Prepare(t.Context(), e, Env{})
	if err != nil {
		t.Fatal(err)
	}
	set, err := p.Run(t.Context(), RunOptions{Dir: filepath.Join(t.TempDir(), "out"), Workers: 1})
	if err := errors.Join(err, p.Close()); err != nil {
		t.Fatal(err)
	}
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	cold := make([]float64, len(policies))
	for i := range rows {
		n, _ := rows[i].Stat("invocations")
		if n.Mean != 144 {
			t.Errorf("%s: %v requests, want 144", rows[i].Platform, n.Mean)
		}
		c, _ := rows[i].Stat("cold_starts")
		var of int
		if _, err := fmt.Sscanf(rows[i].Platform, "gpu%d", &of); err != nil {
			t.Fatal(err)
		}
		cold[of] = c.Mean
	}
	return cold
}

// Policies of keep-alive, prewarming and scaling hold for an instance with a GPU as for
// any other.
func TestPoliciesOnGPUs(t *testing.T) {
	tests := []struct {
		policies    string
		least, most float64
	}{
		// Ten minutes less a service are longer than eight: each request is cold.
		{`keepalive = { name = "fixed", window = "8m" }`, 144, 144},
		// The floor stands before the first.
		{"keepalive = { name = \"fixed\", window = \"8m\" }\nprewarm = { name = \"provisioned\", count = 1 }", 0, 0},
		// A ping every 5 min, from 0 on, finds or starts one, and 8 min are longer than that.
		{"keepalive = { name = \"fixed\", window = \"8m\" }\nprewarm = { name = \"ping\" }", 0, 0},
		// Gaps of ten minutes are a bin of its histogram: after a few it starts one ahead.
		{`keepalive = { name = "hybrid-histogram" }`, 1, 5},
		// Ten minutes are as long as an idle timeout of eight is not, and within modal's twenty.
		{"keepalive = { name = \"fixed\", window = \"8m\" }\nscaling = { name = \"runpod-queue-delay\" }", 144, 144},
		{"keepalive = { name = \"fixed\", window = \"20m\" }\nscaling = { name = \"modal\" }", 1, 1},
		// The syncs of the horizontal autoscaler leave one, whatever the keep-alive says.
		{"keepalive = { name = \"none\" }\nscaling = { name = \"hpa\", requests = 4 }", 1, 1},
		{"keepalive = { name = \"none\" }\nscaling = { name = \"llm-d-saturation\" }", 1, 1},
		{"keepalive = { name = \"none\" }\nscaling = { name = \"aibrix-apa\" }", 1, 1},
		// A cooldown of five minutes is over before the next, one of eleven is not.
		{"keepalive = { name = \"none\" }\nscaling = { name = \"keda\" }", 144, 144},
		{"keepalive = { name = \"none\" }\nscaling = { name = \"keda\", cooldown = \"11m\" }", 1, 1},
		{"keepalive = { name = \"none\" }\nscaling = { name = \"knative\" }", 144, 144},
		{"keepalive = { name = \"none\" }\nscaling = { name = \"azure-container-apps\" }", 144, 144},
	}
	var policies []string
	for _, test := range tests {
		policies = append(policies, test.policies)
	}
	for i, got := range coldOnGPUs(t, policies) {
		if test := tests[i]; got < test.least || got > test.most {
			t.Errorf("%s: %v cold starts, want %v to %v", test.policies, got, test.least, test.most)
		}
	}
}
