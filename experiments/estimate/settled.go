package estimate

import (
	"math"

	"github.com/coldcurve/coldcurve/sim"
)

// settled begins a run with as many instances as the load keeps busy, for a
// warm-up that is shorter than what platforms take to start and to stop
// instances. Else all that start at once, as under no load that has gone on
// for a day, would be there to its end. For the same reason ramps are left out.
type settled struct {
	busy    []float64 // requests of each function in service, on average
	abreast float64   // requests that an instance is for, on average
	floor   int       // instances of each deployment that always run
	until   sim.Time  // how long they stay if nothing uses them
}

// New implements sim.PrewarmFactory.
func (s settled) New(g sim.Group) sim.Prewarm {
	busy := 0.0
	for _, f := range g.Functions {
		busy += s.busy[f]
	}
	more := int(math.Ceil(above(busy, 2)/s.abreast)) - s.floor
	return settle{sim.Action{Provisioned: s.floor, Start: max(0, more), Until: s.until, Next: sim.Never}}
}

// settle is that of one deployment.
type settle struct{ at0 sim.Action }

// Tick implements sim.Prewarm: it is asked once, at time 0.
func (s settle) Tick(sim.View, sim.Time) sim.Action { return s.at0 }
