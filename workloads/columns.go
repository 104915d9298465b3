package workloads

import (
	"slices"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// Tokens returns what the requests ask of a language model, drawn as they are asked for;
// nil where no function has tokens. It implements tokens.Source. The columns are
// tokens.Drawn: those of a run are told by its key.
func (s *Synthetic) Tokens() tokens.Columns {
	for i := range s.groups {
		if s.groups[i].client != nil {
			return drawnColumns{workload: s}
		}
	}
	return nil
}

var (
	_ tokens.Source  = (*Synthetic)(nil)
	_ tokens.Drawn   = drawnColumns{}
	_ tokens.Sharing = drawnColumns{}
)

// drawnColumns draw the requests of one run.
type drawnColumns struct {
	workload *Synthetic
	key      sim.RunKey
}

// Run implements tokens.Drawn.
func (c drawnColumns) Run(seed, replication uint64) tokens.Columns {
	c.key = sim.RunKey{Seed: seed, Replication: replication}
	return c
}

// Shared implements tokens.Sharing: prompts that are shared have whole blocks, or
// conversations have.
func (c drawnColumns) Shared() bool {
	return slices.ContainsFunc(c.workload.groups, func(g group) bool { return g.client != nil && (g.client.shared > 0 || g.client.own > 0) })
}

// Tokens implements tokens.Columns. The blocks of a request are those that are whole, of
// its input and output; of one that no next turn follows, those of its shared prompt.
func (c drawnColumns) Tokens(function, attr uint32, _ uint64) tokens.Request {
	l := &c.workload.loads[function]
	g := c.workload.groups[l.group].client
	if g == nil || attr == 0 {
		return tokens.Request{}
	}
	d := newDraws(c.key, l.key)
	row := uint64(attr - 1)
	conversation, last := row>>g.shift, row&(1<<g.shift-1)
	context := g.prompt()
	for turn := conversation << g.shift; ; turn++ {
		in, out, fits := g.turn(&d, turn, context)
		if !fits {
			return tokens.Request{} // no such row is handed out
		}
		if turn&(1<<g.shift-1) == last {
			r := tokens.Request{Input: in, Output: out, Priority: g.Priority}
			g.blocks(&r, &d, conversation, &l.ids)
			return r
		}
		context = in + out
	}
}

// idRange is where a function's blocks have their ids: first its prompts', then so many
// conversations', of which each has room for what its context holds. Conversations
// beyond take the ids of the first ones again, which no cache holds any more.
type idRange struct {
	from  uint32
	slots uint64
}

// blocks names the extents of a request.
func (c *client) blocks(r *tokens.Request, d *tokenDraws, conversation uint64, ids *idRange) {
	n := int64(c.shared)
	if c.own > 0 {
		n = max(n, (int64(r.Input)+int64(r.Output))/int64(c.Block))
	}
	if n == 0 {
		return
	}
	r.Extent = c.Block
	r.Blocks = make([]uint32, n)
	prompt := ids.from + uint32(c.prompted(d, conversation))*uint32(c.shared)
	for i := range r.Blocks[:c.shared] {
		r.Blocks[i] = prompt + uint32(i)
	}
	if c.own > 0 {
		own := uint64(ids.from) + uint64(len(c.prompts))*uint64(c.shared) + conversation%ids.slots*uint64(c.own)
		for i := range r.Blocks[c.shared:] {
			r.Blocks[int(c.shared)+i] = uint32(own) + uint32(i)
		}
	}
}

// idsAll is how many ids there are.
const idsAll = 1 << 32

// slotsLeast is how many conversations of a function have ids of their own.
const slotsLeast = 64

// number gives the functions ids of blocks: what their prompts take, and of the
// rest a part by their expected conversations.
func (s *Synthetic) number(specs []FunctionSpec) error {
	prompts, weight := uint64(0), 0.0
	for i := range s.loads {
		if c := s.groups[s.loads[i].group].client; c != nil {
			prompts += uint64(len(c.prompts)) * uint64(c.shared)
			if c.own > 0 {
				weight += max(1, s.functions[i].Weight/c.meanTurn) * float64(c.own)
			}
		}
	}
	rest := float64(0)
	if prompts < idsAll {
		rest = float64(idsAll - prompts)
	}
	from := uint64(0)
	for i := range s.loads {
		l := &s.loads[i]
		c := s.groups[l.group].client
		if c == nil {
			continue
		}
		l.ids = idRange{from: uint32(from)}
		from += uint64(len(c.prompts)) * uint64(c.shared)
		if c.own > 0 {
			share := max(1, s.functions[i].Weight/c.meanTurn) * float64(c.own) / weight
			l.ids.slots = uint64(rest * share / float64(c.own))
			from += l.ids.slots * uint64(c.own)
		}
		if prompts >= idsAll || c.own > 0 && l.ids.slots < slotsLeast {
			return specs[l.group].errorf("tokens", "the blocks of all contexts and prompts are more than the 2^32 that can be told apart, want larger blocks, a shorter context, or fewer functions")
		}
	}
	return nil
}
