package traces

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
)

func quiet() Generation {
	g := DefaultGeneration()
	g.Functions, g.Apps, g.Hours, g.Invocations, g.Zipf = 40, 20, 3, 20_000, 1.2
	return g
}

// generated writes a small synthetic trace.
func generated(t testing.TB, format string) string {
	t.Helper()
	spec := format + ":" + filepath.Join(t.TempDir(), "g")
	if err := Generate(context.Background(), quiet(), Destination{Spec: spec}); err != nil {
		t.Fatal(err)
	}
	return spec
}

// A cut replays exactly what the whole trace has in [start, start + horizon),
// for every format, start within a minute included.
func TestStartAndHorizon(t *testing.T) {
	for _, format := range []string{"azure2019", "csv", "store"} {
		spec := generated(t, format)
		whole := mustOpen(t, spec, Options{})
		for _, c := range []struct{ start, horizon sim.Time }{
			{0, 30 * sim.Minute}, {20 * sim.Minute, 0}, {25*sim.Minute + 7*sim.Second + 3, 61*sim.Minute + 1},
		} {
			tr := mustOpen(t, spec, Options{Start: c.start, Horizon: c.horizon})
			end := c.start + c.horizon
			if c.horizon == 0 {
				end = whole.Horizon()
			}
			if tr.Horizon() != end-c.start {
				t.Errorf("%s: horizon %d", format, tr.Horizon())
			}
			var want []sim.Invocation
			for _, v := range drain(t, whole, all(whole)) {
				if v.Arrival >= c.start && v.Arrival < end {
					v.Arrival -= c.start
					want = append(want, v)
				}
			}
			if diff := cmp.Diff(want, drain(t, tr, all(tr))); diff != "" || len(want) == 0 {
				t.Errorf("%s from %d for %d: %d invocations wanted\n%.500s", format, c.start, c.horizon, len(want), diff)
			}
		}
	}
}

// A function's invocations are the same whether it is opened alone, with
// others, or in a sample, and repeat with the key.
func TestSourcesAreIndependent(t *testing.T) {
	spec := generated(t, "azure2019")
	whole, sample := mustOpen(t, spec, Options{}), mustOpen(t, spec, Options{Sample: 5})
	together := map[uint32][]sim.Invocation{}
	for _, v := range drain(t, whole, all(whole)) {
		together[v.Function] = append(together[v.Function], v)
	}
	for i, f := range sample.Functions() {
		for j, g := range whole.Functions() {
			if f.ID() != g.ID() {
				continue
			}
			want := together[uint32(j)]
			if diff := cmp.Diff(want, drain(t, whole, []uint32{uint32(j)})); diff != "" {
				t.Error(diff)
			}
			got := drain(t, sample, []uint32{uint32(i)})
			for k := range got {
				got[k].Function = uint32(j)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		}
	}
}

// Of counts 0 … 99 in any order, a sample of 5 takes the middles of fifths:
// 10, 30, 50, 70, 90.
func TestSampleByCount(t *testing.T) {
	functions, counts := make([]sim.Function, 100), make([]int64, 100)
	for i := range counts {
		counts[i] = int64(i * 37 % 100)
	}
	var got []int64
	for _, f := range sampleByCount(functions, counts, 5) {
		got = append(got, counts[f])
	}
	// Indices ascend: 37·i mod 100 = 10, 30, 50, 70, 90 at i = 30, 90, 50, 10, 70.
	if diff := cmp.Diff([]int64{70, 10, 50, 90, 30}, got); diff != "" {
		t.Error(diff)
	}
	if n := len(sampleByCount(functions, counts, 0)); n != 100 {
		t.Error(n)
	}
}

// Scaling a log by 2.5 keeps each invocation, in order, and adds half as many
// again besides doubling; by 0.25 it keeps a quarter, all of them the log's.
func TestScaleLog(t *testing.T) {
	spec := generated(t, "store")
	whole := mustOpen(t, spec, Options{})
	n := len(drain(t, whole, all(whole)))
	for _, c := range []struct{ scale, slack float64 }{
		// Binomial: 4 standard deviations of √(n·p·(1−p)), n ≈ 20,000.
		{2.5, 4 * 71}, {0.25, 4 * 61}, {3, 0},
	} {
		tr := mustOpen(t, spec, Options{Scale: c.scale})
		got := drain(t, tr, all(tr))
		if d := float64(len(got)) - c.scale*float64(n); d > c.slack || d < -c.slack {
			t.Errorf("scale %v: %d of %d", c.scale, len(got), n)
		}
		seen := map[sim.Invocation]int{}
		before := sim.Time(0)
		for _, v := range got {
			if v.Arrival < before || v.Arrival >= tr.Horizon() {
				t.Fatalf("scale %v: %+v after %d", c.scale, v, before)
			}
			before = v.Arrival
			seen[v]++
		}
		if c.scale > 1 {
			for _, v := range drain(t, whole, all(whole)) {
				if seen[v]--; seen[v] < 0 {
					t.Fatalf("scale %v: %+v is gone", c.scale, v)
				}
			}
		}
	}
}

func TestOptionsRefused(t *testing.T) {
	dir := writeFiles(t, map[string]string{"a.csv": "arrival_s,service_s,function\n0,1,f\n"})
	for want, o := range map[string]Options{
		`trace "csv:a.csv": found arrivals = "odd", expected uniform, even or poisson`: {Arrivals: "odd"},
		`trace "csv:a.csv": found a negative start or horizon, expected a time ≥ 0`:    {Start: -1},
		`trace "csv:a.csv": found scale -1, expected a number > 0 and ≤ 1e6`:           {Scale: -1},
		`trace "csv:a.csv": found a sample of -1 functions, expected a number ≥ 1`:     {Sample: -1},
		`a.csv: the trace ends at 0.000000001 s, before the start at 1 s`:              {Start: sim.Second},
	} {
		o.Beside, o.TempDir = dir, dir
		if _, err := Open(context.Background(), "csv:a.csv", o); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	tr := mustOpen(t, "csv:a.csv", Options{Beside: dir, Horizon: sim.Hour})
	if w := tr.Report().Warnings(); len(w) != 1 || !strings.Contains(w[0], "before the horizon") {
		t.Error(w)
	}
}
