package sim

// Placement says on which node an instance starts. One object serves a platform.
type Placement interface {
	// Place returns the index of a node that CanFit, of which there is one at least.
	// Idle instances there are evicted where it does not Fit.
	Place(c Nodes, now Time) int
}

// PlacementFactory makes the placement policies of a run.
type PlacementFactory interface{ New(nodes int) Placement }

// Nodes are what a placement policy sees: the nodes of the platform, by their index, and
// the instance that is to start. It is valid during the call.
type Nodes struct {
	s     *shard
	d     *deployment
	cause cause
}

// Len returns how many nodes there are.
func (c Nodes) Len() int { return len(c.d.cluster.nodes) }

func (c Nodes) node(i int) *node { return &c.d.cluster.nodes[i] }

// Fits reports whether the instance has room on a node as it is.
func (c Nodes) Fits(i int) bool { return c.node(i).fits(c.d.need()) }

// CanFit reports whether it has room there, once as many idle instances of others have
// been evicted as need be.
func (c Nodes) CanFit(i int) bool { return c.d.cluster.canFit(c.d, i) }

// Memory returns the MiB of a node.
func (c Nodes) Memory(i int) int64 { return c.node(i).Memory }

// Free returns the MiB of a node that no instance holds.
func (c Nodes) Free(i int) int64 { return c.node(i).free.memory }

// Evictable returns the MiB that idle instances of a node hold which may be evicted for it.
func (c Nodes) Evictable(i int) int64 { return c.d.cluster.idleOfOthers(c.d, i).memory }

// Instances returns how many instances are on a node.
func (c Nodes) Instances(i int) int { return int(c.node(i).live) }

// Busy returns how many of them serve or initialise.
func (c Nodes) Busy(i int) int { return int(c.node(i).live - c.node(i).resting) }

// Clones returns how many instances of the same deployment are on a node.
func (c Nodes) Clones(i int) int {
	cl := c.d.cluster
	if k, ok := cl.cloneIndex[uint64(c.d.local)<<32|uint64(i)]; ok {
		return int(cl.clones[k].live)
	}
	return 0
}

// Need returns the MiB that the instance takes.
func (c Nodes) Need() int64 { return c.d.memory }

// Function returns the deployment's first function.
func (c Nodes) Function() Function { return c.s.all[c.d.first] }

// All returns all functions of the workload, which are not to be changed.
func (c Nodes) All() []Function { return c.s.all }

// Index returns the index of that function in the workload.
func (c Nodes) Index() uint32 { return c.d.first }

// Uniform returns the k-th draw of this start, in (0, 1): whatever other policies do,
// a start for the same request draws the same.
func (c Nodes) Uniform(k int) float64 {
	stream := NewStream(c.s.config.Key, c.cause.purpose+hostKey, c.s.starts[c.cause.fn].key)
	return c.cause.stream(stream).Start(uint64(k) << 16).Uniform(c.cause.key)
}
