package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Batch sizes: an outcome batch and a source buffer of some 12 kB each stay in
// the first-level cache together with a shard's own state.
const (
	sourceBatch  = 512
	outcomeBatch = 192
	recordBatch  = 64
)

// maxTime bounds when a follower's requests arrive, which ends of long lines lead
// to, so that the sum of any two is a Time.
const maxTime Time = 1 << 61

// function is what a shard keeps of a function for each of its invocations.
type function struct {
	id      uint32
	dep     depIndex
	ordinal uint32 // of its next invocation
	made    uint32 // requests that the simulation made for it
	hasCold bool   // its cold requests have a service time of their own
	fails   bool   // part of its services do, or of its initialisations
	open    bool   // its services end when the actor says so
	outside bool   // it has no deployment: the actor is told of its invocations
	timeout Time
}

// startSpec is what a cold start of a function needs.
type startSpec struct {
	init Init
	cold Sampler

	error     float64 // part of its services that fail
	errorTime Sampler // how long those take; nil: as long as they would
	initError float64 // part of its initialisations that fail

	key uint64

	patience Time // of its clients; 0: they wait for ever

	past past // of its requests, where it is asked for

	limits limits // of its requests in service, where servers serve them
}

// shard runs one set of functions that nothing outside it can influence. A
// worker uses one shard after another on the same memory.
type shard struct {
	config    *Config
	window    Window
	all       []Function
	platforms []platform
	accounts  []account // of each platform
	local     []localFn // function index → local index, of the functions in the shard
	fns       []function
	starts    []startSpec // of each of fns
	deps      []deployment
	rests     []rest // of each of deps
	instances []instance
	births    []birth // of each of instances
	free      []instanceID
	stations  []station  // of each of instances, where the platform has servers
	seats     []seat     // of each of instances, where the reuse rule is LeastLoaded
	lodgers   []lodger   // of each of instances, where the platform has nodes
	nodeSeats []nodeSeat // where requests are sent to nodes
	sent      []uint32   // of each of requests the node that it has been sent to, where the placement sends them
	waiters   []waiter   // of each of requests, where they wait in another order than FIFO
	requests  []request
	ended     []requestID // free places of requests
	origins   []origin    // of each of requests, where there is a follower
	queue     queue
	later     later // what the follower said
	now       Time
	follower  Follower
	actor     Actor    // the follower, where it is one
	next      Next     // what the follower says
	heard     Follower // of the part that ran last
	patient   bool     // a function's clients give up
	late      uint64   // odd while an event is carried out that comes after who wants room is called; each has its own

	plain   plain
	onPlain bool
	joint   joint
	alone   request // what the plain path tells of
	general bool    // never take the plain path

	plainShards, leftPlain int // those that took it, and those that left it before their end
	jointShards            int

	input      []Invocation
	outcomes   *[outcomeBatch]Outcome
	recorded   int                    // of outcomes
	scratch    *[outcomeBatch]Outcome // of warm runs, for observers that want outcomes
	inits      []InitWait
	lives      []Life
	nodeLives  []NodeLife
	activities []Activity
	served     []Served
	works      []Work
	endings    []ServerEnd // of the server that moves
	observers  observers
	arrivals   int64
	clamped    int64     // durations at the bound
	failsBy    FailCause // what makes requests fail now that neither they nor their initialisation do
	touched    Time      // keeps the loads of touch

	wanted  []Standby    // what a PlanningKeepAlive wants
	staying []instanceID // those that may stay for it
}

// observers are a worker's observers by what they want.
type observers struct {
	requests   []Observer
	warm       []WarmObserver
	unrolled   []Observer // those of requests that do not take warm runs
	inits      []InitObserver
	lives      []LifeObserver
	activities []ActivityObserver
	nodes      []NodeObserver
	served     []ServedObserver
	works      []WorkObserver
	shards     []ShardObserver
}

func sortObservers(list []Observer) observers {
	o := observers{requests: list}
	for _, x := range list {
		if w, ok := x.(WarmObserver); ok {
			o.warm = append(o.warm, w)
		} else {
			o.unrolled = append(o.unrolled, x)
		}
		if i, ok := x.(InitObserver); ok {
			o.inits = append(o.inits, i)
		}
		if l, ok := x.(LifeObserver); ok {
			o.lives = append(o.lives, l)
		}
		if a, ok := x.(ActivityObserver); ok {
			o.activities = append(o.activities, a)
		}
		if n, ok := x.(NodeObserver); ok {
			o.nodes = append(o.nodes, n)
		}
		if v, ok := x.(ServedObserver); ok {
			o.served = append(o.served, v)
		}
		if w, ok := x.(WorkObserver); ok {
			o.works = append(o.works, w)
		}
		if s, ok := x.(ShardObserver); ok {
			o.shards = append(o.shards, s)
		}
	}
	return o
}

