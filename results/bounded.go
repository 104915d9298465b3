package results

import "math"

// Bounded is what a bound on a column is held to: of a number of things that cannot be
// there, such as requests that a client gives up where none does, 0; else the column.
func (r *Row) Bounded(metric string) Stat {
	s, ok := r.Stat(metric)
	i := metricIndex(metric)
	if !ok || i < 0 || !metrics[i].Count {
		return s
	}
	values := make([]float64, len(s.Values))
	for n, x := range s.Values {
		if !math.IsNaN(x) {
			values[n] = x
		}
	}
	return statOf(i, values)
}
