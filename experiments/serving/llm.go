package serving

import (
	"errors"
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/sim/tokens"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// llm is an engine that serves a language model by continuous batching.
type llm struct {
	Model        *spec.Node    `toml:"model" required:"true" help:"its name, see coldcurve list hardware, or its shape: { layers = 32, hidden = 4096, … }"`
	Hardware     *spec.Node    `toml:"hardware" required:"true" help:"what it runs on: { gpu = \"h100\", count = 1 }; further keys in coldcurve list hardware --long"`
	Scheduler    schedulerName `toml:"scheduler" default:"vllm-v1" help:"vllm-v1: one budget of tokens a step, prompts in chunks; vllm-v0: whole prompts first"`
	MaxTokens    int64         `toml:"max_num_batched_tokens" help:"tokens of a step at most; absent: what vLLM takes for the GPU's memory; under vllm-v0 the model's context, since prompts are whole"`
	MaxSequences int64         `toml:"max_num_seqs" help:"requests that run at most; absent: what vLLM takes for the GPU's memory; under vllm-v0 256"`
	Watermark    float64       `toml:"watermark" help:"part of the KV blocks that admission leaves free, 0 to 1; absent: 0, under vllm-v0 0.01"`
	Priority     bool          `toml:"priority" help:"serve and preempt by the requests' priority, then by arrival"`
	PrefixCache  bool          `toml:"prefix_cache" default:"true" help:"reuse the KV blocks of equal beginnings"`

	profile *hardware.Profile
}

// schedulerName is a scheduler's name in experiments.
type schedulerName servers.Scheduler

// UnmarshalText reads vllm-v1 or vllm-v0.
func (s *schedulerName) UnmarshalText(b []byte) error {
	switch string(b) {
	case "vllm-v1":
		*s = schedulerName(servers.V1)
	case "vllm-v0":
		*s = schedulerName(servers.PrefillFirst)
	default:
		return fmt.Errorf("found %q, want vllm-v1 or vllm-v0", b)
	}
	return nil
}

func (*llm) about() Entry {
	return Entry{
		Name: "llm", Help: "continuous batching of a language model on GPUs whose step times were measured",
		Source: "the scheduler of vLLM 0.19 (vllm-project/vllm, v1/core/sched) [A]; step times by coldcurve list hardware, each with its grade",
	}
}

// check makes the profile: what does not fit is refused where the file says it.
func (s *llm) check(n *spec.Node) error {
	what, err := hardware.Read(s.Hardware, s.Model)
	if err != nil {
		return err
	}
	if s.profile, err = hardware.New(what); err != nil {
		return s.Hardware.Errorf("%w", err)
	}
	batch, sequences := servers.Limits(float64(s.profile.GPU.Memory)/(1<<30), s.profile.GPU.Name == "a100")
	if s.Scheduler == schedulerName(servers.PrefillFirst) {
		batch, sequences = servers.WholePromptLimits(s.longest())
	}
	for _, key := range []struct {
		name  string
		value *int64
		auto  int64
	}{{"max_num_batched_tokens", &s.MaxTokens, batch}, {"max_num_seqs", &s.MaxSequences, sequences}} {
		switch at := n.Get(key.name); {
		case at == nil:
			*key.value = key.auto
		case *key.value < 1:
			return at.Errorf("found %d, want 1 or more", *key.value)
		}
	}
	if s.Scheduler == schedulerName(servers.PrefillFirst) && n.Get("watermark") == nil {
		s.Watermark = 0.01
	}
	if s.MaxTokens < s.MaxSequences && n.Get("max_num_seqs") == nil {
		s.MaxSequences = s.MaxTokens
	}
	if err := s.engine(Platform{Columns: unknown{}}).Check(); err != nil {
		return n.Errorf("%w", err)
	}
	return nil
}

// longest is the longest sequence that the model was made for and memory holds.
func (s *llm) longest() int64 {
	all := s.profile.Blocks * hardware.BlockTokens
	if context := s.profile.Model.Context; context > 0 {
		return min(context, all)
	}
	return all
}

// unknown stands for the requests of a workload that is not open yet.
type unknown struct{}

func (unknown) Tokens(uint32, uint32, uint64) tokens.Request { return tokens.Request{} }

func (s *llm) engine(on Platform) servers.LLM {
	return servers.LLM{
		Timer: s.profile, Columns: on.Columns, Scheduler: servers.Scheduler(s.Scheduler), MaxTokens: s.MaxTokens, MaxSequences: s.MaxSequences,
		Blocks: s.profile.Blocks, BlockSize: hardware.BlockTokens, Watermark: s.Watermark, Priority: s.Priority, NoPrefixCache: !s.PrefixCache,
		Front: s.profile.Front,
	}
}

// Factory returns the engines.
func (s *llm) Factory(on Platform) (sim.ServerFactory, error) {
	if on.Columns == nil {
		return nil, errors.New("a server of a language model needs requests with tokens: a trace of them (see coldcurve list formats), or functions with tokens")
	}
	return s.engine(on), nil
}

// Concurrency is how many requests an instance takes where the platform does
// not say: all that come, of which the engine runs as many as fit.
func (*llm) Concurrency() int { return 1 << 20 }

// Legend explains the grades in the notes.
func (*llm) Legend() string { return hardware.StepGrades }

// Notes says what the answer rests on, and how far off it may be.
func (s *llm) Notes() []string {
	p := s.profile
	notes := []string{fmt.Sprintf("step times of %s are from %s (grade %s): expect the time per output token to be off by %s",
		p.Label(), p.Basis, p.Grade, p.Band())}
	notes = append(notes, fmt.Sprintf("%s has %d KV blocks of %d tokens: %s", p.Label(), p.Blocks, hardware.BlockTokens, p.Fit))
	if p.Basis != hardware.FromRoofline {
		notes = append(notes, p.Label()+": "+p.Reach())
	}
	for _, n := range p.Notes {
		notes = append(notes, p.Label()+": "+n)
	}
	return notes
}
