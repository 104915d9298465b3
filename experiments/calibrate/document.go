package calibrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// Document returns the profile as a file: keys of a server in an experiment. model
// is what the user has said of it, a name or a table.
func (c *Calibration) Document(model *spec.Node) string {
	var b strings.Builder
	line := func(key, format string, a ...any) { fmt.Fprintf(&b, "%s = %s\n", key, fmt.Sprintf(format, a...)) }
	text := func(s string) *spec.Node { return spec.FromValue("", 0, s) }
	fmt.Fprintf(&b, "# A profile of %s, fitted to an engine's log by coldcurve calibrate.\n", c.Profile.Label())
	b.WriteString("# An experiment names it, server = { name = \"llm\", hardware = { profile = \"FILE\" } },\n# or has these keys in its server.\n")
	for _, r := range c.Refused {
		fmt.Fprintf(&b, "# not fitted: %s: %s\n", r.Key, r.Why)
	}
	if c.Band.HitsUnknown {
		b.WriteString("# fitted without prefix hits: " + hitsUnknown + ".\n# Where requests name blocks, prefix_cache = false replays them as they were fitted.\n")
	}
	b.WriteString("\n")
	line("model", "%s", model)
	line("scheduler", "%q", c.Engine.Scheduler)
	line("max_num_batched_tokens", "%d", c.Engine.MaxTokens)
	line("max_num_seqs", "%d", c.Engine.MaxSequences)
	line("prefix_cache", "%t", !c.Engine.NoPrefixCache)

	s := &c.After
	b.WriteString("\n[hardware]\n")
	line("gpu", "%s", text(s.GPU))
	line("count", "%d", s.Count)
	line("precision", "%s", text(string(s.Precision)))
	line("engine", "%s", text(s.Engine))
	line("utilisation", "%v", spec.FromValue("", 0, s.Utilisation))
	if s.Reserve != nil {
		line("reserve", "%s", text(s.Reserve.String()))
	}
	if s.Blocks != c.Profile.Fit.Blocks {
		line("blocks", "%d", s.Blocks)
	}
	line("host", "%s", text(s.Host.String()))
	line("host_per_request", "%s", text(s.PerRequest.String()))
	line("front", "%s", text(s.Front.String()))
	line("prefill_scale", "%s", spec.FromValue("", 0, s.PrefillScale))
	line("decode_scale", "%s", spec.FromValue("", 0, s.DecodeScale))

	k := s.Calibration
	b.WriteString("\n[hardware.calibration]\n")
	line("of", "%s", text(k.Of))
	line("source", "%s", text(k.Source))
	line("digest", "%s", text(k.Digest))
	line("scheduler", "%s", text(k.Scheduler))
	line("grade", "%s", text(k.Grade))
	line("fitted", "%d", k.Fitted)
	line("tested", "%d", k.Tested)
	line("values", "%s", spec.FromValue("", 0, k.Values))
	for _, v := range []struct {
		key   string
		value float64
	}{{"median", k.Median}, {"p90", k.P90}, {"bias", k.Bias}} {
		line(v.key, "%s", spec.FromValue("", 0, v.value))
	}
	if k.HitsUnknown {
		line("hits_unknown", "true")
	}
	b.WriteString("\n[hardware.calibration.uncertainty]\n")
	for _, key := range k.Values {
		line(key, "%s", text(k.Uncertainty[key]))
	}
	return b.String()
}

// hitsUnknown says what a fit without the names of blocks is.
const hitsUnknown = "the engine had a prefix cache, and the log does not say which prompts begin alike; what hits saved is in the values"

// Schedulers returns the names of the schedulers.
func Schedulers() []string { return []string{servers.V1.String(), servers.PrefillFirst.String()} }

// FindScheduler returns the scheduler of a name.
func FindScheduler(name string) (servers.Scheduler, error) {
	for _, s := range []servers.Scheduler{servers.V1, servers.PrefillFirst} {
		if s.String() == name {
			return s, nil
		}
	}
	return 0, fmt.Errorf("%s", spec.Unknown("scheduler", name, Schedulers()))
}

// Given returns the keys of a hardware table that no fit changes, since the user
// says them.
func Given(table *spec.Node) (given []string) {
	for _, p := range parameters() {
		if slices.Contains(table.Keys(), p.key) {
			given = append(given, p.key)
		}
	}
	return given
}
