package sim

import (
	"cmp"
	"math/big"
	"slices"
)

// twin is the kernel written the slow, obvious way: one list of events that is
// sorted before each step, every expiry an event of its own, every choice a
// scan over all instances, all functions together. It shares no code with the
// kernel but the contracts and the uniforms.
type twin struct {
	c         Config
	fns       []Function
	events    []twinEvent
	deps      map[uint32]*twinDep // by first function
	depOf     []uint32
	serial    int
	flying    int // requests in flight over all
	out       tape
	now       Time
	nodeFails bool
	stores    Stores // nil: none
	rate      twinRate
	twinActing
	twinCluster
	twinOrder
	pool *twinPool // nil: none
}

// twinClass orders events of the same time.
type twinClass int

const (
	twinNodes twinClass = iota
	twinLeave
	twinBegin
	twinReady
	twinArrival
	twinTimer
	twinGiveUp
	twinRoom
	twinToken
	twinStage
	twinExpiry
	twinPlanned
	twinTick
	twinScale
	twinScan
)

type twinEvent struct {
	at       Time
	class    twinClass
	function uint32
	made     int    // 1: the actor's
	key      uint64 // of those
	ordinal  uint64
	serial   int
	do       func()
}

type twinInstance struct {
	dep            *twinDep
	ordinal        int
	created, ready Time
	taken          Time // from the pool; −1: it was created for its deployment
	idleSince      Time // −1 while not idle
	until          Time
	touched        int // serial of its last use or return
	inUse          int
	idle           Time
	served         int
	phases         [NumPhases]Time
	flags          Flags
	stopped        bool
	active         Time
	warming        bool // initialises with nothing bound to it
	joined         int  // serial of when that began
	opened         bool // its readiness has happened

	stage   Stage
	layer   Phase
	wentOn  Phase // whole, from there
	began   Time  // its stage
	memory  int64
	before  int  // served before that
	passing bool // its stage ends at until
	later   bool

	from *twinDep // that has let it go

	host    uint32
	sources Sources
	why     ColdCause
	leaving StopCause
	twinLodging
}

type twinRequest struct {
	fn      uint32
	ordinal uint32
	key     uint64 // of its variates
	arrival Time
	rank    Time // in its line
	by      twinServedBy
	service Time
	ping    bool
	gone    bool
	starts  uint64 // of instances for it
	twinSent
	why   ColdCause
	broke bool // the initialisation of its instance failed
	task  *twinTask
	twinTold
}

// nextStart counts the starts of instances for a request.
func (r *twinRequest) nextStart() uint64 {
	r.starts++
	return r.starts - 1
}

// before says which of two waiting requests came first; at the same time, by
// function, what the simulation made last, and then by ordinal.
func (r *twinRequest) before(o *twinRequest) bool {
	return cmp.Or(cmp.Compare(r.rank, o.rank), cmp.Compare(r.arrival, o.arrival), cmp.Compare(r.fn, o.fn), cmp.Compare(r.place(), o.place())) < 0
}

type twinDep struct {
	first     uint32
	instances []*twinInstance
	waiting   []*twinRequest
	flying    int
	keep      KeepAlive
	group     *twinGroup // nil: its policy plans nothing
	planned   int        // serial of the plan in force; 0: none
	have      int        // provisioned
	target    int
	created   int
	lost      []twinLoss
	floorUse  []twinFloorUse
	credit    *big.Rat // tokens of the ramp
	rate      twinRate
	starts    []Time // how long its instances took to be ready
	creditAt  Time
	token     bool // it will be told of one
	heldBack  bool // its first waiting request stands in the account's line
	pings     uint32
	warmed    int // instances started ahead
	memory    int64
	runtime   string
	shared    bool // it is of the pool

	autoscaler TickingScaling // nil: none
	asked      bool           // it will be
	wanted     int
	idleTicks  int    // after the horizon
	there      []Time // when the requests that are there came
	past       uint64 // ns of those that are not
}

func runTwin(c Config, l *list) *tape {
	tape, _ := actTwin(c, l)
	return tape
}

// actTwin reports, too, whether something waited for ever that an actor was told of.
func actTwin(c Config, l *list) (*tape, bool) {
	t := &twin{c: c, fns: l.functions, deps: map[uint32]*twinDep{}, depOf: make([]uint32, len(l.functions))}
	t.made = make([]uint32, len(l.functions))
	if c.Follow != nil {
		t.actor = c.Follow.New().(Actor)
		defer c.Follow.Ran([]Follower{t.actor})
	}
	for i := range t.fns {
		if t.fns[i].Outside {
			continue
		}
		first := uint32(i)
		if c.Platforms[0].Unit == PerApp {
			for k := range i {
				if t.fns[k].App == t.fns[i].App && t.fns[i].App != "" && !t.fns[k].Outside {
					first = uint32(k)
					break
				}
			}
		}
		t.depOf[i] = first
		if _, ok := t.deps[first]; !ok {
			d := &twinDep{first: first, credit: big.NewRat(int64(c.Platforms[0].Limit.Ramp.Burst), 1)}
			d.keep = c.Platforms[0].KeepAlive.New(Group{Functions: []uint32{first}, All: t.fns})
			if p := c.Platforms[0]; p.Dispatch == QueueDispatch {
				d.autoscaler, _ = p.Scaling.New(Group{}).(TickingScaling)
			}
			t.deps[first] = d
		}
		d := t.deps[first]
		d.memory = max(d.memory, t.fns[i].Memory)
	}
	t.newCluster()
	t.newPool()
	t.startNodes()
	t.newGroups()
	if made := c.Platforms[0].Stores; made != nil {
		t.stores = made.New()
	}
	for i := range t.fns {
		if d := t.deps[uint32(i)]; d != nil && c.Platforms[0].Prewarm != nil {
			t.tick(d, c.Platforms[0].Prewarm.New(Group{}))
		}
	}
	t.askPool()
	for f, invs := range l.invocations {
		for k, inv := range invs {
			if inv.Arrival < c.Window.Horizon {
				r := &twinRequest{fn: uint32(f), ordinal: uint32(k), key: uint64(k), arrival: inv.Arrival, service: inv.Service, twinTold: twinTold{attr: inv.Attr}}
				t.at(inv.Arrival, twinArrival, uint32(f), uint64(k), func() { t.arrive(r) })
			}
		}
	}
	t.run()
	t.endRest()
	t.end()
	t.tellNodes()
	t.out.sort()
	return &t.out, t.stuck
}

