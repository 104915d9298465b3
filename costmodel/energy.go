package costmodel

import (
	"math/big"
	"slices"
)

// energyMeter is what an instance takes, in J. Any tariff may price it: a
// simulation tells how much it is where its servers do.
const energyMeter = "energy"

// PricesEnergy reports whether the tariff has a price for energy.
func (t *Tariff) PricesEnergy() bool {
	_, ok := t.priceOf(energyMeter)
	return ok
}

// WithEnergy is a usage with so many J, where the tariff has a price for them.
func (t *Tariff) WithEnergy(u Usage, joules *big.Int) Usage {
	if joules == nil || !t.PricesEnergy() {
		return u
	}
	return append(slices.Clip(u), Entry{energyMeter, "J", joules})
}
