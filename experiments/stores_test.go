package experiments

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// prepared parses and prepares an experiment that is sound.
func prepared(t *testing.T, text string) *Plan {
	t.Helper()
	e, err := Parse("x.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Prepare(context.Background(), e, Env{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// stored is the sound experiment's platform with a store and a registry.
const stored = `[[platform.store]]
name = "memory"
capacity = "20GB"
bandwidth = "10GB/s"
[[platform.store]]
name = "registry"
bandwidth = "1GB/s"
`

// TestMalformedStores: what stores and what is loaded through them are answered with.
func TestMalformedStores(t *testing.T) {
	const init = `init = { weights = { size = "10GB" } }`
	for _, c := range []struct{ name, platform, want string }{
		{"no stores", init, `x.toml:10: platform[0].init.weights: missing key "bandwidth", or stores of the platform to load through, as in [[platform.store]]`},
		{"no model", "init = { weights = { bandwidth = \"1GB/s\" } }", `x.toml:10: platform[0].init.weights: missing key "size": the platform has no server with a model whose weights they could be`},
		{"hosts alone", `hosts = 3`, `x.toml:10: platform[0].hosts: found it without stores, want [[platform.store]], nearest first, or none of it`},
		{"placement beside no nodes", "cluster = { nodes = 0 }\nplacement = { name = \"best-fit\" }", `x.toml:11: platform[0].placement: found it without nodes, want some in cluster (x.toml:10), or none of it`},
		{"no hosts", "hosts = 0\n" + stored, `x.toml:10: platform[0].hosts: found 0, want 1 to 4096`},
		{"placement", "placement = \"near\"\n" + stored, `x.toml:10: platform[0].placement: found "near", want any or soonest`},
		{"no capacity", strings.Replace(stored, "capacity = \"20GB\"\n", "", 1), `x.toml:10: platform[0].store[0]: missing key "capacity": only the last store keeps everything`},
		{"capacity of the last", stored + "capacity = \"1TB\"\n", `x.toml:17: platform[0].store[1].capacity: found "1TB", want none of the last store: it keeps everything, as a registry or an object store does`},
		{"twice", strings.Replace(stored, "registry", "memory", 1), `x.toml:15: platform[0].store[1].name: a second store "memory"`},
		{"scope", stored + "scope = \"rack\"\n", `x.toml:17: platform[0].store[1].scope: found "rack", want node or region`},
		{"no bandwidth", strings.Replace(stored, "1GB/s", "0GB/s", 1), `x.toml:16: platform[0].store[1].bandwidth: found "0GB/s", want it above 0`},
		{"a bound", "keepalive = { name = \"offline-keepalive\", window = \"10m\" }\n" + stored, `x.toml:10: platform[0].store: found stores beside an offline bound, want one of them: how long a start takes depends on what was started before, so that it is no bound`},
	} {
		text := sound + c.platform
		if strings.HasPrefix(c.platform, "keepalive") {
			text = strings.Replace(sound, "keepalive = { name = \"fixed\" }\n", "", 1) + c.platform
		}
		if err := prepareText(text, ""); err == nil || err.Error() != c.want {
			t.Errorf("%s: error\n%v\nwant\n%s", c.name, err, c.want)
		}
	}
	two := strings.Replace(sound, "[[platform]]", `init = { weights = { size = "10GB", content = "m" } }
[[workload.function]]
name = "g"
arrivals = { process = "poisson", rate = "1/s" }
service = "100ms"
init = { weights = { size = "11GB", content = "m" } }
[[platform]]`, 1) + stored
	if err := prepareText(two, ""); err == nil || !strings.Contains(err.Error(), `content "m" of the phase weights has 10GB in one function and 11GB in another`) {
		t.Errorf("one content of two sizes: %v", err)
	}
}

// TestUnusedStores: stores that nothing loads through are said.
func TestUnusedStores(t *testing.T) {
	for _, c := range []struct {
		init string
		want bool
	}{{"", true}, {"init = { weights = { size = \"10GB\", bandwidth = \"1GB/s\" } }\n", true}, {"init = { weights = { size = \"10GB\" } }\n", false}} {
		p := prepared(t, sound+c.init+stored)
		if got := strings.Contains(strings.Join(p.Warnings, "\n"), "nothing is loaded through its stores"); got != c.want {
			t.Errorf("%q: warnings %q", c.init, p.Warnings)
		}
	}
}

// TestWeightsOfTheModel: without a size the weights are those of the server's
// model: 8,030,261,248 parameters of two bytes, of which each of two GPUs loads
// half at a bandwidth of its own; stores keep all of them.
func TestWeightsOfTheModel(t *testing.T) {
	const bytes = 2 * 8_030_261_248
	text := func(init, stores string) string {
		return `[workload]
horizon = "1h"
[[workload.function]]
name = "f"
arrivals = { process = "poisson", rate = "0.1/s" }
tokens = { input = { dist = "constant", value = 100 }, output = { dist = "constant", value = 10 } }
` + init + `
[[platform]]
name = "p"
keepalive = { name = "fixed" }
server = { name = "llm", model = "llama-3.1-8b", hardware = { gpu = "h100", count = 2 } }
` + stores
	}
	direct := prepared(t, text(`init = { weights = { bandwidth = "h100-nvme-sllm" } }`, "")).units[0].workload.functions[0].Init
	if got, want := float64(direct[0].Duration.Sample(0.5))/1e9, bytes/2/20.4e9; math.Abs(got-want) > 1e-9 {
		t.Errorf("at a bandwidth of their own the weights take %v s, want %v", got, want)
	}
	through := prepared(t, text(`init = { weights = {} }`, stored)).units[0].workload.functions[0].Init
	if want := (sim.Content{Name: "llama-3.1-8b bf16", Bytes: bytes, Needed: bytes, Shares: 2}); through[0].Content != want {
		t.Errorf("through stores: %+v, want %+v", through[0].Content, want)
	}
}

// TestLoadsOfAUnit: one function whose model stays in a host's memory, on one
// host: the registry is asked once.
func TestLoadsOfAUnit(t *testing.T) {
	p := prepared(t, strings.Replace(sound, `name = "fixed"`, `name = "none"`, 1)+"init = { weights = { size = \"10GB\" } }\n"+stored)
	r, err := p.units[0].simulate(context.Background(), nil, unheard{})
	if err != nil {
		t.Fatal(err)
	}
	created := r.Lives.Created
	if created < 100 {
		t.Fatalf("%d instances, want some thousand", created)
	}
	if diff := cmp.Diff([]results.Load{{Phase: "weights", Store: "memory", Count: created - 1}, {Phase: "weights", Store: "registry", Count: 1}}, r.Loads); diff != "" {
		t.Error(diff)
	}
}

// unheard is an observer that does nothing.
type unheard struct{}

func (unheard) Requests([]sim.Outcome) {}

// TestMeasuredStartsAreTold: what an experiment takes from the catalogue is among
// what its results rest on.
func TestMeasuredStartsAreTold(t *testing.T) {
	p := prepared(t, strings.Replace(sound, "[[platform]]", "init = { start = \"thaw-8b-h100\", weights = { size = \"10GB\", bandwidth = \"h100-nvme-sllm\" } }\n[[platform]]", 1)+
		strings.Replace(stored, "10GB/s", "h100-memory-sllm", 1))
	var got []string
	for _, a := range p.Assumptions() {
		got = append(got, a.Subject+": "+a.Text+" ["+a.Grade+"]")
	}
	want := []string{
		"function f: start thaw-8b-h100: engine 20.7s [C]",
		"function f: weights by h100-nvme-sllm, 20.40·10⁹ bytes a second: 0 % on DeepSeek R1 Distill Qwen 32B, 16 % slow on Llama 3.1 8B [A]",
		"platform p: store memory by h100-memory-sllm, 52.30·10⁹ bytes a second: 6 % slow on DeepSeek R1 Distill Qwen 32B [A]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
