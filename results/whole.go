package results

import (
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// An event is answered when who waits for it is told, and done when all has ended that it
// began, what nobody waits for too. Where nobody leaves anything behind both are one.

// wholeMetrics are the columns of events with all that they began.
var wholeMetrics = []Metric{
	ofApplication("undone", "events", "events that were answered well, of which something that nobody waited for failed, or did not end", -1, (*Application).undone),
	{Name: "not_well_ratio", Unit: "1", Application: true, Better: -1, Help: "events that failed, timed out, were rejected, had not ended when the run did, or are undone ÷ arrivals",
		value: func(r *Replication, _ *costmodel.Bill) float64 {
			if r.Application == nil {
				return nan
			}
			var done, all uint64
			for i := range r.Application.Events {
				w := r.Application.Events[i].whole()
				done, all = done+w.Done, all+w.Done+w.Failed+w.TimedOut+w.Throttled+w.Unfinished
			}
			return Ratio{all - done, all}.Float()
		}},
	doneQuantile("done_p50_s", 0.50),
	doneQuantile("done_p90_s", 0.90),
	doneQuantile("done_p95_s", 0.95),
	doneQuantile("done_p99_s", 0.99),
	doneQuantile("done_p999_s", 0.999),
}

func doneQuantile(name string, q float64) Metric {
	return Metric{Name: name, Unit: "s", Application: true, Quantile: true, Help: "quantile of the time from an event's arrival to the end of all that it began, what nobody waited for too, of those that ended well, to within 0.8 %",
		value: func(r *Replication, _ *costmodel.Bill) float64 {
			if r.Application == nil {
				return nan
			}
			h := r.wholeTimes()
			return where(h.Count() > 0, float64(h.Quantile(q))/second)
		}}
}

// whole is what became of what came from outside, with what nobody waited for.
func (e *EventRecord) whole() *flows.Ends {
	if e.Whole == nil {
		return &e.Outside
	}
	return e.Whole
}

// NotWell is the part of what came to the trigger from outside that did not end well, with
// what nobody waited for; of what was not let through nothing counts.
func (e *EventRecord) NotWell() Ratio {
	w := e.whole()
	all := w.Done + w.Failed + w.TimedOut + w.Throttled + w.Unfinished
	return Ratio{all - w.Done, all}
}

// WholeTimes are those of what came to the trigger from outside to the end of all that it
// began; where nothing came, of what steps sent to it.
func (e *EventRecord) WholeTimes() *Times {
	if e.Arrived == 0 {
		return e.Times()
	}
	return e.outsideTimes()
}

// undone is how many events were answered well, and did not end so.
func (a *Application) undone() (n uint64) {
	for i := range a.Events {
		n += a.Events[i].Outside.Done - a.Events[i].whole().Done
	}
	return n
}

// wholeTimes are the times of events to the end of all that they began.
func (r *Replication) wholeTimes() *Histogram {
	a := r.Application
	if a.Wholes == nil {
		return r.Latency
	}
	all := new(Histogram)
	for i := range a.Wholes {
		if a.Events[i].Arrived > 0 {
			all.Merge(a.Wholes[i])
		}
	}
	return all
}

// Whole is the SLO held to events with all that they began, rather than to their answers.
func (s SLO) Whole() SLO {
	out := slices.Clone(s)
	for i := range out {
		o := &out[i]
		for _, prefix := range []string{"latency_", "user_latency_"} {
			if quantile, is := strings.CutPrefix(o.Metric, prefix); is && metricIndex("done_"+quantile) >= 0 {
				o.Metric = "done_" + quantile
			}
		}
		if o.Metric == "error_ratio" {
			o.Metric = "not_well_ratio"
		}
	}
	return out
}

// The columns of how fast rows are.
const (
	answeredP99 = "latency_p99_s"
	doneP99     = "done_p99_s"
)

// speedOf is the column by which rows are fast: until events are done, where those of any
// row go on when they have been answered.
func speedOf(rows []Row) string {
	if goesOn(rows) {
		return doneP99
	}
	return answeredP99
}

// goesOn reports whether events of any row go on when they have been answered.
func goesOn(rows []Row) bool {
	return slices.ContainsFunc(rows, func(r Row) bool { return r.goesOn() })
}

// goesOn reports whether they do in the row.
func (r *Row) goesOn() bool {
	switch {
	case !(r.mean("events") > 0): // it is no application
		return false
	case r.mean("undone") > 0:
		return true
	}
	done, ok := r.Stat("done_p99_s")
	answered, _ := r.Stat("latency_p99_s")
	return ok && done.Defined() && answered.Defined() && done.Mean != answered.Mean
}

// outsideTimes are those of what came from outside to the end of all that it began.
func (e *EventRecord) outsideTimes() *Times {
	if e.Whole == nil {
		return &e.Latency
	}
	return &e.Done
}
