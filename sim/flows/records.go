package flows

// batch is records that are handed on together. What is made of them keeps their keys
// until it has ended.
type batch struct {
	set int32 // place in actor.sets; None where they have no keys of their own
	n   int32 // records; 0: it is none
}

// recordSet is the keys of a batch's records, in order, and how many keep them.
type recordSet struct {
	keys  []uint64
	holds int32
}

// newBatch returns a batch without records, kept once, for about so many.
func (a *actor) newBatch(n int) batch {
	i := a.sets.take()
	s := &a.sets.items[i]
	if s.keys == nil {
		s.keys = make([]uint64, 0, n)
	}
	s.keys, s.holds = s.keys[:0], 1
	return batch{set: i}
}

// addRecord puts a record behind the others.
func (a *actor) addRecord(b *batch, key uint64) {
	s := &a.sets.items[b.set]
	s.keys = append(s.keys, key)
	b.n++
}

// hold keeps the records of a batch once more.
func (a *actor) hold(b batch) {
	if b.n > 0 && b.set != None {
		a.sets.items[b.set].holds++
	}
}

// drop lets the records of a batch go.
func (a *actor) drop(b batch) {
	if b.n == 0 || b.set == None {
		return
	}
	s := &a.sets.items[b.set]
	if s.holds--; s.holds == 0 {
		a.sets.release(b.set)
	}
}
