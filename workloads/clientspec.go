package workloads

import (
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/clients"
)

// ClientSpec is a client table: of [workload], whose functions have it, or of a
// function, which has it instead.
type ClientSpec struct {
	Timeout spec.Duration  `toml:"timeout" help:"how long it waits for an attempt, from its arrival, before it gives that up; 0s: for ever"`
	Retries int            `toml:"retries" help:"how often it asks again, 0 … 100"`
	Backoff spec.Duration  `toml:"backoff" default:"1s" help:"how long it waits after the first attempt before it asks again"`
	Factor  float64        `toml:"factor" default:"2" help:"from each backoff to the next, 1 … 1000"`
	Cap     spec.Duration  `toml:"cap" default:"1m" help:"no backoff is longer; 0s: any"`
	Jitter  clients.Jitter `toml:"jitter" default:"full" help:"which part of a backoff is waited: full (uniform from none to all), none (all of it)"`
	On      []string       `toml:"on" help:"what it asks again after: timeout (its own or the platform's), rejected, failed; absent: all of them"`
}

// ways are the words of ClientSpec.On.
var ways = []struct {
	word string
	on   clients.On
}{{"timeout", clients.OnTimeout}, {"rejected", clients.OnRejected}, {"failed", clients.OnFailed}}

// maxBackoffFactor bounds ClientSpec.Factor.
const maxBackoffFactor = 1000

// clientSpec has ClientSpec's keys without its method.
type clientSpec ClientSpec

// DecodeSpec reads a client table.
func (c *ClientSpec) DecodeSpec(n *spec.Node) error {
	if err := n.Decode((*clientSpec)(c)); err != nil {
		return err
	}
	switch {
	case c.Retries < 0 || c.Retries > clients.MostRetries:
		return n.Get("retries").Errorf("found %d, want 0 … %d", c.Retries, clients.MostRetries)
	case math.IsNaN(c.Factor) || c.Factor < 1 || c.Factor > maxBackoffFactor:
		return n.Get("factor").Errorf("found %v, want 1 … %d", c.Factor, maxBackoffFactor)
	}
	return c.checkOn(n.Get("on"))
}

// checkOn sees that the list names ways, each once.
func (c *ClientSpec) checkOn(n *spec.Node) error {
	var words []string
	for _, w := range ways {
		words = append(words, w.word)
	}
	if n != nil && len(c.On) == 0 {
		return n.Errorf("found an empty list, want one or more of %q; retries = 0 never asks again", words)
	}
	for i, word := range c.On {
		switch at := n.Items()[i]; {
		case !slices.Contains(words, word):
			return at.Errorf("%s", spec.Unknown("way to end", word, words))
		case slices.Index(c.On, word) < i:
			return at.Errorf("found %q twice", word)
		}
	}
	return nil
}

// Client returns the client that the table describes; nil of none.
func (c *ClientSpec) Client() *clients.Client {
	if c == nil {
		return nil
	}
	out := clients.Client{Timeout: sim.Time(c.Timeout), Retries: c.Retries, Backoff: sim.Time(c.Backoff), Factor: c.Factor, Cap: sim.Time(c.Cap), Jitter: c.Jitter}
	for _, w := range ways {
		if len(c.On) == 0 || slices.Contains(c.On, w.word) {
			out.On |= w.on
		}
	}
	return &out
}
