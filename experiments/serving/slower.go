package serving

import (
	"errors"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads"
)

// Slowing is a Server whose times are its own, whatever a function's, and which can be
// in an environment where all takes factor > 0 times as long: confidential computing.
// An error says why a factor means nothing to it.
type Slowing interface {
	Slower(factor float64) (Server, error)
}

// slowed is a duration times a factor, to the nearest ns.
func slowed(d spec.Duration, factor float64) spec.Duration {
	return spec.Duration(min(math.Round(float64(d)*factor), float64(sim.Longest)))
}

// Slower implements Slowing: steps, drafts, and what passes before them.
func (s *llm) Slower(factor float64) (Server, error) { return s.slower(factor), nil }

func (s *llm) slower(factor float64) *llm {
	q := *s
	q.profile = s.profile.Slower(factor)
	if d := s.Speculative; d.on() {
		q.Speculative = d.slower(factor)
	}
	return &q
}

// slower slows the passes of drafts.
func (s *speculative) slower(factor float64) *speculative {
	q := *s
	q.pass = sim.Time(slowed(spec.Duration(s.pass), factor))
	if s.drafter != nil {
		q.drafter = s.drafter.Slower(factor)
	}
	return &q
}

// slower slows swaps.
func (s swap) slower(factor float64) swap {
	s.Swap, s.Bandwidth = slowed(s.Swap, factor), slowedRate(s.Bandwidth, factor)
	return s
}

// slowedRate is a bandwidth whose transfers take factor times as long; ≥ 1 where it was.
func slowedRate(b spec.Bandwidth, factor float64) spec.Bandwidth {
	if b == 0 {
		return 0
	}
	return spec.Bandwidth(max(1, min(math.Round(float64(b)/factor), math.MaxInt64/2)))
}

// Slower implements Slowing: the engines of both kinds, and what goes between them.
func (s *split) Slower(factor float64) (Server, error) {
	q := *s
	q.llm = *s.slower(factor)
	q.Latency, q.Bandwidth = slowed(s.Latency, factor), slowedRate(s.Bandwidth, factor)
	return &q, nil
}

// Slower implements Slowing: all engines, and swaps.
func (s *models) Slower(factor float64) (Server, error) {
	q := *s
	q.swap = s.swap.slower(factor)
	q.all = slices.Clone(s.all)
	for k := range q.all {
		q.all[k] = s.all[k].slower(factor)
	}
	return &q, nil
}

// Slower implements Slowing: the engine, and swaps.
func (s *adapters) Slower(factor float64) (Server, error) {
	q := *s
	q.llm, q.swap = *s.llm.slower(factor), s.swap.slower(factor)
	return &q, nil
}

// Slower implements Slowing: what a batch takes, and not how long it waits for others.
func (s *batch) Slower(factor float64) (Server, error) {
	q := *s
	q.Base, q.Each, q.Table = slowed(s.Base, factor), slowed(s.Each, factor), slices.Clone(s.Table)
	for k := range q.Table {
		q.Table[k] = slowed(q.Table[k], factor)
	}
	return &q, nil
}

// Slower implements Slowing: the time to the first token, and from one to the next.
func (a *api) Slower(factor float64) (Server, error) {
	if a.Batch != nil {
		return nil, errors.New("it answers in batches within what the provider promises, which no factor changes")
	}
	q := *a
	q.TTFT.Sampler, q.TPOT.Sampler = slowedSampler{a.TTFT.Sampler, factor}, slowedSampler{a.TPOT.Sampler, factor}
	return &q, nil
}

// slowedSampler is a distribution times a factor.
type slowedSampler struct {
	workloads.Sampler
	factor float64
}

// Sample implements sim.Sampler.
func (s slowedSampler) Sample(u float64) sim.Time {
	return sim.Time(min(math.Round(float64(s.Sampler.Sample(u))*s.factor), float64(sim.Longest)))
}

// Mean is that of the distribution times the factor, ns.
func (s slowedSampler) Mean() float64 { return s.Sampler.Mean() * s.factor }
