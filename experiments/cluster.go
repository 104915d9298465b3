package experiments

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/stores"
	"github.com/coldcurve/coldcurve/workloads"
)

// clusterSpec is nodes of one type, or of several.
type clusterSpec struct {
	Nodes  int       `toml:"nodes" help:"nodes that instances run on; 0: capacity is not bounded"`
	CPU    float64   `toml:"cpu" help:"cores of a node"`
	Memory spec.Size `toml:"memory" unit:"size" help:"of a node, for instances"`
	GPUs   int       `toml:"gpus" help:"whole GPUs of a node"`
	nodesSpec
	Types []nodeTypeSpec `toml:"type" help:"in place of these keys, nodes of several types: [{ name, nodes, cpu, memory, gpus }, …]"`

	MeanUp   spec.Duration `toml:"mean_up" unit:"duration" help:"mean time from when a node is there until it fails, exponential; absent: none fails by itself"`
	MeanDown spec.Duration `toml:"mean_down" unit:"duration" default:"10m" help:"mean time until it is back, exponential"`
	Outages  []outageSpec  `toml:"outage" help:"outages by a schedule: [{ node = 0, at = \"1h\", for = \"10m\", drain = false }, …]"`

	Contention contention `toml:"contention" default:"none" help:"none: an instance has its vCPU, however many are busy beside it; shared: the services on a node go on at the rate cores ÷ vCPU of the instances that serve, where these have more"`

	Scan     spec.Duration `toml:"scan" unit:"duration" default:"10s" help:"with max_nodes: how often it is looked at who has no room, and which nodes are empty"`
	Billing  *spec.Node    `toml:"billing" help:"with price: how the time of a node is rounded, { quantum = \"1s\", minimum = \"1m\", from = \"ordered\" }; from = \"there\": from when it takes instances"`
	Currency string        `toml:"currency" default:"USD" help:"of the prices"`
}

// nodeTypeSpec is nodes that are alike.
type nodeTypeSpec struct {
	Name   string    `toml:"name" required:"true" help:"of the type"`
	Nodes  int       `toml:"nodes" required:"true" help:"nodes of the type"`
	CPU    float64   `toml:"cpu" help:"cores of a node"`
	Memory spec.Size `toml:"memory" required:"true" unit:"size" help:"of a node, for instances"`
	GPUs   int       `toml:"gpus" help:"whole GPUs of a node"`
	nodesSpec
}

// nodesSpec is how many nodes of a type come and go, and what they cost.
type nodesSpec struct {
	Max   int                    `toml:"max_nodes" help:"nodes are ordered up to as many when an instance has no room; nodes are then the least. Absent: none comes or goes"`
	Start workloads.Distribution `toml:"start" unit:"duration" default:"\"90s\"" help:"with max_nodes: from the order of a node until it takes instances, a duration or a distribution"`
	Idle  spec.Duration          `toml:"idle" unit:"duration" default:"10m" help:"with max_nodes: how long a node is empty before it leaves"`
	Price float64                `toml:"price" help:"of a node, money an hour; absent: nodes have no bill"`
}

// outageSpec is a time in which a node is not there.
type outageSpec struct {
	Node  int           `toml:"node" required:"true" help:"which node, from 0, type by type"`
	At    spec.Duration `toml:"at" required:"true" unit:"duration" help:"when it begins"`
	For   spec.Duration `toml:"for" unit:"duration" help:"until the node is back; absent: it never is"`
	Drain bool          `toml:"drain" help:"busy instances end what they do; else the node fails, and their requests with it"`
}

// mostNodes bounds the nodes of a cluster.
const mostNodes = 10_000

