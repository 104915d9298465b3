package results

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/results/stat"
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
	switch f := r.fault(); {
	case r.Bound:
		return false, "is an offline bound, and no policy"
	case f.loses():
		return false, r.failure(f)
	case f == losesMessages:
		return false, fmt.Sprintf(faultWords[f].verb, percent(r.mean("dead_ratio")))
	case f == failsBehind:
		return false, fmt.Sprintf(faultWords[f].verb, percent(r.mean("behind_failed_ratio")))
	case f == missesSLO:
		return false, "misses the SLO" + r.slo.missed(r)
	case f == counterfactualBill:
		return false, "is counterfactual (nobody's bill)"
	}
	return true, ""
}

// fails reports whether the row loses more requests than its SLO allows, which
// is none but the workload's own unless it says otherwise.
func (r *Row) fails() bool {
	if r.mean("in_flight") > 0 {
		return true
	}
	o := r.slo.errors()
	if o.Min {
		return r.Held(o).Mean < o.Limit*(1-1e-12)
	}
	return r.Held(o).Mean > o.Limit*(1+1e-12)
}

// losesMessages reports whether more of an application's messages and records end as dead
// letters than its SLO allows errors, which are rare ones unless it says otherwise: none
// of those that steps send is among the errors.
func (r *Row) losesMessages() bool { return r.exceedsErrors("dead_ratio") }

// failsBehind reports whether executions fail that nobody waits for: with the events that
// began them counted as if their callers had waited, or, of those that messages began, as
// losesMessages does.
func (r *Row) failsBehind() bool {
	if o := r.slo.errors(); r.mean("undone") > 0 {
		lost := Objective{Metric: "not_well_ratio", implied: o.implied}
		lost.Limit = o.Limit
		if o.Min {
			lost.Limit = 1 - o.Limit
		}
		if r.Held(lost).Mean > lost.Limit*(1+1e-12) {
			return true
		}
	}
	return r.exceedsErrors("behind_failed_ratio")
}

// exceedsErrors reports whether a part that is in no error_ratio is above what that may be,
// or, where the SLO says nothing, rare.
func (r *Row) exceedsErrors(ratio string) bool {
	if metricIndex(ratio) >= len(r.Stats) {
		return false
	}
	o, most := r.slo.errors(), rare
	switch {
	case o.Min:
		most = 1 - o.Limit
	case !o.implied:
		most = o.Limit
	}
	return r.mean(ratio) > most*(1+1e-12)
}

// errors is what the SLO says of errors, or of users' success, or implies.
func (s SLO) errors() Objective {
	for _, o := range s {
		if o.ofErrors() && o.Min == (o.Metric == successColumn) {
			return o
		}
	}
	return Objective{Metric: "error_ratio", implied: true}
}

// successColumn is what part of users' requests is answered.
const successColumn = "user_success_ratio"

// ofErrors reports whether the objective speaks of what is lost.
func (o Objective) ofErrors() bool { return o.Metric == "error_ratio" || o.Metric == successColumn }

// rare is the part of its requests that a workload may lose by itself: one of
// 10,000. A trace has requests that run into every platform's timeout; they tell
// no row from another, and hide none that fails.
const rare = 1e-4

// excuse finds, for each workload, what part of the requests of a replication times
// out or fails in all of its rows alike, excuses the rows of it where it is rare on
// average, and judges them anew. What is rejected is the platform's doing.
func excuse(rows []Row) {
	for _, group := range sameLoad(rows, -1) {
		var least []float64
		for _, i := range group.rows {
			if !rows[i].Bound {
				least = leastEach(least, rows[i].ownErrors())
			}
		}
		if own := stat.Defined(least); len(own) == 0 || stat.Mean(own) > rare || slices.Max(own) == 0 {
			continue
		}
		for _, i := range group.rows {
			rows[i].excused = least
			rows[i].Meets = rows[i].slo.judge(&rows[i])
		}
	}
}

// leastEach is the smaller of two lists' numbers, place by place; nil is no list.
func leastEach(a, b []float64) []float64 {
	if a == nil {
		return b
	}
	out := make([]float64, min(len(a), len(b)))
	for n := range out {
		out[n] = min(a[n], b[n])
	}
	return out
}

