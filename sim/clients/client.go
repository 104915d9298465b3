package clients

import (
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

// Client is how the clients of a function behave. The zero value waits for ever
// and never asks again.
type Client struct {
	Timeout sim.Time // of an attempt, from its arrival, 0 to sim.Longest; 0: it waits for ever
	Retries int      // after the first attempt, 0 to MostRetries
	Backoff backoff.Backoff
	On      On // what it asks again after
	// Throttled is what it does in place of Backoff after a rejection; nil: the same.
	Throttled *Throttled
	MaxAge    sim.Time // no attempt arrives later after the first, ≥ 0; 0: any
	Quota     Quota
}

// Throttled is what a client does after a rejection.
type Throttled struct {
	Backoff backoff.Backoff
	// Retries are of rejections alone, 0 to MostRetries, which then do not count among
	// the client's others; Shared: they do.
	Retries int
}

// Shared is the Throttled.Retries of rejections that count among all retries.
const Shared = -1

// Quota is a budget of retries that the requests of a client share, a bucket of tokens
// that is full at first. A retry takes what it costs, by what it follows, and there is
// none where fewer are left. An answer to a first attempt brings Success back, one to a
// retry what that retry cost.
type Quota struct {
	Tokens                    int // 0: none are needed
	Rejected, Failed, Timeout int // what a retry costs, 0 to MostCost
	Success                   int
	// Clients have a bucket each, and a request is of one of them, by its key; below 2
	// there is one.
	Clients int
}

// MostRetries bounds Client.Retries, and MostCost what a retry costs.
const (
	MostRetries = 100
	MostCost    = 1 << 15
)

// asks reports whether a client ever asks again.
func (c *Client) asks() bool {
	return c.Retries > 0 || c.Throttled != nil && c.Throttled.Retries > 0
}

// On is a set of ways in which an attempt can fail that a client retries on.
type On uint8

// The ways.
const (
	OnTimeout  On = 1 << iota // its own time-out, or the platform's
	OnRejected                // turned away: a 429
	OnFailed                  // the function, its initialisation or the server failed
	OnNode                    // its node failed, so that there was no answer
)

// way is how an attempt has failed; 0 where it has not, or has not ended.
func way(o *sim.Outcome) On {
	switch o.Status {
	case sim.Abandoned, sim.TimedOut:
		return OnTimeout
	case sim.Rejected:
		return OnRejected
	case sim.Failed:
		if o.Failure == sim.ByNode {
			return OnNode
		}
		return OnFailed
	}
	return 0
}