// run carries out all events.
func (t *twin) run() {
	for len(t.events) > 0 {
		slices.SortFunc(t.events, func(a, b twinEvent) int {
			return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.class, b.class), cmp.Compare(a.function, b.function), cmp.Compare(a.made, b.made), cmp.Compare(a.key, b.key), cmp.Compare(a.ordinal, b.ordinal), cmp.Compare(a.serial, b.serial))
		})
		e := t.events[0]
		t.events = t.events[1:]
		if e.class != twinExpiry {
			t.now = e.at // an expiry nobody sees does not move the end of the run
		}
		was := t.now
		t.now = e.at
		e.do()
		t.now = was
	}
}

func (t *twin) at(at Time, class twinClass, function uint32, ordinal uint64, do func()) {
	t.serial++
	t.events = append(t.events, twinEvent{at: at, class: class, function: function, ordinal: ordinal, serial: t.serial, do: do})
}

func (t *twin) arrive(r *twinRequest) {
	if t.fns[r.fn].Outside {
		t.outside(r)
		return
	}
	d := t.deps[t.depOf[r.fn]]
	d.planned = 0
	t.arrivesBefore(d)
	t.poolDue()
	t.noteArrival(r)
	if d.autoscaler != nil {
		d.there = append(d.there, t.now)
		d.idleTicks = 0
		if !d.asked && (t.actor != nil || t.now < t.c.Window.Horizon) {
			t.scaleLater(d, t.now)
		}
	}
	l := t.c.Platforms[0].Limit
	if !t.letThrough(d) {
		t.emit(r, t.now, t.now, 0, Rejected, 0, false)
		return
	}
	if t.balancer != nil {
		t.send(d, r)
		return
	}
	if l.Over == RejectOver && !t.admits(d) {
		t.emit(r, t.now, t.now, 0, Rejected, 0, false)
		return
	}
	t.join(&d.waiting, r)
	t.dispatch(d)
	if r.gone {
		return
	}
	coming := 0
	if t.c.Platforms[0].Dispatch == QueueDispatch {
		for _, in := range d.instances {
			if in.warming {
				coming += t.slots()
			}
		}
	}
	over := len(d.waiting) - coming
	if over > 0 && (l.Over == RejectOver || l.Queue > 0 && over > l.Queue) {
		t.leave(d, r)
		t.emit(r, t.now, t.now, 0, Rejected, 0, false)
		return
	}
	t.giveUpLater(d, r)
}

// giveUpLater lets a request that waits give up in time.
func (t *twin) giveUpLater(d *twinDep, r *twinRequest) {
	l := t.c.Platforms[0].Limit
	giveUp, status := t.patience(r), Abandoned
	if wait := d.queueWait(l); wait > 0 && r.arrival+wait <= giveUp {
		giveUp, status = r.arrival+wait, Rejected
	}
	if timeout := t.timeout(r); timeout > 0 && t.c.Platforms[0].TimeoutClock == RequestClock && r.arrival+timeout <= giveUp {
		giveUp, status = r.arrival+timeout, TimedOut
	}
	if giveUp < Never {
		t.at(giveUp, twinGiveUp, r.fn, r.place(), func() {
			if !r.gone {
				first := t.leave(d, r)
				t.emit(r, t.now, t.now, 0, status, 0, false)
				if t.balancer != nil && first {
					t.advanceLine(r.at)
				}
			}
		})
	}
}

func (t *twin) leave(d *twinDep, r *twinRequest) (first bool) {
	r.gone = true
	if r.lined {
		return t.leaveLine(d, r)
	}
	d.waiting = slices.DeleteFunc(d.waiting, func(x *twinRequest) bool { return x == r })
	if len(d.waiting) == 0 {
		d.heldBack = false
	}
	return false
}

func (t *twin) slots() int { return max(1, t.c.Platforms[0].Concurrency) }

func (t *twin) timeout(r *twinRequest) Time {
	return cmp.Or(t.fns[r.fn].Timeout, t.c.Platforms[0].Timeout)
}

// patience returns when the client gives up.
func (t *twin) patience(r *twinRequest) Time {
	if p := t.fns[r.fn].Patience; p > 0 && !r.ping {
		return r.arrival + p
	}
	return Never
}

func (t *twin) accountFull() bool {
	a := t.c.Platforms[0].Limit.Account
	return a > 0 && t.flying >= a
}

func (t *twin) admits(d *twinDep) bool {
	f := t.c.Platforms[0].Limit.Function
	return (f == 0 || d.flying < f) && !t.accountFull()
}

