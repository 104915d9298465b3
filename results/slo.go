package results

import (
	"fmt"
	"math"
	"strings"

	"github.com/coldcurve/coldcurve/results/stat"
)

// Objective is one bound on one metric.
type Objective struct {
	Metric string  // a column's name, such as latency_p99_s
	Limit  float64 // in the column's unit
	Min    bool    // the metric must be ≥ Limit; otherwise ≤

	// implied is of what every SLO asks unless it says otherwise: the workload's own
	// errors do not count in it.
	implied bool
}

// Implied reports whether the objective is what every SLO asks unless it says
// otherwise, and was not written down.
func (o Objective) Implied() bool { return o.implied }

// SLO is what a row must meet, all of it; nil asks nothing.
type SLO []Objective

// NewSLO checks the objectives and adds the default one, error_ratio ≤ 0 (where
// clients ask again, of users' requests), where none of them is about errors.
func NewSLO(objectives []Objective) (SLO, error) {
	slo := append(SLO(nil), objectives...)
	has := false
	for i, o := range objectives {
		if err := o.check(); err != nil {
			return nil, err
		}
		for _, p := range objectives[:i] {
			if p.excludes(o) {
				return nil, fmt.Errorf("%s and %s: no value meets both", p, o)
			}
		}
		has = has || o.ofErrors()
	}
	if !has {
		slo = append(slo, Objective{Metric: "error_ratio", implied: true})
	}
	return slo, nil
}

// check refuses a bound that every value meets, or none: no column is negative,
// and those without a unit are parts of a whole.
func (o Objective) check() error {
	switch {
	case metricIndex(o.Metric) < 0:
		return fmt.Errorf("%q is no column that an SLO can name; these are: %s", o.Metric, strings.Join(metricNames(), ", "))
	case math.IsNaN(o.Limit):
		return fmt.Errorf("the limit of %s is not a number", o.Metric)
	case o.Limit < 0:
		return fmt.Errorf("%s: found a bound below 0, which no value of %s is", o, o.Metric)
	case o.Limit > 1 && metrics[metricIndex(o.Metric)].Unit == "1":
		return fmt.Errorf("%s: found a bound above 1, which no value of %s is; 1%% is 0.01", o, o.Metric)
	}
	return nil
}

// String writes the bound, such as latency_p99_s ≤ 0.5.
func (o Objective) String() string {
	sign := "≤"
	if o.Min {
		sign = "≥"
	}
	return fmt.Sprintf("%s %s %v", o.Metric, sign, o.Limit)
}

// excludes reports whether no value meets both bounds.
func (o Objective) excludes(p Objective) bool {
	if o.Min {
		o, p = p, o
	}
	return o.Metric == p.Metric && p.Min && !o.Min && p.Limit > o.Limit
}

func metricNames() []string {
	names := make([]string, len(metrics))
	for i := range metrics {
		names[i] = metrics[i].Name
	}
	return names
}

// Verdict is whether a row meets an SLO.
type Verdict string

// The verdicts. NoVerdict is of a row without an SLO.
const (
	NoVerdict Verdict = ""
	Yes       Verdict = "yes"
	No        Verdict = "no"
	Unsure    Verdict = "unsure"
)

// judge tests each objective of a row by the one-sided 95 % bound of its mean over
// replications: all met is yes, one missed is no, else unsure. With one
// replication, and for maxima, the value itself is tested.
func (s SLO) judge(r *Row) Verdict {
	if len(s) == 0 {
		return NoVerdict
	}
	verdict := Yes
	for _, o := range s {
		switch o.judge(r.Held(o), metrics[metricIndex(o.Metric)].Maximum) {
		case No:
			return No
		case Unsure:
			verdict = Unsure
		}
	}
	return verdict
}

func (o Objective) judge(s Stat, maximum bool) Verdict {
	x := stat.Defined(s.Values)
	if len(x) == 0 || len(x) < len(s.Values) {
		return Unsure // undefined in some replication: nothing is known of it
	}
	mean, limit, half := s.Mean, o.Limit, 0.0
	if bound := s.bound(); !maximum && !math.IsNaN(bound) { // one value has no bound: it is taken as it is
		half = bound
	}
	if o.Min {
		mean, limit = -mean, -limit
	}
	switch {
	case mean+half <= limit:
		return Yes
	case mean-half > limit:
		return No
	}
	return Unsure
}
