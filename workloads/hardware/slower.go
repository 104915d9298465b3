package hardware

import (
	"math"

	"github.com/coldcurve/coldcurve/sim"
)

// Slower returns the profile in an environment where all takes factor > 0 times as long,
// as confidential computing does: each pass, to the rounding of its ns, and what passes
// before the scheduler. Memory, and what the GPUs draw while they work, stay.
func (p *Profile) Slower(factor float64) *Profile {
	q := *p
	q.host, q.perRequest = p.host*factor, p.perRequest*factor
	q.prefillScale, q.decodeScale = p.prefillScale*factor, p.decodeScale*factor
	q.Front = sim.Time(math.Round(float64(p.Front) * factor))
	return &q
}
