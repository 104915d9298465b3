package sim

import "slices"

// Replica is what a policy may see of one of a deployment's instances: how much it
// has to do. It is valid during the call.
type Replica struct {
	s  *shard
	id instanceID
}

// Ordinal returns its place in the order of creation within the deployment.
func (r Replica) Ordinal() uint32 { return r.s.births[r.id].ordinal }

// InFlight returns how many requests it serves, or initialises for.
func (r Replica) InFlight() int { return int(r.s.instances[r.id].inUse) }

// Ready reports whether its initialisation is over.
func (r Replica) Ready(now Time) bool { return r.s.instances[r.id].ready <= now }

// Gauge returns how full its server is. One that is not a GaugeServer runs what is
// in flight; one that initialises, nothing.
func (r Replica) Gauge(now Time) Gauge {
	switch {
	case !r.Ready(now):
		return Gauge{}
	case int(r.id) < len(r.s.stations):
		if st := &r.s.stations[r.id]; st.up {
			if g, ok := st.server.(GaugeServer); ok {
				return g.Gauge(now)
			}
		}
	}
	return Gauge{Running: r.InFlight()}
}

// Replica returns, for a TickingScaling, the i-th of its Instances, in the order of
// creation.
func (v View) Replica(i int) Replica {
	c := v.d.scaler
	return Replica{c.shard, c.order[i]}
}

// Since returns, for a TickingScaling, when the i-th of those that wait arrived, in the order of arrival.
func (v View) Since(i int) Time {
	d := v.d
	if d.platform.Order != FIFO {
		return d.scaler.arrivals(d)[i]
	}
	w := &d.waiting
	return d.scaler.shard.requests[w.ids[w.head+i]].Arrival
}

// Oldest returns, for a TickingScaling, for how long the one has waited that waits
// longest, 0 where nobody waits.
func (v View) Oldest(now Time) Time {
	if v.d.waiting.len() == 0 {
		return 0
	}
	return now - v.Since(0)
}

// arrivals returns when those that wait arrived, in this order, where they wait in another.
func (c *scaler) arrivals(d *deployment) []Time {
	if w := &d.waiting; c.sorted != w.changes+1 {
		c.sorted, c.since = w.changes+1, c.since[:0]
		for _, id := range w.all() {
			c.since = append(c.since, c.shard.requests[id].Arrival)
		}
		slices.Sort(c.since)
	}
	return c.since
}
