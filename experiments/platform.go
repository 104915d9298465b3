package experiments

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments/serving"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
	"github.com/coldcurve/coldcurve/workloads"
)

// maxCount bounds what is counted in a platform: concurrency, limits, queues.
const maxCount = math.MaxInt32

// maxFactor bounds the factor on memory, and an instance's vCPUs.
const maxFactor = 1_000_000

// platform is one [[platform]] with its preset, ready to run.
type platform struct {
	name           string
	preset         string
	given          []string // the keys whose values are not those of the preset
	changed        string   // those of them that make it behave otherwise, and where they stand; for a message
	tariffs        []string
	tariffNode     *spec.Node // where the experiment says which tariffs
	counterfactual bool
	spec           platformSpec
	sim            sim.Platform
	server         serving.Server
	location       workloads.Location // what starts load on it
	storesNode     *spec.Node         // its stores, as they are written; nil: none
	clusterNode    *spec.Node         // its nodes, likewise
	nodesTariff    *costmodel.Tariff  // the prices of its nodes; nil: they have none
	crowd          bool               // an instance takes all requests that come, since nothing was said
	bound          bool               // its keep-alive is an offline bound
	node           *spec.Node         // as it is written, its preset merged in
	canonical      string             // all that determines how it behaves
	sizes          string             // what of it determines the memory of functions, and what they load
}

// newPlatform decodes a [[platform]]; counterfactual is the file's default.
func newPlatform(n *spec.Node, counterfactual bool, known *parts) (*platform, error) {
	merged, err := withPreset(n, known)
	if err != nil {
		return nil, err
	}
	if merged, err = withProfile(merged); err != nil {
		return nil, err
	}
	if merged, err = withScripts(merged, known); err != nil {
		return nil, err
	}
	p := &platform{counterfactual: counterfactual, tariffNode: tariffsOf(n)}
	if p.given, err = givenIn(n, merged, known); err != nil {
		return nil, err
	}
	if err := merged.Decode(&p.spec); err != nil {
		return nil, err
	}
	s := &p.spec
	if err := s.check(merged); err != nil {
		return nil, err
	}
	p.name, p.preset, p.tariffs = s.Name, s.Preset, s.Tariffs
	p.changed = p.changedIn(n)
	if s.Counterfactual != nil {
		p.counterfactual = *s.Counterfactual
	}
	if p.sim, err = s.platform(known); err != nil {
		return nil, err
	}
	if s.Server != nil {
		if p.server, err = serving.Read(s.Server); err != nil {
			return nil, err
		}
		if c, ok := p.server.(serving.Crowd); ok && merged.Get("concurrency") == nil {
			p.sim.Concurrency, p.crowd = c.Concurrency(), true
		}
		if _, ok := p.server.(serving.Aborting); ok {
			p.sim.Abandoned = sim.Cancel
		}
		if g, ok := p.server.(serving.Gathering); ok && p.sim.Concurrency < g.Gathers() {
			return nil, merged.Get("concurrency").Errorf("found %d, want the %d requests of a batch or more: none would be full", p.sim.Concurrency, g.Gathers())
		}
	}
	if err := p.populate(merged, known); err != nil {
		return nil, err
	}
	if err := p.locate(merged); err != nil {
		return nil, err
	}
	if err := p.checkGPU(merged.Get("gpu")); err != nil {
		return nil, err
	}
	if err := p.checkQuota(merged.Get("limit", "gpus")); err != nil {
		return nil, err
	}
	if s.Abandoned != nil {
		p.sim.Abandoned = *s.Abandoned
	}
	p.node = merged
	p.canonical = merged.Without(labelKeys...).Canonical()
	p.sizes = fmt.Sprint(s.Memory, s.MemoryScale, s.MemoryMin, s.MemorySizes, p.location)
	if err := p.addPolicies(merged, known); err != nil {
		return nil, err
	}
	if p.bound && p.sim.Cluster != nil {
		return nil, p.clusterNode.Errorf("found nodes beside an offline bound (%s), want one of them: what a bound holds would depend on when others go", s.KeepAlive.Place())
	}
	if p.bound && p.location.Stores {
		return nil, merged.Get("store").Errorf("found stores beside an offline bound, want one of them: how long a start takes depends on what was started before, so that it is no bound")
	}
	return p, nil
}

