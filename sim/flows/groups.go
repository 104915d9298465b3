package flows

// groups are the messages of a queue in order, by their records' keys: of a group one
// delivery is under way at a time, and its messages are received in the order of their
// sends. Where records have no keys each is a group of its own, and needs none.
type groups struct {
	all    []group
	ready  struct{ head, tail int32 } // groups of which a message can be received
	wanted int64                      // messages of groups that no delivery has, of each at most a batch of them
	batch  int32                      // messages of a batch, at most
}

// group is messages that stay in order.
type group struct {
	waits   list
	out     int32 // messages that were received and are not done
	holder  int32 // the delivery that has them
	next    int32
	queued  bool  // among the ready
	visible int32 // of waits: those that can be received, once those before them are
	wanted  int32 // its part of groups.wanted
}

// ordered reports whether a queue's messages are in groups.
func (t *Trigger) ordered() bool { return t.Queue.FIFO && t.Keys != nil }

func (g *groups) init(t *Trigger) {
	g.ready.head, g.ready.tail = None, None
	g.batch = int32(max(1, t.Queue.Batch))
	if !t.ordered() {
		return
	}
	g.all = make([]group, len(t.Keys.Popularity))
	for k := range g.all {
		g.all[k] = group{next: None, holder: None}
		g.all[k].waits.reset()
	}
}

// joinGroup puts a message behind the others of its group.
func (a *actor) joinGroup(q *queueState, i int32) {
	a.push(&q.groups.all[a.mail.items[i].group].waits, i)
}

// receivable reports whether a message of a group can be received: by the delivery
// that is gathered where that has others of the group, else where nobody has.
func (a *actor) receivable(q *queueState, g *group) bool {
	for g.waits.n > 0 && a.mail.items[g.waits.head].gone {
		a.endMessage(a.pop(&g.waits))
		g.visible--
	}
	return g.waits.n > 0 && a.mail.items[g.waits.head].state == waits && (g.out == 0 || q.open != None && g.holder == q.open)
}

// stirGroup lets a group be received from, where it can be.
func (a *actor) stirGroup(q *queueState, k uint64) {
	g := &q.groups.all[k]
	a.recount(q, g)
	if g.queued || !a.receivable(q, g) {
		return
	}
	a.canReceive(q, g.waits.head)
	g.queued, g.next = true, None
	if q.groups.ready.head == None {
		q.groups.ready.head = int32(k)
	} else {
		q.groups.all[q.groups.ready.tail].next = int32(k)
	}
	q.groups.ready.tail = int32(k)
}

// groupReady reports whether a message of some group can be received.
func (a *actor) groupReady(q *queueState) bool {
	for q.groups.ready.head != None && !a.receivable(q, &q.groups.all[q.groups.ready.head]) {
		a.unqueueGroup(q)
	}
	return q.groups.ready.head != None
}

// unqueueGroup takes the first of the ready groups from among them.
func (a *actor) unqueueGroup(q *queueState) {
	g := &q.groups.all[q.groups.ready.head]
	q.groups.ready.head, g.queued = g.next, false
}

// nextOfGroups returns the message that is received next.
func (a *actor) nextOfGroups(q *queueState) int32 {
	return q.groups.all[q.groups.ready.head].waits.head
}

// takeOfGroups takes it, for the open delivery.
func (a *actor) takeOfGroups(q *queueState) {
	g := &q.groups.all[q.groups.ready.head]
	a.pop(&g.waits)
	g.visible--
	g.out++
	g.holder = q.open
	a.recount(q, g)
	if !a.receivable(q, g) {
		a.unqueueGroup(q)
		return
	}
	a.canReceive(q, g.waits.head)
}

// returnToGroup puts a message that failed before the others of its group.
func (a *actor) returnToGroup(q *queueState, i int32) {
	g := &q.groups.all[a.mail.items[i].group]
	g.out--
	a.pushFront(&g.waits, i)
}

// leaveGroup counts a message that is done, or dead, out of its group.
func (a *actor) leaveGroup(q *queueState, k uint64) {
	g := &q.groups.all[k]
	g.out--
	if g.queued && g.out == 0 && a.receivable(q, g) { // it was left among the ready when a delivery took it: its turn is now
		a.canReceive(q, g.waits.head)
	}
	a.stirGroup(q, k)
}

// recount counts what of a group waits for a batch to be gathered: nothing, where a delivery
// has some of it.
func (a *actor) recount(q *queueState, g *group) {
	n := int32(0)
	if g.out == 0 && a.receivable(q, g) {
		n = min(g.visible, q.groups.batch)
	}
	q.groups.wanted += int64(n - g.wanted)
	g.wanted = n
}