// newShard readies a worker. enforced tells of each platform whether its
// account limit is to be enforced.
func newShard(c *Config, plan *partition, list []Observer, enforced []bool) *shard {
	s := &shard{
		config:     c,
		window:     c.Window,
		all:        plan.functions,
		general:    c.general,
		local:      make([]localFn, len(plan.functions)),
		input:      make([]Invocation, sourceBatch),
		outcomes:   new([outcomeBatch]Outcome),
		scratch:    new([outcomeBatch]Outcome),
		inits:      make([]InitWait, 0, recordBatch),
		lives:      make([]Life, 0, recordBatch),
		activities: make([]Activity, 0, recordBatch),
		observers:  sortObservers(list),
	}
	for k := range c.Platforms {
		p, a := &c.Platforms[k], account{platform: PlatformID(k), fleet: int32(c.Platforms[k].Limit.Fleet)}
		a.bounded = a.fleet > 0 || p.Cluster != nil
		if enforced[k] {
			a.limit, a.bound = int32(p.Limit.Account), p.Limit.Requests.times(p.Limit.Account)
		}
		s.platforms = append(s.platforms, newPlatform(PlatformID(k), p, int(a.limit)))
		s.accounts = append(s.accounts, a)
	}
	return s
}

// run runs the functions of one part of the partition.
func (s *shard) run(ctx context.Context, part []uint32, plan *partition) (err error) {
	s.setUp(part, plan)
	s.enterPlain()
	source, err := s.config.Workload.Open(s.config.Key, part)
	if err != nil {
		return fmt.Errorf("opening the invocations of %s: %w", s.all[part[0]].ID(), err)
	}
	defer func() { err = errors.Join(err, closeSource(source)) }()
	if err := s.replay(ctx, source); err != nil {
		return err
	}
	s.finish()
	for _, o := range s.observers.shards {
		o.ShardDone(part)
	}
	return nil
}

// replay merges the arrivals of the source with the queue of pending events.
func (s *shard) replay(ctx context.Context, source Source) error {
	input := s.input
	if s.joint.on {
		input = s.joint.input
	}
	for {
		n, err := source.Next(input)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading invocations: %w", err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		batch := input[:n]
		if s.onPlain {
			batch = batch[s.replayPlain(&s.deps[0], &s.plain, batch):]
		} else if s.joint.on {
			batch = batch[s.replayJoint(batch):]
		}
		for i := range batch {
			if i%lookAhead == 0 && len(s.deps) > 1 {
				s.touch(batch[i:min(i+lookAhead, len(batch))])
			}
			inv := &batch[i]
			if inv.Arrival >= s.window.Horizon {
				return nil
			}
			if inv.Arrival < s.now || uint64(inv.Service) > uint64(Longest) || s.fns[s.local[inv.Function]].ordinal >= madeOrdinal {
				return s.refuse(inv)
			}
			if inv.Service == Longest {
				s.clamped++
			}
			for key := keyOf(kindArrival, inv.Function, 0); s.queue.due(inv.Arrival, key) || s.later.due(inv.Arrival, key); {
				s.step()
			}
			s.now = inv.Arrival
			s.arrive(inv)
		}
	}
}

// lookAhead is how many invocations touch looks at: what they need stays in
// the first-level cache until they are reached.
const lookAhead = 64

// touch reads what the next invocations of many functions will need. Its loads
// do not depend on each other, so the cache misses that would stall each
// invocation in turn overlap. It goes over them once for each step of the way,
// since a branch that is guessed wrong while its load is awaited would hold up
// the loads behind it.
func (s *shard) touch(batch []Invocation) {
	var sum Time
	for i := range batch {
		d := s.deploymentOf(&batch[i])
		sum += d.earliest + Time(d.busy)
	}
	for i := range batch {
		if ids := s.deploymentOf(&batch[i]).idle.all(); len(ids) > 0 {
			sum += Time(ids[len(ids)-1])
		}
	}
	for i := range batch {
		if ids := s.deploymentOf(&batch[i]).idle.all(); len(ids) > 0 {
			sum += s.instances[ids[len(ids)-1]].idle
		}
	}
	s.touched = sum
}

func (s *shard) deploymentOf(inv *Invocation) *deployment {
	return &s.deps[s.fns[s.local[inv.Function]].dep]
}

func (s *shard) refuse(inv *Invocation) error {
	name := s.all[inv.Function].ID()
	if inv.Arrival < s.now {
		return fmt.Errorf("invocation of %s arrives at %d ns, after one at %d ns was read: arrivals must not go backwards", name, inv.Arrival, s.now)
	}
	if uint64(inv.Service) > uint64(Longest) {
		return fmt.Errorf("invocation of %s has a service time of %d ns, want 0 to %d", name, inv.Service, Longest)
	}
	return fmt.Errorf("%s has more than %d invocations", name, madeOrdinal)
}

// step takes the next event from the queue and carries it out.
func (s *shard) step() {
	if l := s.later.heap; len(l) > 0 && !s.queue.due(l[0].at, l[0].key) {
		s.carryOn()
		return
	}
	e := s.queue.pop()
	s.now = e.at
	switch e.key.kind() {
	case kindNode:
		s.turns(e)
	case kindLeave:
		s.leave(e)
	case kindServer:
		s.moved(e)
	case kindBegin:
		s.beginBound(e)
	case kindReady:
		s.becomeReady(e)
	case kindGiveUp:
		s.deadline(e)
	case kindRoom:
		s.called(e)
	default:
		s.late++
		s.stepLate(e)
		s.late++
	}
}

