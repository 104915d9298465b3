package flows

import (
	"github.com/coldcurve/coldcurve/internal/loglinear"
	"github.com/coldcurve/coldcurve/sim"
)

// Durations is a distribution of durations: exact sums, and counts in the buckets of
// results.Histogram, whose middles are within 1/128 of what they hold.
type Durations struct {
	N        uint64
	Sum      sim.Wide
	Min, Max sim.Time
	Buckets  []uint64 // by bucket of internal/loglinear; cut behind the last that is not 0
}

// record adds one; what is below 0 counts as 0.
func (d *Durations) record(t sim.Time) {
	t = max(0, t)
	b := loglinear.Of(t)
	if b >= len(d.Buckets) {
		d.Buckets = append(d.Buckets, make([]uint64, b+1-len(d.Buckets))...)
	}
	d.Buckets[b]++
	if d.N == 0 || t < d.Min {
		d.Min = t
	}
	d.Max = max(d.Max, t)
	d.N++
	d.Sum.Add(t)
}

// Merge adds what other holds.
func (d *Durations) Merge(other *Durations) {
	if other.N == 0 {
		return
	}
	if n := len(other.Buckets); n > len(d.Buckets) {
		d.Buckets = append(d.Buckets, make([]uint64, n-len(d.Buckets))...)
	}
	for b, n := range other.Buckets {
		d.Buckets[b] += n
	}
	if d.N == 0 || other.Min < d.Min {
		d.Min = other.Min
	}
	d.Max = max(d.Max, other.Max)
	d.N += other.N
	d.Sum.AddWide(other.Sum)
}

// Mean returns the mean in ns, 0 where there is none.
func (d *Durations) Mean() float64 {
	if d.N == 0 {
		return 0
	}
	return d.Sum.Float() / float64(d.N)
}

// Quantile returns the q-quantile, 0 ≤ q ≤ 1, to within 1/128 of it and never outside
// [Min, Max]; 0 where there is none.
func (d *Durations) Quantile(q float64) sim.Time {
	return loglinear.Quantile(d.Buckets, d.N, d.Min, d.Max, q)
}
