package experiments

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/results"
)

// operatorRows runs an experiment and returns its rows.
func operatorRows(t interface {
	Helper()
	Fatal(...any)
}, dir, text string) (*results.Set, []results.Row) {
	t.Helper()
	e, err := Parse("operator.toml", []byte(text), "output.plots=[]")
	if err != nil {
		t.Fatal(err)
	}
	p, err := Prepare(context.Background(), e, Env{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	set, err := p.Run(context.Background(), RunOptions{Dir: dir + "/out", Workers: 1, Force: true})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	return set, rows
}

// everyTen is a load of f of 1 GiB, which is asked for a second every ten seconds, with further
// keys of it.
func everyTen(horizon, more string) string {
	return "[workload]\nhorizon = \"" + horizon + "\"\n[[workload.function]]\nname = \"f\"\nmemory = \"1GB\"\n" +
		"arrivals = { process = \"periodic\", every = \"10s\" }\nservice = \"1s\"\n" + more
}

// held are an operator's prices, and heldFor a platform that keeps idle instances for 5 s.
const (
	held    = "[operator]\nholding_cost = 1.8\ncold_start_cost = 0.01\n"
	heldFor = "[[platform]]\nname = \"p\"\nkeepalive = { name = \"fixed\", window = \"5s\" }\n"
)

// statOf is a row's mean of a column.
func statOf(r *results.Row, name string) float64 {
	s, _ := r.Stat(name)
	return s.Mean
}

// A request at 0 s, 10 s, 20 s, … 90 s of a second each, in an instance of 1 GiB with half
// a GPU: gaps of 9 s. In USD an idle instance costs 1.8 an hour for its memory and 3.6 × 1/2
// for its GPU, which is 0.001 a second, and a cold start costs 0.01: it is held for 10 s.
//
//	none:        10 cold                 = 0.100
//	fixed, 5s:   10 cold, 10 × 5 s idle  = 0.150
//	fixed, 1m:   1 cold, 9 × 9 s idle, and 9 s from 91 s to the end = 0.010 + 0.090 = 0.100
//	break-even:  1 cold, 9 × 9 s + 9 s   = 0.100
//	the bound:   1 cold, 9 × 9 s         = 0.091
func TestRegretByHand(t *testing.T) {
	set, rows := operatorRows(t, t.TempDir(), `
[operator]
holding_cost = 1.8
gpu_holding_cost = 3.6
cold_start_cost = 0.01
`+everyTen("100s", "")+`[[platform]]
name = "p"
keepalive = { name = "none" }
gpu = { name = "l4", fraction = 0.5 }
[sweep.grid]
"platform.p.keepalive" = [
  { name = "none" },
  { name = "fixed", window = "5s" },
  { name = "fixed", window = "1m" },
  { name = "break-even", holding = 1.8, standing = 1.8, cold_start = 0.01 },
  { name = "offline-keepalive", holding = 1.8, standing = 1.8, cold_start = 0.01 },
  { name = "offline-keepalive", window = "10s" },
]
`)
	for i, want := range []struct{ cost, regret float64 }{{0.100, 0.009}, {0.150, 0.059}, {0.100, 0.009}, {0.100, 0.009}, {0.091, 0}, {0.091, 0}} {
		r := &rows[i]
		if cost, regret := statOf(r, "operator_cost"), statOf(r, "regret"); math.Abs(cost-want.cost) > 1e-12 || math.Abs(regret-want.regret) > 1e-12 {
			t.Errorf("%v: operator_cost %v and regret %v, want %v and %v", r.Values, cost, regret, want.cost, want.regret)
		}
		if r.RegretBasis != "bound" {
			t.Errorf("%v: regret is against %q, want the bound", r.Values, r.RegretBasis)
		}
	}
	// Six cells of one load, and a bound: that which the experiment has itself, by its prices.
	if got := set.Manifest.Units; got != 6 {
		t.Errorf("%d units, want 6: the bound is made once, and is the fifth cell", got)
	}
}

// On the schedule without cold latency, break-even costs at most twice what the bound does
// (ski rental: Karlin et al.), whatever arrives and whatever the prices; and no policy that
// starts on demand costs less than the bound. A gap that the end of the run cuts off costs
// break-even a window at most where the bound pays nothing: of each instance one.
func TestRegretOfBreakEven(t *testing.T) {
	dir := t.TempDir()
	runs := 0 // each is an experiment, of a third of a second
	rapid.Check(t, func(t *rapid.T) {
		if runs++; runs > 25 {
			return
		}
		holding := rapid.Float64Range(0.1, 10).Draw(t, "holding")
		cold := rapid.Float64Range(0, 0.1).Draw(t, "cold start")
		text := fmt.Sprintf(`
seed = %d
[operator]
holding_cost = %g
cold_start_cost = %g
[workload]
horizon = "1h"
[[workload.function]]
name = "f"
count = 3
memory = "%dMB"
arrivals = { process = "poisson", rate = "%d/h" }
service = "%ds"
[[platform]]
name = "p"
keepalive = { name = "none" }
[sweep.grid]
"platform.p.keepalive" = [
  { name = "break-even", holding = %[2]g, cold_start = %[3]g },
  { name = "fixed", window = "%[7]dm" },
]
`, rapid.IntRange(0, 1000).Draw(t, "seed"), holding, cold, rapid.SampledFrom([]int{128, 1024, 3000}).Draw(t, "memory"),
			rapid.IntRange(1, 400).Draw(t, "rate"), rapid.IntRange(1, 60).Draw(t, "service"), rapid.IntRange(1, 30).Draw(t, "window"))
		_, rows := operatorRows(t, dir, text)
		cost, regret := statOf(&rows[0], "operator_cost"), statOf(&rows[0], "regret")
		if bound := cost - regret; cost > 2*bound*(1+1e-9)+1e-8 { // a window is whole ns, of each of some hundred gaps
			t.Fatalf("break-even costs %v, more than twice the bound's %v:%s", cost, bound, text)
		}
		for i := range rows {
			if got := statOf(&rows[i], "regret"); got < -1e-9 {
				t.Fatalf("row %d has a regret of %v, below the bound:%s", i, got, text)
			}
		}
	})
}

// A bound is told to be an estimate where it is one.
func TestRegretAgainstAnEstimate(t *testing.T) {
	text := held + everyTen("10m", "") + heldFor
	for _, c := range []struct{ more, want string }{
		{"", "bound"},
		{`cluster = { nodes = 1, memory = "4GB" }`, "bound"},          // all that is wanted has room
		{`init = { runtime = "1s" }`, "estimate"},                     // what is cold ends later
		{`concurrency = 2`, "estimate"},                               // several share an instance
		{`prewarm = { name = "provisioned", count = 1 }`, "estimate"}, // starts ahead of demand
	} {
		// What stands there from 0 on does so, too, where the window begins later.
		for _, warmup := range []string{"", "warmup = \"301s\"\n"} {
			_, rows := operatorRows(t, t.TempDir(), strings.Replace(text, "[workload]\n", "[workload]\n"+warmup, 1)+c.more)
			if got := rows[0].RegretBasis; got != c.want {
				t.Errorf("with %q and %q regret is against %q, want %q", c.more, warmup, got, c.want)
			}
		}
	}
}

// Stores, on which starts depend, leave no bound; a reader is told.
func TestNoRegretBesideStores(t *testing.T) {
	set, rows := operatorRows(t, t.TempDir(), held+everyTen("10m", "init = { image = { size = \"1GB\" } }\n")+heldFor+`[[platform.store]]
name = "registry"
bandwidth = "1GB/s"
`)
	if got := statOf(&rows[0], "regret"); !math.IsNaN(got) || !(statOf(&rows[0], "operator_cost") > 0) {
		t.Errorf("regret %v, want none beside a cost", got)
	}
	if all := strings.Join(set.Warnings, "\n"); !strings.Contains(all, "it has no regret: how long a start takes depends on what its stores have loaded before") {
		t.Errorf("it warns of %q", all)
	}
}

func TestOperatorErrors(t *testing.T) {
	rest := "\n" + everyTen("1h", "") + heldFor
	for _, c := range []struct{ operator, want string }{
		{"", "operator.toml:1: operator: found no price of what instances hold"},
		{"holding_cost = -1", "operator.toml:2: operator.holding_cost: found -1, want a price of 0 to 1000000, in USD"},
		{"holding_cost = 1\ncold_start_cost = 1e308", "operator.toml:3: operator.cold_start_cost: found 1e+308, want a price of 0 to 1000000, in USD"},
		{"gpu_holding_cost = 1e7", "operator.toml:2: operator.gpu_holding_cost: found 1e+07, want a price of 0 to 1000000, in USD"},
		{"holding_cost = inf", "operator.toml:2: operator.holding_cost: found the number inf, want a finite number"},
		{"holding_cost = 1\ncold_start_cost = nan", "operator.toml:3: operator.cold_start_cost: found the number nan, want a finite number"},
		{"holding = 1", `unknown key "holding"`},
		{"gpu_holding_cost = 1", `operator.toml:1: operator: platform "p": its instances have no GPUs, and memory has no price`},
	} {
		e, err := Parse("operator.toml", []byte("[operator]\n"+c.operator+rest))
		if err == nil {
			_, err = Prepare(context.Background(), e, Env{})
		}
		if input := (*InputError)(nil); !errors.As(err, &input) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.operator, err, c.want)
		}
	}
}