func (t *twin) dispatch(d *twinDep) {
	for len(d.waiting) > 0 && t.dispatchOne(d) {
	}
}

// dispatchOne does what can be done for the first waiting request. It returns
// false where it has to wait.
func (t *twin) dispatchOne(d *twinDep) bool {
	if !t.admits(d) {
		d.heldBack = d.heldBack || t.accountFull()
		return false
	}
	if in := t.pick(d); in != nil {
		t.serve(d, in, d.waiting[0])
		return true
	}
	if t.c.Platforms[0].Dispatch == QueueDispatch {
		warming := 0
		for _, in := range d.instances {
			if in.warming {
				warming++
			}
		}
		want := (len(d.waiting)-t.soonServed(d)+t.slots()-1)/t.slots() - warming
		last := d.waiting[len(d.waiting)-1]
		if t.c.Platforms[0].Order != FIFO {
			last = d.waiting[0]
		}
		for k := 0; k < want; k++ {
			if in := t.wake(d, last); in != nil {
				t.toWarm(in)
				t.readyLater(in)
				continue
			}
			in := t.fromPool(d, last)
			if in == nil {
				if !t.mayStart(d, false) {
					break
				}
				in = t.start(d, last)
				t.tellPool(d, Cell{}, false)
			}
			t.toWarm(in)
			t.readyLater(in)
			d.wanted = max(d.wanted, len(d.counted()))
		}
		return false
	}
	in := t.wake(d, d.waiting[0])
	if in != nil && t.slots() > 1 {
		t.readyLater(in)
	}
	if in == nil {
		for _, x := range d.instances {
			if x.warming && (in == nil || x.joined < in.joined) {
				in = x
			}
		}
	}
	if in == nil {
		if in = t.fromPool(d, d.waiting[0]); in != nil && t.slots() > 1 {
			t.readyLater(in)
		}
	}
	if in == nil {
		if !t.mayStart(d, false) {
			return false
		}
		in = t.start(d, d.waiting[0])
		t.tellPool(d, Cell{}, false)
		if t.slots() > 1 {
			t.readyLater(in)
		}
	}
	in.warming = false
	in.opened = in.ready == t.now // nothing to wait for
	t.serve(d, in, d.waiting[0])
	return true
}

// pick scans all instances for the one that the rules name.
func (t *twin) pick(d *twinDep) *twinInstance {
	old := func(in *twinInstance) bool {
		return in.flags&Draining != 0 || t.c.Platforms[0].MaxLifetime > 0 && t.now-in.created > t.c.Platforms[0].MaxLifetime
	}
	better := func(a, b *twinInstance) bool {
		switch t.c.Platforms[0].Reuse {
		case MostRecent:
			return a.touched > b.touched
		case LeastRecent:
			return a.touched < b.touched
		case Newest:
			return a.ordinal > b.ordinal
		default:
			return a.ordinal < b.ordinal
		}
	}
	excess := func(in *twinInstance) int {
		if in.flags&Provisioned == 0 && d.autoscaler != nil && slices.Index(d.counted(), in) >= d.wanted {
			return 1
		}
		return 0
	}
	older := func(a, b *twinInstance) int { // of those that are not wanted
		return excess(a) * excess(b) * (int(a.ordinal) - int(b.ordinal))
	}
	if t.c.Platforms[0].Reuse == LeastLoaded {
		var best *twinInstance
		for _, in := range d.instances {
			full := in.inUse > 0 && (!in.opened || in.inUse == t.slots() || old(in))
			gone := in.inUse == 0 && (in.idleSince < 0 || in.stage != Whole || in.flags&Provisioned == 0 && in.until < t.now)
			if in.warming || full || gone {
				continue
			}
			floor := func(in *twinInstance) int { return int(in.flags&Provisioned) * max(0, 1-in.inUse) }
			if best == nil || cmp.Or(excess(in)-excess(best), older(in, best), in.inUse-best.inUse, floor(best)-floor(in), in.touched-best.touched) < 0 {
				best = in
			}
		}
		return best
	}
	var busy, floor, idle *twinInstance
	for _, in := range d.instances {
		switch {
		case in.warming:
		case in.inUse > 0:
			if in.opened && in.inUse < t.slots() && !old(in) && (busy == nil || better(in, busy)) {
				busy = in
			}
		case in.idleSince < 0 || in.stage != Whole:
		case in.flags&Provisioned != 0:
			if floor == nil || in.touched > floor.touched {
				floor = in
			}
		case in.until < t.now: // its expiry comes in this very instant's events
		default:
			if idle == nil || better(in, idle) {
				idle = in
			}
		}
	}
	if busy == nil && floor != nil && !t.floorLets(d) {
		floor = nil
	}
	for _, in := range []*twinInstance{busy, floor, idle} {
		if in != nil {
			return in
		}
	}
	return nil
}

func (t *twin) mayStart(d *twinDep, ahead bool) bool {
	l := t.c.Platforms[0].Limit
	if l.Instances > 0 && len(d.instances) >= l.Instances {
		return false
	}
	if !t.hasRoom(d) {
		if t.pinned == 0 { // else its line waits for it
			t.wantsRoom(d)
		}
		return false
	}
	if l.Ramp.Burst == 0 || ahead && t.now == 0 {
		return true
	}
	rate, one := big.NewRat(int64(l.Ramp.Burst), l.Ramp.Period), big.NewRat(1, 1) // tokens a ns
	d.credit, d.creditAt = t.tokens(d), t.now
	if d.credit.Cmp(one) >= 0 {
		d.credit = new(big.Rat).Sub(d.credit, one)
		return true
	}
	if (l.Over == QueueOver || t.c.Platforms[0].Dispatch == QueueDispatch || d.have < d.target) && !d.token {
		d.token = true
		wait := new(big.Rat).Quo(new(big.Rat).Sub(one, d.credit), rate)
		next := t.now
		for wait.Sign() > 0 { // small times: count the nanoseconds
			next++
			wait.Sub(wait, one)
		}
		t.at(next, twinToken, d.first, 0, func() {
			d.token = false
			t.fillFloor(d)
			t.dispatch(d)
			t.advanceLines()
		})
	}
	return false
}

