package experiments

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
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

// checkInitErrors refuses functions whose initialisations fail where nobody says what that
// would do.
func (p *platform) checkInitErrors(functions []sim.Function) error {
	for i := range functions {
		f := &functions[i]
		switch {
		case f.InitError == 0:
		case p.server != nil && nameOf(p.spec.Server) != "slots":
			return p.spec.Server.Errorf("platform %q: found the server %q, and %s, whose initialisations fail (init_error_rate = %v); want server = \"slots\" or none that fail", p.name, nameOf(p.spec.Server), f.ID(), f.InitError)
		case p.bound:
			return p.spec.KeepAlive.Errorf("platform %q: found an offline bound, and %s, whose initialisations fail (init_error_rate = %v); want none that fail: which gaps a bound would bridge depends on that", p.name, f.ID(), f.InitError)
		}
	}
	return nil
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
