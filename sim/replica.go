package sim

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

// Oldest returns, for a TickingScaling, for how long the first of those that wait
// has waited, 0 where nobody waits.
func (v View) Oldest(now Time) Time {
	if v.d.waiting.len() == 0 {
		return 0
	}
	return now - v.d.scaler.shard.requests[v.d.waiting.first()].Arrival
}
