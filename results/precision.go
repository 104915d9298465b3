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

// reach is how far a row's interval is from being as narrow as that.
type reach uint8

const (
	reached    reach = iota
	wider            // more replications make it narrower
	withinBins       // a quantile's bins leave more open than that: no number of replications makes it as narrow
	valueless        // the row has no value of the metric
)

// reach says how far a row's interval is from being as narrow as that, and where it is
// wider, how many times as many replications it takes: what they make narrower is what the
// bins of a quantile leave of it.
func (p Precision) reach(r *Row) (is reach, times float64) {
	s, _ := r.Stat(p.Metric)
	if len(stat.Defined(s.Values)) == 0 {
		return valueless, 1
	}
	target := p.Within
	if p.Relative {
		target *= math.Abs(s.Mean)
	}
	switch by := (s.Half - s.bins) / (target - s.bins); {
	case s.Half <= target:
		return reached, 1
	case s.bins > 0 && target <= s.bins:
		return withinBins, 1
	case math.IsNaN(s.Half) || target == 0:
		return wider, math.Inf(1)
	default:
		return wider, by * by
	}
}

// Replications returns how many a set needs for some precisions, at most most: as many as
// it has where more make none of their intervals as narrow, else as many as these ask for,
// but no more than twice as many as there are, and a tenth more at least.
func Replications(rows []Row, precisions []Precision, most int) int {
	n, times := 0, 1.0
	for i := range rows {
		n = max(n, rows[i].Replications)
		for _, p := range precisions {
			if is, by := p.reach(&rows[i]); is == wider {
				times = max(times, math.Max(by, 1.1))
			}
		}
	}
	if times == 1 {
		return n
	}
	return min(most, int(math.Ceil(float64(n)*math.Min(times, 2)-1e-9))) // 1.1 × 100 is 110
}

// PrecisionNote says of a set that began with some replications what stopping when the
// intervals are narrow means for them, which are not, and why.
func PrecisionNote(rows []Row, precisions []Precision, began int) string {
	var asked, short, missed, beyond, absent []string
	n := 0
	for i := range rows {
		n = max(n, rows[i].Replications)
	}
	for _, p := range precisions {
		var seen [valueless + 1]bool
		for i := range rows {
			is, _ := p.reach(&rows[i])
			seen[is] = true
			s, _ := rows[i].Stat(p.Metric)
			switch name := fmt.Sprintf("%s of %s", p.Metric, oneLine(rowName(&rows[i]))); {
			case is == wider && !math.IsNaN(s.Half) && s.Mean != 0:
				missed = append(missed, fmt.Sprintf("%s (± %s)", name, percent(s.Half/math.Abs(s.Mean))))
			case is == wider:
				missed = append(missed, name+" (no interval)")
			case is == withinBins:
				bins, unit := amountText(p.Metric, "", s.bins, 3)
				beyond = append(beyond, fmt.Sprintf("%s (known to %s%s)", name, bins, unit))
			}
		}
		switch {
		case seen[wider]:
			short = append(short, p.String())
		case seen[withinBins]: // which stand in beyond
		case seen[reached]:
			asked = append(asked, p.String())
		default:
			absent = append(absent, p.String())
		}
	}
	var words []string
	switch list := strings.Join(asked, ", "); {
	case len(missed) > 0:
		words = append(words, fmt.Sprintf("%d replications are the most that precision.most allows, and not enough for %s: %s", n, strings.Join(short, ", "), someOf(missed, 0)))
	case len(asked) > 0 && n > began:
		words = append(words, fmt.Sprintf("%d replications: they were added until the 95 %% intervals were as narrow as %s. %s", n, list, stopped))
	case len(asked) > 0:
		words = append(words, fmt.Sprintf("%d replications: none was added, since the 95 %% intervals of these were as narrow as %s. %s", n, list, stopped))
	}
	if len(beyond) > 0 {
		words = append(words, fmt.Sprintf("[precision] asks for less than the bins of a histogram can tell, which no number of replications makes narrower (%s of a quantile): %s", percent(RelativeError), strings.TrimSpace(someOf(beyond, 0))))
	}
	if len(absent) > 0 {
		words = append(words, fmt.Sprintf("[precision] %s: no row has a value of it, and none was held to it", strings.Join(absent, ", ")))
	}
	return strings.Join(words, ". ")
}

// stopped is what a stopping rule does to an interval, in words.
const stopped = "An interval that one stops at because it is narrow covers a little less than 95 % (docs/experiment.md)"

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
