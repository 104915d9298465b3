package hardware

import (
	"errors"
	"fmt"

	"github.com/coldcurve/coldcurve/sim"
)

// alpha is how much of the way from the mean context to the longest attention
// goes where contexts differ: pooled over 12,984 measurements on an RTX PRO
// 6000 (its profile's alpha_default), and said of every GPU.
const alpha = 0.054

// New makes the profile of a Spec; what is zero in it stands for the default.
// A model that does not fit is an error that shows the arithmetic.
func New(s Spec) (*Profile, error) {
	s.fill()
	p, err := catalog{shipped}.profile(s)
	if err != nil {
		return nil, fmt.Errorf("making the step times of %s: %w", s.label(), err)
	}
	return p, nil
}

func (s *Spec) label() string {
	f := Facts{GPU: GPU{Name: s.GPU}, Count: s.Count, Model: s.Model, Precision: s.Precision, KVPrecision: s.KVPrecision}
	return f.Label()
}

func (c catalog) profile(s Spec) (*Profile, error) {
	g, err := c.gpu(s.GPU)
	if err != nil {
		return nil, err
	}
	e, err := findEngine(s.Engine)
	if err != nil {
		return nil, err
	}
	if err := split(&s.Model.Shape, &g, s.Count); err != nil {
		return nil, err
	}
	p := &Profile{skew: alpha, prefillScale: s.PrefillScale, decodeScale: s.DecodeScale}
	p.Facts = Facts{GPU: g, Count: s.Count, Model: s.Model, Precision: s.Precision, KVPrecision: s.KVPrecision, Engine: e, Calibration: s.Calibration}
	if g.Half != "" {
		p.Notes = append(p.Notes, fmt.Sprintf("the board has no bfloat16: %s, as wide and as fast, stands for it", g.Half))
	}
	p.setHost(&s)
	p.setPower(&s)
	p.ByHand = s.Calibration == nil && (p.host != float64(p.Engine.Host) || p.perRequest != float64(p.Engine.PerRequest) || p.Front != p.Engine.Front || p.prefillScale != 1 || p.decodeScale != 1)
	if err := p.fit(&s); err != nil {
		return nil, err
	}
	return p, c.compose(p)
}

// setHost takes what a Spec says of the host, or what its engine has.
func (p *Profile) setHost(s *Spec) {
	p.host, p.perRequest, p.Front = float64(p.Engine.Host), float64(p.Engine.PerRequest), p.Engine.Front
	if s.Host != nil {
		p.host = float64(*s.Host)
	}
	if s.PerRequest != nil {
		p.perRequest = float64(*s.PerRequest)
	}
	if s.Front != nil {
		p.Front = sim.Time(*s.Front)
	}
}

// Adjusted returns the profile that [New] would make of a Spec that differs from
// the profile's own in nothing but what a calibration finds: host,
// host_per_request, front, the scales, and blocks, of which 0 keeps those of the
// profile.
func (p *Profile) Adjusted(s Spec) *Profile {
	s.fill()
	q := *p
	q.setHost(&s)
	q.prefillScale, q.decodeScale = s.PrefillScale, s.DecodeScale
	if s.Blocks > 0 {
		q.Blocks = s.Blocks
	}
	return &q
}

// split sees that GPUs can share the layers of a model.
func split(s *Shape, g *GPU, count int64) error {
	switch {
	case s.Heads < 1 || s.KVHeads < 1 || s.Layers < 1:
		return errors.New("the model has no shape")
	case count < 1:
		return fmt.Errorf("%d GPUs, want 1 or more", count)
	case count > g.PerNode && g.PerNode == 1:
		return fmt.Errorf("%d GPUs share each layer, and no link between several %s is known; want count = 1", count, g.Name)
	case count > g.PerNode:
		return fmt.Errorf("%d GPUs share each layer, and a node has %d %s at most", count, g.PerNode, g.Name)
	case s.Heads%count != 0:
		return fmt.Errorf("%d heads cannot be shared by %d GPUs", s.Heads, count)
	case s.Inner%count != 0:
		return fmt.Errorf("inner = %d cannot be shared by %d GPUs", s.Inner, count)
	case s.KVHeads%count != 0 && count%s.KVHeads != 0:
		return fmt.Errorf("%d key-value heads cannot be shared by %d GPUs", s.KVHeads, count)
	}
	return nil
}

// fit spends the memory.
func (p *Profile) fit(s *Spec) error {
	kept := reserve
	if s.Reserve != nil {
		kept = float64(*s.Reserve)
	}
	p.Fit = newFit(&p.GPU, &p.Model.Shape, p.Count, p.Precision, p.KVPrecision, s.Utilisation, kept)
	p.Blocks = p.Fit.Blocks
	if s.Blocks > 0 {
		p.Blocks = s.Blocks
	}
	if p.Fit.Weights > float64(p.GPU.Memory) || p.Blocks < 2 {
		return fmt.Errorf("it does not fit: on each GPU %s, want 2 or more", p.Fit)
	}
	return nil
}

// compose fills in the step times from the best that there is.
func (c catalog) compose(p *Profile) error {
	for _, o := range p.GPU.Operations {
		if o.Model != p.Model.Name || o.Count != p.Count || p.Precision != BF16 || p.KVPrecision != KV16 {
			continue
		}
		f, err := c.tables(o.Tables)
		if err != nil {
			return err
		}
		p.Basis, p.Grade, p.Sources = FromOperations, "A", []string{o.Source}
		if err := composeOperations(p, f, &p.Model.Shape); err != nil {
			return err
		}
		return c.joinOperations(p)
	}
	k, err := c.kernels(p)
	if err != nil {
		return err
	}
	return k.compose(p)
}

// joinOperations adds what GPUs tell each other to operations that were
// measured on one of them.
func (c catalog) joinOperations(p *Profile) error {
	if p.Count == 1 {
		return nil
	}
	k, err := c.kernels(p)
	if err != nil {
		return err
	}
	hidden := float64(p.Model.Hidden)
	p.dense = sum([]line{p.dense, k.reduce.stretched(hidden)}, []float64{1, k.reductions()})
	p.head = sum([]line{p.head, k.reduce.stretched(float64(p.Model.Vocabulary))}, []float64{1, gather})
	p.Sources = append(p.Sources, p.GPU.Source)
	return nil
}
