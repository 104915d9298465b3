package servers

import "github.com/coldcurve/coldcurve/sim"

// entrances are the requests on their way into the line, in the order in which
// they get there: a ring.
type entrances struct {
	ring    []entrance // a power of 2 of them
	from, n int
}

type entrance struct {
	at  sim.Time
	seq int32
}

func (q *entrances) push(x entrance) {
	if q.n == len(q.ring) {
		longer := make([]entrance, max(16, 2*q.n))
		k := copy(longer, q.ring[q.from:])
		copy(longer[k:], q.ring[:q.from])
		q.ring, q.from = longer, 0
	}
	q.ring[(q.from+q.n)&(len(q.ring)-1)] = x
	q.n++
}

// next returns when the first one gets there, if there is one.
func (q *entrances) next() (sim.Time, bool) {
	if q.n == 0 {
		return 0, false
	}
	return q.ring[q.from].at, true
}

func (q *entrances) pop() int32 {
	x := q.ring[q.from]
	q.from = (q.from + 1) & (len(q.ring) - 1)
	q.n--
	return x.seq
}

// after returns the time d after at, and the last one where there is none.
func after(at, d sim.Time) sim.Time {
	if d > sim.Never-1-at {
		return sim.Never - 1
	}
	return at + d
}
