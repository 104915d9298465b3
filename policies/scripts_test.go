package policies

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies/script"
	"github.com/coldcurve/coldcurve/sim"
)

// examples is the folder of the scripts that are shipped.
const examples = "../experiments/policies-star/"

// scriptKinds says which kind of policy each of them is.
func scriptKinds() map[string]string {
	return map[string]string{
		"concurrency.star": "scaling", "daytime.star": "prewarm", "fixed.star": "keep-alive", "gdsf.star": "eviction",
		"histogram.star": "keep-alive", "shortest.star": "routing", "standing.star": "pool", "twochoices.star": "placement",
	}
}

// withScripts adds to the policies of a kind the scripts, which the conformance tests hold
// to the same.
func withScripts(kind string, entries []Entry) []Entry {
	for name, of := range scriptKinds() {
		if of != kind {
			continue
		}
		e := Entry{Name: name, Help: "a script", Control: Operator, Source: "an example"}
		switch kind {
		case "keep-alive":
			e.NewKeepAlive = script.KeepAlive
		case "prewarm":
			e.NewPrewarm = script.Prewarm
		case "pool":
			e.NewPool = script.Pool
		case "scaling":
			e.NewScaling = script.Scaling
		case "routing":
			e.NewRouting = script.Routing
		case "eviction":
			e.NewEviction = script.Eviction
		case "placement":
			e.NewPlacement = script.Placement
		}
		entries = append(entries, e)
	}
	return sorted(entries...)
}

// scriptTable is what an experiment makes of { script = name }.
func scriptTable(name string, params map[string]any) map[string]any {
	text, err := os.ReadFile(examples + name)
	if err != nil {
		panic(err)
	}
	all := map[string]any{"script": name, script.SourceKey: string(text), "label": "ignored"}
	for key, v := range params {
		all[key] = v
	}
	return all
}

// TestScriptsAreListed: the suite runs every script that is shipped.
func TestScriptsAreListed(t *testing.T) {
	files, err := filepath.Glob(examples + "*.star")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d scripts, %v", len(files), err)
	}
	for _, file := range files {
		if scriptKinds()[filepath.Base(file)] == "" {
			t.Errorf("scriptKinds lacks %s", file)
		}
	}
}

func scriptPolicy(t *testing.T, name string, params map[string]any) *spec.Node {
	t.Helper()
	return spec.FromValue("x.toml", 3, scriptTable(name, params))
}

// TestHistogramScript: the shipped histogram learns idle times of 20 minutes. Requests of a
// second come every 1201 s, so that each idle time is 1200 s, of which 4 are wanted first.
//
//	cold at 0 (a start takes 2 s: it ends at 3, the next idle time is 1198 s, in minute 19)
//	warm at 1201, 2402, 3603, 4804: kept for the range, 4 h; the idle times are 1198 and then 1200 s, in minute 20
//	from the end at 4805 on, 4 have been seen: head and tail at 0 % and 100 % are the minutes 19 and 20,
//	with a margin of 0: it stops at 4805, and another starts 19 min later, at 5945, for until 21 min later, 6065.
func TestHistogramScript(t *testing.T) {
	f, err := KeepAlive(scriptPolicy(t, "histogram.star", map[string]any{"least": 4, "head": 0.0, "tail": 100.0, "margin": 0.0}))
	if err != nil {
		t.Fatal(err)
	}
	all := run(t, sim.Config{
		Workload: newLoad([]float64{0, 1201, 2402, 3603, 4804}), Window: sim.Window{Horizon: 2 * sim.Hour},
		Platforms: []sim.Platform{{KeepAlive: f}},
	})
	if got, want := all.colds(), []float64{0}; !slices.Equal(got, want) {
		t.Errorf("cold at %v, want %v", got, want)
	}
	if got, want := strings.Join(all.spans(), ", "), "f0 0-4805, f0 5945-6065"; got != want {
		t.Errorf("lives %s, want %s", got, want)
	}
}

// TestDaytimeScript: two instances from 8 to 18 h of the second day too, and none by night.
func TestDaytimeScript(t *testing.T) {
	f, err := Prewarm(scriptPolicy(t, "daytime.star", nil))
	if err != nil {
		t.Fatal(err)
	}
	all := run(t, sim.Config{
		Workload: newLoad([]float64{0}), Window: sim.Window{Horizon: 48 * sim.Hour},
		Platforms: []sim.Platform{{KeepAlive: NoKeepAlive{}, Prewarm: f}},
	})
	// 8 h are 28,800 s, 18 h 64,800; a day more 115,200 and 151,200.
	want := "f0 0-3, f0 28800-64800, f0 28800-64800, f0 115200-151200, f0 115200-151200"
	if got := strings.Join(all.spans(), ", "); got != want {
		t.Errorf("lives %s, want %s", got, want)
	}
}

// BenchmarkScript: what a decision costs, with all else of a request that is warm: the
// fixed window in Go, as a policy that is asked, and in a script; and the histogram.
func BenchmarkScript(b *testing.B) {
	histogram, err := KeepAlive(spec.FromValue("x.toml", 3, scriptTable("histogram.star", nil)))
	if err != nil {
		b.Fatal(err)
	}
	fixed, err := KeepAlive(spec.FromValue("x.toml", 3, scriptTable("fixed.star", nil)))
	if err != nil {
		b.Fatal(err)
	}
	for _, row := range []struct {
		name string
		keep sim.KeepAliveFactory
	}{{"go", asked{Fixed{Window: 600e9}}}, {"fixed.star", fixed}, {"histogram.star", histogram}} {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			times := make([]float64, b.N)
			for i := range times {
				times[i] = 2 * float64(i)
			}
			load := newLoad(times)
			b.ResetTimer()
			_, err := sim.Run(context.Background(), sim.Config{
				Workload: load, Window: sim.Window{Horizon: sim.Longest}, Observers: func() []sim.Observer { return nil },
				Platforms: []sim.Platform{{KeepAlive: row.keep, Scaling: PerRequest{}}},
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}

// asked is a policy without the shortcut that a fixed window has.
type asked struct{ sim.KeepAliveFactory }

func (a asked) New(g sim.Group) sim.KeepAlive {
	return struct{ sim.KeepAlive }{a.KeepAliveFactory.New(g)}
}
