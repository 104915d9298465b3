package workloads

import (
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// initOf reads an initialisation.
func initOf(t *testing.T, text string) sim.Init {
	t.Helper()
	root, err := spec.Parse("x.toml", []byte("init = "+text))
	if err != nil {
		t.Fatal(err)
	}
	init, err := DecodeInit(root.Get("init"))
	if err != nil {
		t.Fatal(err)
	}
	return init
}

// half is how long the phases take at their medians, as "phase time" each.
func half(init sim.Init) string {
	var words []string
	for _, p := range init {
		words = append(words, p.Phase.String()+" "+spec.Duration(p.Duration.Sample(0.5)).String())
	}
	return strings.Join(words, ", ")
}

// TestStartsInInit: a named start gives the phases that are not given.
func TestStartsInInit(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{ start = "vllm-qwen3-8b-b200" }`,
			"runtime 10.013s, weights 3.784s, engine 19.931s, compile 18.95s, profiling 1.789s, warmup 153ms, graphs 4.044s"},
		{`{ start = "vllm-qwen3-8b-b200", sandbox = "2s", compile = "0s", weights = { size = "6GB", bandwidth = "3GB/s" } }`,
			"sandbox 2s, runtime 10.013s, weights 2s, engine 19.931s, compile 0s, profiling 1.789s, warmup 153ms, graphs 4.044s"},
		{`{ start = "vllm-qwen3-8b-b200-snapshot" }`, "restore 8.063s"},
		{`{ start = "vllm-qwen3-8b-b200-snapshot", restore = "1s", weights = "2s" }`, "restore 1s, weights 2s"},
		{`{ start = "huawei-functions" }`, "sandbox 1.345815299s"}, // e^0.297
	} {
		if got := half(initOf(t, c.text)); got != c.want {
			t.Errorf("%s: %s, want %s", c.text, got, c.want)
		}
	}
}

// TestTransfers: how long bytes take. Sizes are in powers of 2.
func TestTransfers(t *testing.T) {
	model := Location{Model: "m bf16", Bytes: 16 << 30, GPUs: 4}
	for _, c := range []struct {
		text string
		on   Location
		want string
	}{
		{`{ image = { size = "10GB", bandwidth = "2GB/s", lazy = 0.1 } }`, Location{}, "image 500ms"},
		{`{ image = { size = "10GB", bandwidth = "2GB/s", overhead = "3s" } }`, Location{}, "image 8s"},
		{`{ image = { size = "10GB", bandwidth = "2GB/s", overhead = { dist = "uniform", max = "2s" } } }`, Location{}, "image 6s"},
		{`{ weights = { bandwidth = "2GB/s" } }`, model, "weights 2s"},                                 // a quarter to each GPU
		{`{ weights = { bandwidth = "2GB/s" } }`, Location{Model: "m", Bytes: 16 << 30}, "weights 8s"}, // all to one
		{`{ weights = { size = "16GB", bandwidth = "2GB/s" } }`, model, "weights 8s"},                  // a size stands as it is
		{`{ weights = { size = "20400000000B", bandwidth = "h100-nvme-sllm" } }`, model, "weights 1s"}, // 20.4·10⁹ a second
		{`{ weights = { bandwidth = "2GB/s", overhead = "1s" }, engine = "4s" }`, model, "weights 3s, engine 4s"},
	} {
		init, err := Located(initOf(t, c.text), c.on)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := half(init); got != c.want {
			t.Errorf("%s: %s, want %s", c.text, got, c.want)
		}
		for _, p := range init {
			if p.Content.Bytes != 0 {
				t.Errorf("%s: phase %v comes through stores", c.text, p.Phase)
			}
		}
	}
}

// TestContents: what comes through stores, and what stands beside it.
func TestContents(t *testing.T) {
	model := Location{Model: "m bf16", Bytes: 16 << 30, GPUs: 4, Stores: true}
	for _, c := range []struct {
		text  string
		fixed sim.Time
		want  sim.Content
	}{
		{`{ weights = {} }`, 0, sim.Content{Name: "m bf16", Bytes: 16 << 30, Needed: 16 << 30, Shares: 4}},
		{`{ weights = { size = "8GB", overhead = "2s" } }`, 2 * sim.Second, sim.Content{Bytes: 8 << 30, Needed: 8 << 30, Shares: 4}},
		{`{ weights = { content = "n", lazy = 0.5 } }`, 0, sim.Content{Name: "n", Bytes: 16 << 30, Needed: 8 << 30, Shares: 4}},
		{`{ image = { size = "10GB", lazy = 0.25, content = "base" } }`, 0, sim.Content{Name: "base", Bytes: 10 << 30, Needed: 10 << 28, Shares: 1}},
	} {
		read := initOf(t, c.text)
		init, err := Located(read, model)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if init[0].Content != c.want || init[0].Duration.Sample(0.5) != c.fixed {
			t.Errorf("%s: %+v after %d ns, want %+v after %d", c.text, init[0].Content, init[0].Duration.Sample(0.5), c.want, c.fixed)
		}
		if read[0].Content.Bytes != 0 {
			t.Errorf("%s: what was read is changed", c.text)
		}
	}
	for _, c := range []struct {
		text string
		on   Location
		want string
	}{
		{`{ image = { size = "1GB" } }`, Location{}, `x.toml:1: init.image: missing key "bandwidth", or stores of the platform to load through, as in [[platform.store]]`},
		{`{ weights = { bandwidth = "1GB/s" } }`, Location{Stores: true}, `x.toml:1: init.weights: missing key "size": the platform has no server with a model whose weights they could be`},
		{`{ weights = { bandwidth = "1B/s" } }`, Location{Bytes: 1 << 60}, `x.toml:1: init.weights: 1048576TB at 1B/s takes more than 3653d`},
	} {
		if _, err := Located(initOf(t, c.text), c.on); err == nil || err.Error() != c.want {
			t.Errorf("%s: error\n%v\nwant\n%s", c.text, err, c.want)
		}
	}
}
