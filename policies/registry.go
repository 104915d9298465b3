package policies

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies/script"
	"github.com/coldcurve/coldcurve/sim"
)

// KeepAlives returns the keep-alive policies and bounds, sorted by name.
func KeepAlives() []Entry {
	return sorted(
		keepAlive[BreakEven](),
		keepAlive[Drawn](),
		keepAlive[Defuse](),
		keepAlive[Fixed](),
		keepAlive[Forever](),
		keepAlive[HybridHistogram](),
		keepAlive[IceBreaker](),
		keepAlive[NoKeepAlive](),
		keepAlive[OfflineBelady](),
		keepAlive[OfflineKeepAlive](),
		keepAlive[OfflinePrewarm](),
		keepAlive[OfflineRelaxed](),
		keepAlive[SPES](),
		keepAlive[RainbowCake](),
	)
}

// Prewarms returns the prewarm policies, sorted by name.
func Prewarms() []Entry {
	return sorted(
		prewarm[ARForecast](),
		prewarm[EWMAForecast](),
		prewarm[FFTForecast](),
		prewarm[HoltForecast](),
		prewarm[HoltWintersForecast](),
		prewarm[NoPrewarm](),
		prewarm[Ping](),
		prewarm[Provisioned](),
		prewarm[ProvisionedSchedule](),
		prewarm[ProvisionedTargetTracking](),
	)
}

// Pools returns the policies of instances that belong to no function, sorted by name.
func Pools() []Entry {
	return sorted(
		pool[StemCells](),
	)
}

// Scalings returns the scaling policies, sorted by name.
func Scalings() []Entry {
	return sorted(
		scaling[AIBrixAPA](),
		scaling[AzureFunctions](),
		scaling[CIDREScaling](),
		scaling[CloudRun](),
		scaling[ContainerApps](),
		scaling[HPA](),
		scaling[KEDA](),
		scaling[Knative](),
		scaling[LLMDSaturation](),
		scaling[Modal](),
		scaling[PerRequest](),
		scaling[RunPodQueueDelay](),
		scaling[RunPodRequestCount](),
		scaling[TargetTracking](),
		scaling[Utilization](),
	)
}

// Routings returns the routing policies, sorted by name.
func Routings() []Entry {
	return sorted(
		routing[KVAware](),
		routing[LeastLoaded](),
		routing[PrefixAware](),
		routing[RoundRobin](),
	)
}

// Evictions returns the eviction policies, sorted by name.
func Evictions() []Entry {
	return sorted(
		eviction[CIDREEviction](),
		eviction[GDSF](),
		eviction[LFU](),
		eviction[LRU](),
		eviction[Landlord](),
		eviction[NoEviction](),
		eviction[RandomEviction](),
		eviction[Size](),
	)
}

// Placements returns the placement policies, sorted by name.
func Placements() []Entry {
	return sorted(
		placement[BestFit](),
		placement[CHBL](),
		placement[CHRLU](),
		placement[FirstFit](),
		placement[Hermod](),
		placement[LeastLoadedNode](),
		placement[LeastRequests](),
		placement[Locality](),
		placement[OpenWhiskHome](),
		placement[PowerOfD](),
		placement[RandomNode](),
		placement[RoundRobinNodes](),
		placement[WorstFit](),
	)
}

// sorted returns entries by name, in whatever order they stand.
func sorted(entries ...Entry) []Entry {
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return entries
}

// KeepAlive makes the keep-alive policy that a table names: its key name, and
// the policy's parameters. Errors name the file and line.
func KeepAlive(n *spec.Node) (sim.KeepAliveFactory, error) {
	if scripted(n) {
		return script.KeepAlive(n)
	}
	e, err := find("keep-alive policy", "fixed", KeepAlives(), n)
	if err != nil {
		return nil, err
	}
	return e.NewKeepAlive(n)
}

// Prewarm makes the prewarm policy that a table names.
func Prewarm(n *spec.Node) (sim.PrewarmFactory, error) {
	if scripted(n) {
		return script.Prewarm(n)
	}
	e, err := find("prewarm policy", "none", Prewarms(), n)
	if err != nil {
		return nil, err
	}
	return e.NewPrewarm(n)
}

// Pool makes the policy of a pool that a table names.
func Pool(n *spec.Node) (sim.SharedPoolFactory, error) {
	if scripted(n) {
		return script.Pool(n)
	}
	e, err := find("pool policy", "stem-cells", Pools(), n)
	if err != nil {
		return nil, err
	}
	return e.NewPool(n)
}

// Scaling makes the scaling policy that a table names.
func Scaling(n *spec.Node) (sim.ScalingFactory, error) {
	if scripted(n) {
		return script.Scaling(n)
	}
	e, err := find("scaling policy", "per-request", Scalings(), n)
	if err != nil {
		return nil, err
	}
	return e.NewScaling(n)
}

// Routing makes the routing policy that a table names.
func Routing(n *spec.Node) (sim.RoutingFactory, error) {
	if scripted(n) {
		return script.Routing(n)
	}
	e, err := find("routing policy", "round-robin", Routings(), n)
	if err != nil {
		return nil, err
	}
	return e.NewRouting(n)
}

// Eviction makes the eviction policy that a table names.
func Eviction(n *spec.Node) (sim.EvictionFactory, error) {
	if scripted(n) {
		return script.Eviction(n)
	}
	e, err := find("eviction policy", "lru", Evictions(), n)
	if err != nil {
		return nil, err
	}
	return e.NewEviction(n)
}

// Placement makes the placement policy that a table names.
func Placement(n *spec.Node) (sim.PlacementFactory, error) {
	if scripted(n) {
		return script.Placement(n)
	}
	e, err := find("placement policy", "first-fit", Placements(), n)
	if err != nil {
		return nil, err
	}
	return e.NewPlacement(n)
}

// find looks up the entry that a table names; example is a name for messages.
func find(what, example string, entries []Entry, n *spec.Node) (Entry, error) {
	if n == nil {
		return Entry{}, fmt.Errorf("no %s is given", what)
	}
	if !n.IsTable() {
		return Entry{}, n.Errorf("found %s, want a table such as { name = %q }", n, example)
	}
	if at := n.Get("script"); at != nil {
		return Entry{}, at.Errorf("found a script beside name = %s, want one of them", n.Get("name"))
	}
	var head struct {
		Name  string     `toml:"name" required:"true"`
		Label *spec.Node `toml:"label"`
	}
	if err := n.Without(others(n)...).Decode(&head); err != nil {
		return Entry{}, err
	}
	known := make([]string, len(entries))
	for i, e := range entries {
		if known[i] = e.Name; e.Name == head.Name {
			return e, nil
		}
	}
	return Entry{}, n.Get("name").Errorf("%s", spec.Unknown(what, head.Name, known))
}

// others are the keys of a policy's table that are parameters.
func others(n *spec.Node) []string {
	var keys []string
	for _, key := range n.Keys() {
		if key != "name" && key != "label" {
			keys = append(keys, key)
		}
	}
	return keys
}
