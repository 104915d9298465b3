package sim

import (
	"fmt"
	"slices"
)

// Eviction says which idle instance of a node leaves first where another needs its
// room. Instances of a provisioned floor, those that initialise, and those that an
// autoscaler holds stay, and for a start those of the same deployment.
type Eviction interface {
	// Idle returns the priority of an instance from now on: the one with the lowest
	// leaves first, of equals the one idle for longest, and then by function and
	// creation. It is asked when an instance becomes idle, and when it is paused or
	// demoted. NaN is refused.
	Idle(r Resident, now Time) float64
	// Evicted is told the priority of the last of those that have made room for one.
	Evicted(priority float64, now Time)
}

// EvictionFactory makes the eviction policies of a run.
type EvictionFactory interface {
	// New makes that of the node with that index; nil: there nobody is evicted.
	New(node int, key RunKey) Eviction
	// Clones reports whether what Idle says is the priority of all instances of the
	// deployment on that node, of those too that became idle before.
	Clones() bool
}

// Resident is what an eviction policy may see of an instance. It is valid during the
// call.
type Resident struct {
	s  *shard
	d  *deployment
	id instanceID
}

// Function returns the index of its deployment's first function.
func (r Resident) Function() uint32 { return r.d.first }

// All returns all functions of the workload, which are not to be changed.
func (r Resident) All() []Function { return r.s.all }

// Memory returns the MiB that it holds.
func (r Resident) Memory() int64 { return r.s.lodgers[r.id].memory }

// Served returns how many requests it has served, pings included.
func (r Resident) Served() int { return int(r.s.instances[r.id].served) }

// Startup returns what its start took: its initialisation, and by how much its first
// request took longer where cold ones have a service time of their own. Of one that was
// there before the run, 0.
func (r Resident) Startup() Time { return r.s.lodgers[r.id].startup }

func (r Resident) clones() *clones { return &r.d.cluster.clones[r.s.lodgers[r.id].clones] }

// Clones returns how many instances of its deployment are on its node, itself too.
func (r Resident) Clones() int { return int(r.clones().live) }

// ClonesServed returns how many requests these have served, those that they serve now
// left out.
func (r Resident) ClonesServed() int64 { return r.clones().served }

// candidate is an entry of a node's queue: an idle instance with the priority and
// the time that it had when it was listed. What has become of it since is looked up when
// it is first.
type candidate struct {
	priority float64
	since    Time
	order    uint64 // function and ordinal of creation
	id       instanceID
	mark     uint32
}

func (c *candidate) before(o *candidate) bool {
	switch {
	case c.priority != o.priority:
		return c.priority < o.priority
	case c.since != o.since:
		return c.since < o.since
	}
	return c.order < o.order
}

// priorityOf returns what counts now.
func (c *cluster) priorityOf(l *lodger) float64 {
	if c.byClones {
		return c.clones[l.clones].priority
	}
	return l.priority
}

// rank asks for the priority of an instance that is idle now.
func (s *shard) rank(d *deployment, id instanceID, now Time) {
	cl, l := d.cluster, &s.lodgers[id]
	p := cl.nodes[l.node].eviction.Idle(Resident{s, d, id}, now)
	if p != p {
		panic(refusal{fmt.Errorf("the eviction policy gives an instance of %s the priority NaN at %d ns", s.all[d.first].ID(), now)})
	}
	l.priority = p
	if cl.byClones {
		c := &cl.clones[l.clones]
		was := c.priority
		if c.priority = p; p < was && c.resting > 1 {
			s.relist(d, l.clones)
		}
	}
}

// list sees that an idle instance has an entry that is not too late. One that is there
// already stays where it is not: most often it is too early, and moved when it is first, so
// that a use of an instance costs no more than this.
func (s *shard) list(d *deployment, id instanceID) {
	cl, l := d.cluster, &s.lodgers[id]
	p := cl.priorityOf(l)
	if l.listed && l.key <= p { // its time, where the priority is the same, is none too late: since only rises
		return
	}
	l.listed, l.key = true, p
	l.mark++
	n := &cl.nodes[l.node]
	if len(n.queue) > 2*int(n.live)+spareCandidates {
		s.dropStale(n)
	}
	n.push(candidate{priority: p, since: l.since, order: uint64(d.first)<<32 | uint64(s.births[id].ordinal), id: id, mark: l.mark})
}

