package sim

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// NodeGroup is nodes of a cluster, one after another in its list, that are ordered when an
// instance finds no room, and let go when they are empty. Least of them, the first, are
// there from the start.
type NodeGroup struct {
	First, Count int
	Least        int     // as many are there at any time, 0 to Count
	Start        Sampler // from the order of a node until it is there; nil: no time
	Idle         Time    // how long a node is empty before it leaves
}

// NodeScaling is an autoscaler of nodes as Kubernetes' Cluster Autoscaler is one: it looks
// at times that are multiples of Scan. For the instances that somebody waits for and that
// have no room it orders nodes, so many that those on their way would have room for all of
// them: instances by size, the largest first, each on the first node with room, and a new
// node of the first group that has one and is large enough. It then lets nodes go that have
// been empty for their group's Idle, the last of the list first. Nodes with an instance
// stay: no instance moves.
type NodeScaling struct {
	Groups []NodeGroup
	Scan   Time // > 0
}

func (c *NodeScaling) validate(nodes int) error {
	if c == nil {
		return nil
	}
	if c.Scan <= 0 || c.Scan > Longest {
		return fmt.Errorf("the autoscaler of its nodes looks every %d ns, want 1 to %d", c.Scan, Longest)
	}
	end := 0
	for i, g := range c.Groups {
		switch {
		case g.First < end || g.Count < 1 || g.First > nodes-g.Count:
			return fmt.Errorf("group %d of its nodes has %d from %d on, want some of the %d that there are, in their order", i, g.Count, g.First, nodes)
		case g.Least < 0 || g.Least > g.Count || g.Idle < 0 || g.Idle > Longest:
			return fmt.Errorf("group %d of its nodes keeps %d of %d, and empty ones for %d ns, want 0 to as many, and 0 to %d", i, g.Least, g.Count, g.Idle, Longest)
		}
		end = g.First + g.Count
	}
	if len(c.Groups) == 0 {
		return errors.New("the autoscaler of its nodes has no groups")
	}
	return nil
}

// nodeGroup is what a shard knows of one.
type nodeGroup struct {
	NodeGroup
	size  int // there or on their way
	there int // of these, those that are there, failed or not
}

// group readies the groups: what is not there at the start is blocked.
func (c *cluster) group(spec *NodeScaling) {
	if spec == nil {
		return
	}
	c.scan = spec.Scan
	for k, g := range spec.Groups {
		c.groups = append(c.groups, nodeGroup{g, g.Least, g.Least})
		for i := g.First; i < g.First+g.Count; i++ {
			c.nodes[i].group = int32(k)
			if i >= g.First+g.Least {
				c.nodes[i].there = false
				c.nodes[i].blocked = 1
			}
		}
	}
}

// scanSoon lets the autoscaler of nodes look at the next time at which it does.
func (s *shard) scanSoon(a *account) {
	if cl := a.cluster; cl != nil && cl.scan > 0 && !cl.scans {
		s.scanAt(a, after(s.now, cl.scan-1)/cl.scan*cl.scan)
	}
}

func (s *shard) scanAt(a *account, at Time) {
	a.cluster.scans = true
	s.queue.push(event{at: at, key: keyOf(kindScan, uint32(a.platform), 0), ref: uint32(a.platform)})
}

// scanNodes orders nodes and lets others go.
func (s *shard) scanNodes(e event) {
	a, now := &s.accounts[e.ref], e.at
	cl, running := a.cluster, e.at < s.window.Horizon
	cl.scans = false
	s.settleAll(a, now, now+1)
	wished := s.orderNodes(a, now)
	if running {
		s.leaveEmpty(a, now)
	}
	more, fewer, coming := false, false, false
	for k := range cl.groups {
		g := &cl.groups[k]
		more = more || g.size < g.Count
		fewer = fewer || g.size > g.Least
	}
	for i := range cl.nodes {
		coming = coming || cl.nodes[i].coming
	}
	if wished && (coming || more && running) || fewer && running {
		s.scanAt(a, after(now, cl.scan))
	}
}

// wanting returns how many instances a deployment would start if there were room.
func (s *shard) wanting(d *deployment) int {
	l, a := &d.platform.Limit, d.account
	waiting := d.waiting.len()
	if l.Function > 0 {
		waiting = min(waiting, l.Function-int(d.inFlight))
	}
	if a.limit > 0 {
		waiting = min(waiting, int(a.limit-a.inFlight))
	}
	n := (max(0, waiting) + int(d.concurrency) - 1) / int(d.concurrency)
	switch {
	case d.ticks && len(d.scaler.order) > 0:
		n = d.scaler.wanted - len(d.scaler.order)
	case d.ticks:
		n = max(min(n, 1), d.scaler.wanted) // one, before the policy has looked
	case d.platform.Dispatch == QueueDispatch:
		n -= d.warming.len()
	}
	n = max(0, n) + int(max(0, d.floorTarget-d.floorHave))
	if l.Instances > 0 {
		n = min(n, l.Instances-int(d.live))
	}
	if a.fleet > 0 {
		n = min(n, int(a.fleet-a.live))
	}
	return max(0, n)
}

