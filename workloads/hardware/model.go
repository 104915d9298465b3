package hardware

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// Shape is a decoder of transformer layers, as its published configuration
// has it. All of it is counted by the model, not by the GPU.
type Shape struct {
	Layers     int64 `toml:"layers" required:"true" help:"num_hidden_layers"`
	Hidden     int64 `toml:"hidden" required:"true" help:"hidden_size"`
	Inner      int64 `toml:"inner" required:"true" help:"intermediate_size of the feed-forward part, of each expert where there are experts"`
	Heads      int64 `toml:"heads" required:"true" help:"num_attention_heads"`
	KVHeads    int64 `toml:"kv_heads" help:"num_key_value_heads; as many as heads where absent"`
	HeadDim    int64 `toml:"head_dim" help:"head_dim; hidden ÷ heads where absent, which must come out even"`
	Vocabulary int64 `toml:"vocabulary" required:"true" help:"vocab_size; GPUs share it in equal parts, as engines do that pad it"`
	// Context is the longest sequence that the model was made for.
	Context int64 `toml:"context" unit:"tokens" help:"max_position_embeddings; no bound where absent"`
	// Tied models read their embedding once more as lm_head.
	Tied bool `toml:"tied" help:"tie_word_embeddings"`
	// QKNorm models normalise queries and keys in each layer.
	QKNorm bool `toml:"qk_norm" help:"queries and keys are normalised, as in Qwen3"`
	// Plain models have a feed-forward part of two matrices, not three.
	Plain bool `toml:"plain" help:"feed-forward part without a gate: two matrices"`
	// Experts of a layer, and how many of them a token visits; 0 where the
	// model is dense.
	Experts int64 `toml:"experts" help:"experts of a layer; 0: dense"`
	Active  int64 `toml:"active" help:"experts that each token visits"`
	// Window bounds the attention of every second layer.
	Window int64 `toml:"window" unit:"tokens" help:"sliding window of every second layer; 0: none"`
	// Packed weights of the feed-forward part take this many bits each.
	Packed float64 `toml:"packed" unit:"bits" help:"bits of a weight of the experts where these ship packed (MXFP4: 4.25); 0: as the precision says"`
}

// Model is a shape that has a name.
type Model struct {
	Name   string
	Title  string
	Source string
	Grade  string
	Shape
}

// modelSpec is a model's file.
type modelSpec struct {
	Title  string `toml:"title" required:"true"`
	Grade  string `toml:"grade" required:"true"`
	Source string `toml:"source" required:"true"`
	Shape
}

// largest bounds what a configuration may say, so that products of them stay exact.
const largest = 1 << 24

// ReadShape reads a shape that an experiment gives in a table.
func ReadShape(n *spec.Node) (Shape, error) {
	var s Shape
	if err := n.Decode(&s); err != nil {
		return Shape{}, err
	}
	return s.complete(n)
}

// complete checks a shape and fills in what follows from the rest.
func (s Shape) complete(n *spec.Node) (Shape, error) {
	at := func(key string) *spec.Node {
		if c := n.Get(key); c != nil {
			return c
		}
		return n
	}
	if n.Get("kv_heads") == nil {
		s.KVHeads = s.Heads
	}
	if n.Get("head_dim") == nil && s.Heads > 0 {
		if s.Hidden%s.Heads != 0 {
			return s, at("heads").Errorf("found %d, want a divisor of hidden = %d, or head_dim beside it", s.Heads, s.Hidden)
		}
		s.HeadDim = s.Hidden / s.Heads
	}
	for _, v := range []struct {
		key   string
		value int64
	}{
		{"layers", s.Layers}, {"hidden", s.Hidden}, {"inner", s.Inner}, {"heads", s.Heads}, {"kv_heads", s.KVHeads},
		{"head_dim", s.HeadDim}, {"vocabulary", s.Vocabulary},
	} {
		if v.value < 1 || v.value > largest {
			return s, at(v.key).Errorf("found %d, want a number from 1 to %d", v.value, largest)
		}
	}
	switch {
	case s.Heads%s.KVHeads != 0:
		return s, at("kv_heads").Errorf("found %d, want a divisor of heads = %d", s.KVHeads, s.Heads)
	case s.Context < 0:
		return s, at("context").Errorf("found %d, want a number of tokens above 0", s.Context)
	case s.Window < 0:
		return s, at("window").Errorf("found %d, want a number of tokens above 0", s.Window)
	case s.Experts < 0 || s.Experts > largest:
		return s, at("experts").Errorf("found %d, want 0 for a dense model, or the experts of a layer", s.Experts)
	case s.Experts > 0 && n.Get("active") == nil:
		return s, at("experts").Errorf("found %d without active, want how many of them each token visits beside it", s.Experts)
	case s.Experts > 0 && (s.Active < 1 || s.Active > s.Experts):
		return s, at("active").Errorf("found %d, want 1 to experts = %d", s.Active, s.Experts)
	case s.Experts == 0 && s.Active != 0:
		return s, at("active").Errorf("found %d without experts", s.Active)
	case s.Packed < 0 || s.Packed > 32:
		return s, at("packed").Errorf("found %v, want bits of a weight, 0 to 32", s.Packed)
	case s.Packed > 0 && s.Experts == 0:
		return s, at("packed").Errorf("found packed weights without experts; a dense model's are given by the precision")
	}
	return s, nil
}

