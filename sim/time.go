package sim

import "math"

// Time is a virtual time or a duration in nanoseconds. Virtual times count
// from the start of the trace, which is 0.
type Time = int64

// Durations in nanoseconds.
const (
	Microsecond Time = 1_000
	Millisecond Time = 1_000_000
	Second      Time = 1_000_000_000
	Minute      Time = 60 * Second
	Hour        Time = 60 * Minute
	Day         Time = 24 * Hour
)

// Longest is the bound of a run and of every duration in it: ten years, whichever
// they are (3,653 days have three leap days). A horizon or a duration that is given
// and is longer is refused; what a distribution draws beyond is taken as this long
// and counted, see Summary.Clamped.
const Longest = 3_653 * Day

// Monday is when a workload without a clock of its own begins, as a Unix time:
// 2024-01-01T00:00:00Z, a Monday.
const Monday = 1_704_067_200 * Second

// Never is later than every event of a run.
const Never Time = math.MaxInt64

// Window is the measured part of a run: [Warmup, Horizon). Invocations that
// arrive in it are the cohort; what arrives before it is simulated and not
// measured, and no source's arrives after it. What an actor makes may say
// otherwise of itself: see Counts.
type Window struct {
	Warmup  Time
	Horizon Time
}

// Contains reports whether t lies in the window.
func (w Window) Contains(t Time) bool { return t >= w.Warmup && t < w.Horizon }

// Clip returns the length of the part of [from, to) that lies in the window.
func (w Window) Clip(from, to Time) Time {
	return max(0, min(to, w.Horizon)-max(from, w.Warmup))
}

// Length returns the length of the window.
func (w Window) Length() Time { return w.Horizon - w.Warmup }

// after returns the time d after at, Never where that is past all times: what
// queues behind requests of centuries gets there.
func after(at, d Time) Time {
	if d > Never-at {
		return Never
	}
	return at + d
}
