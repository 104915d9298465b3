package sim

import (
	"errors"
	"fmt"
)

// Node is what a machine has for instances.
type Node struct {
	MilliCPU int64 // thousandths of a core
	Memory   int64 // MiB
	MilliGPU int64 // thousandths of a GPU
	Type     int32 // index into whatever list of types the caller has
}

// Cluster is the nodes that a platform's instances run on. An instance has its memory,
// and its GPUs, of a node from its start to its stop. CPU is not set aside: see SharedCPU.
type Cluster struct {
	Nodes     []Node
	Placement PlacementFactory
	Eviction  EvictionFactory // nil: an idle instance stays as its keep-alive says, whoever needs its room
	Failures  Failures
	Scaling   *NodeScaling // nil: all nodes are there from the start
	// SharedCPU lets the instances that serve share the cores of their node (contend.go);
	// else each has its vCPU, however many they are.
	SharedCPU bool
}

// mostNodes bounds the nodes of a cluster: each start looks at all of them.
const mostNodes = 1 << 16

func (c *Cluster) validate() error {
	switch {
	case c == nil:
		return nil
	case len(c.Nodes) == 0 || len(c.Nodes) > mostNodes:
		return fmt.Errorf("its cluster has %d nodes, want 1 to %d", len(c.Nodes), mostNodes)
	case c.Placement == nil:
		return errors.New("its cluster has no placement policy")
	}
	for i, n := range c.Nodes {
		if n.Memory < 1 || n.Memory > maxMemory || n.MilliCPU < 0 || n.MilliGPU < 0 {
			return fmt.Errorf("node %d of its cluster has %d MiB, %d thousandths of a core and %d of a GPU, want 1 MiB to %d, and the others 0 or more", i, n.Memory, n.MilliCPU, n.MilliGPU, int64(maxMemory))
		}
	}
	if err := c.Scaling.validate(len(c.Nodes)); err != nil {
		return err
	}
	return c.Failures.validate(len(c.Nodes))
}

// maxMemory bounds the MiB of a node, so that sums over all nodes are int64.
const maxMemory = 1 << 40

// need is the room of a node that an instance takes.
type need struct{ memory, milliGPU int64 }

// cluster is what a shard knows of the nodes of a platform.
type cluster struct {
	nodes      []node
	roomiest   roomiest // of these
	milliGPU   int64    // that each instance needs
	failures   Failures
	placement  Placement
	balancer   Balancer           // the placement, where it sends requests to nodes
	lines      []nodeLine         // of each node then, and of none
	byClones   bool               // one priority for all clones
	clones     []clones           // by lodger.clones
	spared     []candidate        // of a node's queue, while others leave
	shelves    [][numShelves]ring // of these, where requests are sent to nodes: who is on a shelf, in its order
	shelved    uint64             // how many have come to a shelf then
	cloneIndex map[uint64]uint32  // by deployment and node

	applied    []bool // outages of the schedule that have begun on a node that was there, and are not over
	groups     []nodeGroup
	processors []processor // of the nodes, where their cores are shared
	scan       Time        // of its autoscaler; 0: none
	scans      bool        // an event lets it look
	orders     uint64      // of nodes, so far
}

// node is a machine and who is on it.
type node struct {
	Node
	free     need
	idle     need // of the instances that may be evicted
	live     int32
	blocked  int32       // outages that there are now, or that it is not there: it takes no instances
	resting  int32       // idle instances, those of a floor too
	eviction Eviction    // nil: an idle instance stays
	queue    []candidate // a binary heap: who may be evicted, first the first

	changed bool   // its room has, since the roomiest was looked for
	failed  int32  // of its outages, those that are failures
	group   int32  // of an autoscaler; −1: none
	turn    uint32 // the number of its next drawn failure, or return; even while it is not there
	there   bool   // failed or not
	coming  bool   // it is ordered
	ordered Time
	from    Time // it is there, or will be
	emptied Time // when an instance left last: it is empty since then, where it has none
}

// clones are the instances of a deployment on a node.
type clones struct {
	priority      float64 // of all of them, where their policy has one for them
	idle          need    // of those that may be evicted
	served        int64   // requests, by those that live, until they were last idle
	live, resting int32
	sent          int32 // requests that a balancer has sent there, and have not ended
}

