package experiments

import (
	"slices"
	"strings"
	"testing"
)

// A scaling policy that lets requests wait beside a limit that rejects them is warned about,
// and none that starts an instance for each.
func TestNoteWaits(t *testing.T) {
	for scaling, want := range map[string]bool{"keda": true, "cidre": true, "per-request": false} {
		for over, rejects := range map[string]bool{"": true, `limit = { over = "queue" }`: false} {
			plan := prepared(t, `title = "x"
[workload]
horizon = "1m"
[[workload.function]]
name = "f"
memory = "512MB"
arrivals = { process = "poisson", rate = "1/s" }
service = "2s"
[[platform]]
name = "l"
keepalive = { name = "none" }
dispatch = "queue"
scaling = { name = "`+scaling+`" }
`+over+"\n")
			said := slices.ContainsFunc(plan.Warnings, func(w string) bool { return strings.Contains(w, "the scaling policy "+scaling+" lets requests wait") })
			if said != (want && rejects) {
				t.Errorf("%s with %q: warnings %q", scaling, over, plan.Warnings)
			}
		}
	}
}
