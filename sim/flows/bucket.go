package flows

import "github.com/coldcurve/coldcurve/sim"

// tokens is a token bucket's state. It is when the bucket will be full again, so that
// none is filled between its uses (virtual scheduling, ITU-T I.371's GCRA).
type tokens struct {
	each  float64 // ns until one more
	burst float64
	full  float64 // when it is full
	asked demand
}

func newTokens(b *Bucket) tokens {
	return tokens{each: float64(sim.Second) / b.Rate, burst: max(1, b.Burst)}
}

// when is when n tokens will be there, now or later. More than it holds come when it is full.
func (t *tokens) when(now sim.Time, n int64) sim.Time {
	at := t.full - max(0, t.burst-float64(n))*t.each
	if at <= float64(now) {
		return now
	}
	return sim.Time(at) + 1
}

// reserve takes n tokens as soon as they are there, after those that were reserved
// before, and returns when that is.
func (t *tokens) reserve(now sim.Time, n int64) sim.Time {
	t.asked.add(now, n)
	at := t.when(now, n)
	t.full = max(t.full, float64(now)) + float64(n)*t.each
	return at
}

// take takes n tokens, if they are there.
func (t *tokens) take(now sim.Time, n int64) bool {
	t.asked.add(now, n)
	if t.when(now, n) > now {
		return false
	}
	t.full = max(t.full, float64(now)) + float64(n)*t.each
	return true
}
