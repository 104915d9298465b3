package serving

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// speculative is drafts that each decode verifies in one pass.
type speculative struct {
	Tokens     int64      `toml:"tokens" required:"true" help:"tokens of a draft; 0: there are none"`
	Acceptance float64    `toml:"acceptance" required:"true" help:"probability that a drafted token is right, 0 to 1, of each by itself"`
	Draft      *spec.Node `toml:"draft" required:"true" help:"what makes it: a time for each of its tokens, as in \"2ms\", all of them 1h at most, or a model beside the other on the same GPUs, its name or its shape"`

	pass    sim.Time
	drafter *hardware.Profile
}

// longestDraft bounds what a draft takes, so that some millions of steps are before the
// end of time, 2^63 ns.
const longestDraft = sim.Hour

// check makes what drafts.
func (s *speculative) check(n *spec.Node, of hardware.Spec) error {
	switch {
	case s.Tokens < 0 || s.Tokens > servers.MostDrafted:
		return n.Get("tokens").Errorf("found %d, want 0 to %d tokens of a draft", s.Tokens, servers.MostDrafted)
	case !(s.Acceptance >= 0 && s.Acceptance <= 1):
		return n.Get("acceptance").Errorf("found %v, want a probability from 0 to 1", s.Acceptance)
	}
	if word, ok := s.Draft.Value().(string); ok {
		var d spec.Duration
		if d.UnmarshalText([]byte(word)) == nil {
			s.pass = sim.Time(d)
			if s.Tokens > 0 && s.pass > longestDraft/sim.Time(s.Tokens) {
				return s.Draft.Errorf("found %s for each of %d tokens of a draft, want at most %s for the whole draft, which each step waits for", spec.Shorten(word), s.Tokens, spec.Duration(longestDraft))
			}
			return nil
		}
		if _, err := hardware.FindModel(word); err != nil {
			return s.Draft.Errorf("found %q, want a time for each token of a draft, as in \"2ms\", or a model: %w", spec.Shorten(word), err)
		}
	}
	what, err := hardware.ReadModel(s.Draft)
	if err != nil {
		return err
	}
	of.Model, of.Blocks, of.Calibration, of.PrefillScale, of.DecodeScale = what, 0, nil, 1, 1
	if s.drafter, err = hardware.New(of); err != nil {
		return s.Draft.Errorf("%w", err)
	}
	return nil
}

// of returns what an engine is told.
func (s *speculative) of() servers.Speculation {
	if s == nil {
		return servers.Speculation{}
	}
	d := servers.Speculation{Tokens: s.Tokens, Acceptance: s.Acceptance, Pass: s.pass}
	if s.drafter != nil {
		d.Drafter = s.drafter
	}
	return d
}

// on reports whether anything is drafted.
func (s *speculative) on() bool { return s != nil && s.Tokens > 0 }

// unknownBands makes errors to expect such as are not known, and says why.
func unknownBands(bands map[hardware.Quantity]hardware.Band, why string) {
	for q := range bands {
		bands[q] = hardware.Band{Median: math.Inf(1), P90: math.Inf(1), Of: why}
	}
}

// note says what drafts rest on.
func (s *speculative) note() string {
	d := s.of()
	by := fmt.Sprintf("each of them takes %s", spec.Duration(s.pass))
	if s.drafter != nil {
		by = fmt.Sprintf("they are made by %s (grade %s), whose weights, keys and values take memory beside it", s.drafter.Label(), s.drafter.Grade)
	}
	tokens := "tokens"
	if s.Tokens == 1 {
		tokens = "token"
	}
	return fmt.Sprintf("drafts of %d %s, each right with probability %v by itself, which is given: %.3g tokens a step and request; %s; attention of the %d tokens that are verified takes as long as that of one (grade C)",
		s.Tokens, tokens, s.Acceptance, d.Mean(), by, s.Tokens+1)
}
