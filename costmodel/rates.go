package costmodel

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// Rates are the exchange rates that a user gives; the zero value has none. There
// are no others: an amount of a currency that has no rate stays in its own, and
// is compared with none of another.
type Rates struct {
	To string // ISO 4217: what amounts are turned into
	of map[string]apd.Decimal
}

// rateDigits bounds a rate, from 10⁻⁹ to 10⁹: beyond are slips of the point.
const rateDigits = 9

// NewRates reads rates: what one unit of each currency (ISO 4217) is worth in
// another, as digits with at most one point.
func NewRates(to string, of map[string]string) (Rates, error) {
	r := Rates{To: to, of: map[string]apd.Decimal{}}
	if !validCurrency.MatchString(to) {
		return Rates{}, fmt.Errorf("found %q, want an ISO 4217 code such as USD", to)
	}
	for _, currency := range slices.Sorted(maps.Keys(of)) {
		if err := r.add(currency, of[currency]); err != nil {
			return Rates{}, err
		}
	}
	return r, nil
}

// ParseRates reads rates as a flag has them: each CODE=NUMBER, such as EUR=1.08
// for 1.08 of the currency to.
func ParseRates(to string, list []string) (Rates, error) {
	of := map[string]string{}
	for _, item := range list {
		currency, number, ok := strings.Cut(item, "=")
		if !ok {
			return Rates{}, fmt.Errorf("found %q, want CODE=NUMBER such as EUR=1.08: what one of it is in %s", item, to)
		}
		if _, twice := of[currency]; twice {
			return Rates{}, fmt.Errorf("%s is given twice", currency)
		}
		of[currency] = number
	}
	return NewRates(to, of)
}

func (r *Rates) add(currency, number string) error {
	switch {
	case !validCurrency.MatchString(currency):
		return fmt.Errorf("found %q, want an ISO 4217 code such as EUR", currency)
	case currency == r.To:
		return fmt.Errorf("%s is what the others are turned into; it has no rate", currency)
	}
	var rate Amount
	if err := rate.UnmarshalText([]byte(number)); err != nil {
		return fmt.Errorf("%s: %w", currency, err)
	}
	least := apd.New(1, -rateDigits)
	if rate.Cmp(least) < 0 || rate.Cmp(apd.New(1, rateDigits)) > 0 {
		return fmt.Errorf("%s: found %s, want what one %s is in %s, from %s to %d", currency, number, currency, r.To, least.Text('f'), int64(math.Pow10(rateDigits)))
	}
	r.of[currency] = rate.Decimal
	return nil
}

// In returns an amount in the currency that it is compared in, exactly: r.To
// where there is a rate, else its own.
func (r Rates) In(amount *apd.Decimal, currency string) (*apd.Decimal, string) {
	rate, ok := r.of[currency]
	if !ok {
		return amount, currency
	}
	return mul(amount, &rate), r.To
}

// Currency is the currency that amounts of another are compared in.
func (r Rates) Currency(currency string) string {
	_, to := r.In(new(apd.Decimal), currency)
	return to
}

// Factor is what one of a currency is in what it is turned into, 1 where that is
// nothing else: the nearest float, for statistics only.
func (r Rates) Factor(currency string) float64 {
	one, _ := r.In(apd.New(1, 0), currency)
	return Float(one)
}

// Of returns the currencies that have a rate, sorted, and the rates as text.
func (r Rates) Of() (currencies []string, rates map[string]string) {
	rates = map[string]string{}
	for currency, rate := range r.of {
		rates[currency] = rate.Text('f')
	}
	return slices.Sorted(maps.Keys(rates)), rates
}

// String says the rates: "1 EUR = 1.08 USD, 1 GBP = 1.27 USD".
func (r Rates) String() string {
	currencies, rates := r.Of()
	words := make([]string, len(currencies))
	for i, c := range currencies {
		words[i] = "1 " + c + " = " + rates[c] + " " + r.To
	}
	return strings.Join(words, ", ")
}
