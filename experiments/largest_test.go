package experiments

import (
	"slices"
	"strings"
	"testing"
)

// A function above the platform's largest size has no size there, which is said: 4,096 MB is
// one, 4,097 MB is not.
func TestAboveTheLargestSize(t *testing.T) {
	for memory, want := range map[string]bool{"4096MB": false, "4097MB": true} {
		e, err := Parse("x.toml", []byte(`[workload]
horizon = "1m"
[[workload.function]]
name = "f"
memory = "`+memory+`"
arrivals = { process = "poisson", rate = "1/s" }
service = "1s"
[[platform]]
name = "p"
keepalive = { name = "none" }
memory_sizes = ["512MB", "4096MB"]
`))
		if err != nil {
			t.Fatal(err)
		}
		p, err := Prepare(t.Context(), e, Env{})
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.ContainsFunc(p.Warnings, func(w string) bool {
			return strings.Contains(w, "platform p: its largest size of memory is 4096 MB, and 1 functions have more")
		}); got != want {
			t.Errorf("%s: said is %t, want %t: %q", memory, got, want, p.Warnings)
		}
	}
}
