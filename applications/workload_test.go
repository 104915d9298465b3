package applications

import (
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// TestArrivals: what arrives from outside arrives at the functions of triggers, as often
// as their processes say, in order, the same each time; each trigger's by itself.
func TestArrivals(t *testing.T) {
	a := mustRead(t, "x.toml", everything)
	c, err := a.Compile(Options{Platforms: platforms, Window: sim.Window{Horizon: 3 * sim.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	drawn := func(set ...uint32) (list []sim.Invocation) {
		t.Helper()
		source, err := c.Workload.Open(sim.RunKey{Seed: 1}, set)
		if err != nil {
			t.Fatal(err)
		}
		buf := make([]sim.Invocation, 7)
		for {
			n, err := source.Next(buf)
			list = append(list, buf[:n]...)
			if errors.Is(err, io.EOF) {
				return list
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	all := drawn(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	counts := map[uint32]int{}
	for i, v := range all {
		counts[v.Function]++
		if i > 0 && v.Arrival < all[i-1].Arrival {
			t.Fatalf("arrival %d comes before the one before it", i)
		}
		if v.Service != 0 || v.Attr != 0 || v.Arrival >= 3*sim.Hour {
			t.Fatalf("arrival %d is %+v", i, v)
		}
	}
	// 4 is web, 5/s for 3 h; 6 is log, 100/s; 7 is night, once a day, first at 2 h; 8
	// and 11 are 1/s. The others get what is sent to them.
	for f, want := range map[uint32]float64{4: 54_000, 6: 1_080_000, 7: 1, 8: 10_800, 11: 10_800} {
		if n := float64(counts[f]); math.Abs(n-want) > 4*math.Sqrt(want) {
			t.Errorf("%v arrivals at %d, want about %v", n, f, want)
		}
	}
	for _, f := range []uint32{0, 1, 2, 3, 5, 9, 10} {
		if counts[f] > 0 {
			t.Errorf("%d arrivals at %d, want none", counts[f], f)
		}
	}
	alone := slices.DeleteFunc(slices.Clone(all), func(v sim.Invocation) bool { return v.Function != 8 })
	if !slices.Equal(drawn(8), alone) {
		t.Error("a trigger's arrivals differ when it is drawn alone")
	}
	if len(drawn()) > 0 {
		t.Error("something arrives at nothing")
	}
	if _, err := c.Workload.Open(sim.RunKey{}, []uint32{12}); err == nil {
		t.Error("a function that is none is opened")
	}
	if _, err := c.Workload.Open(sim.RunKey{}, []uint32{5, 4}); err == nil {
		t.Error("functions are opened in any order")
	}
}

// TestNoHorizon: what was compiled to be drawn cannot be run.
func TestNoHorizon(t *testing.T) {
	c, err := mustRead(t, "x.toml", valid).Compile(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Workload.Open(sim.RunKey{}, []uint32{2}); !errors.Is(err, errNoHorizon) {
		t.Errorf("%v, want that there is no horizon", err)
	}
}

// asking is a model of which a call asks 1000 tokens beside a shared prompt of 64, in a
// context of 1100.
const asking = `trigger = [{ name = "in", start = "model", arrivals = { process = "poisson", rate = "1/s" } }]
function = [
  { name = "plain", platform = "lambda", service = "1s", use = [{ call = "model" }] },
  { name = "model", platform = "run", tokens = { input = 1000, output = { dist = "uniform", least = 20, most = 60 }, context = 1100, system = { tokens = 70, count = 3 }, priority = 2 } },
  { name = "embed", platform = "run", tokens = { input = 5 } },
]
`

// TestTokens: what a call asks depends on its key, the seed and the replication alone.
func TestTokens(t *testing.T) {
	c, err := mustRead(t, "x.toml", asking).Compile(Options{Platforms: platforms, Window: sim.Window{Horizon: sim.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	run := tokens.Of(c.Workload, 1, 0)
	outputs, prompts := map[int32]int{}, map[uint32]int{}
	for key := range uint64(4000) {
		r := run.Tokens(1, 0, sim.Mixed(key))
		if again := run.Tokens(1, 9, sim.Mixed(key)); !slices.Equal(again.Blocks, r.Blocks) || again.Output != r.Output || again.Input != r.Input {
			t.Fatalf("%+v and then %+v of one key", r, again)
		}
		// 1070 in, and of the 1100 of the context 30 are left.
		if r.Input != 1070 || r.Output < 20 || r.Output > 30 || r.Priority != 2 || r.Extent != 16 || len(r.Blocks) != 4 {
			t.Fatalf("a call asks %+v", r)
		}
		outputs[r.Output]++
		prompts[r.Blocks[0]]++
		for i, b := range r.Blocks {
			if b != r.Blocks[0]+uint32(i) || b >= 12 {
				t.Fatalf("the blocks are %v", r.Blocks)
			}
		}
	}
	// Of 41 outputs alike 30 … 60 are cut to 30: 31 in 41.
	if got, want := float64(outputs[30])/4000, 31./41; math.Abs(got-want) > 4*math.Sqrt(want*(1-want)/4000) {
		t.Errorf("%v of the answers have 30 tokens, want %v", got, want)
	}
	if len(prompts) != 3 || prompts[0] == 0 || prompts[4] == 0 || prompts[8] == 0 {
		t.Errorf("the shared prompts begin with the blocks %v", prompts)
	}
	if r := run.Tokens(2, 0, 7); r.Input != 5 || r.Output != 1 || r.Blocks != nil {
		t.Errorf("an embedding asks %+v", r)
	}
	for _, f := range []uint32{0, 3} {
		if r := run.Tokens(f, 0, 7); r.Input != 0 {
			t.Errorf("function %d asks %+v", f, r)
		}
	}
	if !tokens.Shared(c.Workload) {
		t.Error("nothing is shared")
	}
	other := 0
	for key := range uint64(100) {
		if tokens.Of(c.Workload, 1, 1).Tokens(1, 0, key).Blocks[0] != run.Tokens(1, 0, key).Blocks[0] {
			other++
		}
	}
	if other == 0 {
		t.Error("two replications ask the same")
	}
	if c, err = mustRead(t, "x.toml", valid).Compile(Options{Platforms: platforms, Window: sim.Window{Horizon: sim.Hour}}); err != nil || tokens.Of(c.Workload, 1, 0) != nil || tokens.Shared(c.Workload) {
		t.Errorf("an application without models asks something: %v", err)
	}
}

// TestCompileErrors: what only the platforms tell is told with its line.
func TestCompileErrors(t *testing.T) {
	window := sim.Window{Horizon: sim.Hour}
	for _, c := range []struct {
		name, text string
		o          Options
		want       string
	}{
		{"a platform", strings.Replace(valid, `name = "other", platform = "lambda"`, `name = "other", platform = "lambd"`, 1), Options{Platforms: platforms, Window: window},
			`x.toml:13: function[1].platform: unknown platform "lambd"; did you mean "lambda"?`},
		{"a region", valid, Options{Platforms: []Platform{{Name: "lambda", Region: "us-esat-1"}}, Window: window},
			`x.toml:12: function[0].platform: platform "lambda": unknown region "us-esat-1"; did you mean "us-east-1"?`},
		{"no server", asking, Options{Platforms: []Platform{{Name: "lambda"}, {Name: "run"}}, Window: window},
			`x.toml:4: function[1].tokens: found tokens, and the platform "run" has no server that they could be asked of
x.toml:5: function[2].tokens: found tokens, and the platform "run" has no server that they could be asked of`},
		{"an outage where nothing is", valid + "[[outage]]\nof = \"eu-west-1\"\nfrom = \"1m\"\nlasts = \"1m\"\n", Options{Platforms: platforms, Window: window},
			`x.toml:28: outage[0].of: found "eu-west-1", where no function or store is`},
		{"too many arrivals", strings.Replace(valid, `rate = "5/s"`, `rate = "9M/s"`, 1), Options{Platforms: platforms, Window: window},
			`x.toml:3: trigger[0].arrivals: there are 3.24e+10 arrivals to the horizon, want at most 4·10⁹`},
		{"capacity without a tariff", strings.Replace(valid, `service = "dynamodb",`, `service = "dynamodb", tariff = "none", capacity = { read_capacity = 5 },`, 1), Options{Platforms: platforms, Window: window},
			`x.toml:8: store[0].capacity.read_capacity: found a capacity and no tariff, want tariff = …`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := mustRead(t, "x.toml", c.text).Compile(c.o)
			if err == nil || err.Error() != c.want {
				t.Errorf("%v, want\n%s", err, c.want)
			}
		})
	}
}

// TestWarnings: what is likely a slip is told, in the order of the file.
func TestWarnings(t *testing.T) {
	text := strings.Replace(valid, `{ name = "left", call = "other" }`, `{ name = "left", call = "work" }`, 1)
	text = strings.Replace(text, `shards = 2`, `shards = 2, parallel = 2`, 1)
	text = strings.Replace(text, `record = { size = "2KB", key = { count = 10 } }`, `record = { size = "2KB" }`, 1)
	text = strings.Replace(text, `{ probability = 0.5, next = "sent" }, { next = "end" }`, `{ probability = 1, next = "sent" }, { next = "end" }`, 1)
	text += "[[flow]]\nname = \"idle\"\nsteps = [{ name = \"one\", pass = true }]\n"
	var got []string
	for _, w := range mustRead(t, "x.toml", text).Warnings() {
		got = append(got, w.Place+": "+w.Text)
	}
	same(t, "warnings", got,
		`x.toml:5: each record has a key of its own: parallel = 2 keeps no order between any; record.key says otherwise`,
		`x.toml:9: nothing uses "bin"`,
		`x.toml:13: no trigger, step or function calls "other"`,
		`x.toml:24: the case never holds: the probabilities before it sum to 1`,
		`x.toml:28: no trigger, step or function starts "idle"`,
	)
}