// lodger is an instance on a node.
type lodger struct {
	priority  float64 // where each instance has its own
	since     Time    // when its last request ended
	key       float64 // of its entry in the node's queue
	memory    int64   // MiB that it holds
	startup   Time    // what its start took
	node      uint32
	clones    uint32
	counted   uint32 // of its requests among clones.served
	mark      uint32 // of its entry; another one is stale
	here      bool   // it has not stopped
	listed    bool   // it has an entry
	computing int32  // requests that share the cores of the node
	resting   bool   // it is idle
	evicts    bool   // and may be evicted
	timed     bool   // startup has its init
}

func newCluster(spec *Cluster, milliGPU int64, key RunKey) *cluster {
	c := &cluster{roomiest: newRoomiest(len(spec.Nodes)), milliGPU: milliGPU, failures: spec.Failures, placement: spec.Placement.New(len(spec.Nodes)), nodes: make([]node, len(spec.Nodes)), cloneIndex: map[uint64]uint32{}}
	if spec.Eviction != nil {
		c.byClones = spec.Eviction.Clones()
	}
	for i := range c.nodes {
		n := &c.nodes[i]
		n.Node = spec.Nodes[i]
		n.free = need{n.Memory, n.MilliGPU}
		n.there, n.group = true, -1
		c.roomChanges(uint32(i))
		if spec.Eviction != nil {
			n.eviction = spec.Eviction.New(i, key)
		}
	}
	c.balance()
	c.applied = make([]bool, len(spec.Failures.Schedule))
	c.group(spec.Scaling)
	if spec.SharedCPU {
		for _, n := range spec.Nodes {
			c.processors = append(c.processors, processor{milli: n.MilliCPU, next: Never})
		}
	}
	return c
}

// fits reports whether a node has free room.
func (n *node) fits(w need) bool {
	return n.blocked == 0 && n.free.memory >= w.memory && n.free.milliGPU >= w.milliGPU
}

// canFit reports whether a node has room for an instance of a deployment once enough idle
// instances of others have left. Its own stay: who starts in the place of one that is
// ready already has gained nothing.
func (c *cluster) canFit(d *deployment, i int) bool {
	n, w := &c.nodes[i], d.need()
	if n.fits(w) {
		return true
	}
	idle := c.idleOfOthers(d, i)
	return n.blocked == 0 && n.free.memory+idle.memory >= w.memory && n.free.milliGPU+idle.milliGPU >= w.milliGPU
}

// idleOfOthers returns what those hold on a node that may be evicted for a deployment.
func (c *cluster) idleOfOthers(d *deployment, i int) need {
	idle := c.nodes[i].idle
	if d.evictable > 0 {
		if k, ok := c.cloneIndex[uint64(d.local)<<32|uint64(i)]; ok {
			idle.memory -= c.clones[k].idle.memory
			idle.milliGPU -= c.clones[k].idle.milliGPU
		}
	}
	return idle
}

// someCanFit reports whether some node has room, or can have.
func (c *cluster) someCanFit(d *deployment) bool {
	if d.memory > c.mostRoom() {
		return false
	}
	if d.evictable == 0 {
		return true
	}
	for i := range c.nodes {
		if c.canFit(d, i) {
			return true
		}
	}
	return false
}

// need returns what an instance of the deployment takes.
func (d *deployment) need() need { return need{d.memory, d.platform.MilliGPU} }

// join makes a deployment one of a cluster's, where its platform has one.
func (s *shard) joinCluster(d *deployment) {
	spec, a := d.platform.Cluster, d.account
	if spec == nil {
		return
	}
	if a.cluster == nil {
		a.cluster = newCluster(spec, d.platform.MilliGPU, s.config.Key)
		s.planOutages(a, &spec.Failures)
	}
	d.cluster = a.cluster
	d.contends, d.milliCPU = spec.SharedCPU, d.platform.vcpuOf(d.memory)
	d.balanced = a.cluster.balancer != nil
	name, w := s.all[d.first].ID(), d.need()
	if _, shared := d.group.keep.(SharedPool); shared && d.balanced {
		panic(refusal{fmt.Errorf("%s has a keep-alive that is a pool which functions share, and a placement that sends requests to nodes, where each is served by an instance of its own", name)})
	}
	if d.bound {
		panic(refusal{fmt.Errorf("%s has an offline bound as its keep-alive, and nodes: what a bound holds would depend on when others go", name)})
	}
	for i := range a.cluster.nodes {
		if n := &a.cluster.nodes[i]; w.fitsIn(need{n.Memory, n.MilliGPU}) {
			return
		}
	}
	panic(refusal{fmt.Errorf("an instance of %s has %d MiB and %d thousandths of a GPU, and no node has as much", name, w.memory, w.milliGPU)})
}
