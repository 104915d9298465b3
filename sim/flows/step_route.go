package flows

import "github.com/coldcurve/coldcurve/sim"

// routeTry is a request at a target of a route, or a probe.
type routeTry struct {
	frame  ref
	target int32
	began  sim.Time
	probe  bool
	lookup bool // of the cache of answers, not a request at a target
	late   bool // its step has timed out, which its target was told of as a failure
}

// routeStep calls one of several functions: an answer of the cache is given again,
// else the targets are tried in the order in which the route prefers them now.
func (a *actor) routeStep(i int32) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	f.items, f.left = 0, 0 // the targets that were tried, a bit each
	if s.Route.Lookup == nil {
		a.routeAsked(i)
		return
	}
	x := &a.execs.items[f.exec]
	key := a.keyOf(f)
	t := a.tries.take()
	a.tries.items[t] = routeTry{frame: a.frames.ref(refFrame, i), lookup: true}
	place := x.engine.Place
	e := errand{
		uses: a.lookups[f.step], to: a.tries.ref(refRoute, t), key: key, attempt: f.attempt, place: place,
		input: a.bytes(s.Input, f.payload, drawInput, key), lin: x.lin, cause: f.askCause(x), until: a.now,
	}
	a.errand(&e, a.now)
}

// routeAsked is what a route does when its cache was asked, or it has none.
func (a *actor) routeAsked(i int32) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	r := s.Route
	key := a.keyOf(f)
	if r.HitRate > 0 {
		hit := a.uniform(drawHit, key, f.attempt) < r.HitRate
		a.countLookup(r, a.execs.items[f.exec].lin, hit)
		if hit {
			f.payload = a.bytes(a.g.Functions[r.To[0]].Output, f.payload, drawOutput, key)
			a.leaveStep(i, s.Next)
			return
		}
	}
	a.routeNext(i)
}

// countLookup counts a hit or a miss with the service that keeps the answers.
func (a *actor) countLookup(r *Route, lin lineage, hit bool) {
	if r.Lookup == nil || r.Lookup.Service == None || !lin.counted {
		return
	}
	n := &a.counts.services[r.Lookup.Service]
	if hit {
		n.Hits++
	} else {
		n.Misses++
	}
}

// routeNext tries the target that is preferred of those that were not tried; false
// where there is none.
func (a *actor) routeNext(i int32) bool {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	key := a.keyOf(f)
	k := a.prefer(f.step, s.Route, uint64(f.items), a.uniform(drawRoute, key, f.attempt))
	if k == None {
		return false
	}
	x := &a.execs.items[f.exec]
	input := a.bytes(s.Input, f.payload, drawInput, key)
	cause := f.askCause(x) // another target is no retry
	f.items |= 1 << uint(k)
	t := a.first[f.step] + k
	a.targets[t].under++
	n := a.tries.take()
	a.tries.items[n] = routeTry{frame: a.frames.ref(refFrame, i), target: t, began: a.now}
	f.next = int64(a.tries.ref(refRoute, n))
	a.request(&ask{
		function: s.Route.To[k], key: sim.MadeKey(key, routeChild, uint32(k)), attempt: f.attempt, at: a.now, from: x.engine.Place,
		input: input, records: f.records, lin: x.lin, owner: s.Owner, cause: cause, to: a.tries.ref(refRoute, n),
	})
	return true
}

// routeAnswered is told how a request at a target, a probe or a lookup has ended.
func (a *actor) routeAnswered(who ref, w answer) {
	p := a.tries.at(who)
	if p == nil {
		return
	}
	try := *p
	a.tries.release(who.place())
	f := a.frames.at(try.frame)
	if try.lookup { // one that fails is a miss
		if f != nil {
			a.waited(f)
			a.routeAsked(try.frame.place())
		}
		return
	}
	x := &a.targets[try.target]
	if try.probe {
		x.probing = false
		a.learned(try.target, w.errors == 0, a.now-try.began)
		return
	}
	x.under--
	if w.errors != OnThrottled {
		x.spent += a.g.Functions[x.function].Price
	}
	if !try.late { // what was cancelled for another reason tells how its target is
		a.learned(try.target, w.errors == 0, a.now-try.began)
	}
	if f == nil {
		return // who asked has given up
	}
	f.billed = f.billed || w.billed
	i := try.frame.place()
	a.spend(f, w)
	if w.errors != 0 && a.g.Steps[f.step].Route.Fallback && a.routeNext(i) {
		return
	}
	a.frameAnswered(try.frame, answer{errors: w.errors, bytes: w.bytes})
}

