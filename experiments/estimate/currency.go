package estimate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/coldcurve/coldcurve/costmodel"
)

// Amount is money.
type Amount struct {
	Currency string // ISO 4217
	Sum      apd.Decimal
}

// String writes it with cents.
func (a Amount) String() string { return costmodel.Cents(&a.Sum) + " " + a.Currency }

// amounts writes money of several currencies, which are not added.
func amounts(list []Amount) string {
	words := make([]string, len(list))
	for i, a := range list {
		words[i] = a.String()
	}
	return strings.Join(words, " and ")
}

// addTo adds to the sum of its currency; the currencies come in their order.
func addTo(sums []Amount, total *apd.Decimal, currency string) ([]Amount, error) {
	i := slices.IndexFunc(sums, func(a Amount) bool { return a.Currency == currency })
	if i < 0 {
		sums = append(sums, Amount{currency, *total})
		slices.SortFunc(sums, func(a, b Amount) int { return cmp.Compare(a.Currency, b.Currency) })
		return sums, nil
	}
	var err error
	sums[i].Sum, err = plus(&sums[i].Sum, total)
	return sums, err
}

// sortPlans puts the cheapest first within each currency, and the currency of
// most plans before the others: which of two currencies is the cheaper nobody
// has said.
func sortPlans(plans []Plan) {
	number := map[string]int{}
	for i := range plans {
		number[plans[i].Currency]++
	}
	slices.SortStableFunc(plans, func(a, b Plan) int {
		if a.Currency == b.Currency {
			return a.before(&b)
		}
		return cmp.Or(cmp.Compare(number[b.Currency], number[a.Currency]), cmp.Compare(a.Currency, b.Currency))
	})
}

// currencies are those that the plans are compared in, in the plans' order.
func (e *Estimate) currencies() (all []string) {
	for i := range e.Plans {
		if c := e.Plans[i].Currency; !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all
}

// billed are the currencies of all bills, as the tariffs have them.
func (e *Estimate) billed() (all []string) {
	for i := range e.Plans {
		all = append(all, e.Plans[i].Bill.Currency)
	}
	for i := range e.Services {
		all = append(all, e.Services[i].Bill.Currency)
	}
	return all
}

// currencyNotes say at which rates amounts were turned, and what is not compared.
func (e *Estimate) currencyNotes(rates costmodel.Rates) (notes []string) {
	notes = rateNotes(rates, e.billed())
	if all := e.currencies(); len(all) > 1 {
		notes = append(notes, fmt.Sprintf("plans are in %s, and compared within each currency only: no rate is given that turns one into the other; --rate gives it, as in --rate EUR=1.08",
			strings.Join(all, " and ")))
	}
	return notes
}

// rateNotes say at which rates bills of some currencies are turned, and which
// rates none of them needs.
func rateNotes(rates costmodel.Rates, billed []string) (notes []string) {
	given, of := rates.Of()
	used := map[string]string{}
	for _, currency := range given {
		if slices.Contains(billed, currency) {
			used[currency] = of[currency]
		} else {
			notes = append(notes, fmt.Sprintf("there is a rate of %s, and no tariff is in it", currency))
		}
	}
	if r, err := costmodel.NewRates(rates.To, used); err == nil && len(used) > 0 {
		notes = append(notes, fmt.Sprintf("amounts are compared in %s, at %s", rates.To, r))
	}
	return notes
}
