package sim

import (
	"fmt"
	"slices"
)

// Routing says which instance serves a request, where Platform.Reuse is too
// simple a rule: it sees all that have a free slot, busy ones too.
type Routing interface {
	// Route returns which of the replicas serves the request, by its place. It is
	// asked again without that one where its server refuses.
	Route(c Candidates, now Time) int
}

// RoutingFactory makes the routing policies of a run, one a deployment.
type RoutingFactory interface {
	New(g Group) Routing
}

// Candidates are the replicas that could serve a request now, one at least, in
// the order of creation: those whose initialisation is over, that have a free slot,
// and that are not too old and do not drain. Where an autoscaler wants fewer than
// there are, the newest are among them only if no other has room. It is valid
// during the call.
type Candidates struct {
	s    *shard
	list []instanceID
	rid  requestID
}

// Len returns how many there are.
func (c Candidates) Len() int { return len(c.list) }

// Replica returns one of them.
func (c Candidates) Replica(i int) Replica { return Replica{c.s, c.list[i]} }

// Cached returns how many tokens of the request's prompt a replica has, and how
// many the prompt has; 0 and 0 where its server is no PrefixServer.
func (c Candidates) Cached(i int, now Time) (cached, prompt int64) {
	if id := c.list[i]; int(id) < len(c.s.stations) {
		if p, ok := c.s.stations[id].server.(PrefixServer); ok {
			return p.Cached(now, c.s.serverRequest(c.rid))
		}
	}
	return 0, 0
}

// router is what the kernel knows of a deployment that routes.
type router struct {
	policy Routing
	order  []instanceID // those that live, in the order of creation
	list   []instanceID
}

// joins and parts note a new instance and one that stops.
func (r *router) joins(id instanceID) { r.order = append(r.order, id) }

func (r *router) parts(id instanceID) {
	i := slices.Index(r.order, id)
	r.order = slices.Delete(r.order, i, i+1)
}

// pickRouted takes the slot that the routing policy names.
func (s *shard) pickRouted(d *deployment, rid requestID, now Time) (instanceID, bool) {
	r := d.router
	r.list = s.roomy(d, r.list[:0], now)
	for len(r.list) > 0 {
		i := r.policy.Route(Candidates{s, r.list, rid}, now)
		if i < 0 || i >= len(r.list) {
			panic(refusal{fmt.Errorf("the routing policy of %s chose replica %d of %d", s.all[d.first].ID(), i, len(r.list))})
		}
		id := r.list[i]
		if s.instances[id].inUse == 0 {
			if !d.idle.drop(id) {
				d.floor.drop(id)
			}
			s.takeIdle(d, id, rid, now)
			return id, true
		}
		s.shut(d, id)
		if d.platform.Server == nil || s.offer(d, id, rid, now) {
			return id, true
		}
		r.list = slices.Delete(r.list, i, i+1)
	}
	return noInstance, false
}

// roomy lists the candidates for a request.
func (s *shard) roomy(d *deployment, list []instanceID, now Time) []instanceID {
	unwanted := ^uint32(0) // instances created from that ordinal on are too many
	if d.ticks && d.scaler.wanted < len(d.scaler.order) {
		unwanted = s.births[d.scaler.order[max(0, d.scaler.wanted)]].ordinal
	}
	for _, wanted := range []bool{true, false} {
		for _, id := range d.router.order {
			if (s.births[id].ordinal < unwanted || s.instances[id].flags&Provisioned != 0) == wanted && s.hasSlot(d, id, now) {
				list = append(list, id)
			}
		}
		if len(list) > 0 {
			break
		}
	}
	return list
}

// hasSlot reports whether an instance could serve one more request now.
func (s *shard) hasSlot(d *deployment, id instanceID, now Time) bool {
	in := &s.instances[id]
	switch {
	case in.ready > now || in.stage != Whole || in.inUse >= d.concurrency:
		return false
	case d.platform.Server != nil && !s.stations[id].up:
		return false // it opens later, at this very time perhaps
	case in.inUse == 0:
		return !slices.Contains(d.warming.all(), id)
	}
	return s.young(d, in, now)
}
