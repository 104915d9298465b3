package experiments

import (
	"fmt"

	"github.com/coldcurve/coldcurve/experiments/serving"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// slowing is a workload some of whose functions are in environments where all that their
// platform's server does takes longer, as confidential computing does.
type slowing interface {
	// Slower returns the factor by function; nil: 1 of each. 0 is 1.
	Slower() []float64
}

// Slower implements slowing.
func (s *sized) Slower() []float64 {
	if w, ok := s.Workload.(slowing); ok {
		return w.Slower()
	}
	return nil
}

// slowed returns what makes the servers of a platform's deployments, of which some are
// slower than the others.
func (p *platform) slowed(plain sim.ServerFactory, at serving.Platform, w sim.Workload) (sim.ServerFactory, error) {
	s, ok := w.(slowing)
	if !ok || s.Slower() == nil || !p.timed() || p.unslowed() != nil { // where none can act, it was refused with its line
		return plain, nil
	}
	made := map[float64]sim.ServerFactory{0: plain, 1: plain}
	by := make(servers.ByFunction, len(s.Slower()))
	for i, factor := range s.Slower() {
		if made[factor] == nil {
			slower, err := p.slowerServer(factor)
			if err != nil {
				return nil, err
			}
			if made[factor], err = slower.Factory(at); err != nil {
				return nil, err
			}
		}
		by[i] = made[factor]
	}
	return by, nil
}

// slowerServer is the platform's server where all takes factor times as long.
func (p *platform) slowerServer(factor float64) (serving.Server, error) {
	s, ok := p.server.(serving.Slowing)
	if !ok {
		return nil, fmt.Errorf("no factor acts on the server %q", nameOf(p.spec.Server))
	}
	return s.Slower(factor)
}

// unslowed is why no factor can act on the platform's server; nil: one can.
func (p *platform) unslowed() error {
	if !p.timed() {
		return nil
	}
	_, err := p.slowerServer(1)
	return err
}

// noteSlower notes which functions have slower servers: what the notes say of step times
// is of those that are not.
func (p *Plan) noteSlower(u *unit) {
	for i, factor := range u.workload.Slower() {
		if factor > 0 {
			p.note(u.platforms[u.on[i]], fmt.Sprintf("overheads make all that the server does for the function %s take %.6g times as long; how far off that is was compared with no engine", u.workload.functions[i].Name, factor))
		}
	}
}
