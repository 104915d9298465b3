package serve

import (
	"math"

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
	context int32    // tokens of a request at most
	shared  []uint32 // names of the blocks of the longest such part
	// The window has the requests from first on, count of them; those before it are of
	// the warm-up.
	first, count uint64
	draw         sim.Stream
	inOf, outOf  *strata
}

// lognormal is a distribution of whole numbers from 1 to a most.
type lognormal struct{ median, sigma, most float64 }

// newLognormal returns the distribution that, cut at so many times its mean, has that
// mean: μ is halved towards where mean·Φ(z − σ) + most·Φ(−z), with z = (ln most − μ) ÷ σ,
// is it (the limited expected value of a lognormal; Klugman, Panjer and Willmot, Loss
// Models, A.4.1.1).
func newLognormal(mean, cv, longest float64) lognormal {
	s := sigma(cv)
	if s == 0 {
		return lognormal{mean, 0, mean}
	}
	most := mean * longest
	phi := func(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
	limited := func(mu float64) float64 {
		z := (math.Log(most) - mu) / s
		return math.Exp(mu+s*s/2)*phi(z-s) + most*phi(-z)
	}
	low, high := math.Log(mean)-s*s/2, math.Log(most)
	for range 60 {
		if middle := (low + high) / 2; limited(middle) < mean {
			low = middle
		} else {
			high = middle
		}
	}
	return lognormal{math.Exp(low), s, most}
}

func (l lognormal) at(u float64, most int32) int32 {
	x := l.median
	if l.sigma > 0 {
		x = min(x*math.Exp(l.sigma*math.Sqrt2*math.Erfinv(2*u-1)), l.most)
	}
	return int32(max(1, min(math.Round(x), float64(most))))
}

// mostContext bounds a request of a model that says no context.
const mostContext = 1 << 20

func newLengths(in, out, cvIn, cvOut, hit float64, context int64) *lengths {
	l := &lengths{in: newLognormal(in, cvIn, longestIn), out: newLognormal(out, cvOut, longestOut), hit: hit, context: mostContext}
	if context > 0 {
		l.context = int32(min(context, mostContext))
	}
	if hit > 0 {
		l.shared = make([]uint32, int(float64(l.context)*hit)/block)
		for i := range l.shared {
			l.shared[i] = uint32(i)
		}
	}
	return l
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

// draws returns those of a request.
func (l *lengths) draws(key uint64) (in, out float64) {
	if i := key - l.first; i < l.count {
		return l.inOf.at(i), l.outOf.at(i)
	}
	return l.draw.Uniform(2 * key), l.draw.Uniform(2*key + 1)
}

// Shared implements tokens.Sharing.
func (l *lengths) Shared() bool { return len(l.shared) > 0 }

// Tokens implements tokens.Columns. A request that is longer than the model's
// context is cut to it, its prompt first.
func (l *lengths) Tokens(_, _ uint32, key uint64) tokens.Request {
	u, v := l.draws(key)
	out := l.out.at(v, l.context-1)
	r := tokens.Request{Output: out, Input: l.in.at(u, l.context-out)}
	if n := int(l.hit*float64(r.Input)) / block; n > 0 {
		r.Blocks, r.Extent = l.shared[:n], block
	}
	return r
}
