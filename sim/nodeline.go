package sim

import (
	"cmp"
	"fmt"
	"slices"
)

// nodeLine is the line of a node that requests are sent to: over all functions, and who
// is first holds back all others. What waits in it counts as in flight, for the limits on
// requests, which are asked before it is sent.
type nodeLine struct {
	line
	requests  int32 // sent there, and not ended
	committed int64 // MiB of instances for these
	short     bool  // its first waits for room
}

// noNode is where a request is that has been sent to none.
const noNode = ^uint32(0)

// balance readies the lines of a cluster whose placement sends requests. The last is for
// those that no node takes now.
func (c *cluster) balance() {
	if b, ok := c.placement.(Balancer); ok {
		c.balancer = b
		c.lines = make([]nodeLine, len(c.nodes)+1)
	}
}

// send sends a request that arrives to a node, and lets it wait there where it must.
func (s *shard) send(d *deployment, id requestID, now Time) {
	if !s.admits(d) {
		s.meets(id, s.met(d, now))
		s.reject(id, now)
		return
	}
	at := s.choose(d, id, now)
	s.lineUp(d, id, at, now)
	if !s.requests[id].waits {
		return
	}
	if s.follower != nil {
		s.meets(id, cmp.Or(s.met(d, now), NodeLimit)) // or who is before it
	}
	l, lim := &d.cluster.lines[at], &d.platform.Limit
	if lim.Over == RejectOver || lim.Queue > 0 && l.len() > lim.Queue {
		s.leaveLine(d, id)
		s.reject(id, now)
		return
	}
	s.setDeadline(d, id)
}

// choose asks the balancer for the node of a request.
func (s *shard) choose(d *deployment, id requestID, now Time) uint32 {
	cl, w := d.cluster, d.need()
	s.settleAll(d.account, now, now)
	if !cl.someTakes(w) {
		return uint32(len(cl.nodes))
	}
	at := cl.balancer.Send(Nodes{s, d, s.cause(id)}, now)
	if at < 0 || at >= len(cl.nodes) || !cl.nodes[at].takes(w) {
		panic(refusal{fmt.Errorf("the placement policy of %s sent a request to node %d of %d, want one that takes it", s.all[d.first].ID(), at, len(cl.nodes))})
	}
	return uint32(at)
}

// someTakes reports whether a request may be sent to some node.
func (c *cluster) someTakes(w need) bool {
	for i := range c.nodes {
		if c.nodes[i].takes(w) {
			return true
		}
	}
	return false
}

// lineUp puts a request into the line of a node, and serves it where it is its turn.
func (s *shard) lineUp(d *deployment, id requestID, at uint32, now Time) {
	for len(s.sent) <= int(id) {
		s.sent = append(s.sent, noNode)
	}
	s.sent[id] = at
	cl := d.cluster
	l, c := &cl.lines[at], &cl.clones[cl.clonesOf(d.local, at)]
	l.requests++
	if c.sent%d.concurrency == 0 {
		l.committed += d.memory
	}
	c.sent++
	s.joinLine(d, &l.line, id)
	s.requests[id].waits = true
	d.lined++
	d.inFlight++
	d.account.inFlight++
	if l.first() == id {
		s.advanceLine(d.account, at, now)
	}
}

// leaveLine takes a request out of the line of its node, and reports whether it was first.
func (s *shard) leaveLine(d *deployment, id requestID) (first bool) {
	l := &d.cluster.lines[s.sent[id]]
	first = l.first() == id
	s.dropFrom(d, &l.line, id)
	s.requests[id].waits = false
	d.lined--
	d.inFlight--
	d.account.inFlight--
	return first
}

// leaveNode counts a request out that ends, or is sent elsewhere.
func (s *shard) leaveNode(d *deployment, id requestID) {
	if int(id) >= len(s.sent) || s.sent[id] == noNode {
		return // it was rejected before it was sent
	}
	at, cl := s.sent[id], d.cluster
	s.sent[id] = noNode
	l, c := &cl.lines[at], &cl.clones[cl.clonesOf(d.local, at)]
	l.requests--
	c.sent--
	if c.sent%d.concurrency == 0 {
		l.committed -= d.memory
	}
}

// advanceLine serves the requests of a node's line, one after the other, until one has to
// wait.
func (s *shard) advanceLine(a *account, at uint32, now Time) {
	l := &a.cluster.lines[at]
	for int(at) < len(a.cluster.nodes) && l.len() > 0 {
		if !s.advanceFirst(l.first(), at, now) {
			s.wantsLine(a, at)
			return
		}
	}
}

