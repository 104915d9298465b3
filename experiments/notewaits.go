package experiments

import "github.com/coldcurve/coldcurve/sim"

// noteWaits warns of a platform whose scaling policy lets requests wait, and whose limit
// rejects whoever does.
func (p *Plan) noteWaits(pl *platform) {
	scaling := pl.spec.Scaling
	if scaling != nil && !pl.bound && queues(scaling, pl.sim.Scaling) && pl.sim.Limit.Over == sim.RejectOver {
		p.warn(`platform %s: the scaling policy %s lets requests wait, and limit.over = "reject" rejects each for which no instance is on its way; want limit = { over = "queue" } where they may`, pl.name, policyName(scaling))
	}
}
