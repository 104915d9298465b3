package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// PrefixAware takes the replica whose prefix cache has the most of a request's prompt,
// where that is enough of it, and else the one with the fewest requests; so it does,
// too, while the replicas are too unevenly loaded.
type PrefixAware struct {
	Match     float64 `toml:"match" default:"0.5" help:"part of the prompt that a replica must have for it to be chosen for that"`
	Imbalance int     `toml:"imbalance" default:"32" help:"by how many requests the fullest may exceed the emptiest"`
	Ratio     float64 `toml:"ratio" default:"1.1" help:"and by which factor: the load counts as uneven where both are passed"`
}

var _ sim.RoutingFactory = PrefixAware{}

// About describes the policy.
func (PrefixAware) About() Entry {
	return Entry{
		Name: "prefix-aware", Help: "the replica whose prefix cache has the most of the prompt, unless too few tokens are there or the load is uneven", Control: Operator,
		Source: "the cache-aware rule of SGLang's router, on what the caches hold rather than on a guess of it [M]",
	}
}

// Check refuses parts and factors that are none.
func (p PrefixAware) Check(n *spec.Node) error {
	switch {
	case !(p.Match >= 0 && p.Match <= 1):
		return n.Get("match").Errorf("found %v, want a part from 0 to 1", p.Match)
	case p.Imbalance < 0:
		return n.Get("imbalance").Errorf("found %d, want 0 or more", p.Imbalance)
	case !(p.Ratio >= 1):
		return n.Get("ratio").Errorf("found %v, want 1 or more", p.Ratio)
	}
	return nil
}

// New returns the policy, which holds no state.
func (p PrefixAware) New(sim.Group) sim.Routing { return p }

// Route takes the one that has the most of the prompt, of several the one with the
// fewest requests.
func (p PrefixAware) Route(c sim.Candidates, now sim.Time) int {
	least := leastLoaded(c)
	few, many := c.Replica(least).InFlight(), 0
	for i := range c.Len() {
		many = max(many, c.Replica(i).InFlight())
	}
	if many-few > p.Imbalance && float64(many) > p.Ratio*float64(few) {
		return least
	}
	best, most := least, int64(0)
	for i := range c.Len() {
		cached, prompt := c.Cached(i, now)
		if cached == 0 || float64(cached) < p.Match*float64(prompt) {
			continue
		}
		if cached > most || cached == most && c.Replica(i).InFlight() < c.Replica(best).InFlight() {
			best, most = i, cached
		}
	}
	return best
}