// stepLate carries out an event of those that come after who wants room is called.
func (s *shard) stepLate(e event) {
	switch e.key.kind() {
	case kindToken:
		s.token(e)
	case kindStage:
		s.changeStage(e)
	case kindPlanned:
		s.startPlanned(e)
	case kindTick:
		if d := &s.deps[e.deployment()]; d.shared {
			s.tickPool(e)
		} else {
			s.tick(d)
		}
	case kindScale:
		s.rescale(&s.deps[e.deployment()])
	case kindScan:
		s.scanNodes(e)
	}
}

// carryOn lets the next happen of what the follower said.
func (s *shard) carryOn() {
	e := s.later.pop()
	s.now = e.at
	if e.key.kind() == kindTimer {
		s.due(&e)
	} else {
		s.made(requestID(e.ref))
	}
}

// finish lets what is under way end, after the last arrival.
func (s *shard) finish() {
	switch {
	case s.onPlain:
		s.leavePlain(&s.deps[0], &s.plain)
	case s.joint.on:
		s.leaveJoint()
	}
	s.carryOut()
	if s.actor != nil {
		s.endRest()
	}
	for k := range s.accounts {
		if a := &s.accounts[k]; a.peaks != nil {
			a.peaks.end(a.present)
		}
	}
	if s.actor == nil {
		s.abandonLines()
		for k := range s.deps {
			s.abandon(&s.deps[k])
		}
		s.carryOut() // what follows from these; if that waits for ever too, nothing follows from it
	}
	s.follower = nil
	s.abandonLines()
	for k := range s.deps {
		s.abandon(&s.deps[k])
		s.close(&s.deps[k])
	}
	s.tellNodes()
	s.flushOutcomes()
	s.flushInits()
	s.flushLives()
	s.flushActivities()
	s.flushNodes()
	s.flushServed()
	s.flushWorks()
}

// carryOut carries out all pending events.
func (s *shard) carryOut() {
	for len(s.queue.heap)+len(s.later.heap) > 0 {
		s.step()
	}
}

// abandon ends the requests that nothing will serve any more.
func (s *shard) abandon(d *deployment) {
	if d.inFlight > 0 && d.platform.Server != nil {
		panic(refusal{fmt.Errorf("servers of %s hold %d requests and say that nothing will happen", s.all[d.first].ID(), d.inFlight)})
	}
	for d.waiting.len() > 0 {
		id := s.takeFirst(d)
		s.endWaiting(id, s.afterAll(&s.requests[id]), Unfinished)
	}
}

// afterAll returns when a request ends that nothing will serve.
func (s *shard) afterAll(r *request) Time {
	at := max(s.window.Horizon, r.Arrival)
	if s.actor != nil {
		at = max(at, s.now) // what follows from it is not to come before what has been
	}
	return at
}

// close stops the instances of a deployment at the end of the run. What of it
// depends on when that was depends on the deployment alone, not on others in
// the shard.
func (s *shard) close(d *deployment) {
	if d.ranks != nil {
		for _, id := range s.idlers(d.ranks, idleRank) {
			s.stop(d, id, s.instances[id].until, Expired)
		}
		for _, id := range s.idlers(d.ranks, floorRank) {
			s.stop(d, id, Never, Expired)
		}
	}
	for _, id := range d.idle.all() {
		in := &s.instances[id]
		if d.bound {
			s.stop(d, id, in.idleSince, Expired) // never used again: the bound held it no longer
		} else {
			s.stop(d, id, in.until, Expired)
		}
	}
	for _, id := range d.held.all() {
		s.stop(d, id, s.instances[id].until, Expired)
	}
	for _, id := range d.floor.all() {
		s.stop(d, id, Never, Expired)
	}
}

func (s *shard) flushOutcomes() {
	if s.recorded == 0 {
		return
	}
	for _, o := range s.observers.requests {
		o.Requests(s.outcomes[:s.recorded])
	}
	s.recorded = 0
}

func (s *shard) flushInits()  { flush(&s.inits, s.observers.inits, InitObserver.Inits) }
func (s *shard) flushLives()  { flush(&s.lives, s.observers.lives, LifeObserver.Lives) }
func (s *shard) flushServed() { flush(&s.served, s.observers.served, ServedObserver.Served) }
func (s *shard) flushWorks()  { flush(&s.works, s.observers.works, WorkObserver.Works) }
func (s *shard) flushActivities() {
	flush(&s.activities, s.observers.activities, ActivityObserver.Activities)
}

// flush tells the observers of the records and empties them.
func flush[R, O any](records *[]R, observers []O, tell func(O, []R)) {
	if len(*records) == 0 {
		return
	}
	for _, o := range observers {
		tell(o, *records)
	}
	*records = (*records)[:0]
}
