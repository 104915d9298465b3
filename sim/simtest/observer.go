package simtest

import "github.com/coldcurve/coldcurve/sim"

// LifeObserver keeps requests and lives on its Tape. The kernel's plain path
// stays open to it.
type LifeObserver struct{ Tape Tape }

// ActivityObserver keeps activities too, which closes the plain path.
type ActivityObserver struct{ LifeObserver }

// FullObserver keeps all that a run tells, the waits for an initialisation too.
type FullObserver struct{ ActivityObserver }

var (
	_ sim.LifeObserver     = (*LifeObserver)(nil)
	_ sim.ActivityObserver = (*ActivityObserver)(nil)
	_ sim.InitObserver     = (*FullObserver)(nil)
)

// Requests keeps a batch.
func (o *LifeObserver) Requests(batch []sim.Outcome) {
	o.Tape.Requests = append(o.Tape.Requests, batch...)
}

// Lives keeps a batch.
func (o *LifeObserver) Lives(batch []sim.Life) { o.Tape.Lives = append(o.Tape.Lives, batch...) }

// Activities keeps a batch.
func (o *ActivityObserver) Activities(batch []sim.Activity) {
	o.Tape.Activities = append(o.Tape.Activities, batch...)
}

// Inits keeps a batch.
func (o *FullObserver) Inits(batch []sim.InitWait) { o.Tape.Inits = append(o.Tape.Inits, batch...) }
