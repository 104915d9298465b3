package hardware

import "fmt"

// alpha is how much of the way from the mean context to the longest attention
// goes where contexts differ: pooled over 12,984 measurements on an RTX PRO
// 6000 (its profile's alpha_default), and said of every GPU.
const alpha = 0.054

// New makes a profile.
func New(s Spec) (*Profile, error) {
	c := catalog{shipped}
	g, err := c.gpu(s.GPU)
	if err != nil {
		return nil, err
	}
	m, err := c.model(s.Model)
	if err != nil {
		return nil, err
	}
	e, err := findEngine(s.Engine)
	if err != nil {
		return nil, err
	}
	p := &Profile{skew: alpha, host: float64(e.Host), perRequest: float64(e.PerRequest), prefillScale: 1, decodeScale: 1}
	for _, o := range g.Operations {
		if o.Model == s.Model && o.Count == max(1, s.Count) {
			f, err := c.tables(o.Tables)
			if err != nil {
				return nil, err
			}
			return p, composeOperations(p, f, &m.Shape)
		}
	}
	if g.Kernels != "" {
		f, err := c.tables(g.Kernels)
		if err != nil {
			return nil, err
		}
		pr := s.Precision
		if pr == "" {
			pr = BF16
		}
		k, err := newKernels(f, &g, &m.Shape, max(1, s.Count), pr)
		if err != nil {
			return nil, err
		}
		return p, k.compose(p)
	}
	return nil, fmt.Errorf("not yet")
}
