package results

import (
	"fmt"
	"strings"
)

// What arrives in a window counts whenever it is answered. What is answered after the
// window's end had nothing that arrived beside it any more, so that it may have been
// faster than others; and what is billed by time is billed until the window's end.

// lateMetrics are the columns of events that were answered after the window.
var lateMetrics = []Metric{
	ofApplication("after_window", "events", "of completed, those that were answered at the end of the window or later: they count, with their times and what they used, but nothing arrives beside them any more, and what is billed by time is not from then on", 0,
		sumEvents(func(e *EventRecord) uint64 { return e.Late })),
}

// leastLate is the part of a row's answers from which on it is said that they came after the
// window: the slowest hundredth, which p99 is of, may be these.
const leastLate = 0.01

// late is the part of a row's answers that came after the window.
func (r *Row) late() float64 {
	done := r.mean("completed")
	return where(done > 0, r.mean("after_window")/done)
}

// late says how many answers of each row came after the window's end.
func (a *answer) late() string {
	var words []string
	for _, i := range a.policies {
		r := &a.rows[i]
		if !(r.late() >= leastLate) {
			continue
		}
		of := ""
		if len(a.policies) > 1 {
			of = " of " + quoted(a.names[i])
		}
		words = append(words, fmt.Sprintf("%s of %s%s (%s)", thousands(r.mean("after_window")), pluralMean(r.mean("completed"), "answer", "answers"), of, percent(r.late())))
	}
	if words == nil {
		return ""
	}
	const most = 3
	more := ""
	if n := len(words) - most; n > 0 {
		words, more = words[:most], fmt.Sprintf(" and those of %s", plural(n, "more row", "more rows"))
	}
	return "After the window's end came " + strings.Join(words, ", ") + more + ": their times and what they used count, but nothing arrived beside them, and what is billed by time ends with the window"
}
