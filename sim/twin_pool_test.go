package sim

import (
	"cmp"
	"maps"
	"math/big"
	"slices"
)

// twinPool is the pool the slow way: two lists of deployments without functions, looked
// through from end to end.
type twinPool struct {
	policy SharedPool
	owned  bool
	bare   *twinDep
	kinds  map[string]*twinDep
	next   Time
	serial int
}

func (t *twin) newPool() {
	p := &t.c.Platforms[0]
	var list []uint32 // deployments
	for f := range t.deps {
		list = append(list, f)
	}
	slices.Sort(list)
	if len(list) == 0 {
		return
	}
	pool := &twinPool{kinds: map[string]*twinDep{}, next: Never}
	if p.Pool != nil {
		pool.owned, pool.policy = true, p.Pool.New(Group{})
	} else if shared, ok := t.deps[list[0]].keep.(SharedPool); ok {
		pool.policy = shared
	} else {
		return
	}
	add := func(first uint32, runtime string, ordinals int) *twinDep {
		d := &twinDep{first: first, keep: pool.policy, runtime: runtime, created: ordinals, shared: true, credit: new(big.Rat)}
		t.deps[uint32(len(t.fns)+len(t.deps))] = d
		return d
	}
	pool.bare = add(list[0], "", 3<<30)
	for _, f := range list {
		t.deps[f].runtime = t.fns[f].Runtime
		if _, ok := pool.kinds[t.fns[f].Runtime]; !ok {
			pool.kinds[t.fns[f].Runtime] = add(f, t.fns[f].Runtime, 2<<30)
		}
	}
	t.pool = pool
}

func (p *twinPool) of(layer Phase, runtime string) *twinDep {
	if layer <= PhaseRuntime {
		return p.bare
	}
	return p.kinds[runtime]
}

// poolView shows a pool policy how many instances there are.
func (t *twin) poolView() PoolView {
	s, p := &shard{}, &pool{kinds: map[string]depIndex{}}
	add := func(d *twinDep) depIndex {
		v := deployment{earliest: Never, rest: &rest{}}
		for _, in := range d.instances {
			v.held.append(instanceID(len(s.instances)))
			s.instances, s.births = append(s.instances, instance{layer: in.layer}), append(s.births, birth{memory: in.memory})
		}
		s.deps = append(s.deps, v)
		return depIndex(len(s.deps) - 1)
	}
	p.bare = add(t.pool.bare)
	for _, runtime := range slices.Sorted(maps.Keys(t.pool.kinds)) {
		p.kinds[runtime] = add(t.pool.kinds[runtime])
	}
	return PoolView{s, p}
}

func (t *twin) askPool() {
	if t.pool == nil {
		return
	}
	a := t.pool.policy.Tick(t.poolView(), t.now)
	for _, c := range a.Start {
		t.startCell(c, t.now == 0)
	}
	t.pool.next = Never
	if a.Next > t.now {
		t.poolAt(a.Next)
	}
}

func (t *twin) poolAt(at Time) {
	if at >= t.c.Window.Horizon {
		return
	}
	t.serial++
	serial := t.serial
	t.pool.next, t.pool.serial = at, serial
	t.at(at, twinTick, t.pool.bare.first, 1, func() {
		if t.pool.serial == serial {
			t.askPool()
		}
	})
}

// poolDue is for what arrives.
func (t *twin) poolDue() {
	if t.pool == nil {
		return
	}
	if timer, ok := t.pool.policy.(PoolTimer); ok && !t.pool.owned {
		if at := timer.Due(t.now); at > t.now && at < t.pool.next {
			t.poolAt(at)
		}
	}
}

