package results

import (
	"math"
	"testing"
)

// Where nobody gives up there is no column of who did, and a bound on it is met; a
// measure that is not there meets nothing.
func TestBoundOnWhatIsNotThere(t *testing.T) {
	values := make([]float64, len(metrics))
	for m := range values {
		values[m] = math.NaN()
	}
	for _, r := range []struct {
		metric string
		x      float64
		want   Verdict
	}{
		{"abandoned", math.NaN(), Yes}, {"abandoned", 0, Yes}, {"abandoned", 3, No}, {"energy_kwh", math.NaN(), Unsure}, {"latency_p99_s", math.NaN(), Unsure},
	} {
		values[metricIndex(r.metric)] = r.x
		row := NewRow([][]float64{values}, SLO{{Metric: r.metric}})
		if row.Meets != r.want {
			t.Errorf("%s ≤ 0 of %v: %s, want %s", r.metric, r.x, row.Meets, r.want)
		}
		values[metricIndex(r.metric)] = math.NaN()
	}
}
