package sim

import "slices"

// account is what the functions on one platform share: the limit on requests
// that are initialised for or served at a time, and the line of the
// deployments that it holds back.
type account struct {
	limit                 int32    // to enforce; 0: none
	bound                 Ramp     // of requests, to enforce
	rate                  ramp     // of that
	inFlight              int32    // requests being initialised for or served
	present               int32    // requests that have arrived and not ended
	peaks                 *peaks   // of those, where a limit is to be certified; else nil
	fleet                 int32    // most instances; 0: any number
	live                  int32    // instances
	bounded               bool     // by a fleet or a cluster
	cluster               *cluster // nil: there is room for any number
	platform              PlatformID
	shortage              shortage   // those for whom there is no room to start one
	trying                bool       // these try again
	again                 []depIndex // of these, those for whom there still is none
	shortLines, lineTries []uint32   // lines of nodes, and those that try again
	due                   Time       // when they try again at the latest, for room that has come
	came                  uint64     // shard.late when it came
	call                  Time       // when they try again; Never: nobody has said
	expiries              []expiry   // where it is bounded, a binary heap
	line                  []place
	joined                uint64 // places so far
}

// place is a deployment in an account's line, by what its first waiting request is
// ordered by. It is stale where its deployment stands in the line under
// another serial, or not at all.
type place struct {
	waiter
	dep    depIndex
	serial uint64
}

// begin readies the account for a shard.
func (a *account) begin() {
	a.inFlight, a.present, a.live, a.line = 0, 0, 0, a.line[:0]
	a.shortage.wins, a.again, a.trying, a.shortLines = a.shortage.wins[:0], a.again[:0], false, a.shortLines[:0]
	a.shortage.count = 0
	a.call, a.due, a.expiries, a.cluster = Never, -1, a.expiries[:0], nil
	a.rate = newRamp(a.bound)
	if a.peaks != nil {
		a.peaks.begin()
	}
}

// enter and exit count the requests that have arrived and not ended.
func (a *account) enter(now Time) {
	a.present++
	if a.peaks != nil {
		a.peaks.rise(now, a.present)
	}
}

func (a *account) exit(now Time) {
	a.present--
	if a.peaks != nil {
		a.peaks.fall(now, a.present)
	}
}

// full reports whether the limit holds.
func (a *account) full() bool { return a.limit > 0 && a.inFlight >= a.limit }

// join adds a place to the line, a binary heap, and returns its serial.
func (a *account) join(w waiter, dep depIndex) uint64 {
	a.joined++
	p := place{w, dep, a.joined}
	a.line = append(a.line, p)
	i := len(a.line) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if a.line[parent].before(&p.waiter) {
			break
		}
		a.line[i] = a.line[parent]
		i = parent
	}
	a.line[i] = p
	return p.serial
}

// leave takes the first out of the line.
func (a *account) leave() {
	n := len(a.line) - 1
	p := a.line[n]
	a.line = a.line[:n]
	i := 0
	for {
		child := 2*i + 1
		if child >= n {
			break
		}
		if child+1 < n && a.line[child+1].before(&a.line[child].waiter) {
			child++
		}
		if p.before(&a.line[child].waiter) {
			break
		}
		a.line[i] = a.line[child]
		i = child
	}
	if n > 0 {
		a.line[i] = p
	}
}

// queueUp puts a deployment whose first waiting request the account limit
// holds back into the account's line, once.
func (s *shard) queueUp(d *deployment) {
	if d.inLine != 0 {
		return
	}
	d.inLine = d.account.join(s.waiterOf(d, d.waiting.first()), d.local)
}

// takeFirst takes the first request out of a deployment's line, and the
// deployment out of its account's.
func (s *shard) takeFirst(d *deployment) requestID {
	id := d.waiting.first()
	if d.platform.Order == FIFO {
		d.waiting.takeFirst()
	} else {
		s.dropFrom(d, &d.waiting, id)
	}
	s.requests[id].waits = false
	d.inLine = 0
	if d.short {
		s.renewShort(d)
	}
	return id
}

// front returns the deployment that is the next of its account's line; stale
// places before it leave the line.
func (s *shard) front(a *account) *deployment {
	for len(a.line) > 0 {
		p := &a.line[0]
		if d := &s.deps[p.dep]; d.inLine == p.serial {
			return d
		}
		a.leave()
	}
	return nil
}

// admitNext serves the requests that the account limit held back, first come
// first served over all its functions, as long as there is room. A deployment
// that something else holds back leaves the line until that is over.
func (s *shard) admitNext(a *account, now Time) {
	for !a.full() {
		d := s.front(a)
		if d == nil {
			return
		}
		d.inLine = 0
		if s.advance(d, now) && d.waiting.len() > 0 {
			s.queueUp(d)
		}
	}
}

// claims reports whether the place that an instance of d has left may go to d's
// first waiting request: no other that the account limit holds back, and only
// that, came before it. What else holds one back is looked into on the way.
func (s *shard) claims(d *deployment, now Time) bool {
	for !d.account.full() {
		other := s.front(d.account)
		if other == nil || other == d {
			return true
		}
		if mine := s.waiterOf(d, d.waiting.first()); mine.before(&d.account.line[0].waiter) {
			return true
		}
		if s.usable(other, now) {
			return false
		}
		other.inLine = 0
		s.advance(other, now)
	}
	return false
}

// usable reports whether a deployment's first waiting request could be served,
// or bound to an instance, if its account had room.
func (s *shard) usable(d *deployment, now Time) bool {
	l := &d.platform.Limit
	if l.Function > 0 && d.inFlight >= int32(l.Function) {
		return false
	}
	if d.earliest < now {
		s.settle(d, now)
	}
	if d.ranks != nil && s.hasRoom(d, now) || d.floor.len()+d.idle.len() > 0 {
		return true
	}
	for _, id := range d.open.all() {
		if s.young(d, &s.instances[id], now) {
			return true
		}
	}
	if d.platform.Dispatch == QueueDispatch {
		return false
	}
	if d.warming.len() > 0 || slices.ContainsFunc(d.held.all(), func(id instanceID) bool { return s.canRegain(d, id) }) {
		return true
	}
	if _, id := s.findShared(d, now, d.waiting.first()); id != noInstance {
		return true
	}
	if d.account.bounded {
		s.settleAll(d.account, now, now)
	}
	return (l.Instances == 0 || d.live < int32(l.Instances)) && s.fits(d) && d.ramp.has(now) && now >= d.dryUntil
}
