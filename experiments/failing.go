package experiments

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/workloads"
)

// errorsSpec is a table of services that fail, of all functions of a trace.
type errorsSpec struct {
	Rate float64                 `toml:"rate" required:"true" help:"part of services that fail, at their end, 0 … 1"`
	Time *workloads.Distribution `toml:"time" help:"how long a service takes that fails: a duration or a distribution; absent: as long as it would"`
}

func (e *errorsSpec) check(n *spec.Node) error {
	if e != nil && !(e.Rate >= 0 && e.Rate <= 1) {
		return n.Get("rate").Errorf("found %v, want 0 … 1", e.Rate)
	}
	return nil
}

// errorText is what of a workload determines which services fail.
func (w *workload) errorText() string {
	if at := w.node.Get("errors"); at != nil {
		return at.Canonical()
	}
	return ""
}

// setErrors lets a part of all services fail.
func (s *sized) setErrors(e *errorsSpec) {
	if e == nil {
		return
	}
	for i := range s.functions {
		s.functions[i].Error = e.Rate
		if e.Time != nil {
			s.functions[i].ErrorTime = *e.Time
		}
	}
}
