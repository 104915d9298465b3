package traces

import (
	"github.com/coldcurve/coldcurve/sim"
)

// quantiles is a distribution of durations by its quantiles at 0, 1, 25, 50,
// 75, 99 and 100 %, linear in between.
type quantiles [7]sim.Time

// quantileAt are the probabilities of the quantiles, in per cent.
var quantileAt = [7]float64{0, 1, 25, 50, 75, 99, 100}

// Sample implements sim.Sampler: the inverse CDF at u ∈ (0, 1).
func (q *quantiles) Sample(u float64) sim.Time {
	u *= 100
	i := 0
	if u >= 50 {
		i = 3
	}
	for i < 5 && u >= quantileAt[i+1] {
		i++
	}
	share := (u - quantileAt[i]) / (quantileAt[i+1] - quantileAt[i])
	return q[i] + sim.Time(float64(share)*float64(q[i+1]-q[i]))
}

// rise makes the quantiles monotone: each is raised to the largest before it.
// It reports whether any was.
func (q *quantiles) rise() (raised bool) {
	for i := 1; i < len(q); i++ {
		if q[i] < q[i-1] {
			q[i], raised = q[i-1], true
		}
	}
	return raised
}
