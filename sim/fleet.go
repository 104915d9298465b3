package sim

import (
	"cmp"
	"slices"
)

// hasMachine reports whether the platform may have one more instance.
func (a *account) hasMachine() bool { return a.fleet == 0 || a.live < a.fleet }

// makeRoom stops the instances of a full fleet whose time has ended, and reports
// whether that was of use. Where it was not, a deployment that may still want an
// instance later is called when one is gone, or may be.
func (s *shard) makeRoom(d *deployment, now Time) bool {
	a := d.account
	if a.earliest < now {
		s.settleAll(a, now)
	}
	if a.hasMachine() {
		return true
	}
	if !d.short && d.lasts() {
		d.short = true
		a.short = append(a.short, d.local)
		if a.earliest < Never {
			s.callShort(a, a.earliest+1)
		}
	}
	return false
}

// settleAll stops the instances of a platform whose time ended before now.
func (s *shard) settleAll(a *account, now Time) {
	a.earliest = Never
	for k := range s.deps {
		d := &s.deps[k]
		if d.account != a {
			continue
		}
		if d.earliest < now {
			s.settle(d, now)
		}
		a.earliest = min(a.earliest, d.earliest)
	}
}

// callShort lets those that a full fleet holds back try again at a time, unless they
// are called before: there is one call at a time, however many they are.
func (s *shard) callShort(a *account, at Time) {
	if a.call <= at {
		return
	}
	a.call = at
	d := &s.deps[a.short[0]]
	s.queue.push(event{at: at, key: keyOf(kindToken, d.first, 0), ref: uint32(d.local)})
}

// serveShort lets those that the fleet held back try again: first whose first
// request has waited longest, last who wants an instance ahead.
func (s *shard) serveShort(a *account, now Time) {
	tries := slices.Clone(a.short)
	slices.SortFunc(tries, func(x, y depIndex) int {
		return cmp.Or(cmp.Compare(s.waitsSince(x), s.waitsSince(y)), cmp.Compare(x, y))
	})
	a.short, a.call = a.short[:0], Never
	for _, k := range tries {
		s.deps[k].short = false
	}
	for _, k := range tries {
		s.fillFloor(&s.deps[k], now)
		s.dispatch(&s.deps[k], now)
	}
}

// waitsSince returns when the first waiting request of a deployment arrived; Never
// where none waits.
func (s *shard) waitsSince(k depIndex) Time {
	d := &s.deps[k]
	if d.waiting.len() == 0 {
		return Never
	}
	return s.requests[d.waiting.first()].Arrival
}
