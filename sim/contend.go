package sim

import (
	"fmt"
	"math/bits"
	"slices"
)

// processor is the cores of a node, which the instances that serve share: where they
// together have more vCPU than there are cores, all of their services go on at the rate
// cores ÷ vCPU; else at 1. An instance has all of its vCPU when it serves a request or
// more, and none when it initialises, idles, or serves what an actor ends: that waits.
//
// All services of a node go on at the same rate. So it is enough to know what service a
// request that was there all the time would have got by now, the attained service: a
// request ends when that has grown by its own service since it began.
type processor struct {
	milli    int64 // thousandths of a core
	demand   int64 // of the instances that serve, thousandths of a vCPU
	at       Time  // of attained
	attained attained
	tasks    []task // by end, the first last
	next     Time   // of its event; Never: it has none
	moves    uint32 // counts its events: that of another number is stale
}

// attained is service in ns, and in parts of 2^64 of one.
type attained struct {
	ns   int64
	part uint64
}

// task is a request in service.
type task struct {
	end attained
	id  requestID
}

// nearly is what may be left of a service at its end, 2^−20 ns: more than the steps of
// attained, each rounded down by less than 2^−64 ns, can lose in a run.
const nearly = 1 << 44

func (a attained) before(b attained) bool { return a.ns < b.ns || a.ns == b.ns && a.part < b.part }

func (a attained) plus(ns int64, part uint64) attained {
	sum, carry := bits.Add64(a.part, part, 0)
	return attained{a.ns + ns + int64(carry), sum}
}

// catchUp brings the attained service to now.
func (p *processor) catchUp(now Time) {
	if elapsed := now - p.at; p.demand <= p.milli {
		p.attained.ns += elapsed
	} else {
		hi, lo := bits.Mul64(uint64(elapsed), uint64(p.milli))
		ns, rest := bits.Div64(hi, lo, uint64(p.demand))
		part, _ := bits.Div64(rest, 0, uint64(p.demand))
		p.attained = p.attained.plus(int64(ns), part)
	}
	p.at = now
}

// due reports whether a task has had its service.
func (p *processor) due(t *task) bool { return !p.attained.plus(0, nearly).before(t.end) }

// ends returns when the first task will have, if nothing changes: the first ns at which it
// is due.
func (p *processor) ends() Time {
	if len(p.tasks) == 0 {
		return Never
	}
	soon := p.attained.plus(0, nearly)
	end := p.tasks[len(p.tasks)-1].end
	if !soon.before(end) {
		return p.at
	}
	part, borrow := bits.Sub64(end.part, soon.part, 0)
	ns := uint64(end.ns-soon.ns) - borrow
	if p.demand <= p.milli {
		if part > 0 {
			ns++
		}
		return min(after(p.at, Time(ns)), Never-1)
	}
	hi, lo := bits.Mul64(ns, uint64(p.demand))
	more, rest := bits.Mul64(part, uint64(p.demand))
	if rest > 0 {
		more++
	}
	lo, carry := bits.Add64(lo, more, 0)
	lo, up := bits.Add64(lo, uint64(p.milli)-1, 0)
	if hi += carry + up; hi >= uint64(p.milli) {
		return Never - 1
	}
	t, _ := bits.Div64(hi, lo, uint64(p.milli))
	return min(after(p.at, Time(min(t, uint64(Never-1)))), Never-1)
}

// add puts a task where it belongs.
func (p *processor) add(t task) {
	i, _ := slices.BinarySearchFunc(p.tasks, t, func(a, b task) int {
		if b.end.before(a.end) {
			return -1
		}
		return 1
	})
	p.tasks = slices.Insert(p.tasks, i, t)
}

// checkShared refuses what cannot share the cores of nodes.
func (p *Platform) checkShared() error {
	c := p.Cluster
	switch {
	case p.MilliCPU < 0 || p.MemoryPerCPU < 0 || p.MilliCPU > maxMemory || p.MemoryPerCPU > maxMemory:
		return fmt.Errorf("an instance has %d thousandths of a vCPU, or one for %d MiB, want 0 to %d", p.MilliCPU, p.MemoryPerCPU, int64(maxMemory))
	case c == nil || !c.SharedCPU:
		return nil
	case p.Server != nil:
		return fmt.Errorf("its instances share the cores of nodes, and have servers, which say by themselves how long they serve")
	case p.MilliCPU == 0 && p.MemoryPerCPU == 0:
		return fmt.Errorf("its instances share the cores of nodes, and have no vCPU")
	}
	for i, n := range c.Nodes {
		if n.MilliCPU < 1 || n.MilliCPU > maxMemory {
			return fmt.Errorf("its instances share the cores of nodes, of which node %d has %d thousandths, want 1 to %d", i, n.MilliCPU, int64(maxMemory))
		}
	}
	return nil
}

