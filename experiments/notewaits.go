package experiments

import "github.com/coldcurve/coldcurve/sim"

// noteWaits warns of a platform whose scaling policy lets requests wait, and whose limit
// rejects whoever does, and of limits that reject though requests may wait.
func (p *Plan) noteWaits(pl *platform) {
	if l := &pl.sim.Limit; pl.sim.Cluster.Balances() && l.Over == sim.QueueOver && (l.Account > 0 || l.Function > 0) {
		p.warn(`platform %s: the placement %s sends each request to a node, and only there it may wait: what is over limit.account or limit.function is rejected, though limit.over = "queue"`, pl.name, policyName(pl.spec.Placement))
	}
	scaling := pl.spec.Scaling
	if scaling != nil && !pl.bound && queues(scaling) && pl.sim.Limit.Over == sim.RejectOver {
		p.warn(`platform %s: the scaling policy %s may let requests wait, and limit.over = "reject" rejects each for which no instance is on its way; want limit = { over = "queue" } where they may`, pl.name, policyName(scaling))
	}
}
