package experiments

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
)

// noteTraining warns of a keep-alive policy that trains for as long as the run or longer:
// none of what it is for has been simulated.
func (p *Plan) noteTraining(pl *platform, w sim.Window) {
	trains, ok := pl.sim.KeepAlive.(policies.Training)
	if !ok {
		return
	}
	if length, window := trains.Trains(); sim.Time(length) >= w.Horizon {
		p.warn("platform %s: %s trains for %s, and the window ends after %s: it was a fixed window of %s throughout",
			pl.name, trains.About().Name, length, spec.Duration(w.Horizon), window)
	}
}
