package lifetimes

import (
	"errors"
	"math"
)

// Fit are the distributions that a log makes most likely.
type Fit struct {
	Idle, Age     Steps
	Lives         int     // instances of the log
	Gaps          int     // idle gaps that were survived
	Gone          int     // instances of known age that are known to have gone
	Censored      int     // … that are not
	Unknown       int     // that were there before the log
	Overlaps      int     // requests that began while another ran on their instance
	OverlapLine   int     // of the first of them; 0: none
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
	f := &Fit{Lives: len(lives), Overlaps: l.overlaps, OverlapLine: l.overlapLine}
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
	for i, n := range m.gaps {
		if n > 0 {
			logLikelihood += float64(n) * math.Log(m.idle.tails[i])
			m.idle.gather(i, len(m.idle.p), float64(n)/m.idle.tails[i])
		}
	}
	for _, x := range m.lives {
		older := m.age.tails[x.age]
		if !x.gone {
			logLikelihood += math.Log(older)
			m.age.gather(x.age, len(m.age.p), 1/older)
			continue
		}
		longer, olderThen := m.idle.tails[x.idle], m.age.tails[x.goneAge]
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
