package hardware

import "math"

// touched returns how many of the experts of a layer some tokens visit, the
// routing being uniform: E·(1 − (1 − k ÷ E)^T).
func (s *Shape) touched(tokens float64) float64 {
	experts, active := float64(s.Experts), float64(s.Active)
	return experts * (1 - math.Pow(1-active/experts, tokens))
}

// addExperts adds the feed-forward part of experts. The weights of those that are
// touched are read, and each token is multiplied by those that it visits: as
// one product of as many columns as they have together, with the tokens that
// each of them gets.
func (k *kernels) addExperts(p *Profile, dense *parts) error {
	s := k.shape
	inner, hidden := float64(s.Inner)/float64(k.count), float64(s.Hidden)
	p.derive("experts: uniform routing, each expert's share as a part of one product")
	times := k.products
	if s.Packed > 0 {
		times = k.wide
		p.derive("packed weights of %v bits: the efficiency of products in 16 bits, over fewer bytes", s.Packed)
	}
	router, err := k.wide.line(float64(s.Experts), hidden)
	if err != nil {
		return err
	}
	dense.add(router, float64(s.Layers))
	var x, y []float64
	for tokens := 1.0; tokens <= 65536; tokens *= 2 {
		touched := s.touched(tokens)
		each := tokens * float64(s.Active) / touched
		up, err := k.product(times, each, touched*inner*float64(s.matrices()-1), hidden)
		if err != nil {
			return err
		}
		down, err := k.product(times, each, touched*hidden, inner)
		if err != nil {
			return err
		}
		// Choosing, sorting and adding up are four kernels more.
		x, y = append(x, tokens), append(y, up+down+4*launch)
	}
	dense.add(through(x, y), float64(s.Layers))
	return nil
}

// product returns the ns of one product, with weights as packed as the shape
// says.
func (k *kernels) product(times multiplier, m, n, width float64) (float64, error) {
	l, err := times.line(n, width)
	if err != nil {
		return 0, err
	}
	t := l.at(m)
	if k.shape.Packed > 0 {
		packed := k.board
		packed.bytes = k.shape.Packed / 8
		t *= packed.time(m, n, width) / k.board.time(m, n, width)
	}
	return t, nil
}
