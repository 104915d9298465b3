package costmodel

import (
	"fmt"
	"math"
	"math/big"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// exact adds and multiplies without rounding: precision 0 is apd's word for
// that, and makes its division an error.
var exact = &apd.BaseContext

// quantityDigits is how many digits after the point a quantity keeps. Bytes to
// GiB need 30 and MiB-ns to GB-s 19, so each conversion whose quotient ends is
// exact; where it does not end (hours, a month of 30 days) the error is below
// 10⁻³⁰ of the unit that is priced.
const quantityDigits = 30

// quotient returns n ÷ d, rounded half to even to quantityDigits digits after
// the point. It and Cents are the only places of the package that divide or round.
// d must be positive, n not negative.
func quotient(n, d *big.Int) *apd.Decimal {
	scaled := new(big.Int).Exp(big.NewInt(10), big.NewInt(quantityDigits), nil)
	scaled.Mul(scaled, n)
	q, r := scaled.QuoRem(scaled, d, new(big.Int))
	switch c := r.Lsh(r, 1).Cmp(d); {
	case c > 0, c == 0 && q.Bit(0) == 1:
		q.Add(q, big.NewInt(1))
	}
	return trim(apd.NewWithBigInt(new(apd.BigInt).SetMathBigInt(q), -quantityDigits))
}

// Cents returns d rounded half up to two digits after the point, for display.
func Cents(d *apd.Decimal) string {
	var out apd.Decimal
	c := exact.WithPrecision(uint32(d.NumDigits()) + 8 + uint32(max(0, d.Exponent)))
	if _, err := c.Quantize(&out, d, -2); err != nil {
		return d.Text('f')
	}
	return out.Text('f')
}

// Float returns the float nearest to d, for statistics only; NaN where there is
// none.
func Float(d *apd.Decimal) float64 {
	f, err := d.Float64()
	if err != nil {
		return math.NaN()
	}
	return f
}

// trim drops trailing zeros after the point and keeps those before it, so
// that a decimal prints as people write it.
func trim(d *apd.Decimal) *apd.Decimal {
	d.Reduce(d)
	if d.Exponent > 0 {
		scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(d.Exponent)), nil)
		d.Coeff.Mul(&d.Coeff, new(apd.BigInt).SetMathBigInt(scale))
		d.Exponent = 0
	}
	return d
}

func add(x, y *apd.Decimal) *apd.Decimal { return arithmetic(exact.Add, x, y) }
func sub(x, y *apd.Decimal) *apd.Decimal { return arithmetic(exact.Sub, x, y) }
func mul(x, y *apd.Decimal) *apd.Decimal { return arithmetic(exact.Mul, x, y) }

// arithmetic carries out an exact operation. It can only fail beyond 10^100000,
// which neither a meter (below 2^130) nor a price (maxPriceDigits) reaches.
func arithmetic(op func(d, x, y *apd.Decimal) (apd.Condition, error), x, y *apd.Decimal) *apd.Decimal {
	var d apd.Decimal
	if _, err := op(&d, x, y); err != nil {
		panic("costmodel: decimal out of range: " + err.Error())
	}
	return trim(&d)
}

func smaller(x, y *apd.Decimal) *apd.Decimal {
	if x.Cmp(y) <= 0 {
		return x
	}
	return y
}

// maxPriceDigits bounds what a catalog may write, so that no file makes
// arithmetic slow.
const maxPriceDigits = 40

// Amount is a non-negative decimal as a catalog writes it: digits with at most
// one point, in a string, so that it never was a float.
type Amount struct{ apd.Decimal }

// UnmarshalText reads an Amount.
func (a *Amount) UnmarshalText(b []byte) error {
	s := string(b)
	if strings.HasPrefix(s, "-") {
		return fmt.Errorf("found %q, want a number that is not negative", s)
	}
	whole, frac, point := strings.Cut(s, ".")
	if !digits(whole) || point && !digits(frac) {
		return fmt.Errorf(`found %q, want digits with at most one point, such as "0.0000166667"`, s)
	}
	if len(s) > maxPriceDigits {
		return fmt.Errorf("found a number of %d characters, want at most %d", len(s), maxPriceDigits)
	}
	d, _, err := apd.NewFromString(s)
	if err != nil {
		return fmt.Errorf("found %q: %w", s, err)
	}
	a.Decimal = *trim(d)
	return nil
}

func digits(s string) bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

func thousand() *apd.Decimal { return apd.New(1000, 0) }
