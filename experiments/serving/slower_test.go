package serving

import (
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// TestSlowerSwaps: where all takes twice as long, swaps do, what they take besides and
// their bytes; and a step of each engine.
func TestSlowerSwaps(t *testing.T) {
	for _, text := range []string{
		`{ name = "llm-models", models = { a = "llama-3.1-8b", b = "qwen2.5-7b" }, swap = "2s", swap_bandwidth = "10GB/s", hardware = { gpu = "h100" } }`,
		`{ name = "llm-adapters", model = "llama-3.1-8b", adapter = "200MB", swap = "2s", swap_bandwidth = "10GB/s", hardware = { gpu = "h100" } }`,
	} {
		on := Platform{Columns: unknown{}, PerApp: true, Functions: []Function{{Name: "a", App: "x"}, {Name: "b", App: "x"}}}
		made := func(s Server) servers.Models {
			f, err := s.Factory(on)
			if err != nil {
				t.Fatal(err)
			}
			return f.(servers.Models)
		}
		s := serverOf(t, text)
		slower, err := s.(Slowing).Slower(2)
		if err != nil {
			t.Fatal(err)
		}
		plain, slow := made(s), made(slower)
		step := servers.Step{Tokens: 9, Sequences: 8, Decodes: 8, KV: 4000, MaxKV: 900, Chunks: 1, Prefill: 1}
		for k := range plain.Models {
			a, b := plain.Models[k], slow.Models[k]
			if d := b.Swap - 2*a.Swap; a.Swap <= 2*sim.Second || d < -2 || d > 2 {
				t.Errorf("%s: model %d takes %d ns to load, want twice %d", text, k, b.Swap, a.Swap)
			}
			if d := b.Engine.Timer.Time(&step) - 2*a.Engine.Timer.Time(&step); d < -1 || d > 1 {
				t.Errorf("%s: a step is %d ns off twice as long", text, d)
			}
		}
	}
}

// TestSlowerPromises: what a provider promises is not slowed by anything of the user's.
func TestSlowerPromises(t *testing.T) {
	_, err := serverOf(t, `{ name = "api", batch = { within = "24h" } }`).(Slowing).Slower(2)
	if err == nil || !strings.Contains(err.Error(), "promises") {
		t.Errorf("%v, want that the provider promises it", err)
	}
}

func serverOf(t *testing.T, text string) Server {
	t.Helper()
	root, err := spec.Parse("x.toml", []byte("server = "+text+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Read(root.Get("server"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
