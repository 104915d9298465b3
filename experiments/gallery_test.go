package experiments

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/traces"
)

// TestGallery: each shipped experiment can be run, here cut short; and one on
// public data says in its head where the data is had. Those of many requests a second are
// cut to minutes.
func TestGallery(t *testing.T) {
	files, err := filepath.Glob("*.toml")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d experiments, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sets := []string{"replications=1", `output.plots=[]`}
			cut := func(warmup, horizon string) {
				sets = append(sets, "workload.warmup="+warmup, "workload.horizon="+horizon)
			}
			switch file {
			case "keepalive.toml", "policies.toml":
				sets = append(sets, "workload.sample.functions=40")
				cut("1h", "2h")
			case "gpu-coldstart.toml": // its bursts are hours apart
				cut("1d", "3d")
			case "llm-batching.toml", "prefix-cache.toml", "placement.toml", "cluster.toml":
				cut("1m", "3m")
			case "autoscale.toml", "retries.toml", "breakeven.toml", "llm-breakeven.toml", "image-model.toml":
				cut("5m", "15m")
			default:
				cut("1h", "2h")
			}
			e, err := Parse(file, data, sets...)
			if err != nil {
				t.Fatal(err)
			}
			p, err := Prepare(context.Background(), e, Env{DataDir: os.Getenv("COLDCURVE_DATA")})
			var missing *traces.NotFound
			if errors.As(err, &missing) {
				t.Skipf("it is on public data, which COLDCURVE_DATA does not have: %v", err)
			}
			if err != nil {
				t.Fatal(err)
			}
			set, err := p.Run(context.Background(), RunOptions{Dir: filepath.Join(t.TempDir(), "out"), Workers: 2})
			if err := errors.Join(err, p.Close()); err != nil {
				t.Fatal(err)
			}
			checkRows(t, set)
		})
	}
}

// TestGalleryOfApplications: each application of the gallery runs, here cut short.
func TestGalleryOfApplications(t *testing.T) {
	files, err := filepath.Glob("apps/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, file := range files {
		if strings.HasSuffix(file, ".app.toml") {
			continue
		}
		ran++
		t.Run(file, func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sets := []string{"replications=1", "output.plots=[]"}
			switch filepath.Base(file) {
			case "nightly-batch.toml", "federated.toml": // one start a day
			case "recommendation.toml", "mobile-backend.toml":
				sets = append(sets, "workload.horizon=20m")
			default:
				sets = append(sets, "workload.horizon=4m", "workload.warmup=1m")
			}
			e, err := Parse(file, data, sets...)
			if err != nil {
				t.Fatal(err)
			}
			p, err := Prepare(context.Background(), e, Env{})
			if err != nil {
				t.Fatal(err)
			}
			set, err := p.Run(context.Background(), RunOptions{Dir: filepath.Join(t.TempDir(), "out"), Workers: 2})
			if err := errors.Join(err, p.Close()); err != nil {
				t.Fatal(err)
			}
			checkRows(t, set)
		})
	}
	if ran < 11 {
		t.Errorf("%d applications, want 11 or more", ran)
	}
}

// checkRows sees that each row has an outcome for each arrival, and a bill
// where it has a tariff.
func checkRows(t *testing.T, set *results.Set) {
	t.Helper()
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		r := &rows[i]
		sum := 0.0
		for _, name := range []string{"completed", "rejected", "timed_out", "failed", "abandoned", "in_flight"} {
			if s, _ := r.Stat(name); s.Defined() { // nobody gives up without clients
				sum += s.Mean
			}
		}
		if s, _ := r.Stat("arrivals"); s.Mean != sum || sum == 0 {
			t.Errorf("%v %s: %v arrivals and %v outcomes", r.Values, r.Platform, s.Mean, sum)
		}
		if s, _ := r.Stat("cost"); s.Defined() != (r.Tariff != "") {
			t.Errorf("%v %s %q: cost %v", r.Values, r.Platform, r.Tariff, s.Mean)
		}
	}
}
