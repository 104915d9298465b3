package flows

import "github.com/coldcurve/coldcurve/sim"

// path is a critical path under way: the steps that determined when a list of steps
// came to where it is. Of the branches of a parallel, and the items of a map, it goes
// through the one that ended last; an item that could begin because another one ended
// continues that one's.
type path struct {
	first, last int32    // links; None: none
	sum         sim.Time // of their times
}

// link is a step of a path.
type link struct {
	before int32 // None: it is the first
	step   int32
	time   sim.Time
}

// extend adds a step to a path.
func (a *actor) extend(p *path, step int32, time sim.Time) {
	if a.links.live() >= mostLinks {
		a.exceedsAt(step, "steps of critical paths under way", mostLinks)
	}
	i := a.links.take()
	a.links.items[i] = link{p.last, step, time}
	p.sum += time
	if p.last = i; p.first == None {
		p.first = i
	}
}

// through goes on after another path: that of the child that a step has waited for last.
func (a *actor) through(p *path, child path) {
	if child.last == None {
		return
	}
	a.links.items[child.first].before = p.last
	p.sum += child.sum
	if p.last = child.last; p.first == None {
		p.first = child.first
	}
}

// dropPath frees a path.
func (a *actor) dropPath(p path) {
	for i := p.last; i != None; {
		before := a.links.items[i].before
		a.links.free = append(a.links.free, i)
		i = before
	}
}

// countPath counts a path that has determined the end of an execution.
func (a *actor) countPath(p path) {
	for i := p.last; i != None; i = a.links.items[i].before {
		l := &a.links.items[i]
		t := &a.counts.steps[l.step]
		t.OnPath++
		t.Critical.Add(l.time)
	}
}

// noPath is one without a step.
var noPath = path{None, None, 0}
