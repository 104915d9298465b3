package applications

import (
	"sort"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
	"github.com/coldcurve/coldcurve/workloads"
)

// columns are what calls of functions ask of language models, drawn by the keys of the
// calls: a retry asks the same, and so does the same call under another policy.
type columns struct {
	functions []asks
	run       sim.RunKey
}

// asks is what calls of one function ask; Input.Counter is nil of one without tokens.
type asks struct {
	workloads.TokensSpec
	key     uint64    // of its streams
	prompts []float64 // cumulative popularity of the shared prompts
	shared  int32     // whole blocks of a shared prompt
	from    uint32    // id of the first of them
}

var (
	_ tokens.Drawn   = columns{}
	_ tokens.Sharing = columns{}
)

// columns returns what the functions ask; nil where none has tokens.
func (c *compiler) columns() (tokens.Columns, error) {
	out := columns{functions: make([]asks, len(c.file.Functions))}
	from, any := uint64(0), false
	for i := range c.file.Functions {
		f := &c.file.Functions[i]
		if f.Tokens == nil {
			continue
		}
		any = true
		a := asks{TokensSpec: *f.Tokens, key: (&sim.Function{Name: f.Name}).Key(), from: uint32(from)}
		if a.Output.Counter == nil {
			a.Output.Counter = workloads.Fixed(1)
		}
		if s := a.System; s != nil {
			a.prompts = cumulated(workloads.Zipf(int(s.Count), s.Zipf))
			a.shared = s.Tokens / a.Block
			from += uint64(s.Count) * uint64(a.shared)
		}
		out.functions[i] = a
	}
	if from > 1<<32 {
		return nil, c.at("function").Errorf("the blocks of all shared prompts are more than the 2^32 that can be told apart, want larger blocks, or fewer prompts")
	}
	if !any {
		return nil, nil
	}
	return out, nil
}

// Run implements tokens.Drawn.
func (c columns) Run(seed, replication uint64) tokens.Columns {
	c.run = sim.RunKey{Seed: seed, Replication: replication}
	return c
}

// Shared implements tokens.Sharing.
func (c columns) Shared() bool {
	for i := range c.functions {
		if c.functions[i].shared > 0 {
			return true
		}
	}
	return false
}

// Tokens implements tokens.Columns. What does not fit the context is cut: of the
// input, so that one token of an answer fits, then of the answer.
func (c columns) Tokens(function, _ uint32, key uint64) tokens.Request {
	if int(function) >= len(c.functions) || c.functions[function].Input.Counter == nil {
		return tokens.Request{}
	}
	a := &c.functions[function]
	draw := sim.NewStream(c.run, sim.PurposeTokens, a.key)
	input := a.Input.Count(draw.Uniform(key))
	prompt := int32(0)
	if a.System != nil {
		prompt = a.System.Tokens
	}
	input = int32(min(int64(input)+int64(prompt), int64(a.Context)-1))
	r := tokens.Request{Input: input, Output: min(a.Output.Count(draw.Attempt(1).Uniform(key)), a.Context-input), Priority: a.Priority}
	if a.shared == 0 {
		return r
	}
	which := 0
	if len(a.prompts) > 1 {
		u := sim.NewStream(c.run, sim.PurposeTurns, a.key).Uniform(key)
		which = min(sort.Search(len(a.prompts), func(i int) bool { return u < a.prompts[i] }), len(a.prompts)-1)
	}
	r.Extent, r.Blocks = a.Block, make([]uint32, a.shared)
	for i := range r.Blocks {
		r.Blocks[i] = a.from + uint32(which)*uint32(a.shared) + uint32(i)
	}
	return r
}
