package hardware

import "fmt"

// multiplier times matrix products: over m, for n and k.
type multiplier interface {
	line(n, k float64) (line, error)
}

// kernels is what a profile is composed from: measured where there are tables,
// and else what the board allows.
type kernels struct {
	gpu      *GPU
	shape    *Shape
	count    int64
	products multiplier // at the precision
	wide     multiplier // in 16 bits, for what no precision changes
	board    roofline   // in 16 bits
	// attention of prompts and of decodes; nil: by the roofline.
	prefill, decode *attentions
	reduce          *line // ns of an all-reduce over elements; nil for one GPU
}

// kernels returns what a profile is composed from, and says in it what that
// rests on.
func (c catalog) kernels(p *Profile) (*kernels, error) {
	g := &p.GPU
	k := &kernels{gpu: g, shape: &p.Model.Shape, count: p.Count}
	k.board, _ = g.board(BF16)
	if g.Kernels == "" {
		return k, k.allow(p)
	}
	f, err := c.tables(g.Kernels)
	if err != nil {
		return nil, err
	}
	measured := p.Precision
	if measured == FP4 {
		measured = BF16 // in which it is multiplied
		if g.FlopsFP4 > 0 && f.Find("gemm "+string(FP8)) != nil {
			measured = FP8 // the nearest arithmetic
		}
	}
	if f.Find("gemm "+string(measured)) == nil {
		return k, k.allow(p)
	}
	if p.Basis == "" {
		p.Basis, p.Grade, p.Sources = FromKernels, "B", []string{g.Source}
	}
	if k.wide, err = readProducts(f, g, BF16); err != nil {
		return nil, err
	}
	if k.products, err = readProducts(f, g, measured); err != nil {
		return nil, err
	}
	if measured != p.Precision {
		had, _ := g.board(measured)
		board, _ := g.board(p.Precision)
		k.products = &packed{k.products, had, board}
		p.derive("products in %s: the efficiency of those in %s, over fewer bytes", p.Precision, measured)
	}
	if k.prefill, err = newAttentions(f, "prefill attention"); err != nil {
		return nil, err
	}
	if k.decode, err = newAttentions(f, "decode attention"); err != nil {
		return nil, err
	}
	if p.Count > 1 {
		k.reduce, err = allReduce(p, f)
	}
	return k, err
}

// allow takes all from the roofline.
func (k *kernels) allow(p *Profile) error {
	g := k.gpu
	at, ok := g.board(p.Precision)
	if !ok {
		return fmt.Errorf("%s has no arithmetic of 8 bits", g.Name)
	}
	wide := k.board
	k.products, k.wide = &at, &wide
	if p.Count > 1 {
		l := rooflineReduce(g, p.Count)
		k.reduce = &l
	}
	if p.Basis == "" {
		p.Basis, p.Grade, p.Sources = FromRoofline, "U", []string{g.Source}
		p.Notes = append(p.Notes, fmt.Sprintf("nothing in %s was measured on this GPU: a roofline, of which %.0f %% are reached", p.Precision, 100*reached))
		if p.Count > 1 {
			p.Notes = append(p.Notes, fmt.Sprintf("an all-reduce over %d GPUs: a link of %.0f GB/s one way, of which as much is reached", p.Count, g.Link/1e9))
		}
	}
	return nil
}
