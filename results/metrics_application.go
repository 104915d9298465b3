package results

import (
	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// applicationMetrics are the columns of applications. They are left out where no cell
// has one.
var applicationMetrics = []Metric{
	ofApplication("events", "events", "what came to the application's triggers from outside: records, messages, requests", 0, func(a *Application) uint64 { return a.events() }),
	ofApplication("dead", "messages", "messages and records that were given up, to a dead letter queue or dropped", -1, sumEvents(func(e *EventRecord) uint64 { return e.Dead })),
	{Name: "dead_ratio", Unit: "1", Application: true, Better: -1, Help: "dead ÷ what came to queues, streams, buses and schedules, from outside and from steps",
		value: func(r *Replication, _ *costmodel.Bill) float64 {
			if r.Application == nil {
				return nan
			}
			return r.Application.deadRatio()
		}},
	ofApplication("behind_failed", "executions", "executions, and calls of functions, that nobody waited for and that failed: what started them counts as done", -1, sumEvents(func(e *EventRecord) uint64 { return e.Behind.Failed })),
	{Name: "behind_failed_ratio", Unit: "1", Application: true, Better: -1, Help: "behind_failed ÷ all executions and calls that nobody waited for",
		value: func(r *Replication, _ *costmodel.Bill) float64 {
			if r.Application == nil {
				return nan
			}
			return r.Application.behind().Float()
		}},
	ofApplication("redelivered", "messages", "deliveries of messages and records after the first", -1, sumEvents(func(e *EventRecord) uint64 { return e.Again })),
	ofApplication("duplicated", "messages", "deliveries that the provider made twice", -1, sumEvents(func(e *EventRecord) uint64 { return e.Duplicated })),
	ofApplication("step_retries", "attempts", "retries of steps", -1, func(a *Application) (n uint64) {
		for i := range a.Steps {
			n += a.Steps[i].Retries
		}
		return n
	}),
	{Name: "cost_per_event", Money: true, Application: true, Help: "total of the bill per event that it covers, in the currency of the row", value: func(r *Replication, b *costmodel.Bill) float64 {
		if r.Application == nil || b == nil {
			return nan
		}
		return perEvent(&b.Total, r.Application.events(), billScale(r, b))
	}},
	{Name: "cost_per_event_well", Money: true, Application: true, Help: "total of the bill per event of these that ended well, with all that it began; in the currency of the row", value: func(r *Replication, b *costmodel.Bill) float64 {
		if r.Application == nil || b == nil {
			return nan
		}
		return perEvent(&b.Total, r.Application.well(), billScale(r, b))
	}},
	causeCost(flows.Work, "first tries"),
	causeCost(flows.Again, "what retries add: attempts after one that was billed, of steps, clients, libraries and messages, well or not, with what they call"),
	causeCost(flows.Failure, "first tries that failed, and dead letters"),
	causeCost(flows.Duplicate, "deliveries that happened twice"),
	causeCost(flows.Empty, "polls that found nothing"),
	causeCost(flows.Overhead, "privacy, security and observability: what they ask of services; the time that they add to functions is in cost_work"),
	causeCost(flows.Held, "what is billed by time whatever happens: shards, storage, capacity, idle instances"),
}

func ofApplication(name, unit, help string, better int, f func(*Application) uint64) Metric {
	return Metric{Name: name, Unit: unit, Help: help, Count: true, Better: better, Application: true,
		value: func(r *Replication, _ *costmodel.Bill) float64 {
			if r.Application == nil {
				return nan
			}
			return float64(f(r.Application))
		}}
}

// deadRatio is the part of messages and records that were given up; NaN where there are
// none.
func (a *Application) deadRatio() float64 {
	var dead, all uint64
	for i := range a.Events {
		if e := &a.Events[i]; e.messages() {
			dead, all = dead+e.Dead, all+e.Deleted+e.Dead+e.InFlight
		}
	}
	return Ratio{dead, all}.Float()
}

// behind is how much of what nobody waited for failed; Den is 0 where there is none.
func (a *Application) behind() (r Ratio) {
	for i := range a.Events {
		r.Num, r.Den = r.Num+a.Events[i].Behind.Failed, r.Den+a.Events[i].Behind.Ended
	}
	return r
}

func sumEvents(of func(*EventRecord) uint64) func(*Application) uint64 {
	return func(a *Application) (n uint64) {
		for i := range a.Events {
			n += of(&a.Events[i])
		}
		return n
	}
}

func causeCost(cause flows.Cause, what string) Metric {
	return Metric{
		Name: "cost_" + cause.String(), Money: true, Application: true, Help: "the part of the bill for " + what + "; in the currency of the row",
		value: func(r *Replication, b *costmodel.Bill) float64 {
			if r.Application == nil || b == nil {
				return nan
			}
			return costmodel.Float(&r.Application.Causes[cause])
		},
	}
}

// hasApplications reports whether any row is of an application.
func hasApplications(rows []Row) bool {
	for i := range rows {
		if s, ok := rows[i].Stat("events"); ok && s.Defined() {
			return true
		}
	}
	return false
}
