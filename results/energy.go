package results

import (
	"math/big"

	"github.com/coldcurve/coldcurve/sim"
)

// Power is what the GPUs of an instance take.
type Power struct {
	GPUs   int64 // of an instance
	Engine int64 // of them, those that a step keeps busy
	// Of one GPU, while it computes prompts, makes tokens, or does neither.
	Prefill, Decode, Idle Draw
}

// Draw is the power of a GPU.
type Draw struct {
	Milliwatts int64
	Bound      bool // more than it takes, since it was not measured
}

// picojoules are what a mW takes in a ns: in a joule.
const picojoules = 1e12

// energy returns the pJ that the GPUs of the instances took in the window, from
// their sandboxes on, and which of them are counted by a bound. A step is shared
// as its time is between prompts and tokens.
func (r *Replication) energy() (all, bounded *big.Int) {
	all, bounded = new(big.Int), new(big.Int)
	add := func(d Draw, gpuTime *big.Int) {
		e := new(big.Int).Mul(big.NewInt(d.Milliwatts), gpuTime)
		all.Add(all, e)
		if d.Bound {
			bounded.Add(bounded, e)
		}
	}
	var busy, prefill sim.Wide
	if r.Serving != nil {
		busy, prefill = r.Serving.Busy, r.Serving.Prefill
	}
	there := subWide(r.Instances.Total, r.Instances.Before)
	gpus := func(time sim.Wide, n int64) *big.Int { return new(big.Int).Mul(time.Big(), big.NewInt(n)) }
	idle := gpus(there, r.Power.GPUs)
	idle.Sub(idle, gpus(busy, r.Power.Engine))
	add(r.Power.Prefill, gpus(prefill, r.Power.Engine))
	add(r.Power.Decode, gpus(subWide(busy, prefill), r.Power.Engine))
	if idle.Sign() > 0 {
		add(r.Power.Idle, idle)
	}
	return all, bounded
}

// Joules returns the energy that the GPUs took in the window, to the nearest J;
// nil where it is not known.
func (r *Replication) Joules() *big.Int {
	if r.Power == nil {
		return nil
	}
	all, _ := r.energy()
	half := big.NewInt(picojoules / 2)
	return all.Div(all.Add(all, half), big.NewInt(picojoules))
}

// energyMetrics are the columns of energy.
var energyMetrics = []Metric{
	energyMetric("energy_kwh", "kWh", "energy that the GPUs took in the window, start and idle time too, hosts not", func(_ *Replication, all, _ float64) float64 {
		return all / 3.6e6
	}),
	energyMetric("energy_per_token_j", "J", "that energy ÷ tokens made in the window", func(r *Replication, all, _ float64) float64 {
		if r.Serving == nil || r.Serving.Out == 0 {
			return nan
		}
		return all / float64(r.Serving.Out)
	}),
	energyMetric("energy_bounded_ratio", "1", "part of that energy that is counted at the board's limit, since it was not measured; 0: measured or given, 1: all of it is an upper bound", func(_ *Replication, all, bounded float64) float64 {
		return where(all > 0, bounded/all)
	}),
}

// energyMetric is a column that is a function of the J in all, and of those that
// are bounded.
func energyMetric(name, unit, help string, f func(r *Replication, all, bounded float64) float64) Metric {
	m := measure(name, unit, help, func(r *Replication) float64 {
		if r.Power == nil {
			return nan
		}
		all, bounded := r.energy()
		return f(r, joules(all), joules(bounded))
	})
	m.Tokens = true
	return m
}

func joules(pJ *big.Int) float64 {
	f, _ := new(big.Float).Quo(new(big.Float).SetInt(pJ), big.NewFloat(picojoules)).Float64()
	return f
}

// beforeSandbox is how long an instance waited for its machine.
func beforeSandbox(l *sim.Life) (t sim.Time) {
	for _, d := range l.Phases[:sim.PhaseSandbox] {
		t += d
	}
	return t
}
