package flows

import "github.com/coldcurve/coldcurve/sim"

// awaitChildren makes a frame wait for children, which begin at the time that it returns:
// after what the engine takes to begin so many.
func (a *actor) awaitChildren(i int32, all, atOnce int64) sim.Time {
	f := &a.frames.items[i]
	x := &a.execs.items[f.exec]
	f.left, f.next, f.failed, f.sum, f.items = 0, 0, 0, 0, all
	a.handDown(f)
	at := a.now + a.fanOut(x.engine, atOnce, f.stepKey, f.attempt)
	f.asked = at
	return at
}

// fanOut is what tasks that begin together add.
func (a *actor) fanOut(e *Engine, tasks int64, key uint64, attempt uint16) sim.Time {
	if len(e.FanOut) == 0 || tasks == 0 {
		return 0
	}
	u := a.uniform(drawFanOut, key, attempt)
	k := 0
	for k < len(e.FanOut)-1 && int64(e.FanOut[k+1].Tasks) <= tasks {
		k++
	}
	low := e.FanOut[k].Delay.Sample(u)
	if k == len(e.FanOut)-1 || tasks <= int64(e.FanOut[k].Tasks) {
		return low
	}
	part := float64(tasks-int64(e.FanOut[k].Tasks)) / float64(e.FanOut[k+1].Tasks-e.FanOut[k].Tasks)
	return low + sim.Time(part*float64(e.FanOut[k+1].Delay.Sample(u)-low))
}

// addChild makes a frame below another, of the same execution or of one of its own.
// What has determined when it begins is the path that it continues.
func (a *actor) addChild(exec, parent, first int32, key uint64, index uint32, payload int64, at sim.Time, after path) int32 {
	c := a.newFrame(exec, parent, first, key, index, payload)
	p := &a.frames.items[parent]
	f := &a.frames.items[c]
	f.sibling, f.records, f.fresh = p.child, p.records, p.fresh
	f.above, f.retried = p.again, p.retried || p.attempt > 0
	if p.child != None {
		a.frames.items[p.child].before = c
	}
	p.child = c
	p.left++
	f.path = after
	f.wait = waitsToEnter
	if at <= a.now {
		a.ready(c)
	} else {
		a.wake(at, key, a.frames.ref(refFrame, c))
	}
	return c
}

// unlink takes an ended child from its parent's list.
func (a *actor) unlink(parent int32, f *frame) {
	if f.before == None {
		a.frames.items[parent].child = f.sibling
	} else {
		a.frames.items[f.before].sibling = f.sibling
	}
	if f.sibling != None {
		a.frames.items[f.sibling].before = f.before
	}
}

// childEnded is told how a branch or an item ended. Its frame is gone.
func (a *actor) childEnded(parent int32, f *frame, w answer) {
	a.unlink(parent, f)
	p := &a.frames.items[parent]
	s := &a.g.Steps[p.step]
	p.left--
	p.sum += w.bytes
	p.billed = p.billed || f.paid || s.Map != nil && s.Map.Distributed
	after := f.path
	if w.errors != 0 {
		p.failed++
		if s.Kind == ParallelStep || float64(p.failed) > s.Map.Tolerate*float64(p.items) {
			a.cancelChildren(parent)
			a.childrenOver(parent, after)
			a.failStep(parent, w.errors)
			return
		}
	}
	if s.Kind == MapStep && p.next < p.items {
		a.moreItems(parent, a.now, after)
		return
	}
	if p.left > 0 {
		a.dropPath(after)
		return
	}
	a.childrenOver(parent, after)
	p = &a.frames.items[parent]
	a.carry(p.exec, p.sum-p.payload)
	p.payload = p.sum
	a.leaveStep(parent, s.Next)
}

// childrenOver is the end of what a frame waits for: by the end of the child whose path
// this is.
func (a *actor) childrenOver(i int32, last path) {
	f := &a.frames.items[i]
	a.takeBack(f)
	a.waited(f)
	f.inner = last
	f.fresh = false
}
