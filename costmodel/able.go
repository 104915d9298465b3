package costmodel

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/sim"
)

// onFloor begins the meters of instances of a standing floor; each counts what
// the meter without it counts of the others.
const onFloor = "provisioned_"

// floor is a prewarm policy that keeps instances standing.
type floor interface {
	Floor() int // the most instances of each deployment
}

// standingFloor returns how many instances of each deployment a platform keeps at most.
func standingFloor(p *sim.Platform) int {
	if f, ok := p.Prewarm.(floor); ok {
		return f.Floor()
	}
	return 0
}

// hasNoFloor reports whether the provider has no provisioned instances.
func (t *Tariff) hasNoFloor() bool {
	return slices.ContainsFunc(t.NotOffered, func(m string) bool { return strings.HasPrefix(m, onFloor) })
}

// Able returns why no run of a platform can be priced by the tariff, whatever
// its load; nil where it can. A price that is known up to a quantity is not
// looked at: how much a run uses, the run shows.
func (t *Tariff) Able(p sim.Platform) error {
	if t.Kind == modelKind {
		return nil
	}
	if t.Rule == "supplied" {
		return errors.New("all its quantities are given by the user, and no simulation counts them; coldcurve estimate prices them, with --service")
	}
	counted := meterNames(t.rule.meters())
	for i := range t.Prices {
		q := &t.Prices[i]
		if q.Fixed || q.Supplied && !q.Required {
			continue
		}
		if q.Required && !slices.ContainsFunc(q.Meters, func(m string) bool { return slices.Contains(counted, m) }) {
			return fmt.Errorf("%q is billed, and no simulation counts it", q.Name)
		}
		if len(q.Tiers) > 0 {
			continue
		}
		for _, m := range q.Meters {
			if slices.Contains(counted, m) && countsAlways(m, standingFloor(&p) > 0) {
				return fmt.Errorf("the price of %q is not verified (grade U), and every run uses it; %s", q.Name, t.Ask(q))
			}
		}
	}
	return nil
}

// countsAlways reports whether a meter of a rule counts something in every run.
func countsAlways(meter string, floor bool) bool {
	if strings.HasPrefix(meter, onFloor) {
		return floor
	}
	return meter != "ephemeral" // of functions that ask for more than is included
}

// OnDemand returns the usage as the tariff bills it where its provider has no
// provisioned instances and the run had: what was used on them counts as on any
// other, and that they stood there costs nothing. It is for prices that are
// counterfactual; where the provider has them it returns u.
func (t *Tariff) OnDemand(u Usage) Usage {
	if !t.hasNoFloor() {
		return u
	}
	out := slices.Clone(u)
	for i, e := range u {
		name, ok := strings.CutPrefix(e.Meter, onFloor)
		if !ok {
			continue
		}
		out[i].Quantity = new(big.Int)
		if j := out.index(name); j >= 0 {
			out[j].Quantity = new(big.Int).Add(out[j].Quantity, e.Quantity)
		}
	}
	return out
}
