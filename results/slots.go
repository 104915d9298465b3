package results

import (
	"fmt"

	"github.com/coldcurve/coldcurve/results/stat"
	"github.com/coldcurve/coldcurve/sim"
)

// Slots are the latencies of completed requests by when they arrived, in equal slots of a
// run from time 0 on, as a sim.Observer: one a worker, merged afterwards. It is sums of
// integers, so that merging in any order gives the same bits, and as large as there are
// slots, however long the run is.
type Slots struct {
	grid grid
	sums []sim.Wide // ns
	n    []uint64
}

var _ sim.WarmObserver = (*Slots)(nil)

// NewSlots returns about so many slots, at least 1, of the time up to a horizon above 0.
func NewSlots(horizon sim.Time, slots int) *Slots {
	w := sim.Window{Horizon: horizon}
	g := newGrid(w, (horizon+sim.Time(slots)-1)/sim.Time(slots))
	return &Slots{grid: g, sums: make([]sim.Wide, g.n), n: make([]uint64, g.n)}
}

// Requests implements sim.Observer.
func (s *Slots) Requests(batch []sim.Outcome) {
	for i := range batch {
		if o := &batch[i]; o.Status == sim.Completed && o.Flags&sim.Ping == 0 && s.grid.window.Contains(o.Arrival) {
			s.add(o.Arrival, o.End-o.Arrival)
		}
	}
}

// Warm implements sim.WarmObserver.
func (s *Slots) Warm(run []sim.Invocation) {
	for i := range run {
		if v := &run[i]; s.grid.window.Contains(v.Arrival) {
			s.add(v.Arrival, v.Service)
		}
	}
}

func (s *Slots) add(arrival, latency sim.Time) {
	b := s.grid.of(arrival)
	s.sums[b].Add(latency)
	s.n[b]++
}

// Merge adds what another worker's slots of the same run hold.
func (s *Slots) Merge(o *Slots) error {
	if s.grid != o.grid {
		return fmt.Errorf("slots: cannot merge %d of window %v into %d of window %v", o.grid.n, o.grid.window, s.grid.n, s.grid.window)
	}
	for b := range s.n {
		s.sums[b].AddWide(o.sums[b])
		s.n[b] += o.n[b]
	}
	return nil
}

// Settled is from when on the latencies are not of the run's start: the point of MSER-5
// on the slots' mean latencies, each an observation, in the order of time. Slots in which
// nothing that completed arrived are none. ok is false where there are too few.
func (s *Slots) Settled() (from sim.Time, ok bool) {
	var means []float64
	var starts []sim.Time
	for b, n := range s.n {
		if n > 0 {
			means, starts = append(means, s.sums[b].Float()/float64(n)), append(starts, s.grid.from(b))
		}
	}
	point, ok := stat.MSER5(means)
	if !ok || point == 0 {
		return 0, ok
	}
	return starts[point], true
}
