package flows

import (
	"cmp"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// newTally returns one of nothing.
func newTally(g *Graph) *Tally {
	c := newCounts(g)
	t := c.tally()
	t.Limits = make([]LimitTally, len(g.Limits()))
	return t
}

// tally is what was counted, what is not 0 in order.
func (c *counts) tally() *Tally {
	t := &Tally{Triggers: c.triggers, Flows: c.flows, Steps: c.steps, Services: c.services, Turned: c.turned, Clamped: c.clamped}
	for _, u := range c.used.list {
		if !u.N.IsZero() {
			t.Used = append(t.Used, u)
		}
	}
	t.Calls = slices.Clone(c.calls.list)
	slices.SortFunc(t.Used, compareUsed)
	slices.SortFunc(t.Calls, compareCalls)
	for r, n := range c.refused {
		r.N = n
		t.Refused = append(t.Refused, r)
	}
	slices.SortFunc(t.Refused, compareRefused)
	t.Waited = c.waited
	for k := range c.met {
		if m := c.met[k]; !m.empty() {
			m.Function, m.Limit = int32(k/sim.NumLimitKinds), sim.LimitKind(k%sim.NumLimitKinds)
			t.Met = append(t.Met, m)
		}
	}
	return t
}

func compareUsed(a, b Used) int {
	return cmp.Or(cmp.Compare(a.Trigger, b.Trigger), cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Meter, b.Meter))
}

func compareCalls(a, b Calls) int {
	return cmp.Or(cmp.Compare(a.Trigger, b.Trigger), cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Function, b.Function), cmp.Compare(a.Cause, b.Cause))
}

func compareRefused(a, b Refused) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Index, b.Index), cmp.Compare(a.Limit, b.Limit))
}

// Merge adds what another tally of the same graph holds: of another shard or
// replication. The order in which tallies are merged changes no bit.
func (t *Tally) Merge(other *Tally) {
	for k := range other.Triggers {
		t.Triggers[k].merge(&other.Triggers[k])
	}
	for k := range other.Flows {
		t.Flows[k].merge(&other.Flows[k])
	}
	for k := range other.Steps {
		t.Steps[k].merge(&other.Steps[k])
	}
	for k := range other.Services {
		t.Services[k].merge(&other.Services[k])
	}
	t.Used = union(t.Used, other.Used, compareUsed, func(a *Used, b *Used) { a.N.AddWide(b.N) })
	t.Calls = union(t.Calls, other.Calls, compareCalls, func(a *Calls, b *Calls) {
		a.N += b.N
		a.Busy.AddWide(b.Busy)
		a.Cold += b.Cold
	})
	t.Refused = union(t.Refused, other.Refused, compareRefused, func(a, b *Refused) { a.N += b.N })
	t.Met = union(t.Met, other.Met, compareMet, (*Met).merge)
	for k := range other.Waited {
		t.Waited[k].merge(&other.Waited[k])
	}
	for k, n := range other.Turned {
		t.Turned[k] += n
	}
	for k := range other.Limits {
		t.Limits[k].merge(other.Limits[k])
	}
	t.Clamped += other.Clamped
}

// union merges two ordered lists; what both hold is added.
func union[T any](a, b []T, compare func(x, y T) int, add func(x, y *T)) []T {
	all := make([]T, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch c := compare(a[0], b[0]); {
		case c < 0:
			all, a = append(all, a[0]), a[1:]
		case c > 0:
			all, b = append(all, b[0]), b[1:]
		default:
			add(&a[0], &b[0])
			all, a, b = append(all, a[0]), a[1:], b[1:]
		}
	}
	return append(append(all, a...), b...)
}

// Add adds what another holds.
func (e *Ends) Add(o *Ends) {
	e.Done += o.Done
	e.Failed += o.Failed
	e.TimedOut += o.TimedOut
	e.Throttled += o.Throttled
	e.Filtered += o.Filtered
	e.Unfinished += o.Unfinished
}