// Dense tells whether each token takes the same way through the model.
func (s *Shape) Dense() bool { return s.Experts == 0 }

// matrices of a feed-forward part.
func (s *Shape) matrices() int64 {
	if s.Plain {
		return 2
	}
	return 3
}

// parameters of the model by part: linear are those of attention, feed those of the
// feed-forward parts (of all experts), table those of embedding and lm_head.
func (s *Shape) parameters() (linear, feed, router, table float64) {
	layers, hidden := float64(s.Layers), float64(s.Hidden)
	linear = layers * hidden * float64(s.HeadDim) * float64(2*s.Heads+2*s.KVHeads)
	feed = layers * hidden * float64(s.Inner) * float64(s.matrices()) * math.Max(1, float64(s.Experts))
	router = layers * hidden * float64(s.Experts)
	table = hidden * float64(s.Vocabulary)
	if !s.Tied {
		table *= 2
	}
	return linear, feed, router, table
}

// Parameters returns how many weights the model has, norms included.
func (s *Shape) Parameters() float64 {
	linear, feed, router, table := s.parameters()
	return linear + feed + router + table + s.norms()
}

// norms are the weights of two norms a layer and a last one, and of those of
// queries and keys.
func (s *Shape) norms() float64 {
	n := float64(2*s.Layers+1) * float64(s.Hidden)
	if s.QKNorm {
		n += float64(2 * s.Layers * s.HeadDim)
	}
	return n
}

// Weights returns the bytes of the weights at a precision: embedding, lm_head,
// router and norms stay in 16 bits.
func (s *Shape) Weights(precision Precision) float64 {
	linear, feed, router, table := s.parameters()
	bytes := precision.bytes()
	feedBytes := bytes
	if s.Packed > 0 {
		feedBytes = s.Packed / 8
	}
	return linear*bytes + feed*feedBytes + 2*(router+table+s.norms())
}

// TokenBytes returns the bytes of keys and values that a token takes on each
// of count GPUs. A GPU holds one head of them at least.
func (s *Shape) TokenBytes(count int64, kv KVPrecision) int64 {
	heads := (s.KVHeads + count - 1) / count
	return 2 * s.Layers * heads * s.HeadDim * kv.bytes()
}

// Precision is how weights are held and multiplied.
type Precision string

// Precisions.
const (
	BF16 Precision = "bf16"
	FP8  Precision = "fp8"
	// FP4 has a scale of 8 bits for each 16 weights (NVFP4).
	FP4 Precision = "fp4"
)

// bytes of a weight.
func (p Precision) bytes() float64 {
	switch p {
	case FP8:
		return 1
	case FP4:
		return 4.5 / 8
	}
	return 2
}

// UnmarshalText reads the name of a precision.
func (p *Precision) UnmarshalText(b []byte) error {
	switch *p = Precision(b); *p {
	case BF16, FP8, FP4:
		return nil
	}
	return fmt.Errorf("found %q, want %q, %q or %q", spec.Shorten(string(b)), BF16, FP8, FP4)
}
