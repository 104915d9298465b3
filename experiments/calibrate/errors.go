package calibrate

import (
	"math"
	"slices"
)

// Statistic is a metric of the requests of a part of a log: what was measured,
// and how far the simulation is off, simulated ÷ measured − 1, before and after
// the calibration.
type Statistic struct {
	Metric, Name            string // TTFT and mean, p50, p99 or a request
	Measured, Before, After float64
}

// part sets beside each other what was measured of some requests, and what two
// replays say of them.
func (l *Log) part(before, after *replay, from, to int) (list []Statistic) {
	for m := range metrics {
		var measured, was, is, wasOff, isOff []float64
		for i := from; i < to; i++ {
			x := l.Requests[i].measured()[m]
			if math.IsNaN(x) {
				continue
			}
			measured, was, is = append(measured, x), append(was, before.times[i][m]), append(is, after.times[i][m])
			wasOff, isOff = append(wasOff, math.Abs(before.times[i][m]/x-1)), append(isOff, math.Abs(after.times[i][m]/x-1))
		}
		if len(measured) == 0 {
			continue
		}
		for _, s := range []struct {
			name string
			of   func([]float64) float64
		}{
			{"mean", mean},
			{"p50", func(x []float64) float64 { return quantile(x, 0.5) }},
			{"p99", func(x []float64) float64 { return quantile(x, 0.99) }},
		} {
			v := s.of(measured)
			list = append(list, Statistic{metricNames[m], s.name, v, s.of(was)/v - 1, s.of(is)/v - 1})
		}
		list = append(list, Statistic{metricNames[m], eachRequest, math.NaN(), quantile(wasOff, 0.5), quantile(isOff, 0.5)})
	}
	return list
}

// eachRequest is the median of the absolute errors of single requests.
const eachRequest = "a request"

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// quantile returns the value of a rank, ⌈q·n⌉ from 1.
func quantile(x []float64, q float64) float64 {
	s := slices.Sorted(slices.Values(x))
	return s[max(0, int(math.Ceil(q*float64(len(s))))-1)]
}
