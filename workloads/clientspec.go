package workloads

import (
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
	"github.com/coldcurve/coldcurve/sim/clients"
)

// ClientSpec is a client table: of [workload], whose functions have it, or of a
// function, which has it instead.
type ClientSpec struct {
	Preset  string         `toml:"preset" help:"where the keys that are not given come from: aws-sdk-standard, aws-sdk-standard-2026, aws-lambda-async; absent: the defaults"`
	Timeout spec.Duration  `toml:"timeout" help:"how long it waits for an attempt, from its arrival, before it gives that up; 0s: for ever"`
	Retries int            `toml:"retries" help:"how often it asks again, 0 … 100"`
	Backoff spec.Duration  `toml:"backoff" default:"1s" help:"how long it waits after the first attempt before it asks again"`
	Factor  float64        `toml:"factor" default:"2" help:"from each backoff to the next, 1 … 1000; not with jitter = \"decorrelated\""`
	Cap     spec.Duration  `toml:"cap" default:"1m" help:"no backoff is longer; 0s: any"`
	Jitter  backoff.Jitter `toml:"jitter" default:"full" help:"which part of a backoff is waited: full (uniform from none to all), equal (from half to all), decorrelated (from the first backoff to three times the wait before), none (all of it)"`
	On      []string       `toml:"on" help:"what it asks again after: timeout (its own or the platform's), rejected, failed, node (which failed); absent: all of them"`
	// Throttled is what it does in place of the keys above after a rejection.
	Throttled *throttledSpec `toml:"throttled" help:"what it does in their place after a rejection: { backoff, factor, cap, jitter, retries }; absent: the same"`
	MaxAge    spec.Duration  `toml:"max_age" help:"no attempt comes later after the first; 0s: any"`
	Quota     *quotaSpec     `toml:"quota" help:"a budget of retries that all its requests share; absent: none"`
}

// throttledSpec is what a client does after a rejection. Keys that are absent are the
// client's.
type throttledSpec struct {
	Backoff *spec.Duration  `toml:"backoff" help:"how long it waits after the first"`
	Factor  *float64        `toml:"factor" help:"from each backoff to the next, 1 … 1000"`
	Cap     *spec.Duration  `toml:"cap" help:"no backoff is longer; 0s: any"`
	Jitter  *backoff.Jitter `toml:"jitter" help:"which part of a backoff is waited"`
	Retries *int            `toml:"retries" help:"of rejections alone, 0 … 100, which then do not count among the others; absent: they do"`
}

// quotaSpec is a budget of retries.
type quotaSpec struct {
	Tokens   int `toml:"tokens" required:"true" help:"of a full bucket, as it is at first, 1 … 1000000"`
	Rejected int `toml:"rejected" default:"5" help:"what a retry after a rejection takes, 0 … 32768"`
	Failed   int `toml:"failed" default:"5" help:"what one after a failure takes, of a node too"`
	Timeout  int `toml:"timeout" default:"10" help:"what one after a timeout takes"`
	Success  int `toml:"success" default:"1" help:"what an answer to a first attempt brings back; one to a retry brings back what that took"`
	Clients  int `toml:"clients" default:"1" help:"how many clients a function has, each with a bucket of its own, 1 … 1000000; a request is of one of them, drawn"`
}

// ways are the words of ClientSpec.On.
var ways = []struct {
	word string
	on   clients.On
}{{"timeout", clients.OnTimeout}, {"rejected", clients.OnRejected}, {"failed", clients.OnFailed}, {"node", clients.OnNode}}

// maxBackoffFactor bounds factors of backoffs, maxQuota tokens and clients.
const (
	maxBackoffFactor = 1000
	maxQuota         = 1_000_000
)

// clientSpec has ClientSpec's keys without its method.
type clientSpec ClientSpec

// DecodeSpec reads a client table.
func (c *ClientSpec) DecodeSpec(n *spec.Node) error {
	whole, err := withClientPreset(n)
	if err != nil {
		return err
	}
	if err := whole.Decode((*clientSpec)(c)); err != nil {
		return err
	}
	if c.Retries < 0 || c.Retries > clients.MostRetries {
		return whole.Get("retries").Errorf("found %d, want 0 … %d", c.Retries, clients.MostRetries)
	}
	if err := checkFactor(whole, c.Factor, c.Jitter); err != nil {
		return err
	}
	if err := c.checkThrottled(whole.Get("throttled")); err != nil {
		return err
	}
	if err := c.Quota.check(whole.Get("quota")); err != nil {
		return err
	}
	return c.checkOn(whole.Get("on"))
}

// checkFactor sees that a factor is one, and that it stands where it is used.
func checkFactor(n *spec.Node, factor float64, jitter backoff.Jitter) error {
	switch at := n.Get("factor"); {
	case math.IsNaN(factor) || factor < 1 || factor > maxBackoffFactor:
		return at.Errorf("found %v, want 1 … %d", factor, maxBackoffFactor)
	case at != nil && jitter == backoff.Decorrelated:
		return at.Errorf("found a factor beside jitter = %q, want none: its waits go up to three times the one before", jitter)
	}
	return nil
}

// checkThrottled sees that what is done after a rejection can be, and is ever done.
func (c *ClientSpec) checkThrottled(n *spec.Node) error {
	t := c.Throttled
	if t == nil {
		return nil
	}
	if t.Retries != nil && (*t.Retries < 0 || *t.Retries > clients.MostRetries) {
		return n.Get("retries").Errorf("found %d, want 0 … %d", *t.Retries, clients.MostRetries)
	}
	if len(c.On) > 0 && !slices.Contains(c.On, "rejected") {
		return n.Errorf("found what it does after a rejection, and \"rejected\" is not among what it asks again after (on)")
	}
	b := c.throttled()
	return checkFactor(n, b.Factor, b.Jitter)
}

func (q *quotaSpec) check(n *spec.Node) error {
	if q == nil {
		return nil
	}
	for _, c := range []struct {
		key                string
		value, least, most int
	}{
		{"tokens", q.Tokens, 1, maxQuota}, {"clients", q.Clients, 1, maxQuota}, {"success", q.Success, 0, clients.MostCost},
		{"rejected", q.Rejected, 0, clients.MostCost}, {"failed", q.Failed, 0, clients.MostCost}, {"timeout", q.Timeout, 0, clients.MostCost},
	} {
		if c.value < c.least || c.value > c.most {
			return n.Get(c.key).Errorf("found %d, want %d … %d", c.value, c.least, c.most)
		}
	}
	return nil
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

// Backs returns how long a client waits before it asks again.
func (c *ClientSpec) Backs() backoff.Backoff {
	return backoff.Backoff{First: sim.Time(c.Backoff), Factor: c.Factor, Cap: sim.Time(c.Cap), Jitter: c.Jitter}
}

// throttled returns how long it waits after a rejection.
func (c *ClientSpec) throttled() backoff.Backoff {
	b, t := c.Backs(), c.Throttled
	if t.Backoff != nil {
		b.First = sim.Time(*t.Backoff)
	}
	if t.Factor != nil {
		b.Factor = *t.Factor
	}
	if t.Cap != nil {
		b.Cap = sim.Time(*t.Cap)
	}
	if t.Jitter != nil {
		b.Jitter = *t.Jitter
	}
	return b
}

// Client returns the client that the table describes; nil of none.
func (c *ClientSpec) Client() *clients.Client {
	if c == nil {
		return nil
	}
	out := clients.Client{Timeout: sim.Time(c.Timeout), Retries: c.Retries, Backoff: c.Backs(), MaxAge: sim.Time(c.MaxAge)}
	if t := c.Throttled; t != nil {
		out.Throttled = &clients.Throttled{Backoff: c.throttled(), Retries: clients.Shared}
		if t.Retries != nil {
			out.Throttled.Retries = *t.Retries
		}
	}
	if q := c.Quota; q != nil {
		out.Quota = clients.Quota{Tokens: q.Tokens, Rejected: q.Rejected, Failed: q.Failed, Timeout: q.Timeout, Success: q.Success, Clients: q.Clients}
	}
	for _, w := range ways {
		if len(c.On) == 0 || slices.Contains(c.On, w.word) {
			out.On |= w.on
		}
	}
	return &out
}