// wish is as many instances of a deployment as have no room.
type wish struct {
	need
	dep   depIndex
	count int
}

// orderNodes packs the instances that somebody wishes for and that have no room into the
// nodes on their way, and orders more. It reports whether there are any.
func (s *shard) orderNodes(a *account, now Time) (some bool) {
	cl := a.cluster
	var wishes []wish
	for k := range s.deps {
		if d := &s.deps[k]; d.account == a && !s.fits(d) {
			if n := s.wanting(d); n > 0 {
				wishes = append(wishes, wish{d.need(), d.local, n})
			}
		}
	}
	if len(wishes) == 0 {
		return false
	}
	slices.SortFunc(wishes, func(x, y wish) int {
		return cmp.Or(cmp.Compare(y.memory, x.memory), cmp.Compare(y.milliGPU, x.milliGPU), cmp.Compare(x.dep, y.dep))
	})
	var bins []need // what is left of the nodes on their way
	for i := range cl.nodes {
		if n := &cl.nodes[i]; n.coming {
			bins = append(bins, n.free)
		}
	}
	for _, w := range wishes {
		for ; w.count > 0; w.count-- {
			i := slices.IndexFunc(bins, w.fitsIn)
			if i < 0 {
				node := cl.toOrder(w.need)
				if node < 0 {
					break
				}
				s.orderNode(a, uint32(node), now)
				i = len(bins)
				bins = append(bins, cl.nodes[node].free)
			}
			bins[i].memory -= w.memory
			bins[i].milliGPU -= w.milliGPU
		}
	}
	return true
}

func (w need) fitsIn(room need) bool { return room.memory >= w.memory && room.milliGPU >= w.milliGPU }

// toOrder returns the node to order for an instance, −1 where there is none.
func (c *cluster) toOrder(w need) int {
	for k := range c.groups {
		g := &c.groups[k]
		if g.size == g.Count {
			continue
		}
		for i := g.First; i < g.First+g.Count; i++ {
			if n := &c.nodes[i]; !n.there && !n.coming && w.fitsIn(n.free) {
				return i
			}
		}
	}
	return -1
}

// orderNode orders a node, which is there when it has started.
func (s *shard) orderNode(a *account, node uint32, now Time) {
	cl := a.cluster
	n := &cl.nodes[node]
	g := &cl.groups[n.group]
	g.size++
	n.coming, n.ordered = true, now
	at := now
	if g.Start != nil {
		u := NewStream(s.config.Key, PurposeNodeStart, Mixed(uint64(a.platform))).Uniform(cl.orders)
		at = after(now, s.drawn(g.Start.Sample(u)))
	}
	cl.orders++
	n.from = at
	s.nodeEvent(a, at, node, nodeComes, 0)
}

// nodeArrives lets a node be there that was ordered.
func (s *shard) nodeArrives(a *account, node uint32, now Time) {
	cl := a.cluster
	cl.nodes[node].comes(now)
	cl.roomChanges(node)
	cl.groups[cl.nodes[node].group].there++
	if cl.failures.MeanUp > 0 {
		s.drawOutage(a, now, node, cl.nodes[node].turn|1)
	}
	s.roomCame(a, now)
	s.scanSoon(a)
}

// leaveEmpty lets nodes go that have been empty for long.
func (s *shard) leaveEmpty(a *account, now Time) {
	cl := a.cluster
	for i := len(cl.nodes) - 1; i >= 0; i-- {
		n := &cl.nodes[i]
		if n.group < 0 || !n.there || n.live > 0 || n.failed > 0 {
			continue
		}
		g := &cl.groups[n.group]
		if g.there == g.Least || after(n.emptied, g.Idle) > now {
			continue
		}
		s.tellNode(a, uint32(i), now, false)
		g.size--
		g.there--
		n.there, n.blocked = false, 1
		cl.roomChanges(uint32(i))
		n.turn = (n.turn + 1) &^ 1 // of its next failure nothing is heard: the next that is drawn has another number
		for k, o := range cl.failures.Schedule {
			if o.Node == i {
				cl.applied[k] = false
			}
		}
	}
}
