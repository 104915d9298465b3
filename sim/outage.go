package sim

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Outage is a time in which a node takes no instances. What is on it when that begins
// dies: requests end as Failed then, and are billed until then.
type Outage struct {
	Node int  // its index
	At   Time // ≥ 0
	For  Time // until it is back; 0: it never is
	// Drain lets busy instances end what they serve, and take no more; what idles or
	// initialises for nobody stops at once.
	Drain bool
}

// Failures are outages by a schedule, and those that come by themselves: of each node,
// after times that are drawn by the exponential distribution.
type Failures struct {
	Schedule []Outage
	MeanUp   Time // from when a node is there until it fails; 0: none does by itself
	MeanDown Time // until it is back
}

func (f *Failures) validate(nodes int) error {
	if f.MeanUp < 0 || f.MeanDown < 0 || f.MeanUp > Longest || f.MeanDown > Longest {
		return fmt.Errorf("the mean times of failures are %d and %d ns, want 0 to %d", f.MeanUp, f.MeanDown, Longest)
	}
	if f.MeanUp == 0 && f.MeanDown > 0 {
		return errors.New("failures have a mean time of repair and none between them")
	}
	for i, o := range f.Schedule {
		if o.Node < 0 || o.Node >= nodes || o.At < 0 || o.For < 0 || o.At > Longest || o.For > Longest {
			return fmt.Errorf("outage %d is of node %d of %d, from %d ns for %d, want a node that there is, and times from 0 to %d", i, o.Node, nodes, o.At, o.For, Longest)
		}
	}
	return nil
}

// What happens to a node, in the order of what happens at the same time.
const (
	nodeBack = iota
	nodeDrains
	nodeFails
	nodeComes  // one that was ordered
	nodeServes // its cores have done what a request wants
	nodeKinds  = 8
)

// scheduled marks the generations of outages of the schedule, which are their places in it.
const scheduled = 1 << 31

// planOutages makes events of the schedule, and of each node's first failure.
func (s *shard) planOutages(a *account, f *Failures) {
	for i, o := range f.Schedule {
		if o.At >= s.window.Horizon {
			continue
		}
		what := uint32(nodeFails)
		if o.Drain {
			what = nodeDrains
		}
		s.nodeEvent(a, o.At, uint32(o.Node), what, scheduled|uint32(i))
		if o.For > 0 {
			s.nodeEvent(a, after(o.At, o.For), uint32(o.Node), nodeBack, scheduled|uint32(i))
		}
	}
	if f.MeanUp > 0 {
		for i := range a.cluster.nodes {
			if a.cluster.nodes[i].there {
				s.drawOutage(a, 0, uint32(i), 1)
			}
		}
	}
}

// nodeEvent says what will happen to a node; n counts what was drawn of it, or is the place in
// the schedule.
func (s *shard) nodeEvent(a *account, at Time, node, what, n uint32) {
	s.queue.push(event{at: at, key: keyOf(kindNode, uint32(a.platform), node*nodeKinds|what), ref: node, gen: generation(n)})
}

// drawOutage draws the n-th change of a node after a time: the odd ones are failures.
func (s *shard) drawOutage(a *account, now Time, node, n uint32) {
	f, what := &a.cluster.failures, uint32(nodeFails)
	a.cluster.nodes[node].turn = n
	mean := f.MeanUp
	if n%2 == 0 {
		mean, what = f.MeanDown, nodeBack
	}
	u := NewStream(s.config.Key, PurposeNode, Mixed(uint64(a.platform)<<32|uint64(node))).Uniform(uint64(n))
	at := after(now, Time(min(float64(Longest), -float64(mean)*math.Log(u))))
	if at < s.window.Horizon || what == nodeBack {
		s.nodeEvent(a, at, node, what, n)
	}
}

// turns carries out what happens to a node. An outage of one that is not there means
// nothing, and neither does its end.
func (s *shard) turns(e event) {
	a := &s.accounts[e.key.function()]
	n := &a.cluster.nodes[e.ref]
	what := uint32(e.key) % nodeKinds
	if what == nodeServes {
		s.nodeServed(a, e)
		return
	}
	s.settleAll(a, e.at, e.at)
	switch {
	case what == nodeComes:
		s.nodeArrives(a, e.ref, e.at)
		return
	case !s.isTurn(a.cluster, n, e, what):
		return
	}
	a.cluster.roomChanges(e.ref)
	switch what {
	case nodeBack:
		s.nodeReturns(a, n, e)
	case nodeDrains:
		n.blocked++
		s.drainNode(a, e.ref, e.at)
	case nodeFails:
		if n.failed++; n.failed == 1 {
			s.tellNode(a, e.ref, e.at, false)
		}
		n.blocked++
		s.failNode(a, e.ref, e.at)
	}
	if e.gen&scheduled == 0 {
		s.drawOutage(a, e.at, e.ref, uint32(e.gen)+1)
	}
}

// isTurn reports whether an outage begins on a node that is there, or is over that did.
func (s *shard) isTurn(c *cluster, n *node, e event, what uint32) bool {
	if e.gen&scheduled == 0 {
		return uint32(e.gen) == n.turn
	}
	begun := &c.applied[e.gen&^scheduled]
	if what == nodeBack {
		was := *begun
		*begun = false
		return was
	}
	*begun = n.there
	return n.there
}

// nodeReturns ends an outage of a node.
func (s *shard) nodeReturns(a *account, n *node, e event) {
	if e.gen&scheduled == 0 || !a.cluster.failures.Schedule[e.gen&^scheduled].Drain {
		if n.failed--; n.failed == 0 {
			n.ordered, n.from, n.emptied = e.at, e.at, e.at
		}
	}
	if n.blocked--; n.blocked == 0 {
		s.roomCame(a, e.at)
		if a.cluster.lines != nil {
			s.sendOn(a, uint32(len(a.cluster.nodes)), e.at)
		}
	}
}

