package experiments

import (
	"slices"
	"strings"
	"testing"
)

// waiting is what the experiments below begin with.
const waiting = `title = "x"
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
`

// A scaling policy that lets requests wait, as a script may, beside a limit that rejects them is
// warned about, and none that starts an instance for each.
func TestNoteWaits(t *testing.T) {
	for scaling, want := range map[string]bool{`name = "keda"`: true, `name = "cidre"`: true, `script = "each.star"`: true, `name = "per-request"`: false} {
		for over, rejects := range map[string]bool{"": true, `limit = { over = "queue" }`: false} {
			plan := prepared(t, waiting+`dispatch = "queue"
scaling = { `+scaling+` }
`+over+"\n[scripts]\n\"each.star\" = '''\ndef start(ctx, view, now):\n    return 1\n'''\n")
			said := slices.ContainsFunc(plan.Warnings, func(w string) bool { return strings.Contains(w, " may let requests wait") })
			if said != (want && rejects) {
				t.Errorf("%s with %q: warnings %q", scaling, over, plan.Warnings)
			}
		}
	}
}

// A limit that rejects though requests may wait is warned about: beside a placement that sends
// requests, and beside no other.
func TestNoteWaitsAtNodes(t *testing.T) {
	for _, test := range []struct {
		placement, limit string
		want             bool
	}{
		{"random", `over = "queue", account = 2`, true},
		{"least-requests", `over = "queue", function = 2`, true},
		{"random", `over = "queue"`, false},
		{"random", `over = "reject", account = 2`, false},
		{"first-fit", `over = "queue", account = 2`, false},
	} {
		plan := prepared(t, waiting+`cluster = { nodes = 2, memory = "1GB" }
placement = { name = "`+test.placement+`" }
limit = { `+test.limit+" }\n")
		said := slices.ContainsFunc(plan.Warnings, func(w string) bool {
			return strings.Contains(w, "platform l: the placement "+test.placement+" sends each request to a node")
		})
		if said != test.want {
			t.Errorf("%+v: warnings %q", test, plan.Warnings)
		}
	}
}
