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
	// Front is the time from a request's arrival to its place in the engine's
	// line (server, tokenizer), ≥ 0.
	Front sim.Time
}

const (
	defaultBlockSize = 16
	maxBlocks        = math.MaxInt32
)

// Limits returns MaxTokens and MaxSequences as vLLM's server chooses them for a
// GPU with so many GiB of memory.
func Limits(gib float64, a100 bool) (maxTokens, maxSequences int64) {
	if gib >= 70 && !a100 {
		return 8192, 1024
	}
	return 2048, 256
}

// WholePromptLimits returns MaxTokens and MaxSequences as vLLM chose them under
// PrefillFirst, for sequences of so many tokens at most: SchedulerConfig of 0.6 to 0.9.
func WholePromptLimits(longest int64) (maxTokens, maxSequences int64) {
	return max(longest, 2048), 256
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
	case c.Front < 0:
		return fmt.Errorf("%d ns before the engine, want ≥ 0", c.Front)
	}
	return nil
}

// New returns the engine of an instance. The parameters must pass Check.
func (c LLM) New(sim.Group) sim.Server {
	if err := c.Check(); err != nil {
		panic(err)
	}
	return newEngine(c)
}

var _ sim.ServerFactory = LLM{}
