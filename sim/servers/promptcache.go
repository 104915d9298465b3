package servers

import (
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// PromptCache is how a provider keeps the beginnings of prompts, by the whole
// blocks that requests name of them (tokens.Request). They are there from the first
// token of the request that wrote them on, and for Lifetime after they were last
// written or read.
type PromptCache struct {
	Lifetime sim.Time // > 0
	Least    int64    // tokens of the shortest prompt that is kept, and of the shortest beginning that is found
	Step     int64    // what is found is a multiple of so many tokens; 0: of 1
}

// hour is the lifetime from which on writing has the price of an hour.
const hour = sim.Hour

// prompts are the blocks that an account's cache keeps.
type prompts struct {
	PromptCache
	kept  map[uint32]kept
	sweep int // how many there are when those that nobody can find are next taken out
}

type kept struct {
	from sim.Time // when its first writer has a token
	last sim.Time // when it was last written or read
}

const firstSweep = 1 << 10

func newPrompts(c *PromptCache) *prompts {
	return &prompts{PromptCache: *c, kept: map[uint32]kept{}, sweep: firstSweep}
}

// found returns how many whole blocks of a request's prompt are there, and how many
// it names.
func (p *prompts) found(now sim.Time, ask *tokens.Request) (hits, named int64) {
	if ask.Extent > 0 {
		named = min(int64(len(ask.Blocks)), int64(ask.Input)/int64(ask.Extent))
	}
	for hits < named {
		k, ok := p.kept[ask.Blocks[hits]]
		if !ok || k.from > now || p.over(now, k) {
			break
		}
		hits++
	}
	return hits, named
}

func (p *prompts) over(now sim.Time, k kept) bool { return now-k.last > p.Lifetime }

// use reads the first blocks of a request's prompt, and writes those behind them,
// which will be there from its first token on.
func (p *prompts) use(now, first sim.Time, ask *tokens.Request, hits, named int64) {
	for i, id := range ask.Blocks[:named] {
		k, ok := p.kept[id]
		switch {
		case int64(i) < hits:
			k.last = max(k.last, now)
		case ok && !p.over(now, k): // somebody else writes it
			k.from, k.last = min(k.from, first), max(k.last, first)
		default:
			k = kept{first, first}
		}
		p.kept[id] = k
	}
	if len(p.kept) >= p.sweep {
		for id, k := range p.kept {
			if p.over(now, k) {
				delete(p.kept, id)
			}
		}
		p.sweep = max(firstSweep, 2*len(p.kept))
	}
}
