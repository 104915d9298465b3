package flows

import (
	"fmt"

	"github.com/coldcurve/coldcurve/sim"
)

// App runs a graph: the sim.FollowerFactory of one run.
type App struct {
	graph *Graph
	key   sim.RunKey
	tally *Tally
}

// New returns the application of one run.
func New(g *Graph, key sim.RunKey) *App { return &App{graph: g, key: key} }

var _ sim.FollowerFactory = (*App)(nil)

// New implements sim.FollowerFactory.
func (a *App) New() sim.Follower { return newActor(a.graph, a.key) }

// Ran implements sim.FollowerFactory: it adds up what the shards counted.
func (a *App) Ran(shards []sim.Follower) {
	a.tally = newTally(a.graph)
	var actors []*actor
	for _, s := range shards {
		of := s.(*actor)
		of.finish()
		of.finishTriggers()
		of.leaveOpen()
		actors = append(actors, of)
		t := of.counts.tally()
		t.Limits = of.demands()
		a.tally.Merge(t)
	}
	a.tally.Merge(a.idle(actors))
	a.tally.Merge(a.graph.standing())
}

// Tally is what the application did in its run; nil before it has gone well.
func (a *App) Tally() *Tally { return a.tally }

// lineage is where something came from.
type lineage struct {
	trigger int32  // whose arrival it was
	counted bool   // that arrived in the window
	sent    bool   // by a message on the way, which is an event of its own
	record  uint64 // key of the arrival, of a batch that of its first; 0: none
}

// actor is an application in one shard.
type actor struct {
	g      *Graph
	plan   *plan
	most   bounds
	draws  draws
	now    sim.Time
	next   *sim.Next
	counts counts

	execs   pool[execution]
	frames  pool[frame]
	calls   pool[call]
	bodies  pool[body]
	answers pool[pending]
	delayed pool[start] // that come later
	links   pool[link]  // of critical paths; their places are freed without a new generation
	loops   pool[[]uint32]
	events  map[uint64]open // by key of the arrival: what is not whole; nil: what nobody waits for is not in the graph

	names      []uint64 // of triggers, hashed
	triggers   []triggerState
	sets       pool[recordSet]
	mail       pool[message]
	sendings   pool[sending]
	callers    pool[caller]
	deliveries pool[delivery]
	stay       []uint64 // scratch of findGood: groups of which a message stays

	readied   []ref // frames that enter a step next
	serial    uint32
	deadlines []deadlines  // by plan.limits
	quotas    []quotaState // by plan.quotas
	dataKeys  map[holder]heldKey
	slots     []slotState     // by plan.slots
	waiting   []waitingStarts // by plan.rooms
	polls     []pollState     // by plan.polls

	serving
}

func newActor(g *Graph, key sim.RunKey) *actor {
	p := newPlan(g)
	a := &actor{
		g: g, plan: p, most: g.most.orMost(), draws: newDraws(key), counts: newCounts(g), serving: newServing(g, p), deadlines: make([]deadlines, len(p.limits)), slots: make([]slotState, len(p.slots)),
		waiting: make([]waitingStarts, len(p.rooms)), triggers: make([]triggerState, len(g.Triggers)),
	}
	for k := range g.Triggers {
		a.names = append(a.names, sim.HashName(g.Triggers[k].Name))
	}
	for _, q := range p.polls {
		a.polls = append(a.polls, pollState{last: make([]sim.Time, max(1, q.Queues))})
	}
	if g.goesOn() {
		a.events = map[uint64]open{}
	}
	a.quotas, a.dataKeys = a.newQuotas(), map[holder]heldKey{}
	return a
}

var _ sim.Actor = (*actor)(nil)

// Arrived implements sim.Actor: a trigger's arrival.
func (a *actor) Arrived(in sim.Arrived, next *sim.Next) {
	a.now, a.next = in.Arrival, next
	a.arrived(a.plan.triggers[in.Function], in.Ordinal)
	a.settle()
}

// Due implements sim.Actor.
func (a *actor) Due(now sim.Time, t sim.Timer, next *sim.Next) {
	a.now, a.next = now, next
	a.due(ref(t.Ref))
	a.settle()
}

// Began implements sim.Actor.
func (a *actor) Began(b sim.Began, next *sim.Next) {
	a.now, a.next = b.Now, next
	a.began(&b)
	a.settle()
}

// Computed implements sim.Actor.
func (a *actor) Computed(c sim.Computed, next *sim.Next) {
	a.now, a.next = c.Now, next
	a.computed(&c)
	a.settle()
}

// Ended implements sim.Follower.
func (a *actor) Ended(e sim.End, next *sim.Next) {
	a.now, a.next = e.Now, next
	a.ended(&e)
	a.settle()
}

// wake sets a timer for what a ref names. Timers of the same time go by key.
func (a *actor) wake(at sim.Time, key uint64, who ref) {
	a.next.Wake(sim.Timer{At: at, Key: key, Ref: uint64(who)})
}

// due tells who has set a timer.
func (a *actor) due(who ref) {
	switch who.kind() {
	case refFrame:
		a.frameDue(who)
	case refDeadline:
		a.deadlineDue(who)
	case refAnswer:
		a.answerDue(who)
	case refMessage:
		a.messageDue(who)
	case refHTTP:
		a.callerDue(who)
	case refPatience:
		a.patienceDue(who.place())
	case refQueue:
		a.queueDue(who)
	case refBatch:
		a.batchDue(who)
	case refStream:
		a.streamDue(who)
	case refStart:
		a.startDue(who)
	case refUse:
		a.errandDue(who)
	case refOp:
		a.opDue(who)
	case refBody:
		a.bodyDue(who)
	case refRoute:
		a.probeDue(who)
	default:
		panic(fmt.Sprintf("flows: a timer of kind %d", who.kind()))
	}
}

// answer is how something ended that somebody waits for.
type answer struct {
	errors Errors // 0: well
	bytes  int64
	parts  parts // of the time from when it was asked
	timed  bool  // parts are known; else all of it was for what was asked
	billed bool  // something of what was asked for, whether it ended well or not
	turned bool  // what was asked for is too large, so that nothing was started
}

// startsNothing reports whether who was to start something has turned that away.
func (w *answer) startsNothing() bool { return w.errors&OnThrottled != 0 || w.turned }

// tell gives an answer, now.
func (a *actor) tell(who ref, w answer) {
	switch who.kind() {
	case refNobody:
	case refFrame:
		a.frameAnswered(who, w)
	case refMessage:
		a.messageAnswered(who, w)
	case refSending:
		a.sendingAnswered(who, w)
	case refHTTP:
		a.callerAnswered(who, w)
	case refBatch:
		a.batchAnswered(who, w)
	case refStream:
		a.laneAnswered(who, w)
	case refUse:
		a.errandAnswered(who, w)
	case refOp:
		a.opAnswered(who, w)
	case refBody:
		a.bodyAnswered(who, a.now, w)
	case refRoute:
		a.routeAnswered(who, w)
	default:
		panic(fmt.Sprintf("flows: an answer to kind %d", who.kind()))
	}
}
