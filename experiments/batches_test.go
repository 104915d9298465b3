package experiments

import (
	"context"
	"math"
	"os"
	"strings"
	"testing"
)

// The time in M/M/1 is exponential with the mean 1 ÷ (μ − λ) = 1 s, so that its 90th
// percentile is ln 10 s. Of 16 h two, more than 60,000 requests, are left out as its start.
// Intervals of twenty batches of 42 min, 66 times the relaxation time
// of the queue, 1 ÷ μ(1 − √ρ)² = 38 s, hold them for 95 % ± 3 % of the seeds.
func TestBatchesCover(t *testing.T) {
	seeds := 20
	if os.Getenv("COLDCURVE_SOAK") != "" {
		seeds = 400
	}
	hits := map[string]int{}
	for seed := 1; seed <= seeds; seed++ {
		set, err := planned(t, t.TempDir(), batched(seed, "16h", "2h", "9/s")).Simulate(context.Background(), 2, nil)
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

// Batches that are too short to forget the queue depend on each other, and it is said, of as
// many runs as the size and the power of the test make. At ρ = 1 the queue, of some 200 after
// an hour, is a random walk, and no shorter for its means over 15 s: of walks of 25 steps the
// correlation of one with the next, about their mean, is below 1 − 10.2 ÷ 25 = 0.59 in a tenth,
// of twenty below 0.49 (Fuller 1976, the limits of n(ρ̂ − 1), from memory), where 0.47 is said.
// At ρ = 0.5 the queue forgets with the time 1 ÷ μ(1 − √ρ)² = 1.2 s, so that batches of two
// minutes are independent: of three columns that vary each is found 1 % of the time at most.
// Between them, at ρ = 0.9, batches of 15 s depend moderately, and no theory says how often it
// is found: a third of the runs, which docs/experiment.md says, is what was measured.
// Three deviations of a part of so many runs are allowed.
func TestDependentBatchesAreSaid(t *testing.T) {
	const runs = 150
	for _, c := range []struct {
		horizon, rate string
		least, most   float64
	}{
		{"1h5m", "10/s", 0.9 - 3*math.Sqrt(0.9*0.1/runs), 1},
		{"1h40m", "5/s", 0, 0.03 + 3*math.Sqrt(0.03*0.97/runs)},
		{"1h5m", "9/s", 0.35 - 3*math.Sqrt(0.35*0.65/runs), 0.35 + 3*math.Sqrt(0.35*0.65/runs)},
	} {
		said := 0
		for seed := 1; seed <= runs; seed++ {
			set, err := planned(t, t.TempDir(), batched(seed, c.horizon, "1h", c.rate)).Simulate(context.Background(), 1, nil)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			if err := set.Render(&b, "text"); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(b.String(), "95 % intervals: Student's t over 20 batches of ") {
				t.Fatalf("%s: it is not said what intervals are over:\n%s", c.horizon, b.String())
			}
			if strings.Contains(b.String(), "batches depend on the one before in latency_") {
				said++
			}
		}
		share := float64(said) / runs
		t.Logf("%s at %s: said of %.1f %% of %d runs", c.horizon, c.rate, share*100, runs)
		if share < c.least || share > c.most {
			t.Errorf("%s at %s: said of %.1f %%, want %.1f to %.1f", c.horizon, c.rate, share*100, c.least*100, c.most*100)
		}
	}
}

// What cannot be cut into blocks is refused at its key.
func TestIntervalsErrors(t *testing.T) {
	text := batched(1, "3h", "2h", "9/s")
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
