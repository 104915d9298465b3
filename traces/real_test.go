package traces

import (
	"context"
	"io"
	"os"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// dataDir is the folder with the public traces; without it the test is skipped.
func dataDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("COLDCURVE_DATA")
	if info, err := os.Stat(dir); dir == "" || err != nil || !info.IsDir() {
		t.Skip("COLDCURVE_DATA names no folder with the public traces")
	}
	return dir
}

func mustOpen(t testing.TB, spec string, o Options) *Trace {
	t.Helper()
	if o.TempDir == "" {
		o.TempDir = t.TempDir()
	}
	tr, err := Open(context.Background(), spec, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tr.Close(); err != nil {
			t.Error(err)
		}
	})
	return tr
}

// all returns the indices of all functions.
func all(t *Trace) []uint32 {
	set := make([]uint32, len(t.Functions()))
	for i := range set {
		set[i] = uint32(i)
	}
	return set
}

// drain reads a set of functions to the end.
func drain(t testing.TB, w sim.Workload, set []uint32) []sim.Invocation {
	t.Helper()
	src, err := w.Open(sim.RunKey{Seed: 1}, set)
	if err != nil {
		t.Fatal(err)
	}
	var out []sim.Invocation
	buf := make([]sim.Invocation, 100)
	for {
		n, err := src.Next(buf)
		out = append(out, buf[:n]...)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if c, ok := src.(io.Closer); ok {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// The documented facts of the public samples.
func TestRealAzure2019(t *testing.T) {
	dir := dataDir(t)
	for _, c := range []struct {
		name            string
		functions, apps int
		invocations     int64
		horizon         sim.Time
	}{
		{"azure2019-400", 400, 380, 18_452_673, 24 * sim.Hour},
		{"azure2019-100", 100, 0, 339_657, 8 * sim.Hour}, // minutes 480 to 959
	} {
		tr := mustOpen(t, "azure2019:"+c.name, Options{DataDir: dir})
		apps, sum := map[string]bool{}, int64(0)
		for i, f := range tr.Functions() {
			apps[f.App] = true
			sum += tr.Counts()[i]
			if f.Memory < 1 {
				t.Errorf("%s: %s has no memory", c.name, f.ID())
			}
		}
		if len(tr.Functions()) != c.functions || sum != c.invocations || tr.Horizon() != c.horizon || c.apps > 0 && len(apps) != c.apps {
			t.Errorf("%s: %d functions, %d apps, %d invocations, horizon %d; want %+v", c.name, len(tr.Functions()), len(apps), sum, tr.Horizon(), c)
		}
		if c.name == "azure2019-100" {
			before := sim.Time(0)
			got := drain(t, tr, all(tr))
			if int64(len(got)) != c.invocations {
				t.Errorf("%s: replayed %d", c.name, len(got))
			}
			for _, v := range got {
				if v.Arrival < before || v.Arrival >= c.horizon || v.Service < 0 {
					t.Fatalf("%s: %+v after %d", c.name, v, before)
				}
				before = v.Arrival
			}
		}
		for _, w := range tr.Report().Warnings() {
			t.Log(c.name, w)
		}
	}
}

// realZeroDurations is grep -c ',0.0$' of the file.
const realZeroDurations = 8

// 199 invocations; the first started at 0.07949090003967285 − 0.078 s.
func TestRealAzure2021(t *testing.T) {
	tr := mustOpen(t, "azure2021:azure2021/Azure2021_200.csv", Options{DataDir: dataDir(t)})
	got := drain(t, tr, all(tr))
	if len(got) != 199 {
		t.Fatalf("%d invocations, want 199", len(got))
	}
	if got[0].Arrival != 1_490_900 || got[0].Service != 78*sim.Millisecond {
		t.Errorf("first: %+v", got[0])
	}
	zero := 0
	for _, v := range got {
		if v.Service == 0 {
			zero++
		}
	}
	if zero != realZeroDurations {
		t.Errorf("%d durations of 0.0, want %d", zero, realZeroDurations)
	}
	for _, w := range tr.Report().Warnings() {
		t.Log(w)
	}
}
