package traces

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
)

// Median of Burr XII: λ·(2^(1/k) − 1)^(1/c) = 107.083 × (2^4.52489 − 1)^0.0858222 = 139.6 MB.
// Median of the functions' mean durations: e^−0.38 s = 683.9 ms.
func TestGenerationDistributions(t *testing.T) {
	g := DefaultGeneration()
	if got := g.memory(0.5); got != 140 {
		t.Errorf("median memory %d", got)
	}
	q := g.durations(0.5)
	// The lognormal's median is its mean × e^(−σ²/2) = 683.9 × e^−0.18 = 571.2 ms.
	if got := float64(q.at[3]) / 1e6; math.Abs(got-571.2) > 0.1 {
		t.Errorf("median duration %v ms", got)
	}
	if got := meanOfDraws(&q); math.Abs(got/1e6-683.861) > 0.001 { // e^−0.38 s = 683.861 ms
		t.Errorf("mean duration %v ns", got)
	}
}

// All formats hold the same functions; the rows and the store the same
// invocations too. The same parameters give the same bytes.
func TestGenerate(t *testing.T) {
	g := quiet()
	var csv [2]bytes.Buffer
	for i := range csv {
		if err := Generate(context.Background(), g, Destination{Spec: "csv:-", Stdout: &csv[i]}); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(csv[0].Bytes(), csv[1].Bytes()) {
		t.Error("another run, other bytes")
	}
	dir := t.TempDir()
	ctx := context.Background()
	want := map[string][]named(nil)
	for _, spec := range []string{"store:" + dir + "/g.store", "csv:" + dir + "/g.csv.gz", "jsonl:" + dir + "/g.jsonl", "azure2021:" + dir + "/g.txt", "azure2019:" + dir + "/tables"} {
		if err := Generate(ctx, g, Destination{Spec: spec}); err != nil {
			t.Fatal(err)
		}
		tr := mustOpen(t, spec, Options{})
		if w := tr.Report().Warnings(); len(w) > 0 {
			t.Errorf("%s: %q", spec, w)
		}
		got := byName(tr.Functions(), drain(t, tr, all(tr)))
		if want == nil {
			want = got
			continue
		}
		switch tr.Report().Format {
		case "azure2021": // knows neither owners nor memory
			n := 0
			for _, v := range got {
				n += len(v)
			}
			m := 0
			for _, v := range want {
				m += len(v)
			}
			if n != m {
				t.Errorf("%s: %d invocations, want %d", spec, n, m)
			}
		case "azure2019": // counts a minute: as many, but placed anew
			for id, v := range want {
				if len(got[id]) != len(v) || got[id][0].Function.Memory != v[0].Function.Memory {
					t.Errorf("%s: %q has %d invocations, want %d", spec, id, len(got[id]), len(v))
				}
			}
		default:
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %.500s", spec, diff)
			}
		}
	}
	if err := Generate(ctx, g, Destination{Spec: "azure2019:" + dir + "/tables"}); err == nil {
		t.Error("a folder that exists was overwritten")
	}
	g.Apps = 41
	if err := Generate(ctx, g, Destination{Spec: "csv:-", Stdout: &csv[0]}); err == nil || err.Error() != "generating a trace: expected apps from 1 to the number of functions" {
		t.Error(err)
	}
}

// The popularity that was asked for comes out, and the load too.
func TestGeneratedPopularity(t *testing.T) {
	g := DefaultGeneration()
	g.Triggers = []TriggerShare{{"http", 1}}
	g.Functions, g.Apps, g.Invocations, g.Zipf = 100, 100, 2_000_000, 1.2
	tr, err := g.trace()
	if err != nil {
		t.Fatal(err)
	}
	s, err := Stat(context.Background(), tr, sim.RunKey{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	// Poisson: 4 standard deviations of √2,000,000.
	if math.Abs(float64(s.Invocations)-2e6) > 4*1415 {
		t.Errorf("%d invocations", s.Invocations)
	}
	if math.Abs(s.Zipf-1.2) > 0.01 {
		t.Errorf("Zipf exponent %v", s.Zipf)
	}
}

// Rows of a sample of tables are those of the source; minutes keep their
// numbers; what is sampled replays what the source does in that time.
func TestSampleTables(t *testing.T) {
	spec := generated(t, "azure2019")
	ctx := context.Background()
	o := Options{Sample: 7, Start: 30 * sim.Minute, Horizon: sim.Hour}
	to := "azure2019:" + filepath.Join(t.TempDir(), "sample")
	if _, err := SampleTo(ctx, spec, o, sim.RunKey{}, Destination{Spec: to}); err != nil {
		t.Fatal(err)
	}
	o.Arrivals = Even
	want, got := mustOpen(t, spec, o), mustOpen(t, to, Options{Arrivals: Even})
	if len(got.Functions()) != 7 || got.Horizon() != sim.Hour || len(got.Report().Warnings()) > 0 {
		t.Errorf("%d functions, %d, %q", len(got.Functions()), got.Horizon(), got.Report().Warnings())
	}
	a, b := drain(t, want, all(want)), drain(t, got, all(got))
	for i := range a { // services are keyed by the minute, which another origin renumbers
		a[i].Service = 0
	}
	for i := range b {
		b[i].Service = 0
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("%.500s", diff)
	}
	o.Start = 1
	if _, err := SampleTo(ctx, spec, o, sim.RunKey{}, Destination{Spec: to + "2"}); err == nil {
		t.Error("a start within a minute: no error")
	}
	if left, _ := os.ReadDir(filepath.Dir(to[len("azure2019:"):])); len(left) != 1 {
		t.Errorf("left %v", left)
	}
}

// The shipped sample's parameters make what they say: some 700,000 invocations
// of 120 functions in 60 apps, in less than 300 kB.
func TestShippedSample(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sample")
	if err := Generate(context.Background(), DefaultGeneration(), Destination{Spec: "azure2019:" + dir}); err != nil {
		t.Fatal(err)
	}
	tr := mustOpen(t, "azure2019:"+dir, Options{})
	sum := int64(0)
	for _, c := range tr.Counts() {
		sum += c
	}
	apps := map[string]bool{}
	for _, f := range tr.Functions() {
		apps[f.App] = true
	}
	if sum < 500_000 || sum > 1_000_000 || len(tr.Functions()) != 120 || len(apps) != 60 || tr.Horizon() != sim.Day {
		t.Errorf("%d invocations of %d functions in %d apps over %d", sum, len(tr.Functions()), len(apps), tr.Horizon())
	}
	size := int64(0)
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		info, _ := e.Info()
		size += info.Size()
	}
	if size > 300_000 {
		t.Errorf("%d bytes", size)
	}
}
