package hardware

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// read reads an experiment's two keys.
func read(text string) (Spec, error) {
	root, err := spec.Parse("x.toml", []byte(text))
	if err != nil {
		return Spec{}, err
	}
	return Read(root.Get("hardware"), root.Get("model"))
}

func TestRead(t *testing.T) {
	s, err := read(`hardware = { gpu = "h100", count = 2, precision = "fp8", blocks = 9, host = "1ms", front = "3ms", decode_scale = 1.5 }
		model = { layers = 32, hidden = 4096, inner = 14336, heads = 32, kv_heads = 8, vocabulary = 128256 }`)
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	if p.Count != 2 || p.Precision != FP8 || p.Blocks != 9 || p.Front != 3e6 || p.host != 1e6 || p.decodeScale != 1.5 || p.prefillScale != 1 || p.Model.HeadDim != 128 {
		t.Errorf("%+v", s)
	}
	// A shape that ships is the same model by its name, but for what was
	// measured of it by name.
	byName := mustNew(t, shape(t, "h100", 1, "llama-3.1-8b"))
	other, err := read(`hardware = { gpu = "h100" }
		model = { layers = 32, hidden = 4096, inner = 14336, heads = 32, kv_heads = 8, head_dim = 128, vocabulary = 128256 }`)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := byName.Time(decodes(7, 900)), mustNew(t, other).Time(decodes(7, 900)); a != b {
		t.Errorf("by name %d, by shape %d", a, b)
	}
}

// TestReadBad has a slip a row, and what is said of it.
func TestReadBad(t *testing.T) {
	const good = `hardware = { gpu = "h100" }` + "\n"
	const table = good + "[model]\nlayers = 32\nhidden = 4096\ninner = 14336\nheads = 32\nvocabulary = 128256\n"
	for _, c := range []struct{ text, want string }{
		{`hardware = { gpu = "h10" }` + "\nmodel = \"qwen3-8b\"", `x.toml:1: hardware.gpu: unknown GPU "h10"; did you mean "a10"?`},
		{`hardware = { count = 2 }` + "\nmodel = \"qwen3-8b\"", `x.toml:1: hardware: missing key "gpu", want a board, as in gpu = "h100", or in an experiment a profile`},
		{`hardware = { gpu = "h100", blok = 2 }` + "\nmodel = \"qwen3-8b\"", `x.toml:1: unknown key "blok"`},
		{`hardware = { gpu = "h100", xyzzy = 2 }` + "\nmodel = \"qwen3-8b\"", `prefill_scale, profile, reserve`},
		{`hardware = { profile = "own.toml" }` + "\nmodel = \"qwen3-8b\"", `x.toml:1: hardware.profile: found the name of a profile, want the hardware itself`},
		{`hardware = { gpu = "h100", cuont = 2 }` + "\nmodel = \"qwen3-8b\"", `x.toml:1: unknown key "cuont"; did you mean "count"?`},
		{`hardware = { gpu = "h100", count = 0 }` + "\nmodel = \"qwen3-8b\"", `x.toml:1: hardware.count: found 0, want 1 or more GPUs`},
		{`hardware = { gpu = "h100", precision = "int4" }` + "\nmodel = \"qwen3-8b\"", `found "int4", want "bf16", "fp8" or "fp4"`},
		{`hardware = { gpu = "h100", engine = "vllm-0.13" }` + "\nmodel = \"qwen3-8b\"", `hardware.engine: unknown engine "vllm-0.13"`},
		{`hardware = { gpu = "h100", utilisation = 1.5 }` + "\nmodel = \"qwen3-8b\"", `hardware.utilisation: found 1.5, want more than 0 and at most 1`},
		{`hardware = { gpu = "h100", blocks = -1 }` + "\nmodel = \"qwen3-8b\"", `hardware.blocks: found -1, want 2 to 2147483647`},
		{`hardware = { gpu = "h100", decode_scale = 0 }` + "\nmodel = \"qwen3-8b\"", `hardware.decode_scale: found 0, want a number above 0`},
		{`hardware = { gpu = "h100", prefill_scale = -1.0 }` + "\nmodel = \"qwen3-8b\"", `hardware.prefill_scale: found -1, want a number above 0`},
		{good + `model = "lama-3.1-8b"`, `x.toml:2: model: unknown model "lama-3.1-8b"; did you mean "llama-3.1-8b"?`},
		{good + `model = 8`, `x.toml:2: model: want the name of a model`},
		{table + "kv_heads = 5", `x.toml:8: model.kv_heads: found 5, want a divisor of heads = 32`},
		{table + "head_dim = 0", `x.toml:8: model.head_dim: found 0, want a number from 1`},
		{table + "context = -1", `x.toml:8: model.context: found -1, want a number of tokens above 0`},
		{table + "window = -1", `x.toml:8: model.window: found -1`},
		{table + "experts = 8", `x.toml:8: model.experts: found 8 without active, want how many of them each token visits`},
		{table + "active = 2", `x.toml:8: model.active: found 2 without experts`},
		{table + "experts = 8\nactive = 9", `x.toml:9: model.active: found 9, want 1 to experts = 8`},
		{strings.Replace(table, "heads = 32", "heads = 33", 1), `.heads: found 33, want a divisor of hidden = 4096, or head_dim beside it`},
		{table + "packed = 4.25", `x.toml:8: model.packed: found packed weights without experts`},
		{good + "[model]\nlayers = 0\nhidden = 4096\ninner = 14336\nheads = 32\nvocabulary = 128256", `x.toml:3: model.layers: found 0, want a number from 1`},
		{good + "[model]\nlayers = 32\nhidden = 4096\ninner = 99999999999\nheads = 32\nvocabulary = 128256", `x.toml:5: model.inner: found 99999999999`},
		{good + "[model]\nlayers = 32\nhidden = 4096\nheads = 32\nvocabulary = 128256", `x.toml:2: model: missing key "inner"`},
	} {
		_, err := read(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\n  found %v\n  want  %q", c.text, err, c.want)
		}
	}
}