// advanceFirst serves the first request of a node's line there: by an instance that is
// warm, one that was paused or demoted, one that initialises for nobody yet, or a new one,
// for which idle ones leave.
func (s *shard) advanceFirst(id requestID, at uint32, now Time) bool {
	d := &s.deps[s.fns[s.requests[id].fn].dep]
	if d.earliest < now {
		s.settle(d, now)
	}
	clones := d.cluster.clonesOf(d.local, at)
	in, ok := s.pickOn(d, id, clones, now)
	if !ok {
		in, ok = s.wake(d, now, id)
		if ok && (d.concurrency > 1 || d.platform.Server != nil) {
			s.readyEvent(d, in)
		}
		if !ok {
			in, ok = s.takeOn(d, warmingShelf, clones, true)
		}
		if !ok {
			if !s.grant(d, now, id) {
				return false
			}
			in = s.start(d, now, s.causeOf(id))
			if d.concurrency > 1 || d.platform.Server != nil {
				s.readyEvent(d, in)
			}
		}
	}
	s.leaveLine(d, id)
	s.serve(d, in, id, now)
	return true
}

// pickOn is pick among the instances of a deployment on a node.
func (s *shard) pickOn(d *deployment, rid requestID, clones uint32, now Time) (instanceID, bool) {
	if d.concurrency > 1 {
		for {
			id, ok := s.takeOn(d, openShelf, clones, d.platform.fromStart)
			if !ok {
				break
			}
			if s.young(d, &s.instances[id], now) && (d.platform.Server == nil || s.offer(d, id, rid, now)) {
				return id, true
			}
		}
	}
	id, ok := s.takeOn(d, floorShelf, clones, false)
	if !ok {
		id, ok = s.takeOn(d, idleShelf, clones, d.platform.fromStart)
	}
	if ok {
		s.takeIdle(d, id, rid, now)
	}
	return id, ok
}

// serveLine gives the free slots of an instance to the requests of its deployment at the
// head of its node's line.
func (s *shard) serveLine(d *deployment, id instanceID, now Time) {
	l := &d.cluster.lines[s.lodgers[id].node]
	for l.len() > 0 && s.instances[id].inUse < d.concurrency && s.young(d, &s.instances[id], now) {
		first := l.first()
		if &s.deps[s.fns[s.requests[first].fn].dep] != d || d.platform.Server != nil && !s.offer(d, id, first, now) {
			return
		}
		s.leaveLine(d, first)
		s.serve(d, id, first, now)
	}
}

// freedOn is freed for an instance of a node that has a line.
func (s *shard) freedOn(d *deployment, id instanceID, now Time) {
	at := s.lodgers[id].node
	s.serveLine(d, id, now)
	if s.instances[id].inUse > 0 {
		s.reopen(d, id)
	} else {
		s.shut(d, id)
		s.becomeIdle(d, id, now)
	}
	s.advanceLine(d.account, at, now)
}

// wantsLine notes that the first of a node's line waits for room there.
func (s *shard) wantsLine(a *account, at uint32) {
	l := &a.cluster.lines[at]
	if l.short || s.platforms[a.platform].Limit.Over == RejectOver {
		return
	}
	l.short = true
	a.shortLines = append(a.shortLines, at)
	if s.notOffered(a) {
		s.callShort(a, a.due)
	}
	s.callAtExpiry(a)
}

// advanceShort lets the lines whose first waits for room try again, in the order of these.
func (s *shard) advanceShort(a *account, now Time) {
	if len(a.shortLines) == 0 {
		return
	}
	lines := append(a.lineTries[:0], a.shortLines...)
	a.lineTries, a.shortLines = lines, a.shortLines[:0]
	for _, at := range lines {
		a.cluster.lines[at].short = false
	}
	slices.SortFunc(lines, func(x, y uint32) int {
		return cmp.Or(s.firstOf(a, x).compare(s.firstOf(a, y)), cmp.Compare(x, y))
	})
	for _, at := range lines {
		s.advanceLine(a, at, now)
	}
}

// firstOf returns by what the first of a node's line is ordered; last where nobody waits.
func (s *shard) firstOf(a *account, at uint32) waiter {
	l := &a.cluster.lines[at]
	if l.len() == 0 {
		return noWaiter()
	}
	id := l.first()
	return s.waiterOf(&s.deps[s.fns[s.requests[id].fn].dep], id)
}

// sendOn sends the requests of a line elsewhere, in its order; back into it who is taken
// nowhere.
func (s *shard) sendOn(a *account, at uint32, now Time) {
	for _, id := range s.inOrder(&a.cluster.lines[at].line, s.platforms[a.platform].Order) {
		d := &s.deps[s.fns[s.requests[id].fn].dep]
		s.leaveLine(d, id)
		s.leaveNode(d, id)
		s.lineUp(d, id, s.choose(d, id, now), now)
	}
}

// endLine ends the requests of a line, whose service never began.
func (s *shard) endLine(l *nodeLine, at func(*request) Time, status Status) (some bool) {
	for l.len() > 0 {
		id := l.first()
		r := &s.requests[id]
		s.leaveLine(&s.deps[s.fns[r.fn].dep], id)
		s.endWaiting(id, at(r), status)
		some = true
	}
	return some
}

// abandonLines ends the requests that no node will serve any more, and reports whether
// there were any.
func (s *shard) abandonLines() (some bool) {
	for k := range s.accounts {
		if cl := s.accounts[k].cluster; cl != nil {
			for i := range cl.lines {
				some = s.endLine(&cl.lines[i], s.afterAll, Unfinished) || some
			}
		}
	}
	return some
}
