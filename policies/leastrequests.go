package policies

import "github.com/coldcurve/coldcurve/sim"

// LeastRequests sends each request to the node that has the fewest.
type LeastRequests struct {
	PreferWarm    bool `toml:"prefer_warm" default:"true" help:"of nodes with as few, one where an instance of the function is idle"`
	AvoidQueueing bool `toml:"avoid_queueing" default:"false" help:"first of the nodes that would serve it at once, of all only where there is none"`
}

var _ sim.PlacementFactory = LeastRequests{}

// About describes the policy.
func (LeastRequests) About() Entry {
	return Entry{
		Name: "least-requests", Help: "each request to the node with the fewest, those that wait there too", Control: Operator,
		Source: "LeastLoadedScheduler of osukhoroslov/dslab, by the number of invocations [V]; ties go to the lowest index",
	}
}

// New returns the policy, which holds no state.
func (l LeastRequests) New(int) sim.Placement { return leastRequests{LeastRequests: l} }

type leastRequests struct {
	LeastLoadedNode
	LeastRequests
}

// Send takes the one with the fewest.
func (l leastRequests) Send(c sim.Nodes, _ sim.Time) int {
	score := func(i int) int {
		if l.PreferWarm && c.Warm(i) > 0 {
			return 2*c.Requests(i) - 1
		}
		return 2 * c.Requests(i)
	}
	if l.AvoidQueueing {
		if at := leastBy(c, func(i int) bool { return atOnce(c, i) }, score); at >= 0 {
			return at
		}
	}
	return leastBy(c, c.Takes, score)
}
