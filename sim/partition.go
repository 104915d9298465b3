package sim

import (
	"cmp"
	"slices"
)

// partition says which functions share a deployment, which share a policy
// object, and which must run in one shard.
type partition struct {
	functions  []Function
	deployment classes
	scope      classes
	parts      [][]uint32 // functions of each shard, ascending; the heaviest shard first
}

// classes groups functions: each class is known by its lowest function.
type classes struct {
	lowest  []uint32            // function → lowest function of its class
	members map[uint32][]uint32 // lowest → members, where there are more than one
	self    []uint32            // function → itself
}

// of returns the members of the class of that lowest function, ascending.
func (c *classes) of(lowest uint32) []uint32 {
	if m, ok := c.members[lowest]; ok {
		return m
	}
	return c.self[lowest : lowest+1 : lowest+1]
}

// classify puts functions of equal key into one class.
func classify[K comparable](functions []Function, key func(i int) K) classes {
	c := classes{lowest: make([]uint32, len(functions)), members: map[uint32][]uint32{}, self: make([]uint32, len(functions))}
	first := make(map[K]uint32, len(functions))
	for i := range functions {
		k := key(i)
		low, ok := first[k]
		if !ok {
			low = uint32(i)
			first[k] = low
		} else {
			if len(c.members[low]) == 0 {
				c.members[low] = []uint32{low}
			}
			c.members[low] = append(c.members[low], uint32(i))
		}
		c.lowest[i], c.self[i] = low, uint32(i)
	}
	return c
}

type appKey struct{ owner, app string }

// newPartition divides the functions. Coupled, they all run in one shard.
func newPartition(p *Platform, functions []Function, coupled bool) *partition {
	byIndex := func(i int) int { return i }
	byApp := func(i int) appKey {
		f := &functions[i]
		if f.App == "" {
			return appKey{f.Owner, "\x00" + f.Name} // an app of its own
		}
		return appKey{f.Owner, f.App}
	}
	plan := &partition{functions: functions}
	apps := classify(functions, byApp)
	if p.Unit == PerApp {
		plan.deployment = apps
	} else {
		plan.deployment = classify(functions, byIndex)
	}
	switch scope := p.KeepAlive.Scope(); {
	case scope == ScopeAccount:
		plan.scope = classify(functions, func(int) int { return 0 })
	case scope == ScopeApp:
		plan.scope = apps
	default:
		plan.scope = plan.deployment
	}
	if coupled {
		plan.parts = [][]uint32{make([]uint32, len(functions))}
		for i := range functions {
			plan.parts[0][i] = uint32(i)
		}
		return plan
	}
	plan.parts = plan.shards()
	return plan
}

// shards makes one part of each policy scope, which is at least a deployment.
func (p *partition) shards() [][]uint32 {
	var parts [][]uint32
	for i := range p.functions {
		if low := p.scope.lowest[i]; low == uint32(i) {
			parts = append(parts, p.scope.of(low))
		}
	}
	weight := make([]float64, len(p.functions)) // of a part, at its lowest function
	for _, part := range parts {
		for _, f := range part {
			weight[part[0]] += p.functions[f].Weight
		}
	}
	slices.SortStableFunc(parts, func(a, b []uint32) int { return cmp.Compare(weight[b[0]], weight[a[0]]) })
	return parts
}

// setUp readies the shard for the functions of a part.
func (s *shard) setUp(part []uint32, plan *partition) {
	s.fns, s.starts = s.fns[:0], s.starts[:0]
	s.deps = resize(s.deps, len(part))
	s.instances, s.births, s.free = s.instances[:0], s.births[:0], s.free[:0]
	s.queue.heap = s.queue.heap[:0]
	s.blocked = s.blocked[:0]
	s.now, s.inFlight, s.present = 0, 0, 0
	if s.peaks != nil {
		s.peaks.begin()
	}
	deployments := 0
	for k, id := range part {
		s.local[id] = uint32(k)
		spec := &plan.functions[id]
		dep := uint32(deployments)
		if low := plan.deployment.lowest[id]; low != id {
			dep = s.fns[s.local[low]].dep
		} else {
			deployments++
		}
		s.addFunction(id, dep, spec)
	}
	s.deps = s.deps[:deployments]
	if deployments > 1 {
		s.shelve()
	}
	for k := range s.fns {
		if f := &s.fns[k]; plan.deployment.lowest[f.id] == f.id {
			s.newDeployment(uint32(k), plan)
		}
	}
	for k := range s.deps {
		if s.deps[k].prewarm != nil {
			s.tick(&s.deps[k])
		}
	}
}

// shelve gives each of many deployments a first few places for idle instances,
// side by side so that they stay in the second-level cache.
func (s *shard) shelve() {
	const places = 4
	slab := make([]uint32, places*len(s.deps))
	for k := range s.deps {
		s.deps[k].idle.ids = slab[places*k : places*k : places*(k+1)]
	}
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return append(s[:cap(s)], make([]T, n-cap(s))...)
	}
	return s[:n]
}

func (s *shard) addFunction(id, dep uint32, spec *Function) {
	f := function{id: id, dep: dep, timeout: spec.Timeout, hasCold: spec.Cold != nil}
	if f.timeout == 0 {
		f.timeout = s.platform.Timeout
	}
	start := startSpec{init: spec.Init, cold: spec.Cold, key: spec.Key()}
	switch {
	case f.hasCold:
		start.init = nil // all of a cold request counts as service
	case start.init == nil:
		start.init = s.platform.Init
	}
	s.fns, s.starts = append(s.fns, f), append(s.starts, start)
}

// newDeployment makes the deployment whose lowest function is at the given
// place of the shard. Lower functions of its policy scope have been made.
func (s *shard) newDeployment(fn uint32, plan *partition) {
	f := &s.fns[fn]
	p := s.platform
	d := &s.deps[f.dep]
	d.reset()
	d.first, d.firstLocal, d.local = f.id, fn, f.dep
	d.concurrency = int32(max(1, p.Concurrency))
	d.ramp = newRamp(p.Limit.Ramp)
	members := plan.deployment.of(f.id)
	for _, m := range members {
		d.memory = max(d.memory, plan.functions[m].Memory)
	}
	if d.memory == 0 {
		d.memory = p.Memory
	}
	g := Group{Functions: members, All: plan.functions, Memory: d.memory, Key: s.config.Key}
	if p.Prewarm != nil {
		d.prewarm = p.Prewarm.New(g)
	}
	if p.Scaling != nil {
		d.scaling = p.Scaling.New(g)
	}
	if low := plan.scope.lowest[f.id]; low != f.id {
		first := &s.deps[s.fns[s.local[low]].dep]
		d.keep, d.arrived, d.offline, d.group = first.keep, first.arrived, first.offline, first.group
		return
	}
	d.group = &d.own
	g.Functions = plan.scope.of(f.id)
	d.keep = p.KeepAlive.New(g)
	d.arrived, _ = d.keep.(ArrivalListener)
	d.offline, _ = d.keep.(OfflineKeepAlive)
}
