package results

import (
	"fmt"
	"math"
	"strings"

	"github.com/coldcurve/coldcurve/results/stat"
)

// Precision is how narrow the 95 % interval of a metric's mean is to be, in every row.
type Precision struct {
	Metric   string
	Within   float64 // > 0, the half-width, in the metric's unit, or a fraction of the mean where Relative
	Relative bool
}

// ParsePrecision reads one, as in 2%, 50ms or 0.1pp. A metric without an interval, and a
// quantile that is asked for more finely than it is known, are errors.
func ParsePrecision(metric, text string) (Precision, error) {
	t, err := ParseTolerance(metric, text)
	if err != nil {
		return Precision{}, err
	}
	p := Precision{metric, t.Limit, t.Relative}
	switch m := metrics[metricIndex(metric)]; {
	case t.Both || p.Within <= 0:
		return p, fmt.Errorf("found %q, want a half-width above 0 such as 2%%", text)
	case m.Maximum:
		return p, fmt.Errorf("found a maximum, want a metric that has an interval")
	case m.Quantile && p.Relative && p.Within < RelativeError:
		return p, fmt.Errorf("found %q, want %s or more: a quantile is known to within that, whatever the interval", text, percent(RelativeError))
	}
	return p, nil
}

// String returns it as ParsePrecision reads it, with its metric.
func (p Precision) String() string { return Tolerance{p.Metric, p.Within, p.Relative, false}.String() }

// reached reports whether a row's interval is as narrow as that, and how many times as
// many replications it takes if not. What has no value in the row is reached.
func (p Precision) reached(r *Row) (ok bool, times float64) {
	s, _ := r.Stat(p.Metric)
	if len(stat.Defined(s.Values)) == 0 {
		return true, 1
	}
	target := p.Within
	if p.Relative {
		target *= math.Abs(s.Mean)
	}
	switch {
	case s.Half <= target:
		return true, 1
	case math.IsNaN(s.Half) || target == 0:
		return false, math.Inf(1)
	}
	return false, s.Half / target * (s.Half / target)
}

// Replications returns how many a set needs for some precisions, at most most: as many as
// it has where all are reached, else as many as their intervals ask for, but no more than
// twice as many as there are, and a tenth more at least.
func Replications(rows []Row, precisions []Precision, most int) int {
	n, times := 0, 1.0
	for i := range rows {
		n = max(n, rows[i].Replications)
		for _, p := range precisions {
			if ok, by := p.reached(&rows[i]); !ok {
				times = max(times, math.Max(by, 1.1))
			}
		}
	}
	if times == 1 {
		return n
	}
	return min(most, int(math.Ceil(float64(n)*math.Min(times, 2)-1e-9))) // 1.1 × 100 is 110
}

// PrecisionNote says what stopping when the intervals are narrow means for them, and
// which are not.
func PrecisionNote(rows []Row, precisions []Precision) string {
	var asked, missed []string
	n := 0
	for _, p := range precisions {
		asked = append(asked, p.String())
	}
	for i := range rows {
		n = max(n, rows[i].Replications)
		for _, p := range precisions {
			if ok, _ := p.reached(&rows[i]); !ok {
				s, _ := rows[i].Stat(p.Metric)
				text := "no interval"
				if !math.IsNaN(s.Half) && s.Mean != 0 {
					text = "± " + percent(s.Half/math.Abs(s.Mean))
				}
				missed = append(missed, fmt.Sprintf("%s of %s (%s)", p.Metric, oneLine(rowName(&rows[i])), text))
			}
		}
	}
	note := fmt.Sprintf("%d replications: they were added until the 95 %% intervals were as narrow as %s. An interval that one stops at because it is narrow covers a little less than 95 %% (docs/experiment.md)", n, strings.Join(asked, ", "))
	if len(missed) > 0 {
		note = fmt.Sprintf("%d replications are the most that precision.most allows, and not enough for %s: %s", n, strings.Join(asked, ", "), someOf(missed, 0))
	}
	return note
}

// rowName names a row by its swept values, platform and tariff.
func rowName(r *Row) string {
	var words []string
	for i := range r.Values {
		if v := &r.Values[i]; !v.absent() {
			words = append(words, v.Path+"="+v.Label)
		}
	}
	words = append(words, r.Platform)
	if r.Tariff != "" {
		words = append(words, r.Tariff)
	}
	return strings.Join(words, ", ")
}
