package clients

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/sim"
)

// Jitter says which part of a backoff is waited.
type Jitter uint8

// The jitters.
const (
	FullJitter Jitter = iota // uniform from none to all
	NoJitter                 // all
)

var jitterNames = []string{"full", "none"}

// String returns the word in experiment files.
func (j Jitter) String() string { return jitterNames[j] }

// UnmarshalText reads what String writes; any other word is an error.
func (j *Jitter) UnmarshalText(b []byte) error {
	for i, n := range jitterNames {
		if n == string(b) {
			*j = Jitter(i)
			return nil
		}
	}
	return fmt.Errorf("found %q, want one of %q", b, jitterNames)
}

// Client is how the clients of a function behave. The zero value waits for ever
// and never asks again.
type Client struct {
	Timeout sim.Time // of an attempt, from its arrival, 0 to sim.Longest; 0: it waits for ever
	Retries int      // after the first attempt, 0 to MostRetries
	Backoff sim.Time // after the first attempt, ≥ 0
	Factor  float64  // from each backoff to the next, ≥ 1
	Cap     sim.Time // no backoff is longer; 0: none but sim.Longest
	Jitter  Jitter
	On      On // what it asks again after
}

// MostRetries bounds Client.Retries.
const MostRetries = 100

// On is a set of ways in which an attempt can fail that a client retries on.
type On uint8

// The ways.
const (
	OnTimeout  On = 1 << iota // its own time-out, or the platform's
	OnRejected                // turned away: a 429
	OnFailed                  // the function or the server failed
)

// holds reports whether an attempt that ended so is asked again.
func (o On) holds(s sim.Status) bool {
	switch s {
	case sim.Abandoned, sim.TimedOut:
		return o&OnTimeout != 0
	case sim.Rejected:
		return o&OnRejected != 0
	case sim.Failed:
		return o&OnFailed != 0
	}
	return false
}

// backoff returns the longest that a client waits after the n-th attempt, from 0.
func (c *Client) backoff(n int) sim.Time {
	most := sim.Longest
	if c.Cap > 0 {
		most = min(most, c.Cap)
	}
	if c.Backoff == 0 {
		return 0 // whatever the factor has grown to
	}
	if t := float64(c.Backoff) * math.Pow(c.Factor, float64(n)); t < float64(most) {
		return sim.Time(t)
	}
	return most
}
