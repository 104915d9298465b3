package flows

import "github.com/coldcurve/coldcurve/sim"

// Durations is a distribution of durations: exact sums, and counts in buckets whose
// width is below 0.8 % of their values, those of results.Histogram.
type Durations struct {
	N        uint64
	Sum      sim.Wide
	Min, Max sim.Time
	Buckets  []uint64 // by bucketOf; cut behind the last that is not 0
}

// record adds one.
func (d *Durations) record(t sim.Time) {
	d.N++
	d.Sum.Add(t)
}
