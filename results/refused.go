package results

import (
	"fmt"
	"slices"

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
			text, n = quotaText(&g.Limits()[r.Limit]), r.N
		}
	}
	return text, n
}

// quotaText names a limit: whose it is, what it counts, and how much that is.
func quotaText(l *flows.Limit) string { return l.Of + ": " + l.What + "; " + quotaValue(l) }

// quotaValue is how much a limit lets through.
func quotaValue(l *flows.Limit) string {
	switch {
	case l.Most != nil:
		return thousands(float64(l.Most.Bytes)) + " bytes of a payload"
	case l.Slots != nil:
		return thousands(float64(l.Slots.N)) + " at a time"
	case l.Part == "":
		return thousands(l.Bucket.Rate) + " a second"
	}
	return thousands(l.Bucket.Rate) + " a second and " + l.Part
}

// Refused says, without an end, which limit has refused most in a cell's application, how
// often in a replication, and how much it lets through; "": none has refused anything.
func (c *Cell) Refused() string {
	if c.Application == nil || len(c.Replications) == 0 {
		return ""
	}
	limits := c.Application.Limits()
	all := make([]uint64, len(limits))
	for _, r := range c.Replications {
		if r.Application == nil {
			return ""
		}
		for _, x := range r.Application.Refused {
			all[x.Limit] += x.N
		}
	}
	most := slices.Max(append(slices.Clone(all), 0))
	if most == 0 {
		return ""
	}
	l := &limits[slices.Index(all, most)]
	verb := "throttled"
	if l.Most != nil {
		verb = "refused"
	}
	return fmt.Sprintf("%s: %s, %s %s; %s", l.Of, l.What, thousands(float64(most)/float64(len(c.Replications))), verb, quotaValue(l))
}

// refused says which limit has refused most in each application.
func (a *answer) refused() string {
	var words []string
	for _, i := range a.policies {
		if a.rows[i].Cell >= len(a.set.Cells) { // rows by themselves
			continue
		}
		if text := a.set.Cells[a.rows[i].Cell].Refused(); text != "" {
			if len(a.policies) > 1 {
				text = "with " + quoted(a.names[i]) + " " + text
			}
			words = append(words, text)
		}
	}
	return refusedWith(words)
}

// refusedWith puts the limits that have refused most into a sentence; "": none has.
func refusedWith(words []string) string {
	if len(words) == 0 {
		return ""
	}
	const most = 3
	more := ""
	if len(words) > most {
		more = fmt.Sprintf(" and %d more", len(words)-most)
		words = words[:most]
	}
	text := "The limit that was over most: "
	for k, w := range words {
		if k > 0 {
			text += "; "
		}
		text += w
	}
	return text + more
}