// spareCandidates is how many stale entries a node's queue may have beside as many as
// there are instances: where priorities fall and nobody is evicted, they would pile up.
const spareCandidates = 64

// dropStale leaves in a node's queue the entries that count.
func (s *shard) dropStale(n *node) {
	n.queue = slices.DeleteFunc(n.queue, func(c candidate) bool { return c.mark != s.lodgers[c.id].mark })
	for i := len(n.queue)/2 - 1; i >= 0; i-- {
		n.sinkFrom(i, n.queue[i])
	}
}

// relist lists the idle clones whose common priority has fallen.
func (s *shard) relist(d *deployment, clones uint32) {
	idle := d.idle.all()
	if d.ranks != nil {
		idle = s.idlers(d.ranks, idleRank)
	}
	for _, ids := range [][]instanceID{idle, d.held.all()} {
		for _, id := range ids {
			if l := &s.lodgers[id]; l.clones == clones && l.evicts {
				s.list(d, id)
			}
		}
	}
}

// makeFree lets idle instances of a node leave until there is room, but none of a
// deployment; nil: of any.
func (s *shard) makeFree(cl *cluster, at uint32, w need, but *deployment, now Time) {
	n := &cl.nodes[at]
	if n.fits(w) {
		return
	}
	var last float64
	for !n.fits(w) {
		id := s.victim(cl, n, but)
		last = cl.priorityOf(&s.lodgers[id])
		s.evict(id, now)
	}
	for _, c := range cl.spared {
		n.push(c)
	}
	cl.spared = cl.spared[:0]
	n.eviction.Evicted(last, now)
}

// victim takes the instance that leaves first out of a node's queue. Those of the
// deployment that none leaves of are set aside.
func (s *shard) victim(cl *cluster, n *node, but *deployment) instanceID {
	for {
		c := n.queue[0]
		l := &s.lodgers[c.id]
		switch {
		case c.mark != l.mark:
			n.pop()
		case !l.evicts: // it is listed again when it is idle again
			l.listed = false
			n.pop()
		case but != nil && s.births[c.id].dep == but.local:
			cl.spared = append(cl.spared, c)
			n.pop()
		default:
			if p := cl.priorityOf(l); p != c.priority || l.since != c.since {
				l.key = p
				c.priority, c.since = p, l.since
				n.sink(c)
				continue
			}
			l.listed = false
			n.pop()
			return c.id
		}
	}
}

// evict stops an idle instance.
func (s *shard) evict(id instanceID, now Time) {
	d := &s.deps[s.births[id].dep]
	s.unshelve(d, id)
	s.stop(d, id, now, Evicted)
}

// unshelve takes an idle instance away from where it would be found.
func (s *shard) unshelve(d *deployment, id instanceID) {
	h := &d.idle
	switch {
	case s.instances[id].stage != Whole:
		h = &d.held
	case d.ranks != nil:
		s.leaveRank(d, id)
		return
	case d.balanced:
		s.takeOff(d, idleShelf, id)
		return
	}
	if h.len() > 0 && h.all()[0] == id {
		h.takeFirst()
	} else {
		h.drop(id)
	}
}

// push adds to a node's queue.
func (n *node) push(c candidate) {
	q := append(n.queue, c)
	i := len(q) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if q[parent].before(&c) {
			break
		}
		q[i] = q[parent]
		i = parent
	}
	q[i] = c
	n.queue = q
}

// pop drops the first.
func (n *node) pop() {
	last := len(n.queue) - 1
	c := n.queue[last]
	if n.queue = n.queue[:last]; last > 0 {
		n.sink(c)
	}
}

// sink puts an entry in the place of the first, and then where it belongs.
func (n *node) sink(c candidate) { n.sinkFrom(0, c) }

// sinkFrom puts an entry in a place, or below, where it belongs.
func (n *node) sinkFrom(i int, c candidate) {
	q := n.queue
	for {
		child := 2*i + 1
		if child >= len(q) {
			break
		}
		if child+1 < len(q) && q[child+1].before(&q[child]) {
			child++
		}
		if c.before(&q[child]) {
			break
		}
		q[i] = q[child]
		i = child
	}
	q[i] = c
}
