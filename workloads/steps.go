package workloads

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Steps is the Poisson process whose rate changes at given times: a step of the load, a
// spike, a load test in stages. It is simulated by inversion, so that a change of its
// rates moves the arrivals and does not redraw them: arrival k is where the integral of
// the rate reaches the sum of k+1 unit exponentials.
type Steps struct {
	rate  float64 // per second, at times 1
	steps []Step  // the first is at 0
}

// Step is a rate from a time on.
type Step struct {
	At    sim.Time // ≥ 0
	Times float64  // of the process's rate, ≥ 0
}

type stepsSpec struct {
	Rate  spec.Rate  `toml:"rate" required:"true" help:"rate before the first step, above 0, at most 10M/s"`
	Steps []stepSpec `toml:"steps" required:"true" help:"one or more of { at, times }, in order: from that time on, counted from the start of the run, the rate is so many times the first; 0: nothing arrives"`
}

type stepSpec struct {
	At    spec.Duration `toml:"at" required:"true" help:"from this time on, above 0"`
	Times float64       `toml:"times" required:"true" help:"times the rate before the first step, 0 or more"`
}

func newStepsOf(s stepsSpec) (Process, error) {
	steps := make([]Step, len(s.Steps))
	for i, step := range s.Steps {
		steps[i] = Step{sim.Time(step.At), step.Times}
	}
	return NewSteps(float64(s.Rate), steps)
}

// maxSteps bounds the steps of a process.
const maxSteps = 10_000

// NewSteps returns the process of a rate per second, in (0, 10⁷], that is changed at
// times in (0, sim.Longest], which rise; no rate is more than 10⁷.
func NewSteps(rate float64, steps []Step) (Steps, error) {
	if err := checkRate("rate", rate); err != nil {
		return Steps{}, err
	}
	if len(steps) == 0 || len(steps) > maxSteps {
		return Steps{}, fmt.Errorf("%d steps, want 1 … %d", len(steps), maxSteps)
	}
	all := []Step{{0, 1}}
	for i, step := range steps {
		if before := all[i].At; step.At <= before || step.At > maxDuration {
			return Steps{}, fmt.Errorf("step %d is at %v, want it after %v and at most at %v", i+1, spec.Duration(step.At), spec.Duration(before), spec.Duration(maxDuration))
		}
		if !(step.Times >= 0 && step.Times*rate <= maxRate) {
			return Steps{}, fmt.Errorf("step %d is to %v times the rate, want 0 or more, and at most 10M/s", i+1, step.Times)
		}
		all = append(all, step)
	}
	return Steps{rate, all}, nil
}

// Rate returns the rate after the last step, which is the mean in the long run.
func (p Steps) Rate() float64 { return p.rate * p.steps[len(p.steps)-1].Times }

// Scaled returns the process at factor × all rates.
func (p Steps) Scaled(factor float64) Process {
	p.rate *= factor
	return p
}

// end returns where step i ends.
func (p Steps) end(i int) sim.Time {
	if i+1 < len(p.steps) {
		return p.steps[i+1].At
	}
	return math.MaxInt64
}

// Expected returns the integral of the rate over [0, horizon).
func (p Steps) Expected(horizon sim.Time) float64 {
	sum := 0.0
	for i, step := range p.steps {
		if step.At < horizon {
			sum += expected(p.rate*step.Times, min(horizon, p.end(i))-step.At)
		}
	}
	return sum
}

// Start returns the arrivals.
func (p Steps) Start(key sim.RunKey, function uint64) Generator {
	return &stepsGenerator{Steps: p, stream: sim.NewStream(key, sim.PurposeArrival, function)}
}

type stepsGenerator struct {
	Steps
	stream  sim.Stream
	ordinal uint64
	now     sim.Time
	step    int // that now is in
}

func (g *stepsGenerator) Fill(batch []sim.Invocation, horizon sim.Time) int {
	for i := range batch {
		g.advance(negLog1m(g.stream.Uniform(g.ordinal)))
		g.ordinal++
		if g.now >= horizon {
			return i
		}
		batch[i].Arrival = g.now
	}
	return len(batch)
}

// advance moves on to where the integral of the rate is larger by so much.
func (g *stepsGenerator) advance(more float64) {
	for {
		perNS := float64(g.rate*g.steps[g.step].Times) / 1e9
		end := g.end(g.step)
		if within := float64(perNS * float64(end-g.now)); more < within {
			g.now = min(g.now+toTime(more/perNS), end)
			return
		} else if g.step+1 == len(g.steps) {
			g.now = math.MaxInt64 // nothing arrives any more
			return
		} else {
			more = max(0, more-within)
		}
		g.step, g.now = g.step+1, end
	}
}
