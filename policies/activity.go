package policies

import (
	"math/bits"

	"github.com/coldcurve/coldcurve/sim"
)

// activity is in which minutes a function was invoked, and how often: what policies that
// train on days of history keep of it. A minute is a minute of the run, from 0.
type activity struct{ minutes []activeMinute }

type activeMinute struct {
	at    int32
	count uint32
}

// minuteOf returns the minute of a time.
func minuteOf(now sim.Time) int { return int(now / sim.Minute) }

// startOf returns the time at which a minute begins; 0 before the run.
func startOf(minute int) sim.Time { return sim.Time(max(0, minute)) * sim.Minute }

// add counts an invocation, in the last minute or later, and reports whether it is the
// first of its minute.
func (a *activity) add(minute int) bool {
	if n := len(a.minutes); n > 0 && a.minutes[n-1].at == int32(minute) {
		a.minutes[n-1].count++
		return false
	}
	a.minutes = append(a.minutes, activeMinute{int32(minute), 1})
	return true
}

// last returns the last minute with an invocation; −1 where there is none.
func (a *activity) last() int {
	if len(a.minutes) == 0 {
		return -1
	}
	return int(a.minutes[len(a.minutes)-1].at)
}

// within returns the active minutes of [from, to).
func (a *activity) within(from, to int) []activeMinute {
	lo, hi := 0, len(a.minutes)
	for lo < hi && int(a.minutes[lo].at) < from {
		lo++
	}
	for hi > lo && int(a.minutes[hi-1].at) >= to {
		hi--
	}
	return a.minutes[lo:hi]
}

// runs are the stretches of consecutive minutes of [from, to) without an invocation,
// those at the edges too, and with: their lengths, in order; of the active ones how often
// the function was invoked in each.
type runs struct {
	idle, active, invocations []int
	endsIdle                  bool // the last minute is
}

func (a *activity) runs(from, to int) runs {
	var r runs
	next := from // the minute behind the last active one
	for k, m := range a.within(from, to) {
		at := int(m.at)
		if at > next {
			r.idle = append(r.idle, at-next)
		}
		if k == 0 || at > next {
			r.active, r.invocations = append(r.active, 0), append(r.invocations, 0)
		}
		r.active[len(r.active)-1]++
		r.invocations[len(r.invocations)-1] += int(m.count)
		next = at + 1
	}
	if r.endsIdle = to > next; r.endsIdle {
		r.idle = append(r.idle, to-next)
	}
	return r
}

// minuteSet is a set of minutes, one bit each.
type minuteSet []uint64

// set returns the active minutes of [from, to), counted from from.
func (a *activity) set(from, to int) minuteSet {
	s := make(minuteSet, (max(0, to-from)+63)/64)
	for _, m := range a.within(from, to) {
		k := int(m.at) - from
		s[k/64] |= 1 << (k % 64)
	}
	return s
}

func (s minuteSet) has(minute int) bool {
	return minute >= 0 && minute/64 < len(s) && s[minute/64]>>(minute%64)&1 == 1
}

func (s minuteSet) len() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// common returns how many minutes are in both, those of the other moved back by a lag in
// [0, 63]: how often something happened in o that many minutes after it had in s.
func (s minuteSet) common(o minuteSet, lag int) int {
	n := 0
	for k, w := range s {
		moved := o[k] >> lag
		if lag > 0 && k+1 < len(o) {
			moved |= o[k+1] << (64 - lag)
		}
		n += bits.OnesCount64(w & moved)
	}
	return n
}

// from returns how many of its minutes are not before one.
func (s minuteSet) from(minute int) int {
	n := 0
	for k := minute / 64; k < len(s); k++ {
		w := s[k]
		if k == minute/64 {
			w &^= 1<<(minute%64) - 1
		}
		n += bits.OnesCount64(w)
	}
	return n
}

// until returns how many of its minutes are before one.
func (s minuteSet) until(minute int) int { return s.len() - s.from(minute) }
