package serving

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// apiLimits are what an account has in a window.
type apiLimits struct {
	Requests int64         `toml:"requests" help:"in a window; absent: any number"`
	Tokens   int64         `toml:"tokens" help:"of input and output together, in a window"`
	Input    int64         `toml:"input_tokens" help:"in a window"`
	Output   int64         `toml:"output_tokens" help:"in a window"`
	Window   spec.Duration `toml:"window" default:"1m" help:"the time that the limits are for"`
	Refill   refill        `toml:"refill" default:"continuous" help:"continuous: a token bucket, full at first; window: all is there again at each multiple of it from time 0"`
	Reserve  int64         `toml:"reserve" help:"tokens of output that a request counts when it comes, as max_tokens does at some providers; absent: those that it will get"`
	Settle   bool          `toml:"settle" help:"from its end on it counts what it got instead of reserve"`
	Cached   bool          `toml:"cached" default:"true" help:"input that is read from the cache counts"`
}

// refill is how limits are there again.
type refill string

// UnmarshalText reads continuous or window.
func (r *refill) UnmarshalText(b []byte) error {
	if *r = refill(b); *r != "continuous" && *r != "window" {
		return fmt.Errorf("found %q, want continuous or window", b)
	}
	return nil
}

// mostLimit bounds a limit and what a request reserves, far above what any
// provider grants: so that what several give back sums up.
const mostLimit = 1 << 50

func (l *apiLimits) check(n *spec.Node) error {
	given := 0
	for _, k := range []struct {
		name  string
		value int64
	}{{"requests", l.Requests}, {"tokens", l.Tokens}, {"input_tokens", l.Input}, {"output_tokens", l.Output}, {"reserve", l.Reserve}} {
		at := n.Get(k.name)
		if at == nil {
			continue
		}
		if k.value < 1 || k.value > mostLimit {
			return at.Errorf("found %d, want 1 to %d; without the key there is no limit", k.value, int64(mostLimit))
		}
		if k.name != "reserve" {
			given++
		}
	}
	output, input := l.Tokens > 0 || l.Output > 0, l.Tokens > 0 || l.Input > 0
	switch {
	case given == 0:
		return n.Errorf("found no limit, want requests, tokens, input_tokens or output_tokens")
	case l.Window == 0:
		return n.Get("window").Errorf("found %s, want more than 0", n.Get("window"))
	case l.Reserve > 0 && !output:
		return n.Get("reserve").Errorf("found reserve without a limit on tokens or output_tokens, which it would count in")
	case l.Settle && l.Reserve == 0:
		return n.Get("settle").Errorf("found settle without reserve: what a request will get counts from the first")
	case !l.Cached && !input:
		return n.Get("cached").Errorf("found cached without a limit on tokens or input_tokens, which it would count in")
	}
	return nil
}

func (l *apiLimits) limits() *servers.Limits {
	return &servers.Limits{
		Requests: l.Requests, Tokens: l.Tokens, Input: l.Input, Output: l.Output,
		Window: sim.Time(l.Window), Fixed: l.Refill == "window", Reserve: l.Reserve, Settle: l.Settle, FreeReads: !l.Cached,
	}
}
