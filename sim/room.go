package sim

import (
	"cmp"
	"slices"
)

// expiry says that a deployment may have an idle instance whose time ends then, and
// none whose time ends before. It is stale where the deployment expects another.
type expiry struct {
	at  Time
	dep depIndex
}

func (e *expiry) before(f *expiry) bool { return e.at < f.at || e.at == f.at && e.dep < f.dep }

// expect notes that an instance of a deployment is idle until a time. What is noted
// already most often comes before.
func (a *account) expect(d *deployment, until Time) {
	if until >= d.expected {
		return
	}
	d.expected = until
	e := expiry{until, d.local}
	h := append(a.expiries, e)
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if h[parent].before(&e) {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = e
	a.expiries = h
}

// nextExpiry returns the time before which no idle instance of the platform expires.
func (a *account) nextExpiry() Time {
	if len(a.expiries) == 0 {
		return Never
	}
	return a.expiries[0].at
}

// passExpiry drops the first.
func (a *account) passExpiry() expiry {
	h := a.expiries
	top, n := h[0], len(h)-1
	e := h[n]
	h = h[:n]
	i := 0
	for {
		child := 2*i + 1
		if child >= n {
			break
		}
		if child+1 < n && h[child+1].before(&h[child]) {
			child++
		}
		if e.before(&h[child]) {
			break
		}
		h[i] = h[child]
		i = child
	}
	if n > 0 {
		h[i] = e
	}
	a.expiries = h
	return top
}

// settleAll stops the instances of a platform whose time ended before a time, which is
// now or just after. Whom an autoscaler holds until now stays, since it is asked next.
func (s *shard) settleAll(a *account, now, before Time) {
	var held []*deployment
	for a.nextExpiry() < before {
		e := a.passExpiry()
		d := &s.deps[e.dep]
		if d.expected != e.at {
			continue
		}
		d.expected = Never
		if to := s.settlesTo(d, now, before); d.earliest < to {
			s.settle(d, to)
		}
		if d.earliest < before {
			held = append(held, d)
		} else if d.earliest < Never {
			a.expect(d, d.earliest)
		}
	}
	for _, d := range held {
		a.expect(d, d.earliest)
	}
}

// settlesTo returns before when the instances of a deployment have gone.
func (s *shard) settlesTo(d *deployment, now, before Time) Time {
	if d.ticks && now > 0 && d.scaler.held == now {
		return now
	}
	return before
}

// fits reports whether the platform has a place for one more instance.
func (s *shard) fits(d *deployment) bool {
	a := d.account
	return (a.fleet == 0 || a.live < a.fleet) && (d.cluster == nil || d.cluster.someCanFit(d))
}

// hasPlace reports the same once those whose time has ended are gone. Where there is
// none, a deployment that may still want an instance later is called when there may be.
func (s *shard) hasPlace(d *deployment, now Time, rid requestID) bool {
	a := d.account
	s.settleAll(a, now, now)
	if d.balanced && rid != noRequest { // whose line waits for it
		return (a.fleet == 0 || a.live < a.fleet) && d.cluster.canFit(d, int(s.sent[rid]))
	}
	if s.fits(d) {
		return true
	}
	s.wantsRoom(d)
	return false
}

// wantsRoom notes a deployment that may want an instance once there is room.
func (s *shard) wantsRoom(d *deployment) {
	if a := d.account; d.lasts() {
		s.scanSoon(a)
		if d.short {
			s.wakeShort(d)
			return
		}
		s.joinShort(d)
		if s.notOffered(a) {
			s.callShort(a, a.due)
		}
		s.callAtExpiry(a)
	}
}

// notOffered reports whether room has come before it was wanted, or is about to, that
// nobody has been called for: who is called then finds what is left of it. What came
// before an event that comes after those calls has been offered.
func (s *shard) notOffered(a *account) bool {
	return a.due > s.now || a.due == s.now && (s.late%2 == 0 || a.came == s.late)
}

// roomCame lets those that want a place try again at a time, when all has happened that
// happens then. What came before now has been there for who wanted it then.
func (s *shard) roomCame(a *account, at Time) {
	if a.isShort() {
		at = max(at, s.now)
		s.callShort(a, at)
	}
	if at >= a.due {
		a.due, a.came = at, s.late
	}
}

// callAtExpiry calls them when the next instance is gone that idles.
func (s *shard) callAtExpiry(a *account) {
	if at := a.nextExpiry(); at < Never {
		s.callShort(a, at+1)
	}
}

// callShort lets those that want a place try again at a time, unless they
// are called before: there is one call at a time, however many they are.
func (s *shard) callShort(a *account, at Time) {
	if a.call <= at {
		return
	}
	a.call = at
	s.queue.push(event{at: at, key: keyOf(kindRoom, 0, uint32(a.platform)), ref: uint32(a.platform)})
}

// called carries a call out, if there is more room than there was.
func (s *shard) called(e event) {
	a := &s.accounts[e.ref]
	if a.call != e.at {
		return
	}
	a.call = Never
	s.settleAll(a, e.at, e.at)
	if a.due >= e.at {
		if a.due == e.at {
			a.due = -1 // who finds no room now waits for more
		}
		s.serveShort(a, e.at)
	}
	if !a.isShort() {
		return
	}
	if a.due > e.at {
		s.callShort(a, a.due)
	}
	s.callAtExpiry(a)
}

// tryAgain serves who waits, in the order of compareWaiting.
func (s *shard) tryAgain(deps []depIndex, now Time) {
	slices.SortFunc(deps, s.compareWaiting)
	for _, k := range deps {
		s.fillFloor(&s.deps[k], now)
		s.dispatch(&s.deps[k], now)
	}
}

// compareWaiting orders deployments that wait: first whose first request has waited longest,
// last who wants an instance ahead.
func (s *shard) compareWaiting(x, y depIndex) int {
	return cmp.Or(s.waitsFirst(x).compare(s.waitsFirst(y)), cmp.Compare(x, y))
}

// waitsFirst returns by what the first waiting request of a deployment is ordered; last
// where none waits.
func (s *shard) waitsFirst(k depIndex) waiter {
	d := &s.deps[k]
	if d.waiting.len() == 0 {
		return noWaiter()
	}
	return s.waiterOf(d, d.waiting.first())
}

// stays notes until when an instance is idle, and that it is on its node.
func (s *shard) stays(d *deployment, id instanceID, until, now Time) {
	a := d.account
	a.expect(d, until)
	if d.cluster != nil {
		s.rest(d, id, now)
	}
	if a.isShort() {
		s.callAtExpiry(a)
	}
}

// isShort reports whether somebody waits for room.
func (a *account) isShort() bool { return a.shortage.count+len(a.again)+len(a.shortLines) > 0 }
