package flows

import "github.com/coldcurve/coldcurve/sim"

// spy is an application whose requests are looked at when they are made and when they
// end, with the keys of their records.
type spy struct {
	*watched
	made, ended func(a *actor, c *call, now sim.Time)
}

func (s spy) New() sim.Follower { return &looked{s.watched.New().(*actor), s} }

func (s spy) Ran(shards []sim.Follower) {
	plain := make([]sim.Follower, len(shards))
	for k := range shards {
		plain[k] = shards[k].(*looked).actor
	}
	s.watched.Ran(plain)
}

type looked struct {
	*actor
	spy spy
}

var _ sim.Actor = (*looked)(nil)

func (s *looked) look(next *sim.Next, now sim.Time) {
	for _, r := range next.Arrivals() {
		if c := s.calls.at(ref(r.Parent)); c != nil && s.spy.made != nil {
			s.spy.made(s.actor, c, now)
		}
	}
}

func (s *looked) Arrived(in sim.Arrived, next *sim.Next) {
	s.actor.Arrived(in, next)
	s.look(next, in.Arrival)
}

func (s *looked) Due(now sim.Time, t sim.Timer, next *sim.Next) {
	s.actor.Due(now, t, next)
	s.look(next, now)
}

func (s *looked) Computed(c sim.Computed, next *sim.Next) {
	s.actor.Computed(c, next)
	s.look(next, c.Now)
}

func (s *looked) Began(b sim.Began, next *sim.Next) {
	s.actor.Began(b, next)
	s.look(next, b.Now)
}

func (s *looked) Ended(e sim.End, next *sim.Next) {
	if c := s.calls.at(ref(e.Parent)); c != nil && s.spy.ended != nil {
		s.spy.ended(s.actor, c, e.Now)
	}
	s.actor.Ended(e, next)
	s.look(next, e.Now)
}

// alive are the messages of a trigger that are neither done nor given up, by key.
func (a *actor) alive(trigger int32) map[uint64]bool {
	all := map[uint64]bool{}
	for k := range a.mail.items {
		if m := &a.mail.items[k]; m.trigger == trigger && !m.gone {
			all[m.key] = true
		}
	}
	return all
}
