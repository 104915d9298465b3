package lifetimes

import (
	"errors"
	"math"
	"slices"
)

// Fit are the distributions that a log makes most likely.
type Fit struct {
	Idle, Age     Steps
	Lives         int     // instances of the log
	Gaps          int     // idle gaps that were survived
	Gone          int     // instances of known age that are known to have gone
	Censored      int     // … that are not
	Unknown       int     // that were there before the log
	IdleDeaths    float64 // of those that have gone, how many are expected to by their idle time
	LogLikelihood float64
	Steps         int // of the maximisation
}

// mostSteps bounds the maximisation; enough is a change of the logarithm of the likelihood
// that tells nothing.
const (
	mostSteps = 20_000
	enough    = 1e-9
)

// Run fits both distributions.
func (l *Log) Run() (*Fit, error) {
	lives := l.lives()
	f := &Fit{Lives: len(lives)}
	var risky []life
	var gaps []float64
	for _, x := range lives {
		gaps = append(gaps, x.gaps...)
		switch {
		case !x.known:
			f.Unknown++
			continue
		case x.gone:
			f.Gone++
		default:
			f.Censored++
		}
		risky = append(risky, x)
	}
	f.Gaps = len(gaps)
	if f.Gone == 0 {
		return nil, errors.New("found no instance that is known to have gone (of those that began with a cold start, none was idle at a later one), expected some: such a log says only that instances are kept for longer than it shows")
	}
	m := newModel(gaps, risky)
	for was := math.Inf(-1); f.Steps < mostSteps; f.Steps++ {
		f.LogLikelihood, f.IdleDeaths = m.step()
		if f.LogLikelihood-was < enough {
			break
		}
		was = f.LogLikelihood
	}
	survivedIdle, survivedAge := gaps, []float64(nil)
	for _, x := range risky {
		survivedAge = append(survivedAge, x.age)
	}
	f.Idle, f.Age = m.idle.steps(survivedIdle), m.age.steps(survivedAge)
	return f, nil
}

// model are the two distributions as they are now.
type model struct {
	idle, age mass
	gaps      []int // how many survived gaps have their first place of mass beyond them there
	lives     []place
}

// place is where a life stands among the places of mass: the first beyond each time.
type place struct {
	age, goneAge, idle int
	gone               bool
}

// mass is a distribution on the ends of intervals, and behind them, on all that is longer.
type mass struct {
	at   []float64
	p    []float64 // one more than at
	next []float64 // what the step has gathered
}

func newMass(ends []float64) mass {
	slices.Sort(ends)
	m := mass{at: slices.Compact(ends)}
	m.p, m.next = make([]float64, len(m.at)+1), make([]float64, len(m.at)+1)
	for i := range m.p {
		m.p[i] = 1 / float64(len(m.p))
	}
	return m
}

// beyond is the first place of mass that is longer than x.
func (m *mass) beyond(x float64) int {
	i, found := slices.BinarySearch(m.at, x)
	if found {
		i++
	}
	return i
}

// tail is the mass from a place on.
func (m *mass) tail(i int) (sum float64) {
	for _, p := range m.p[i:] {
		sum += p
	}
	return sum
}

// gather adds to the places from i to before j their part of so much.
func (m *mass) gather(i, j int, much float64) {
	for k := i; k < j; k++ {
		m.next[k] += m.p[k] * much
	}
}

// settle takes what was gathered as the distribution.
func (m *mass) settle() {
	sum := 0.0
	for _, x := range m.next {
		sum += x
	}
	for i, x := range m.next {
		m.p[i], m.next[i] = x/sum, 0
	}
}

func newModel(gaps []float64, lives []life) *model {
	var idle, age []float64
	for _, x := range lives {
		if x.gone {
			idle, age = append(idle, x.idle), append(age, x.goneAge)
		}
	}
	m := &model{idle: newMass(idle), age: newMass(age)}
	m.gaps = make([]int, len(m.idle.p))
	for _, g := range gaps {
		m.gaps[m.idle.beyond(g)]++
	}
	for _, x := range lives {
		m.lives = append(m.lives, place{m.age.beyond(x.age), m.age.beyond(x.goneAge), m.idle.beyond(x.idle), x.gone})
	}
	return m
}

// step makes the likelihood larger. It returns its logarithm before, and how many
// instances are expected to have gone by their idle time.
func (m *model) step() (logLikelihood, byIdle float64) {
	tails := make([]float64, len(m.idle.p))
	for i := range tails {
		tails[i] = m.idle.tail(i)
	}
	for i, n := range m.gaps {
		if n > 0 {
			logLikelihood += float64(n) * math.Log(tails[i])
			m.idle.gather(i, len(m.idle.p), float64(n)/tails[i])
		}
	}
	for _, x := range m.lives {
		older := m.age.tail(x.age)
		if !x.gone {
			logLikelihood += math.Log(older)
			m.age.gather(x.age, len(m.age.p), 1/older)
			continue
		}
		longer, olderThen := tails[x.idle], m.age.tail(x.goneAge)
		all := older - longer*olderThen
		logLikelihood += math.Log(all)
		byIdle += (1 - longer) * older / all
		m.idle.gather(0, x.idle, older/all)
		m.idle.gather(x.idle, len(m.idle.p), (older-olderThen)/all)
		m.age.gather(x.age, x.goneAge, 1/all)
		m.age.gather(x.goneAge, len(m.age.p), (1-longer)/all)
	}
	m.idle.settle()
	m.age.settle()
	return logLikelihood, byIdle
}
