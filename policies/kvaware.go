package policies

import (
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// KVAware takes the replica with the highest score: the weighted sum of how short its
// line is among the candidates', how much of its KV memory is free, and how much of
// the prompt its prefix cache has, each from 0 to 1.
type KVAware struct {
	Queue  float64 `toml:"queue" default:"2" help:"weight of a short line in the engine"`
	KV     float64 `toml:"kv" default:"2" help:"weight of free KV memory"`
	Prefix float64 `toml:"prefix" default:"3" help:"weight of the part of the prompt that is cached"`
}

var _ sim.RoutingFactory = KVAware{}

// About describes the policy.
func (KVAware) About() Entry {
	return Entry{
		Name: "kv-aware", Help: "the replica with the best sum of a short line, free KV memory and a cached prompt", Control: Operator,
		Source: "the scorers of llm-d and the Gateway API Inference Extension, and their default weights [M]",
	}
}

// Check refuses weights that are none.
func (p KVAware) Check(n *spec.Node) error {
	for _, w := range []struct {
		key   string
		value float64
	}{{"queue", p.Queue}, {"kv", p.KV}, {"prefix", p.Prefix}} {
		if !(w.value >= 0 && w.value <= math.MaxInt32) {
			return n.Get(w.key).Errorf("found %v, want a weight of 0 or more", w.value)
		}
	}
	if p.Queue+p.KV+p.Prefix == 0 {
		return n.Errorf("all weights are 0, want one that is not")
	}
	return nil
}

// New returns the policy, which holds no state.
func (p KVAware) New(sim.Group) sim.Routing { return p }

// Route takes the one with the highest score, of several the one with the fewest
// requests.
func (p KVAware) Route(c sim.Candidates, now sim.Time) int {
	shortest, longest := math.MaxInt, 0
	for i := range c.Len() {
		n := c.Replica(i).Gauge(now).Waiting
		shortest, longest = min(shortest, n), max(longest, n)
	}
	best, most := 0, math.Inf(-1)
	for i := range c.Len() {
		r := c.Replica(i)
		g := r.Gauge(now)
		score := float64(p.KV * (1 - g.Used()))
		if longest == shortest {
			score += p.Queue
		} else {
			score += float64(p.Queue * float64(longest-g.Waiting) / float64(longest-shortest))
		}
		if cached, prompt := c.Cached(i, now); prompt > 0 {
			score += p.Prefix * float64(cached) / float64(prompt)
		}
		if score > most || score == most && r.InFlight() < c.Replica(best).InFlight() {
			best, most = i, score
		}
	}
	return best
}
