package experiments

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A policy that would train until the window ends has been a fixed window; one that has a
// minute more than it trains has not.
func TestTrainingThatNeverEnds(t *testing.T) {
	for name, extra := range map[string]string{"spes": `, validate = "1m"`, "defuse": ""} {
		for train, warned := range map[string]bool{"59m": false, "1h": true, "12d": true} {
			p := planOf(t, "x.toml", fmt.Sprintf(`
[workload]
horizon = "1h"
[[workload.function]]
name = "f"
memory = "128MB"
arrivals = { process = "poisson", rate = "1/m" }
service = "1s"
[[platform]]
name = "p"
keepalive = { name = %q, train = %q, window = "7m"%s }
`, name, train, extra))
			want := fmt.Sprintf("platform p: %s trains for %s, and the window ends after 1h: it was a fixed window of 7m throughout", name, train)
			if slices.Contains(p.Warnings, want) != warned {
				t.Errorf("%s, %s: %q, want %q: %v", name, train, strings.Join(p.Warnings, "; "), want, warned)
			}
		}
	}
}
