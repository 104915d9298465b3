package experiments

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// clamped counts the drawn durations that reached the longest there is, over all
// units, and adds a warning for each platform that has some: a mean or a bill with
// such draws rests on the bound.
func (p *Plan) clamped(set *results.Set, units map[string]*results.Replication) (total uint64) {
	type tally struct{ draws, units, of uint64 }
	platforms := map[string]*tally{}
	var order []string
	for _, u := range p.units {
		name := u.of()
		t := platforms[name]
		if t == nil {
			t = new(tally)
			platforms[name] = t
			order = append(order, name)
		}
		t.of++
		if n := units[u.id].Clamped; n > 0 {
			t.draws += n
			t.units++
			total += n
		}
	}
	set.Warnings = append([]string(nil), set.Warnings...)
	for _, name := range order {
		if t := platforms[name]; t.draws > 0 {
			set.Warnings = append(set.Warnings, fmt.Sprintf(
				"%s: %d durations were drawn as ten years (%s) or more, and count as that, in %d of %d simulations: the tail of a distribution is cut, and means, latencies and bills with it; what waits for such ones longer than 292 years (2^63 ns) counts as that",
				name, t.draws, spec.Duration(sim.Longest), t.units, t.of))
		}
	}
	return total
}
