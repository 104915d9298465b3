package experiments

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads"
)

// parts are what platforms are made of, each made once: the platforms of a sweep
// have most of theirs in common. Nobody changes a part.
type parts struct {
	presets    map[string]*spec.Node // the platform keys of presets, by name
	inits      map[string]sim.Init   // by their text, as all below
	keepAlives map[string]keepAlive
	prewarms   map[string]sim.PrewarmFactory
	scalings   map[string]sim.ScalingFactory
	pools      map[string]sim.SharedPoolFactory
	routings   map[string]sim.RoutingFactory
	placements map[string]sim.PlacementFactory
	evictions  map[string]sim.EvictionFactory

	applications applicationFiles
	scripts      scriptFiles
}

// keepAlive is a policy, and whether it is an offline bound.
type keepAlive struct {
	factory sim.KeepAliveFactory
	bound   bool
}

func newParts() *parts {
	return &parts{presets: map[string]*spec.Node{}, inits: map[string]sim.Init{}, keepAlives: map[string]keepAlive{},
		prewarms: map[string]sim.PrewarmFactory{}, pools: map[string]sim.SharedPoolFactory{}, scalings: map[string]sim.ScalingFactory{}, routings: map[string]sim.RoutingFactory{},
		placements: map[string]sim.PlacementFactory{}, evictions: map[string]sim.EvictionFactory{}}
}

func (p *parts) init(n *spec.Node) (sim.Init, error) { return once(p.inits, n, workloads.DecodeInit) }

func (p *parts) keepAlive(n *spec.Node) (keepAlive, error) {
	return once(p.keepAlives, n, func(n *spec.Node) (keepAlive, error) {
		factory, err := policies.KeepAlive(n)
		return keepAlive{factory, isBound(n)}, err
	})
}

func (p *parts) prewarm(n *spec.Node) (sim.PrewarmFactory, error) {
	return once(p.prewarms, n, policies.Prewarm)
}

func (p *parts) pool(n *spec.Node) (sim.SharedPoolFactory, error) {
	return once(p.pools, n, policies.Pool)
}

func (p *parts) scaling(n *spec.Node) (sim.ScalingFactory, error) {
	return once(p.scalings, n, policies.Scaling)
}

func (p *parts) routing(n *spec.Node) (sim.RoutingFactory, error) {
	return once(p.routings, n, policies.Routing)
}

func (p *parts) placement(n *spec.Node) (sim.PlacementFactory, error) {
	return once(p.placements, n, policies.Placement)
}

func (p *parts) eviction(n *spec.Node) (sim.EvictionFactory, error) {
	return once(p.evictions, n, policies.Eviction)
}

// once makes what a node says, or returns what an equal node made. An error is
// not kept: it names the node's own line.
func once[T any](known map[string]T, n *spec.Node, read func(*spec.Node) (T, error)) (T, error) {
	key := n.String()
	if part, ok := known[key]; ok {
		return part, nil
	}
	part, err := read(n)
	if err == nil {
		known[key] = part
	}
	return part, err
}
