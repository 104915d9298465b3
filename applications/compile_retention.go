package applications

import (
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// day is how long streams keep records at no further price.
const day = spec.Duration(24 * sim.Hour)

// keeps notes what of a stream's retention is not billed. By shards it is billed for seven
// days; beyond that, and on demand beyond a day, it would be by the bytes that are kept.
func (c *compiler) keeps(subject string, known *catalog.Service, s *streamSpec) {
	billed := day
	if slices.ContainsFunc(known.Held, func(h catalog.Held) bool { return h.What == "retention" }) {
		billed = 7 * day
	}
	if s.Retention > billed {
		c.notes.add(subject, "retention", fmt.Sprintf("what is kept beyond %v is not billed", billed), catalog.Basis{Grade: "U"})
	}
}
