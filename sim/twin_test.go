package sim

import (
	"cmp"
	"slices"
)

// twin is the kernel written the slow, obvious way: one list of events that is
// sorted before each step, every expiry an event of its own, every choice a
// scan over all instances, all functions together. It shares no code with the
// kernel but the contracts and the uniforms.
type twin struct {
	c       Config
	fns     []Function
	events  []twinEvent
	deps    map[uint32]*twinDep // by first function
	depOf   []uint32
	serial  int
	flying  int // requests in flight over all
	blocked []*twinDep
	out     tape
	now     Time
}

type twinEvent struct {
	at       Time
	class    int // 0 completion, 1 ready, 2 arrival, 3 deadline or expiry, 4 prewarm, 5 tick
	function uint32
	ordinal  uint64
	serial   int
	do       func()
}

type twinInstance struct {
	dep            *twinDep
	ordinal        int
	created, ready Time
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
	opened         bool // its readiness has happened
}

type twinRequest struct {
	fn      uint32
	ordinal uint32
	arrival Time
	service Time
	ping    bool
	gone    bool
}

type twinDep struct {
	first     uint32
	instances []*twinInstance
	waiting   []*twinRequest
	flying    int
	keep      KeepAlive
	planned   int // serial of the plan in force; 0: none
	have      int // provisioned
	target    int
	created   int
	credit    float64
	creditAt  Time
	retry     bool
	pings     uint32
	memory    int64
	blocked   bool
}

func runTwin(c Config, l *list) *tape {
	t := &twin{c: c, fns: l.functions, deps: map[uint32]*twinDep{}, depOf: make([]uint32, len(l.functions))}
	for i := range t.fns {
		first := uint32(i)
		if c.Platform.Unit == PerApp {
			for k := range i {
				if t.fns[k].App == t.fns[i].App && t.fns[i].App != "" {
					first = uint32(k)
					break
				}
			}
		}
		t.depOf[i] = first
		if _, ok := t.deps[first]; !ok {
			d := &twinDep{first: first, credit: float64(c.Platform.Limit.Ramp.Burst)}
			d.keep = c.Platform.KeepAlive.New(Group{Functions: []uint32{first}, All: t.fns})
			t.deps[first] = d
		}
		d := t.deps[first]
		d.memory = max(d.memory, t.fns[i].Memory)
	}
	for i := range t.fns {
		if d := t.deps[uint32(i)]; d != nil && c.Platform.Prewarm != nil {
			t.tick(d, c.Platform.Prewarm.New(Group{}))
		}
	}
	for f, invs := range l.invocations {
		for k, inv := range invs {
			if inv.Arrival < c.Window.Horizon {
				r := &twinRequest{fn: uint32(f), ordinal: uint32(k), arrival: inv.Arrival, service: inv.Service}
				t.at(inv.Arrival, 2, uint32(f), uint64(k), func() { t.arrive(r) })
			}
		}
	}
	for len(t.events) > 0 {
		slices.SortFunc(t.events, func(a, b twinEvent) int {
			return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.class, b.class), cmp.Compare(a.function, b.function), cmp.Compare(a.ordinal, b.ordinal), cmp.Compare(a.serial, b.serial))
		})
		e := t.events[0]
		t.events = t.events[1:]
		if e.class != 3 || e.ordinal != expiryOrdinal {
			t.now = e.at // an expiry nobody sees does not move the end of the run
		}
		was := t.now
		t.now = e.at
		e.do()
		t.now = was
	}
	t.end()
	t.out.sort()
	return &t.out
}

const expiryOrdinal = 1 << 40

func (t *twin) at(at Time, class int, function uint32, ordinal uint64, do func()) {
	t.serial++
	t.events = append(t.events, twinEvent{at, class, function, ordinal, t.serial, do})
}

