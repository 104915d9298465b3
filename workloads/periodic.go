package workloads

import (
	"errors"
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Periodic is a timer: arrival k, from 0, is at offset + k × every, plus a
// jitter that is uniform in [0, jitter) and independent for each.
type Periodic struct {
	every  float64 // ns, ≥ 1
	offset sim.Time
	random bool // a uniform offset in [0, every), drawn once a run
	jitter sim.Time
}

// RandomOffset as the offset of a periodic process draws it once a run,
// uniform in [0, every).
const RandomOffset sim.Time = -1

type periodicSpec struct {
	Every  *spec.Duration `toml:"every" help:"distance of the arrivals, above 0; or rate"`
	Rate   *spec.Rate     `toml:"rate" help:"its inverse; or every"`
	Offset offset         `toml:"offset" default:"0s" unit:"duration or random" help:"the first arrival; random: uniform in [0, every), once a function and replication"`
	Jitter spec.Duration  `toml:"jitter" default:"0s" help:"each arrival is late by uniform [0, jitter); at most every"`
}

// offset is a duration, or "random".
type offset sim.Time

// UnmarshalText reads an offset.
func (o *offset) UnmarshalText(b []byte) error {
	if string(b) == "random" {
		*o = offset(RandomOffset)
		return nil
	}
	var d spec.Duration
	if err := d.UnmarshalText(b); err != nil {
		return fmt.Errorf(`%w, or "random"`, err)
	}
	*o = offset(d)
	return nil
}

// NewPeriodic returns the periodic process with an arrival every so many
// nanoseconds, ≥ 100; an offset in [0, sim.Longest] or RandomOffset; a jitter in
// [0, every].
func NewPeriodic(every, offset, jitter sim.Time) (Periodic, error) {
	if err := positiveTime("every", every); err != nil {
		return Periodic{}, err
	}
	return newPeriodic(float64(every), offset, jitter)
}

func newPeriodic(every float64, offset, jitter sim.Time) (Periodic, error) {
	if err := checkRate("the rate", 1e9/every); err != nil {
		return Periodic{}, err
	}
	if offset != RandomOffset {
		if err := checkDuration("offset", offset); err != nil {
			return Periodic{}, err
		}
	}
	if jitter < 0 || float64(jitter) > every {
		return Periodic{}, fmt.Errorf("jitter is %v, want at most the distance of the arrivals, %v", spec.Duration(jitter), spec.Duration(every))
	}
	return Periodic{every, max(offset, 0), offset == RandomOffset, jitter}, nil
}

func newPeriodicOf(s periodicSpec) (Process, error) {
	switch {
	case s.Every != nil && s.Rate == nil:
		return NewPeriodic(sim.Time(*s.Every), sim.Time(s.Offset), sim.Time(s.Jitter))
	case s.Every == nil && s.Rate != nil:
		if err := checkRate("rate", float64(*s.Rate)); err != nil {
			return nil, err
		}
		return newPeriodic(gapOf(float64(*s.Rate)), sim.Time(s.Offset), sim.Time(s.Jitter))
	}
	return nil, errors.New("want either every or rate")
}

// Rate returns 1 ÷ every, per second.
func (p Periodic) Rate() float64 { return 1e9 / p.every }

// Scaled returns the process with every ÷ factor; offset and jitter stay.
func (p Periodic) Scaled(factor float64) Process {
	p.every /= factor
	return p
}

// Expected returns the number of arrivals before the horizon; its mean where
// the offset is random. Jitter is left out of account.
func (p Periodic) Expected(horizon sim.Time) float64 {
	if p.random {
		return float64(horizon) / p.every
	}
	return max(0, math.Ceil(float64(horizon-p.offset)/p.every))
}

// Start returns arrivals of which the k-th is late by the k-th uniform.
func (p Periodic) Start(key sim.RunKey, function uint64) Generator {
	g := &periodicGenerator{
		stream: sim.NewStream(key, sim.PurposeArrival, function),
		offset: p.offset,
		jitter: float64(p.jitter),
	}
	every := min(p.every, everyMost)
	whole := math.Floor(every)
	g.whole, g.part = sim.Time(whole), every-whole
	if p.random {
		u := sim.NewStream(key, sim.PurposeShape, function).Uniform(0)
		g.offset = sim.Time(float64(every * u))
	}
	return g
}

// everyMost bounds the distance of arrivals in nanoseconds, so that it is a
// sim.Time. A function with a small share of a rate has one far beyond any horizon,
// and a random offset in all of it: it arrives at all as seldom as it should.
const everyMost = 1 << 62

// periodicGenerator keeps the whole nanoseconds of the distance apart from the
// rest, so that nothing drifts however long it runs.
type periodicGenerator struct {
	stream  sim.Stream
	offset  sim.Time
	whole   sim.Time
	part    float64 // of a nanosecond, [0, 1)
	jitter  float64
	ordinal uint64
}

func (g *periodicGenerator) Fill(batch []sim.Invocation, horizon sim.Time) int {
	for i := range batch {
		k := g.ordinal
		if g.offset >= horizon || k > uint64(horizon-g.offset)/uint64(g.whole) {
			return i
		}
		at := g.offset + sim.Time(k)*g.whole + sim.Time(float64(float64(k)*g.part)+0.5)
		if at >= horizon {
			return i
		}
		if at += sim.Time(float64(g.jitter * g.stream.Uniform(k))); at >= horizon {
			return i
		}
		batch[i].Arrival = at
		g.ordinal++
	}
	return len(batch)
}
