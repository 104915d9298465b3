package results

import (
	"math"

	"github.com/coldcurve/coldcurve/results/stat"
	"github.com/coldcurve/coldcurve/sim"
)

// panelBuckets is how many points over time a panel has at most: about three a
// millimetre of the narrowest.
const panelBuckets = 240

// meanSeries is a cell over time, averaged over replications: at the start of
// each bucket, in hours, the average numbers in it.
type meanSeries struct {
	hours            []float64
	busy, init, idle []float64
	half             []float64 // of the 95 % interval of their sum; nil of one replication
}

// buckets returns the length of the unit's series, of a summary too.
func (r *Replication) buckets() int {
	if r.Series.Step <= 0 {
		return 0
	}
	return int((r.Window.Length() + r.Series.Step - 1) / r.Series.Step)
}

// meanSeries merges buckets until there are at most panelBuckets.
func (s *Set) meanSeries(cell int) (meanSeries, error) {
	replications := len(s.Cells[cell].Replications)
	var m meanSeries
	var sums [][]float64 // of each replication's bucket
	for i := range replications {
		r, err := s.unit(cell, i)
		if err != nil {
			return m, err
		}
		by := (len(r.Series.Arrivals) + panelBuckets - 1) / panelBuckets
		n := (len(r.Series.Arrivals) + by - 1) / by
		if i == 0 {
			m = meanSeries{hours: make([]float64, n), busy: make([]float64, n), init: make([]float64, n), idle: make([]float64, n)}
			sums = make([][]float64, n)
		}
		for b := range min(len(m.hours), n) {
			busy, init, idle := r.means(b*by, min((b+1)*by, len(r.Series.Arrivals)))
			m.hours[b] = float64(r.Window.Warmup+sim.Time(b*by)*r.Series.Step) / float64(sim.Hour)
			m.busy[b] += busy / float64(replications)
			m.init[b] += init / float64(replications)
			m.idle[b] += idle / float64(replications)
			sums[b] = append(sums[b], busy+init+idle)
		}
	}
	if replications > 1 {
		for _, values := range sums {
			_, half := stat.Interval(values, stat.Level)
			m.half = append(m.half, half)
		}
	}
	return m, nil
}

// means returns the average numbers of instances over some buckets of a unit.
func (r *Replication) means(from, to int) (busy, init, idle float64) {
	length := 0.0
	for b := from; b < to; b++ {
		busy += float64(r.Series.Busy[b])
		init += float64(r.Series.Initialising[b])
		idle += float64(r.Series.Idle(b))
		start := r.Window.Warmup + sim.Time(b)*r.Series.Step
		length += float64(min(r.Series.Step, r.Window.Horizon-start))
	}
	return busy / length, init / length, idle / length
}

// top is the largest sum, with its interval.
func (m *meanSeries) top() float64 {
	top := 0.0
	for b := range m.hours {
		top = max(top, m.upper(b))
	}
	return top
}

func (m *meanSeries) sum(b int) float64 { return m.busy[b] + m.init[b] + m.idle[b] }

func (m *meanSeries) upper(b int) float64 {
	if m.half == nil {
		return m.sum(b)
	}
	return m.sum(b) + m.half[b]
}

// same reports whether another series cannot be told from this one.
func (m *meanSeries) same(o *meanSeries, within float64) bool {
	if len(m.hours) != len(o.hours) {
		return false
	}
	for b := range m.hours {
		if math.Abs(m.busy[b]-o.busy[b]) > within || math.Abs(m.init[b]-o.init[b]) > within || math.Abs(m.idle[b]-o.idle[b]) > within {
			return false
		}
	}
	return true
}