// The load of TestRegretByHand with another window before and after: 5 s cost 0.150 and 1 min
// 0.100, where the bound costs 0.091, so that the regret falls from 0.059 to 0.009. An
// experiment without [operator] has neither.
func TestOperatorsAreCompared(t *testing.T) {
	text := func(operator, window string) string {
		return operator + `
[workload]
horizon = "100s"
[[workload.function]]
name = "f"
memory = "1GB"
arrivals = { process = "periodic", every = "10s" }
service = "1s"
[[platform]]
name = "p"
keepalive = { name = "fixed", window = "` + window + `" }
gpu = { name = "l4", fraction = 0.5 }
`
	}
	const operator = "[operator]\nholding_cost = 1.8\ngpu_holding_cost = 3.6\ncold_start_cost = 0.01"
	compared := func(a, b string) string {
		before, after := t.TempDir(), t.TempDir()
		operatorRows(t, before, a)
		operatorRows(t, after, b)
		c, err := results.Compare(before+"/out", after+"/out")
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		if err := c.Render(&out, "text", nil); err != nil {
			t.Fatal(err)
		}
		return strings.Join(strings.Fields(out.String()), " ")
	}
	got := compared(text(operator, "5s"), text(operator, "1m"))
	for _, want := range []string{"p operator_cost $0.15 $0.10 −33.3 % −$0.05", "p regret $0.06 $0.0090 −84.7 % −$0.05"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s: want %q in it", got, want)
		}
	}
	if got := compared(text("", "5s"), text("", "1m")); strings.Contains(got, "operator_cost") || strings.Contains(got, "regret") {
		t.Errorf("%s: found an operator's study, want none", got)
	}
}
