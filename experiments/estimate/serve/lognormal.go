package serve

import "math"

// lognormal is a distribution of numbers of tokens: lognormal, with what lies below least
// or above most moved to there, and with the mean that was asked for.
type lognormal struct {
	mean, most float64
	alike      bool // all are of the mean
	mu, sigma  float64
	// Parts of the distribution at least and below most, and e^(μ+σ²/2) with Φ(z − σ) at both.
	first, last  float64
	scale        float64
	lower, upper float64
}

// least is how many tokens a prompt or an answer has at least.
const least = 1

// newLognormal returns the distribution of a mean whose σ is that of a standard deviation
// ÷ mean before it is cut: μ is halved towards where the mean after the cut is the one asked
// for. A most that leaves nothing above the mean leaves no spread either.
func newLognormal(mean, cv, most float64) lognormal {
	s := sigma(cv)
	if s == 0 || most <= mean || mean <= least {
		return lognormal{mean: mean, most: most, alike: true}
	}
	const farthest = 38 // standard deviations, beyond which Φ is 0 or 1
	low, high := math.Log(least)-farthest*s, math.Log(most)+farthest*s
	for range 100 {
		mu := (low + high) / 2
		if l := cutAt(mean, most, mu, s); l.below(1) < mean {
			low = mu
		} else {
			high = mu
		}
	}
	return cutAt(mean, most, low, s)
}

func cutAt(mean, most, mu, s float64) lognormal {
	from, to := (math.Log(least)-mu)/s, (math.Log(most)-mu)/s
	return lognormal{
		mean: mean, most: most, mu: mu, sigma: s, first: cumulative(from), last: cumulative(to),
		scale: math.Exp(mu + s*s/2), lower: cumulative(from - s), upper: cumulative(to - s),
	}
}

// at is the quantile of u.
func (l *lognormal) at(u float64) float64 {
	if l.alike {
		return l.mean
	}
	return min(max(math.Exp(l.mu+l.sigma*normal(u)), least), l.most)
}

// below is the integral of the quantile from 0 to p: of n requests the shortest p·n have
// n times that many tokens. It is p·least up to where that ends, rises by most from where
// that begins, and between them is that of exp(μ + σz), with z the quantile of the standard
// normal: e^(μ+σ²/2)·Φ(z − σ) (Klugman, Panjer and Willmot, Loss Models, A.4.1.1).
func (l *lognormal) below(p float64) float64 {
	switch {
	case l.alike:
		return p * l.mean
	case p <= l.first:
		return least * p
	case p >= l.last:
		return least*l.first + l.scale*(l.upper-l.lower) + l.most*(p-l.last)
	}
	return least*l.first + l.scale*(cumulative(normal(p)-l.sigma)-l.lower)
}

// cv is the standard deviation ÷ mean after the cut.
func (l *lognormal) cv() float64 {
	if l.alike {
		return 0
	}
	from, to := (math.Log(least)-l.mu)/l.sigma, (math.Log(l.most)-l.mu)/l.sigma
	squares := least*least*l.first + l.most*l.most*(1-l.last) +
		math.Exp(2*l.mu+2*l.sigma*l.sigma)*(cumulative(to-2*l.sigma)-cumulative(from-2*l.sigma))
	return math.Sqrt(max(0, squares-l.mean*l.mean)) / l.mean
}

// part is how many tokens the k-th of n requests has, from the shortest, 0, on: the
// tokens of all up to it, rounded, less those of all before it. So n requests have n·mean
// tokens, rounded once, however few they are and however short.
func (l *lognormal) part(k, n uint64) int32 {
	return l.whole(l.upTo(k+1, n) - l.upTo(k, n))
}

// half rounds. It is no half, since where the longest are alike many sums lie just beside
// one, some above and some below.
const half = 0.500031

// upTo is how many tokens the first k of n requests have, from the shortest on.
func (l *lognormal) upTo(k, n uint64) float64 {
	return math.Floor(float64(n)*l.below(float64(k)/float64(n)) + half)
}

// whole is a number of tokens that a request can have.
func (l *lognormal) whole(x float64) int32 {
	return int32(max(least, min(math.Round(x), math.Ceil(l.most))))
}

// cumulative is Φ, the distribution function of the standard normal.
func cumulative(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// normal is the quantile function of the standard normal.
func normal(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }
