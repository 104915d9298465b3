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

	client clients.Client
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
	on, err := c.on(n.Get("on"))
	c.client = clients.Client{
		Timeout: sim.Time(c.Timeout), Retries: c.Retries, Backoff: sim.Time(c.Backoff), Factor: c.Factor, Cap: sim.Time(c.Cap), Jitter: c.Jitter, On: on,
	}
	return err
}

// on reads the list of ways, each at most once.
func (c *ClientSpec) on(n *spec.Node) (set clients.On, err error) {
	words := make([]string, len(ways))
	for i, w := range ways {
		words[i] = w.word
		if n == nil {
			set |= w.on
		}
	}
	if n != nil && len(c.On) == 0 {
		return 0, n.Errorf("found an empty list, want one or more of %q; retries = 0 asks never again", words)
	}
	for i, word := range c.On {
		k := slices.Index(words, word)
		switch at := n.Items()[i]; {
		case k < 0:
			return 0, at.Errorf("%s", spec.Unknown("way to end", word, words))
		case set&ways[k].on != 0:
			return 0, at.Errorf("found %q twice", word)
		}
		set |= ways[k].on
	}
	return set, nil
}

// Client returns the client that the table describes; nil of none.
func (c *ClientSpec) Client() *clients.Client {
	if c == nil {
		return nil
	}
	return &c.client
}
