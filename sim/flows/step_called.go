package flows

import "github.com/coldcurve/coldcurve/sim"

// called is when what a step calls is asked: after the orchestrator's gap.
func (a *actor) called(x *execution, s *Step, input int64, key uint64, attempt uint16) sim.Time {
	at := a.now
	if !x.first || attempt > 0 {
		at += a.gap(&a.g.Flows[s.Flow].Engine, input, key, attempt)
	}
	x.first = false
	return at
}
