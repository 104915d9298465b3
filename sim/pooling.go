package sim

import "fmt"

// pool is what a shard knows of a platform's pool. Its instances are those of
// deployments without functions: one for each runtime, and one for those who have
// started none. All of them are held, so that what expires, is evicted or dies with its
// node does so as everywhere.
type pool struct {
	policy SharedPool
	timer  PoolTimer // the policy, where it is one
	owned  bool      // the policy is Platform.Pool
	bare   depIndex
	kinds  map[string]depIndex
	all    []depIndex // bare and kinds
	next   Time       // of its tick; Never: none
	gen    generation
}

// Ordinals of a pool's instances lie beyond those of the function that stands for it in
// the order of events.
const (
	kindOrdinals uint32 = 2 << 30
	bareOrdinals uint32 = 3 << 30
)

// mayPool reports whether the platform's instances may be shared.
func (p *platform) mayPool() bool {
	return p.Pool != nil || p.KeepAlive.Scope() == ScopeAccount
}

// poolPlaces returns how many deployments the pools of so many functions may need.
func (s *shard) poolPlaces(functions int) (n int) {
	for k := range s.platforms {
		if s.platforms[k].mayPool() {
			n += functions + 1
		}
	}
	return n
}

// makePools makes the pools of the platforms that the shard's functions are on.
func (s *shard) makePools() {
	deployments := len(s.deps)
	for k := range deployments {
		d := &s.deps[k]
		d.runtime = s.all[d.first].Runtime
		if !d.platform.mayPool() {
			continue
		}
		if d.platform.pool == nil && !s.newPool(d) {
			continue
		}
		p := d.platform.pool
		if _, ok := p.kinds[d.runtime]; !ok {
			p.kinds[d.runtime] = s.poolDeployment(d, d.runtime, kindOrdinals)
		}
	}
}

// newPool makes the pool of a platform, of which the deployment is the first.
func (s *shard) newPool(d *deployment) bool {
	p := &pool{kinds: map[string]depIndex{}, next: Never, owned: d.platform.Pool != nil}
	shared, isPool := d.group.keep.(SharedPool)
	switch {
	case p.owned && isPool:
		panic(refusal{fmt.Errorf("the keep-alive policy of %s has a pool of its own, and its platform another, want one of them", s.all[d.first].ID())})
	case p.owned:
		g := d.unit
		g.Functions = nil
		for k := range s.fns {
			if f := &s.fns[k]; !f.outside && s.deps[f.dep].platform == d.platform {
				g.Functions = append(g.Functions, f.id)
			}
		}
		p.policy = d.platform.Pool.New(g)
	case isPool:
		p.policy = shared
		p.timer, _ = d.group.keep.(PoolTimer)
	default:
		return false
	}
	d.platform.pool = p
	p.bare = s.poolDeployment(d, "", bareOrdinals)
	return true
}

// poolDeployment adds a deployment without functions.
func (s *shard) poolDeployment(first *deployment, runtime string, ordinals uint32) depIndex {
	k := depIndex(len(s.deps))
	s.deps = s.deps[:k+1]
	d := &s.deps[k]
	d.reset(&s.rests[k])
	d.platform, d.account, d.cluster = first.platform, first.account, first.cluster
	d.first, d.firstLocal, d.local = first.first, first.firstLocal, k
	d.concurrency, d.fixed = 1, -1
	if d.group, d.unit = first.group, first.unit; first.platform.pool.owned {
		d.group = &d.own
		d.own.keep = first.platform.pool.policy
	}
	d.runtime, d.created, d.shared = runtime, ordinals, true
	d.platform.pool.all = append(d.platform.pool.all, k)
	return k
}

// of returns the deployment of a kind of instances.
func (p *pool) of(c Cell) (depIndex, bool) {
	if c.Layer <= PhaseRuntime {
		return p.bare, true
	}
	k, ok := p.kinds[c.Runtime]
	return k, ok
}

// tickPools asks the pools at time 0.
func (s *shard) tickPools() {
	for k := range s.platforms {
		if p := s.platforms[k].pool; p != nil {
			s.askPool(p)
		}
	}
}

// tickPool asks a pool whose time has come.
func (s *shard) tickPool(e event) {
	p := s.deps[e.deployment()].platform.pool
	if p.gen == e.gen {
		s.askPool(p)
	}
}

// askPool asks a pool and does what it says.
func (s *shard) askPool(p *pool) {
	now := s.now
	s.settleTick(&s.deps[p.bare], now)
	a := p.policy.Tick(PoolView{s, p}, now)
	for _, c := range a.Start {
		s.startCell(p, c, now, now == 0)
	}
	p.next = Never
	if a.Next > now {
		s.poolTickAt(p, a.Next)
	}
}