// tokens returns what a ramp has now.
func (t *twin) tokens(d *twinDep) *big.Rat {
	r := t.c.Platforms[0].Limit.Ramp
	more := new(big.Rat).Mul(big.NewRat(int64(r.Burst), r.Period), big.NewRat(t.now-d.creditAt, 1))
	if more.Add(more, d.credit); more.Cmp(big.NewRat(int64(r.Burst), 1)) > 0 {
		more.SetInt64(int64(r.Burst))
	}
	return more
}

func (t *twin) newInstance(d *twinDep) *twinInstance {
	in := &twinInstance{why: d.whyOneMore(), dep: d, ordinal: d.created, created: t.now, ready: t.now, taken: -1, idleSince: -1, active: t.now, until: Never, began: t.now, memory: d.memory}
	d.created++
	d.instances = append(d.instances, in)
	return in
}

func (t *twin) draw(in *twinInstance, purpose Purpose, fn uint32, key uint64, attempt uint16, start uint64) {
	t.drawFrom(in, purpose, fn, key, attempt, start, 0)
}

func (t *twin) drawFrom(in *twinInstance, purpose Purpose, fn uint32, key uint64, attempt uint16, start uint64, from Phase) {
	t.drawBetween(in, purpose, fn, key, attempt, start, from, NumPhases)
}

func (t *twin) drawBetween(in *twinInstance, purpose Purpose, fn uint32, key uint64, attempt uint16, start uint64, from, to Phase) {
	f := &t.fns[fn]
	if f.Cold != nil {
		return
	}
	phases := f.Init
	if phases == nil {
		phases = t.c.Platforms[0].Init
	}
	for _, p := range phases {
		if p.Phase < from || p.Phase >= to {
			continue
		}
		x := p.Duration.Sample(NewStream(t.c.Key, purpose+phaseKeys[p.Phase], f.Key()).Attempt(uint64(attempt)).Start(start).Uniform(key))
		if p.Content.Bytes > 0 {
			y, store := t.stores.Load(in.ready+x, in.host, p.Phase, contentOf(p, f))
			in.sources.set(p.Phase, store)
			x += y
		}
		in.phases[p.Phase] += x
		in.ready += x
	}
}

// contentOf is what a phase loads, by its name or the function's.
func contentOf(p PhaseSampler, f *Function) *Content {
	c := p.Content
	if c.Name == "" {
		c.Name = f.ID()
	}
	return &c
}

// host draws where an instance starts.
func (t *twin) host(in *twinInstance, purpose Purpose, fn uint32, key uint64, attempt uint16, start uint64) {
	if t.c.Platforms[0].Cluster != nil {
		t.lodge(in, cause{purpose: purpose, key: key, attempt: uint64(attempt), start: start}, fn)
		return
	}
	if t.stores != nil {
		in.host = t.stores.Place(t.now, nil, NewStream(t.c.Key, purpose+hostKey, t.fns[fn].Key()).Attempt(uint64(attempt)).Start(start).Uniform(key))
	}
}

func (t *twin) start(d *twinDep, r *twinRequest) *twinInstance {
	in := t.newInstance(d)
	purpose := PurposePhase
	if r.ping {
		purpose = PurposePingPhase
	}
	start := r.nextStart()
	t.host(in, purpose, r.fn, r.key, r.attempt, start)
	t.draw(in, purpose, r.fn, r.key, r.attempt, start)
	if f := &t.fns[r.fn]; NewStream(t.c.Key, purpose+initErrorKey, f.Key()).Attempt(uint64(r.attempt)).Start(start).Uniform(r.key) < f.InitError {
		in.flags |= Draining
		in.leaving = InitFailed
		d.loses(InitFailed)
	}
	return in
}

func (t *twin) readyLater(in *twinInstance) {
	t.at(in.ready, twinReady, in.dep.first, uint64(in.ordinal), func() {
		if !in.stopped && !in.later {
			in.dep.starts = append(in.dep.starts, in.ready-in.created)
		}
		if in.stopped || in.idleSince >= 0 {
			return
		}
		in.warming, in.opened = false, true
		t.touch(in)
		t.feed(in)
		if in.inUse == 0 {
			t.idle(in)
		}
		if len(in.dep.waiting) > 0 {
			t.dispatch(in.dep)
		}
		if t.balancer != nil {
			t.advanceLine(in.node)
		}
	})
}

func (t *twin) touch(in *twinInstance) {
	t.serial++
	in.touched = t.serial
}

// feed gives an instance's free slots to waiting requests.
func (t *twin) feed(in *twinInstance) {
	if t.balancer != nil {
		t.feedLine(in)
		return
	}
	d := in.dep
	for len(d.waiting) > 0 && in.inUse < t.slots() && in.flags&Draining == 0 && !(t.c.Platforms[0].MaxLifetime > 0 && in.served > 0 && t.now-in.created > t.c.Platforms[0].MaxLifetime) && t.turn(d) && t.admits(d) {
		t.serve(d, in, d.waiting[0])
	}
}

