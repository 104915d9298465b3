package servers

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// Scheduler names the rules by which an engine composes its steps.
type Scheduler uint8

const (
	// V1 gives each step one budget of tokens: running requests first, then
	// waiting ones, prompts in chunks (vLLM's V1).
	V1 Scheduler = iota
	// PrefillFirst computes whole prompts in steps of their own, before it goes
	// on with what runs (vLLM's V0, Vidur's vllm).
	PrefillFirst
)

// String returns the scheduler's name in experiments.
func (s Scheduler) String() string {
	if s == PrefillFirst {
		return "vllm-v0"
	}
	return "vllm-v1"
}

// LLM is continuous batching: an engine that serves a language model, a step
// at a time, to many requests at once.
type LLM struct {
	Timer   Timer          // how long a step takes
	Columns tokens.Columns // what the requests ask

	Scheduler Scheduler
	// MaxTokens are the tokens of a step at most, those of padded prompts under
	// PrefillFirst; ≥ MaxSequences. vLLM: max_num_batched_tokens.
	MaxTokens int64
	// MaxSequences are the requests that run at most, ≥ 1. vLLM: max_num_seqs.
	MaxSequences int64
	// Blocks are the blocks of KV memory, ≥ 2. V1 keeps one of them for itself.
	Blocks int64
	// BlockSize is the tokens of a block; 0: 16.
	BlockSize int64
	// Watermark is the part of Blocks, in [0, 1), that admission leaves free:
	// while something runs under V1, always under PrefillFirst.
	Watermark float64
	// Priority orders waiting requests by (priority, arrival), and preempts the
	// last in that order, not the last that was admitted. V1 only.
	Priority bool
	// NoPrefixCache forgets what blocks hold when they become free. PrefillFirst
	// always does.
	NoPrefixCache bool
	// Longest is the tokens of a request at most, prompt and answer; 0: as many as
	// there is memory for. vLLM: max_model_len.
	Longest int64
	// Speculation is drafts that decodes verify. V1 only.
	Speculation Speculation
	// Front is the time from a request's arrival to its place in the engine's
	// line (server, tokenizer), ≥ 0.
	Front sim.Time
}

const (
	defaultBlockSize = 16
	maxBlocks        = math.MaxInt32
)

// Defaults returns an engine with the limits that vLLM's server chooses under a
// scheduler: by the GPU's memory, in GiB, where prompts go through in chunks
// (0.19), and by the longest request that there can be where they are whole
// (SchedulerConfig of 0.6 to 0.9), with a hundredth of the blocks left free.
func Defaults(s Scheduler, gib float64, a100 bool, longest int64) LLM {
	switch {
	case s == PrefillFirst:
		return LLM{Scheduler: s, MaxTokens: max(longest, 2048), MaxSequences: 256, Watermark: 0.01}
	case gib >= 70 && !a100:
		return LLM{Scheduler: s, MaxTokens: 8192, MaxSequences: 1024}
	}
	return LLM{Scheduler: s, MaxTokens: 2048, MaxSequences: 256}
}

// kept are the blocks that the watermark leaves free.
func (c *LLM) kept() int64 { return int64(c.Watermark * float64(c.Blocks)) }

// Most returns how many tokens a request may have, prompt and answer, and what it
// is that bounds them. One of more fails when it arrives.
func (c *LLM) Most() (tokens int64, why string) {
	size, usable := c.BlockSize, c.Blocks-1 // the null block
	if size == 0 {
		size = defaultBlockSize
	}
	if c.Scheduler == PrefillFirst {
		usable = c.Blocks - c.kept()
	}
	tokens, why = usable*size+1, "what its KV blocks hold" // the last token is made and not computed
	if c.Scheduler == PrefillFirst && c.MaxTokens+1 < tokens {
		tokens, why = c.MaxTokens+1, "max_num_batched_tokens, since prompts are whole"
	}
	if c.Longest > 0 && c.Longest < tokens {
		tokens, why = c.Longest, "the model's context"
	}
	return tokens, why
}

// Check says what is wrong with the engine's parameters; nil where nothing is.
func (c LLM) Check() error {
	switch {
	case c.Timer == nil:
		return fmt.Errorf("an engine without step times")
	case c.Columns == nil:
		return fmt.Errorf("an engine without its requests' tokens")
	case c.Scheduler > PrefillFirst:
		return fmt.Errorf("scheduler %d, want one of %d and %d", c.Scheduler, V1, PrefillFirst)
	case c.MaxSequences < 1:
		return fmt.Errorf("%d sequences at most, want ≥ 1", c.MaxSequences)
	case c.MaxTokens < c.MaxSequences:
		return fmt.Errorf("%d tokens a step at most, want ≥ the %d sequences that may run, so that each can make one", c.MaxTokens, c.MaxSequences)
	case c.Blocks < 2 || c.Blocks > maxBlocks:
		return fmt.Errorf("%d KV blocks, want 2 to %d", c.Blocks, maxBlocks)
	case c.BlockSize < 0:
		return fmt.Errorf("blocks of %d tokens, want ≥ 1, or 0 for %d", c.BlockSize, defaultBlockSize)
	case !(c.Watermark >= 0 && c.Watermark < 1):
		return fmt.Errorf("watermark %v, want [0, 1)", c.Watermark)
	case c.Priority && c.Scheduler == PrefillFirst:
		return fmt.Errorf("priorities with the prefill-first scheduler, which serves in the order of arrival")
	case c.Longest < 0:
		return fmt.Errorf("requests of %d tokens at most, want ≥ 1, or 0 for any", c.Longest)
	case c.Front < 0:
		return fmt.Errorf("%d ns before the engine, want ≥ 0", c.Front)
	}
	return c.Speculation.check(c.Scheduler)
}

// New returns the engine of an instance. The parameters must pass Check.
func (c LLM) New(g sim.Group) sim.Server {
	if err := c.Check(); err != nil {
		panic(err)
	}
	e := newEngine(c)
	e.group = g
	return e
}

var _ sim.ServerFactory = LLM{}
