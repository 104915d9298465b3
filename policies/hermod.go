package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Hermod packs requests on few nodes while these have cores left, preferring those that
// are warm, and balances them where none has.
type Hermod struct {
	Slots         int  `toml:"slots" help:"requests that a node has at most before it counts as loaded; 0: its cores, and of a node without cpu as many as instances of this size fit on it"`
	PreferWarm    bool `toml:"prefer_warm" default:"true" help:"under load, of nodes with as few requests one where an instance of the function is idle"`
	AvoidQueueing bool `toml:"avoid_queueing" default:"true" help:"first of the nodes that would serve it at once"`
}

var _ sim.PlacementFactory = Hermod{}

// About describes the policy.
func (Hermod) About() Entry {
	return Entry{
		Name: "hermod", Help: "each request to a node with requests and fewer than cores, a warm one first; then to an empty one; under load to the one with the fewest", Control: Operator,
		Source: "Kaffes, Yadwadkar and Kozyrakis, Hermod (SoCC 2022) as HermodScheduler of osukhoroslov/dslab by the number of invocations [V]; ties go to the lowest index",
	}
}

// Check refuses a number of slots below 0.
func (h Hermod) Check(n *spec.Node) error {
	if h.Slots < 0 {
		return n.Get("slots").Errorf("found %d, want 0 or more requests", h.Slots)
	}
	return nil
}

// New returns the policy, which holds no state.
func (h Hermod) New(int) sim.Placement {
	return hermod{Hermod: h, loaded: leastRequests{LeastRequests: LeastRequests{PreferWarm: h.PreferWarm, AvoidQueueing: h.AvoidQueueing}}}
}

type hermod struct {
	FirstFit
	Hermod
	loaded leastRequests
}

// Send packs.
func (h hermod) Send(c sim.Nodes, now sim.Time) int {
	low := func(i int) bool {
		if !c.Takes(i) || float64(c.Requests(i)) >= h.slots(c, i) {
			return false
		}
		return !h.AvoidQueueing || atOnce(c, i)
	}
	at := leastBy(c, low, func(i int) int {
		rank := 0
		if c.Requests(i) == 0 {
			rank = 2
		}
		if c.Warm(i) == 0 {
			rank++
		}
		return rank
	})
	if at >= 0 {
		return at
	}
	return h.loaded.Send(c, now)
}

// slots is how many requests a node has at most before it is loaded.
func (h hermod) slots(c sim.Nodes, i int) float64 {
	switch {
	case h.Slots > 0:
		return float64(h.Slots)
	case c.Cores(i) > 0:
		return c.Cores(i)
	}
	return float64(c.Memory(i) / max(1, c.Need()))
}
