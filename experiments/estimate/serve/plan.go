package serve

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// choice is what one buys, and what a tenant sets on it.
type choice struct {
	kind     Kind
	tariff   *costmodel.Tariff
	provider *provider // nil of an API
	engine   *engine   // nil of an API
	offer    *offer    // nil of GPUs
	// fixed is how many instances always stand and none beside them; 0: they come and go.
	fixed int
	// floor is how many always stand where more come and go.
	floor     int
	keepAlive spec.Duration // 0: the provider's
}

// starts reports whether instances start and stop.
func (c *choice) starts() bool { return c.kind != API && c.fixed == 0 }

// name says what the choice is, with what was set on it.
func (c *choice) name() string {
	name := c.tariff.Name
	if c.kind == API {
		return name
	}
	switch {
	case c.engine.count > 1:
		name += fmt.Sprintf(", %d GPUs", c.engine.count)
	case c.tariff.GPU.Count > 1:
		name += ", a GPU"
	}
	switch {
	case c.fixed > 0:
		name += fmt.Sprintf(", %d always on", c.fixed)
	case c.floor > 0:
		name += fmt.Sprintf(", %d kept warm", c.floor)
	}
	if c.keepAlive > 0 {
		name += fmt.Sprintf(", idle %s", c.keepAlive)
	}
	return name
}

// setting says in words what the choice is.
func (c *choice) setting() string {
	if c.kind == API {
		return c.tariff.Title
	}
	text := fmt.Sprintf("%s on %d × %s", c.tariff.Title, c.engine.count, c.engine.board)
	switch {
	case c.fixed == 1:
		text += ", one instance that always runs"
	case c.fixed > 1:
		text += fmt.Sprintf(", %d instances that always run", c.fixed)
	case c.floor > 0:
		text += fmt.Sprintf(", at least %d always ready", c.floor)
	default:
		text += ", scaled to zero"
	}
	if n := c.machines(); n > 0 && c.tariff.GPU.Count > 1 {
		text += fmt.Sprintf(" on %d machines of %d GPUs", n, c.tariff.GPU.Count)
	}
	return text
}

// machines is how many machines hold the instances that always run: as many of
// these stand on one as its GPUs allow.
func (c *choice) machines() int64 {
	if c.fixed == 0 {
		return 0
	}
	per := max(1, c.tariff.GPU.Count/c.engine.count)
	if c.engine.count > c.tariff.GPU.Count { // an instance takes several
		return int64(c.fixed) * ((c.engine.count + c.tariff.GPU.Count - 1) / c.tariff.GPU.Count)
	}
	return (int64(c.fixed) + per - 1) / per
}

// stays says how long an idle instance does.
func (c *choice) stays() string {
	w := c.keepAlive
	if w == 0 {
		w = c.provider.keepAlive()
	}
	if w == 0 {
		return "as long as the provider's autoscaler wants it"
	}
	return fmt.Sprintf("%s without one", w)
}

// routed says whom a request goes to where instances come and go: no provider says
// it. A router that spreads requests over all keeps alive what a burst or a cold start
// has started for as long as there is any load, and bills it.
const routed = "Which instance its router gives a request is not known (grade U): taken is the first started that has room, so that those that are too many stop; a router that spreads keeps more of them, and costs more."

// everyone is the concurrency of an instance that takes all requests that come.
const everyone = 1 << 20

// platform is what the kernel is told, less the server.
func (q *question) platform(c *choice, l *load) sim.Platform {
	if c.kind == API { // it is there before anybody asks
		return sim.Platform{
			Unit: sim.PerApp, Dispatch: sim.QueueDispatch, Concurrency: everyone, Limit: sim.Limit{Over: sim.QueueOver}, Memory: 1024,
			KeepAlive: policies.Forever{}, Scaling: policies.PerRequest{}, Prewarm: policies.Provisioned{Count: 1}, Init: sim.Init{},
		}
	}
	// The limits of a preset are a tenant's to raise, but for a plan's quota of GPUs, and requests wait as long as it takes.
	p := c.provider.base.Sim
	p.Unit, p.Concurrency, p.Limit, p.Timeout, p.Prewarm = sim.PerApp, everyone, sim.Limit{Over: sim.QueueOver}, 0, nil
	if c.fixed > 0 { // they run all month: nobody sees them start
		p.Reuse, p.Limit.Instances, p.Prewarm = sim.LeastLoaded, c.fixed, policies.Provisioned{Count: c.fixed}
		p.KeepAlive, p.Scaling, p.Init = policies.Forever{}, policies.PerRequest{}, sim.Init{}
		return p
	}
	p.Concurrency = c.engine.abreast(l, q.SLO)
	p.Reuse = sim.Oldest
	if c.keepAlive > 0 {
		p.KeepAlive = policies.Fixed{Window: c.keepAlive}
	}
	p.Init = q.init(c)
	if quota := c.provider.Quota; quota > 0 { // requests wait for those that there may be
		p.Limit.Instances = int(max(1, quota/c.engine.count))
	}
	if c.floor > 0 {
		p.Prewarm = policies.Provisioned{Count: c.floor}
	}
	return p
}

// factory makes the servers of a run.
func (q *question) factory(c *choice, l *load, key sim.RunKey) (sim.ServerFactory, error) {
	columns := columnsOf(l.workload, key)
	if c.kind == API {
		return servers.Hosted{Columns: columns, First: q.apiTTFT, Each: q.apiTPOT, Hit: servers.Millionths(math.Round(q.hit * 1e6))}, nil
	}
	return engineFactory(c.engine, columns)
}
