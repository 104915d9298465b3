package costmodel

import (
	"fmt"
	"slices"

	"github.com/cockroachdb/apd/v3"

	"github.com/coldcurve/coldcurve/sim"
)

// FreeTier says how much of the free grants and credits of a month a usage has:
// they are an account's, and its other functions use them up, too.
type FreeTier uint8

// The free tiers.
const (
	FreeTierFull FreeTier = iota // all of them: nothing else uses any
	FreeTierNone                 // none is left
)

var freeTierNames = []string{"full", "none"}

// FreeTiers returns the names.
func FreeTiers() []string { return slices.Clone(freeTierNames) }

// String returns the free tier's name.
func (f FreeTier) String() string { return freeTierNames[f] }

// UnmarshalText reads "full" or "none".
func (f *FreeTier) UnmarshalText(b []byte) error {
	i := slices.Index(freeTierNames, string(b))
	if i < 0 {
		return fmt.Errorf("found %q, want one of %q", b, freeTierNames)
	}
	*f = FreeTier(i)
	return nil
}

// Of returns a tariff as it is for a usage that has so much of its grants.
func (f FreeTier) Of(t *Tariff) *Tariff {
	if f == FreeTierNone {
		return t.withoutGrants()
	}
	return t
}

// withoutGrants returns the tariff without free quantities and credits: tiers
// begin at 0, and fees stay.
func (t *Tariff) withoutGrants() *Tariff {
	out := *t
	out.ungranted = true
	out.Credit = Amount{}
	out.Prices = slices.Clone(t.Prices)
	for i := range out.Prices {
		out.Prices[i].Free, out.Prices[i].Credit = Amount{}, Amount{}
	}
	return &out
}

// GrantsWorth returns by how much free grants and credits make the bill of a
// usage smaller, in the tariff's currency; see Bill.
func (t *Tariff) GrantsWorth(u Usage, span Span, window sim.Time) (*apd.Decimal, error) {
	with, err := t.Bill(u, span, window)
	if err != nil {
		return nil, err
	}
	without, err := t.withoutGrants().Bill(u, span, window)
	if err != nil {
		return nil, err
	}
	return sub(&without.Total, &with.Total), nil
}
