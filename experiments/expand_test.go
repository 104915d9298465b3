package experiments

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
)

// parseSound parses the sound experiment with something added.
func parseSound(t *testing.T, more string, sets ...string) *Experiment {
	t.Helper()
	e, err := Parse("x.toml", []byte(sound+more), sets...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// labelRows returns the labels of each point, in their order.
func labelRows(e *Experiment) [][]string {
	var rows [][]string
	for _, p := range e.points {
		var row []string
		for _, v := range p.values {
			row = append(row, v.Label)
		}
		rows = append(rows, row)
	}
	return rows
}

// TestGrid: a grid is the product of its paths in the order of the file, the
// last one varying fastest, and each cell is set so.
func TestGrid(t *testing.T) {
	e := parseSound(t, `
[sweep.grid]
"platform.p.keepalive" = [{ label = "short", name = "fixed", window = "1m" }, { name = "none" }, { name = "fixed", window = "2m" }]
"platform.*.concurrency" = [1, 4]
`)
	if diff := cmp.Diff([]string{"platform.p.keepalive", "platform.*.concurrency"}, e.Paths); diff != "" {
		t.Error(diff)
	}
	want := [][]string{
		{"short", "1"}, {"short", "4"},
		{"none", "1"}, {"none", "4"}, // without a label: the name
		{"fixed(window=2m)", "1"}, {"fixed(window=2m)", "4"}, // and the parameters
	}
	if diff := cmp.Diff(want, labelRows(e)); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	if got := e.points[3].platforms[0].sim.Concurrency; got != 4 {
		t.Errorf("concurrency %d in the fourth cell, want 4", got)
	}
}

// TestCases: cases come as they are listed; what a case does not set stays as
// it is in the file.
func TestCases(t *testing.T) {
	e := parseSound(t, `
[[sweep.case]]
label = "small"
"platform.p.memory" = "256MB"
[[sweep.case]]
label = "busy"
"workload.function.f.arrivals.rate" = "9/s"
`)
	if diff := cmp.Diff([]string{"label", "platform.p.memory", "workload.function.f.arrivals.rate"}, e.Paths); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]string{{"small", "256MB", ""}, {"busy", "", "9/s"}}, labelRows(e)); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	if got := []int64{e.points[0].platforms[0].sim.Memory, e.points[1].platforms[0].sim.Memory}; got[0] != 256 || got[1] != 128 {
		t.Errorf("memory %v, want 256 and the default, 128", got)
	}
}

// TestQuantities: a swept number is an axis in its base unit.
func TestQuantities(t *testing.T) {
	for _, row := range []struct {
		path, value string
		x           float64
		unit        string
		numeric     bool
	}{
		{"platform.p.timeout", `"90s"`, 90, "s", true},
		{"platform.p.memory", `"2GB"`, 2048, "MiB", true},
		{"workload.function.f.arrivals.rate", `"30/m"`, 0.5, "1/s", true},
		{"platform.p.memory_scale", `1.5`, 1.5, "", true},
		{"platform.p.concurrency", `3`, 3, "", true},
		{"platform.p.reuse", `"newest"`, 0, "", false},
		{"platform.p.keepalive", `{ label = "10", name = "none" }`, 0, "", false},
	} {
		e := parseSound(t, "[sweep.grid]\n\""+row.path+"\" = ["+row.value+"]\n")
		v := e.points[0].values[0]
		if v.Number != row.x || v.Unit != row.unit || v.Numeric != row.numeric {
			t.Errorf("%s = %s: got %v %q %v, want %v %q %v", row.path, row.value, v.Number, v.Unit, v.Numeric, row.x, row.unit, row.numeric)
		}
	}
}

// TestCellsShare: what a sweep does not concern is read once, however many cells
// there are.
func TestCellsShare(t *testing.T) {
	more := "\"platform.p.memory\" = [\"128MB\", \"256MB\"]\n[[platform]]\nname = \"q\"\npreset = \"aws-lambda\"\n[output]"
	e, err := Parse("x.toml", []byte(strings.Replace(small, "[output]", more, 1)))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := Prepare(context.Background(), e, Env{})
	if err != nil {
		t.Fatal(err)
	}
	first := e.points[0]
	for _, p := range e.points[1:] {
		if p.workload != first.workload || p.platforms[1] != first.platforms[1] || p.platforms[0] == first.platforms[0] {
			t.Errorf("%v shares other than the workload and q", p.values)
		}
	}
	if a, b := plan.cells[0].units[0].workload, plan.cells[1].units[0].workload; len(e.points) != 4 || a.functions[0].Memory != b.functions[0].Memory {
		t.Errorf("%d points, workloads %v, %v", len(e.points), a, b)
	}
}

