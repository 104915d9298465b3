package costmodel

import (
	"fmt"

	"github.com/coldcurve/coldcurve/sim"
)

// phase is the phase of an initialisation with which a provider's clock starts.
// Nobody bills the wait for a machine that there is not.
type phase struct{ sim.Phase }

// UnmarshalText reads the name of a phase.
func (p *phase) UnmarshalText(b []byte) error {
	var names []string
	for _, q := range sim.Phases()[sim.PhaseCapacity+1:] {
		if names = append(names, q.String()); q.String() == string(b) {
			p.Phase = q
			return nil
		}
	}
	return fmt.Errorf("found %q, want one of %q", b, names)
}

// before returns how long the phases before p took.
func (p phase) before(l *sim.Life) (t sim.Time) {
	for _, d := range l.Phases[:p.Phase] {
		t += d
	}
	return t
}

// rest returns how long p and the phases after it took.
func (p phase) rest(l *sim.Life) (t sim.Time) {
	for _, d := range l.Phases[p.Phase:] {
		t += d
	}
	return t
}
