package flows

import (
	"math/bits"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// standing is what services are billed by the time of the window, whatever happens in
// it: what they store, hold ready, and are.
func (g *Graph) standing() *Tally {
	t := newTally(g)
	window := max(0, g.Horizon-g.Warmup)
	for k := range g.Services {
		s := &g.Services[k]
		for _, x := range s.Standing {
			if n := perSecond(x.Each, window); !n.IsZero() {
				t.Used = append(t.Used, Used{Trigger: None, Owner: s.Owner, Cause: Held, Meter: x.Meter, N: n})
			}
		}
	}
	slices.SortFunc(t.Used, compareUsed)
	return t.joined()
}

// joined adds what is used of the same meter by the same owner, which is in order.
func (t *Tally) joined() *Tally {
	var used []Used
	for _, u := range t.Used {
		if n := len(used); n > 0 && compareUsed(used[n-1], u) == 0 {
			used[n-1].N.AddWide(u.N)
			continue
		}
		used = append(used, u)
	}
	t.Used = used
	return t
}

// perSecond is so many a second × a time, rounded down.
func perSecond(each int64, time sim.Time) sim.Wide {
	var n sim.Wide
	n.AddProduct(each, time)
	hi, rest := bits.Div64(0, n.Hi, uint64(sim.Second))
	lo, _ := bits.Div64(rest, n.Lo, uint64(sim.Second))
	return sim.Wide{Hi: hi, Lo: lo}
}
