package applications

import (
	"math/bits"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// mostDrain bounds the drain that the file does not give: what is tried again for longer is
// in flight.
const mostDrain = sim.Day

// drain is how long messages are waited for after the horizon: the longest timeout of
// a function, a flow, a queue's visibility or a step, or, where that is longer, until what
// all triggers, one after the other, try again a number of times has been tried so often.
func (c *compiler) drain() sim.Time {
	if c.file.Drain != nil {
		return sim.Time(*c.file.Drain)
	}
	longest := sim.Time(0)
	for i := range c.g.Functions {
		longest = max(longest, c.g.Functions[i].Timeout)
	}
	for i := range c.file.Flows { // what the file states: an engine's own may be a year
		longest = max(longest, sim.Time(c.file.Flows[i].Timeout))
	}
	for i := range c.g.Steps {
		longest = max(longest, c.g.Steps[i].Timeout)
	}
	again := sim.Time(0)
	for i := range c.g.Triggers {
		t := &c.g.Triggers[i]
		if t.Queue != nil {
			longest = max(longest, t.Queue.Visibility)
		}
		again += min(mostDrain, c.redeliveries(t)) // no sum of a day each overflows
	}
	return max(longest, min(mostDrain, again))
}

// redeliveries is how long what comes to a trigger may take where each try fails, and only
// so many are made; 0 where it is tried again until it is too old, or not at all.
func (c *compiler) redeliveries(t *flows.Trigger) sim.Time {
	try := sim.Time(0)
	switch s := t.Start; {
	case s.Function != flows.None:
		try = c.g.Functions[s.Function].Timeout
	case s.Flow != flows.None:
		try = sim.Time(c.file.Flows[s.Flow].Timeout)
	}
	switch q, s, a := t.Queue, t.Stream, t.Async; {
	case q != nil && q.Receives > 0:
		hidden := repeated(q.Visibility, q.Receives)
		if q.Again != nil {
			hidden = tries(q.Receives, try, func(n int) sim.Time { return q.Again.Wait(n, longestWait) })
		}
		return min(mostDrain, q.Delay+q.Window) + hidden
	case s != nil && s.Retries >= 0:
		all := tries(s.Retries+1, try, func(n int) sim.Time {
			if s.Backoff == nil {
				return s.Poll
			}
			return s.Backoff.Wait(n, longestWait)
		})
		if s.Bisect { // each half is tried as often
			all = repeated(all, 1+bits.Len(uint(s.Batch-1)))
		}
		return min(mostDrain, s.Window) + all
	case a != nil && len(a.After) > 0:
		return tries(a.Retries+1, try, func(n int) sim.Time { return a.After[min(n, len(a.After)-1)] })
	}
	return 0
}

// tries is how long n tries take with what is waited between two of them, by how many were
// before; mostDrain where that is longer.
func tries(n int, try sim.Time, wait func(int) sim.Time) sim.Time {
	all := sim.Time(0)
	for k := range n {
		if all += min(mostDrain, try); k < n-1 {
			all += min(mostDrain, max(0, wait(k)))
		}
		if all >= mostDrain {
			return mostDrain
		}
	}
	return all
}

// repeated is n times t, or mostDrain where that is longer.
func repeated(t sim.Time, n int) sim.Time {
	if n > 0 && t > mostDrain/sim.Time(n) {
		return mostDrain
	}
	return t * sim.Time(n)
}

func longestWait(int) float64 { return 1 }