func (t *TriggerTally) merge(o *TriggerTally) {
	t.Arrived += o.Arrived
	t.Outside.Add(&o.Outside)
	t.Late += o.Late
	t.Sent += o.Sent
	t.Untaken += o.Untaken
	t.Lost += o.Lost
	t.Started += o.Started
	t.Rejected += o.Rejected
	t.Succeeded += o.Succeeded
	t.Failed += o.Failed
	t.TimedOut += o.TimedOut
	t.Throttled += o.Throttled
	t.Unfinished += o.Unfinished
	t.Latency.Merge(o.Latency)
	if o.Whole != nil {
		t.Whole.merge(o.Whole)
	}
	t.Inner.Merge(o.Inner)
	t.Attempts += o.Attempts
	t.Course = merged(t.Course, o.Course, (*Moment).merge)
	t.Outages = merged(t.Outages, o.Outages, (*Beside).Merge)
	t.SentOutages = merged(t.SentOutages, o.SentOutages, (*Beside).Merge)
	t.Behind.Ended += o.Behind.Ended
	t.Behind.Failed += o.Behind.Failed
	t.Received += o.Received
	t.Again += o.Again
	t.Duplicated += o.Duplicated
	t.Deleted += o.Deleted
	t.Dead += o.Dead
	t.Filtered += o.Filtered
	t.InFlight += o.InFlight
	t.Polls += o.Polls
	t.EmptyPolls += o.EmptyPolls
	t.Age.Merge(o.Age)
	mergeQuarters(&t.Quarters, &o.Quarters)
}

// merged adds up two lists of the same length, of which one or both may be nil. What it
// returns shares nothing with the second.
func merged[T any](to, from []T, add func(to, from *T)) []T {
	if from == nil {
		return to
	}
	if to == nil {
		to = make([]T, len(from))
	}
	for k := range from {
		add(&to[k], &from[k])
	}
	return to
}

// Merge adds what another holds, of the same outage.
func (b *Beside) Merge(o *Beside) {
	b.Before.Merge(&o.Before)
	b.During.Merge(&o.During)
	b.After.Merge(&o.After)
	b.Struck.Merge(&o.Struck)
}

func (t *FlowTally) merge(o *FlowTally) {
	t.Started += o.Started
	t.Succeeded += o.Succeeded
	t.Failed += o.Failed
	t.TimedOut += o.TimedOut
	t.Throttled += o.Throttled
	t.Unfinished += o.Unfinished
	t.Transitions += o.Transitions
	t.Children += o.Children
	t.Exceeded += o.Exceeded
	mergeQuarters(&t.Quarters, &o.Quarters)
	t.Latency.Merge(o.Latency)
}

func (t *StepTally) merge(o *StepTally) {
	t.Entered += o.Entered
	t.Attempts += o.Attempts
	t.Succeeded += o.Succeeded
	t.Failed += o.Failed
	t.Caught += o.Caught
	t.Retries += o.Retries
	t.Throttled += o.Throttled
	t.TimedOut += o.TimedOut
	t.Cancelled += o.Cancelled
	t.Unfinished += o.Unfinished
	t.Time.Merge(o.Time)
	t.Gap.AddWide(o.Gap)
	t.Waiting.AddWide(o.Waiting)
	t.Init.AddWide(o.Init)
	t.Service.AddWide(o.Service)
	t.Stores.AddWide(o.Stores)
	t.Critical.AddWide(o.Critical)
	t.OnPath += o.OnPath
}

func (t *ServiceTally) merge(o *ServiceTally) {
	t.Calls += o.Calls
	t.Throttled += o.Throttled
	t.Retries += o.Retries
	t.Failed += o.Failed
	t.Hits += o.Hits
	t.Misses += o.Misses
	t.Bytes.AddWide(o.Bytes)
	t.Latency.Merge(o.Latency)
}
