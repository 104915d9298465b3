package sim

import "fmt"

// Standby is what a PlanningKeepAlive wants of a deployment from now on.
type Standby struct {
	Function  uint32 // any of the deployment's, of the policy's scope
	Instances int    // how many there are to be at least, those that serve or initialise too
	Until     Time   // how long these stay at least if no request uses them, ≥ now
}

// PlanningKeepAlive is a keep-alive policy that has instances of any deployment of its
// scope stand by, at times of its own. What its Decisions say of a prewarm is not heard.
type PlanningKeepAlive interface {
	KeepAlive
	ArrivalListener
	// Next returns when StandBy is to be asked, Never where not at all. It is read when
	// the policy has been made, and after each Arrived, Idle and StandBy. A time that has
	// passed is now: after all that happens now. Behind a StandBy, it is later than now.
	Next() Time
	// StandBy appends what is wanted from now on. Instances that are missing are
	// started, as far as there is room; as many of those that are idle as are wanted
	// beside the busy ones, who would stay the longest, stay as long as this says. The
	// view is of the first deployment of the scope.
	StandBy(v View, now Time, wanted []Standby) []Standby
}

// replan sees that the policy of a scope is asked in time.
func (s *shard) replan(g *group) {
	at := g.planner.Next()
	if at == g.next {
		return
	}
	g.next = at
	g.gen++
	if at = max(at, s.now); at < s.window.Horizon {
		s.queue.push(event{at: at, key: keyOf(kindPlanned, g.first, 0), ref: uint32(g.local), gen: g.gen})
	}
}

// standBy asks a policy what it wants, and does it.
func (s *shard) standBy(g *group, e event) {
	if g.gen != e.gen {
		return
	}
	s.wanted = g.planner.StandBy(View{&s.deps[g.local]}, e.at, s.wanted[:0])
	for _, w := range s.wanted {
		s.ready(s.wantedOf(g, w, e.at), w, e.at)
	}
	g.next = -1 // what is asked for at a time that has passed is asked for anew
	s.replan(g)
	if g.next <= e.at {
		panic(refusal{fmt.Errorf("the keep-alive policy of %s wants to be asked again at %d ns, want later than now, %d ns", s.all[g.first].ID(), g.next, e.at)})
	}
}

// wantedOf returns the deployment that a policy wants to stand by.
func (s *shard) wantedOf(g *group, w Standby, now Time) *deployment {
	if int(w.Function) < len(s.all) && w.Until >= now {
		if k := s.local[w.Function]; int(k) < len(s.fns) && s.fns[k].id == w.Function && !s.fns[k].outside {
			if d := &s.deps[s.fns[k].dep]; d.group == g {
				return d
			}
		}
	}
	panic(refusal{fmt.Errorf("the keep-alive policy of %s wants %d instances of function %d to stand by from %d to %d ns, want one of its functions and no time that has passed", s.all[g.first].ID(), w.Instances, w.Function, now, w.Until)})
}

// ready has so many instances of a deployment stand by.
func (s *shard) ready(d *deployment, w Standby, now Time) {
	s.settleTick(d, now)
	there := int(d.busy) + d.floor.len()
	idle := d.idle.all()
	if d.ranks != nil {
		there = int(d.busy) + len(s.idlers(d.ranks, floorRank))
		idle = s.idlers(d.ranks, idleRank)
	}
	hold := w.Instances - there
	if hold <= 0 {
		return
	}
	s.staying = append(append(s.staying[:0], idle...), d.warming.all()...)
	for ; hold > 0 && len(s.staying) > 0; hold-- {
		last := s.longest(s.staying, now)
		id := s.staying[last]
		s.staying[last] = s.staying[len(s.staying)-1]
		s.staying = s.staying[:len(s.staying)-1]
		if in := &s.instances[id]; stays(in, now) < Never && !in.passing {
			in.until = max(in.until, d.cap(in, w.Until))
		}
	}
	for range hold {
		s.prewarm(d, w.Until, now)
	}
}

// longest returns which of some instances would stay the longest, of several the one
// that was created first.
func (s *shard) longest(ids []instanceID, now Time) int {
	best := 0
	for i, id := range ids {
		a, b := &s.instances[id], &s.instances[ids[best]]
		if stays(a, now) > stays(b, now) || stays(a, now) == stays(b, now) && s.births[id].ordinal < s.births[ids[best]].ordinal {
			best = i
		}
	}
	return best
}

// stays returns until when an instance stays that is idle or initialises; Never where
// that is not known yet, since its keep-alive is asked when it is idle.
func stays(in *instance, now Time) Time {
	if in.ready > now && (in.flags&Prewarmed == 0 || in.until == AsKeepAlive) {
		return Never
	}
	return in.until
}