// poolTickAt lets a pool be asked at a time, in place of any other.
func (s *shard) poolTickAt(p *pool, at Time) {
	if at >= s.window.Horizon {
		return
	}
	p.next = at
	p.gen++
	bare := &s.deps[p.bare]
	s.queue.push(event{at: at, key: keyOf(kindTick, bare.first, 1), ref: uint32(p.bare), gen: p.gen})
}

// poolDue lets a pool be asked earlier, if it wants that after an arrival.
func (s *shard) poolDue(p *pool, now Time) {
	if at := p.timer.Due(now); at > now && at < p.next {
		s.poolTickAt(p, at)
	}
}

// startCell starts an instance of a pool, where there is room; before says that it stood
// there before the run, and is ready.
func (s *shard) startCell(p *pool, c Cell, now Time, before bool) {
	if now >= s.window.Horizon {
		return
	}
	k, ok := p.of(c)
	if !ok || c.Layer > PhaseDependencies || c.Memory < 1 {
		panic(refusal{fmt.Errorf("the pool starts an instance of runtime %q with %d MiB that goes on with phase %d, want a runtime that a function on its platform has, 1 MiB or more, and %v or a phase before", c.Runtime, c.Memory, c.Layer, PhaseDependencies)})
	}
	d := &s.deps[k]
	if d.account.bounded {
		s.settleAll(d.account, now, now)
	}
	w := need{c.Memory, d.platform.MilliGPU}
	at, ok := s.cellNode(d, w)
	if a := d.account; !ok || a.fleet > 0 && a.live >= a.fleet {
		return
	}
	id := s.newInstance(d, now)
	in, b := &s.instances[id], &s.births[id]
	in.stage, in.layer, in.flags, b.memory = Shared, c.Layer, Prewarmed, c.Memory
	init := cause{fn: d.firstLocal, purpose: PurposePoolPhase, key: uint64(b.ordinal)}
	from := now
	if before {
		from = -Longest
	}
	if d.cluster != nil {
		s.moveIn(d, id, at, w)
		s.lodgers[id].since = now
	} else {
		s.placeHost(d, id, from, init)
	}
	if before {
		s.loadPhases(d, id, d.firstLocal, c.Layer)
		s.joinPool(d, id, now)
		return
	}
	s.drawPhases(id, init, 0, c.Layer)
	s.initialise(d, id)
}

// cellNode returns the node for an instance of a pool: of those with free room the one
// with the fewest of its kind, of equal ones the first.
func (s *shard) cellNode(d *deployment, w need) (at int, ok bool) {
	if d.cluster == nil {
		return 0, true
	}
	fewest := int32(-1)
	for i := range d.cluster.nodes {
		if !d.cluster.nodes[i].fits(w) {
			continue
		}
		if n := d.cluster.clones[d.cluster.clonesOf(d.local, uint32(i))].live; fewest < 0 || n < fewest {
			at, fewest = i, n
		}
	}
	return at, fewest >= 0
}

// joinPool lets an instance of a pool be found.
func (s *shard) joinPool(d *deployment, id instanceID, now Time) {
	in := &s.instances[id]
	in.idleSince = now
	s.inPool(d, id, now)
}

// inPool asks how long an instance of a pool stays so. Who waits for room may take it.
func (s *shard) inPool(d *deployment, id instanceID, now Time) {
	in := &s.instances[id]
	if d.earliest < now {
		s.settle(d, now)
	}
	decision := d.group.keep.Idle(View{d}, Instance{in, &s.births[id]}, now)
	if decision.Then == Pause || decision.Then == Demote && decision.Layer >= in.layer {
		panic(refusal{fmt.Errorf("the pool wants an instance that goes on with phase %v to be paused, or to go on with %v, want an earlier phase", in.layer, decision.Layer)})
	}
	decision.PrewarmFrom = 0
	s.decided(d, id, decision, now)
	s.roomCame(d.account, s.now)
}

// share gives an instance whose stage changes to the pool, or to another of its
// deployments, and returns that.
func (s *shard) share(d *deployment, id instanceID) *deployment {
	in, p := &s.instances[id], d.platform.pool
	if !d.shared && (p == nil || p.owned || in.stage != Demoted || in.layer > PhaseDependencies) {
		panic(refusal{fmt.Errorf("the keep-alive policy of %s shares an instance that goes on with phase %v, want one that is demoted to %v or a phase before, and a policy that is a pool and has the scope account", s.all[d.first].ID(), in.layer, PhaseDependencies)})
	}
	in.stage = Shared
	k, _ := p.of(Cell{Layer: in.layer, Runtime: d.runtime})
	to := &s.deps[k]
	if to != d {
		s.transfer(d, to, id)
	}
	return to
}

