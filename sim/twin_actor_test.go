package sim

import (
	"cmp"
	"slices"
)

// twinActing is what the twin knows of an actor.
type twinActing struct {
	actor    Actor          // nil: none
	requests []*twinRequest // by the place of their handles
	made     []uint32       // by function
	stuck    bool           // something waited for ever
}

// twinTold is what of a request an actor says or is told.
type twinTold struct {
	made    bool
	attempt uint16
	attr    uint32
	parent  uint64
	earlier Time
	counts  Counts
	retried bool
	parted  bool // its client knows how it ended
	done    bool
	handle  Handle
	open    *twinService
}

// twinService is the service of a request to an open function.
type twinService struct {
	start, service, init Time
	flags                Flags
	own, begun, left     bool
	in                   *twinInstance
}

// twinForever is a service that its timeout ends.
const twinForever = Time(1) << 50

func (t *twin) madeOrdinal(f uint32) uint32 {
	t.made[f]++
	return t.made[f] - 1
}

func (t *twin) outside(r *twinRequest) {
	var n Next
	t.actor.Arrived(Arrived{Invocation{Arrival: r.arrival, Service: r.service, Function: r.fn, Attr: r.attr}, r.ordinal}, &n)
	t.heed(&n, nil)
}

// heed carries out what the actor said; of is the request whose end it was told of.
func (t *twin) heed(n *Next, of *twinRequest) {
	for _, a := range n.Arrivals() {
		r := &twinRequest{fn: a.Function, key: a.Key, arrival: a.Arrival, service: a.Service,
			twinTold: twinTold{made: true, attempt: a.Attempt, attr: a.Attr, parent: a.Parent, counts: a.Counts}}
		if of != nil && of.fn == a.Function && of.key == a.Key && a.Attempt > of.attempt {
			r.earlier = of.earlier + a.Arrival - of.arrival
			of.retried = true
		}
		t.at(a.Arrival, twinArrival, a.Function, 0, func() {
			r.ordinal = t.madeOrdinal(r.fn)
			t.arrive(r)
		})
		e := &t.events[len(t.events)-1]
		e.made, e.key = 1, a.Key
	}
	for _, timer := range n.Timers() {
		t.at(timer.At, twinTimer, 0, 0, func() {
			var n Next
			t.actor.Due(t.now, timer, &n)
			t.heed(&n, nil)
		})
		t.events[len(t.events)-1].key = timer.Key
	}
	for _, l := range n.Leaves() {
		if l.Request.gen == 0 {
			continue
		}
		r := t.requests[l.Request.place]
		if s := r.open; !r.done && s.begun && !s.left {
			s.left = true
			t.at(l.At, twinLeave, r.fn, r.place(), func() { t.finish(r, l.Status) })
		}
	}
}

// tell tells the actor of an end, once.
func (t *twin) tell(r *twinRequest, o Outcome) {
	if t.actor == nil || r.ping || r.parted {
		return
	}
	r.parted = true
	e := End{Outcome: o, Now: t.now, Service: r.service, Key: r.key, Parent: r.parent, Attr: r.attr}
	if r.open != nil && o.Started {
		e.Request = r.handle
	}
	var n Next
	t.actor.Ended(e, &n)
	t.heed(&n, r)
}

// partsAt returns when a client knows of an end that its instance does not know yet:
// it gives up, or the timeout comes while the instance initialises.
func (t *twin) partsAt(end, given, start Time) Time {
	if t.actor == nil {
		return Never
	}
	if end < start && end <= given {
		return end
	}
	return given
}

// parts tells the actor so.
func (t *twin) parts(r *twinRequest, start Time, status Status, init Time, flags Flags) {
	if r.done || r.parted {
		return
	}
	begun := start <= t.now
	if !begun {
		start = t.now
	}
	o := Outcome{Arrival: r.arrival, Start: start, End: t.now, Init: init, Function: r.fn, Ordinal: r.ordinal, Status: status, Flags: flags,
		Started: begun, Attempt: r.attempt, Earlier: r.earlier, Counts: r.counts}
	if flags&Cold != 0 {
		o.Cause = r.why
	}
	t.tell(r, o)
}

