package flows

import "github.com/coldcurve/coldcurve/sim"

// parallelStep begins all branches.
func (a *actor) parallelStep(i int32) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	f.left, f.failed = int32(len(s.Branches)), 0
	f.items, f.next = int64(len(s.Branches)), int64(len(s.Branches))
	key, exec, payload := a.keyOf(f), f.exec, f.payload
	var made []int32
	for b, first := range s.Branches {
		made = append(made, a.addChild(exec, i, first, sim.MadeKey(key, uint32(f.attempt), uint32(b)), uint32(b), payload))
	}
	for _, c := range made {
		a.enter(c)
	}
}

// mapStep begins as many items as its concurrency lets it.
func (a *actor) mapStep(i int32) {
	f := &a.frames.items[i]
	m := a.g.Steps[f.step].Map
	f.items = max(0, m.Items.Sample(a.uniform(drawItems, a.keyOf(f), 0)))
	f.left, f.next, f.failed = 0, 0, 0
	if f.items == 0 {
		a.leaveStep(i, a.g.Steps[f.step].Next)
		return
	}
	a.moreItems(i)
}

// moreItems begins items of a map while there is room.
func (a *actor) moreItems(i int32) {
	s := &a.g.Steps[a.frames.items[i].step]
	most := int32(s.Map.Concurrency)
	if most == 0 {
		most = int32(a.g.Flows[s.Flow].Engine.Concurrency)
	}
	for {
		f := &a.frames.items[i]
		if f.next >= f.items || most > 0 && f.left >= most {
			return
		}
		n := f.next
		f.next++
		f.left++
		payload := a.bytes(s.Map.Size, f.payload/max(1, f.items), drawSize, sim.MadeKey(a.keyOf(f), 0, uint32(n)))
		a.enter(a.addChild(f.exec, i, s.Map.First, sim.MadeKey(a.keyOf(f), uint32(f.attempt), uint32(n)), uint32(n), payload))
	}
}

// addChild makes a frame below another.
func (a *actor) addChild(exec, parent, first int32, key uint64, index uint32, payload int64) int32 {
	c := a.newFrame(exec, parent, first, key, index, payload)
	p := &a.frames.items[parent]
	a.frames.items[c].sibling, p.child = p.child, c
	return c
}

// childEnded counts a branch or an item down.
func (a *actor) childEnded(parent, child int32, f *frame, w answer) {
	a.unlink(parent, child, f.sibling)
	p := &a.frames.items[parent]
	s := &a.g.Steps[p.step]
	p.left--
	if w.errors != 0 {
		p.failed++
		if s.Kind == ParallelStep || float64(p.failed) > s.Map.Tolerate*float64(p.items) {
			a.cancelChildren(parent)
			a.renew(parent)
			a.failStep(parent, w.errors)
			return
		}
	}
	if s.Kind == MapStep {
		a.moreItems(parent)
		p = &a.frames.items[parent]
	}
	if p.left == 0 && p.next >= p.items {
		a.leaveStep(parent, s.Next)
	}
}
