package flows

import (
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// tokens is the state of a token bucket, which is full at first.
type tokens struct {
	left float64
	at   sim.Time
}

// slack is below any token, and above what rounding loses of one.
const slack = 1e-6

// take takes n tokens, or none where there are fewer. What is more than a full bucket
// is let through by a full one, which is in debt then.
func (t *tokens) take(b *Bucket, n float64, now sim.Time) bool {
	t.left = min(b.Burst, t.left+float64(float64(now-t.at)*1e-9)*b.Rate)
	t.at = now
	if t.left+slack < min(n, b.Burst) {
		return false
	}
	t.left -= n
	return true
}

// partition is a limit's part for a key of records.
type partition struct {
	limit *Bucket
	key   int32
}

// allows takes n tokens of a limit, now; without a limit there is always one.
func (a *actor) allows(b *Bucket, n float64) bool {
	if b == nil {
		return true
	}
	t := a.buckets[b]
	if t == nil {
		t = &tokens{left: b.Burst, at: a.now}
		a.buckets[b] = t
	}
	return t.take(b, n, a.now)
}

// allowsKey takes n tokens of a key's part of a limit, now.
func (a *actor) allowsKey(b *Bucket, key int32, n float64) bool {
	if b == nil || key == None {
		return true
	}
	p := partition{b, key}
	t := a.partitions[p]
	if t == nil {
		t = &tokens{left: b.Burst, at: a.now}
		a.partitions[p] = t
	}
	return t.take(b, n, a.now)
}

// recordKey is which of its trigger's keys a record has; None where each has its own.
func (a *actor) recordKey(trigger int32, record uint64) int32 {
	if trigger == None || record == 0 || a.g.Triggers[trigger].Keys == nil {
		return None
	}
	popularity := a.g.Triggers[trigger].Keys.Popularity
	i, _ := slices.BinarySearch(popularity, a.uniform(drawKey, record, 0))
	return int32(min(i, len(popularity)-1))
}
