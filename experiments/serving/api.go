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
	TTFT workloads.Distribution `toml:"ttft" required:"true" help:"time to the first token: a duration or a distribution"`
	TPOT workloads.Distribution `toml:"tpot" required:"true" help:"time per output token after the first, of a request: a duration or a distribution"`
}

func (*api) about() Entry {
	return Entry{
		Name: "api", Help: "a language model that is paid by the token: as fast as you have measured, however many requests there are",
		Source: "no model of a provider's own: times are the user's",
	}
}

func (*api) check(*spec.Node) error { return nil }

// Factory returns the servers.
func (a *api) Factory(on Platform) (sim.ServerFactory, error) {
	if on.Columns == nil {
		return nil, errors.New("an api server needs requests with tokens: a trace of them (see coldcurve list formats), or functions with tokens")
	}
	return servers.Hosted{Columns: on.Columns, First: a.TTFT, Each: a.TPOT}, nil
}

// Concurrency is how many requests are served where the platform does not say.
func (*api) Concurrency() int { return everyone }

// Tokens marks a server that tells of tokens.
func (*api) Tokens() {}

// Tokens marks a server that tells of tokens.
func (*llm) Tokens() {}

// Tokens marks a server that tells of tokens.
func (*split) Tokens() {}