// givenIn returns the keys of a platform, its preset merged in, whose values are
// not those of the preset. One that repeats the preset's value rests on what
// that rests on.
func givenIn(n, merged *spec.Node, known *parts) (keys []string, err error) {
	preset, err := known.preset(n)
	if err != nil {
		return nil, err
	}
	for _, key := range n.Keys() {
		if preset.Get(key) == nil || preset.Get(key).Canonical() != merged.Get(key).Canonical() {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// labelKeys are the keys of a platform that do not determine how it behaves.
var labelKeys = []string{"name", "preset", "tariffs", "counterfactual"}

// changedIn says what a platform changes of its preset, and where; "" of none.
func (p *platform) changedIn(n *spec.Node) string {
	var words []string
	for _, key := range p.given {
		if !slices.Contains(labelKeys, key) {
			words = append(words, fmt.Sprintf("%s (%s)", key, n.Get(key).Place()))
		}
	}
	if p.preset == "" || len(words) == 0 {
		return ""
	}
	return fmt.Sprintf("; the preset %q is changed in %s", p.preset, strings.Join(words, ", "))
}

// tariffsOf is where a platform says by which tariffs it is priced: itself, or
// by its preset.
func tariffsOf(n *spec.Node) *spec.Node {
	if at := n.Get("tariffs"); at != nil {
		return at
	}
	return n.Get("preset")
}

// atTariff is where the i-th tariff stands.
func (p *platform) atTariff(i int) *spec.Node {
	if at := p.tariffNode.Get(fmt.Sprint(i)); at != nil {
		return at
	}
	return p.tariffNode
}

// check refuses numbers that make no sense.
func (s *platformSpec) check(n *spec.Node) error {
	if at := n.Get("region"); at != nil {
		switch s.Region {
		case "":
			return at.Errorf("found an empty name, want a region, or no key: it is then that of the tariff")
		case catalog.Internet:
			return at.Errorf("found %q, want a region: a platform stands in one", s.Region)
		}
	}
	for _, c := range []struct {
		key   []string
		value int
		least int
	}{
		{[]string{"concurrency"}, s.Concurrency, 1},
		{[]string{"limit", "account"}, s.Limit.Account, 0},
		{[]string{"limit", "function"}, s.Limit.Function, 0},
		{[]string{"limit", "instances"}, s.Limit.Instances, 0},
		{[]string{"limit", "queue"}, s.Limit.Queue, 0}, // of an explicit 0, see checkLine
		{[]string{"limit", "ramp"}, s.Limit.Ramp.Burst, 0},
		{[]string{"limit", "requests"}, s.Limit.Requests.Burst, 0},
	} {
		if c.value < c.least || c.value > maxCount {
			return n.Get(c.key...).Errorf("found %d, want %d to %d", c.value, c.least, maxCount)
		}
	}
	if err := s.Limit.checkLine(n.Get("limit")); err != nil {
		return err
	}
	if err := s.checkQueueWait(n.Get("limit", "queue_wait")); err != nil {
		return err
	}
	if err := s.Limit.checkRequests(n.Get("limit", "requests")); err != nil {
		return err
	}
	if err := s.Stockout.check(n.Get("stockout")); err != nil {
		return err
	}
	if err := s.GPU.check(n.Get("gpu")); err != nil {
		return err
	}
	switch {
	case !(s.MemoryScale > 0 && s.MemoryScale <= maxFactor):
		return n.Get("memory_scale").Errorf("found %v, want a factor above 0, at most %d", s.MemoryScale, maxFactor)
	case n.Get("vcpu") != nil && !(s.VCPU >= 0.001 && s.VCPU <= maxFactor):
		return n.Get("vcpu").Errorf("found %v, want 0.001 to %d vCPUs: they are counted in thousandths", s.VCPU, maxFactor)
	case s.VCPU > 0 && s.MemoryPerVCPU > 0:
		return n.Get("memory_per_vcpu").Errorf("given beside vcpu (%s), want one of them", n.Get("vcpu").Place())
	}
	return s.checkMemory(n)
}

// checkLine refuses a line in which nobody may wait: without the key anybody
// may, and a 0 must not mean the same.
func (l *limitSpec) checkLine(n *spec.Node) error {
	const instead = `where nobody is to wait, write over = "reject"; without this key anybody may, at any length`
	if at := n.Get("queue"); at != nil && l.Queue == 0 {
		return at.Errorf("found 0, want 1 to %d requests that may wait; %s", maxCount, instead)
	}
	return nil
}

// checkMemory sees that sizes are whole MiB, and the list of sizes ascends.
func (s *platformSpec) checkMemory(n *spec.Node) error {
	for _, key := range []struct {
		name string
		size spec.Size
	}{{"memory", s.Memory}, {"memory_min", s.MemoryMin}, {"memory_per_vcpu", s.MemoryPerVCPU}} {
		if mib, whole := key.size.MiB(); !whole || mib < 1 && n.Get(key.name) != nil {
			return n.Get(key.name).Errorf("found %s, want whole MB, 1 or more", key.size)
		}
	}
	last := spec.Size(0)
	for i, size := range s.MemorySizes {
		if _, whole := size.MiB(); !whole || size <= last {
			return n.Get("memory_sizes", fmt.Sprint(i)).Errorf("found %s, want whole MB, larger than the one before", size)
		}
		last = size
	}
	return nil
}

// platform returns what the kernel is told, less the policies.
func (s *platformSpec) platform(known *parts) (sim.Platform, error) {
	init, err := known.init(s.Init)
	if err != nil {
		return sim.Platform{}, err
	}
	memory, _ := s.Memory.MiB()
	return sim.Platform{
		Unit: s.Unit, Dispatch: s.Dispatch, Reuse: s.Reuse, Order: s.Queue, Concurrency: s.Concurrency,
		Limit: sim.Limit{
			Account: s.Limit.Account, Function: s.Limit.Function, Instances: s.Limit.Instances,
			Ramp: sim.Ramp(s.Limit.Ramp), Requests: sim.Ramp(s.Limit.Requests),
			Over: s.Limit.Over, Queue: s.Limit.Queue, QueueWait: sim.Time(s.Limit.QueueWait.Least), QueueStarts: s.Limit.QueueWait.Starts,
		},
		TimeoutClock: s.TimeoutClock, Timeout: sim.Time(s.Timeout), MaxLifetime: sim.Time(s.MaxLifetime),
		Memory: memory, Init: init, Stockout: s.Stockout.stockout(),
	}, nil
}

// memoryOf returns the MiB that a function gets on the platform.
func (s *platformSpec) memoryOf(f *sim.Function) int64 {
	mib := f.Memory
	if mib == 0 {
		mib, _ = s.Memory.MiB()
	}
	least, _ := s.MemoryMin.MiB()
	mib = max(least, int64(math.Ceil(float64(mib)*s.MemoryScale)))
	for _, size := range s.MemorySizes {
		if n, _ := size.MiB(); n >= mib {
			return n
		}
	}
	return mib
}

// milliCPU returns the thousandths of a vCPU of an instance, 0 where the
// tariff is to say.
func (s *platformSpec) milliCPU() int64 { return int64(math.Round(s.VCPU * 1000)) }

// on returns what the kernel is told of the platform in one run of a workload.
func (p *platform) on(w sim.Workload, key sim.RunKey) (sim.Platform, error) {
	s := p.sim
	if p.server == nil {
		return s, nil
	}
	at := serving.Platform{MilliCPU: p.spec.milliCPU(), Columns: tokens.Of(w, key.Seed, key.Replication), PerApp: s.Unit == sim.PerApp}
	if w != nil { // a platform by itself has none
		for _, f := range w.Functions() {
			at.Functions = append(at.Functions, serving.Function{Name: f.Name, Owner: f.Owner, App: f.App})
		}
	}
	var err error
	if s.Server, err = p.server.Factory(at); err == nil && w != nil {
		s.Server, err = p.slowed(s.Server, at, w)
	}
	if err != nil {
		return s, p.spec.Server.Errorf("platform %q: %w", p.name, err)
	}
	return s, nil
}

// addPolicies makes the policies. A platform has a keep-alive policy; without
// a prewarm policy nothing is started ahead, and without a scaling policy an
// instance is started for each request that finds no slot.
func (p *platform) addPolicies(n *spec.Node, known *parts) (err error) {
	s := &p.spec
	if s.KeepAlive == nil {
		return n.Errorf("platform %q has neither a preset nor a keepalive, want one, as in keepalive = { name = \"fixed\", window = \"10m\" }", p.name)
	}
	keep, err := known.keepAlive(s.KeepAlive)
	if err != nil {
		return err
	}
	p.sim.KeepAlive, p.bound = keep.factory, keep.bound
	if s.Prewarm != nil {
		if p.sim.Prewarm, err = known.prewarm(s.Prewarm); err != nil {
			return err
		}
	}
	if err := p.addPool(known); err != nil {
		return err
	}
	scaling := s.Scaling
	if scaling == nil {
		scaling = spec.FromValue(n.File, n.Line, map[string]any{"name": "per-request"})
	}
	if p.sim.Scaling, err = known.scaling(scaling); err != nil {
		return err
	}
	switch {
	case p.bound:
		p.sim.Scaling = policies.PerRequest{} // it bounds those that start on demand
	case s.Dispatch == sim.BoundDispatch && queues(scaling):
		return scaling.Errorf("platform %q: found the scaling policy %q with dispatch = \"bound\", where each request starts an instance of its own and no policy is asked; want dispatch = \"queue\"", p.name, policyName(scaling))
	}
	if err := p.checkMeasures(scaling); err != nil {
		return err
	}
	if p.bound && p.sim.Limit.Fleet > 0 {
		return n.Get("limit", "gpus").Errorf("found a quota of GPUs beside an offline bound (%s), want none: what a bound holds would depend on when others go", s.KeepAlive.Place())
	}
	if s.Routing != nil {
		if at := n.Get("reuse"); at != nil && s.Preset == "" {
			return at.Errorf("found a reuse rule beside routing (%s), want one of them: routing says which instance serves", s.Routing.Place())
		}
		if p.sim.Routing, err = known.routing(s.Routing); err != nil {
			return err
		}
	}
	if err := p.checkBalance(n); err != nil {
		return err
	}
	return p.stand()
}

// stand lets an instance stand from time 0 on where the server is somebody else's
// that is always there, and starts no other: nobody sees a cold start. A concurrency
// that the platform states is then what its account may have at a time.
func (p *platform) stand() error {
	if _, ok := p.server.(serving.Standing); !ok {
		return nil
	}
	if n := p.spec.Prewarm; n != nil && policyName(n) != "none" {
		return n.Errorf("found the prewarm policy %q beside the server %q, which is always there; want none", policyName(n), nameOf(p.spec.Server))
	}
	p.sim.Prewarm, p.sim.Limit.Instances, p.sim.MaxLifetime = policies.Provisioned{Count: 1}, 1, 0
	return nil
}

// isBound reports whether a keep-alive is an offline bound.
func isBound(n *spec.Node) bool {
	for _, e := range policies.KeepAlives() {
		if e.Name == nameOf(n) {
			return e.Bound()
		}
	}
	return false
}

// queues reports whether a scaling policy is for requests that wait in a queue, as each
// script is: where requests are bound nobody asks it.
func queues(n *spec.Node) bool {
	if n.Get("script") != nil {
		return true
	}
	for _, e := range policies.Scalings() {
		if e.Name == nameOf(n) {
			return e.Queues
		}
	}
	return false
}

// vcpuOf returns how many vCPUs an instance of so many MiB has; nil where the platform
// does not say.
func (s *platformSpec) vcpuOf() func(mib int64) float64 {
	switch per, _ := s.MemoryPerVCPU.MiB(); {
	case per > 0:
		return func(mib int64) float64 { return float64(mib) / float64(per) }
	case s.VCPU > 0:
		return func(int64) float64 { return s.VCPU }
	}
	return nil
}
