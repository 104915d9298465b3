package hardware

import "fmt"

// BlockTokens is how many tokens a KV block holds.
const BlockTokens = 16

// reserve is what an engine keeps for activations, graphs and libraries: on an
// RTX 4090 with Llama 3.1 8B, vLLM 0.19 had 2,588 blocks where without it
// there would be 3,395.
const reserve = 1.7e9

// Fit is how the memory of each GPU is spent, in bytes.
type Fit struct {
	Memory      int64
	Utilisation float64
	Weights     float64 // on each GPU
	Reserve     float64
	Block       int64 // bytes of one block
	Blocks      int64 // that fit; 0 or less where the weights do not
}

// newFit spends the memory of a GPU.
func newFit(g *GPU, s *Shape, count int64, precision Precision, kv KVPrecision, utilisation, reserve float64) Fit {
	f := Fit{Memory: g.Memory, Utilisation: utilisation, Weights: s.Weights(precision) / float64(count), Reserve: reserve, Block: BlockTokens * s.TokenBytes(count, kv)}
	f.count()
	return f
}

// count counts the blocks that fit.
func (f *Fit) count() { f.Blocks = max(0, int64(f.free()/float64(f.Block))) }

// Beside returns the profile beside another model on the same GPUs, which keeps its
// weights there, and keys and values of each token. Blocks that were given stay as
// many. A model that no longer fits is an error that shows the arithmetic.
func (p *Profile) Beside(other *Profile) (*Profile, error) {
	f := p.Fit
	f.Weights += other.Fit.Weights
	f.Block += other.Fit.Block
	return p.refit(f, other.Label())
}

// Keeping returns the profile with so many bytes more of each GPU's memory kept,
// likewise.
func (p *Profile) Keeping(bytes float64) (*Profile, error) {
	f := p.Fit
	f.Reserve += bytes
	return p.refit(f, fmt.Sprintf("%.2f GB more", bytes/1e9))
}

func (p *Profile) refit(f Fit, what string) (*Profile, error) {
	q := *p
	q.Fit = f
	q.Fit.count()
	if p.Blocks == p.Fit.Blocks {
		q.Blocks = q.Fit.Blocks
	}
	if f.Weights > float64(p.GPU.Memory) || q.Blocks < 2 {
		return nil, fmt.Errorf("%s does not fit beside %s: on each GPU %s, want 2 or more", what, p.Label(), q.Fit)
	}
	return &q, nil
}

// free returns the bytes that are left for keys and values.
func (f *Fit) free() float64 { return float64(float64(f.Memory)*f.Utilisation) - f.Weights - f.Reserve }

// String returns the arithmetic.
func (f Fit) String() string {
	gb := func(bytes float64) float64 { return bytes / 1e9 }
	return fmt.Sprintf("%.2f GB of memory × %v − %.2f GB of weights − %.2f GB in reserve = %.2f GB, in blocks of %.3f MB: %d",
		gb(float64(f.Memory)), f.Utilisation, gb(f.Weights), gb(f.Reserve), gb(f.free()), float64(f.Block)/1e6, f.Blocks)
}

// Memory tells how many KV blocks there are, and how that was computed; of those
// that were given, what would have been, as a sentence of its own.
func (p *Profile) Memory() (blocks, computed string) {
	blocks = fmt.Sprintf("%d KV blocks of %d tokens", p.Blocks, BlockTokens)
	if p.Blocks == p.Fit.Blocks {
		return blocks + ": " + p.Fit.String(), ""
	}
	blocks += ", as given"
	if needs := float64(p.Blocks) * float64(p.Fit.Block); needs > float64(p.GPU.Memory) {
		blocks += fmt.Sprintf(", which take %.4g GB of a GPU that has %.4g", needs/1e9, float64(p.GPU.Memory)/1e9)
	}
	return blocks, "KV blocks are given; computed they would be " + p.Fit.String()
}