// types lists the types that the table says; none where capacity is not bounded.
func (c *clusterSpec) types(n *spec.Node) ([]nodeTypeSpec, error) {
	if n.Get("type") == nil {
		if c.Nodes == 0 && n.Get("max_nodes") == nil {
			if n != nil && n.Get("nodes") == nil {
				return nil, n.Errorf("missing key %q: how many there are, as in { nodes = 18, cpu = 2, memory = \"4GB\" }; 0: capacity is not bounded", "nodes")
			}
			return nil, nil
		}
		if n.Get("memory") == nil {
			return nil, n.Errorf("missing key %q: what a node has for instances, as in { nodes = 18, cpu = 2, memory = \"4GB\" }", "memory")
		}
		return []nodeTypeSpec{{Nodes: c.Nodes, CPU: c.CPU, Memory: c.Memory, GPUs: c.GPUs, nodesSpec: c.nodesSpec}}, nil
	}
	for _, key := range []string{"nodes", "cpu", "memory", "gpus", "max_nodes", "start", "idle", "price"} {
		if at := n.Get(key); at != nil {
			return nil, at.Errorf("found it beside type (%s), want it in each type alone", n.Get("type").Place())
		}
	}
	names := map[string]bool{}
	for i, t := range c.Types {
		if at := n.Get("type", fmt.Sprint(i), "name"); t.Name == "" || names[t.Name] {
			return nil, at.Errorf("found %q, want a name that no other type has", t.Name)
		}
		names[t.Name] = true
	}
	return c.Types, nil
}

// cluster returns the nodes, type by type; nil where capacity is not bounded.
func (c *clusterSpec) cluster(n *spec.Node) (*sim.Cluster, error) {
	types, err := c.types(n)
	if err != nil {
		return nil, err
	}
	out, all := &sim.Cluster{}, 0
	for i, t := range types {
		at, least := n, 0 // no nodes: capacity is not bounded
		if n.Get("type") != nil {
			at, least = n.Get("type", fmt.Sprint(i)), 1
		}
		mib, whole := t.Memory.MiB()
		switch {
		case t.Max > t.Nodes && t.Max > mostNodes-all:
			return nil, at.Get("max_nodes").Errorf("found %d, want 1 to %d nodes over all types", t.Max, mostNodes)
		case at.Get("max_nodes") == nil && t.Nodes < 1 || t.Nodes < 0 || t.most() > mostNodes-all:
			return nil, at.Get("nodes").Errorf("found %d, want %d to %d nodes over all types", t.Nodes, least, mostNodes)
		case !whole || mib < 1 || mib > maxNodeMemory:
			return nil, at.Get("memory").Errorf("found %s, want whole MB, 1 to %d", at.Get("memory"), maxNodeMemory)
		case at.Get("cpu") != nil && !(t.CPU >= 0.001 && t.CPU <= maxFactor):
			return nil, at.Get("cpu").Errorf("found %v, want 0.001 to %d cores: they are counted in thousandths", t.CPU, maxFactor)
		case t.GPUs < 0 || t.GPUs > mostGPUs:
			return nil, at.Get("gpus").Errorf("found %d, want 0 to %d GPUs", t.GPUs, mostGPUs)
		}
		all += t.most()
		node := sim.Node{MilliCPU: int64(math.Round(t.CPU * 1000)), Memory: mib, MilliGPU: int64(t.GPUs) * 1000, Type: int32(i)}
		for range t.most() {
			out.Nodes = append(out.Nodes, node)
		}
	}
	if len(out.Nodes) == 0 {
		return nil, nil
	}
	if out.Scaling, err = c.scaling(n, types); err != nil {
		return nil, err
	}
	out.Failures, err = c.failures(n, len(out.Nodes))
	return out, err
}

// failures returns when nodes are not there.
func (c *clusterSpec) failures(n *spec.Node, nodes int) (f sim.Failures, err error) {
	f.MeanUp = sim.Time(c.MeanUp)
	switch up, down := n.Get("mean_up"), n.Get("mean_down"); {
	case up == nil && down != nil:
		return f, down.Errorf("found it without mean_up, want how long a node is there until it fails, as in mean_up = \"30d\"")
	case up != nil && f.MeanUp < sim.Second:
		return f, up.Errorf("found %s, want 1s or more", up)
	case up != nil:
		f.MeanDown = sim.Time(c.MeanDown)
	}
	for i, o := range c.Outages {
		at := n.Get("outage", fmt.Sprint(i))
		if o.Node < 0 || o.Node >= nodes {
			return f, at.Get("node").Errorf("found %d, want 0 to %d, one of the %d nodes", o.Node, nodes-1, nodes)
		}
		if at.Get("for") != nil && o.For == 0 {
			return f, at.Get("for").Errorf("found %s, want a time above 0; without it the node never is back", at.Get("for"))
		}
		f.Schedule = append(f.Schedule, sim.Outage{Node: o.Node, At: sim.Time(o.At), For: sim.Time(o.For), Drain: o.Drain})
	}
	return f, nil
}

