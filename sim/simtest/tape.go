package simtest

import (
	"cmp"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// Tape is all that an observer was told.
type Tape struct {
	Requests   []sim.Outcome
	Inits      []sim.InitWait
	Lives      []sim.Life
	Activities []sim.Activity
}

// Add appends what another worker's observer was told.
func (t *Tape) Add(o *Tape) {
	t.Requests = append(t.Requests, o.Requests...)
	t.Inits = append(t.Inits, o.Inits...)
	t.Lives = append(t.Lives, o.Lives...)
	t.Activities = append(t.Activities, o.Activities...)
}

// Sort puts the records in an order that does not depend on shards: of time,
// and at one time of what tells two records apart. The invocations of a
// function are then in the order of their ordinals.
func (t *Tape) Sort() {
	slices.SortFunc(t.Requests, func(a, b sim.Outcome) int { return compareRequests(&a, &b) })
	slices.SortFunc(t.Inits, func(a, b sim.InitWait) int { return compareRequests(&a.Outcome, &b.Outcome) })
	slices.SortFunc(t.Lives, func(a, b sim.Life) int {
		return cmp.Or(cmp.Compare(a.Created, b.Created), cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Deployment, b.Deployment),
			cmp.Compare(a.Stopped, b.Stopped), cmp.Compare(a.Served, b.Served), cmp.Compare(a.Flags, b.Flags), cmp.Compare(a.Idle, b.Idle),
			cmp.Compare(a.Ready, b.Ready), slices.Compare(a.Phases[:], b.Phases[:]), cmp.Compare(a.Sources, b.Sources), cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.Memory, b.Memory))
	})
	slices.SortFunc(t.Activities, func(a, b sim.Activity) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Deployment, b.Deployment),
			cmp.Compare(a.To, b.To), cmp.Compare(a.Init, b.Init), cmp.Compare(a.Flags, b.Flags), cmp.Compare(a.Memory, b.Memory))
	})
}

// compareRequests orders by arrival, and at one time by what names a request.
func compareRequests(a, b *sim.Outcome) int {
	return cmp.Or(cmp.Compare(a.Arrival, b.Arrival), cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Function, b.Function),
		cmp.Compare(a.Flags&sim.Ping, b.Flags&sim.Ping), cmp.Compare(a.Attempt, b.Attempt), cmp.Compare(a.Ordinal, b.Ordinal))
}