func (t *twin) arrive(r *twinRequest) {
	d := t.deps[t.depOf[r.fn]]
	d.planned = 0
	l := t.c.Platform.Limit
	if l.Over == RejectOver && !t.admits(d) {
		t.emit(r, t.now, t.now, 0, Rejected, 0, false)
		return
	}
	d.waiting = append(d.waiting, r)
	t.dispatch(d)
	if r.gone {
		return
	}
	coming := 0
	if t.c.Platform.Dispatch == QueueDispatch {
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
	giveUp, status := Never, Rejected
	if l.QueueWait > 0 {
		giveUp = r.arrival + l.QueueWait
	}
	if timeout := t.timeout(r); timeout > 0 && t.c.Platform.TimeoutClock == RequestClock && r.arrival+timeout <= giveUp {
		giveUp, status = r.arrival+timeout, TimedOut
	}
	if giveUp < Never {
		t.at(giveUp, 3, r.fn, uint64(r.ordinal), func() {
			if !r.gone {
				t.leave(d, r)
				t.emit(r, t.now, t.now, 0, status, 0, false)
			}
		})
	}
}

func (t *twin) leave(d *twinDep, r *twinRequest) {
	r.gone = true
	d.waiting = slices.DeleteFunc(d.waiting, func(x *twinRequest) bool { return x == r })
}

func (t *twin) slots() int { return max(1, t.c.Platform.Concurrency) }

func (t *twin) timeout(r *twinRequest) Time { return cmp.Or(t.fns[r.fn].Timeout, t.c.Platform.Timeout) }

func (t *twin) accountFull() bool {
	a := t.c.Platform.Limit.Account
	return a > 0 && t.flying >= a
}

func (t *twin) admits(d *twinDep) bool {
	f := t.c.Platform.Limit.Function
	return (f == 0 || d.flying < f) && !t.accountFull()
}

func (t *twin) dispatch(d *twinDep) {
	for len(d.waiting) > 0 {
		if !t.admits(d) {
			if t.accountFull() && !d.blocked {
				d.blocked = true
				t.blocked = append(t.blocked, d)
			}
			return
		}
		if in := t.pick(d); in != nil {
			t.serve(d, in, d.waiting[0])
			continue
		}
		if t.c.Platform.Dispatch == QueueDispatch {
			warming := 0
			for _, in := range d.instances {
				if in.warming {
					warming++
				}
			}
			want := (len(d.waiting)+t.slots()-1)/t.slots() - warming
			last := d.waiting[len(d.waiting)-1]
			for k := 0; k < want; k++ {
				if !t.mayStart(d) {
					break
				}
				in := t.start(d, last, uint64(k))
				in.warming = true
				t.readyLater(in)
			}
			return
		}
		var in *twinInstance
		for _, x := range d.instances {
			if x.warming {
				in = x
				break
			}
		}
		if in == nil {
			if !t.mayStart(d) {
				return
			}
			in = t.start(d, d.waiting[0], 0)
			if t.slots() > 1 {
				t.readyLater(in)
			}
		}
		in.warming = false
		in.opened = in.ready == t.now // nothing to wait for
		t.serve(d, in, d.waiting[0])
	}
}

// pick scans all instances for the one that the rules name.
func (t *twin) pick(d *twinDep) *twinInstance {
	old := func(in *twinInstance) bool {
		return t.c.Platform.MaxLifetime > 0 && t.now-in.created > t.c.Platform.MaxLifetime
	}
	better := func(a, b *twinInstance) bool {
		switch t.c.Platform.Reuse {
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
	var busy, floor, idle *twinInstance
	for _, in := range d.instances {
		switch {
		case in.warming:
		case in.inUse > 0:
			if in.opened && in.inUse < t.slots() && !old(in) && (busy == nil || better(in, busy)) {
				busy = in
			}
		case in.idleSince < 0:
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
	for _, in := range []*twinInstance{busy, floor, idle} {
		if in != nil {
			return in
		}
	}
	return nil
}

func (t *twin) mayStart(d *twinDep) bool {
	l := t.c.Platform.Limit
	if l.Instances > 0 && len(d.instances) >= l.Instances {
		return false
	}
	if l.Ramp.Burst == 0 {
		return true
	}
	// Ramps in the tests have periods that their burst divides, so that the
	// float credit is exact enough at the nanosecond.
	per := l.Ramp.Period / Time(l.Ramp.Burst)
	d.credit = min(float64(l.Ramp.Burst), d.credit+float64(t.now-d.creditAt)/float64(per))
	d.creditAt = t.now
	if d.credit >= 1-1e-12 {
		d.credit--
		return true
	}
	if (l.Over == QueueOver || t.c.Platform.Dispatch == QueueDispatch) && !d.retry {
		d.retry = true
		next := t.now + Time((1-d.credit)*float64(per)+0.5)
		t.at(next, 3, d.first, 1<<39, func() { d.retry = false; t.dispatch(d) })
	}
	return false
}

func (t *twin) newInstance(d *twinDep) *twinInstance {
	in := &twinInstance{dep: d, ordinal: d.created, created: t.now, ready: t.now, idleSince: -1, active: t.now, until: Never}
	d.created++
	d.instances = append(d.instances, in)
	return in
}

func (t *twin) draw(in *twinInstance, purpose Purpose, fn uint32, ordinal uint32, attempt uint64) {
	f := &t.fns[fn]
	if f.Cold != nil {
		return
	}
	phases := f.Init
	if phases == nil {
		phases = t.c.Platform.Init
	}
	for _, p := range phases {
		x := p.Duration.Sample(NewStream(t.c.Key, purpose+Purpose(p.Phase), f.Key()).Attempt(attempt).Uniform(uint64(ordinal)))
		in.phases[p.Phase] += x
		in.ready += x
	}
}

func (t *twin) start(d *twinDep, r *twinRequest, attempt uint64) *twinInstance {
	in := t.newInstance(d)
	purpose := PurposePhase
	if r.ping {
		purpose = PurposePingPhase
	}
	t.draw(in, purpose, r.fn, r.ordinal, attempt)
	return in
}

func (t *twin) readyLater(in *twinInstance) {
	t.at(in.ready, 1, in.dep.first, uint64(in.ordinal), func() {
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
	})
}

func (t *twin) touch(in *twinInstance) {
	t.serial++
	in.touched = t.serial
}

// feed gives an instance's free slots to waiting requests.
func (t *twin) feed(in *twinInstance) {
	d := in.dep
	for len(d.waiting) > 0 && in.inUse < t.slots() && t.admits(d) && !(t.c.Platform.MaxLifetime > 0 && in.served > 0 && t.now-in.created > t.c.Platform.MaxLifetime) {
		t.serve(d, in, d.waiting[0])
	}
}

func (t *twin) serve(d *twinDep, in *twinInstance, r *twinRequest) {
	t.leave(d, r)
	if in.idleSince >= 0 {
		in.idle += t.c.Window.Clip(in.idleSince, t.now)
		in.active = t.now
		in.idleSince = -1
	}
	start := max(t.now, in.ready)
	var flags Flags
	var init Time
	if in.ready > r.arrival {
		flags, init = Cold, in.ready-max(r.arrival, in.created)
	} else if in.served == 0 && in.created >= r.arrival && in.flags&(Prewarmed|Provisioned) == 0 {
		flags = Cold
	}
	service := r.service
	if f := &t.fns[r.fn]; flags == Cold && f.Cold != nil && !r.ping {
		service = f.Cold.Sample(NewStream(t.c.Key, PurposeService, f.Key()).Uniform(uint64(r.ordinal)))
	}
	end, status := start+service, Completed
	if to := t.timeout(r); to > 0 {
		limit := start + to
		if t.c.Platform.TimeoutClock == RequestClock {
			limit = r.arrival + to
		}
		if end > limit {
			end, status = limit, TimedOut
		}
	}
	in.inUse++
	in.served++
	d.flying++
	t.flying++
	t.touch(in)
	t.emit(r, min(start, end), end, init, status, flags|in.flags&Provisioned, start <= end)
	ordinal := uint64(r.ordinal)
	if r.ping {
		ordinal |= 1 << 31
	}
	t.at(max(start, end), 0, r.fn, ordinal, func() { t.complete(in) })
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
	for range len(t.blocked) {
		if t.accountFull() {
			break
		}
		b := t.blocked[0]
		t.blocked = t.blocked[1:]
		b.blocked = false
		t.dispatch(b)
	}
	if len(d.waiting) > 0 {
		t.dispatch(d)
	}
}

func (t *twin) idle(in *twinInstance) {
	d := in.dep
	in.opened = true
	t.touch(in)
	in.idleSince = t.now
	if in.served > 0 || t.now > in.active {
		init := Time(0)
		if in.active == in.created {
			init = in.ready - in.created
		}
		t.out.activities = append(t.out.activities, Activity{From: in.active, To: t.now, Init: init, Memory: d.memory, Deployment: d.first, Flags: in.flags})
	}
	if in.flags&Provisioned != 0 {
		if d.have > d.target {
			d.have--
			t.stop(in)
		}
		return
	}
	if in.flags&Prewarmed == 0 || in.served > 0 {
		decision := d.keep.Idle(View{&deployment{first: d.first, group: &group{}}}, t.now)
		in.until = decision.Until
		d.planned = 0
		if from := decision.PrewarmFrom; from > 0 && from < t.c.Window.Horizon {
			t.serial++
			plan := t.serial
			d.planned = plan
			t.at(max(from, t.now), 4, d.first, uint64(plan), func() {
				if d.planned != plan {
					return
				}
				d.planned = 0
				for _, x := range d.instances {
					if x.idleSince >= 0 || x.warming {
						return
					}
				}
				t.prewarm(d, decision.PrewarmUntil)
			})
		}
	}
	if life := t.c.Platform.MaxLifetime; life > 0 {
		in.until = min(in.until, in.created+life)
	}
	if in.until < t.now {
		t.stop(in)
		return
	}
	if in.until == Never {
		return
	}
	until, since := in.until, in.idleSince
	t.at(until, 3, d.first, expiryOrdinal, func() {
		if !in.stopped && in.inUse == 0 && in.idleSince == since && in.until == until {
			t.stop(in)
		}
	})
}

func (t *twin) prewarm(d *twinDep, until Time) {
	if !t.mayStart(d) {
		return
	}
	in := t.newInstance(d)
	in.flags |= Prewarmed
	in.until = until
	t.warm(in)
}

func (t *twin) warm(in *twinInstance) {
	if t.now > 0 {
		t.draw(in, PurposePingPhase, in.dep.first, uint32(in.ordinal), 0)
	}
	if in.ready > t.now {
		in.warming = true
		t.readyLater(in)
		return
	}
	t.idle(in)
}

func (t *twin) tick(d *twinDep, p Prewarm) {
	a := p.Tick(View{&deployment{first: d.first, group: &group{}}}, t.now)
	d.target = a.Provisioned
	for d.have < d.target {
		d.have++
		in := t.newInstance(d)
		in.flags |= Provisioned
		t.warm(in)
	}
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
		t.stop(last)
	}
	for range a.Start {
		t.prewarm(d, a.Until)
	}
	for range a.Pings {
		r := &twinRequest{fn: d.first, ordinal: d.pings, arrival: t.now, service: a.PingService, ping: true}
		d.pings++
		t.arrive(r)
	}
	if a.Next > t.now && a.Next < t.c.Window.Horizon {
		t.at(a.Next, 5, d.first, 0, func() { t.tick(d, p) })
	}
}

func (t *twin) stop(in *twinInstance) {
	in.idle += t.c.Window.Clip(in.idleSince, t.now)
	in.stopped = true
	d := in.dep
	d.instances = slices.DeleteFunc(d.instances, func(x *twinInstance) bool { return x == in })
	t.out.lives = append(t.out.lives, Life{Created: in.created, Ready: in.ready, Stopped: t.now, Idle: in.idle, Phases: in.phases,
		Served: uint32(in.served), Memory: d.memory, Deployment: d.first, Flags: in.flags})
}

func (t *twin) emit(r *twinRequest, start, end, init Time, status Status, flags Flags, started bool) {
	if r.ping {
		flags |= Ping
	}
	t.out.outcomes = append(t.out.outcomes, Outcome{Arrival: r.arrival, Start: start, End: end, Init: init, Function: r.fn, Ordinal: r.ordinal,
		Status: status, Flags: flags, Started: started})
}

// end stops what is left as the run ends.
func (t *twin) end() {
	for _, d := range t.deps {
		for _, r := range d.waiting {
			t.emit(r, t.c.Window.Horizon, t.c.Window.Horizon, 0, Unfinished, 0, false)
		}
		for len(d.instances) > 0 {
			in := d.instances[0]
			in.flags |= Live
			t.now = max(t.now, t.c.Window.Horizon)
			t.stop(in)
		}
	}
}
