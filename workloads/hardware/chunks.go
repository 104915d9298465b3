package hardware

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/sim/servers"
)

// measuredWidth is the width of the heads whose attention was measured.
const measuredWidth = 128

// composeAttention makes attention of decodes and of chunks.
func (k *kernels) composeAttention(p *Profile, h kernelHeads, layers float64) error {
	width := float64(k.shape.HeadDim)
	decode, prefill := rooflineAttention(k.gpu, h, width)
	if k.decode != nil {
		var err error
		if decode, err = k.measured(p, k.decode, h); err != nil {
			return err
		}
		if prefill, err = k.measured(p, k.prefill, h); err != nil {
			return err
		}
	}
	tokenBytes := 2 * float64(p.KVPrecision.bytes()) * h.kv * width
	if p.KVPrecision == KV8 {
		decode = decode.halved()
		p.derive("attention of decodes over keys and values in fp8: as long as over half the context in 16 bits; that of prompts: as in 16 bits")
	}
	decode = decode.scaled(func(n, x, y float64) float64 {
		// Attention is measured on the same keys and values again and again,
		// which small ones find in the cache; in a model its weights come
		// between.
		return math.Max(y, 1e9*n*x*tokenBytes/k.gpu.Bandwidth)
	})
	if w := float64(k.shape.Window); w > 0 {
		p.derive("sliding window of %v tokens in every second layer: attention of the window's length", w)
		decode = decode.windowed(w, func(n, x float64) float64 { return decode.at(n, math.Min(x, w)) })
		prefill = prefill.windowed(w, func(n, x float64) float64 { return prefill.at(n, math.Min(x, w)) * math.Max(1, x/w) })
	}
	all := func(_, _, y float64) float64 { return layers * y }
	p.decode = decode.scaled(all)
	c := &kernelChunks{prefill: prefill.scaled(all), decodes: k.gpu.Attention.decodes(h)}
	if k.gpu.Attention.joint() {
		c.spared = p.decode.y[0][0]
	}
	p.chunks = c
	if c.decodes != 1 {
		p.Notes = append(p.Notes, fmt.Sprintf("attention of decodes beside a prefill: %v times that of decodes alone, as on other GPUs with %s", c.decodes, k.gpu.Attention))
	}
	return nil
}

// measured returns the attention of a layer from what was measured.
func (k *kernels) measured(p *Profile, a *attentions, h kernelHeads) (*surface, error) {
	s, exact, err := a.of(h)
	if err != nil {
		return nil, err
	}
	if !exact {
		p.derive("%s of %v heads and %v key-value heads: from those that were measured", a.name, h.heads, h.kv)
	}
	if k.shape.HeadDim == measuredWidth {
		return s, nil
	}
	p.derive("%s of heads of %d: in proportion to those of %d", a.name, k.shape.HeadDim, measuredWidth)
	least := s.y[0][0]
	part := float64(k.shape.HeadDim) / measuredWidth
	return s.scaled(func(_, _, y float64) float64 { return least + math.Max(0, y-least)*part }), nil
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

// windowed returns the mean of a surface and of what it is under a window,
// with a knot where the window ends.
func (s *surface) windowed(window float64, under func(n, x float64) float64) *surface {
	t := &surface{n: s.n, x: newAxis(append([]float64{window}, s.x.knots...)), longest: s.longest}
	for _, n := range s.n.knots {
		y := make([]float64, len(t.x.knots))
		for j, x := range t.x.knots {
			y[j] = (s.at(n, x) + under(n, x)) / 2
		}
		t.y = append(t.y, y)
	}
	t.index()
	return t
}

// kernelChunks is the attention of chunks by the kernel of prefills, which
// was measured for whole prompts.
type kernelChunks struct {
	prefill *surface // ns, over prompts and tokens of each
	decodes float64  // times as long as alone decodes take beside chunks
	spared  float64  // ns: the least that a kernel takes, where one serves both
}

// time returns the attention of a pass: that of its chunks and that of its
// decodes. Chunks of c tokens behind b others count as that part of whole
// prompts of b + c which they do of its work, 1 − (b ÷ (b + c))²; they take no
// less than without what is before them, nor than as many decodes, which read
// the same keys and values.
func (c *kernelChunks) time(p *Profile, s *servers.Step) float64 {
	t := 0.0
	if s.Decodes > 0 {
		t = math.Max(0, float64(c.decodes*p.decodeTime(s))-c.spared)
	}
	prompts, length, before := c.mean(s)
	whole := length + before
	if before == 0 {
		return t + c.prefill.at(prompts, whole)
	}
	part := before / whole
	part = 1 - float64(part*part)
	least := math.Max(c.prefill.at(prompts, length), p.decode.at(prompts, whole))
	return t + math.Max(float64(c.prefill.at(prompts, whole)*part), least)
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