// turn reports whether nobody else in the account's line came before d's first
// and could be served.
func (t *twin) turn(d *twinDep) bool {
	for !t.accountFull() {
		list := t.heldBack()
		if len(list) == 0 || !list[0].waiting[0].before(d.waiting[0]) {
			return true
		}
		if t.usable(list[0]) {
			return false
		}
		list[0].heldBack = false
		t.dispatchOne(list[0])
	}
	return false
}

// usable reports whether only the account keeps d's first from being served.
func (t *twin) usable(d *twinDep) bool {
	l := t.c.Platforms[0].Limit
	if l.Function > 0 && d.flying >= l.Function {
		return false
	}
	if t.pick(d) != nil {
		return true
	}
	if t.c.Platforms[0].Dispatch == QueueDispatch {
		return false
	}
	for _, in := range d.instances {
		if in.warming || in.stage != Whole && in.until >= t.now && t.canRegain(in) {
			return true
		}
	}
	if t.inStock(d, d.waiting[0]) != nil {
		return true
	}
	return (l.Instances == 0 || len(d.instances) < l.Instances) && t.hasRoom(d) && (l.Ramp.Burst == 0 || t.tokens(d).Cmp(big.NewRat(1, 1)) >= 0)
}

func (t *twin) serve(d *twinDep, in *twinInstance, r *twinRequest) {
	t.leave(d, r)
	d.heldBack = false
	r.why = in.why
	if in.idleSince >= 0 {
		in.idle += t.c.Window.Clip(in.idleSince, t.now)
		in.active = t.now
		in.idleSince = -1
	}
	start := max(t.now, in.ready)
	var flags Flags
	var init Time
	if in.ready > r.arrival {
		init = in.ready - max(r.arrival, in.began)
	}
	own := in.served == in.before && in.ready >= r.arrival // not of an instance that stood ready when it came
	if init > 0 {
		flags = Cold
	} else if in.served == 0 && max(in.created, in.taken) >= r.arrival && in.flags&(Prewarmed|Provisioned) == 0 {
		flags = Cold
	}
	service := r.service
	if f := &t.fns[r.fn]; flags == Cold && f.Cold != nil && !r.ping {
		service = f.Cold.Sample(NewStream(t.c.Key, PurposeService, f.Key()).Attempt(uint64(r.attempt)).Uniform(r.key))
		if in.served == 0 {
			in.extra = max(0, service-r.service)
		}
	}
	r.why, r.by = in.why, servedBy(in, own, flags)
	if t.fns[r.fn].Open && !r.ping {
		if t.serveOpen(d, in, r, twinService{start: start, service: service, init: init, flags: flags | in.flags&Provisioned, own: own}) {
			return
		}
		service = twinForever
	}
	failed := in.leaving == InitFailed
	r.broke = failed
	if failed {
		service = 0
	} else if f := &t.fns[r.fn]; f.Error > 0 && !r.ping && NewStream(t.c.Key, PurposeError, f.Key()).Attempt(uint64(r.attempt)).Uniform(r.key) < f.Error {
		if failed = true; f.ErrorTime != nil {
			service = f.ErrorTime.Sample(NewStream(t.c.Key, PurposeErrorTime, f.Key()).Attempt(uint64(r.attempt)).Uniform(r.key))
		}
	}
	if !(t.fns[r.fn].Open && !r.ping) && t.sharesCPU() && t.serveShared(d, in, r, twinService{start: start, service: service, init: init, flags: flags | in.flags&Provisioned, own: own}, failed) {
		return
	}
	end, status := start+service, Completed
	if failed {
		status = Failed
	}
	if to := t.timeout(r); to > 0 {
		limit := start + to
		if t.c.Platforms[0].TimeoutClock == RequestClock {
			limit = r.arrival + to
		}
		if end > limit {
			end, status = limit, TimedOut
		}
	}
	given := t.patience(r)
	cut := t.c.Platforms[0].Abandoned == Cancel && given < end // by its client
	switch {
	case cut && start <= given:
		end, status = given, Abandoned
	case given < end:
		status = Abandoned
	}
	in.inUse++
	in.served++
	d.flying++
	t.flying++
	t.touch(in)
	flags |= in.flags & Provisioned
	ordinal := r.place()
	in.serving = append(in.serving, &twinServing{r, start, end, init, status, flags, own})
	if cut && start > given {
		t.at(given, twinGiveUp, r.fn, ordinal, func() {
			if !r.done {
				t.unbind(d, in, r, init, flags)
			}
		})
		return
	}
	if told := t.partsAt(end, given, start); told < max(start, end) {
		t.at(told, twinGiveUp, r.fn, ordinal, func() { t.parts(r, start, status, init, flags) })
	}
	class := twinLeave
	if cut {
		class = twinGiveUp
	}
	t.at(max(start, end), class, r.fn, ordinal, func() {
		if r.done {
			return
		}
		o := t.emit(r, min(start, end), end, init, status, flags, start <= end)
		if start <= end && init > 0 {
			t.waited(o, in, own)
		}
		t.complete(in)
	})
}

// place is where its events stand among those of its function at the same time.
func (r *twinRequest) place() uint64 {
	if r.ping || r.made {
		return uint64(r.ordinal) | 1<<31
	}
	return uint64(r.ordinal)
}

