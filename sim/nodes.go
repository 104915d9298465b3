package sim

// NodeLife is a time in which a node was there: from its start, or from when it was back
// after it failed, until it left, failed, or the horizon came. A node that drains is there.
type NodeLife struct {
	Ordered  Time // when an autoscaler ordered it; of others From
	From, To Time // To ≥ From, neither beyond the horizon
	Node     uint32
	Type     int32 // of Node
	Platform PlatformID
	Live     bool // it was there at the horizon, or on its way
}

// NodeObserver is an Observer that also wants to know when the nodes of clusters were there.
type NodeObserver interface {
	Observer
	Nodes(batch []NodeLife)
}

// comes lets a node be there from now on.
func (n *node) comes(now Time) {
	n.there, n.coming = true, false
	n.from, n.emptied = now, now
	n.blocked--
}

// tellNode tells of a node that was there until now.
func (s *shard) tellNode(a *account, i uint32, now Time, live bool) {
	n := &a.cluster.nodes[i]
	if len(s.observers.nodes) == 0 || n.ordered >= min(now, s.window.Horizon) {
		return
	}
	if len(s.nodeLives) == recordBatch {
		s.flushNodes()
	}
	to := min(now, s.window.Horizon)
	s.nodeLives = append(s.nodeLives, NodeLife{
		Ordered: n.ordered, From: min(n.from, to), To: to, Node: i, Type: n.Type, Platform: a.platform, Live: live || now > s.window.Horizon,
	})
}

// tellNodes tells of those that are there as the run ends, or on their way.
func (s *shard) tellNodes() {
	for k := range s.accounts {
		a := &s.accounts[k]
		if a.cluster == nil {
			continue
		}
		for i := range a.cluster.nodes {
			if n := &a.cluster.nodes[i]; (n.there || n.coming) && n.failed == 0 {
				s.tellNode(a, uint32(i), max(s.now, s.window.Horizon), true)
			}
		}
	}
}

func (s *shard) flushNodes() { flush(&s.nodeLives, s.observers.nodes, NodeObserver.Nodes) }
