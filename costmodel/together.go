package costmodel

import (
	"errors"
	"fmt"
	"strings"
)

// TogetherName is the tariff of a bill over several.
const TogetherName = "all"

// Together is one bill of all lines of several bills over the same span, each with its
// tariff's name and title: what an application pays to all its platforms and services.
// Bills in several currencies are turned into one by the rates; an error says where
// these do not reach.
func Together(bills []*Bill, tariffs []*Tariff, rates Rates) (*Bill, error) {
	if len(bills) == 0 {
		return nil, errors.New("there is no bill")
	}
	all := &Bill{Tariff: TogetherName, Currency: bills[0].Currency, Span: bills[0].Span}
	mixed := false
	for _, b := range bills {
		mixed = mixed || b.Currency != all.Currency
	}
	if mixed {
		all.Currency = rates.Currency(all.Currency)
	}
	for i, b := range bills {
		if mixed && rates.Currency(b.Currency) != all.Currency {
			return nil, fmt.Errorf("costs are in %s, and an application has one bill: bill.rates says what one of another is in it", strings.Join([]string{all.Currency, b.Currency}, " and "))
		}
		for _, l := range b.Lines {
			l.Tariff, l.Service = b.Tariff, tariffs[i].Title
			if mixed {
				price, _ := rates.In(&l.UnitPrice, b.Currency)
				amount, _ := rates.In(&l.Amount, b.Currency)
				l.UnitPrice, l.Amount = *price, *amount
			}
			all.Lines = append(all.Lines, l)
			all.Total = *add(&all.Total, &l.Amount)
		}
		all.Counterfactual = all.Counterfactual || b.Counterfactual
	}
	return all, nil
}
