package sim

import (
	"cmp"
	"math"
	"slices"
)

// twinCluster is nodes the slow way: what is free, who is idle and who leaves first is
// summed up, sought and sorted whenever it is asked.
type twinCluster struct {
	evictions []Eviction
	placement Placement
	short     []*twinDep
	pending   map[Time]bool // when those try again
	nodes     []*twinNode
	scans     bool // an event lets the autoscaler look
	orders    int  // of nodes
	tasks     []*twinTask
	computed  map[int]Time // until when, by node
	version   map[int]int  // of what is known of the ends, by node
	pinned    int          // one more than the node that a start is for; 0: any
	twinBalance
}

// twinLodging is where an instance is, and how it is ranked there.
type twinLodging struct {
	node     int
	priority float64
	since    Time
	counted  int
	extra    Time // of its first request, where that is cold
	startup  Time
	timed    bool
	serving  []*twinServing
}

func (t *twin) newCluster() {
	t.pending = map[Time]bool{}
	t.computed = map[int]Time{}
	c := t.c.Platforms[0].Cluster
	if c == nil {
		return
	}
	t.placement = c.Placement.New(len(c.Nodes))
	if t.balancer, _ = t.placement.(Balancer); t.balancer != nil {
		t.lines = make([][]*twinRequest, len(c.Nodes)+1)
	}
	for i := range c.Nodes {
		if c.Eviction != nil {
			t.evictions = append(t.evictions, c.Eviction.New(i, t.c.Key))
		}
	}
}

// on lists the instances of a node, or all.
func (t *twin) on(node int) (list []*twinInstance) {
	for _, d := range t.deps {
		for _, in := range d.instances {
			if node < 0 || in.node == node {
				list = append(list, in)
			}
		}
	}
	return list
}

func (t *twin) evictable(in *twinInstance) bool {
	return len(t.evictions) > 0 && in.idleSince >= 0 && in.flags&Provisioned == 0 && !(in.dep.shared && t.pool.owned)
}

func (t *twin) needOf(d *twinDep) need { return need{d.memory, t.c.Platforms[0].MilliGPU} }

// state sums up what a node has, and what it would have.
func (t *twin) state(i int) node {
	n := node{Node: t.c.Platforms[0].Cluster.Nodes[i]}
	n.free = need{n.Memory, n.MilliGPU}
	if n.blocked = int32(len(t.nodes[i].down)); !t.nodes[i].there {
		n.blocked = 1
	}
	gpu := t.c.Platforms[0].MilliGPU
	for _, in := range t.on(i) {
		n.free.memory -= in.memory
		n.free.milliGPU -= gpu
		n.live++
		if in.idleSince >= 0 {
			n.resting++
		}
		if t.evictable(in) {
			n.idle.memory += in.memory
			n.idle.milliGPU += gpu
		}
	}
	if n.free.memory < 0 || n.free.milliGPU < 0 {
		panic("a node holds more than it has")
	}
	return n
}

// canFit reports whether a node has room once all idle instances of others are gone.
func (t *twin) canFit(d *twinDep, i int) bool {
	n, w := t.state(i), t.needOf(d)
	for _, in := range t.on(i) {
		if in.dep != d && t.evictable(in) {
			n.free.memory += in.memory
			n.free.milliGPU += t.c.Platforms[0].MilliGPU
		}
	}
	return n.fits(w)
}

func (t *twin) hasRoom(d *twinDep) bool {
	p := &t.c.Platforms[0]
	if p.Limit.Fleet > 0 && len(t.on(-1)) >= p.Limit.Fleet {
		return false
	}
	if p.Cluster == nil {
		return true
	}
	for i := range p.Cluster.Nodes {
		if t.pinned > 0 && i != t.pinned-1 {
			continue
		}
		if t.canFit(d, i) {
			return true
		}
	}
	return false
}

// lodge gives an instance that starts a node.
func (t *twin) lodge(in *twinInstance, c cause, fn uint32) {
	d := in.dep
	in.node = -1
	at := t.pinned - 1
	if at < 0 {
		at = t.placement.Place(t.seenBy(d, c, fn), t.now)
	}
	t.makeFree(at, t.needOf(d), d)
	in.node = at
	in.host = uint32(at)
}

