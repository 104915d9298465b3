package sim

import (
	"fmt"
	"slices"
)

// setUp readies the shard for the functions of a part.
func (s *shard) setUp(part []uint32, plan *partition) {
	s.fns, s.starts, s.patient = s.fns[:0], s.starts[:0], false
	places := len(part) + s.poolPlaces(len(part))
	s.deps, s.rests = resize(s.deps, places), resize(s.rests, places)
	s.instances, s.births, s.free = s.instances[:0], s.births[:0], s.free[:0]
	s.requests, s.ended, s.origins = s.requests[:0], s.ended[:0], s.origins[:0]
	s.sent, s.waiters = s.sent[:0], s.waiters[:0]
	s.stations = s.stations[:0]
	s.queue.heap = s.queue.heap[:0]
	s.later.heap, s.later.said = s.later.heap[:0], 0
	s.now = 0
	for k := range s.accounts {
		s.accounts[k].begin()
		s.platforms[k].stores, s.platforms[k].pool = nil, nil
	}
	deployments := 0
	for k, id := range part {
		s.local[id] = localFn(k)
		if plan.functions[id].Outside {
			s.addOutside(id)
			continue
		}
		dep := depIndex(deployments)
		if low := plan.deployment.lowest[id]; low != id {
			dep = s.fns[s.local[low]].dep
		} else {
			deployments++
		}
		s.addFunction(id, dep, &plan.functions[id], &s.platforms[plan.platform(id)])
	}
	s.deps = s.deps[:deployments]
	if deployments > 1 {
		s.shelve()
	}
	for k := range s.fns {
		if f := &s.fns[k]; plan.deployment.lowest[f.id] == f.id && !f.outside {
			s.newDeployment(localFn(k), plan)
			s.joinCluster(&s.deps[f.dep])
			switch d := &s.deps[f.dep]; {
			case d.bound:
			case d.platform.Routing != nil:
				d.router = &router{policy: d.platform.Routing.New(d.unit)}
				d.sought = true
			case d.platform.least:
				d.ranks = &ranks{edge: ^uint32(0)}
				d.sought = true
			}
		}
	}
	s.makePools()
	if s.config.Follow != nil {
		s.follower = s.config.Follow.New()
		s.heard = s.follower
		s.actor, _ = s.follower.(Actor)
	}
	s.checkActor()
	for k := range s.deps {
		if s.deps[k].prewarm != nil {
			s.tick(&s.deps[k])
		}
	}
	s.tickPools()
}

// shelve gives each of many deployments a first few places for idle instances,
// side by side so that they stay in the second-level cache.
func (s *shard) shelve() {
	const places = 4
	slab := make([]instanceID, places*len(s.deps))
	for k := range s.deps {
		s.deps[k].idle.ids = slab[places*k : places*k : places*(k+1)]
	}
}

func resize[T any](s []T, n int) []T {
	return slices.Grow(s[:0], n)[:n]
}

// addOutside adds a function without a deployment.
func (s *shard) addOutside(id uint32) {
	s.fns, s.starts = append(s.fns, function{id: id, outside: true}), append(s.starts, startSpec{})
}

// checkActor refuses functions of which nobody could be told.
func (s *shard) checkActor() {
	if s.actor != nil {
		return
	}
	for k := range s.fns {
		if f := &s.fns[k]; f.open || f.outside {
			panic(refusal{fmt.Errorf("%s is outside or open, and what follows from the requests of its shard is no actor", s.all[f.id].ID())})
		}
	}
}

func (s *shard) addFunction(id uint32, dep depIndex, spec *Function, p *platform) {
	f := function{id: id, dep: dep, timeout: spec.Timeout, hasCold: spec.Cold != nil, open: spec.Open, fails: spec.Error > 0 || spec.InitError > 0}
	if f.timeout == 0 {
		f.timeout = p.Timeout
	}
	start := startSpec{init: spec.Init, cold: spec.Cold, error: spec.Error, errorTime: spec.ErrorTime, initError: spec.InitError, key: spec.Key(), patience: spec.Patience}
	s.patient = s.patient || spec.Patience > 0
	switch {
	case f.hasCold:
		start.init = nil // all of a cold request counts as service
	case start.init == nil:
		start.init = p.Init
	}
	if p.Stores != nil {
		start.init = start.init.named(spec)
		if p.stores == nil {
			p.stores = p.Stores.New()
		}
	}
	s.fns, s.starts = append(s.fns, f), append(s.starts, start)
}

// newDeployment makes the deployment whose lowest function is at the given
// place of the shard. Lower functions of its policy scope have been made.
func (s *shard) newDeployment(fn localFn, plan *partition) {
	f := &s.fns[fn]
	p := &s.platforms[plan.platform(f.id)]
	d := &s.deps[f.dep]
	d.reset(&s.rests[f.dep])
	d.shard, d.platform, d.account = s, p, &s.accounts[p.id]
	d.first, d.firstLocal, d.local = f.id, fn, f.dep
	d.concurrency = int32(max(1, p.Concurrency))
	d.learns = p.Order.learns() || p.Dispatch == QueueDispatch
	d.ramp, d.rate = newRamp(p.Limit.Ramp), newRamp(p.Limit.Requests.times(p.Limit.Function))
	d.floorRate = p.newFloorRate()
	members := plan.deployment.of(f.id)
	for _, m := range members {
		d.memory = max(d.memory, plan.functions[m].Memory)
	}
	if d.memory == 0 {
		d.memory = p.Memory
	}
	d.unit = Group{Functions: members, All: plan.functions, Memory: d.memory, Key: s.config.Key}
	d.servers = p.Server
	if f, ok := p.Server.(SharingFactory); ok {
		d.servers = f.Sharing(d.unit)
	}
	if p.Prewarm != nil {
		d.prewarm = p.Prewarm.New(d.unit)
	}
	if p.Scaling != nil {
		d.scaling = p.Scaling.New(d.unit)
		if t, ok := d.scaling.(TickingScaling); ok && p.Dispatch == QueueDispatch {
			s.newScaler(d, t)
		}
	}
	if low := plan.scope.lowest[f.id]; low != f.id {
		first := &s.deps[s.fns[s.local[low]].dep]
		d.fixed, d.arrived, d.listens, d.offline, d.bound, d.group = first.fixed, first.arrived, first.listens, first.offline, first.bound, first.group
		s.refuseInitErrors(d)
		return
	}
	d.group = &d.own
	g := d.unit
	g.Functions = plan.scope.of(f.id)
	d.own.keep = p.KeepAlive.New(g)
	d.arrived, d.listens = d.own.keep.(ArrivalListener)
	d.offline, d.bound = d.own.keep.(OfflineKeepAlive)
	s.refuseInitErrors(d)
	d.fixed = -1
	if f, ok := d.own.keep.(FixedKeepAlive); ok {
		d.fixed = f.Fixed()
	}
	if p, ok := d.own.keep.(PlanningKeepAlive); ok {
		d.own.first, d.own.local, d.own.planner, d.own.next = f.id, d.local, p, -1
		s.replan(&d.own)
	}
}