func (t *twin) startCell(c Cell, before bool) {
	p, d := &t.c.Platforms[0], t.pool.of(c.Layer, c.Runtime)
	if t.now >= t.c.Window.Horizon || p.Limit.Fleet > 0 && len(t.on(-1)) >= p.Limit.Fleet {
		return
	}
	node, fewest := -1, 0
	if p.Cluster != nil {
		for i := range p.Cluster.Nodes {
			n, state := 0, t.state(i)
			for _, x := range d.instances {
				if x.node == i {
					n++
				}
			}
			if state.fits(need{c.Memory, p.MilliGPU}) && (node < 0 || n < fewest) {
				node, fewest = i, n
			}
		}
		if node < 0 {
			return
		}
	}
	in := t.newInstance(d)
	in.stage, in.layer, in.flags, in.memory, in.since = Shared, c.Layer, Prewarmed, c.Memory, t.now
	from := t.now
	if before {
		from = -Longest
	}
	f := &t.fns[d.first]
	if node >= 0 {
		in.node, in.host = node, uint32(node)
	} else if t.stores != nil {
		in.host = t.stores.Place(from, nil, NewStream(t.c.Key, PurposePoolPhase+hostKey, f.Key()).Uniform(uint64(in.ordinal)))
	}
	if before {
		if f.Cold == nil && t.stores != nil {
			for _, x := range p.Init {
				if x.Content.Bytes > 0 && x.Phase < c.Layer {
					t.stores.Load(-Longest, in.host, x.Phase, contentOf(x, f))
				}
			}
		}
		t.joinPool(in)
		return
	}
	t.drawBetween(in, PurposePoolPhase, d.first, uint64(in.ordinal), 0, 0, 0, c.Layer)
	t.toWarm(in)
	t.at(in.ready, twinReady, d.first, uint64(in.ordinal), func() {
		if !in.stopped {
			in.warming = false
			t.joinPool(in)
		}
	})
}

func (t *twin) joinPool(in *twinInstance) {
	in.idleSince = t.now
	t.touch(in)
	t.inPool(in)
}

// inPool asks how long an instance stays so.
func (t *twin) inPool(in *twinInstance) {
	decision := t.ask(in)
	in.until = decision.Until
	if life := t.c.Platforms[0].MaxLifetime; life > 0 {
		in.until = min(in.until, in.created+life)
	}
	if in.until < t.now {
		t.stop(in, Expired)
		return
	}
	t.rests(in)
	t.roomAt(t.now)
	if in.until < Never {
		t.untilThen(in, decision)
	}
}

// move gives an instance to another deployment.
func (t *twin) move(in *twinInstance, to *twinDep) {
	d := in.dep
	d.instances = slices.DeleteFunc(d.instances, func(x *twinInstance) bool { return x == in })
	d.loses(Expired)
	in.why = to.whyOneMore()
	in.dep, in.ordinal, in.served, in.before, in.counted = to, to.created, 0, 0, 0
	to.created++
	to.instances = append(to.instances, in)
}

// fromPool takes an instance of the pool for a request.
func (t *twin) fromPool(d *twinDep, r *twinRequest) *twinInstance {
	in := t.inStock(d, r)
	if in == nil {
		return nil
	}
	if t.c.Platforms[0].Limit.Ramp.Burst > 0 {
		d.credit, d.creditAt = new(big.Rat).Sub(t.tokens(d), big.NewRat(1, 1)), t.now
	}
	cell := Cell{Layer: in.layer, Runtime: in.dep.runtime, Memory: in.memory}
	if in.from == nil {
		t.out.taken[0]++
	} else if t.out.taken[1]++; in.from != d {
		t.out.elsewhere++
	}
	in.from = nil
	t.nextStage(in)
	in.idleSince, in.until, in.passing = -1, Never, false
	t.makeRoom(in, d.memory)
	t.move(in, d)
	in.memory, in.ready, in.active, in.taken = d.memory, t.now, t.now, t.now
	in.flags &^= Prewarmed
	in.wentOn = cell.Layer
	in.stage, in.layer, in.opened = Whole, 0, false
	purpose := PurposePhase
	if r.ping {
		purpose = PurposePingPhase
	}
	t.drawFrom(in, purpose, r.fn, r.key, r.attempt, r.nextStart(), cell.Layer)
	in.startup, in.timed = in.ready-t.now, true
	t.tellPool(d, cell, true)
	return in
}

func (t *twin) tellPool(d *twinDep, c Cell, taken bool) {
	if t.pool == nil {
		return
	}
	for _, c := range t.pool.policy.Started(t.poolView(), Started{d.first, d.runtime, d.memory, taken, c}, t.now) {
		t.startCell(c, false)
	}
}