// makeFree evicts as many as need be, none of a deployment.
func (t *twin) makeFree(at int, w need, but *twinDep) {
	last, some := 0.0, false
	for {
		n := t.state(at)
		if n.fits(w) {
			break
		}
		var first *twinInstance
		for _, in := range t.on(at) {
			if !t.evictable(in) || in.dep == but {
				continue
			}
			if first == nil || cmp.Or(cmp.Compare(in.priority, first.priority), cmp.Compare(in.since, first.since), cmp.Compare(in.dep.first, first.dep.first), cmp.Compare(in.ordinal, first.ordinal)) < 0 {
				first = in
			}
		}
		last, some = first.priority, true
		t.out.evicted++
		t.stop(first, Evicted)
	}
	if some {
		t.evictions[at].Evicted(last, t.now)
	}
}

// rests ranks an instance that is idle.
func (t *twin) rests(in *twinInstance) {
	if t.c.Platforms[0].Cluster == nil {
		return
	}
	if in.stage == Whole {
		in.since = t.now
	}
	in.counted = in.served
	if !in.timed {
		in.timed = true
		in.startup = in.extra + in.ready - in.created
	}
	if in.stage != Whole {
		t.roomAt(t.now)
	}
	if !t.evictable(in) {
		return
	}
	t.roomAt(t.now)
	k := clones{}
	for _, x := range in.dep.instances {
		if x.node == in.node {
			k.live++
			k.served += int64(x.counted)
		}
	}
	fake := &shard{instances: []instance{{served: uint32(in.served)}}, lodgers: []lodger{{memory: in.memory, startup: in.startup}}}
	view := &deployment{first: in.dep.first, cluster: &cluster{clones: []clones{k}}}
	in.priority = t.evictions[in.node].Idle(Resident{fake, view, 0}, t.now)
	if t.c.Platforms[0].Cluster.Eviction.Clones() {
		for _, x := range in.dep.instances {
			if x.node == in.node {
				x.priority = in.priority
			}
		}
	}
}

// canRegain and regain are for what a held instance gave back.
func (t *twin) canRegain(in *twinInstance) bool { return t.canHave(in, in.dep.memory) }

func (t *twin) canHave(in *twinInstance, memory int64) bool {
	if t.c.Platforms[0].Cluster == nil {
		return true
	}
	n := t.state(in.node)
	room := n.free.memory + n.idle.memory
	if t.evictable(in) {
		room -= in.memory
	}
	return room >= memory-in.memory
}

func (t *twin) regain(in *twinInstance) { t.makeRoom(in, in.dep.memory) }

func (t *twin) makeRoom(in *twinInstance, memory int64) {
	if t.c.Platforms[0].Cluster != nil {
		t.makeFree(in.node, need{memory: memory - in.memory}, nil)
		if memory < in.memory {
			t.roomAt(t.now)
		}
	}
}

// wantsRoom notes who may want an instance later.
func (t *twin) wantsRoom(d *twinDep) {
	p := &t.c.Platforms[0]
	if p.Cluster == nil && p.Limit.Fleet == 0 {
		return
	}
	if p.Limit.Over == QueueOver || p.Dispatch == QueueDispatch || d.have < d.target {
		t.scanSoon()
		if !slices.Contains(t.short, d) {
			t.short = append(t.short, d)
		}
	}
}

// roomAt lets those try again at a time.
func (t *twin) roomAt(at Time) {
	if t.pending[at] {
		return
	}
	t.pending[at] = true
	t.at(at, twinRoom, 0, 0, func() {
		delete(t.pending, at)
		list := t.short
		t.short = nil
		t.advanceLines()
		t.tryAgain(list, func(d *twinDep) bool {
			paused := slices.ContainsFunc(d.instances, func(in *twinInstance) bool { return in.stage != Whole })
			return paused || t.pool != nil || t.hasRoom(d) // less than a whole instance's may do
		})
	})
}

// tryAgain serves those whose first request has waited longest first; the others wait on.
func (t *twin) tryAgain(list []*twinDep, may func(*twinDep) bool) {
	first := func(d *twinDep) *twinRequest {
		if len(d.waiting) == 0 {
			return &twinRequest{rank: math.MaxInt64, arrival: math.MaxInt64}
		}
		return d.waiting[0]
	}
	slices.SortFunc(list, func(a, b *twinDep) int {
		return cmp.Or(t.compareWaiting(first(a), first(b)), cmp.Compare(a.first, b.first))
	})
	for _, d := range list {
		if !may(d) {
			t.scanSoon()
			t.short = append(t.short, d)
			continue
		}
		t.fillFloor(d)
		t.dispatch(d)
	}
}
