package hardware

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/workloads/hardware/tables"
)

// parts are what a pass is composed of: lines, each with how often it counts.
type parts struct {
	lines   []line
	factors []float64
}

func (p *parts) add(l line, factor float64) {
	p.lines, p.factors = append(p.lines, l), append(p.factors, factor)
}

// compose makes a profile from kernels: a decoder of four products a layer
// (queries, keys and values; output; gate and up; down), attention, norms and
// the like by bandwidth, two all-reduces a layer where GPUs share it, and
// lm_head.
func (k *kernels) compose(p *Profile) error {
	s, count := k.shape, float64(k.count)
	layers, hidden := float64(s.Layers), float64(s.Hidden)
	h := kernelHeads{float64(s.Heads) / count, math.Max(1, float64(s.KVHeads)/count)}
	var dense parts
	type product struct{ n, k float64 }
	products := []product{{(h.heads + 2*h.kv) * float64(s.HeadDim), hidden}, {hidden, h.heads * float64(s.HeadDim)}}
	inner := float64(s.Inner) / count
	if s.Dense() {
		products = append(products, product{inner * float64(s.matrices()-1), hidden}, product{hidden, inner})
	}
	for _, o := range products {
		l, err := k.products.line(o.n, o.k)
		if err != nil {
			return err
		}
		dense.add(l, layers)
	}
	if !s.Dense() {
		if err := k.addExperts(p, &dense); err != nil {
			return err
		}
	}
	dense.add(k.passes(), 1)
	if k.reduce != nil {
		dense.add(k.reduce.stretched(hidden), k.reductions())
	}
	p.dense = sum(dense.lines, dense.factors)
	if err := k.composeHead(p); err != nil {
		return err
	}
	return k.composeAttention(p, h, layers)
}

// launch is what a kernel takes that has nothing to do, in ns: on both GPUs
// whose operations were measured one by one, norms, rotation and activation of
// a single token take 1.9 to 2.7 µs.
const launch = 2300

// useful is the part of a board's bandwidth that copying kernels reach
// (mem_bw_empirical_scaling_factor of ai-dynamo/aiconfigurator).
const useful = 0.8

// passes returns the time of what only moves activations, over tokens: two
// norms with the residual (four reads or writes of the hidden state each),
// rotation with the write of keys and values, activation; embedding and the
// last norm.
func (k *kernels) passes() line {
	s, count := k.shape, float64(k.count)
	hidden, qkv := float64(s.Hidden), float64(s.HeadDim*(s.Heads+2*s.KVHeads))/count
	inner := float64(s.Inner) / count * math.Max(1, float64(s.Active))
	kernels, moved := 4.0, 2*4*hidden+2*qkv+3*inner
	if s.QKNorm {
		kernels, moved = kernels+1, moved+2*qkv
	}
	perNumber := 2 * 1e9 / (useful * k.gpu.Bandwidth)
	layers := float64(s.Layers)
	at := func(tokens float64) float64 {
		return layers*(kernels*launch+tokens*moved*perNumber) + 2*launch + tokens*6*hidden*perNumber
	}
	return through([]float64{1, 2}, []float64{at(1), at(2)})
}

// stretched returns a line whose variable counts per of what that of l counts one by one.
func (l *line) stretched(per float64) line {
	knots := make([]float64, len(l.x.knots))
	for i, x := range l.x.knots {
		knots[i] = x / per
	}
	return line{x: newAxis(knots), y: l.y}
}

// composeHead makes lm_head, whose weights stay in 16 bits, and the sampler,
// which goes over the logits of each sequence three times in 32 bits.
func (k *kernels) composeHead(p *Profile) error {
	vocabulary := float64(k.shape.Vocabulary)
	l, err := k.wide.line(vocabulary/float64(k.count), float64(k.shape.Hidden))
	if err != nil {
		return err
	}
	var head parts
	head.add(l, 1)
	perSequence := 3 * 4 * vocabulary * 1e9 / (useful * k.gpu.Bandwidth)
	head.add(through([]float64{1, 2}, []float64{3*launch + perSequence, 3*launch + 2*perSequence}), 1)
	if k.reduce != nil {
		head.add(k.reduce.stretched(vocabulary), gather)
	}
	p.head = sum(head.lines, head.factors)
	return nil
}

func readProducts(f *tables.File, g *GPU, precision Precision) (*products, error) {
	b := f.Find("gemm " + string(precision))
	if b == nil {
		return nil, fmt.Errorf("no products of %s were measured on %s", precision, g.Name)
	}
	board := roofline{g.Bandwidth, g.FlopsBF16, 2}
	if precision == FP8 {
		board = roofline{g.Bandwidth, g.FlopsFP8, 1}
	}
	return newProducts(b, board)
}