// transfer gives an instance that is idle, and found nowhere, to another deployment.
func (s *shard) transfer(from, to *deployment, id instanceID) {
	if from.ticks {
		s.forgotten(from, id, s.now)
	}
	if from.router != nil {
		from.router.parts(id)
	}
	from.loses(Expired) // its keep-alive let it go
	in, b := &s.instances[id], &s.births[id]
	b.why = to.gains()
	from.live--
	to.live++
	in.served, b.served = 0, 0
	b.dep, b.ordinal = to.local, to.created
	to.created++
	if to.cluster != nil {
		s.changeClones(from, to, id)
	}
	if to.ranks != nil {
		s.newSeat(id)
	}
	if to.ticks {
		s.numbered(to, id)
	}
	if to.router != nil {
		to.router.joins(id)
	}
}

// changeClones counts an instance among those of another deployment on its node.
func (s *shard) changeClones(from, to *deployment, id instanceID) {
	s.rouse(from, id)
	cl, l := to.cluster, &s.lodgers[id]
	c := &cl.clones[l.clones]
	c.live--
	c.served -= int64(l.counted)
	l.clones, l.counted = cl.clonesOf(to.local, l.node), 0
	l.mark++ // its entry has another place among equals
	l.listed = false
	cl.clones[l.clones].live++
}

// takeShared makes an instance of the pool one of the deployment's, for what is to be
// served. It is a start like any other, but for the phases that it need not go through
// and the room that it has already.
func (s *shard) takeShared(d *deployment, now Time, request requestID) (instanceID, bool) {
	from, id := s.findShared(d, now, request)
	if id == noInstance {
		return noInstance, false
	}
	d.ramp.take(now)
	in, b := &s.instances[id], &s.births[id]
	cell := Cell{Layer: in.layer, Runtime: from.runtime, Memory: b.memory}
	from.held.drop(id)
	s.regain(d, id, now)
	s.nextStage(from, id, now)
	s.transfer(from, d, id)
	b.memory, b.layer, b.taken = d.memory, cell.Layer, true
	in.ready, in.active, in.until, in.passing = now, now, Never, false
	in.flags &^= Prewarmed
	in.stage, in.layer = Whole, 0
	s.drawInit(id, s.causeOf(request), cell.Layer)
	if d.cluster != nil {
		s.lodgers[id].startup, s.lodgers[id].timed = in.ready-now, true
	}
	if d.platform.Server != nil {
		s.newStation(d, id)
	}
	s.tellPool(d, cell, true, now)
	return id, true
}

// tellPool tells the pool of an instance that starts for a request.
func (s *shard) tellPool(d *deployment, cell Cell, taken bool, now Time) {
	p := d.platform.pool
	if p == nil {
		return
	}
	st := Started{Function: d.first, Runtime: d.runtime, Memory: d.memory, Taken: taken, Cell: cell}
	for _, c := range p.policy.Started(PoolView{s, p}, st, now) {
		s.startCell(p, c, now, false)
	}
}

// findShared looks for an instance of the pool: the one that has least to do, and of
// equal ones the one whose time ends first.
func (s *shard) findShared(d *deployment, now Time, request requestID) (from *deployment, found instanceID) {
	p := d.platform.pool
	if p == nil || s.fns[s.requests[request].fn].hasCold {
		return nil, noInstance
	}
	if d.earliest < now {
		s.settle(d, now)
	}
	if n := d.platform.Limit.Instances; n > 0 && d.live >= int32(n) || d.ramp.burst > 0 && !d.ramp.has(now) {
		return nil, noInstance
	}
	if d.account.bounded {
		s.settleAll(d.account, now, now)
	}
	for _, k := range [...]depIndex{p.kinds[d.runtime], p.bare} {
		from = &s.deps[k]
		if from.earliest < now {
			s.settle(from, now)
		}
		if id := s.bestShared(d, from, s.starts[s.requests[request].fn].init); id != noInstance {
			return from, id
		}
	}
	return nil, noInstance
}

// bestShared looks among those of one kind.
func (s *shard) bestShared(d, from *deployment, init Init) instanceID {
	best := noInstance
	for _, id := range from.held.all() {
		in := &s.instances[id]
		switch {
		case d.platform.pool.owned && s.births[id].memory != d.memory, !init.canGoOn(in.layer), !s.canRegain(d, id):
			continue
		case best == noInstance, in.layer > s.instances[best].layer, in.layer == s.instances[best].layer && in.until < s.instances[best].until:
			best = id
		}
	}
	return best
}

// canGoOn reports whether what somebody else has gone through before a layer is the same
// for this init: a snapshot is its function's own.
func (i Init) canGoOn(layer Phase) bool {
	for k := range i {
		if i[k].Phase == PhaseRestore && layer > PhaseRestore {
			return false
		}
	}
	return true
}
