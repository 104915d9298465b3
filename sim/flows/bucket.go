package flows

import "github.com/coldcurve/coldcurve/sim"

// tokens is a token bucket's state. It is when the bucket will be full again, so that
// none is filled between its uses (virtual scheduling, ITU-T I.371's GCRA).
type tokens struct {
	each  float64 // ns until one more
	burst float64
	full  float64  // when it is full
	long  sim.Time // see Bucket.Stretch; 0: there is no bucket
	asked demand
}

func newTokens(b *Bucket) tokens {
	return tokens{each: float64(sim.Second) / b.Rate, burst: max(1, b.Burst), long: b.Stretch()}
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
	at := t.when(now, n)
	t.asks(now, n, at > now)
	t.full = max(t.full, float64(now)) + float64(n)*t.each
	return at
}

// take takes n tokens, if they are there.
func (t *tokens) take(now sim.Time, n int64) bool {
	held := t.when(now, n) > now
	t.asks(now, n, held)
	if !held {
		t.full = max(t.full, float64(now)) + float64(n)*t.each
	}
	return !held
}

// asks counts n that are asked for, and whether the bucket holds them back.
func (t *tokens) asks(now sim.Time, n int64, held bool) {
	if t.long == 0 {
		return
	}
	t.asked.add(now, n, t.long)
	if held {
		t.asked.hold(now, n)
	}
}
