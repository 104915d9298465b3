package flows

import "github.com/coldcurve/coldcurve/sim"

// mapStep begins items, so many at a time; it ends with the last of them, or fails when
// more have failed than it tolerates. The items of a distributed map are in batches,
// each the input of an execution of its own, under the children's engine.
func (a *actor) mapStep(i int32) {
	f := &a.frames.items[i]
	if reads := a.plan.reads[f.step]; reads != nil { // what the items are is listed first
		x := &a.execs.items[f.exec]
		f.wait = waitsForItems
		a.errand(&errand{
			uses: reads, to: a.frames.ref(refFrame, i), key: f.stepKey, attempt: f.attempt, place: x.engine.Place,
			input: f.payload, records: f.records, lin: x.lin, cause: f.askCause(x), until: a.now,
		}, a.now)
		return
	}
	a.mapItems(i)
}

// mapItems begins the items.
func (a *actor) mapItems(i int32) {
	f := &a.frames.items[i]
	m := a.g.Steps[f.step].Map
	items := m.Items.Sample(a.uniform(drawItems, a.keyOf(f), 0))
	if m.Distributed {
		items = (items + int64(max(1, m.Batch)) - 1) / int64(max(1, m.Batch))
	}
	if items > a.most.items {
		a.exceedsAt(f.step, "items of a map", a.most.items)
	}
	if items <= 0 {
		a.carry(f.exec, -f.payload)
		f.payload = 0
		a.leaveStep(i, a.g.Steps[f.step].Next)
		return
	}
	atOnce := items
	if most := a.mostItems(i); most > 0 {
		atOnce = min(atOnce, most)
	}
	a.moreItems(i, a.awaitChildren(i, items, atOnce), noPath)
}

// mostItems is how many items of a map run at a time; 0: all.
func (a *actor) mostItems(i int32) int64 {
	f := &a.frames.items[i]
	m, e := a.g.Steps[f.step].Map, a.execs.items[f.exec].engine
	switch {
	case m.Concurrency > 0:
		return int64(m.Concurrency)
	case m.Distributed:
		return 0
	}
	return int64(e.Concurrency)
}

// moreItems begins items of a map while there is room: at a time, because of an item
// that has ended, if any.
func (a *actor) moreItems(i int32, at sim.Time, after path) {
	most := a.mostItems(i)
	for {
		f := &a.frames.items[i]
		if f.next >= f.items || most > 0 && int64(f.left) >= most {
			break
		}
		s := &a.g.Steps[f.step]
		x := &a.execs.items[f.exec]
		n := f.next
		f.next++
		if items := int64(x.engine.Counts.Item); items > 0 {
			x.transitions += uint64(items)
			a.counts.use(x.lin, s.Owner, f.stateCause(x), x.engine.Transitions, items)
		}
		key := sim.MadeKey(f.stepKey, uint32(f.attempt), uint32(n))
		if s.Map.Distributed {
			a.addChildExecution(i, n, key, at, after)
		} else {
			if a.overrun(f.exec, eventsOfItem) {
				a.dropPath(after)
				return
			}
			a.addChild(f.exec, i, s.Map.First, key, uint32(n), a.itemSize(i, n), at, after)
			a.frames.items[a.frames.items[i].child].records = batch{}
		}
		after = noPath
	}
	a.dropPath(after)
}

// itemSize is the size of an item: as it is drawn, whichever attempt, or its share of the input.
func (a *actor) itemSize(i int32, n int64) int64 {
	f := &a.frames.items[i]
	m := a.g.Steps[f.step].Map
	return a.bytes(m.Size, f.payload/f.items, drawSize, sim.MadeKey(f.stepKey, 0, uint32(n)))
}

// addChildExecution begins a batch of items of a distributed map, when the limit of the
// engine's starts lets it.
func (a *actor) addChildExecution(i int32, n int64, key uint64, at sim.Time, after path) {
	f := &a.frames.items[i]
	step := f.step
	s := &a.g.Steps[step]
	batched := int64(max(1, s.Map.Batch))
	size := a.itemSize(i, n)
	if s.Map.Size != nil {
		for k := int64(1); k < batched; k++ {
			size += a.bytes(s.Map.Size, 0, drawSize, sim.MadeKey(f.stepKey, uint32(k), uint32(n)))
		}
	}
	parent := &a.execs.items[f.exec]
	e := a.g.childEngine(s)
	if b := a.plan.child[step]; b != None {
		let := a.quotas[b].parts[0].reserve(a.now, 1)
		a.counts.waits(parent.lin, b, let-at)
		at = max(at, let)
	}
	exec := a.newExecution(execution{flow: parent.flow, engine: e, states: a.plan.childStates[step], payload: a.plan.childMost[step], key: key, lin: parent.lin, cause: f.stateCause(parent), child: true, began: at})
	if parent = &a.execs.items[a.frames.items[i].exec]; parent.lin.counted {
		a.counts.flows[parent.flow].Children++
	}
	c := a.addChild(exec, i, s.Map.First, key, uint32(n), size, at+a.delay(e.Start, drawStart, key, 0), after)
	a.execs.items[exec].root = c
	child := &a.frames.items[c]
	child.records, child.fresh = batch{None, int32(batched)}, true
	if l := a.plan.childLimit[step]; l != None {
		a.limit(l, c, at+a.plan.limits[l], true)
	}
}
