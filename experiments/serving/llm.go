package serving

import (
	"errors"
	"fmt"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/sim/tokens"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// llm is an engine that serves a language model by continuous batching.
type llm struct {
	Model    *spec.Node `toml:"model" required:"true" help:"its name, see coldcurve list hardware, or its shape: { layers = 32, hidden = 4096, … }"`
	Hardware *spec.Node `toml:"hardware" required:"true" help:"what it runs on: { gpu = \"h100\", count = 1 }; further keys in coldcurve list hardware --long"`
	engineKeys
	Speculative *speculative `toml:"speculative" help:"drafts that are verified in one pass: { tokens = 4, acceptance = 0.7, draft = \"llama-3.2-3b\" }"`

	part    int // the memory is that of so many engines; 0: of this one
	profile *hardware.Profile
	bands   map[hardware.Quantity]hardware.Band // errors to expect
}

// engineKeys are how an engine schedules.
type engineKeys struct {
	Scheduler    schedulerName `toml:"scheduler" default:"vllm-v1" help:"vllm-v1: one budget of tokens a step, prompts in chunks; vllm-v0: whole prompts first"`
	MaxTokens    int64         `toml:"max_num_batched_tokens" help:"tokens of a step at most; absent: what vLLM takes for the GPU's memory; under vllm-v0 the model's context, since prompts are whole"`
	MaxSequences int64         `toml:"max_num_seqs" help:"requests that run at most; absent: what vLLM takes for the GPU's memory; under vllm-v0 256"`
	Watermark    float64       `toml:"watermark" help:"part of the KV blocks that admission leaves free, 0 to 1; absent: 0, under vllm-v0 0.01"`
	Priority     bool          `toml:"priority" help:"serve and preempt by the requests' priority, then by arrival"`
	PrefixCache  bool          `toml:"prefix_cache" default:"true" help:"reuse the KV blocks of equal beginnings"`
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
	if s.part > 1 {
		what.Utilisation /= float64(s.part)
	}
	if s.profile, err = hardware.New(what); err != nil {
		return s.Hardware.Errorf("%w", err)
	}
	s.bands = s.profile.Bands(servers.Scheduler(s.Scheduler))
	if err := s.checkDrafts(n, what); err != nil {
		return err
	}
	auto := s.profile.VLLM(servers.Scheduler(s.Scheduler))
	for _, key := range []struct {
		name  string
		value *int64
		auto  int64
	}{{"max_num_batched_tokens", &s.MaxTokens, auto.MaxTokens}, {"max_num_seqs", &s.MaxSequences, auto.MaxSequences}} {
		switch at := n.Get(key.name); {
		case at == nil:
			*key.value = key.auto
		case *key.value < 1:
			return at.Errorf("found %d, want 1 or more", *key.value)
		}
	}
	if n.Get("watermark") == nil {
		s.Watermark = auto.Watermark
	}
	if s.Scheduler == schedulerName(servers.PrefillFirst) {
		if at := n.Get("prefix_cache"); at != nil && s.PrefixCache {
			return at.Errorf("found true, want false under vllm-v0, which has no prefix cache here")
		}
		s.PrefixCache = false
	}
	if s.MaxTokens < s.MaxSequences && n.Get("max_num_seqs") == nil {
		s.MaxSequences = s.MaxTokens
	}
	if err := s.engine(Platform{Columns: unknown{}}).Check(); err != nil {
		return n.Errorf("%w", err)
	}
	return nil
}

// checkDrafts makes what drafts, and gives it its part of the memory.
func (s *llm) checkDrafts(n *spec.Node, what hardware.Spec) error {
	if s.Speculative == nil {
		return nil
	}
	at := n.Get("speculative")
	if err := s.Speculative.check(at, what); err != nil {
		return err
	}
	if !s.Speculative.on() {
		return nil
	}
	if s.Scheduler != schedulerName(servers.V1) {
		return n.Get("scheduler").Errorf("found vllm-v0, want vllm-v1: the other has no drafts here")
	}
	unknownBands(s.bands, "steps with drafts were compared with no engine")
	if s.Speculative.drafter == nil {
		return nil
	}
	both, err := s.profile.Beside(s.Speculative.drafter)
	if err != nil {
		return at.Get("draft").Errorf("%w", err)
	}
	s.profile = both
	return nil
}

// unknown stands for the requests of a workload that is not open yet.
type unknown struct{}

func (unknown) Tokens(uint32, uint32, uint64) tokens.Request { return tokens.Request{} }

func (s *llm) engine(on Platform) servers.LLM {
	e := s.profile.VLLM(servers.Scheduler(s.Scheduler))
	e.Columns, e.MaxTokens, e.MaxSequences = on.Columns, s.MaxTokens, s.MaxSequences
	e.Watermark, e.Priority, e.NoPrefixCache = s.Watermark, s.Priority, !s.PrefixCache
	e.Speculation = s.Speculative.of()
	return e
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
func (*llm) Concurrency() int { return everyone }

// told are the quantities whose errors are told, and how.
var told = []struct {
	of   hardware.Quantity
	name string
}{{hardware.TPOT, "time per output token"}, {hardware.TTFT, "time to the first token"}, {hardware.Prompts, "time of prompts"},
	{hardware.E2E, "time in all"}, {hardware.Ceiling, "most requests a second"}}

// StepTimes says what the times rest on.
func (s *llm) StepTimes() (grade string, bands map[hardware.Quantity]hardware.Band) {
	return s.profile.Grade, s.bands
}

// bandWords says how far off to expect what the profile leads to, as far as is known.
func (s *llm) bandWords() string {
	var known, unknown []string
	for _, q := range told {
		switch b := s.bands[q.of]; {
		case b.Known():
			known = append(known, fmt.Sprintf("the %s by %s", q.name, b))
		case q.of == hardware.TPOT:
			unknown = append(unknown, fmt.Sprintf("the %s (%s)", q.name, b.Of))
		case q.of != hardware.Prompts: // which are told where TTFT is not
			unknown = append(unknown, "the "+q.name)
		}
	}
	text := "how far off is not known of " + strings.Join(unknown, ", ")
	if len(known) == 0 {
		return text
	}
	expect := "expect these to be off: " + strings.Join(known, "; ")
	if len(unknown) == 0 {
		return expect
	}
	return expect + "; " + text
}

// Legend explains the grades in the notes.
func (*llm) Legend() string { return hardware.StepGrades }

// Notes says what the answer rests on, and how far off it may be.
func (s *llm) Notes() []string {
	p := s.profile
	notes := []string{fmt.Sprintf("step times of %s are from %s (grade %s): %s", p.Label(), p.Basis, p.Grade, s.bandWords())}
	most, why := s.Most()
	blocks, computed := p.Memory()
	notes = append(notes, fmt.Sprintf("%s has %s; a request of more than %d tokens, prompt and answer, fails: %s", p.Label(), blocks, most, why))
	if computed != "" {
		notes = append(notes, p.Label()+": "+computed)
	}
	if p.Basis != hardware.FromRoofline {
		notes = append(notes, p.Label()+": "+p.Reach())
	}
	for _, n := range p.Notes {
		notes = append(notes, p.Label()+": "+n)
	}
	if s.Speculative.on() {
		notes = append(notes, p.Label()+": "+s.Speculative.note())
	}
	if words := p.PowerWords(); words != "" {
		notes = append(notes, p.Label()+": "+words)
	}
	return notes
}

// GPUs are those of an instance.
func (s *llm) GPUs() (string, int64) { return s.profile.GPU.Name, s.profile.Count }

// Power is that of each GPU, and the GPUs of an engine.
func (s *llm) Power() (hardware.Draw, int64) { return s.profile.Draw, s.profile.Count }

// Most is the tokens of a request that an engine serves, and what bounds them.
func (s *llm) Most() (int64, string) {
	e := s.engine(Platform{})
	return e.Most()
}

// Aborts implements Aborting.
func (*llm) Aborts() {}

// Aborts implements Aborting.
func (*split) Aborts() {}