// TestSet: --set changes any key, and below a key of a preset that part only.
func TestSet(t *testing.T) {
	text := `
[workload]
horizon = "1h"
[[workload.function]]
name = "f.g"
arrivals = { process = "poisson", rate = "1/s" }
service = "100ms"
[[platform]]
name = "p"
preset = "aws-lambda"
`
	e, err := Parse("x.toml", []byte(text), "seed=7", "title=a = b", "platform.p.limit.account=3", "platform.p.keepalive.window=5m",
		"platform.p.init.runtime=1s", `workload.function."f.g".memory=1GB`, `bill.span="run"`)
	if err != nil {
		t.Fatal(err)
	}
	p := e.points[0].platforms[0]
	if e.Seed != 7 || e.Title != "a = b" || e.span.String() != "run" {
		t.Errorf("got seed %d, title %q, span %s", e.Seed, e.Title, e.span)
	}
	// The preset has account = 1000, requests = "10/s", ramp = "1000/10s": the last two stay.
	want := sim.Limit{Account: 3, Requests: sim.Ramp{Burst: 10, Period: sim.Second}, Ramp: sim.Ramp{Burst: 1000, Period: 10 * sim.Second}}
	if diff := cmp.Diff(want, p.sim.Limit); diff != "" {
		t.Errorf("limit (-want +got):\n%s", diff)
	}
	if len(p.sim.Init) != 2 || p.sim.Init[1].Duration.Sample(0.9) != sim.Second {
		t.Errorf("got init %v, want the preset's sandbox and a runtime of 1 s", p.sim.Init)
	}
	if got := p.spec.KeepAlive.String(); got != `{ name = "fixed", window = "5m" }` {
		t.Errorf("got keepalive %s", got)
	}
	plan, err := Prepare(context.Background(), e, Env{})
	if err != nil {
		t.Fatal(err)
	}
	if got := plan.units[0].workload.functions[0].Memory; got != 1024 {
		t.Errorf("got %d MiB, want 1024", got)
	}
}

// TestPresetKeys: a key of the file replaces the preset's value, a limit that
// limit only.
func TestPresetKeys(t *testing.T) {
	e, err := Parse("x.toml", []byte(`
[workload]
horizon = "1h"
`+functions+`
[[platform]]
name = "p"
preset = "aws-lambda"
init = { sandbox = "2s" }
limit = { account = 5 }
`))
	if err != nil {
		t.Fatal(err)
	}
	p := e.points[0].platforms[0].sim
	if len(p.Init) != 1 || p.Init[0].Duration.Sample(0.5) != 2*sim.Second {
		t.Errorf("got init %v, want a sandbox of 2 s and nothing else", p.Init)
	}
	if p.Limit.Account != 5 || p.Limit.Ramp.Burst != 1000 {
		t.Errorf("got limit %+v, want an account limit of 5 and the preset's ramp", p.Limit)
	}
}

// TestMemory: what a function gets, in MiB.
func TestMemory(t *testing.T) {
	sizes := "memory_sizes = [\"512MB\", \"2048MB\", \"4096MB\"]"
	for _, row := range []struct {
		platform  string // keys
		asked     int64
		want      int64
		wantAbove bool
	}{
		{`memory = "256MB"`, 0, 256, false},                           // the platform's default
		{`memory = "256MB"`, 700, 700, false},                         // its own
		{`memory_min = "128MB"`, 40, 128, true},                       // raised to the smallest
		{sizes, 513, 2048, true},                                      // the next larger size
		{sizes, 512, 512, false},                                      // just a size
		{sizes, 9000, 9000, false},                                    // larger than all: the tariff will say
		{`memory_scale = 1.5`, 101, 152, false},                       // 151.5, rounded up
		{"memory_scale = 0.1\nmemory_min = \"64MB\"", 100, 64, false}, // scaled, then raised
	} {
		e, err := Parse("x.toml", []byte("[workload]\nhorizon = \"1h\"\n"+functions+"\n[[platform]]\nname = \"p\"\nkeepalive = { name = \"none\" }\n"+row.platform))
		if err != nil {
			t.Fatal(err)
		}
		s := &e.points[0].platforms[0].spec
		f := sim.Function{Name: "f", Memory: row.asked}
		if above := s.size(&f); f.Memory != row.want || above != row.wantAbove {
			t.Errorf("%s, %d MiB asked: got %d, raised %v; want %d, %v", row.platform, row.asked, f.Memory, above, row.want, row.wantAbove)
		}
	}
}

// fixed is a workload of functions that are never called.
type fixed struct{ functions []sim.Function }

func (f fixed) Functions() []sim.Function                     { return f.functions }
func (f fixed) Open(sim.RunKey, []uint32) (sim.Source, error) { return nil, nil }

// TestIdentity: what determines a result changes the unit, and nothing else does.
func TestIdentity(t *testing.T) {
	base := smallPlan(t).units[0].id
	for _, row := range []struct {
		set  string
		same bool
	}{
		{"title=other", true},
		{"description=other", true},
		{`output.plots=["latency-cdf"]`, true},
		{"slo.latency_p99_s=1.0", true},
		{"replications=5", true}, // the first replication is what it was
		{"seed=2", false},
		{"workload.horizon=2h", false},
		{"workload.warmup=1m", false},
		{"workload.function.f.service=1s", false},
		{"platform.p.memory_scale=2", false},
		{"platform.p.limit.account=999", false},
		{`platform.p.tariffs=["aws-lambda-arm"]`, false},
		{"bill.span=run", false},
	} {
		if got := smallPlan(t, row.set).units[0].id == base; got != row.same {
			t.Errorf("--set %s: the same unit is %v, want %v", row.set, got, row.same)
		}
	}
}

// TestSharedUnits: cells whose platforms behave alike share their units. Here
// the sweep concerns p alone, so q is simulated once a replication: 2 × 2 + 2.
func TestSharedUnits(t *testing.T) {
	e, err := Parse("x.toml", []byte(small+"[[platform]]\nname = \"q\"\npreset = \"aws-lambda\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Prepare(context.Background(), e, Env{})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.cells) != 4 || len(p.units) != 6 {
		t.Errorf("got %d cells and %d units, want 4 and 6", len(p.cells), len(p.units))
	}
}
