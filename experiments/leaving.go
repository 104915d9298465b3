package experiments

import (
	"fmt"

	"github.com/coldcurve/coldcurve/costmodel"
)

// warnLeaving says what it costs to leave a provider, once: the egress of what moves,
// and the work. It is in no bill of a month.
func (p *Plan) warnLeaving(catalog *costmodel.Catalog, app *running) error {
	l := app.compiled.Leaving
	if l == nil {
		return nil
	}
	at := app.node.Get("leaving")
	total, words := 0.0, ""
	if l.Tariff != "" && l.Bytes > 0 {
		t, err := catalog.Tariff(l.Tariff)
		if err != nil {
			return at.Errorf("%w", err)
		}
		bill, err := t.Bill(costmodel.Usage{}.With(l.Meter, "byte", l.Bytes), costmodel.SpanRun, costmodel.Month)
		if err != nil {
			return at.Errorf("%w", err)
		}
		total += costmodel.Float(&bill.Total)
		words = fmt.Sprintf("%.4g GB that leave by %s are %s %s", float64(l.Bytes)/1e9, t.Title, costmodel.Cents(&bill.Total), bill.Currency)
	}
	if l.Days > 0 {
		total += l.Days * l.Day
		work := fmt.Sprintf("%.4g days of work are %.2f USD", l.Days, l.Days*l.Day)
		if words == "" {
			words = work
		} else {
			words += ", " + work
		}
	}
	if words != "" {
		p.warn("leaving %s would cost %.2f once: %s", l.From, total, words)
	}
	return nil
}
