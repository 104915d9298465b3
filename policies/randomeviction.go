package policies

import (
	"strconv"

	"github.com/coldcurve/coldcurve/sim"
)

// RandomEviction evicts any idle instance: each draws a priority whenever it becomes
// idle.
type RandomEviction struct{}

var _ sim.EvictionFactory = RandomEviction{}

// About describes the policy.
func (RandomEviction) About() Entry {
	return Entry{
		Name: "random", Help: "any idle instance, drawn by the seed", Control: Operator,
		Source: "RAND of aFuerst/faascache-sim LambdaScheduler.py [V], which draws one of ten numbers",
	}
}

// New returns the policy of a node, with draws of its own.
func (RandomEviction) New(node int, key sim.RunKey) sim.Eviction {
	return &randomly{stream: sim.NewStream(key, sim.PurposePolicy, sim.HashName("eviction", strconv.Itoa(node)))}
}

// Clones is false: each instance draws.
func (RandomEviction) Clones() bool { return false }

type randomly struct {
	stream sim.Stream
	drawn  uint64
}

// Idle draws.
func (r *randomly) Idle(sim.Resident, sim.Time) float64 {
	r.drawn++
	return r.stream.Uniform(r.drawn)
}

// Evicted does nothing.
func (*randomly) Evicted(float64, sim.Time) {}
