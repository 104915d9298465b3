package serving

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// split is engines that compute prompts, and others that make tokens, all alike.
type split struct {
	llm
	Prefills  int            `toml:"prefills" default:"1" help:"engines of an instance that compute prompts"`
	Decodes   int            `toml:"decodes" default:"1" help:"engines of an instance that make tokens"`
	Bandwidth spec.Bandwidth `toml:"bandwidth" required:"true" help:"what an engine sends of keys and values, as in \"50GB/s\""`
	Latency   spec.Duration  `toml:"latency" default:"0s" help:"what each transfer takes besides"`
}

func (*split) about() Entry {
	return Entry{
		Name: "llm-split", Help: "prompts and tokens of a language model on engines of their own, with keys and values sent in between; an instance is all of them",
		Source: "disaggregated prefill, as in vLLM and Splitwise (Patel et al., ISCA 2024); each engine as llm",
	}
}

func (s *split) check(n *spec.Node) error {
	if err := s.llm.check(n); err != nil {
		return err
	}
	if s.Scheduler != schedulerName(servers.V1) {
		return n.Get("scheduler").Errorf("found vllm-v0, want vllm-v1: the other has no split")
	}
	switch {
	case s.Prefills < 1 || s.Prefills > servers.MostEngines:
		return n.Get("prefills").Errorf("found %d, want 1 to %d engines that compute prompts", s.Prefills, servers.MostEngines)
	case s.Decodes < 1 || s.Decodes > servers.MostEngines:
		return n.Get("decodes").Errorf("found %d, want 1 to %d engines that make tokens", s.Decodes, servers.MostEngines)
	case s.Bandwidth < 1:
		return n.Get("bandwidth").Errorf("found %d bytes a second, want 1 or more, as in \"50GB/s\"", s.Bandwidth)
	}
	if err := s.server(Platform{Columns: unknown{}}).Check(); err != nil {
		return n.Errorf("%w", err)
	}
	return nil
}

func (s *split) server(on Platform) servers.Split {
	x := servers.Split{
		Prefill: s.engine(on), Decode: s.engine(on), Prefills: s.Prefills, Decodes: s.Decodes,
		TokenBytes: s.profile.Fit.Block / hardware.BlockTokens * s.profile.Count, Bandwidth: int64(s.Bandwidth), Latency: sim.Time(s.Latency),
	}
	x.Decode.Front = 0
	return x
}

// Factory returns the engines.
func (s *split) Factory(on Platform) (sim.ServerFactory, error) {
	if _, err := s.llm.Factory(on); err != nil {
		return nil, err
	}
	return s.server(on), nil
}

// Notes says what the answer rests on, and what is not measured at all.
func (s *split) Notes() []string {
	x := s.server(Platform{})
	copies := ""
	if s.profile.Count > s.profile.Model.KVHeads {
		copies = ", the copies of heads that GPUs share with them"
	}
	return append(s.llm.Notes(), fmt.Sprintf(
		"an instance is %d engines for prompts and %d for tokens, %d GPUs in all; a token's keys and values are %d bytes%s; the time on their way is computed, not measured (grade C)",
		s.Prefills, s.Decodes, int64(s.Prefills+s.Decodes)*s.profile.Count, x.TokenBytes, copies))
}

// GPUs are those of an instance, of all its engines.
func (s *split) GPUs() (string, int64) {
	return s.profile.GPU.Name, int64(s.Prefills+s.Decodes) * s.profile.Count
}
