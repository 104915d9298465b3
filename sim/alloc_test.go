package sim

import (
	"context"
	"testing"
)

// silent is an observer that wants nothing.
type silent struct{}

func (silent) Requests([]Outcome) {}

// The hot path allocates nothing: ten times the invocations of the same
// functions, and not one allocation more.
func TestReplayAllocatesNothing(t *testing.T) {
	for _, c := range []struct {
		name      string
		keepalive KeepAliveFactory
		reuse     Reuse
	}{
		{"plain", window(10 * Minute), MostRecent},
		{"general", window(10 * Minute), LeastRecent},
		{"coupled", accountWide{window(10 * Minute)}, Newest},
	} {
		t.Run(c.name, func(t *testing.T) {
			allocations := func(invocations int) float64 {
				config := Config{
					Workload: zipf(20, invocations), Window: Window{Horizon: Day},
					Platforms: []Platform{{KeepAlive: c.keepalive, Reuse: c.reuse, Scaling: perRequest{}}},
					Observers: func() []Observer { return []Observer{silent{}} },
				}
				return testing.AllocsPerRun(2, func() {
					if _, err := Run(context.Background(), config); err != nil {
						t.Fatal(err)
					}
				})
			}
			few, many := allocations(20_000), allocations(200_000)
			// Slices grow with the number of requests under way, by doubling.
			if many > few+20*6 {
				t.Errorf("%v allocations for 200,000 invocations, %v for 20,000", many, few)
			}
		})
	}
}
