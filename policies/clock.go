package policies

import "github.com/coldcurve/coldcurve/sim"

// clock is what the Greedy-Dual policies of a node add to the worth of an instance: the
// highest priority that has been evicted. So what was used long ago, when it was low,
// falls behind what is used now.
type clock struct{ at float64 }

// Evicted advances the clock. It never goes back: who was busy while others left may
// leave after them with less.
func (c *clock) Evicted(priority float64, _ sim.Time) { c.at = max(c.at, priority) }

// cost is what another start would take, in seconds.
func cost(r sim.Resident) float64 { return float64(r.Startup()) / float64(sim.Second) }

// size is the MiB of an instance, at least 1.
func size(r sim.Resident) float64 { return float64(max(1, r.Memory())) }

// uses is how many requests all clones on the node have served.
func uses(r sim.Resident) float64 { return float64(r.ClonesServed()) }
