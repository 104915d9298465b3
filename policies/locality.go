package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Locality sends the requests of a function to its home, or to the first node from there
// on that would serve one at once.
type Locality struct {
	Step     int  `toml:"step" default:"1" help:"from one node to the next that is tried, 1 or more"`
	WarmOnly bool `toml:"warm_only" default:"false" help:"only a node with an idle instance is one that would serve it at once"`
}

var _ sim.PlacementFactory = Locality{}

// About describes the policy.
func (Locality) About() Entry {
	return Entry{
		Name: "locality", Help: "each request to a home by the hash of the function's name, or the next node after it that serves at once; to the home where none does", Control: Operator,
		Source: "LocalityBasedScheduler of osukhoroslov/dslab [V]; the hash is ours",
	}
}

// Check refuses to stand still.
func (l Locality) Check(n *spec.Node) error {
	if l.Step < 1 {
		return n.Get("step").Errorf("found %d, want 1 or more nodes from one to the next", l.Step)
	}
	return nil
}

// New returns the policy, which holds no state.
func (l Locality) New(int) sim.Placement { return locality{Locality: l} }

type locality struct {
	FirstFit
	Locality
}

// Send goes from the home on, until it is there again.
func (l locality) Send(c sim.Nodes, _ sim.Time) int {
	f := c.Function()
	home := int(f.Key() % uint64(c.Len()))
	at := home
	for range c.Len() {
		if atOnce(c, at) && (!l.WarmOnly || c.Warm(at) > 0) {
			return at
		}
		if at = (at + l.Step%c.Len()) % c.Len(); at == home {
			break
		}
	}
	for !c.Takes(home) {
		home = (home + 1) % c.Len()
	}
	return home
}
