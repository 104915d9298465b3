package hardware

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/workloads/hardware/tables"
)

// parts are what a pass is composed of, each as a line over its tokens, in ns.
type parts struct {
	lines   []line
	factors []float64
}

func (p *parts) add(l line, factor float64) {
	p.lines, p.factors = append(p.lines, l), append(p.factors, factor)
}

// kernels is what a profile is composed from: measured where there are tables, and
// else by what the board allows.
type kernels struct {
	gpu      *GPU
	shape    *Shape
	count    int64
	products *products // at the precision
	wide     *products // 16 bits, for what is never packed
	prefill  *attentions
	decode   *attentions
	reduce   *line // ns of an all-reduce over elements
}

// compose makes a profile from kernels: a decoder of four products a layer
// (queries, keys and values; output; gate and up; down), attention, norms and
// the like by bandwidth, two all-reduces a layer where GPUs share it, and
// lm_head.
func (k *kernels) compose(p *Profile) error {
	s, count := k.shape, float64(k.count)
	layers, hidden := float64(s.Layers), float64(s.Hidden)
	heads, kv := float64(s.Heads)/count, math.Max(1, float64(s.KVHeads)/count)
	width := float64(s.HeadDim)
	var dense parts
	product := func(n, width float64) error {
		l, err := k.products.line(n, width)
		if err == nil {
			dense.add(l, layers)
		}
		return err
	}
	if err := product((heads+2*kv)*width, hidden); err != nil {
		return err
	}
	if err := product(hidden, heads*width); err != nil {
		return err
	}
	inner := float64(s.Inner) / count
	if s.Dense() {
		if err := product(inner*float64(s.matrices()-1), hidden); err != nil {
			return err
		}
		if err := product(hidden, inner); err != nil {
			return err
		}
	}
	dense.add(k.passes(), 1)
	if k.reduce != nil {
		dense.add(k.reduce.stretched(hidden), 2*layers+1)
	}
	p.dense = sum(dense.lines, dense.factors)
	if err := k.composeHead(p); err != nil {
		return err
	}
	return k.composeAttention(p, kernelHeads{heads, kv}, layers)
}

// launch is what a kernel takes that has nothing to do, in ns: on both GPUs
// whose operations were measured one by one, norms, rotation and activation of
// a single token take 1.9 to 2.7 µs.
const launch = 2300

// useful is the part of a board's bandwidth that copying kernels reach.
const useful = 0.8

// passes returns the time of what only moves activations, over tokens: two
// norms with the residual (four reads or writes of the hidden state each),
// rotation with the write of keys and values, activation, embedding and the last norm.
func (k *kernels) passes() line {
	s, count := k.shape, float64(k.count)
	hidden, qkv := float64(s.Hidden), float64(s.HeadDim*(s.Heads+2*s.KVHeads))/count
	inner := float64(s.Inner) / count * math.Max(1, float64(s.Active))
	kernels, moved := 4.0, 2*4*hidden+2*qkv+3*inner
	if s.QKNorm {
		kernels, moved = kernels+1, moved+2*qkv
	}
	perToken := 2 * 1e9 / (useful * k.gpu.Bandwidth)
	layers := float64(s.Layers)
	at := func(tokens float64) float64 {
		return layers*(kernels*launch+tokens*moved*perToken) + 2*launch + tokens*6*hidden*perToken
	}
	return through([]float64{1, 2}, []float64{at(1), at(2)})
}

// stretched returns the line of a variable of which one is as many as per of that of l.
func (l *line) stretched(per float64) line {
	knots := make([]float64, len(l.x.knots))
	for i, x := range l.x.knots {
		knots[i] = x / per
	}
	return line{x: newAxis(knots), y: l.y}
}

// composeHead makes lm_head, whose weights stay in 16 bits, and the sampler.
// GPUs that share a layer gather what each has of the logits, which moves half
// of what an all-reduce of them would.
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
		head.add(k.reduce.stretched(vocabulary), 0.5)
	}
	p.head = sum(head.lines, head.factors)
	return nil
}

