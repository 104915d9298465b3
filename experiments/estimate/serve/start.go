package serve

import (
	"fmt"
	"math"
	"strings"

	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads"
	"github.com/coldcurve/coldcurve/workloads/starts"
)

// engineStart is what an engine does before it serves: a time that was said, or the
// phases of a start that somebody has measured.
type engineStart struct {
	given  sim.Time // 0: the phases
	of     starts.Start
	phases sim.Init
	named  bool // by the user
}

// readStart reads a duration, or the name of a start of the catalogue; of nothing that
// of ways.toml.
func (q *question) readStart() (err error) {
	name := q.ways.Engine.Start
	if q.ColdStart != "" {
		if x, err := estimate.ParseDuration(q.ColdStart); err == nil {
			if x <= 0 {
				return fmt.Errorf("--cold-start: found %q, want more than 0", q.ColdStart)
			}
			q.start.given = sim.Time(x)
			return nil
		}
		name, q.start.named = q.ColdStart, true
	}
	s := &q.start
	if s.of, err = starts.Find(name); err != nil {
		if looksLikeTime(name) {
			return fmt.Errorf("--cold-start: found %q, want a duration of more than 0 and at most %s, or the name of a measured start (coldcurve list starts)", spec.Shorten(name), spec.Duration(sim.Longest))
		}
		return fmt.Errorf("--cold-start: found %q, want a duration, as in 60s, or a measured start: %w", spec.Shorten(name), err)
	}
	for _, phase := range sim.Phases() {
		takes := s.of.Takes(phase)
		if takes == nil {
			continue
		}
		var p workloads.Distribution
		if err := p.DecodeSpec(takes); err != nil {
			return err
		}
		s.phases = append(s.phases, sim.PhaseSampler{Phase: phase, Duration: p.Sampler})
	}
	return nil
}

// looksLikeTime reports whether a word was meant as a duration: it begins as a number.
func looksLikeTime(word string) bool {
	word = strings.ToLower(strings.TrimLeft(strings.TrimSpace(word), "+-"))
	return word == "" || word[0] >= '0' && word[0] <= '9' || word[0] == '.' || strings.HasPrefix(word, "nan") || strings.HasPrefix(word, "inf")
}

// loads reports whether a start loads the weights in a phase of its own, which then
// takes as long as the model's take: a restored snapshot has them in it.
func (s *engineStart) loads() bool { return len(s.of.StandsFor) == 0 }

// init returns the phases of a start of a choice: the provider's before the engine's, and
// the weights of the model.
func (q *question) init(c *choice) sim.Init {
	if q.start.given > 0 {
		return sim.Init{{Phase: sim.PhaseSandbox, Duration: sim.Constant(q.start.given)}}
	}
	var out sim.Init
	for _, phase := range sim.Phases() {
		var parts together
		for _, list := range []sim.Init{c.provider.base.Sim.Init, q.start.phases} {
			for _, s := range list {
				if s.Phase == phase && !(phase == sim.PhaseWeights && q.start.loads()) {
					parts = append(parts, s.Duration)
				}
			}
		}
		if len(parts) > 0 {
			out = append(out, sim.PhaseSampler{Phase: phase, Duration: parts})
		}
		if phase == sim.PhaseWeights && q.start.loads() {
			weights := math.Round(c.engine.weights() / float64(c.provider.Weights) * float64(sim.Second))
			out = append(out, sim.PhaseSampler{Phase: phase, Duration: sim.Constant(weights)})
		}
	}
	return out
}

// together is how long parts of a phase take, one after the other.
type together []sim.Sampler

// Sample implements sim.Sampler.
func (t together) Sample(u float64) (sum sim.Time) {
	for _, s := range t {
		sum += s.Sample(u)
	}
	return sum
}

// grade is how well a start is attested for the model that is asked for.
func (s *engineStart) grade() string {
	switch {
	case s.given > 0:
		return "given"
	case s.named:
		return s.of.Grade
	}
	return "C" // one engine on one board, and weights by an assumed bandwidth
}

// basis says what a start rests on.
func (s *engineStart) basis() string {
	switch {
	case s.given > 0:
		return "given"
	case s.named:
		return fmt.Sprintf("named: %s, grade %s (%s)", s.of.Title, s.of.Grade, s.of.Source)
	}
	return fmt.Sprintf("assumed, grade C: %s; the model's weights at 1 GB/s (grade U); --cold-start says yours, or names one of coldcurve list starts", s.of.Title)
}

// startTime is how long a start takes, in the middle.
func startTime(init sim.Init) (t sim.Time) {
	for _, s := range init {
		t += s.Duration.Sample(0.5)
	}
	return t
}

// phases lists the phases of a start.
func phases(init sim.Init) string {
	var parts []string
	for _, s := range init {
		parts = append(parts, fmt.Sprintf("%s %s", s.Phase, estimate.Clock(s.Duration.Sample(0.5))))
	}
	return strings.Join(parts, ", ")
}
