package servers

import (
	"math/bits"

	"github.com/coldcurve/coldcurve/sim"
)

// Limits are how much of each thing a provider lets an account have in a window of
// time; 0 is any number. A request for which there is too little of anything is
// rejected at once (429) and takes nothing.
type Limits struct {
	Requests int64
	Tokens   int64 // of input and output together
	Input    int64 // tokens of input
	Output   int64 // tokens of output, those that are not shown among them
	// Window is the time that the limits are for, > 0.
	Window sim.Time
	// Fixed lets all of a limit be there again at each multiple of Window from the
	// simulated time 0. Else it is a token bucket: full at time 0, and refilled
	// continuously, a limit in a window, up to the limit.
	Fixed bool
	// Reserve is how many tokens of output a request counts when it comes, before
	// they are known; 0: as many as it will get.
	Reserve int64
	// Settle lets a request count, from its end on, what it got in place of what was
	// reserved. The difference can be more than is left: what lacks is refilled first.
	Settle bool
	// FreeReads leaves the tokens that are read from the cache out of Tokens and Input.
	FreeReads bool
}

// limiter is what is left of the limits of an account.
type limiter struct {
	Limits
	requests, tokens, input, output allowance
}

func newLimiter(l *Limits) *limiter {
	full := func(limit int64) allowance { return allowance{limit: limit, left: limit} }
	return &limiter{Limits: *l, requests: full(l.Requests), tokens: full(l.Tokens), input: full(l.Input), output: full(l.Output)}
}

// admit lets a request in that has so many tokens of input, of which so many are
// read from the cache, and will make so many of output; or takes nothing.
func (l *limiter) admit(now sim.Time, input, cached, output int64) (reserved int64, ok bool) {
	if l.FreeReads {
		input -= cached
	}
	if reserved = l.Reserve; reserved == 0 {
		reserved = output
	}
	needs := [...]struct {
		of *allowance
		n  int64
	}{{&l.requests, 1}, {&l.tokens, input + reserved}, {&l.input, input}, {&l.output, reserved}}
	for i := range needs {
		if x := needs[i]; !x.of.has(now, &l.Limits, x.n) {
			return 0, false
		}
	}
	for i := range needs {
		needs[i].of.left -= needs[i].n
	}
	return reserved, true
}

// settle counts, for a request that has ended, what it got in place of what it had
// reserved when it came.
func (l *limiter) settle(now, came sim.Time, reserved, got int64) {
	if !l.Settle || l.Fixed && got < reserved && came/l.Window != now/l.Window {
		return // what it gives back was of a window that is over
	}
	for _, of := range [...]*allowance{&l.tokens, &l.output} {
		of.refill(now, &l.Limits)
		of.left = min(of.left+reserved-got, of.limit)
	}
}

// allowance is what is left of one limit; of limit 0, there is no limit.
type allowance struct {
	limit int64
	left  int64    // < 0 where more was got than was left
	part  uint64   // of one more, in parts of which Window are one
	at    sim.Time // when that was so
}

// has reports whether so many are left.
func (a *allowance) has(now sim.Time, l *Limits, n int64) bool {
	a.refill(now, l)
	return a.limit == 0 || n <= a.left
}

// refill adds what has come since it was last looked at: exactly (now − at) × limit
// ÷ window, of which part keeps the remainder.
func (a *allowance) refill(now sim.Time, l *Limits) {
	since := now - a.at
	switch {
	case l.Fixed && now/l.Window > a.at/l.Window:
		a.left = a.limit
	case !l.Fixed && since > 0:
		hi, lo := bits.Mul64(uint64(since), uint64(a.limit))
		lo, carry := bits.Add64(lo, a.part, 0)
		hi += carry
		if hi >= uint64(l.Window) { // more than any debt
			a.left, a.part = a.limit, 0
			break
		}
		come, part := bits.Div64(hi, lo, uint64(l.Window))
		a.part = part
		if missing := uint64(a.limit - a.left); come >= missing {
			a.left, a.part = a.limit, 0
		} else {
			a.left += int64(come)
		}
	}
	a.at = now
}