// ownErrors is what part of the requests of each replication timed out or failed, when it
// was answered or behind that, as error_ratio is one.
func (r *Row) ownErrors() (out []float64) {
	timedOut, _ := r.Stat("timed_out")
	failed, _ := r.Stat("failed")
	undone, _ := r.Stat("undone")
	arrivals, _ := r.Stat("arrivals")
	for n := range min(len(timedOut.Values), len(failed.Values), len(arrivals.Values)) {
		lost := timedOut.Values[n] + failed.Values[n]
		if n < len(undone.Values) && undone.Values[n] > 0 { // undefined where there is no application
			lost += undone.Values[n]
		}
		out = append(out, lost/arrivals.Values[n])
	}
	return out
}

// Held is what an objective of the row is held to: of errors, where the SLO does
// not speak of them, those that are not the workload's own; or where clients ask
// again, the users' requests that nobody answered.
func (r *Row) Held(o Objective) Stat {
	s := r.Bounded(o.Metric)
	if o.implied && o.Metric != "not_well_ratio" && r.hasClients() {
		success, _ := r.Stat(successColumn)
		failure := make([]float64, len(success.Values))
		for n, x := range success.Values {
			failure[n] = 1 - x
		}
		return newStat(failure, false)
	}
	if !o.implied || r.excused == nil {
		return s
	}
	values := slices.Clone(s.Values)
	for n := range min(len(values), len(r.excused)) {
		values[n] = max(0, stat.RoundOff(values[n]-r.excused[n], values[n]))
	}
	return newStat(values, false)
}

// loss is a way in which requests are lost, and what part of them.
type loss struct {
	way   fault
	share float64
}

// losses are the ways in which the row loses requests.
func (r *Row) losses() (out []loss) {
	for way := rejectsRequests; way < losesRequests; way++ {
		metric := faultWords[way].metric
		switch {
		case !r.hasClients():
		case way == failsRequests:
			metric = "user_failed"
		case way < neverEndsRequests: // an attempt that is lost may have been made again
			continue
		}
		share := r.share(metric)
		nodes, application := r.share("failed_node"), r.mean("events") > 0 // whose requests are not its arrivals
		switch {
		case application && way == failsWithNodes:
			continue
		case way == failsRequests && !r.hasClients() && !application && nodes > 0:
			share = stat.RoundOff(share-nodes, share)
		}
		if share > 0 {
			out = append(out, loss{way, share})
		}
	}
	return out
}

// share is the mean over replications of a count's part of the arrivals, as
// error_ratio is one, or of the users' requests.
func (r *Row) share(count string) float64 {
	counts, _ := r.Stat(count)
	arrivals, _ := r.Stat("arrivals")
	if r.hasClients() {
		arrivals, _ = r.Stat("user_requests")
	}
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
func (r *Row) failure(f fault) string {
	text := fmt.Sprintf(faultWords[f].verb, percent(r.lost()))
	if f != losesRequests {
		return text
	}
	var parts []string
	for _, l := range r.losses() {
		parts = append(parts, percent(l.share)+" "+faultWords[l.way].kind)
	}
	return text + " (" + strings.Join(parts, ", ") + ")"
}

// missed says which objectives a row is sure to miss, in brackets.
func (s SLO) missed(r *Row) string {
	var parts []string
	for _, o := range s {
		i := metricIndex(o.Metric)
		if i >= len(r.Stats) || o.judge(r.Held(o), metrics[i].Maximum) != No {
			continue
		}
		bound := "at most"
		if o.Min {
			bound = "at least"
		}
		found, limit := valueTexts(o.Metric, r.Currency, r.Stats[i].Mean, o.Limit)
		parts = append(parts, fmt.Sprintf("%s is %s, %s %s is asked", o.Metric, found, bound, limit))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, "; ") + ")"
}

// lost is the part of its requests that the row loses, in whatever way.
func (r *Row) lost() float64 {
	if r.hasClients() {
		return r.share("user_failed") + r.share("user_gave_up") + r.share("in_flight")
	}
	return r.mean("error_ratio") + r.share("in_flight")
}
