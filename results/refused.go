package results

import (
	"math"

	"github.com/coldcurve/coldcurve/sim/flows"
)

// RefusedRecord is how often a limit has refused what was asked of a service, a flow or a
// function, of what counts.
type RefusedRecord struct {
	Kind  flows.RefusedKind
	Index int    // of the graph's services, flows or functions
	Limit int    // of the graph's limits
	N     uint64 // above 0
}

// refusedOf is what a tally says of refusals, in its order.
func refusedOf(t *flows.Tally) (list []RefusedRecord) {
	for _, r := range t.Refused {
		list = append(list, RefusedRecord{r.Kind, int(r.Index), int(r.Limit), r.N})
	}
	return list
}

// refusedMost is the limit that has refused most of what was asked of one: its text, and
// how often; "": none has.
func (a *Application) refusedMost(g *ApplicationGraph, kind flows.RefusedKind, index int) (text string, n uint64) {
	for k := range a.Refused {
		if r := &a.Refused[k]; r.Kind == kind && r.Index == index && r.N > n {
			text, n = limitText(&g.Limits()[r.Limit]), r.N
		}
	}
	return text, n
}

// limitText names a limit: whose it is, what it counts, and how much that is.
func limitText(l *flows.Limit) string { return l.Of + ": " + l.What + "; " + limitValue(l) }

// limitValue is how much a limit lets through.
func limitValue(l *flows.Limit) string {
	switch {
	case l.Most != nil:
		return thousands(float64(l.Most.Bytes)) + " bytes of a payload"
	case l.Slots != nil:
		return thousands(float64(l.Slots.N)) + " at a time"
	case l.Part == "":
		return countText(l.Bucket.Rate) + " a second"
	}
	return countText(l.Bucket.Rate) + " a second and " + l.Part
}

// countText writes a number that is whole as a rule.
func countText(x float64) string {
	if x == math.Round(x) {
		return thousands(x)
	}
	return digits(x, 3)
}
