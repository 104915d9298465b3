package experiments

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSnapshotIsAnotherInit: two requests of 1 s, 400 s apart under a window of 5 minutes, are both cold. A start of 150 ms +
// 350 ms + 3.5 s makes 5 s of each; a snapshot's, of 150 ms + 400 ms, 1.55 s. Lambda bills what comes from the runtime
// on, 1 GB × 4.85 s each; a restore is not billed by time, and leaves 1 s each. It is billed by the GB instead, two of them
// at 0.0001397998, and 10,800 GB-s that are kept at 0.0000015046: AWS counts a version for 3 hours at least, and a bill of
// the run is of these 20 minutes alone. A month of them holds the version throughout: 2,592,000 GB-s.
func TestSnapshotIsAnotherInit(t *testing.T) {
	for _, test := range []struct {
		name, init, duration string
		latency              float64 // s
	}{
		{"from the start", `{ sandbox = "150ms", runtime = "350ms", dependencies = "3500ms" }`, "duration, tier 1 | 9.7 | 0.00016166699", 5},
		{"from a snapshot", `{ sandbox = "150ms", restore = "400ms" }`, "duration, tier 1 | 2 | 0.0000333334", 1.55},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			got := billOf(t, dir, &gpuBill{
				load: "0,1\n400,1\n", window: `horizon = "20m"`,
				platform: preset("aws-lambda") + keepFor("5m") + "memory = \"1GB\"\ninit = " + test.init + "\ntariffs = [\"aws-lambda\"]\n",
			})
			if !strings.Contains(got, test.duration+"\n") {
				t.Errorf("billed\n%s, want %s", got, test.duration)
			}
			for _, text := range []string{"SnapStart cache | 10800 | 0.01624968\n", "SnapStart restore | 2 | 0.0002795996\n"} {
				if strings.Contains(got, text) != strings.Contains(test.init, "restore") {
					t.Errorf("billed\n%s, want %s of the snapshot alone", got, text)
				}
			}
			if latency := latencyMean(t, dir); math.Abs(latency-test.latency) > 1e-9 {
				t.Errorf("latency is %v s, want %v s", latency, test.latency)
			}
		})
	}
}

// latencyMean runs the experiment that billOf left in a folder.
func latencyMean(t *testing.T, dir string) float64 {
	t.Helper()
	path := filepath.Join(dir, "x.toml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	e, err := Parse(path, text)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Prepare(t.Context(), e, Env{})
	if err != nil {
		t.Fatal(err)
	}
	set, err := p.Run(context.Background(), RunOptions{Dir: filepath.Join(dir, "again"), Workers: 1})
	if err := errors.Join(err, p.Close()); err != nil {
		t.Fatal(err)
	}
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	s, _ := rows[0].Stat("latency_mean_s")
	return s.Mean
}