// unbind lets a client go whose instance initialises, which goes on for whoever comes.
func (t *twin) unbind(d *twinDep, in *twinInstance, r *twinRequest, init Time, flags Flags) {
	t.emit(r, t.now, t.now, init, Abandoned, flags, false)
	in.inUse--
	in.served--
	d.flying--
	t.flying--
	if in.flags&Draining != 0 {
		t.die(in, in.leaving)
	} else {
		t.toWarm(in)
		if t.slots() == 1 {
			t.readyLater(in)
		}
	}
	if t.balancer != nil {
		t.advanceLine(in.node)
	}
	if t.c.Platforms[0].Limit.Account > 0 {
		t.fromTheLine()
	}
	if len(d.waiting) > 0 {
		t.dispatch(d)
	}
}

// waited notes which parts of an instance's phases a request waited for.
func (t *twin) waited(o Outcome, in *twinInstance, own bool) {
	w := InitWait{Outcome: o, Own: own}
	at := in.began
	for p, length := range in.phases {
		for range length { // small times: ask each nanosecond
			if at >= o.Arrival && at < o.Start {
				w.Phases[p]++
			}
			at++
		}
	}
	t.out.inits = append(t.out.inits, w)
}

func (t *twin) complete(in *twinInstance) {
	d := in.dep
	in.opened = true // what has served is ready
	in.inUse--
	d.flying--
	t.flying--
	t.feed(in)
	if in.inUse == 0 {
		t.idle(in)
	} else {
		t.touch(in)
	}
	if t.balancer != nil {
		t.advanceLine(in.node)
	}
	if t.c.Platforms[0].Limit.Account > 0 {
		t.fromTheLine()
	}
	if len(d.waiting) > 0 {
		t.dispatch(d)
	}
}

// heldBack returns the deployments whose first waiting request only the
// account limit holds back, in the order of the arrival of those requests.
func (t *twin) heldBack() []*twinDep {
	var list []*twinDep
	for _, d := range t.deps {
		if len(d.waiting) > 0 && d.heldBack {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b *twinDep) int {
		if a.waiting[0].before(b.waiting[0]) {
			return -1
		}
		return 1
	})
	return list
}

// fromTheLine serves who came first over all functions, while there is room.
func (t *twin) fromTheLine() {
	for !t.accountFull() {
		list := t.heldBack()
		if len(list) == 0 {
			return
		}
		d := list[0]
		d.heldBack = false
		if t.dispatchOne(d) {
			d.heldBack = len(d.waiting) > 0
		}
	}
}

func (t *twin) idle(in *twinInstance) {
	d := in.dep
	in.opened = true
	t.touch(in)
	in.passing = false
	in.idleSince = t.now
	if in.served > 0 || t.now > in.active {
		t.stretch(in)
	}
	if in.flags&Draining != 0 {
		t.stop(in, in.leaving)
		return
	}
	if in.flags&Provisioned != 0 {
		if d.have > d.target {
			d.have--
			t.stop(in, ScaledIn)
			return
		}
		t.rests(in)
		return
	}
	var decision Decision
	if in.flags&Prewarmed == 0 || in.served > 0 || in.until == AsKeepAlive {
		decision = t.ask(in)
		in.until = decision.Until
		d.planned = 0
		if from := decision.PrewarmFrom; d.group == nil && from > 0 && from < t.c.Window.Horizon {
			t.serial++
			plan := t.serial
			d.planned = plan
			t.at(max(from, t.now), twinPlanned, d.first, uint64(plan), func() {
				if d.planned != plan {
					return
				}
				d.planned = 0
				for _, x := range d.instances {
					if x.idleSince >= 0 && x.stage == Whole || x.warming {
						return
					}
				}
				t.prewarm(d, decision.PrewarmUntil)
			})
		}
	}
	if life := t.c.Platforms[0].MaxLifetime; life > 0 {
		in.until = min(in.until, in.created+life)
	}
	if in.until < t.now {
		t.stop(in, Expired)
		return
	}
	t.rests(in)
	if in.until == Never {
		return
	}
	t.untilThen(in, decision)
}

// stretch notes an active stretch that ends.
func (t *twin) stretch(in *twinInstance) {
	init := Time(0)
	if in.active == in.created {
		init = in.ready - in.created
	} else if in.later {
		init = max(0, in.ready-in.active)
	}
	t.out.activities = append(t.out.activities, Activity{From: in.active, To: t.now, Init: init, Memory: in.dep.memory, Deployment: in.dep.first, Flags: in.flags})
}

// ask asks the policy about an instance.
func (t *twin) ask(in *twinInstance) Decision {
	decision := in.dep.keep.Idle(t.view(in), Instance{&instance{created: in.created, ready: in.ready, served: uint32(in.served), flags: in.flags, stage: in.stage, layer: in.layer}, &birth{phases: in.phases, memory: in.memory, ordinal: uint32(in.ordinal)}}, t.now)
	t.replan(in.dep.group)
	return decision
}

