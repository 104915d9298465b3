package sim

import "fmt"

// lodge gives an instance that starts room on the node that the placement policy
// names; grant has seen that some node has it, or can have. Idle instances there leave
// where they must.
func (s *shard) lodge(d *deployment, id instanceID, now Time, c cause) {
	cl, w := d.cluster, d.need()
	at := int(c.node)
	if c.node == noNode {
		at = cl.placement.Place(Nodes{s, d, c}, now)
	}
	if at < 0 || at >= len(cl.nodes) || !cl.canFit(d, at) {
		panic(refusal{fmt.Errorf("the placement policy of %s chose node %d of %d, want one with room", s.all[d.first].ID(), at, len(cl.nodes))})
	}
	s.makeFree(cl, uint32(at), w, d, now)
	s.moveIn(d, id, at, w)
}

// moveIn gives an instance room on a node that has it.
func (s *shard) moveIn(d *deployment, id instanceID, at int, w need) {
	cl := d.cluster
	for len(s.lodgers) <= int(id) {
		s.lodgers = append(s.lodgers, lodger{})
	}
	for d.balanced && len(s.nodeSeats) <= int(id) {
		s.nodeSeats = append(s.nodeSeats, nodeSeat{})
	}
	l := &s.lodgers[id]
	*l = lodger{node: uint32(at), clones: cl.clonesOf(d.local, uint32(at)), memory: w.memory, here: true, mark: l.mark + 1}
	s.births[id].host = l.node
	n := &cl.nodes[at]
	n.free.memory -= w.memory
	n.free.milliGPU -= w.milliGPU
	n.live++
	cl.roomChanges(l.node)
	cl.clones[l.clones].live++
}

// clonesOf returns the place of a deployment's instances on a node.
func (c *cluster) clonesOf(d depIndex, node uint32) uint32 {
	key := uint64(d)<<32 | uint64(node)
	i, ok := c.cloneIndex[key]
	if !ok {
		i = uint32(len(c.clones))
		c.clones = append(c.clones, clones{})
		if c.balancer != nil {
			c.shelves = append(c.shelves, newShelves())
		}
		c.cloneIndex[key] = i
	}
	return i
}

// moveOut frees the room of an instance that stops at a time.
func (s *shard) moveOut(d *deployment, id instanceID, at Time) {
	s.rouse(d, id)
	if d.balanced {
		s.unindex(d, id)
	}
	cl, l := d.cluster, &s.lodgers[id]
	n, c := &cl.nodes[l.node], &cl.clones[l.clones]
	n.free.memory += l.memory
	n.free.milliGPU += d.platform.MilliGPU
	n.live--
	cl.roomChanges(l.node)
	n.emptied = max(n.emptied, at) // who expires is counted out late, and not in order
	c.live--
	c.served -= int64(l.counted)
	l.mark++
	l.listed, l.here = false, false
}

// rest counts an instance as idle on its node, with the memory that it holds from now
// on, and ranks it among those that may be evicted.
func (s *shard) rest(d *deployment, id instanceID, now Time) {
	s.rouse(d, id)
	cl, l, in := d.cluster, &s.lodgers[id], &s.instances[id]
	n, c := &cl.nodes[l.node], &cl.clones[l.clones]
	if in.stage == Whole {
		l.since = now
	} else {
		s.shrink(d, n, l, s.births[id].memory)
	}
	l.resting = true
	n.resting++
	c.resting++
	c.served += int64(in.served - l.counted)
	l.counted = in.served
	if !l.timed {
		l.timed = true
		l.startup = after(l.startup, in.ready-in.created)
	}
	if !s.mayLeave(d, id) {
		return
	}
	s.rank(d, id, now)
	if !s.isHeld(d, id) {
		s.yield(d, id)
	}
}

