package experiments

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
)

// long is one run of M/M/1 at ρ = 0.9: services of 100 ms, of which nine a second arrive. An
// eighth of it, two hours or more than 60,000 requests, is left out as its start.
const long = `
seed = %d
intervals = "batches"
[workload]
horizon = "%s"
warmup = "2h"
[[workload.function]]
name = "f"
arrivals = { process = "poisson", rate = "9/s" }
service = { dist = "exponential", mean = "100ms" }
[[platform]]
name = "p"
dispatch = "queue"
limit = { instances = 1, over = "queue" }
keepalive = { name = "forever" }
[output]
plots = []
`

// The time in M/M/1 is exponential with the mean 1 ÷ (μ − λ) = 1 s, so that its 90th
// percentile is ln 10 s. Intervals of twenty batches of 42 min, 66 times the relaxation time
// of the queue, 1 ÷ μ(1 − √ρ)² = 38 s, hold them for 95 % ± 3 % of the seeds.
func TestBatchesCover(t *testing.T) {
	seeds := 20
	if os.Getenv("COLDCURVE_SOAK") != "" {
		seeds = 400
	}
	hits := map[string]int{}
	for seed := 1; seed <= seeds; seed++ {
		set, err := planned(t, t.TempDir(), fmt.Sprintf(long, seed, "16h")).Simulate(context.Background(), 2, nil)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := set.Rows()
		if err != nil {
			t.Fatal(err)
		}
		for metric, want := range map[string]float64{"latency_mean_s": 1, "latency_p90_s": math.Ln10} {
			if s, _ := rows[0].Stat(metric); math.Abs(s.Mean-want) <= s.Half {
				hits[metric]++
			}
		}
		if s, _ := rows[0].Stat("instances_mean"); !math.IsNaN(s.Half) {
			t.Fatalf("the time of instances has the interval %v", s.Half)
		}
	}
	for _, metric := range []string{"latency_mean_s", "latency_p90_s"} {
		share := float64(hits[metric]) / float64(seeds)
		t.Logf("%s: covered by %.1f %% of %d", metric, share*100, seeds)
		if least := 0.92 - 0.12*float64(400-seeds)/380; share < least || seeds == 400 && share > 0.98 {
			t.Errorf("%s is covered by %.1f %% of %d seeds", metric, share*100, seeds)
		}
	}
}

// Batches that are too short to forget the queue depend on each other, and it is said.
func TestDependentBatchesAreSaid(t *testing.T) {
	for horizon, want := range map[string]bool{"2h5m": true, "30h": false} {
		set, err := planned(t, t.TempDir(), fmt.Sprintf(long, 7, horizon)).Simulate(context.Background(), 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := set.Render(&b, "text"); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(b.String(), "batches depend on the one before in latency_mean_s of p ("); got != want {
			t.Errorf("%s: %v, want %v:\n%s", horizon, got, want, b.String())
		}
		if !strings.Contains(b.String(), "95 % intervals: Student's t over 20 batches of ") {
			t.Errorf("%s: it is not said what intervals are over:\n%s", horizon, b.String())
		}
	}
}

// What cannot be cut into blocks is refused at its key.
func TestIntervalsErrors(t *testing.T) {
	text := fmt.Sprintf(long, 1, "3h")
	for _, c := range []struct{ from, to, want string }{
		{"\"batches\"", "\"batch\"", `toml:3: intervals: unknown kind of intervals "batch"`},
		{"[workload]", "replications = 2\n[workload]", `found "batches" with 2 replications`},
		{"[workload]", "batches = 5\n[workload]", "batches: found 5, want 10 to 100"},
		{"\"batches\"", "\"days\"", `found "days" of a window of 1h, want 7 to 400 whole days`},
		{"\"batches\"", "\"days\"\nbatches = 20", `want intervals = "batches" beside them`},
		{`process = "poisson", rate = "9/s"`, `process = "diurnal", rate = "9/s", amplitude = 0.1`, "(diurnal) follow the day, so that batches are not alike"},
		{"[output]", "[precision]\nlatency_mean_s = \"2%\"\n[output]", "found [precision] with intervals over batches"},
	} {
		e, err := Parse("x.toml", []byte(strings.Replace(text, c.from, c.to, 1)))
		if err == nil {
			_, err = Prepare(context.Background(), e, Env{})
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "x.toml:") {
			t.Errorf("%s: got %v, want %s", c.to, err, c.want)
		}
	}
}