// untilThen lets an idle instance stop, or change its stage, in time.
func (t *twin) untilThen(in *twinInstance, decision Decision) {
	d, until, since, touched := in.dep, in.until, in.idleSince, in.touched
	in.passing = decision.Then != Stop && until == decision.Until && until < t.c.Window.Horizon
	if in.passing {
		t.at(until, twinStage, d.first, uint64(in.ordinal), func() {
			if in.stopped || in.inUse > 0 || in.touched != touched || in.until != until {
				return
			}
			t.nextStage(in)
			in.stage = Paused
			if decision.Then == Demote {
				in.stage, in.layer = Demoted, decision.Layer
			}
			if decision.Memory > 0 {
				in.memory = decision.Memory
			}
			t.touch(in)
			in.idleSince = t.now
			t.touch(in)
			in.idleSince = t.now
			if in.dep.shared || decision.Share {
				in.stage = Shared
				if !in.dep.shared {
					in.from = in.dep
				}
				if to := t.pool.of(in.layer, in.dep.runtime); to != in.dep {
					t.move(in, to)
				}
				t.inPool(in)
				return
			}
			again := t.ask(in)
			in.until = again.Until
			if life := t.c.Platforms[0].MaxLifetime; life > 0 {
				in.until = min(in.until, in.created+life)
			}
			switch {
			case in.until < t.now:
				t.stop(in, Expired)
				return
			}
			t.rests(in)
			if in.until < Never {
				t.untilThen(in, again)
			}
		})
		return
	}
	t.at(until, twinExpiry, d.first, 0, func() {
		if !in.stopped && in.inUse == 0 && in.idleSince == since && in.until == until {
			t.stopSeen(in, t.now+1, Expired)
		}
	})
}

// view is what a policy sees that is asked about an instance.
func (t *twin) view(asked *twinInstance) View { return t.viewOf(asked.dep, asked) }

func (t *twin) viewOf(d *twinDep, asked *twinInstance) View {
	v := &deployment{first: d.first, group: &group{inFlight: int32(d.flying + len(d.waiting))}, rest: &rest{runtime: d.runtime}}
	for _, in := range d.instances {
		switch {
		case in == asked:
		case in.inUse > 0:
			v.busy++
		case in.stage != Whole && in.idleSince >= 0 && in.until >= t.now:
			v.held.append(0)
		case in.idleSince >= 0 && in.until >= t.now:
			v.resting++
		}
	}
	return View{v}
}

func (t *twin) prewarm(d *twinDep, until Time) {
	if t.mayStart(d, true) {
		t.startAhead(d, until)
	}
}

func (t *twin) startAhead(d *twinDep, until Time) {
	in := t.newInstance(d)
	in.flags |= Prewarmed
	in.until = until
	t.warm(in, t.now == 0)
}

// warm readies an instance that no request waits for; before says that it stood there
// before the run.
func (t *twin) warm(in *twinInstance, before bool) {
	t.host(in, PurposeWarmPhase, in.dep.first, uint64(in.dep.warmed), 0, 0)
	if !before {
		t.draw(in, PurposeWarmPhase, in.dep.first, uint64(in.dep.warmed), 0, 0)
	} else if f := &t.fns[in.dep.first]; f.Cold == nil && t.stores != nil {
		for _, p := range t.c.Platforms[0].Init {
			if p.Content.Bytes > 0 {
				t.stores.Load(-Longest, in.host, p.Phase, contentOf(p, f))
			}
		}
	}
	in.dep.warmed++
	if in.ready > t.now || !before {
		t.toWarm(in)
		t.readyLater(in)
		return
	}
	t.idle(in)
}

// toWarm puts an instance behind those that initialise for nobody yet.
func (t *twin) toWarm(in *twinInstance) {
	t.serial++
	in.warming, in.joined = true, t.serial
}

func (t *twin) tick(d *twinDep, p Prewarm) {
	a := p.Tick(View{&deployment{first: d.first, group: &group{}, rest: &rest{}}}, t.now)
	d.floorUse = append(d.floorUse, twinFloorUse{t.now, a.Provisioned - d.target, false})
	d.target = a.Provisioned
	t.fillFloor(d)
	for d.have > d.target {
		var last *twinInstance
		for _, in := range d.instances {
			if in.flags&Provisioned != 0 && in.idleSince >= 0 && (last == nil || in.touched > last.touched) {
				last = in
			}
		}
		if last == nil {
			break
		}
		d.have--
		t.stop(last, ScaledIn)
	}
	for range a.Start {
		t.prewarm(d, a.Until)
	}
	for range a.Pings {
		r := &twinRequest{fn: d.first, ordinal: t.madeOrdinal(d.first), key: uint64(d.pings), arrival: t.now, service: a.PingService, ping: true}
		d.pings++
		t.arrive(r)
	}
	if a.Next > t.now && a.Next < t.c.Window.Horizon {
		t.at(a.Next, twinTick, d.first, 0, func() { t.tick(d, p) })
	}
}

func (t *twin) scaleLater(d *twinDep, at Time) {
	d.asked = true
	t.at(at, twinScale, d.first, 0, func() {
		if t.now >= t.c.Window.Horizon {
			if d.idleTicks++; len(d.there) == 0 || d.idleTicks > 1000 {
				d.asked = false
				return
			}
		}
		sum := d.past
		for _, since := range d.there {
			sum += uint64(t.now - since)
		}
		a := d.autoscaler.Tick(View{&deployment{rest: &rest{scaler: &scaler{at: t.now, load: sum}}}}, t.now)
		for d.wanted = a.Wanted; len(d.counted()) < a.Wanted && t.mayStart(d, false); {
			in := t.newInstance(d)
			in.flags |= Prewarmed
			in.until = a.Until
			t.warm(in, false)
		}
		if d.asked = t.now < a.Next && a.Next != Never; d.asked && (t.actor != nil || a.Next < t.c.Window.Horizon) {
			t.scaleLater(d, a.Next)
		}
	})
}

func (t *twin) fillFloor(d *twinDep) {
	for d.have < d.target && t.mayStart(d, true) {
		d.have++
		in := t.newInstance(d)
		in.flags |= Provisioned
		t.warm(in, t.now == 0)
	}
}

func (t *twin) stop(in *twinInstance, why StopCause) { t.stopSeen(in, t.now, why) }

