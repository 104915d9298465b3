package flows

import "github.com/coldcurve/coldcurve/sim"

// trip is the way of one call from its caller's place to another and back. A payload
// takes its time by the way's bandwidth, and is counted where it leaves.
type trip struct {
	there, back *Hop
	rtt         sim.Time // with the round trips of a handshake before it
	from, to    int32
}

// trip draws the way of a call.
func (a *actor) trip(from, to int32, key uint64, attempt uint16) trip {
	t := trip{there: a.wayTo(from, to), back: a.wayTo(to, from), from: from, to: to}
	if t.there.RTT != nil {
		t.rtt = a.delay(t.there.RTT, drawHop, key, attempt)
		t.rtt += sim.Time(float64(t.rtt) * t.there.Trips)
	}
	return t
}

func (a *actor) wayTo(from, to int32) *Hop { return &a.g.Hops[int(from)*len(a.g.Places)+int(to)] }

// out is how long a payload is on its way there; the handshakes come before it.
func (t *trip) out(bytes int64) sim.Time {
	return t.rtt - t.half() + bounded(t.there.PerByte*float64(bytes))
}

// in is how long a payload is on its way back.
func (t *trip) in(bytes int64) sim.Time {
	return t.half() + bounded(t.back.PerByte*float64(bytes))
}

// half is one way of the last round trip.
func (t *trip) half() sim.Time { return sim.Time(float64(t.rtt) / (1 + t.there.Trips) / 2) }

// leaves counts what a payload's way from a place to another costs that place.
func (a *actor) leaves(h *Hop, bytes int64, lin lineage, owner Owner, cause Cause) {
	if h.Egress != None {
		a.counts.use(lin, owner, cause, h.Egress, bytes)
	}
}
