package applications

import (
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// day is how long streams keep records at no further price.
const day = spec.Duration(24 * sim.Hour)

// kept is what each record of a stream is billed for by its bytes and the time for which it
// is kept: the parts of its retention that the catalogue prices so. What of it no price is
// known of is noted; by shards it is billed from a day on, for up to seven.
func (c *compiler) kept(subject string, known *catalog.Service, tariff string, s *streamSpec) (list []flows.Kept) {
	billed := day
	if slices.ContainsFunc(known.Held, func(h catalog.Held) bool { return h.What == "retention" }) {
		billed = 7 * day
	}
	for _, k := range known.Stream.Kept {
		to := s.Retention
		if k.Upto > 0 {
			to = min(to, k.Upto)
		}
		if to <= k.After {
			continue
		}
		c.notes.add(subject, "kept from "+k.After.String(), tariff+"/"+k.Meter, k.Basis)
		list = append(list, flows.Kept{Meter: c.meter(tariff, k.Meter, perStored), Seconds: int64((to - k.After) / spec.Duration(sim.Second))})
		billed = max(billed, to)
	}
	if s.Retention > billed {
		c.notes.add(subject, "retention", fmt.Sprintf("what is kept beyond %v is not billed", billed), catalog.Basis{Grade: "U"})
	}
	return list
}
