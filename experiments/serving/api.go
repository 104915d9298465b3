package serving

import (
	"errors"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/workloads"
)

// api is a language model that a provider serves by the token.
type api struct {
	TTFT       workloads.Distribution `toml:"ttft" help:"time to the first token that is made, of the reasoning where there is one: a duration or a distribution; required without batch"`
	TPOT       workloads.Distribution `toml:"tpot" help:"time per token after the first, of a request: a duration or a distribution; required without batch"`
	Limits     *apiLimits             `toml:"limits" help:"what an account has in a minute, as in { requests = 500, tokens = 200000 }; beyond it a request is rejected (429). Also input_tokens, output_tokens, window (1m), refill (continuous; or window), reserve, settle (false), cached (true)"`
	Cache      *apiCache              `toml:"cache" help:"how long the provider keeps what prompts begin with, as in { lifetime = \"5m\", least = 1024 }; also step (1)"`
	CacheHit   factor                 `toml:"cache_hit" help:"part of the input that is read from a cache, 0 to 1, of requests that cache cannot tell about"`
	CacheWrite factor                 `toml:"cache_write" help:"part of their input that is written to it, 0 to 1 less cache_hit"`
	Reasoning  reasoning              `toml:"reasoning" help:"tokens of output that are billed and not shown: a number, a distribution of numbers, or { factor = 2.5 } for each that is shown"`
	Ratio      tokensRatio            `toml:"tokens_ratio" help:"tokens of this model for one of the workload, above 0 to 100: a number, or { input = 1.1, output = 1.2 }"`
	Batch      *apiBatch              `toml:"batch" help:"all is answered in batches, in place of ttft and tpot, as in { within = \"24h\" }; also completion, a duration or a distribution"`
}

// apiCache is a provider's cache of prompts.
type apiCache struct {
	Lifetime spec.Duration `toml:"lifetime" required:"true" help:"from the last read or write on"`
	Least    int64         `toml:"least" help:"tokens of the shortest prompt, and beginning, that is kept"`
	Step     int64         `toml:"step" default:"1" help:"what is read is a multiple of so many tokens"`
}

// apiBatch is when batches are answered.
type apiBatch struct {
	Within     spec.Duration          `toml:"within" required:"true" help:"what the provider promises; what would take longer fails then"`
	Completion workloads.Distribution `toml:"completion" help:"a duration or a distribution; absent: within"`
}

func (*api) about() Entry {
	return Entry{
		Name: "api", Help: "a language model that is paid by the token: as fast as you have measured, however many requests there are, within the limits of an account",
		Source: "no model of a provider's own: times and limits are the user's",
	}
}

// share is the most that cache_hit and cache_write may be together.
const share = servers.Whole

// check refuses what makes no sense.
func (a *api) check(n *spec.Node) error {
	if err := a.checkTimes(n); err != nil {
		return err
	}
	for _, key := range []string{"cache_hit", "cache_write"} {
		if at := n.Get(key); at != nil && servers.Millionths(a.CacheHit)+servers.Millionths(a.CacheWrite) > share {
			return at.Errorf("found cache_hit and cache_write of more than 1 together, want parts of the input")
		}
	}
	if at := n.Get("cache"); at != nil {
		switch c := a.Cache; {
		case c.Lifetime == 0:
			return at.Get("lifetime").Errorf("found %s, want more than 0", at.Get("lifetime"))
		case c.Least < 0:
			return at.Get("least").Errorf("found %d, want 0 tokens or more", c.Least)
		case c.Step < 1:
			return at.Get("step").Errorf("found %d, want 1 token or more", c.Step)
		}
	}
	if a.Limits != nil {
		return a.Limits.check(n.Get("limits"))
	}
	return nil
}

// checkTimes sees that there are either times of tokens or those of batches.
func (a *api) checkTimes(n *spec.Node) error {
	for _, key := range []string{"ttft", "tpot"} {
		switch given := n.Get(key) != nil; {
		case given && a.Batch != nil:
			return n.Get(key).Errorf("found it beside batch, want one of them: all tokens of a batch are there at its end")
		case !given && a.Batch == nil:
			return n.Errorf("missing key %q", key)
		}
	}
	if a.Batch == nil {
		return nil
	}
	for _, key := range []string{"limits", "cache"} {
		if at := n.Get(key); at != nil {
			return at.Errorf("found %s beside batch, which has others that are not modelled; cache_hit says what part of the input is read from a cache", key)
		}
	}
	if at := n.Get("batch", "within"); a.Batch.Within == 0 {
		return at.Errorf("found %s, want more than 0", at)
	}
	return nil
}

// Factory returns the servers.
func (a *api) Factory(on Platform) (sim.ServerFactory, error) {
	if on.Columns == nil {
		return nil, errors.New("an api server needs requests with tokens: a trace of them (see coldcurve list formats), or functions with tokens")
	}
	h := servers.Hosted{
		Columns: on.Columns, First: a.TTFT, Each: a.TPOT,
		InputRatio: a.Ratio.input, OutputRatio: a.Ratio.output,
		ReasoningRatio: a.Reasoning.factor,
		Hit:            servers.Millionths(a.CacheHit), Write: servers.Millionths(a.CacheWrite),
	}
	if a.Reasoning.Counter != nil {
		h.Reasoning = a.Reasoning.Counter
	}
	if a.Limits != nil {
		h.Limits = a.Limits.limits()
	}
	if c := a.Cache; c != nil {
		h.Cache = &servers.PromptCache{Lifetime: sim.Time(c.Lifetime), Least: c.Least, Step: c.Step}
	}
	if b := a.Batch; b != nil {
		h.Batch = &servers.BatchTimes{Within: sim.Time(b.Within)}
		if b.Completion.Sampler != nil {
			h.Batch.Completion = b.Completion
		}
	}
	return h, nil
}

// OfShared implements Sharing: where no blocks are named, the cache finds nothing.
func (a *api) OfShared(named, _ bool) string {
	if a.Cache == nil || named || a.CacheHit > 0 {
		return ""
	}
	return "the requests name no blocks, so that the cache of prompts finds nothing: cache_hit = 0.4 takes a part of the input for cached"
}

// Concurrency is how many requests are served where the platform does not say.
func (*api) Concurrency() int { return everyone }

// Stands implements Standing.
func (*api) Stands() {}

// Batched reports whether requests are answered in batches.
func (a *api) Batched() bool { return a.Batch != nil }

// Notes say what a reader of the results must know.
func (a *api) Notes() (notes []string) {
	if a.Limits != nil || a.Cache != nil {
		notes = append(notes, `limits and the cache of prompts are one account's: functions share them where unit = "app" and they are of one app`)
	}
	if a.Reasoning.Counter != nil || a.Reasoning.factor > 0 {
		notes = append(notes, "TTFT is the time to the first token that is shown, after those of the reasoning; reasoning is billed as output and is in no column but reasoning_tokens, and in the bill")
	}
	return notes
}

// Legend explains no letters: there are none in the notes.
func (*api) Legend() string { return "" }

// Tokens marks a server that tells of tokens.
func (*api) Tokens() {}

// Tokens marks a server that tells of tokens.
func (*llm) Tokens() {}

// Tokens marks a server that tells of tokens.
func (*split) Tokens() {}
