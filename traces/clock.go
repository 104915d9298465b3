package traces

import (
	"math"
	"time"

	"github.com/coldcurve/coldcurve/sim"
)

// clock is when a trace's time 0 was, where the trace says so.
type clock struct {
	known bool
	epoch sim.Time // ns since 1970-01-01T00:00:00Z
}

// epochMost is the latest epoch: ten years later is a Unix time in ns, too.
const epochMost = math.MaxInt64 - sim.Longest

// clockOf returns the clock that the first arrival of rows tells. One that is ten
// years or more cannot be counted from the start of a trace, since none lasts so
// long: it and all after it are Unix times, and the first one becomes time 0.
func clockOf(first sim.Time) clock {
	if first < sim.Longest {
		return clock{}
	}
	return clock{true, first}
}

// after returns the clock of what begins so much later.
func (c clock) after(start sim.Time) clock {
	if c.known {
		c.epoch += start
	}
	return c
}

// String returns time 0 as RFC 3339, in UTC.
func (c clock) String() string { return c.time().Format(time.RFC3339Nano) }

func (c clock) time() time.Time { return time.Unix(0, c.epoch).UTC() }

// Epoch returns when time 0 of what is replayed was, in UTC. ok is false for a
// trace without a clock: one whose times are counted from its start.
func (t *Trace) Epoch() (epoch time.Time, ok bool) { return t.clock.time(), t.clock.known }