// maxNodeMemory bounds the MB of a node: 1 PB.
const maxNodeMemory = 1 << 30

// populate gives the platform its nodes, and the policies of these.
func (p *platform) populate(n *spec.Node, known *parts) (err error) {
	s := &p.spec
	if p.sim.Cluster, err = s.Cluster.cluster(n.Get("cluster")); err != nil {
		return err
	}
	c := p.sim.Cluster
	if c == nil {
		if n.Get("cluster") != nil {
			return nil // it says nodes = 0, as a sweep over their number may
		}
		if s.Eviction != nil {
			return s.Eviction.Errorf("found an eviction policy without nodes, want cluster = { nodes = 18, memory = \"4GB\" } beside it: where capacity is not bounded nobody is evicted")
		}
		if s.Placement.IsTable() {
			return s.Placement.Errorf("found a placement policy without nodes, want cluster = { nodes = 18, memory = \"4GB\" } beside it")
		}
		return nil
	}
	p.clusterNode = n.Get("cluster")
	if at := n.Get("cluster").Get("max_nodes"); c.Scaling != nil && p.sim.Limit.Over == sim.RejectOver && p.sim.Dispatch == sim.BoundDispatch {
		if at == nil {
			at = p.clusterNode
		}
		return at.Errorf("found nodes that are ordered for who waits, and nobody may wait: want limit = { over = \"queue\" }, or dispatch = \"queue\"")
	}
	if p.nodesTariff, err = s.Cluster.tariff(n.Get("cluster")); err != nil {
		return err
	}
	c.Placement, c.Eviction = policies.FirstFit{}, policies.LRU{}
	if s.Placement != nil {
		if c.Placement, err = known.placement(s.Placement); err != nil {
			return err
		}
	}
	if s.Eviction != nil {
		if c.Eviction, err = known.eviction(s.Eviction); err != nil {
			return err
		}
	}
	if at := n.Get("hosts"); at != nil {
		return at.Errorf("found hosts beside a cluster (%s), want one of them: instances start on the cluster's nodes, each of which has the stores of a host", p.clusterNode.Place())
	}
	if s.Hosts = len(c.Nodes); len(s.Stores) > 0 && s.Hosts > stores.MostHosts {
		return p.clusterNode.Errorf("found %d nodes beside stores, want %d at most", s.Hosts, stores.MostHosts)
	}
	p.sim.MilliGPU = p.milliGPU()
	return p.contend(n)
}

// milliGPU returns the thousandths of a GPU that an instance takes of its node: of a
// fraction so many that no more fit on one than it is cut into.
func (p *platform) milliGPU() int64 {
	switch g := p.gpus(); {
	case g.Name == "":
		return 0
	case g.In(1) > 1:
		return 1000 / g.In(1)
	default:
		return max(1, g.Count) * 1000
	}
}

// seats refuses a function of which no node has room for an instance.
func (p *platform) seats(f *sim.Function) error {
	c := p.sim.Cluster
	if c == nil {
		return nil
	}
	most := int64(0)
	for _, n := range c.Nodes {
		if n.MilliGPU >= p.sim.MilliGPU {
			most = max(most, n.Memory)
		}
	}
	if f.Memory <= most {
		return nil
	}
	if most == 0 {
		return p.clusterNode.Errorf("platform %q: no node has the GPUs of an instance (%s)", p.name, p.gpus())
	}
	return p.clusterNode.Errorf("platform %q: an instance of %s has %d MB, and no node has more than %d MB", p.name, f.ID(), f.Memory, most)
}
