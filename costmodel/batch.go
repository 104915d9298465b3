package costmodel

import (
	"errors"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// batchPrefix begins the meters of requests that are answered in a batch, before
// those of their hours and of their length.
const batchPrefix = "batch_"

// batchSpec is what a tariff says of batches where they have no prices of their own.
type batchSpec struct {
	Factor *Amount `toml:"factor" help:"on the price of every token; none where the grade is U"`
	Evidence
}

func (b *batchSpec) check(n *spec.Node) error {
	if err := checkEvidence(n, b.Evidence); err != nil {
		return err
	}
	switch {
	case b.Factor == nil && b.Grade != "U":
		return n.Errorf(`missing key "factor"; one that is not verified has grade = "U"`)
	case b.Factor != nil && b.Grade == "U":
		return n.Get("factor").Errorf("found %s beside grade = \"U\", want none: what is not verified has no number", b.Factor.Text('f'))
	}
	return nil
}

// addBatch gives the tariff a price of a batch for each price of tokens that has
// none. What a request costs beside its tokens is the same in a batch.
func (t *Tariff) addBatch(b *batchSpec) {
	if b == nil {
		return
	}
	for _, p := range slices.Clone(t.Prices) {
		var meters []string
		fee := true
		for _, m := range p.Meters {
			if !countsTokens(m) || t.hasOwnPrice(batchPrefix+m, p.Surcharge) {
				continue
			}
			meters = append(meters, batchPrefix+m)
			fee = fee && strings.HasSuffix(m, feeMeter)
		}
		if len(meters) == 0 {
			continue
		}
		p.Name, p.Meters = p.Name+", batch", meters
		p.Free, p.Credit, p.Required = Amount{}, Amount{}, false
		p.Tiers = slices.Clone(p.Tiers)
		if !fee {
			p.batched(b)
		}
		t.Prices = append(t.Prices, p)
	}
}

// batched turns a price into that of a batch.
func (p *Price) batched(b *batchSpec) {
	p.Evidence = b.beside(p.Evidence)
	if b.Factor == nil {
		p.Tiers, p.Beyond = nil, ""
	}
	for i := range p.Tiers {
		tier := &p.Tiers[i]
		tier.UnitPrice.Decimal = *trim(mul(&tier.UnitPrice.Decimal, &b.Factor.Decimal))
		tier.Evidence = b.beside(tier.Evidence)
	}
}

// beside returns the evidence of a product: its grade is the worse one.
func (e Evidence) beside(of Evidence) Evidence {
	return Evidence{Grade: max(e.Grade, of.Grade), Source: of.Source + "; in batches: " + e.Source, AsOf: of.AsOf}
}

// countsTokens reports whether a meter is of requests that are no batch: of their
// tokens, or of their number.
func countsTokens(meter string) bool {
	return !strings.HasPrefix(meter, batchPrefix) && (strings.HasSuffix(meter, "_tokens") || strings.HasSuffix(meter, feeMeter))
}

// hasOwnPrice reports whether the file has a price for the meter.
func (t *Tariff) hasOwnPrice(meter string, surcharge bool) bool {
	return slices.ContainsFunc(t.Prices, func(p Price) bool { return p.Surcharge == surcharge && slices.Contains(p.Meters, meter) })
}

// batches reports whether the tariff says anything of batches.
func (t *Tariff) batches() bool {
	return slices.ContainsFunc(t.Prices, func(p Price) bool {
		return slices.ContainsFunc(p.Meters, func(m string) bool { return strings.HasPrefix(m, batchPrefix) })
	})
}

// AbleBatch returns why the tariff cannot price requests that are answered in a
// batch; nil where it can.
func (t *Tariff) AbleBatch() error {
	const own = `; in a tariff of your own that extends this one, tokens = { batch = { factor = "0.5", grade = "A", source = "…", as_of = "…" } } says it`
	if !t.batches() {
		return errors.New("it has no prices of batches" + own)
	}
	for _, m := range []string{tokenMeters[0], tokenMeters[4]} {
		if p, ok := t.priceOf(batchPrefix + m); ok && len(p.Tiers) == 0 {
			return errors.New("its prices of batches are not verified (grade U)" + own)
		}
	}
	return nil
}