// routeTimeout learns of the target whose answer a route's step no longer waits for.
func (a *actor) routeTimeout(f *frame) {
	if p := a.tries.at(ref(f.next)); f.items != 0 && p != nil && !p.lookup {
		p.late = true
		a.learned(p.target, false, a.now-p.began)
	}
}

// prefer is the target that a route prefers now, of those that were not tried: by
// weight whichever the variate falls to, else the first that is healthy, has room, is
// within its budget, and is best. Where none is all of that, the first that is within
// its budget, else the first.
func (a *actor) prefer(step int32, r *Route, tried uint64, u float64) int32 {
	if r.By == ByWeight {
		return byWeight(r, tried, u)
	}
	best, least := int32(None), 0.0
	last, lastRank := int32(None), 0
	for k := range r.To {
		if tried>>uint(k)&1 != 0 {
			continue
		}
		t := a.first[step] + int32(k)
		x := &a.targets[t]
		affords := k >= len(r.Budgets) || a.afford(t, r.Budgets[k])
		room := r.By != Overflow || a.room(r, x)
		rank := rankOf(affords, room, !x.sick)
		if last == None || rank > lastRank {
			last, lastRank = int32(k), rank
		}
		if rank < rankOf(true, true, true) {
			continue
		}
		if cost := a.costOf(r, x); best == None || cost < least {
			best, least = int32(k), cost
		}
	}
	if best != None {
		return best
	}
	return last
}

// rankOf orders targets none of which is all that is wanted: a budget first, then
// health, then room.
func rankOf(affords, room, well bool) int {
	rank := 0
	for _, good := range []bool{affords, well, room} {
		rank *= 2
		if good {
			rank++
		}
	}
	return rank
}

// costOf is what is least at the target that is preferred.
func (a *actor) costOf(r *Route, x *target) float64 {
	switch r.By {
	case ByPrice:
		return a.g.Functions[x.function].Price
	case ByLatency:
		mean, known := x.mean(a.now, r.Probe)
		switch {
		case known:
			return mean
		case x.under > 0: // somebody looks already
			return float64(sim.Longest)
		}
		return -1 // look
	}
	return 0 // in their order
}

// room reports whether a target can take a request more: as many as the route says are
// under way from it, or as many as the function's platform takes from all.
func (a *actor) room(r *Route, x *target) bool {
	if r.Full > 0 {
		return int(x.under) < r.Full
	}
	limit := a.g.Functions[x.function].Limit
	return limit <= 0 || int(a.under[x.function]) < limit
}

// byWeight is the target that a variate falls to. Of one that was tried the weight is
// shared out over the others.
func byWeight(r *Route, tried uint64, u float64) int32 {
	left, before := 0.0, 0.0
	for k := range r.To {
		if tried>>uint(k)&1 == 0 {
			left += r.weight(k)
		}
	}
	last := int32(None)
	for k := range r.To {
		if tried>>uint(k)&1 != 0 || r.weight(k) <= 0 {
			continue
		}
		last = int32(k)
		before += r.weight(k)
		if u*left < before {
			break
		}
	}
	return last
}

// weight is a target's part of all.
func (r *Route) weight(k int) float64 {
	if len(r.Weights) == 0 {
		return 1 / float64(len(r.To))
	}
	if k == 0 {
		return r.Weights[0]
	}
	return r.Weights[k] - r.Weights[k-1]
}
