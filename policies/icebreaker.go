package policies

import (
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// IceBreaker is the policy of Roy et al. (ASPLOS 2022), on servers of one kind: at the end of
// each interval it forecasts the concurrency of the next by the Fourier transform of those
// so far (FFTForecast has how), and that many instances are warm in it, where the utility
//
//	S = (Tₙ + (1 − Fₚ) + (1 − Iₛ) + (1 − Mᵣ)) ÷ 4
//
// is not below the threshold. Tₙ and Fₚ are the parts of the intervals so far in which there
// was more concurrency than forecast, and less; Mᵣ is the memory of an instance against the
// largest of all functions (so that whoever brings a large function lets all others be warm
// sooner); Iₛ is how much faster servers of the one kind are than those of
// the other, which is 0 here. That the notes' rate of true negatives, Tₙ, is this part is a
// reading of them. A forecast that is always right has S = 0.5 for the largest function, which
// is the default threshold, so that it is warm. Whatever is not warm for the next interval goes
// at its start.
//
// The paper has two thresholds, above one of which a function is warm on fast servers, and
// between them on slow ones. Left out is that, and what it takes: that services and starts on
// a node of one type are slower than on another's, which types of nodes here are not; that
// what stands by asks for a type; and where a request goes that finds a warm instance on a
// slow node and none on a fast one, which the notes do not say. Nor is what keeps a
// function from going to and fro between the kinds: a window and a threshold of changes, of
// which the notes have no number. Below the one threshold here nothing is warm.
//
// The concurrency of an interval is the most requests in flight as one of its requests
// arrives; where none does, 0. A forecast below At is none.
type IceBreaker struct {
	Every     spec.Duration `toml:"every" default:"1m" help:"the interval that is forecast"`
	Harmonics int           `toml:"harmonics" default:"10" help:"frequencies above 0 that are kept, 1 to 5000"`
	Window    int           `toml:"window" default:"504" unit:"intervals" help:"the last intervals that are transformed, 2 to 10000"`
	At        float64       `toml:"at" default:"0.5" unit:"instances" help:"the least forecast by which an instance is warm, ≥ 0"`
	Threshold float64       `toml:"threshold" default:"0.5" unit:"ratio" help:"the least utility at which instances are warm, 0 to 1"`
}

// About describes the policy.
func (IceBreaker) About() Entry {
	return Entry{
		Name: "icebreaker", Help: "as many instances are warm in the next minute as a Fourier transform forecasts, where that has a use (ASPLOS'22, servers of one kind)", Control: Operator,
		Source: "Roy et al., IceBreaker, ASPLOS 2022: utility from a reader's notes [S]; linear trend and 21 bins from FeMux's code of it [V], where the paper's trend is quadratic [S]; window: FeMux's [V]; threshold, least forecast and the one-kind reduction [M]",
	}
}

// Check refuses what is out of range.
func (p IceBreaker) Check(n *spec.Node) error {
	if err := checkPeriods(n, named[spec.Duration]{"every", p.Every}); err != nil {
		return err
	}
	if p.Harmonics < 1 || p.Harmonics > maxWindow/2 {
		return at(n, "harmonics").Errorf("found %d, want 1 to %d frequencies", p.Harmonics, maxWindow/2)
	}
	if err := checkWindow(n, p.Window); err != nil {
		return err
	}
	if !(p.At >= 0) {
		return at(n, "at").Errorf("found %v, want ≥ 0", p.At)
	}
	return checkParts(n, named[float64]{"threshold", p.Threshold})
}

// Scope is the deployment.
func (IceBreaker) Scope() sim.Scope { return sim.ScopeDeployment }

// New returns the policy of a deployment.
func (p IceBreaker) New(g sim.Group) sim.KeepAlive {
	largest := int64(1)
	for _, f := range g.All {
		largest = max(largest, f.Memory)
	}
	memory := min(1, float64(g.Memory)/float64(largest))
	return &icebreaker{IceBreaker: p, id: first32(g.Functions), memory: memory, model: newFourier(p.Harmonics, p.Window), next: sim.Time(p.Every)}
}

// first32 returns the first of a deployment's functions; 0 where it has none.
func first32(functions []uint32) uint32 {
	if len(functions) == 0 {
		return 0
	}
	return functions[0]
}

// icebreaker is the state of a deployment.
type icebreaker struct {
	IceBreaker
	id     uint32
	memory float64 // Mᵣ
	model  *fourier
	next   sim.Time // end of the interval
	peak   int      // concurrency of the interval

	forecast        int // of the interval
	intervals       int // that had a forecast
	tooFew, tooMany int // of them
}

var _ sim.PlanningKeepAlive = (*icebreaker)(nil)

// Arrived notes the concurrency.
func (b *icebreaker) Arrived(v sim.View, _ sim.Time) { b.peak = max(b.peak, v.InFlight()+1) }

// Idle keeps an instance until the next decision.
func (b *icebreaker) Idle(_ sim.View, _ sim.Instance, now sim.Time) sim.Decision {
	return sim.Decision{Until: b.untilAsked(now)}
}

// untilAsked returns a time just behind the next decision, which finds who is there.
func (b *icebreaker) untilAsked(now sim.Time) sim.Time {
	return after(nextTick(now, sim.Time(b.Every)), 1)
}

// Next returns the end of the interval.
func (b *icebreaker) Next() sim.Time { return b.next }

// StandBy has as many warm as are forecast.
func (b *icebreaker) StandBy(_ sim.View, now sim.Time, wanted []sim.Standby) []sim.Standby {
	b.next = nextTick(now, sim.Time(b.Every))
	if len(b.model.xs) > 0 {
		b.intervals++
		switch {
		case b.peak > b.forecast:
			b.tooFew++
		case b.peak < b.forecast:
			b.tooMany++
		}
	}
	b.model.add(float64(b.peak))
	b.peak, b.forecast = 0, 0
	if x := b.model.next(); x >= b.At && x > 0 {
		b.forecast = whole(min(x, math.MaxInt16))
	}
	if b.forecast > 0 && b.utility() >= b.Threshold {
		wanted = append(wanted, sim.Standby{Function: b.id, Instances: b.forecast, Until: b.untilAsked(now)})
	}
	return wanted
}

// utility returns S, where servers are of one kind.
func (b *icebreaker) utility() float64 {
	few, many := 0.0, 0.0
	if b.intervals > 0 {
		few, many = float64(b.tooFew)/float64(b.intervals), float64(b.tooMany)/float64(b.intervals)
	}
	return (few + (1 - many) + 1 + (1 - b.memory)) / 4
}
