package experiments

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// runSmall runs the small experiment, changed by some --set.
func runSmall(t *testing.T, sets ...string) *results.Set {
	t.Helper()
	p := smallPlan(t, sets...)
	set, err := p.Run(context.Background(), RunOptions{Dir: filepath.Join(t.TempDir(), "out"), Workers: 2, Command: "test"})
	if err := errors.Join(err, p.Close()); err != nil {
		t.Fatal(err)
	}
	return set
}

// A Pareto tail of exponent 0.05 from 1 s passes ten years with probability
// (315,619,200)^−0.05 = 0.376; of 7,200 requests that are some 2,708, give or take
// 41. Each of the four units counts its own, whatever the timeout and the limit cut.
func TestClampedDrawsAreCounted(t *testing.T) {
	set := runSmall(t, `workload.function.f.service={dist="pareto",scale="1s",shape=0.05}`, "workload.function.f.arrivals.rate=2/s")
	total := uint64(0)
	seen := map[*results.Replication]bool{}
	for _, c := range set.Cells {
		for _, r := range c.Replications {
			want := float64(r.Arrivals()) * math.Pow(315_619_200, -0.05)
			if got := float64(r.Clamped); math.Abs(got-want) > 4*math.Sqrt(want) {
				t.Errorf("%v durations at the bound of %d, want %.0f", got, r.Arrivals(), want)
			}
			if !seen[r] {
				seen[r] = true
				total += r.Clamped
			}
		}
	}
	if set.Manifest.Clamped != total || total == 0 {
		t.Errorf("the manifest says %d, want %d", set.Manifest.Clamped, total)
	}
	want := fmt.Sprintf("platform p: %d durations were drawn as ten years (3653d) or more, and count as that, in 4 of 4 simulations: the tail of a distribution is cut, and means, latencies and bills with it; what waits for such ones longer than 292 years (2^63 ns) counts as that", total)
	if diff := cmp.Diff([]string{want}, set.Warnings); diff != "" {
		t.Error(diff)
	}
	if set := runSmall(t); set.Manifest.Clamped != 0 || len(set.Warnings) != 0 {
		t.Errorf("without a tail: %d, %q", set.Manifest.Clamped, set.Warnings)
	}
}

// Time 0 is a Monday at 00:00 UTC, or what the experiment says, and goes to each
// unit, its record and the manifest. Two epochs are two units.
func TestEpochGoesToTheRecords(t *testing.T) {
	if monday := time.Unix(0, sim.Monday).UTC(); monday.Weekday() != time.Monday || monday.Hour() != 0 || monday.Nanosecond() != 0 {
		t.Errorf("a workload without a clock begins at %v, want a Monday, 00:00", monday)
	}
	noon := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	for epoch, want := range map[string]time.Time{"": time.Unix(0, sim.Monday).UTC(), "2026-03-04T13:00:00+01:00": noon} {
		var sets []string
		if epoch != "" {
			sets = []string{"workload.epoch=" + epoch}
		}
		set := runSmall(t, sets...)
		for _, c := range set.Cells {
			for _, r := range c.Replications {
				if r.Epoch != want.UnixNano() {
					t.Errorf("epoch %q: the record has %v, want %v", epoch, time.Unix(0, r.Epoch).UTC(), want)
				}
			}
		}
		if diff := cmp.Diff([]string{want.Format(time.RFC3339)}, set.Manifest.Epochs); diff != "" {
			t.Error(diff)
		}
	}
	p := smallPlan(t, `sweep.grid."workload.epoch"=[2026-03-04, 2026-03-05]`)
	if err := p.Close(); err != nil || len(p.units) != 8 {
		t.Errorf("%d units, error %v; want 8: two epochs of two windows, twice", len(p.units), err)
	}
	if got := p.manifest().Epochs; len(got) != 2 {
		t.Errorf("epochs %q, want two", got)
	}
}

// More at a time than a run can hold is wrong input, not a fault.
func TestCrowdIsInput(t *testing.T) {
	if testing.Short() {
		t.Skip("two million instances")
	}
	text := strings.Replace(small, `preset = "aws-lambda"`, `unit = "function"`, 1) // and no limit
	e, err := Parse("small.toml", []byte(text), "workload.function.f.arrivals.rate=3000000/s", "workload.function.f.service=1h", "workload.horizon=1s", "replications=1")
	if err != nil {
		t.Fatal(err)
	}
	p, err := Prepare(context.Background(), e, Env{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Run(context.Background(), RunOptions{Dir: filepath.Join(t.TempDir(), "out"), Workers: 1, Command: "test"})
	var input *InputError
	if !errors.As(err, &input) || !strings.Contains(err.Error(), "more than 2097152 instances at a time, of f") {
		t.Errorf("error %v", err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

// The longest time of a file is the longest of the kernel.
func TestLongestIsOneBound(t *testing.T) {
	var d spec.Duration
	if err := d.UnmarshalText([]byte("3653d")); err != nil || sim.Time(d) != sim.Longest {
		t.Errorf("3653d is %d (%v), want %d", d, err, sim.Longest)
	}
	if err := d.UnmarshalText([]byte("3653d1ns")); err == nil {
		t.Error("a nanosecond more is taken")
	}
}
