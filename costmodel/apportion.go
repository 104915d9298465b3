package costmodel

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/cockroachdb/apd/v3"
)

// apportionDigits is how many digits after the point a part of an amount keeps at
// least; an amount that has more keeps them.
const apportionDigits = 18

// Apportion divides an amount in proportion to weights, none negative and one at least
// above 0. Parts are rounded toward 0 to the digits of the amount, at least 18 after the
// point, and what is left is of the largest weight, of equal ones the first: they sum to
// the amount to the last digit. It returns nil where no weight is above 0.
func Apportion(amount *apd.Decimal, weights []*big.Int) []apd.Decimal {
	all, largest := new(big.Int), 0
	for i, w := range weights {
		all.Add(all, w)
		if w.Cmp(weights[largest]) > 0 {
			largest = i
		}
	}
	if all.Sign() <= 0 {
		return nil
	}
	exponent := min(amount.Exponent, -apportionDigits)
	coeff := amount.Coeff.MathBigInt()
	coeff.Mul(coeff, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(amount.Exponent-exponent)), nil))
	parts, left := make([]*big.Int, len(weights)), new(big.Int).Set(coeff)
	for i, w := range weights {
		parts[i] = new(big.Int).Mul(coeff, w)
		parts[i].Quo(parts[i], all)
		left.Sub(left, parts[i])
	}
	parts[largest].Add(parts[largest], left)
	out := make([]apd.Decimal, len(weights))
	for i, p := range parts {
		d := apd.NewWithBigInt(new(apd.BigInt).SetMathBigInt(p), exponent)
		d.Negative = amount.Negative && p.Sign() != 0
		out[i] = *trim(d)
	}
	return out
}

// Sum adds amounts, exactly.
func Sum(amounts ...*apd.Decimal) *apd.Decimal {
	sum := new(apd.Decimal)
	for _, a := range amounts {
		sum = add(sum, a)
	}
	return sum
}

// Dimension is what a unit of a bill measures, such as "count" or "memory × time"; ""
// of one that is not known.
func Dimension(unit string) string {
	u, _ := findUnit(unit)
	return u.dimension
}

// PricedWith returns the meters whose quantities make up the lines of a bill that are of
// a meter: those of the prices that begin with it.
func (t *Tariff) PricedWith(meter string) (meters []string) {
	for i := range t.Prices {
		if p := &t.Prices[i]; len(p.Meters) > 0 && p.Meters[0] == meter {
			meters = append(meters, p.Meters...)
		}
	}
	return meters
}

// Counts returns an error where the tariff says nothing of a meter, or prices it by
// another dimension than the unit's: usage of it could not be billed.
func (t *Tariff) Counts(meter, unit string) error {
	p, ok := t.priceOf(meter)
	switch {
	case ok && Dimension(unit) != p.unit.dimension:
		return fmt.Errorf("tariff %q: meter %q is counted in %q, its price is for %q", t.Name, meter, unit, p.Unit)
	case !ok && !slices.Contains(t.NotBilled, meter) && !slices.Contains(t.NotOffered, meter):
		return fmt.Errorf("tariff %q has no price of the meter %q", t.Name, meter)
	}
	return nil
}
