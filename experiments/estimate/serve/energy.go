package serve

import (
	"math/big"

	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// power is what the GPUs of an instance take; nil of an API, and where it is not known.
func (c *choice) power() *results.Power {
	if c.engine == nil {
		return nil
	}
	return experiments.PowerOf(c.engine.server, c.engine.count)
}

// joules is what a choice takes in a window: the GPUs of its instances, and of
// machines those that no instance has, which wait. Without a simulation it is as if
// all waited, which is the least; nil: nobody knows.
func (c *choice) joules(r *results.Replication, window sim.Time) *big.Int {
	p := c.power()
	if p == nil {
		return nil
	}
	waiting := func(gpus int64) *big.Int {
		j := new(big.Int).Mul(big.NewInt(gpus*p.Idle.Milliwatts), big.NewInt(window))
		return j.Div(j, big.NewInt(1e12)) // mW ns
	}
	instances := int64(c.fixed) * c.engine.count
	all := waiting(instances)
	if r != nil {
		all = r.Joules()
	}
	if c.fixed > 0 && c.provider.Machines {
		all.Add(all, waiting(c.machines()*c.tariff.GPU.Count-instances))
	}
	return all
}
