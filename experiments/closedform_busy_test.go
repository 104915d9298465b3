package experiments_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads"
)

// census is an observer that counts the requests in service at the moments
// from, from + step, … before to.
type census struct {
	from, step, to sim.Time
	busy           []int64
}

func newCensus(w sim.Window, step sim.Time) *census {
	return &census{w.Warmup, step, w.Horizon, make([]int64, (w.Length()+step-1)/step)}
}

func (c *census) Requests(batch []sim.Outcome) {
	for i := range batch {
		o := &batch[i]
		if !o.Started || o.End <= c.from {
			continue
		}
		first := (max(o.Start, c.from) - c.from + c.step - 1) / c.step
		for k := first; k < int64(len(c.busy)) && c.from+k*c.step < o.End; k++ {
			c.busy[k]++
		}
	}
}

// M/G/∞: with no limit and no initialisation the number of busy instances at
// any moment is Poisson with mean λE[S], whatever the distribution of the service
// and the keep-alive policy: mean, variance and each probability of at least
// a tenth.
func TestClosedFormMGInfinity(t *testing.T) {
	const rate, load = 1.0, 3.0
	for _, test := range []struct {
		name    string
		service workloads.Sampler
		keep    sim.KeepAliveFactory
	}{
		{"exponential, window 10 s", exponential(3), fixed(10)},
		{"constant, none", constant(3), policies.NoKeepAlive{}},
		{"lognormal, forever", must(workloads.NewLognormal(seconds(2.1), math.Sqrt(2*math.Log(3/2.1)))), policies.Forever{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			const replications, moments, every = 50, 50_000, 2
			long(t, replications*moments*every*rate)
			window := sim.Window{Warmup: 1000 * sim.Second, Horizon: (1000 + moments*every) * sim.Second}
			seed := sim.HashName(t.Name())
			w := workload(t, window.Horizon, synthetic{arrivals: poissonArrivals(rate), service: test.service})
			runs := each(replications, func(i int) []float64 {
				c := newCensus(window, every*sim.Second)
				_, err := sim.Run(context.Background(), sim.Config{
					Workload: w, Platforms: []sim.Platform{{KeepAlive: test.keep}}, Window: window,
					Key:       sim.RunKey{Seed: seed, Replication: uint64(i)},
					Observers: func() []sim.Observer { return []sim.Observer{c} },
				})
				if err != nil {
					t.Error(err)
				}
				x := make([]float64, len(c.busy))
				for k, n := range c.busy {
					x[k] = float64(n)
				}
				return x
			})
			measure := func(f func(x []float64) float64) []float64 {
				out := make([]float64, len(runs))
				for i, x := range runs {
					out[i] = f(x)
				}
				return out
			}
			holds(t, "mean busy", load, measure(func(x []float64) float64 { return stat.Mean(x, nil) }))
			// About the mean that is known, so that no estimate of it biases the variance.
			holds(t, "variance of busy", load, measure(func(x []float64) float64 { return stat.MomentAbout(2, x, load, nil) }))
			poisson := distuv.Poisson{Lambda: load}
			for n := 0.0; n < 10; n++ {
				p := poisson.Prob(n)
				if p < 0.1 {
					continue
				}
				holds(t, fmt.Sprintf("P(%g busy)", n), p, measure(func(x []float64) float64 {
					return stat.Mean(indicate(x, n), nil)
				}))
			}
		})
	}
}

func indicate(x []float64, n float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		if v == n {
			out[i] = 1
		}
	}
	return out
}
