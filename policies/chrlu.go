package policies

import (
	"cmp"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// CHRLU is consistent hashing with random load updates, of Ilúvatar: a function has a home
// on a ring of hashes. Requests of popular functions are forwarded along the ring while
// the load of a node, as it was at the last look, with a random part for each of them that
// was sent there since, is above a ceiling; those of others stay at home and add nothing.
type CHRLU struct {
	Popular float64       `toml:"popular" default:"0.2" help:"part of the functions that have come twice that count as popular, rounded to a whole one, those with the shortest mean time between requests, 0 to 1"`
	Ceiling float64       `toml:"ceiling" default:"4" help:"requests of a node, at most, to which another one is forwarded"`
	Chain   int           `toml:"chain" default:"4" help:"points of the ring after the home that are tried, 0 or more"`
	VNodes  int           `toml:"vnodes" default:"3" help:"points of each node on the ring"`
	Update  spec.Duration `toml:"update" default:"2s" help:"time from one look at loads and popularity to the next; 0s: at each request"`
	Noise   float64       `toml:"noise" default:"0.1" help:"standard deviation of the random part, in requests; its mean is 1 over the mean of the functions' mean times between requests, in seconds, over the cores of the node"`
}

var _ sim.PlacementFactory = CHRLU{}

// About describes the policy.
func (CHRLU) About() Entry {
	return Entry{
		Name: "ch-rlu", Help: "each request to its function's home on a ring of hashes; those of popular functions on to the next whose load, with noise, is within a ceiling", Control: Operator,
		Source: "ch_rlu.rs of COS-IN/iluvatar-faas: chain, points, noise [V]; popular, ceiling and update as in an experiment of that repository [S]; that its ring gives points, not nodes [M]",
	}
}

// Check refuses what makes no sense.
func (p CHRLU) Check(n *spec.Node) error {
	switch {
	case !(p.Popular >= 0 && p.Popular <= 1):
		return n.Get("popular").Errorf("found %v, want a part of all functions, 0 to 1", p.Popular)
	case !(p.Ceiling >= 0):
		return n.Get("ceiling").Errorf("found %v, want 0 or more requests", p.Ceiling)
	case p.Chain < 0 || p.Chain > mostPoints:
		return n.Get("chain").Errorf("found %d, want 0 to %d points of the ring", p.Chain, mostPoints)
	case !(p.Noise >= 0):
		return n.Get("noise").Errorf("found %v, want 0 or more requests", p.Noise)
	}
	return checkPoints(n, p.VNodes)
}

// New returns the policy of a cluster.
func (p CHRLU) New(nodes int) sim.Placement {
	return &randomUpdates{CHRLU: p, ring: newRing(nodes, p.VNodes), loads: make([]float64, nodes), look: -1, seen: map[uint32]*gaps{}}
}

type randomUpdates struct {
	FirstFit
	CHRLU
	ring  ring
	look  sim.Time  // the next; −1: there was none
	loads []float64 // as they were then, and noise
	rate  float64   // 1 ÷ the mean of the functions' mean gaps, a second
	seen  map[uint32]*gaps
	order []*gaps // the functions, in the order of their first requests
}

// gaps are the times between requests of a function.
type gaps struct {
	function    uint32
	first, last sim.Time
	n           int64 // of them
	popular     bool
}

// mean is their mean in seconds.
func (g *gaps) mean() float64 { return float64(g.last-g.first) / float64(g.n) / float64(sim.Second) }

// Send goes along the ring.
func (r *randomUpdates) Send(c sim.Nodes, now sim.Time) int {
	g := r.note(c.Index(), now)
	if now >= r.look {
		r.update(c, now)
	}
	f := c.Function()
	place := r.ring.after(f.Key())
	if g.popular {
		for k := range min(r.Chain+1, len(r.ring)) {
			i := r.ring.node(place, k)
			noise := r.rate/max(1, c.Cores(i)) + float64(r.Noise*math.Sqrt2*math.Erfinv(float64(2*c.Uniform(k))-1))
			if c.Takes(i) && r.loads[i]+noise <= r.Ceiling {
				r.loads[i] += noise
				return i
			}
		}
	}
	for k := range r.ring {
		if i := r.ring.node(place, k); c.Takes(i) {
			return i
		}
	}
	return -1
}

// note counts a request.
func (r *randomUpdates) note(function uint32, now sim.Time) *gaps {
	g, ok := r.seen[function]
	if !ok {
		g = &gaps{function: function, first: now, last: now}
		r.seen[function] = g
		r.order = append(r.order, g)
		return g
	}
	g.n++
	g.last = now
	return g
}

// update looks at all loads, and at who is popular: of the functions that have come twice,
// those with the shortest mean gap.
func (r *randomUpdates) update(c sim.Nodes, now sim.Time) {
	r.look = now + sim.Time(r.Update)
	for i := range r.loads {
		r.loads[i] = float64(c.Requests(i))
	}
	var again []*gaps
	sum := 0.0
	for _, g := range r.order {
		if g.popular = false; g.n > 0 {
			again = append(again, g)
			sum += g.mean()
		}
	}
	r.rate = 1
	if sum > 0 {
		r.rate = float64(len(again)) / sum
	}
	slices.SortFunc(again, func(a, b *gaps) int {
		return cmp.Or(cmp.Compare(a.mean(), b.mean()), cmp.Compare(a.function, b.function))
	})
	for _, g := range again[:int(math.Round(r.Popular*float64(len(again))))] {
		g.popular = true
	}
}
