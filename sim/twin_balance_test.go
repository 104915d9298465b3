package sim

import (
	"cmp"
	"slices"
)

// twinBalance is the lines of nodes, the slow way.
type twinBalance struct {
	balancer Balancer         // nil: requests are sent to none
	lines    [][]*twinRequest // of each node, and of none
	arrived  []*twinRequest   // all that have been sent
}

// twinSent is where a request has been sent.
type twinSent struct {
	at    int
	lined bool
}

// send sends a request that arrives.
func (t *twin) send(d *twinDep, r *twinRequest) {
	if !t.admits(d) {
		t.emit(r, t.now, t.now, 0, Rejected, 0, false)
		return
	}
	t.arrived = append(t.arrived, r)
	t.lineUp(r)
	if !r.lined {
		return
	}
	l := t.c.Platforms[0].Limit
	if l.Over == RejectOver || l.Queue > 0 && len(t.lines[r.at]) > l.Queue {
		t.leave(d, r)
		t.emit(r, t.now, t.now, 0, Rejected, 0, false)
		return
	}
	t.giveUpLater(d, r)
}

// lineUp sends a request to a node.
func (t *twin) lineUp(r *twinRequest) {
	d, nodes := t.deps[t.depOf[r.fn]], t.c.Platforms[0].Cluster.Nodes
	c := cause{purpose: PurposePhase, key: r.key, attempt: uint64(r.attempt), start: r.starts}
	if r.ping {
		c.purpose = PurposePingPhase
	}
	r.at = -1 // it is nowhere yet
	seen := t.seenBy(d, c, r.fn)
	r.at = len(nodes)
	for i := range nodes {
		if seen.Takes(i) {
			r.at = -1
		}
	}
	if r.at < 0 {
		r.at = t.balancer.Send(seen, t.now)
	}
	r.lined, r.gone = true, false
	t.join(&t.lines[r.at], r)
	d.flying++
	t.flying++
	if t.lines[r.at][0] == r {
		t.advanceLine(r.at)
	}
}

// advanceLine serves who is first at a node, while that can be.
func (t *twin) advanceLine(at int) {
	for at < len(t.lines)-1 && len(t.lines[at]) > 0 {
		r := t.lines[at][0]
		d := t.deps[t.depOf[r.fn]]
		in := t.pickOn(d, at)
		if in == nil {
			in = t.wakeOn(d, r, at)
			if in == nil {
				for _, x := range d.instances {
					if x.warming && x.node == at && (in == nil || x.joined < in.joined) {
						in = x
					}
				}
			} else if t.slots() > 1 {
				t.readyLater(in)
			}
			if in == nil {
				if t.pinned = at + 1; !t.mayStart(d, false) {
					t.pinned = 0
					if len(t.lines[at]) > 1 {
						t.out.held++
					}
					return
				}
				in = t.start(d, r)
				t.pinned = 0
				if t.slots() > 1 {
					t.readyLater(in)
				}
			}
			in.warming = false
			in.opened = in.ready == t.now
		}
		t.serve(d, in, r)
	}
}

// advanceLines lets all lines try again, in the order of who is first.
func (t *twin) advanceLines() {
	if t.balancer == nil {
		return
	}
	var order []int
	for i := range len(t.lines) - 1 {
		if len(t.lines[i]) > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return t.compareWaiting(t.lines[a][0], t.lines[b][0]) })
	for _, at := range order {
		t.advanceLine(at)
	}
}

// feedLine gives an instance's free slots to those of its deployment that are first.
func (t *twin) feedLine(in *twinInstance) {
	for len(t.lines[in.node]) > 0 && in.inUse < t.slots() && in.flags&Draining == 0 && !(t.c.Platforms[0].MaxLifetime > 0 && in.served > 0 && t.now-in.created > t.c.Platforms[0].MaxLifetime) {
		r := t.lines[in.node][0]
		if t.deps[t.depOf[r.fn]] != in.dep {
			return
		}
		t.serve(in.dep, in, r)
	}
}

