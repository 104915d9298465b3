package sim

// Balancer is a Placement that sends each request to a node when it arrives, as a load
// balancer in front of machines does, whoever is warm where. It is served there and
// nowhere else, and waits in the line of that node (nodeline.go). Place is asked only for
// what starts ahead of requests: an instance that a request needs starts where that is.
type Balancer interface {
	Placement
	// Send returns the index of a node that Takes the request, of which there is one at
	// least. It is asked again where that node drains while the request waits.
	Send(c Nodes, now Time) int
}

// Balances reports whether the cluster's placement sends requests to nodes. One that
// refuses to be made does not: who runs it is told why.
func (c *Cluster) Balances() (ok bool) {
	if c == nil {
		return false
	}
	defer func() {
		switch p := recover().(type) {
		case nil, refusal:
		default:
			panic(p)
		}
	}()
	_, ok = c.Placement.New(len(c.Nodes)).(Balancer)
	return ok
}

// Takes reports whether a request may be sent to a node: it is there, and an instance for
// it has room when nobody else is there.
func (c Nodes) Takes(i int) bool { return c.node(i).takes(c.d.need()) }

// Waiting returns how many of a node's Requests wait there.
func (c Nodes) Waiting(i int) int {
	if c.d.cluster.lines == nil {
		return 0
	}
	return c.d.cluster.lines[i].len()
}

// Requests returns how many requests have been sent to a node and have not ended, 0 where
// the placement is no Balancer.
func (c Nodes) Requests(i int) int {
	if c.d.cluster.lines == nil {
		return 0
	}
	return int(c.d.cluster.lines[i].requests)
}

// Committed returns the MiB that instances for these and for the one that is to be sent
// take, of each deployment as many as it takes to serve them at the same time.
func (c Nodes) Committed(i int) int64 {
	cl := c.d.cluster
	if cl.lines == nil {
		return 0
	}
	if k, ok := cl.cloneIndex[uint64(c.d.local)<<32|uint64(i)]; ok && cl.clones[k].sent%max(1, c.d.concurrency) > 0 {
		return cl.lines[i].committed // an instance has a slot for it
	}
	return cl.lines[i].committed + c.d.memory
}

// Warm returns how many idle instances of the same deployment are on a node, paused and
// demoted ones too.
func (c Nodes) Warm(i int) int {
	cl := c.d.cluster
	if k, ok := cl.cloneIndex[uint64(c.d.local)<<32|uint64(i)]; ok {
		return int(cl.clones[k].resting)
	}
	return 0
}

// Cores returns the cores of a node, 0 where none are given.
func (c Nodes) Cores(i int) float64 { return float64(c.node(i).MilliCPU) / 1000 }

// takes reports whether a node that nobody is on would have room.
func (n *node) takes(w need) bool {
	return n.blocked == 0 && n.Memory >= w.memory && n.MilliGPU >= w.milliGPU
}

// validateBalance refuses what goes with no lines of nodes.
func (p *Platform) validateBalance() error {
	if !p.Cluster.Balances() {
		return nil
	}
	switch {
	case p.Dispatch != BoundDispatch:
		return errBalance("dispatch")
	case p.Routing != nil:
		return errBalance("routing")
	case p.Reuse == LeastLoaded:
		return errBalance("reuse")
	case p.Pool != nil:
		return errBalance("pool")
	case p.Cluster.Scaling != nil:
		return errBalance("nodes")
	}
	return nil
}

// errBalance is the message of validateBalance, by the word for what is refused.
type errBalance string

func (e errBalance) Error() string {
	return "its placement sends requests to nodes, where each is bound to an instance of that node; that goes with no " + map[errBalance]string{
		"dispatch": "dispatch by a queue", "routing": "routing policy", "reuse": "reuse of the least loaded", "nodes": "autoscaler of nodes", "pool": "pool that functions share"}[e]
}
