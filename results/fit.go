package results

import (
	"fmt"
	"math"
	"strings"
)

// Fit reports whether a row can be compared with others: it is no offline bound,
// serves the requests that the SLO wants served (all of them, unless that allows
// some errors, but for rare ones that every row has alike), is not sure to miss
// the SLO, and has a bill that one could have. What is not fit is on no front, in
// no break-even, and never named as the best.
//
// Where it is not, reason says why, as what follows the row's name: "rejects
// 41.4 % of its requests".
func (r *Row) Fit() (ok bool, reason string) {
	switch {
	case r.Bound:
		return false, "is an offline bound, and no policy"
	case r.fails():
		return false, r.failure()
	case r.Meets == No:
		return false, "misses the SLO" + r.slo.missed(r)
	case r.Counterfactual == "yes":
		return false, "is counterfactual (nobody's bill)"
	}
	return true, ""
}

// mark is how a row loses more requests than it may, in a word for a table's
// column; "" where it does not. What else makes a row unfit is marked already: a
// missed SLO in its column, bounds and counterfactual bills at their tariff.
func (r *Row) mark() string {
	if r.Bound || !r.fails() {
		return ""
	}
	if kinds := r.losses(); len(kinds) == 1 {
		return kinds[0].word
	}
	return "loses"
}

// fails reports whether the row loses more requests than its SLO allows, which
// is none unless it says otherwise.
func (r *Row) fails() bool {
	allowed := r.excused
	for _, o := range r.slo {
		if o.Metric == "error_ratio" && !o.Min {
			allowed = max(allowed, o.Limit)
		}
	}
	return r.mean("error_ratio") > allowed*(1+1e-12) || r.mean("in_flight") > 0
}

// rare is the part of its requests that a workload may lose by itself: one of
// 10,000. A trace has requests that run into every platform's timeout; they tell
// no row from another, and hide none that fails.
const rare = 1e-4

// excuse finds, for each workload, what part of the requests times out or fails
// in all of its rows alike, and excuses them of it where it is rare. What is
// rejected is the platform's doing.
func excuse(rows []Row) {
	for _, group := range workloadGroups(rows) {
		least := math.Inf(1)
		for _, i := range group {
			if !rows[i].Bound {
				lost := rows[i].share("timed_out") + rows[i].share("failed")
				least = min(least, lost)
			}
		}
		for _, i := range group {
			if least <= rare {
				rows[i].excused = least
			}
		}
	}
}

// loss is a way in which requests are lost.
type loss struct {
	metric string
	word   string // in a table
	verb   string // in a sentence, around the share
	kind   string // among others
	share  float64
}

// losses are the ways in which the row loses requests.
func (r *Row) losses() (out []loss) {
	for _, l := range []loss{
		{metric: "rejected", word: "rejects", verb: "rejects %s of its requests", kind: "rejected"},
		{metric: "timed_out", word: "times out", verb: "lets %s of its requests time out", kind: "timed out"},
		{metric: "failed", word: "fails", verb: "fails %s of its requests", kind: "failed"},
		{metric: "in_flight", word: "never ends", verb: "never ends %s of its requests", kind: "never ended"},
	} {
		if l.share = r.share(l.metric); l.share > 0 {
			out = append(out, l)
		}
	}
	return out
}

// share is the mean over replications of a count's part of the arrivals, as
// error_ratio is one.
func (r *Row) share(count string) float64 {
	counts, _ := r.Stat(count)
	arrivals, _ := r.Stat("arrivals")
	sum, n := 0.0, 0
	for i := range min(len(counts.Values), len(arrivals.Values)) {
		if arrivals.Values[i] > 0 {
			sum += counts.Values[i] / arrivals.Values[i]
			n++
		}
	}
	return sum / float64(max(n, 1))
}

// failure says what part of its requests the row loses, and how.
func (r *Row) failure() string {
	kinds := r.losses()
	switch {
	case len(kinds) == 0: // only their sum is known
		return fmt.Sprintf("fails %s of its requests", percent(r.mean("error_ratio")))
	case len(kinds) == 1:
		return fmt.Sprintf(kinds[0].verb, percent(kinds[0].share))
	}
	var parts []string
	for _, l := range kinds {
		parts = append(parts, percent(l.share)+" "+l.kind)
	}
	return fmt.Sprintf("loses %s of its requests (%s)", percent(r.lost()), strings.Join(parts, ", "))
}

// missed says which objectives a row is sure to miss, in brackets.
func (s SLO) missed(r *Row) string {
	var parts []string
	for _, o := range s {
		i := metricIndex(o.Metric)
		if i >= len(r.Stats) || o.judge(r.Stats[i], metrics[i].Maximum) != No {
			continue
		}
		bound := "at most"
		if o.Min {
			bound = "at least"
		}
		parts = append(parts, fmt.Sprintf("%s is %s, %s %s is asked", o.Metric, valueText(o.Metric, r.Currency, r.Stats[i].Mean), bound, valueText(o.Metric, r.Currency, o.Limit)))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, "; ") + ")"
}

// lost is the part of its requests that the row loses, in whatever way.
func (r *Row) lost() float64 {
	return r.mean("error_ratio") + r.share("in_flight")
}