// TestOneFile adds a GPU and a model by one file each.
func TestOneFile(t *testing.T) {
	const gpu = `title = "A board"
memory = "40GiB"
bandwidth = 1e12
flops_bf16 = 100e12
grade = "U"
source = "a test"
`
	const model = `title = "A model"
grade = "U"
source = "a test"
layers = 2
hidden = 1024
inner = 4096
heads = 8
vocabulary = 32000
`
	c := catalog{fstest.MapFS{
		"gpus/board.toml": {Data: []byte(gpu)}, "models/small.toml": {Data: []byte(model)},
		"gpus/bad.toml":    {Data: []byte(strings.Replace(gpu, "1e12", "-1.0", 1))},
		"gpus/joined.toml": {Data: []byte(gpu + "per_node = 2\n")},
		"gpus/graded.toml": {Data: []byte(strings.Replace(gpu, `"U"`, `"D"`, 1))},
		"models/bad.toml":  {Data: []byte(strings.Replace(model, "heads = 8", "heads = 0", 1))},
	}}
	m, err := c.model("small")
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.profile(Default("board", 1, m))
	if err != nil {
		t.Fatal(err)
	}
	if p.Basis != FromRoofline || p.Grade != "U" || len(p.Notes) == 0 || p.Time(decodes(1, 100)) < 1 {
		t.Errorf("basis %s, grade %s, notes %q", p.Basis, p.Grade, p.Notes)
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{second(c.gpu("bad")), "gpus/bad.toml:3: bandwidth: found -1, want a number above 0"},
		{second(c.gpu("joined")), `gpus/joined.toml:1: missing key "link"`},
		{second(c.gpu("graded")), `gpus/graded.toml:5: grade: found "D", want A, B, C or U`},
		{second(c.model("bad")), "models/bad.toml:7: heads: found 0"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("found %v, want %q", c.err, c.want)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestAll makes a profile of each model on each GPU that it fits, and sees that each says
// what it rests on.
func TestAll(t *testing.T) {
	gpus, err := GPUs()
	if err != nil {
		t.Fatal(err)
	}
	models, err := Models()
	if err != nil {
		t.Fatal(err)
	}
	made := map[Basis]int{}
	for _, g := range gpus {
		for _, m := range models {
			for _, way := range []struct {
				count     int64
				precision Precision
			}{{1, BF16}, {2, FP8}} {
				s := Default(g.Name, way.count, m)
				s.Precision = way.precision
				p, err := New(s)
				if err != nil {
					for _, known := range []string{"does not fit", "cannot be shared", "no arithmetic", "at most", "no link"} {
						if strings.Contains(err.Error(), known) {
							err = nil
							break
						}
					}
					if err != nil {
						t.Error(err)
					}
					continue
				}
				made[p.Basis]++
				one, many := p.Time(decodes(1, 500)), p.Time(decodes(64, 500))
				if one < 1e5 || float64(many) < 0.8*float64(one) || p.Time(prompt(2048, 0)) < one {
					t.Errorf("%s: a decode takes %d ns, 64 take %d, a prompt %d", p.Label(), one, many, p.Time(prompt(2048, 0)))
				}
				if p.Grade == "" || len(p.Sources) == 0 || p.Grade >= "C" && len(p.Notes) == 0 {
					t.Errorf("%s: grade %q, sources %q, notes %q", p.Label(), p.Grade, p.Sources, p.Notes)
				}
			}
		}
	}
	if made[FromOperations] != 2 || made[FromKernels] < 90 || made[FromRoofline] < 10 {
		t.Errorf("made %v", made)
	}
}

// A board without bfloat16 says what stands for it (a T4: NVIDIA's Turing has none); one
// with it says nothing of the kind.
func TestHalf(t *testing.T) {
	m, err := FindModel("qwen3-8b")
	if err != nil {
		t.Fatal(err)
	}
	const want = "the board has no bfloat16: fp16, as wide and as fast, stands for it"
	for gpu, says := range map[string]bool{"t4": true, "l4": false} {
		s := Default(gpu, 1, m)
		s.Utilisation, s.Blocks = 1, 100
		s.Model.Layers = 8 // a T4 holds so much
		p, err := New(s)
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(p.Notes, want) != says {
			t.Errorf("%s: %q", gpu, p.Notes)
		}
	}
}
