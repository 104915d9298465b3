package sim

import "math/bits"

// past is what a function's requests have taken so far, and how often they came, for the
// orders that ask.
type past struct {
	services learned // of all
	warm     learned // of those that found a warm instance
	woken    learned // the rest of a start, and the service, of those that an instance was woken, or taken from a pool, for
	cold     learned // the start and the service of those that one was started for
	came     learned // times between arrivals
	last     Time    // arrival, where one has been
	arrived  bool
}

// learned is a mean of times.
type learned struct{ high, low, n uint64 } // their sum in ns, of 128 bits

// mean returns it, 0 where there is none: who is not known goes first, and soon is.
func (l *learned) mean() Time {
	if l.n == 0 {
		return 0
	}
	mean, _ := bits.Div64(l.high, l.low, l.n)
	return Time(mean)
}

func (l *learned) add(t Time) {
	var carry uint64
	l.low, carry = bits.Add64(l.low, uint64(t), 0)
	l.high += carry
	l.n++
}

// noteArrival notes when a request arrives.
func (s *shard) noteArrival(id requestID, now Time) {
	r := &s.requests[id]
	if r.flags&Ping != 0 {
		return
	}
	p := &s.starts[r.fn].past
	if p.arrived {
		p.came.add(now - p.last)
	}
	p.last, p.arrived = now, true
}

// learn notes what a request took that has ended.
func (s *shard) learn(d *deployment, r *request) {
	if !r.started || r.flags&Ping != 0 || r.status != Completed && r.status != TimedOut {
		return
	}
	took, p := r.end-r.start, &s.starts[r.fn].past
	p.services.add(took)
	d.services.add(took)
	if d.platform.Order != ShortestWithStart {
		return
	}
	in, b := &s.instances[r.instance], &s.births[r.instance]
	switch start := in.ready - b.began; {
	case r.own && b.later:
		p.woken.add(after(start, took))
	case r.own && r.flags&Cold != 0:
		p.cold.add(after(start, took))
	case r.flags&Cold == 0:
		p.warm.add(took)
	}
}

// withStart returns what a request that begins to wait takes on average, by what is there
// for it now: an idle instance, one to wake or to take from a pool, or none.
func (s *shard) withStart(d *deployment, id requestID) Time {
	p := &s.starts[s.requests[id].fn].past
	warm, held := d.idleCount(), d.held.len()
	if d.balanced {
		warm, held = s.restingOn(d, s.sent[id])
	}
	switch {
	case warm > 0:
		return p.warm.mean()
	case held > 0:
		return p.woken.mean()
	case !d.balanced:
		if _, shared := s.findShared(d, s.now, id); shared != noInstance {
			return p.woken.mean()
		}
	}
	return p.cold.mean()
}

// restingOn returns how many of a deployment's instances on a node idle, whole, and how
// many are paused or demoted.
func (s *shard) restingOn(d *deployment, at uint32) (warm, held int) {
	if int(at) >= len(d.cluster.nodes) {
		return 0, 0
	}
	for _, id := range d.held.all() {
		if s.lodgers[id].node == at {
			held++
		}
	}
	return int(d.cluster.clones[d.cluster.clonesOf(d.local, at)].resting) - held, held
}

// MeanService returns, for a Scaling, what the services of the deployment's requests have
// taken on average so far, those that began cold or were timed out too, but not those that
// failed or whose client had gone; 0 where none has ended.
func (v View) MeanService() Time { return v.d.services.mean() }

// MeanStart returns, for a Scaling, how long the deployment's instances have taken on
// average to be ready, of those that are; 0 where none is.
func (v View) MeanStart() Time {
	if v.d.readied == 0 {
		return 0
	}
	return v.d.starting / v.d.readied
}
