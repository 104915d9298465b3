package serve

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// block is the tokens of a piece of a prompt that a cache knows.
const block = 16

// lengths are the tokens that requests ask for: lognormal of a mean and a standard
// deviation ÷ mean, or all alike. They implement tokens.Columns.
type lengths struct {
	in, out lognormal
	hit     float64  // the part of each prompt that all have alike
	shared  []uint32 // names of the blocks of the longest such part
	// The window has the requests from first on, count of them; those before it are of
	// the warm-up.
	first, count uint64
	draw         sim.Stream
	inOf, outOf  *strata
}

// mostContext bounds a request of a model that says no context.
const mostContext = 1 << 20

// newLengths returns lengths of these means and spreads. No request, prompt and answer,
// is longer than the context; means that do not fit it are an error.
func newLengths(in, out, cvIn, cvOut, hit float64, context int64) (*lengths, error) {
	if context <= 0 || context > mostContext {
		context = mostContext
	}
	mostIn, mostOut, err := longest(in, out, context)
	if err != nil {
		return nil, err
	}
	l := &lengths{in: newLognormal(in, cvIn, mostIn), out: newLognormal(out, cvOut, mostOut), hit: hit}
	if hit > 0 {
		l.shared = make([]uint32, int(mostIn*hit)/block)
		for i := range l.shared {
			l.shared[i] = uint32(i)
		}
	}
	return l, nil
}

// longest is how long the longest prompt and answer are so that both fit the context: as
// long as those of the trace, or what the means leave of it, of which answers get half,
// and what prompts do not need.
func longest(in, out float64, context int64) (mostIn, mostOut float64, err error) {
	room := float64(context) - in - out
	if room < 0 {
		return 0, 0, fmt.Errorf("means of %s tokens in and %s out, want at most %d together, the model's context", estimate.Digits(in, 7), estimate.Digits(out, 7), context)
	}
	moreIn, moreOut := in*(longestIn-1), out*(longestOut-1)
	moreOut = min(moreOut, max(room/2, room-moreIn))
	moreIn = min(moreIn, room-moreOut)
	// Whole tokens, so that rounding takes no request beyond the context.
	return max(in, math.Floor(in+moreIn)), max(out, math.Floor(out+moreOut)), nil
}

// cut says what the context takes from the spread that was asked for; "": nothing.
func (l *lengths) cut() string {
	whole := l.in.most >= math.Floor(l.in.mean*longestIn) && l.out.most >= math.Floor(l.out.mean*longestOut)
	if whole || l.in.alike && l.out.alike {
		return ""
	}
	return fmt.Sprintf("the model's context leaves prompts %s tokens at most and answers %s: their means are those that were said, their spread (cv) comes to %s and %s",
		estimate.Digits(l.in.most, 7), estimate.Digits(l.out.most, 7), estimate.Digits(l.in.cv(), 2), estimate.Digits(l.out.cv(), 2))
}

var _ tokens.Drawn = (*lengths)(nil)

// Run implements tokens.Drawn.
func (l *lengths) Run(seed, replication uint64) tokens.Columns {
	of := *l
	key := sim.RunKey{Seed: seed, Replication: replication}
	of.draw = sim.NewStream(key, sim.PurposeTokens, 0)
	of.inOf, of.outOf = newStrata(l.count, sim.NewStream(key, sim.PurposeTokens, 1)), newStrata(l.count, sim.NewStream(key, sim.PurposeTokens, 2))
	return &of
}

// draws returns the tokens of a request: in the window each has its part of the
// distributions, before it chance.
func (l *lengths) draws(key uint64) (in, out int32) {
	if i := key - l.first; i < l.count {
		return l.in.part(l.inOf.place(i), l.count), l.out.part(l.outOf.place(i), l.count)
	}
	return l.in.whole(l.in.at(l.draw.Uniform(2 * key))), l.out.whole(l.out.at(l.draw.Uniform(2*key + 1)))
}

// Shared implements tokens.Sharing.
func (l *lengths) Shared() bool { return len(l.shared) > 0 }

// Tokens implements tokens.Columns.
func (l *lengths) Tokens(_, _ uint32, key uint64) tokens.Request {
	var r tokens.Request
	r.Input, r.Output = l.draws(key)
	if n := int(l.hit*float64(r.Input)) / block; n > 0 {
		r.Blocks, r.Extent = l.shared[:min(n, len(l.shared))], block
	}
	return r
}
