package workloads

import (
	"fmt"
	"math"
	"math/bits"
	"sort"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// TokensSpec is what the requests of a function ask of a language model, in the form
// in which ServeGen describes a client: its arrivals are those of conversations, of
// which each has some turns. The input of a turn is the shared prompt, all turns before
// it with their answers, and what is new. What does not fit the context is cut; a
// conversation ends where no answer to a next turn would fit.
type TokensSpec struct {
	Input    Count         `toml:"input" required:"true" help:"new tokens of a turn's input"`
	Output   Count         `toml:"output" help:"tokens of its output; absent: 1, as for embeddings"`
	Context  int32         `toml:"context" default:"131072" unit:"tokens" help:"the most of a request, input and output together"`
	Turns    Count         `toml:"turns" help:"of a conversation, at most 256; absent: 1"`
	Think    Distribution  `toml:"think" help:"from the arrival of a turn to that of the next one; required where there are turns"`
	System   *SystemPrompt `toml:"system" help:"prompts that requests share; absent: none"`
	Priority int32         `toml:"priority" help:"the smaller is served first, where the engine orders by it"`
	Block    int32         `toml:"block" default:"16" unit:"tokens" help:"of an extent of the prefix that requests can share"`
}

// SystemPrompt is what the inputs of requests begin with.
type SystemPrompt struct {
	Tokens int32   `toml:"tokens" required:"true" help:"of each prompt"`
	Count  int32   `toml:"count" default:"1" help:"how many different ones"`
	Zipf   float64 `toml:"zipf" help:"exponent of their popularity, 0 … 10; 0: equal"`
}

// maxTurns is the most turns of a conversation: with it, a row has 24 bits for the
// conversation.
const maxTurns = 256

// tokensSpec has TokensSpec's keys without its method.
type tokensSpec TokensSpec

// DecodeSpec reads what requests ask.
func (t *TokensSpec) DecodeSpec(n *spec.Node) error {
	if err := n.Decode((*tokensSpec)(t)); err != nil {
		return err
	}
	if key, err := t.check(); err != nil {
		if at := n.Get(key...); at != nil {
			return at.Errorf("%w", err)
		}
		return n.Errorf("%w", err)
	}
	return nil
}

// check refuses what no requests can be made of, and says which key is at fault.
func (t *TokensSpec) check() (key []string, err error) {
	fail := func(format string, a ...any) error { return fmt.Errorf(format, a...) }
	switch {
	case t.Input.Counter == nil:
		return []string{"input"}, fail("no input is given")
	case t.Context < 2:
		return []string{"context"}, fail("found %d tokens, want at least 2", t.Context)
	case t.Block < 1:
		return []string{"block"}, fail("found %d tokens, want 1 or more", t.Block)
	case t.beyondTurns() > 0:
		return []string{"turns"}, fail("found up to %d, want at most %d; a distribution without a most is cut there", t.beyondTurns(), maxTurns)
	case t.Think.Sampler == nil && t.turns() > 1:
		return []string{"turns"}, fail("there are turns and no think, want the time from the arrival of a turn to that of the next one")
	case t.Think.Sampler != nil && t.Turns.Counter == nil:
		return []string{"think"}, fail("there is a think and there are no turns, want both or neither")
	}
	if s := t.System; s != nil {
		switch {
		case s.Tokens < 1:
			return []string{"system", "tokens"}, fail("found %d, want 1 or more", s.Tokens)
		case s.Count < 1 || s.Count > 1<<20:
			return []string{"system", "count"}, fail("found %d, want 1 … %d", s.Count, 1<<20)
		case !(s.Zipf >= 0 && s.Zipf <= 10):
			return []string{"system", "zipf"}, fail("zipf is %v, want 0 … 10", s.Zipf)
		}
	}
	if least, in, out := t.least(); least > int64(t.Context) {
		return []string{"context"}, fail("the shortest request has %d tokens (%d shared, %d new, %d out), want at most the context of %d", least, t.prompt(), in, out, t.Context)
	}
	return nil, nil
}

// Least returns how many tokens the shortest request has, prompt and answer.
func (t *TokensSpec) Least() int64 {
	all, _, _ := t.least()
	return all
}

func (t *TokensSpec) least() (all int64, in, out int32) {
	in, _ = t.Input.Range()
	if out = 1; t.Output.Counter != nil {
		out, _ = t.Output.Range()
	}
	return int64(t.prompt()) + int64(in) + int64(out), in, out
}

// turns returns the most turns of a conversation.
func (t *TokensSpec) turns() int32 {
	if t.Turns.Counter == nil {
		return 1
	}
	_, most := t.Turns.Range()
	return min(most, maxTurns)
}

// beyondTurns is the most turns that are asked for, where these are too many; 0: they
// are not. A distribution that says no most asks for none.
func (t *TokensSpec) beyondTurns() int32 {
	if t.Turns.Counter == nil {
		return 0
	}
	least, most := t.Turns.Range()
	switch {
	case most > maxTurns && most < math.MaxInt32:
		return most
	case least > maxTurns:
		return least
	}
	return 0
}

// prompt returns the tokens of the shared prompt.
func (t *TokensSpec) prompt() int32 {
	if t.System == nil {
		return 0
	}
	return t.System.Tokens
}

// client is what the requests of the functions of one group ask.
type client struct {
	TokensSpec
	most     int32     // turns of a conversation
	shift    uint      // a row is conversation << shift | turn, plus 1
	prompts  []float64 // cumulative popularity of the shared prompts
	shared   int32     // whole blocks of a shared prompt
	own      int64     // blocks that a conversation may have beyond; 0 where nothing of its own is shared
	meanTurn float64
}

func newClient(t *TokensSpec) *client {
	c := &client{TokensSpec: *t, most: t.turns(), meanTurn: 1}
	if c.Output.Counter == nil {
		c.Output.Counter = Fixed(1)
	}
	if c.Turns.Counter != nil {
		c.meanTurn = min(c.Turns.Mean(), float64(c.most))
	}
	c.shift = uint(bits.Len32(uint32(c.most - 1)))
	if s := c.System; s != nil {
		c.prompts = cumulative(Zipf(int(s.Count), s.Zipf))
		c.shared = s.Tokens / c.Block
	}
	if c.most > 1 {
		c.own = int64(c.Context/c.Block) - int64(c.shared)
	}
	return c
}

// conversations is how many the rows tell apart.
func (c *client) conversations() uint64 { return (math.MaxUint32 - 1) >> c.shift }

// tokenDraws are the streams of one function's requests.
type tokenDraws struct{ tokens, turns, think sim.Stream }

func newDraws(key sim.RunKey, function uint64) tokenDraws {
	return tokenDraws{
		tokens: sim.NewStream(key, sim.PurposeTokens, function),
		turns:  sim.NewStream(key, sim.PurposeTurns, function),
		think:  sim.NewStream(key, sim.PurposeThink, function),
	}
}

// length draws how many turns a conversation has, if they fit the context.
func (c *client) length(d *tokenDraws, conversation uint64) int32 {
	if c.most == 1 {
		return 1
	}
	return min(c.Turns.Count(d.turns.Uniform(2*conversation)), c.most)
}

// prompted draws which of the shared prompts a conversation has.
func (c *client) prompted(d *tokenDraws, conversation uint64) int {
	if len(c.prompts) <= 1 {
		return 0
	}
	u := d.turns.Uniform(2*conversation + 1)
	i := sort.Search(len(c.prompts), func(i int) bool { return u < c.prompts[i] })
	return min(i, len(c.prompts)-1)
}

// turn draws a turn that begins with so many tokens of context: the input and the
// output, and whether there is room for them.
func (c *client) turn(d *tokenDraws, row uint64, context int32) (in, out int32, fits bool) {
	room := c.Context - context
	if room < 2 {
		return 0, 0, false
	}
	fresh := c.Input.Count(d.tokens.Uniform(2 * row))
	if fresh >= room {
		if row&(1<<c.shift-1) > 0 {
			return 0, 0, false // what is new cannot be cut without losing what went before
		}
		fresh = room - 1
	}
	in = context + fresh
	return in, min(c.Output.Count(d.tokens.Uniform(2*row+1)), c.Context-in), true
}