// residents lists the instances on a node.
func (s *shard) residents(a *account, node uint32) (list []instanceID) {
	for id := range s.lodgers {
		if l := &s.lodgers[id]; l.here && l.node == node && s.deps[s.births[id].dep].account == a {
			list = append(list, instanceID(id))
		}
	}
	return list
}

// failNode ends all that is on a node: the requests first, in the order of those that
// leave at the same time, then the instances. Who waits then tries again.
func (s *shard) failNode(a *account, node uint32, now Time) {
	s.failsBy = ByNode
	dying := s.residents(a, node)
	deps := s.deploymentsOf(dying)
	idle := map[instanceID]bool{}
	for _, id := range dying {
		idle[id] = s.takeAway(&s.deps[s.births[id].dep], id)
	}
	for _, rid := range s.requestsOn(idle) {
		s.failRequest(rid, now)
	}
	if lines := a.cluster.lines; lines != nil {
		s.endLine(&lines[node], func(*request) Time { return now }, Failed)
	}
	s.failsBy = NotFailed
	for _, id := range dying {
		s.die(&s.deps[s.births[id].dep], id, idle[id], now, NodeFailed)
	}
	s.afterLoss(a, deps, now)
}

// drainNode lets the instances of a node go that do nothing, and the others when they
// have ended what they do.
func (s *shard) drainNode(a *account, node uint32, now Time) {
	list := s.residents(a, node)
	deps := s.deploymentsOf(list) // before who is sent on starts others under the same ids
	for _, id := range list {
		d, in := &s.deps[s.births[id].dep], &s.instances[id]
		switch {
		case in.inUse == 0:
			s.die(d, id, s.takeAway(d, id), now, NodeDrained)
		case in.flags&Draining == 0:
			if in.flags&Provisioned != 0 {
				d.floorHave--
			}
			s.dismiss(d, id, now, NodeDrained)
		}
	}
	if a.cluster.lines != nil {
		s.sendOn(a, node, now)
	}
	s.afterLoss(a, deps, now)
}

// takeAway takes an instance away from where it would be found, and reports whether it
// is idle.
func (s *shard) takeAway(d *deployment, id instanceID) (idle bool) {
	switch in := &s.instances[id]; {
	case in.inUse > 0:
		s.shut(d, id)
	case s.takeOff(d, warmingShelf, id):
	case d.ranks == nil && s.takeOff(d, floorShelf, id):
		return true
	default:
		s.unshelve(d, id)
		return true
	}
	return false
}

// requestsOn lists the requests of some instances.
func (s *shard) requestsOn(instances map[instanceID]bool) (list []requestID) {
	ended := make([]bool, len(s.requests))
	for _, id := range s.ended {
		ended[id] = true
	}
	for id := range s.requests {
		if r := &s.requests[id]; !ended[id] && r.instance != noInstance {
			if _, on := instances[r.instance]; on {
				list = append(list, requestID(id))
			}
		}
	}
	slices.SortFunc(list, func(a, b requestID) int {
		x, y := &s.requests[a], &s.requests[b]
		return cmp.Or(cmp.Compare(x.Function, y.Function), cmp.Compare(x.ordinal, y.ordinal))
	})
	return list
}

// failRequest ends a request whose node fails. One whose timeout was over before its
// instance was ready has ended so, and one whose client has gone as the client says.
func (s *shard) failRequest(id requestID, now Time) {
	r := &s.requests[id]
	d, in := &s.deps[s.fns[r.fn].dep], r.instance
	status, served := Failed, Serving{}
	if d.contends {
		s.yieldCPU(d, id, now)
	}
	begun := r.started && r.start < now // what begins now comes after
	if d.platform.Server != nil {
		st := &s.stations[in]
		if st.bound == id {
			st.bound = noRequest
			if limit := s.limitOf(d, id, now); limit < now {
				s.endLate(d, in, id, limit, now)
				return
			}
		} else {
			served = st.server.Withdraw(now, uint32(id))
			s.schedule(d, in)
		}
	}
	switch {
	case begun:
		r.end = now
	case d.platform.Server == nil && !r.started && r.end < now:
		status = r.status
	default:
		r.start, r.end, r.started = now, now, false
		s.instances[in].served--
	}
	s.vacate(d, in)
	s.end(id, now, status)
	if d.platform.Server != nil {
		s.tellServed(served)
		s.tellWork(d, s.stations[in].worker)
	}
}

// die stops an instance whose node does.
func (s *shard) die(d *deployment, id instanceID, idle bool, now Time, why StopCause) {
	if s.instances[id].flags&(Provisioned|Draining) == Provisioned {
		d.floorHave--
	}
	if idle {
		s.stop(d, id, now, why)
	} else {
		s.abort(d, id, now, why)
	}
}

// afterLoss lets the deployments whose instances have gone start others: first whose
// first request has waited longest.
func (s *shard) afterLoss(a *account, deps []depIndex, now Time) {
	if len(a.line) > 0 {
		s.admitNext(a, now)
	}
	s.tryAgain(deps, now)
}

// deploymentsOf lists the deployments of some instances, each once.
func (s *shard) deploymentsOf(list []instanceID) (deps []depIndex) {
	for _, id := range list {
		if k := s.births[id].dep; !slices.Contains(deps, k) {
			deps = append(deps, k)
		}
	}
	return deps
}
