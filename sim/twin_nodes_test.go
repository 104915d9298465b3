package sim

import (
	"cmp"
	"math"
	"slices"
)

// twinNode is a node that comes and goes, the slow way.
type twinNode struct {
	there, coming          bool
	down                   []*bool // its outages, each with whether it is a drain
	ordered, from, emptied Time
	drawn                  int // failures and returns
	visit                  int // counts when it came or left
}

func (n *twinNode) failed() (count int) {
	for _, drain := range n.down {
		if !*drain {
			count++
		}
	}
	return count
}

// startNodes readies those that are there from the start, and all scheduled outages.
func (t *twin) startNodes() {
	c := t.c.Platforms[0].Cluster
	if c == nil || len(t.deps) == 0 { // nobody runs there
		return
	}
	for range c.Nodes {
		t.nodes = append(t.nodes, &twinNode{there: true})
	}
	if c.Scaling != nil {
		for _, g := range c.Scaling.Groups {
			for i := g.Least; i < g.Count; i++ {
				t.nodes[g.First+i].there = false
			}
		}
	}
	for _, o := range c.Failures.Schedule {
		if o.At < t.c.Window.Horizon {
			until := Time(Never)
			if o.For > 0 {
				until = o.At + o.For
			}
			t.outage(o.Node, o.At, until, o.Drain, -1, func() {})
		}
	}
	for i, n := range t.nodes {
		if n.there {
			t.failsByItself(i)
		}
	}
}

// outage takes a node out for a time, if it is there then, and, where that says so, has
// been since its visit.
func (t *twin) outage(node int, at, until Time, drain bool, visit int, then func()) {
	what := uint64(2)
	if drain {
		what = 1
	}
	n := t.nodes[node]
	t.at(at, twinNodes, 0, uint64(node)*8+what, func() {
		if !n.there || visit >= 0 && n.visit != visit {
			return
		}
		visit = n.visit
		if !drain && n.failed() == 0 {
			t.tellNode(node, false)
		}
		me := &drain
		n.down = append(n.down, me)
		if drain {
			t.drain(node)
		} else {
			t.fail(node)
		}
		if until == Never {
			return
		}
		t.at(until, twinNodes, 0, uint64(node)*8, func() {
			if n.visit != visit {
				return
			}
			n.down = slices.DeleteFunc(n.down, func(o *bool) bool { return o == me })
			if !drain && n.failed() == 0 {
				n.ordered, n.from, n.emptied = t.now, t.now, t.now
			}
			if len(n.down) == 0 {
				if t.balancer != nil {
					t.sendOn(len(t.lines) - 1)
				}
				t.roomAt(t.now)
			}
			then()
		})
	})
}

// failsByItself draws when a node that is there fails, and is back.
func (t *twin) failsByItself(node int) {
	f := &t.c.Platforms[0].Cluster.Failures
	if f.MeanUp == 0 {
		return
	}
	n := t.nodes[node]
	draw := func(mean Time) Time {
		n.drawn++
		return Time(-float64(mean) * math.Log(NewStream(t.c.Key, PurposeNode, Mixed(uint64(node))).Uniform(uint64(n.drawn))))
	}
	n.drawn += n.drawn % 2
	at := t.now + draw(f.MeanUp)
	if at >= t.c.Window.Horizon {
		return
	}
	visit, number := n.visit, n.drawn
	down := Time(-float64(f.MeanDown) * math.Log(NewStream(t.c.Key, PurposeNode, Mixed(uint64(node))).Uniform(uint64(number)+1)))
	t.outage(node, at, at+down, false, visit, func() {
		n.drawn = number + 1
		t.failsByItself(node)
	})
}

func (t *twin) tellNode(node int, live bool) {
	n, horizon := t.nodes[node], t.c.Window.Horizon
	if n.ordered >= min(t.now, horizon) || len(t.deps) == 0 { // or nothing runs on them
		return
	}
	to := min(t.now, horizon)
	t.out.nodes = append(t.out.nodes, NodeLife{Ordered: n.ordered, From: min(n.from, to), To: to, Node: uint32(node), Type: t.c.Platforms[0].Cluster.Nodes[node].Type, Live: live || t.now > horizon})
}

// tellNodes tells of those that are there at the end.
func (t *twin) tellNodes() {
	t.now = max(t.now, t.c.Window.Horizon)
	for i, n := range t.nodes {
		if (n.there || n.coming) && n.failed() == 0 {
			t.tellNode(i, true)
		}
	}
}

// scanSoon lets the autoscaler look at the next multiple of its interval.
func (t *twin) scanSoon() {
	c := t.c.Platforms[0].Cluster
	if c == nil || c.Scaling == nil || t.scans {
		return
	}
	at := Time(0)
	for at < t.now {
		at += c.Scaling.Scan
	}
	t.scanAt(at)
}

func (t *twin) scanAt(at Time) {
	t.scans = true
	t.at(at, twinScan, 0, 0, func() {
		t.scans = false
		t.scan()
	})
}

