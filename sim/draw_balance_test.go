package sim

import (
	"fmt"

	"pgregory.net/rapid"
)

// balance lets a cluster's placement send requests to nodes, and gives the platform what
// goes with that; its nodes do not come and go.
func (t drawer) balance(p *Platform) {
	p.Cluster.Placement = rapid.SampledFrom([]PlacementFactory{homeNode{}, drawnHome{}, fewestRequests{}}).Draw(t.T, "balancer")
	p.Dispatch, p.Cluster.Scaling = BoundDispatch, nil
	p.Pool, p.Limit.QueueStarts = nil, 0
	if p.KeepAlive.Scope() == ScopeAccount {
		p.KeepAlive = window(3 * t.unit) // it may be a pool
	}
	if p.Reuse == LeastLoaded {
		p.Reuse = LeastRecent
	}
}

// allAway takes all nodes away, one by one, and brings them back so, a small one among
// them, so that requests of all sizes wait for one that takes them.
func (t drawer) allAway(p *Platform) {
	c, at := p.Cluster, t.time("all away from", 30)
	small := c.Nodes[0]
	small.Memory = 150
	c.Nodes = append(c.Nodes, small)
	c.Failures.Schedule = nil
	p.Order, p.Limit.Over, p.Limit.Queue = Order(t.int("order of who waits", 0, numOrders-1)), QueueOver, 0
	for i := range c.Nodes {
		c.Failures.Schedule = append(c.Failures.Schedule, Outage{Node: i, At: at + Time(i)*t.unit, For: Time(len(c.Nodes)-i)*t.unit + t.time("away for", 40), Drain: t.bool("all drain")})
	}
}

// homeNode sends a function's requests to one node, as long as that takes them.
type homeNode struct{ firstNode }

func (h homeNode) New(int) Placement { return h }

func (homeNode) Send(c Nodes, _ Time) int {
	for i := int(c.Index()); ; i++ {
		if i %= c.Len(); c.Takes(i) {
			return i
		}
	}
}

// drawnHome sends them to any.
type drawnHome struct{ drawnNode }

func (d drawnHome) New(int) Placement { return d }

func (drawnHome) Send(c Nodes, _ Time) int {
	for k := 0; ; k++ {
		if i := int(c.Uniform(k) * float64(c.Len())); c.Takes(i) {
			return i
		}
	}
}

// fewestRequests looks at all there is to see of requests.
type fewestRequests struct{ fewestClones }

func (f fewestRequests) New(int) Placement { return f }

func (fewestRequests) Send(c Nodes, now Time) int {
	best, least := -1, int64(0)
	for i := range c.Len() {
		score := int64(7*c.Waiting(i)+100*c.Requests(i)+30*c.Clones(i)-50*c.Warm(i)+10*c.Busy(i)) + c.Committed(i)/3 - c.Free(i)/5 + now%2*int64(i)
		if c.Takes(i) && (best < 0 || score < least) {
			best, least = i, score
		}
	}
	return best
}

// awry sends to a node that is too small.
type awry struct{ firstNode }

func (a awry) New(int) Placement        { return a }
func (awry) Send(c Nodes, now Time) int { return 0 }

// tellsSent is homeNode, and notes what it sees of the node that it sends to.
type tellsSent struct{ told *[]string }

func (t tellsSent) New(int) Placement         { return t }
func (tellsSent) Place(c Nodes, now Time) int { return firstNode{}.Place(c, now) }
func (t tellsSent) Send(c Nodes, now Time) (i int) {
	i = homeNode{}.Send(c, now)
	*t.told = append(*t.told, fmt.Sprint(c.Requests(i), c.Committed(i), c.Warm(i)))
	return i
}
