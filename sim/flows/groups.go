package flows

// groups are the messages of a queue in order by group: of a group one delivery is
// under way at a time, and its messages are received in the order of their sends.
type groups struct {
	by    map[uint64]int32
	all   pool[group]
	ready struct{ head, tail int32 } // groups of which a message can be received
}

// group is messages that stay in order.
type group struct {
	key    uint64
	waits  list
	out    int32 // messages that were received and are not done
	holder int32 // the delivery that has them
	next   int32
	queued bool // among the ready
}

func (g *groups) init() {
	g.by = map[uint64]int32{}
	g.ready.head, g.ready.tail = None, None
}

// joinGroup puts a message behind the others of its group.
func (a *actor) joinGroup(q *queueState, i int32) {
	key := a.mail.items[i].group
	k, ok := q.groups.by[key]
	if !ok {
		k = q.groups.all.take()
		q.groups.all.items[k] = group{key: key, next: None, holder: None}
		q.groups.all.items[k].waits.reset()
		q.groups.by[key] = k
	}
	a.push(&q.groups.all.items[k].waits, i)
}

// receivable reports whether a message of a group can be received: by the delivery
// that is gathered where that has others of the group, else where nobody has.
func (a *actor) receivable(q *queueState, g *group) bool {
	for g.waits.n > 0 && a.mail.items[g.waits.head].gone {
		a.endMessage(a.pop(&g.waits))
	}
	return g.waits.n > 0 && a.mail.items[g.waits.head].state == waits && (g.out == 0 || q.open != None && g.holder == q.open)
}

// stirGroup lets a group be received from, where it can be; one without messages is forgotten.
func (a *actor) stirGroup(q *queueState, key uint64) {
	k, ok := q.groups.by[key]
	if !ok {
		return
	}
	g := &q.groups.all.items[k]
	switch {
	case g.queued:
	case a.receivable(q, g):
		g.queued, g.next = true, None
		if q.groups.ready.head == None {
			q.groups.ready.head = k
		} else {
			q.groups.all.items[q.groups.ready.tail].next = k
		}
		q.groups.ready.tail = k
	case g.waits.n == 0 && g.out == 0:
		delete(q.groups.by, key)
		q.groups.all.release(k)
	}
}

// groupReady reports whether a message of some group can be received.
func (a *actor) groupReady(q *queueState) bool {
	for k := q.groups.ready.head; k != None; k = q.groups.ready.head {
		g := &q.groups.all.items[k]
		if a.receivable(q, g) {
			return true
		}
		a.unqueueGroup(q)
		a.stirGroup(q, g.key)
	}
	return false
}

// unqueueGroup takes the first of the ready groups from among them.
func (a *actor) unqueueGroup(q *queueState) {
	g := &q.groups.all.items[q.groups.ready.head]
	q.groups.ready.head, g.queued = g.next, false
}

// nextOfGroups returns the message that is received next.
func (a *actor) nextOfGroups(q *queueState) int32 {
	return q.groups.all.items[q.groups.ready.head].waits.head
}

// takeOfGroups takes it, for the open delivery.
func (a *actor) takeOfGroups(q *queueState) {
	g := &q.groups.all.items[q.groups.ready.head]
	a.pop(&g.waits)
	g.out++
	g.holder = q.open
	if !a.receivable(q, g) {
		a.unqueueGroup(q)
	}
}

// returnToGroup puts a message that failed before the others of its group.
func (a *actor) returnToGroup(q *queueState, i int32) {
	g := &q.groups.all.items[q.groups.by[a.mail.items[i].group]]
	g.out--
	a.pushFront(&g.waits, i)
}

// leaveGroup counts a message that is done, or dead, out of its group.
func (a *actor) leaveGroup(q *queueState, key uint64) {
	q.groups.all.items[q.groups.by[key]].out--
	a.stirGroup(q, key)
}