// pickOn is pick among the instances of a node.
func (t *twin) pickOn(d *twinDep, at int) *twinInstance {
	return t.pick(d.onlyOn(at))
}

// onlyOn is a deployment with the instances of a node alone.
func (d *twinDep) onlyOn(at int) *twinDep {
	some := *d
	some.instances = nil
	for _, in := range d.instances {
		if in.node == at {
			some.instances = append(some.instances, in)
		}
	}
	return &some
}

func (t *twin) wakeOn(d *twinDep, r *twinRequest, at int) *twinInstance {
	return t.wake(d.onlyOn(at), r)
}

// leaveLine takes a request out of its line, and reports whether it was first.
func (t *twin) leaveLine(d *twinDep, r *twinRequest) bool {
	i := slices.Index(t.lines[r.at], r)
	t.lines[r.at] = slices.Delete(t.lines[r.at], i, i+1)
	r.lined = false
	d.flying--
	t.flying--
	return i == 0
}

// sendOn sends a line elsewhere.
func (t *twin) sendOn(at int) {
	if t.balancer == nil {
		return
	}
	all, none, stayed := slices.Clone(t.lines[at]), len(t.lines)-1, false
	for _, r := range all {
		t.leaveLine(t.deps[t.depOf[r.fn]], r)
		t.lineUp(r)
		if stayed && r.at != none && t.c.Platforms[0].Order != FIFO {
			t.out.passed++
		}
		stayed = stayed || at == none && r.at == none
	}
}

// failLine ends those that wait at a node that fails.
func (t *twin) failLine(at int) {
	if t.balancer == nil {
		return
	}
	for len(t.lines[at]) > 0 {
		r := t.lines[at][0]
		t.leave(t.deps[t.depOf[r.fn]], r)
		t.emit(r, t.now, t.now, 0, Failed, 0, false)
	}
}

// allLined lists who is in the lines.
func (t *twin) allLined() (list []*twinRequest) {
	for _, l := range t.lines {
		list = append(list, l...)
	}
	return list
}

// seenBy is what a placement policy sees.
func (t *twin) seenBy(d *twinDep, c cause, fn uint32) Nodes {
	fake := &cluster{cloneIndex: map[uint64]uint32{}}
	for i := range t.c.Platforms[0].Cluster.Nodes {
		fake.nodes = append(fake.nodes, t.state(i))
		fake.cloneIndex[uint64(i)] = uint32(i)
		k := clones{}
		for _, x := range d.instances {
			if x.node == i {
				k.live++
				if x.idleSince >= 0 {
					k.resting++
				}
				if t.evictable(x) {
					k.idle.memory += x.memory
					k.idle.milliGPU += t.c.Platforms[0].MilliGPU
				}
			}
		}
		fake.clones = append(fake.clones, k)
		if t.balancer == nil {
			continue
		}
		line, of := nodeLine{}, map[*twinDep]int{}
		for _, r := range t.arrived {
			if !r.done && r.at == i {
				line.requests++
				of[t.deps[t.depOf[r.fn]]]++
			}
		}
		fake.clones[i].sent = int32(of[d])
		line.line.ids = make([]requestID, len(t.lines[i]))
		for x, n := range of {
			line.committed += x.memory * int64((n+t.slots()-1)/t.slots())
		}
		fake.lines = append(fake.lines, line)
	}
	s := &shard{config: &t.c, all: t.fns, starts: []startSpec{{key: t.fns[fn].Key()}}}
	return Nodes{s, &deployment{first: d.first, cluster: fake, concurrency: int32(t.slots()), platform: &platform{Platform: t.c.Platforms[0]}, rest: &rest{memory: d.memory, evictable: 1}}, c}
}

// compareWaiting is the order of the first ones of several lines.
func (t *twin) compareWaiting(a, b *twinRequest) int {
	return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.arrival, b.arrival))
}