// stopSeen ends an instance, whose room others see from a time on.
func (t *twin) stopSeen(in *twinInstance, seen Time, why StopCause) {
	t.roomAt(seen)
	t.tellLife(in, 0, why)
	in.stopped = true
	d := in.dep
	d.instances = slices.DeleteFunc(d.instances, func(x *twinInstance) bool { return x == in })
	if t.nodes != nil && len(t.on(in.node)) == 0 {
		t.nodes[in.node].emptied = t.now
	}
	if in.flags&Draining == 0 {
		d.loses(why)
	}
}

func (t *twin) tellLife(in *twinInstance, flags Flags, why StopCause) {
	in.idle += t.c.Window.Clip(in.idleSince, t.now)
	stopped := t.now
	if horizon := t.c.Window.Horizon; stopped > horizon {
		stopped = max(horizon, in.idleSince)
		flags |= Live
		why = NotStopped
	}
	if in.later {
		flags |= Later
	}
	ready := in.began
	for _, x := range in.phases {
		ready += x
	}
	layer := in.wentOn
	if in.stage != Whole {
		layer = in.layer
	}
	t.out.lives = append(t.out.lives, Life{Created: in.began, Ready: ready, Stopped: stopped, Idle: in.idle, Phases: in.phases, Sources: in.sources,
		Served: uint32(in.served - in.before), Layer: layer, Memory: in.memory, Deployment: in.dep.first, Stage: in.stage, Flags: in.flags | flags, Cause: why})
}

// nextStage ends a stage of an instance that is idle.
func (t *twin) nextStage(in *twinInstance) {
	t.tellLife(in, Passing, NotStopped)
	in.idle, in.idleSince = 0, t.now
	in.phases, in.sources, in.began, in.before, in.later = [NumPhases]Time{}, 0, t.now, in.served, true
	in.wentOn = 0
}

// wake makes a held instance whole for a request.
func (t *twin) wake(d *twinDep, r *twinRequest) *twinInstance {
	var best *twinInstance
	refused := false
	rank := func(in *twinInstance) int {
		if in.stage == Paused {
			return 100
		}
		return int(in.layer)
	}
	for _, in := range d.instances {
		if in.stage == Whole || in.until < t.now {
			continue
		}
		if !t.canRegain(in) {
			refused = true
			continue
		}
		if best == nil || rank(in) > rank(best) || rank(in) == rank(best) && in.touched > best.touched {
			best = in
		}
	}
	if best == nil {
		if refused && t.balancer == nil {
			t.wantsRoom(d)
		}
		return nil
	}
	t.nextStage(best)
	best.ready, best.active, best.until, best.idleSince = t.now, t.now, Never, -1
	t.regain(best)
	best.memory, best.why = d.memory, AfterPause
	f, start := &t.fns[r.fn], r.nextStart()
	if best.stage == Paused {
		if resume := t.c.Platforms[0].Resume; resume != nil {
			x := resume.Sample(NewStream(t.c.Key, PurposeResume, f.Key()).Attempt(uint64(r.attempt)).Start(start).Uniform(r.key))
			best.phases[PhaseSandbox] += x
			best.ready += x
		}
	} else {
		purpose := PurposePhase
		if r.ping {
			purpose = PurposePingPhase
		}
		t.drawFrom(best, purpose, r.fn, r.key, r.attempt, start, best.layer)
	}
	best.wentOn = best.layer
	best.stage, best.layer, best.opened = Whole, 0, false
	return best
}

func (t *twin) emit(r *twinRequest, start, end, init Time, status Status, flags Flags, started bool) Outcome {
	if r.task != nil {
		t.stopTask(r.task)
	}
	for _, d := range t.deps {
		for _, in := range d.instances {
			in.serving = slices.DeleteFunc(in.serving, func(v *twinServing) bool { return v.r == r })
		}
	}
	r.done = true
	if d := t.deps[t.depOf[r.fn]]; d.autoscaler != nil {
		d.idleTicks = 0
		i := slices.Index(d.there, r.arrival)
		d.there = slices.Delete(d.there, i, i+1)
		d.past += uint64(t.now - r.arrival)
	}
	if r.ping {
		flags |= Ping
	}
	o := Outcome{Arrival: r.arrival, Start: start, End: end, Init: init, Function: r.fn, Ordinal: r.ordinal, Status: status, Flags: flags, Started: started, Attempt: r.attempt, Earlier: r.earlier, Counts: r.counts}
	t.learn(&o, r.by)
	if flags&Cold != 0 {
		o.Cause = r.why
	}
	switch {
	case status != Failed:
	case t.nodeFails:
		o.Failure = ByNode
	case r.broke:
		o.Failure = ByInit
	default:
		o.Failure = ByFunction
	}
	t.tell(r, o)
	o.Retried = r.retried
	t.out.outcomes = append(t.out.outcomes, o)
	return o
}

// end stops what is left as the run ends.
func (t *twin) end() {
	for _, r := range t.allLined() {
		t.emit(r, t.c.Window.Horizon, t.c.Window.Horizon, 0, Unfinished, 0, false)
	}
	for _, d := range t.deps {
		for _, r := range d.waiting {
			t.emit(r, t.c.Window.Horizon, t.c.Window.Horizon, 0, Unfinished, 0, false)
		}
		for len(d.instances) > 0 {
			in := d.instances[0]
			in.flags |= Live
			t.now = max(t.now, t.c.Window.Horizon)
			t.stop(in, NotStopped)
		}
	}
}
