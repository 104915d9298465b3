package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Allocation is how fast a provider allocates provisioned instances.
type Allocation struct {
	Allocation int `toml:"allocation" default:"6000" unit:"1/min" help:"provisioned instances of a deployment that are begun in a minute, at most"`
}

func (a Allocation) check(n *spec.Node) error {
	return checkCounts(n, 1, named[int]{"allocation", a.Allocation})
}

// allocator raises a floor to what is wanted, one instance after the other, and lowers
// it at once.
type allocator struct {
	have, want int
	step       sim.Time // between two
	free       sim.Time // when the next may begin
}

func newAllocator(a Allocation, count int) allocator {
	return allocator{have: count, want: count, step: max(1, sim.Minute/sim.Time(max(1, a.Allocation)))}
}

// until does what may be done by now, and returns when there is more; Never: nothing
// is missing.
func (a *allocator) until(now sim.Time) sim.Time {
	a.have = min(a.have, a.want)
	for a.have < a.want && a.free <= now {
		a.have++
		a.free = after(max(a.free, now), a.step)
	}
	if a.have == a.want {
		return sim.Never
	}
	return a.free
}
