package results

import (
	"fmt"

	"github.com/coldcurve/coldcurve/sim"
)

// Load is how often a phase of an initialisation loaded its content from a store.
type Load struct {
	Phase string
	Store string
	Count uint64
}

// loadCounts are loads by phase and store.
type loadCounts [sim.NumPhases][sim.MaxStores]uint64

// add counts what an initialisation loaded.
func (c *loadCounts) add(from sim.Sources) {
	for p := range sim.Phase(sim.NumPhases) {
		if store, ok := from.Store(p); ok {
			c[p][store]++
		}
	}
}

func (c *loadCounts) merge(o *loadCounts) {
	for p := range c {
		for store := range c[p] {
			c[p][store] += o[p][store]
		}
	}
}

// finish lists the loads in the order of the phases, of each phase from every
// store, nearest first; a phase that loaded nothing is left out.
func (c *loadCounts) finish(stores []string) (all []Load) {
	for p := range c {
		if c[p] == [sim.MaxStores]uint64{} {
			continue
		}
		for store, n := range c[p] {
			name := fmt.Sprintf("store %d", store+1)
			if store < len(stores) {
				name = stores[store]
			}
			if n > 0 || store < len(stores) {
				all = append(all, Load{sim.Phase(p).String(), name, n})
			}
		}
	}
	return all
}

// loadRatio is the part of all loads that did not come from the last store of
// their phase, which has everything.
func loadRatio(all []Load) Ratio {
	var r Ratio
	for i, l := range all {
		r.Den += l.Count
		if i+1 < len(all) && all[i+1].Phase == l.Phase {
			r.Num += l.Count
		}
	}
	return r
}