// mayLeave reports whether an instance that is idle is one of those that may leave for others, as
// far as no autoscaler holds it.
func (s *shard) mayLeave(d *deployment, id instanceID) bool {
	n := &d.cluster.nodes[s.lodgers[id].node]
	return n.eviction != nil && s.instances[id].flags&Provisioned == 0 && !(d.shared && d.platform.pool.owned)
}

// isHeld reports whether an instance is one that its autoscaler holds: nobody takes its
// room, as Kubernetes pre-empts no pod for another of the same priority.
func (s *shard) isHeld(d *deployment, id instanceID) bool { return d.ticks && s.heldUntil(d, id) > 0 }

// yield lets an idle instance that is ranked leave for another.
func (s *shard) yield(d *deployment, id instanceID) {
	l := &s.lodgers[id]
	l.evicts = true
	s.countIdle(d, l, 1)
	s.roomCame(d.account, s.now)
	s.list(d, id)
}

// countIdle counts an instance in, by 1, or out, by −1, of those that may be evicted.
func (s *shard) countIdle(d *deployment, l *lodger, by int64) {
	for _, idle := range [...]*need{&d.cluster.nodes[l.node].idle, &d.cluster.clones[l.clones].idle} {
		idle.memory += by * l.memory
		idle.milliGPU += by * d.platform.MilliGPU
	}
	d.evictable += int32(by)
	d.cluster.roomChanges(l.node)
}

// yieldUnheld is for a look of an autoscaler: those that it holds no more may leave for others, and
// none of those that it holds now. Between two looks it is of who becomes idle that rest asks.
func (s *shard) yieldUnheld(d *deployment) {
	for _, id := range d.scaler.order {
		l := &s.lodgers[id]
		if !l.resting || !s.mayLeave(d, id) {
			continue
		}
		switch held := s.isHeld(d, id); {
		case held && l.evicts:
			l.evicts = false
			s.countIdle(d, l, -1)
		case !held && !l.evicts:
			s.yield(d, id)
		}
	}
}

// shrink lets a paused or demoted instance hold less.
func (s *shard) shrink(d *deployment, n *node, l *lodger, memory int64) {
	if memory > l.memory {
		panic(refusal{fmt.Errorf("the keep-alive policy of %s lets a paused or demoted instance hold %d MiB after %d, want no more: its node may have no room", s.all[d.first].ID(), memory, l.memory)})
	}
	if memory < l.memory {
		n.free.memory += l.memory - memory
		l.memory = memory
		d.cluster.roomChanges(l.node)
		s.roomCame(d.account, s.now)
	}
}

// rouse counts an instance as idle no more.
func (s *shard) rouse(d *deployment, id instanceID) {
	l := &s.lodgers[id]
	if !l.resting {
		return
	}
	cl := d.cluster
	n, c := &cl.nodes[l.node], &cl.clones[l.clones]
	n.resting--
	c.resting--
	if l.evicts {
		s.countIdle(d, l, -1)
	}
	l.resting, l.evicts = false, false
}

// canRegain reports whether a paused or demoted instance can have back the memory that
// it has given, itself not evicted for it. Another of its deployment may be: that is
// paused too, and would serve nobody sooner.
func (s *shard) canRegain(d *deployment, id instanceID) bool {
	if d.cluster == nil {
		return true
	}
	l := &s.lodgers[id]
	n := &d.cluster.nodes[l.node]
	room := n.free.memory + n.idle.memory
	if l.evicts {
		room -= l.memory
	}
	return room >= d.memory-l.memory
}

// regain gives it back.
func (s *shard) regain(d *deployment, id instanceID, now Time) {
	if d.cluster == nil {
		return
	}
	s.rouse(&s.deps[s.births[id].dep], id) // one of a pool is not yet d's
	l := &s.lodgers[id]
	more := d.memory - l.memory
	s.makeFree(d.cluster, l.node, need{memory: more}, nil, now)
	d.cluster.nodes[l.node].free.memory -= more
	d.cluster.roomChanges(l.node)
	l.memory = d.memory
	if more < 0 {
		s.roomCame(d.account, s.now)
	}
}
