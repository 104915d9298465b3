package hardware

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// Calibration is where the values of a profile are from that were fitted to an
// engine's log, and how far the profile is from the part of that log that they
// were not fitted to.
type Calibration struct {
	Of     string `toml:"of" required:"true" help:"what was calibrated: the model, its precision, the GPUs and the engine"`
	Source string `toml:"source" required:"true" help:"the log"`
	// Scheduler that it was replayed under: under another the band says nothing.
	Scheduler string   `toml:"scheduler" default:"vllm-v1" help:"of the engine that it was fitted under"`
	Digest    string   `toml:"digest" required:"true" help:"SHA-256 of its text"`
	Grade     string   `toml:"grade" required:"true" help:"of the step times that the values scale"`
	Fitted    int64    `toml:"fitted" required:"true" help:"requests that the values were fitted to"`
	Tested    int64    `toml:"tested" required:"true" help:"requests that they were tested on, which no fit has seen"`
	Values    []string `toml:"values" required:"true" help:"the keys that were fitted"`
	Median    float64  `toml:"median" required:"true" help:"of the absolute error of the time per output token on the tested requests, as a part"`
	P90       float64  `toml:"p90" required:"true" help:"9 of 10 of them are within this"`
	Bias      float64  `toml:"bias" required:"true" help:"median of the error"`
	// Uncertainty of each value that was fitted, in words: a standard error.
	Uncertainty map[string]string `toml:"uncertainty" help:"standard error of each fitted value"`
	// HitsUnknown says that the engine had a prefix cache and the log does not say
	// what it hit: the values stand for that, too.
	HitsUnknown bool `toml:"hits_unknown" help:"the engine had a prefix cache, and the log names no blocks: the values stand for its hits, too"`
}

// calibrated are the keys of the table hardware that a calibration fits.
var calibrated = []string{"prefill_scale", "decode_scale", "host", "host_per_request", "front", "blocks"}

func (c *Calibration) check(n *spec.Node, s *Spec) error {
	switch {
	case c.Of != s.CalibratedOf():
		return n.Get("of").Errorf("found %q, want %q, which the tables hardware and model ask for: values that were fitted to one say nothing of another", c.Of, s.CalibratedOf())
	case len(c.Digest) != 64:
		return n.Get("digest").Errorf("found %q, want 64 hexadecimal digits", c.Digest)
	case c.Fitted < 1:
		return n.Get("fitted").Errorf("found %d, want 1 or more requests", c.Fitted)
	case c.Tested < 1:
		return n.Get("tested").Errorf("found %d, want 1 or more requests", c.Tested)
	case !(c.Median >= 0 && c.Median <= c.P90):
		return n.Get("median").Errorf("found %v with a p90 of %v, want 0 ≤ median ≤ p90", c.Median, c.P90)
	case !(c.P90 < 100):
		return n.Get("p90").Errorf("found %v, want a part, as in 0.05", c.P90)
	}
	for _, key := range c.Values {
		if !slices.Contains(calibrated, key) {
			return n.Get("values").Errorf("%s", spec.Unknown("value", key, calibrated))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.Uncertainty)) {
		if !slices.Contains(c.Values, key) {
			return n.Get("uncertainty").Errorf("found %s, want the values that were fitted alone: %s", spec.Quote(key), strings.Join(c.Values, ", "))
		}
	}
	if len(c.Grade) != 1 {
		return n.Get("grade").Errorf("found %q, want A, B, C or U", c.Grade)
	}
	return checkGrade(n, c.Grade)
}

// CalibratedOf names what a calibration is of.
func (s *Spec) CalibratedOf() string { return s.label() + " by " + s.Engine }

// band is the error to expect of a profile that was calibrated.
func (c *Calibration) band() Band {
	return Band{
		Median: c.Median, P90: c.P90, Bias: c.Bias, Points: c.Tested, Own: true,
		Of: fmt.Sprintf("%d requests of the log %s that it was not fitted to", c.Tested, c.Source),
	}
}
