package sim

import "pgregory.net/rapid"

// cluster draws nodes that are soon full, of which one has room for any instance.
func (t drawer) cluster(p *Platform) {
	c := &Cluster{
		Nodes:     []Node{{Memory: 384}},
		Placement: rapid.SampledFrom([]PlacementFactory{firstNode{}, drawnNode{}, fewestClones{}}).Draw(t.T, "placement"),
		Eviction:  rapid.SampledFrom([]EvictionFactory{nil, leastRecent{}, oftenAndSmall{}, contrary{false}, contrary{true}}).Draw(t.T, "eviction"),
	}
	for range t.int("nodes", 0, 2) {
		c.Nodes = append(c.Nodes, Node{Memory: int64(t.int("memory", 100, 900))})
	}
	p.MilliGPU = 0
	if t.int("gpus", 0, 3) == 0 {
		p.MilliGPU = 500
		for i := range c.Nodes {
			c.Nodes[i].MilliGPU = int64(500 * (i + 1))
		}
	}
	if t.bool("outages") {
		for range t.int("scheduled", 0, 3) {
			c.Failures.Schedule = append(c.Failures.Schedule, Outage{Node: t.int("node", 0, len(c.Nodes)-1), At: t.time("at", 100), For: t.time("for", 30), Drain: t.bool("drain")})
		}
		if t.bool("by itself") {
			c.Failures.MeanUp, c.Failures.MeanDown = 1+40*t.unit, t.time("repair", 20)
		}
	}
	if t.int("node autoscaler", 0, 2) == 0 {
		t.scaleNodes(c)
	}
	if t.int("shared", 0, 2) == 0 {
		c.SharedCPU = true
		for i := range c.Nodes {
			c.Nodes[i].MilliCPU = int64(t.int("cores", 1, 30) * 100)
		}
		if p.MilliCPU = int64(t.int("vcpu", 0, 20) * 100); p.MilliCPU == 0 {
			p.MemoryPerCPU = 300
		}
	}
	p.Cluster = c
	if t.int("balanced", 0, 3) == 0 {
		t.balance(p)
	}
}

// scaleNodes lets the nodes come and go, some of them or all.
func (t drawer) scaleNodes(c *Cluster) {
	if t.int("alike", 0, 1) == 0 {
		for range t.int("more nodes", 1, 4) {
			c.Nodes = append(c.Nodes, c.Nodes[0])
		}
	}
	c.Scaling = &NodeScaling{Scan: max(t.unit, t.time("scan", 12))}
	for at := t.int("always there", 0, 1); at < len(c.Nodes); {
		g := NodeGroup{First: at, Count: t.int("group", 1, len(c.Nodes)-at), Start: Constant(t.time("node start", 25)), Idle: t.time("node idle", 30)}
		if t.bool("drawn start") {
			g.Start = uniformTo(20 * t.unit)
		}
		g.Least = t.int("least", 0, g.Count)
		c.Scaling.Groups = append(c.Scaling.Groups, g)
		at += g.Count
	}
	if c.Scaling.Groups == nil {
		c.Scaling = nil
	}
}

// firstNode takes the first node with free room, else the first that can have it.
type firstNode struct{}

func (f firstNode) New(int) Placement { return f }

func (firstNode) Place(c Nodes, _ Time) int {
	for _, has := range []func(int) bool{c.Fits, c.CanFit} {
		for i := range c.Len() {
			if has(i) {
				return i
			}
		}
	}
	return -1
}

// drawnNode takes any.
type drawnNode struct{}

func (d drawnNode) New(int) Placement { return d }

func (drawnNode) Place(c Nodes, _ Time) int {
	for k := 0; ; k++ {
		if i := int(c.Uniform(k) * float64(c.Len())); c.CanFit(i) {
			return i
		}
	}
}

// fewestClones looks at all there is to see.
type fewestClones struct{}

func (f fewestClones) New(int) Placement { return f }

func (fewestClones) Place(c Nodes, now Time) int {
	best, least := -1, int64(0)
	for i := range c.Len() {
		score := int64(10_000*c.Clones(i)+100*c.Busy(i)+10*c.Instances(i)) - c.Free(i) + c.Evictable(i)/3 + c.Memory(i)/7 + int64(c.Index())*c.Need()%5 + now%3*int64(i)
		if c.CanFit(i) && (best < 0 || score < least) {
			best, least = i, score
		}
	}
	return best
}

// leastRecent evicts who is idle for longest.
type leastRecent struct{}

func (l leastRecent) New(int, RunKey) Eviction  { return l }
func (leastRecent) Clones() bool                { return false }
func (leastRecent) Idle(Resident, Time) float64 { return 0 }
func (leastRecent) Evicted(float64, Time)       {}

// oftenAndSmall is Greedy-Dual-Size-Frequency.
type oftenAndSmall struct{}

func (oftenAndSmall) New(int, RunKey) Eviction { return &often{} }
func (oftenAndSmall) Clones() bool             { return true }

type often struct{ clock float64 }

func (o *often) Idle(r Resident, _ Time) float64 {
	return o.clock + float64(r.ClonesServed())*float64(r.Startup()+1)/float64(r.Memory())
}
func (o *often) Evicted(p float64, _ Time) { o.clock = p }

// contrary gives priorities that rise and fall.
type contrary struct{ clones bool }

func (contrary) New(int, RunKey) Eviction { return &contrarily{} }
func (c contrary) Clones() bool           { return c.clones }

type contrarily struct{ asked, evicted int }

func (c *contrarily) Idle(r Resident, now Time) float64 {
	c.asked++
	return float64((c.asked*7+c.evicted+r.Served()*3+r.Clones()+int(now))%11 - int(r.Function()))
}
func (c *contrarily) Evicted(float64, Time) { c.evicted++ }
