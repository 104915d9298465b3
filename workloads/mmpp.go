package workloads

import (
	"errors"
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// MMPP is the Markov-modulated Poisson process: Poisson at the rate of the
// present state of a continuous-time Markov chain, which starts in its
// stationary distribution. The simulation is exact: arrival k is where the
// rate, integrated over the path of the chain, reaches the sum of k+1 unit
// exponentials.
type MMPP struct {
	states  []mmppState
	start   []float64 // cumulative stationary probabilities
	factor  float64   // of all rates
	average float64   // rate per second, at factor 1
}

type mmppState struct {
	rate    float64   // per ns
	sojourn float64   // mean, ns
	next    []float64 // cumulative probabilities of the state after it
}

// MMPPState is a state of an MMPP.
type MMPPState struct {
	Rate    float64   // arrivals per second, in [0, 10⁷]
	Sojourn sim.Time  // mean of its exponential duration, ≥ 1 ms
	Next    []float64 // weights of the states after it, 0 for itself; nil: all others alike
}

type mmppSpec struct {
	States []mmppStateSpec `toml:"states" required:"true" help:"two or more of { rate, sojourn, next }: rate, mean duration, and, where there are more than two, the weights of the states after it (default: all others alike)"`
}

type mmppStateSpec struct {
	Rate    spec.Rate     `toml:"rate" required:"true" help:"rate in this state, 0 … 10M/s"`
	Sojourn spec.Duration `toml:"sojourn" required:"true" help:"mean of the exponential duration of a stay, at least 1 ms"`
	Next    []float64     `toml:"next" help:"weights of the states after it, 0 for itself"`
}

func newMMPPOf(s mmppSpec) (Process, error) {
	states := make([]MMPPState, len(s.States))
	for i, state := range s.States {
		states[i] = MMPPState{float64(state.Rate), sim.Time(state.Sojourn), state.Next}
	}
	return NewMMPP(states)
}

// NewMMPP returns the process of two to 64 states. Every state must be
// reachable from every other, and some rate be above 0.
func NewMMPP(states []MMPPState) (MMPP, error) {
	if len(states) < 2 || len(states) > 64 {
		return MMPP{}, fmt.Errorf("%d states, want 2 … 64", len(states))
	}
	m := MMPP{factor: 1}
	jumps := make([][]float64, len(states))
	for i, s := range states {
		next, err := s.check(i, len(states))
		if err != nil {
			return MMPP{}, fmt.Errorf("state %d: %w", i+1, err)
		}
		jumps[i] = next
		m.states = append(m.states, mmppState{s.Rate / 1e9, float64(s.Sojourn), cumulative(next)})
	}
	if !irreducible(jumps) {
		return MMPP{}, errors.New("some state cannot be reached from some other, want every one to be")
	}
	share := stationary(jumps)
	total := 0.0
	for i, s := range states {
		share[i] *= float64(s.Sojourn)
		total += share[i]
	}
	for i, s := range states {
		share[i] /= total
		m.average += float64(share[i] * s.Rate)
	}
	if m.average == 0 {
		return MMPP{}, errors.New("all rates are 0, want one above 0")
	}
	m.start = cumulative(share)
	return m, nil
}

// check returns the jump probabilities of state i of n.
func (s MMPPState) check(i, n int) ([]float64, error) {
	if s.Rate != 0 {
		if err := checkRate("rate", s.Rate); err != nil {
			return nil, err
		}
	}
	if s.Sojourn < sim.Millisecond || s.Sojourn > maxDuration {
		return nil, fmt.Errorf("sojourn is %v, want 1 ms … %v", spec.Duration(s.Sojourn), spec.Duration(maxDuration))
	}
	if s.Next == nil {
		return evenly(i, n), nil
	}
	return s.weights(i, n)
}

// evenly returns jump probabilities from state i to all others of n alike.
func evenly(i, n int) []float64 {
	next := make([]float64, n)
	for j := range next {
		next[j] = 1 / float64(n-1)
	}
	next[i] = 0
	return next
}

// weights returns jump probabilities in the proportion of Next.
func (s MMPPState) weights(i, n int) ([]float64, error) {
	if len(s.Next) != n {
		return nil, fmt.Errorf("%d weights in next, want one a state, %d", len(s.Next), n)
	}
	if s.Next[i] != 0 {
		return nil, fmt.Errorf("the weight of itself in next is %v, want 0", s.Next[i])
	}
	total := 0.0
	for j, w := range s.Next {
		if err := within(fmt.Sprintf("weight %d in next", j+1), w, 0, 1e9); err != nil {
			return nil, err
		}
		total += w
	}
	if total == 0 {
		return nil, errors.New("all weights in next are 0, want one above 0")
	}
	next := make([]float64, n)
	for j, w := range s.Next {
		next[j] = w / total
	}
	return next, nil
}

// Rate returns the mean rate per second, over the stationary distribution.
func (m MMPP) Rate() float64 { return m.average * m.factor }

// Scaled returns the process with all rates × factor; the sojourns stay.
func (m MMPP) Scaled(factor float64) Process {
	m.factor *= factor
	return m
}

// Expected returns rate × horizon.
func (m MMPP) Expected(horizon sim.Time) float64 { return expected(m.Rate(), horizon) }

// Start returns the arrivals. Of the stream of states, uniform 0 picks the
// first; stay j is the quantile of uniform 2j+1, and 2j+2 picks what follows it.
func (m MMPP) Start(key sim.RunKey, function uint64) Generator {
	g := &mmppGenerator{
		states: m.states,
		factor: m.factor,
		draws:  sim.NewStream(key, sim.PurposeArrival, function),
		path:   sim.NewStream(key, sim.PurposeState, function),
	}
	g.enter(pick(m.start, g.path.Uniform(0)))
	return g
}

type mmppGenerator struct {
	states  []mmppState
	factor  float64
	draws   sim.Stream
	path    sim.Stream
	ordinal uint64
	stay    uint64 // its ordinal
	state   int
	rate    float64  // of the state, per ns
	from    sim.Time // when the stay began
	length  sim.Time // of the stay
	at      float64  // ns since from
}

// enter begins stay g.stay in a state, at g.from.
func (g *mmppGenerator) enter(state int) {
	s := &g.states[state]
	g.state, g.at = state, 0
	g.rate = float64(s.rate * g.factor)
	g.length = toTime(float64(s.sojourn * negLog1m(g.path.Uniform(2*g.stay+1))))
}

// leave ends the present stay.
func (g *mmppGenerator) leave() {
	g.from += g.length
	next := pick(g.states[g.state].next, g.path.Uniform(2*g.stay+2))
	g.stay++
	g.enter(next)
}

func (g *mmppGenerator) Fill(batch []sim.Invocation, horizon sim.Time) int {
	for i := range batch {
		need := negLog1m(g.draws.Uniform(g.ordinal)) // integrated rate to the next arrival
		g.ordinal++
		for {
			left := float64(g.rate * (float64(g.length) - g.at))
			if need <= left && g.rate > 0 {
				break
			}
			need -= left
			g.leave()
			if g.from >= horizon {
				return i
			}
		}
		g.at = min(g.at+need/g.rate, float64(g.length))
		now := g.from + min(toTime(g.at), g.length)
		if now >= horizon {
			return i
		}
		batch[i].Arrival = now
	}
	return len(batch)
}
