package flows

import "github.com/coldcurve/coldcurve/sim"

// purpose separates the variates of a key.
type purpose uint8

const (
	drawService purpose = iota
	drawRecord
	drawError
	drawInput
	drawOutput
	drawGap
	drawStart
	drawState
	drawFanOut
	drawChoice
	drawWait
	drawItems
	drawJitter
	drawHop
	drawLatency
	drawStoreError
	drawProbability
	drawKey
	drawSize
	drawDuplicate
	drawMatch
	drawCallback
	drawAnswer
	drawRoute
	drawHit
	drawOutage
	drawOverhead
	drawAuthorizer
	drawDelivery
	drawCount
	drawPoison
	numPurposes
)

// draws are the streams of an application, by purpose.
type draws [numPurposes]sim.Stream

func newDraws(key sim.RunKey) draws {
	var d draws
	for p := range d {
		d[p] = sim.NewStream(key, sim.PurposeFlow, uint64(p))
	}
	return d
}

// uniform is the variate of a key for a purpose, at an attempt.
func (a *actor) uniform(p purpose, key uint64, attempt uint16) float64 {
	return a.draws[p].Attempt(uint64(attempt)).Uniform(key)
}

// draw draws a duration, at most sim.Longest; none of nil.
func (a *actor) draw(d Delay, p purpose, key uint64, attempt uint16) sim.Time {
	if d == nil {
		return 0
	}
	return min(max(0, d.Sample(a.uniform(p, key, attempt))), sim.Longest)
}

// delay draws a duration that the kernel is not told of by itself, and counts one at the
// bound.
func (a *actor) delay(d Delay, p purpose, key uint64, attempt uint16) sim.Time {
	return a.counted(a.draw(d, p, key, attempt))
}

// counted counts a duration that is at the bound of all of them.
func (a *actor) counted(t sim.Time) sim.Time {
	if t >= sim.Longest {
		a.counts.clamped++
	}
	return t
}

// bounded is a duration that was calculated, at most sim.Longest.
func bounded(t float64) sim.Time { return sim.Time(min(t, float64(sim.Longest))) }

// bytes draws a size; of nil it is what came before.
func (a *actor) bytes(b Bytes, before int64, p purpose, key uint64) int64 {
	if b == nil {
		return before
	}
	return max(0, b.Sample(a.uniform(p, key, 0)))
}