// inStock finds what fromPool takes.
func (t *twin) inStock(d *twinDep, r *twinRequest) *twinInstance {
	l, f := t.c.Platforms[0].Limit, &t.fns[r.fn]
	switch {
	case t.pool == nil, f.Cold != nil, l.Instances > 0 && len(d.instances) >= l.Instances,
		l.Ramp.Burst > 0 && t.tokens(d).Cmp(big.NewRat(1, 1)) < 0:
		return nil
	}
	snapshot := false
	for _, p := range t.c.Platforms[0].Init {
		snapshot = snapshot || p.Phase == PhaseRestore
	}
	var all []*twinInstance
	for _, in := range slices.Concat(t.pool.kinds[d.runtime].instances, t.pool.bare.instances) {
		switch {
		case in.idleSince < 0, in.until < t.now, t.pool.owned && in.memory != d.memory,
			snapshot && in.layer > PhaseRestore, !t.canHave(in, d.memory):
		default:
			all = append(all, in)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return slices.MinFunc(all, func(a, b *twinInstance) int {
		return cmp.Or(cmp.Compare(b.layer, a.layer), cmp.Compare(a.until, b.until), cmp.Compare(a.touched, b.touched))
	})
}

// restock is a pool whose instances have one of two layers, and stay for so long; all it
// says follows from the time.
type restock struct {
	unit, every, stay Time
	count             int
	memory            int64
	back              bool // it replaces what is taken
}

func (r restock) New(Group) SharedPool { return r }

func (r restock) cell(k int) Cell {
	if k%2 == 0 {
		return Cell{Layer: PhaseRuntime, Memory: r.memory}
	}
	return Cell{Layer: PhaseDependencies, Runtime: "x", Memory: r.memory}
}

func (r restock) Tick(v PoolView, now Time) PoolAction {
	a := PoolAction{Next: now + r.every}
	for k := range 2 {
		if k == 1 && !v.Has("x") {
			break
		}
		for range r.count - v.Count(r.cell(k)) {
			a.Start = append(a.Start, r.cell(k))
		}
	}
	return a
}

func (r restock) Started(v PoolView, s Started, now Time) []Cell {
	switch {
	case s.Taken && r.back:
		return []Cell{s.Cell}
	case now/r.unit%3 == 0 && v.Count(r.cell(0)) < 2:
		return []Cell{r.cell(0)}
	}
	return nil
}

func (r restock) Idle(v View, in Instance, now Time) Decision {
	d := Decision{Until: now + r.stay + Time(v.Held()%2)*r.unit}
	if in.Layer() == PhaseDependencies && now/r.unit%2 == 0 {
		d.Then, d.Layer, d.Memory = Demote, PhaseRuntime, r.memory/2
		d.Until += r.unit
	}
	return d
}

// layering is a keep-alive that shares what it demotes, and starts some of it ahead.
type layering struct{ restock }

func (l layering) Scope() Scope        { return ScopeAccount }
func (l layering) New(Group) KeepAlive { return l }
func (layering) Arrived(View, Time)    {}

func (l layering) Due(now Time) Time {
	if now/l.unit%3 == 0 {
		return now + 2*l.unit
	}
	return Never
}

func (l layering) Idle(v View, in Instance, now Time) Decision {
	d := Decision{Until: now + Time(1+v.Held()+in.Served()%2)*l.unit + in.Took(PhaseRuntime)%3}
	switch {
	case in.Stage() == Whole && in.Served()%4 == 3:
		d.Then = Pause
	case in.Stage() == Whole:
		d.Then, d.Share, d.Layer, d.Memory = Demote, true, PhaseDependencies, min(64, in.Memory())
		if in.Served()%3 == 0 {
			d.Layer = PhaseImage
		}
	case in.Stage() == Paused:
		d.Then, d.Share, d.Layer = Demote, true, PhaseRuntime
	case in.Layer() == PhaseDependencies:
		d.Then, d.Layer, d.Memory = Demote, PhaseRuntime, min(16, in.Memory())
	}
	return d
}

// pool draws a pool, or a keep-alive that is one.
func (t drawer) pool(p *Platform) {
	if p.Cluster.Balances() {
		return // its requests are served on their nodes alone
	}
	r := restock{unit: t.unit, every: Time(t.int("restock every", 1, 12)) * t.unit, stay: t.time("restock stay", 12), count: t.int("restock", 0, 2), memory: int64(64 << t.int("restock memory", 0, 2)), back: t.bool("back")}
	switch t.int("pool", 0, 5) {
	case 0:
		p.Pool = r
	case 1:
		p.KeepAlive = layering{r}
	}
}
