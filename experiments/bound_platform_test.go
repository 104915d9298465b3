package experiments

import "testing"

// An offline bound is that of policies that start on demand and reuse the most
// recent instance, whatever the platform does: with least-loaded reuse and an
// autoscaler it says what it says without.
func TestBoundsStartOnDemand(t *testing.T) {
	bound := func(platform string) float64 {
		t.Helper()
		e, err := Parse("x.toml", []byte(`[workload]
horizon = "6h"
[[workload.function]]
name = "f"
arrivals = { process = "poisson", rate = "0.02/s" }
service = { dist = "exponential", mean = "30s" }
[[platform]]
name = "p"
dispatch = "queue"
concurrency = 4
keepalive = { name = "offline-keepalive", window = "2m" }
`+platform))
		if err != nil {
			t.Fatal(err)
		}
		p, err := Prepare(t.Context(), e, Env{})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		r, err := p.units[0].simulate(t.Context(), nil, new(Progress).start(p.units[0]))
		if err != nil {
			t.Fatal(err)
		}
		return r.Instances.Wasted.Float()
	}
	want := bound(``)
	if got := bound("reuse = \"least-loaded\"\nscaling = { name = \"utilization\", window = \"30s\" }"); got != want || want == 0 {
		t.Errorf("the bound wastes %v with an autoscaler, %v without", got, want)
	}
}