// sizeOf counts the nodes of a group that are there or coming.
func (t *twin) sizeOf(g NodeGroup) (size int) {
	for _, n := range t.nodes[g.First : g.First+g.Count] {
		if n.there || n.coming {
			size++
		}
	}
	return size
}

// thereOf counts those that are there.
func (t *twin) thereOf(g NodeGroup) (there int) {
	for _, n := range t.nodes[g.First : g.First+g.Count] {
		if n.there {
			there++
		}
	}
	return there
}

func (t *twin) scan() {
	sc := t.c.Platforms[0].Cluster.Scaling
	wished := t.order()
	if t.now < t.c.Window.Horizon {
		t.leaveEmpty()
	}
	again := false
	for _, g := range sc.Groups {
		if t.now < t.c.Window.Horizon && (t.sizeOf(g) > g.Least || wished && t.sizeOf(g) < g.Count) {
			again = true
		}
	}
	if wished && slices.ContainsFunc(t.nodes, func(n *twinNode) bool { return n.coming }) {
		again = true
	}
	if again {
		t.scanAt(t.now + sc.Scan)
	}
}

// wishesFor counts the instances that a deployment would start, if it has no room.
func (t *twin) wishesFor(d *twinDep) int {
	p := &t.c.Platforms[0]
	if t.hasRoom(d) {
		return 0
	}
	waiting := len(d.waiting)
	if f := p.Limit.Function; f > 0 && d.flying+waiting > f {
		waiting = max(0, f-d.flying)
	}
	if a := p.Limit.Account; a > 0 && t.flying+waiting > a {
		waiting = max(0, a-t.flying)
	}
	n := 0
	for n*t.slots() < waiting {
		n++
	}
	switch {
	case d.autoscaler != nil && len(d.counted()) == 0:
		n = max(min(n, 1), d.wanted)
	case d.autoscaler != nil:
		n = d.wanted - len(d.counted())
	case p.Dispatch == QueueDispatch:
		for _, in := range d.instances {
			if in.warming {
				n--
			}
		}
	}
	n = max(n, 0)
	if d.have < d.target {
		n += d.target - d.have
	}
	for n > 0 && (p.Limit.Instances > 0 && len(d.instances)+n > p.Limit.Instances || p.Limit.Fleet > 0 && len(t.on(-1))+n > p.Limit.Fleet) {
		n--
	}
	return n
}

// order packs what is wished for, one after another.
func (t *twin) order() (some bool) {
	c := t.c.Platforms[0].Cluster
	type wish struct {
		d *twinDep
		need
	}
	var wishes []wish
	for _, d := range t.deps {
		for range t.wishesFor(d) {
			wishes = append(wishes, wish{d, t.needOf(d)})
		}
	}
	slices.SortStableFunc(wishes, func(a, b wish) int {
		return cmp.Or(cmp.Compare(b.memory, a.memory), cmp.Compare(b.milliGPU, a.milliGPU), cmp.Compare(a.d.first, b.d.first))
	})
	some = len(wishes) > 0
	var bins []need
	for i, n := range t.nodes {
		if n.coming {
			bins = append(bins, need{c.Nodes[i].Memory, c.Nodes[i].MilliGPU})
		}
	}
	fits := func(w, room need) bool { return w.memory <= room.memory && w.milliGPU <= room.milliGPU }
next:
	for _, w := range wishes {
		for i := range bins {
			if fits(w.need, bins[i]) {
				bins[i] = need{bins[i].memory - w.memory, bins[i].milliGPU - w.milliGPU}
				continue next
			}
		}
		for _, g := range c.Scaling.Groups {
			for i := g.First; i < g.First+g.Count; i++ {
				room := need{c.Nodes[i].Memory, c.Nodes[i].MilliGPU}
				if n := t.nodes[i]; !n.there && !n.coming && fits(w.need, room) {
					t.orderNode(i, g)
					bins = append(bins, need{room.memory - w.memory, room.milliGPU - w.milliGPU})
					continue next
				}
			}
		}
	}
	return some
}

func (t *twin) orderNode(i int, g NodeGroup) {
	n := t.nodes[i]
	n.coming, n.ordered, n.from = true, t.now, t.now
	if g.Start != nil {
		n.from += g.Start.Sample(NewStream(t.c.Key, PurposeNodeStart, Mixed(0)).Uniform(uint64(t.orders)))
	}
	t.orders++
	t.out.ordered++
	t.at(n.from, twinNodes, 0, uint64(i)*8+3, func() {
		n.there, n.coming = true, false
		n.emptied = t.now
		n.visit++
		t.failsByItself(i)
		t.roomAt(t.now)
		t.scanSoon()
	})
}

func (t *twin) leaveEmpty() {
	for i := len(t.nodes) - 1; i >= 0; i-- {
		for _, g := range t.c.Platforms[0].Cluster.Scaling.Groups {
			n := t.nodes[i]
			if i < g.First || i >= g.First+g.Count || !n.there || n.failed() > 0 || len(t.on(i)) > 0 || t.now-n.emptied < g.Idle || t.thereOf(g) == g.Least {
				continue
			}
			t.tellNode(i, false)
			n.there, n.down = false, nil
			n.visit++
			t.out.left++
		}
	}
}
