package serving

import "math"

// Weighted is a Server whose instances load a model: what it is called, the bytes
// of its weights, and the GPUs that load an equal part of them each.
type Weighted interface {
	Weights() (model string, bytes, gpus int64)
}

// Weights are those of one engine: of several in an instance each loads its own,
// at the same time.
func (s *llm) Weights() (model string, bytes, gpus int64) {
	p := s.profile
	name := p.Model.Name
	if name == "" {
		name = p.Model.Title
	}
	return name + " " + string(p.Precision), int64(math.Round(p.WeightBytes())), p.Count
}
