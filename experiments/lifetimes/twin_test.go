package lifetimes

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// slowStep is a step of the maximisation as its formulas stand: of each observation, each
// place's part of it.
func slowStep(m *model) (idle, age []float64, logLikelihood, byIdle float64) {
	idle, age = make([]float64, len(m.idle.p)), make([]float64, len(m.age.p))
	tail := func(p []float64, i int) (sum float64) {
		for _, x := range p[i:] {
			sum += x
		}
		return sum
	}
	for g, n := range m.gaps {
		for range n {
			survived := tail(m.idle.p, g)
			logLikelihood += math.Log(survived)
			for k := g; k < len(idle); k++ {
				idle[k] += m.idle.p[k] / survived
			}
		}
	}
	for _, x := range m.lives {
		older, olderThen, longer := tail(m.age.p, x.age), tail(m.age.p, x.goneAge), tail(m.idle.p, x.idle)
		if !x.gone {
			olderThen = 0
		}
		all := older - longer*olderThen
		logLikelihood += math.Log(all)
		for k, p := range m.age.p {
			switch {
			case k < x.age:
			case !x.gone || k < x.goneAge:
				age[k] += p / all
			default:
				age[k] += p * (1 - longer) / all
			}
		}
		if !x.gone {
			continue
		}
		byIdle += (1 - longer) * older / all
		for k, p := range m.idle.p {
			if k < x.idle {
				idle[k] += p * older / all
			} else {
				idle[k] += p * (older - olderThen) / all
			}
		}
	}
	for _, p := range [][]float64{idle, age} {
		sum := tail(p, 0)
		for i := range p {
			p[i] /= sum
		}
	}
	return idle, age, logLikelihood, byIdle
}

// TestStepTwin: the steps of a fit are those of the slow program, on any log.
func TestStepTwin(t *testing.T) {
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*(1e-6+math.Abs(b)) }
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.Float64Range(0.001, 1000)
		var lives []life
		for range rapid.IntRange(1, 40).Draw(t, "lives") {
			x := life{known: true, age: some.Draw(t, "age"), gone: rapid.Bool().Draw(t, "gone")}
			if x.gone {
				x.idle = some.Draw(t, "idle")
				x.goneAge = x.age + x.idle
			}
			lives = append(lives, x)
		}
		lives = append(lives, life{known: true, age: 5, gone: true, idle: 2, goneAge: 7})
		m := newModel(rapid.SliceOfN(some, 0, 40).Draw(t, "gaps"), lives)
		for n := range 20 {
			idle, age, wantLikelihood, wantIdle := slowStep(m)
			likelihood, byIdle := m.step()
			if !near(likelihood, wantLikelihood) || !near(byIdle, wantIdle) {
				t.Fatalf("step %d: log-likelihood %v and %v by idle time, want %v and %v", n, likelihood, byIdle, wantLikelihood, wantIdle)
			}
			for i, want := range idle {
				if !near(m.idle.p[i], want) {
					t.Fatalf("step %d: idle place %d has %v, want %v", n, i, m.idle.p[i], want)
				}
			}
			for i, want := range age {
				if !near(m.age.p[i], want) {
					t.Fatalf("step %d: age place %d has %v, want %v", n, i, m.age.p[i], want)
				}
			}
		}
	})
}
