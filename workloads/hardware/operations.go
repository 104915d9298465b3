package hardware

import (
	"fmt"

	"github.com/coldcurve/coldcurve/workloads/hardware/tables"
)

// perLayer is how often a layer runs each operation by the tokens of a pass;
// once lists those that are run once a pass.
var (
	perLayer = map[string]float64{
		"layernorm": 2, "qkv_proj": 1, "rotary_emb": 1, "o_proj": 1, "gate_up_proj": 1, "act_fn": 1, "down_proj": 1, "qk_norm": 1,
	}
	once = map[string]float64{"embedding": 1, "final_layernorm": 1}
	head = map[string]float64{"lm_head": 1, "sampler": 1}
)

const nsPerMicrosecond = 1e3

// composeOperations makes a profile from the operations of a whole model that
// were measured on a GPU: layers × (two norms, the four products, rotation,
// activation, attention) + embedding, last norm, lm_head and sampler.
func composeOperations(p *Profile, f *tables.File, shape *Shape) error {
	dense, err := operationLine(f, "dense", func(name string) (float64, bool) {
		if n, ok := once[name]; ok {
			return n, true
		}
		n, ok := perLayer[name]
		return n * float64(shape.Layers), ok
	})
	if err != nil {
		return err
	}
	perSequence, err := operationLine(f, "per sequence", func(name string) (float64, bool) { n, ok := head[name]; return n, ok })
	if err != nil {
		return err
	}
	p.dense, p.head = dense, perSequence
	return p.measureAttention(f, float64(shape.Layers))
}

// operationLine adds up the operations of a block, in ns.
func operationLine(f *tables.File, block string, times func(name string) (float64, bool)) (line, error) {
	b := f.Find(block)
	if b == nil {
		return line{}, fmt.Errorf("the tables have no block %q", block)
	}
	var lines []line
	var factors []float64
	for _, r := range b.Rows {
		n, ok := times(r.Keys[0])
		if !ok {
			return line{}, fmt.Errorf("block %q has an operation %q that no layer is known to run", block, r.Keys[0])
		}
		lines, factors = append(lines, through(b.X, r.Y)), append(factors, n*nsPerMicrosecond)
	}
	return sum(lines, factors), nil
}
