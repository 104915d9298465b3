package policies

import (
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// occupancy is when the instances of a platform are busy, as a rehearsal saw it: a run in
// which every instance that is ever used again is kept until then. What a bound with a
// memory decides is which of the gaps between two requests of an instance are bridged.
//
// Who takes which instance is fixed: a request takes the one that was used last. No other
// assignment lets more gaps be bridged in the same memory. Take two ends e1 < e2 and two
// starts s1 < s2 after them, of one deployment. Where gap e1–s1 is bridged, e2–s1 lies
// within it; where e2–s2 is, e2–s1 lies within it too; and where both are, e2–s1 and
// e1–s2 hold the same memory at any time. So what another assignment bridges, this one
// bridges, with as many gaps and no more memory at any time.
//
// All that rests on ends that do not depend on what is cold: on one request at a time, no
// initialisation on the path of a request, and no limit that holds one back.
type occupancy struct {
	window      sim.Window
	requests    []scheduled // those of a deployment stand together, in the order of arrival
	deployments []lodging
}

// lodging is a deployment of an occupancy.
type lodging struct {
	first       uint32  // its first function
	size        int64   // MiB of an instance
	cost        float64 // of a cold start
	from, until int     // its requests
}

// scheduled is a request that was served.
type scheduled struct {
	arrival, end sim.Time
	deployment   uint32 // index into deployments
	prev, next   int32  // the requests before and after it on its instance; none: -1
	bridged      bool   // the gap before it
}

const noScheduled = -1

// match gives each request the instance that was used last.
func (s *occupancy) match() {
	for k := range s.deployments {
		d := &s.deployments[k]
		busy := heap{before: func(a, b int32) bool { return s.requests[a].end < s.requests[b].end }}
		var idle []int32
		for i := d.from; i < d.until; i++ {
			r := &s.requests[i]
			for len(busy.ids) > 0 && s.requests[busy.ids[0]].end <= r.arrival {
				idle = append(idle, busy.ids[0])
				busy.pop()
			}
			r.prev, r.next, r.deployment = noScheduled, noScheduled, uint32(k)
			if n := len(idle); n > 0 {
				r.prev = idle[n-1]
				idle = idle[:n-1]
				s.requests[r.prev].next = int32(i)
			}
			busy.push(int32(i))
		}
	}
}

// gap is how long the instance of a request was idle before it; 0 where it was not, or
// never used before.
func (s *occupancy) gap(r *scheduled) sim.Time {
	if r.prev == noScheduled {
		return 0
	}
	return r.arrival - s.requests[r.prev].end
}

// gapAfter is how long it is idle after it; 0 where it is not, or is never used again.
func (s *occupancy) gapAfter(r *scheduled) sim.Time {
	if r.next == noScheduled {
		return 0
	}
	return s.requests[r.next].arrival - r.end
}

// turns goes through the times at which something begins or ends, in order: at each,
// ends are requests that end then and began before, and starts those that begin.
func (s *occupancy) turns(f func(now sim.Time, ends, starts []int32)) {
	starts := make([]int32, len(s.requests))
	for i := range starts {
		starts[i] = int32(i)
	}
	ends := slices.DeleteFunc(slices.Clone(starts), func(i int32) bool { r := &s.requests[i]; return r.end == r.arrival })
	slices.SortStableFunc(starts, func(a, b int32) int { return compareTimes(s.requests[a].arrival, s.requests[b].arrival) })
	slices.SortStableFunc(ends, func(a, b int32) int { return compareTimes(s.requests[a].end, s.requests[b].end) })
	for i, j := 0, 0; i < len(ends) || j < len(starts); {
		now := sim.Never
		if i < len(ends) {
			now = s.requests[ends[i]].end
		}
		if j < len(starts) {
			now = min(now, s.requests[starts[j]].arrival)
		}
		fromEnd, fromStart := i, j
		for i < len(ends) && s.requests[ends[i]].end == now {
			i++
		}
		for j < len(starts) && s.requests[starts[j]].arrival == now {
			j++
		}
		f(now, ends[fromEnd:i], starts[fromStart:j])
	}
}

func compareTimes(a, b sim.Time) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
