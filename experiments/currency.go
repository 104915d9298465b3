package experiments

import (
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
)

// readRates reads the exchange rates of [bill]; at is that table, nil where there
// is none.
func readRates(b *billSpec, at *spec.Node) (costmodel.Rates, error) {
	if b.Rates == nil {
		if n := at.Get("currency"); n != nil {
			return costmodel.Rates{}, n.Errorf("found a currency without rates, want rates = { EUR = 1.08 }: what one of each currency is in %s", b.Currency)
		}
		return costmodel.Rates{}, nil
	}
	if !b.Rates.IsTable() || len(b.Rates.Keys()) == 0 {
		return costmodel.Rates{}, b.Rates.Errorf("want a table, as in { EUR = 1.08 }: what one of each currency is in %s", b.Currency)
	}
	if _, err := costmodel.NewRates(b.Currency, nil); err != nil {
		return costmodel.Rates{}, at.Get("currency").Errorf("%w", err)
	}
	of := map[string]string{}
	for _, currency := range b.Rates.Keys() {
		n := b.Rates.Get(currency)
		of[currency] = render(n)
		if _, err := costmodel.NewRates(b.Currency, map[string]string{currency: of[currency]}); err != nil {
			return costmodel.Rates{}, n.Errorf("%w", err)
		}
	}
	return costmodel.NewRates(b.Currency, of)
}

// checkCurrencies refuses a bound on costs that are in several currencies, and
// warns of a rate that nothing uses.
func (p *Plan) checkCurrencies() error {
	var own, all []string // of tariffs, and after the rates
	for _, c := range p.cells {
		for _, pr := range c.units[0].prices {
			own = append(own, pr.tariff.Currency)
			all = append(all, p.rates.Currency(pr.tariff.Currency))
		}
	}
	given, _ := p.rates.Of()
	for _, currency := range given {
		if !slices.Contains(own, currency) {
			p.warn("bill.rates has a rate of %s, and no tariff is in it", currency)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	for _, m := range results.Metrics() {
		if at := p.sloAt.Get(m.Name); at != nil && m.Money && len(all) > 1 {
			return at.Errorf("costs are in %s, and a bound is in one: bill.rates says what one of another is in it", strings.Join(all, " and "))
		}
	}
	return nil
}
