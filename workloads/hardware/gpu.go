package hardware

import "github.com/coldcurve/coldcurve/internal/spec"

// GPU is a board.
type GPU struct {
	Name  string
	Title string
	// Memory in bytes, and its bandwidth in bytes a second.
	Memory    int64
	Bandwidth float64
	// Flops a second of dense matrix products, by precision; 0 where it has none.
	FlopsBF16, FlopsFP8, FlopsFP4 float64

	Power   float64 // W at most
	PerNode int64   // GPUs of a node at most; 1: no link between several is known
	Link    float64 // bytes a second of a GPU to the others, one way; 0: not known
	// Attention is the kernel that vLLM serves attention with on it by default.
	Attention Attention
	// Kernels names the tables of kernels that were measured on it, Operations
	// those of whole models; none: a roofline stands in their place.
	Kernels    string
	Operations []Operations
	Draws      []MeasuredDraw // power that was measured
	// Half is the format of 16 bits that stands for bfloat16 where the board has
	// none, as in fp16; empty: it has.
	Half   string
	Grade  string
	Source string
}

// Operations are the measured operations of a model on a number of GPUs.
type Operations struct {
	Model  string `toml:"model" required:"true"`
	Count  int64  `toml:"count" default:"1"`
	Tables string `toml:"tables" required:"true"`
	Source string `toml:"source" required:"true"`
}

// board returns what the GPU allows at a precision; false where it has no such
// arithmetic. Weights of 4 bits are multiplied in 16 where there is none of 4.
func (g *GPU) board(p Precision) (roofline, bool) {
	r := roofline{g.Bandwidth, g.FlopsBF16, p.bytes()}
	switch {
	case p == FP8:
		r.flops = g.FlopsFP8
	case p == FP4 && g.FlopsFP4 > 0:
		r.flops = g.FlopsFP4
	}
	return r, r.flops > 0
}

// gpuSpec is a GPU's file.
type gpuSpec struct {
	Title      string         `toml:"title" required:"true"`
	Memory     spec.Size      `toml:"memory" required:"true"`
	Bandwidth  float64        `toml:"bandwidth" required:"true" unit:"bytes a second"`
	FlopsBF16  float64        `toml:"flops_bf16" required:"true" unit:"a second"`
	FlopsFP8   float64        `toml:"flops_fp8" unit:"a second"`
	FlopsFP4   float64        `toml:"flops_fp4" unit:"a second"`
	Power      float64        `toml:"power" unit:"W"`
	PerNode    int64          `toml:"per_node" default:"1"`
	Link       float64        `toml:"link" unit:"bytes a second"`
	Attention  Attention      `toml:"attention"`
	Kernels    string         `toml:"kernels"`
	Operations []Operations   `toml:"operations"`
	Draws      []MeasuredDraw `toml:"draw"`
	Half       string         `toml:"half"`
	Grade      string         `toml:"grade" required:"true"`
	Source     string         `toml:"source" required:"true"`
}
