package results

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
)

// Amounts of two currencies are not compared: no sum, sort, front or best row is
// over both. What is given a rate is turned into the rates' currency before
// anything else is done with it; what is not stays apart.

// Exchange returns the columns of a unit, in the order of Metrics, whose costs are
// in a currency, with the costs in what the rates turn that into; the columns
// themselves where they turn it into nothing else.
func Exchange(values []float64, rates costmodel.Rates, currency string) []float64 {
	if rates.Currency(currency) == currency {
		return values
	}
	values = slices.Clone(values)
	for m := range metrics {
		if metrics[m].Money {
			values[m] *= rates.Factor(currency)
		}
	}
	return values
}

// currencies returns the currencies of rows that have a cost, sorted.
func currencies(rows []Row) []string {
	return currenciesOf(rows, func(r *Row) string { return r.Currency })
}

// currenciesOf returns the currencies of whatever has one, sorted, each once.
func currenciesOf[T any](list []T, of func(*T) string) (out []string) {
	for i := range list {
		if c := of(&list[i]); c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return out
}

// currencyOf returns the currency of rows that have one in common, "" where none
// has a cost.
func currencyOf(rows []Row) string {
	for i := range rows {
		if rows[i].Currency != "" {
			return rows[i].Currency
		}
	}
	return ""
}

// inCurrency returns the rows of a currency.
func inCurrency(rows []Row, currency string) []Row {
	return slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Currency != currency })
}

// moneyIn writes an amount: dollars by their sign, others by their code.
func moneyIn(currency, amount string) string {
	switch currency {
	case "USD":
		return "$" + amount
	case "":
		return amount
	}
	return amount + " " + currency
}

// currencyNotes says in which currency costs are, where that is no matter of
// course: at which rates, and which are compared with none of the others.
func (s *Set) currencyNotes(rows []Row) (notes []string) {
	if used := s.ratesUsed(); used != "" {
		notes = append(notes, fmt.Sprintf("costs are in %s, at %s", s.Rates.To, used))
	}
	if all := currencies(rows); len(all) > 1 {
		notes = append(notes, fmt.Sprintf("costs are in %s, and compared within each currency only: no rate is given that turns one into the other; [bill] rates = { … } gives it",
			strings.Join(all, " and ")))
	}
	return notes
}

// ratesUsed says the rates that a bill was turned by; "" where there is none.
func (s *Set) ratesUsed() string {
	used := map[string]string{}
	_, all := s.Rates.Of()
	for i := range s.Cells {
		c := &s.Cells[i]
		for t := range c.tariffs() {
			if from := c.Replications[0].Bills[t].Currency; all[from] != "" {
				used[from] = all[from]
			}
		}
	}
	r, err := costmodel.NewRates(s.Rates.To, used)
	if err != nil {
		return "" // they were read before
	}
	return r.String()
}

// unitOf returns the currency of a metric that is money, "" of any other.
func unitOf(metric, currency string) string {
	if i := metricIndex(metric); i >= 0 && metrics[i].Money {
		return currency
	}
	return ""
}