// vcpuOf returns the thousandths of a vCPU of an instance of so many MiB, 1 at least.
func (p *Platform) vcpuOf(mib int64) int64 {
	if p.MemoryPerCPU > 0 {
		return max(1, (2000*mib+p.MemoryPerCPU)/(2*p.MemoryPerCPU))
	}
	return p.MilliCPU
}

// occupyShared gives a slot to a request whose service shares the cores of its node, so
// that only its timeout is known. Both are events; it leaves by the first.
func (s *shard) occupyShared(d *deployment, id instanceID, rid requestID, now Time) {
	in, r := &s.instances[id], &s.requests[rid]
	s.judge(id, r)
	start, work := max(now, in.ready), s.workOf(r)
	if work != r.Service && in.served == 0 {
		s.lodgers[id].startup = max(0, work-r.Service)
	}
	service, good := s.outcomeOn(id, r, work)
	limit := s.limitOf(d, rid, start)
	if limit <= start || service == 0 { // it times out before it has been served, or needs no core
		r.start, r.end, r.status, r.started = min(start, limit), min(start, limit), good, start <= limit
		if limit < start || service > 0 {
			r.status = TimedOut
		}
		s.queue.add(start, keyOf(kindLeave, r.Function, r.ordinal), uint32(rid), r.gen)
		if s.patient || s.follower != nil {
			s.watch(d, rid, start)
		}
		return
	}
	r.start, r.end, r.status, r.started, r.computes = start, Never, good, true, false
	if limit < Never {
		s.queue.add(limit, keyOf(kindLeave, r.Function, r.ordinal), uint32(rid), r.gen)
	}
	if s.patient || s.follower != nil {
		s.watch(d, rid, Never)
	}
	if start > now {
		s.queue.add(start, keyOf(kindBegin, r.Function, r.ordinal), uint32(rid), r.gen)
		return
	}
	s.compete(d, id, rid, now)
}

// compete begins a service on the cores of its node.
func (s *shard) compete(d *deployment, id instanceID, rid requestID, now Time) {
	r, l := &s.requests[rid], &s.lodgers[id]
	p := &d.cluster.processors[l.node]
	p.catchUp(now)
	r.computes = true
	if l.computing++; l.computing == 1 {
		p.demand += d.milliCPU
	}
	p.add(task{p.attained.plus(s.serviceOf(r), 0), rid})
	s.reschedule(d.account, l.node)
}

// yieldCPU takes a request that leaves from the cores of its node. One that has not had its
// service by then has timed out, or is cut off.
func (s *shard) yieldCPU(d *deployment, id requestID, now Time) {
	r := &s.requests[id]
	if !r.computes {
		return
	}
	r.computes = false
	l := &s.lodgers[r.instance]
	p := &d.cluster.processors[l.node]
	p.catchUp(now)
	if r.end == Never {
		if r.end = now; !r.gone {
			r.status = TimedOut
		}
		p.tasks = slices.DeleteFunc(p.tasks, func(t task) bool { return t.id == id })
	}
	if l.computing--; l.computing == 0 {
		p.demand -= d.milliCPU
	}
	if len(p.tasks) == 0 {
		p.attained = attained{}
	}
	s.reschedule(d.account, l.node)
}

// reschedule renews the event of a node's cores where the first end has moved.
func (s *shard) reschedule(a *account, node uint32) {
	p := &a.cluster.processors[node]
	next := p.ends()
	if next == p.next {
		return
	}
	p.next = next
	p.moves++
	if next < Never {
		s.nodeEvent(a, next, node, nodeServes, p.moves)
	}
}

// nodeServed lets those leave whose service ends now. They leave in the order of all that
// leave at this time, which comes after what happens to nodes.
func (s *shard) nodeServed(a *account, e event) {
	p := &a.cluster.processors[e.ref]
	if uint32(e.gen) != p.moves {
		return
	}
	p.next = Never
	p.catchUp(e.at)
	for n := len(p.tasks); n > 0 && (e.at >= Never-1 || p.due(&p.tasks[n-1])); n-- {
		id := p.tasks[n-1].id
		r := &s.requests[id]
		r.end = e.at
		s.queue.add(e.at, keyOf(kindLeave, r.Function, r.ordinal), uint32(id), r.gen)
		p.tasks = p.tasks[:n-1]
	}
	s.reschedule(a, e.ref)
}