// serveOpen serves a request until the actor ends it. It returns false where that
// times out before it begins.
func (t *twin) serveOpen(d *twinDep, in *twinInstance, r *twinRequest, s twinService) bool {
	limit, first := Never, in.served == 0
	if to := t.timeout(r); to > 0 {
		limit = s.start + to
		if t.c.Platforms[0].TimeoutClock == RequestClock {
			limit = r.arrival + to
		}
	}
	if limit < s.start {
		return false
	}
	s.in = in
	r.open = &s
	r.handle = Handle{requestID(len(t.requests)), 1}
	t.requests = append(t.requests, r)
	in.inUse++
	in.served++
	d.flying++
	in.serving = append(in.serving, &twinServing{r, s.start, twinForever, s.init, Failed, s.flags, s.own})
	t.flying++
	t.touch(in)
	if limit < Never {
		t.at(limit, twinGiveUp, r.fn, r.place(), func() { t.finish(r, TimedOut) })
	}
	if given := t.patience(r); given < Never {
		t.at(given, twinGiveUp, r.fn, r.place(), func() {
			switch {
			case r.done || r.parted:
			case t.c.Platforms[0].Abandoned == ServeOn:
				t.parts(r, s.start, Abandoned, s.init, s.flags)
			case s.begun:
				t.finish(r, Abandoned)
			default:
				t.unbind(d, in, r, s.init, s.flags)
			}
		})
	}
	begin := func() {
		if r.done {
			return
		}
		s.begun = true
		var n Next
		t.actor.Began(Began{Request: r.handle, Now: t.now, Arrival: r.arrival, Service: s.service, Key: r.key, Parent: r.parent,
			Instance: uint64(d.first+1)<<32 | uint64(in.ordinal), Function: r.fn, Attr: r.attr, Attempt: r.attempt, Counts: r.counts, Cold: s.flags&Cold != 0, First: first}, &n)
		t.heed(&n, nil)
	}
	if s.start == t.now {
		begin()
	} else {
		t.at(s.start, twinBegin, r.fn, r.place(), begin)
	}
	return true
}

// finish ends an open service.
func (t *twin) finish(r *twinRequest, status Status) {
	if r.done {
		return
	}
	if r.parted {
		status = Abandoned
	}
	s := r.open
	o := t.emit(r, s.start, t.now, s.init, status, s.flags, true)
	if s.init > 0 {
		t.waited(o, s.in, s.own)
	}
	t.complete(s.in)
}

// endRest ends what waits for ever, and then what nobody ends.
func (t *twin) endRest() {
	for t.actor != nil {
		var waiting, open []*twinRequest
		for _, r := range t.allLined() {
			t.leave(t.deps[t.depOf[r.fn]], r)
			waiting = append(waiting, r)
		}
		for f := range t.fns {
			if d := t.deps[uint32(f)]; d != nil {
				waiting = append(waiting, d.waiting...)
				d.waiting, d.heldBack = nil, false
			}
		}
		for _, r := range t.requests {
			if !r.done {
				open = append(open, r)
			}
		}
		t.now = max(t.now, t.c.Window.Horizon)
		switch {
		case len(waiting) > 0:
			for _, r := range waiting {
				r.gone = true
				t.emit(r, t.now, t.now, 0, Unfinished, 0, false)
			}
		case len(open) > 0:
			slices.SortFunc(open, func(a, b *twinRequest) int { return cmp.Or(cmp.Compare(a.fn, b.fn), cmp.Compare(a.place(), b.place())) })
			for _, r := range open {
				t.finish(r, Unfinished)
			}
		default:
			return
		}
		t.stuck = true
		t.run()
	}
}