// composeAttention makes attention of decodes and of chunks.
func (k *kernels) composeAttention(p *Profile, h kernelHeads, layers float64) error {
	decode, _, err := k.decode.of(h)
	if err != nil {
		return err
	}
	prefill, _, err := k.prefill.of(h)
	if err != nil {
		return err
	}
	tokenBytes := 2 * 2 * h.kv * float64(k.shape.HeadDim)
	p.decode = decode.scaled(func(n, x, y float64) float64 {
		// Kernels are measured on the same keys and values again and again, which small
		// ones find in the cache; those of a model were evicted by its weights.
		return layers * math.Max(y, 1e9*n*x*tokenBytes/k.gpu.Bandwidth)
	})
	p.chunks = &kernelChunks{prefill.scaled(func(_, _, y float64) float64 { return layers * y })}
	return nil
}

// scaled returns a surface of other values at the same knots.
func (s *surface) scaled(f func(n, x, y float64) float64) *surface {
	t := *s
	t.y = nil
	for i, n := range s.n.knots {
		y := make([]float64, len(s.x.knots))
		for j, x := range s.x.knots {
			y[j] = f(n, x, s.y[i][j])
		}
		t.y = append(t.y, y)
	}
	return &t
}

// kernelChunks is the attention of chunks by the kernel of prefills, which
// was measured for whole prompts.
type kernelChunks struct {
	prefill *surface // ns, over prompts and tokens of each
}

// time returns the attention of a pass: that of its chunks and that of its decodes. Chunks of c tokens behind b
// others count as that part of whole prompts of b + c which they do of its work, 1 − (b ÷ (b + c))²; they read all
// keys and values, so that they take no less than as many decodes.
func (c *kernelChunks) time(p *Profile, s *servers.Step) float64 {
	t := 0.0
	if s.Decodes > 0 {
		t = p.decodeTime(s)
	}
	prompts, length, before := c.mean(s)
	whole := length + before
	if before == 0 {
		return t + c.prefill.at(prompts, whole)
	}
	part := before / whole
	part = 1 - float64(part*part)
	return t + math.Max(float64(c.prefill.at(prompts, whole)*part), p.decode.at(prompts, whole))
}

// mean returns the chunks of a pass as so many equal ones, and what was
// computed before each, all weighed by tokens.
func (*kernelChunks) mean(s *servers.Step) (chunks, length, before float64) {
	tokens := float64(s.Prefill)
	length = float64(s.Square) / tokens
	return tokens / length, length, float64(s.Context) / tokens
}

func (c *kernelChunks) beyond(s *servers.Step) bool {
	n, length, before := c.mean(s)
	return c.prefill.beyond(n, length+before)
}

// newKernels reads the tables of a GPU.
func newKernels(f *tables.File, g *GPU, s *Shape, count int64, precision Precision) (*kernels, error) {
	k := &kernels{gpu: g, shape: s, count: count}
	var err error
	if k.wide, err = readProducts(f, g, BF16); err != nil {
		return nil, err
	}
	if k.products, err = readProducts(f, g, precision); err != nil {
		return nil, err
	}
	if b := f.Find("prefill attention"); b == nil {
		return nil, fmt.Errorf("the tables have no block %q", "prefill attention")
	} else if k.prefill, err = newAttentions(b); err != nil {
		return nil, err
	}
	if b := f.Find("decode attention"); b == nil {
		return nil, fmt.Errorf("the tables have no block %q", "decode attention")
	} else if k.decode, err = newAttentions(b); err != nil {
		return nil, err
	}
	if count > 1 {
		k.reduce, err = allReduce(f, count, float64(s.Hidden))
	}
	return k, err
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

// captured is up to how many tokens of a pass vLLM has graphs by default;
// larger ones are launched kernel by kernel.
const captured = 512

// allReduce returns the ns of an all-reduce over elements of 16 bits: as in
// graphs for small passes, as launched for others.
func allReduce(f *tables.File, count int64, hidden float64) (*line, error) {
	var x, y []float64
	for _, kind := range []struct {
		name string
		from float64
		to   float64
	}{{"all-reduce graph", 0, captured * hidden}, {"all-reduce eager", captured * hidden, math.Inf(1)}} {
		b := f.Find(kind.name)
		if b == nil {
			return nil, fmt.Errorf("no all-reduce was measured")
		}
		for _, r := range b.Rows {
			if n, err := r.Int(0); err != nil || n != count {
				continue
			}
			for i, elements := range b.X {
				if elements > kind.from && elements <= kind.to && !math.IsNaN(r.Y[i]) {
					x, y = append(x, elements), append(y, r.Y[i]*nsPerMicrosecond)
				}
			}
		}
	}
	if len(x) < 2 {
		return nil, fmt.Errorf("no all-reduce over %d GPUs was measured", count)
	}
	l := through(x, y)
	return &l, nil
}
