package experiments

import (
	"strings"
	"testing"
)

// A policy that nobody would ask is refused; one that starts on demand says what bound
// dispatch does, and the bound of a keep-alive takes none at all.
func TestScalingWantsAQueue(t *testing.T) {
	for _, test := range []struct{ platform, want string }{
		{`scaling = { name = "utilization" }`, `x.toml:10: platform[0].scaling: platform "p": found the scaling policy "utilization" with dispatch = "bound"`},
		{`scaling = { name = "runpod-queue-delay" }`, `x.toml:10: platform[0].scaling: platform "p": found the scaling policy "runpod-queue-delay" with dispatch = "bound"`},
		{"dispatch = \"queue\"\nscaling = { name = \"runpod-queue-delay\" }", ``},
		{`scaling = { name = "per-request" }`, ``},
	} {
		e, err := Parse("x.toml", []byte(`[workload]
horizon = "1h"
[[workload.function]]
name = "f"
arrivals = { process = "poisson", rate = "0.02/s" }
service = { dist = "exponential", mean = "3s" }
[[platform]]
name = "p"
keepalive = { name = "fixed", window = "2m" }
`+test.platform))
		if err == nil {
			var p *Plan
			if p, err = Prepare(t.Context(), e, Env{}); err == nil {
				p.Close()
			}
		}
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: %v", test.platform, err)
		case test.want != "" && (err == nil || !strings.HasPrefix(err.Error(), test.want)):
			t.Errorf("%s:\n got %v\nwant %s", test.platform, err, test.want)
		}
	}
}
