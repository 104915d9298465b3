package results

import "github.com/cockroachdb/apd/v3"

// Bill is what one replication costs under one tariff. Its lines sum to its
// total to the last digit; the package only prints them.
type Bill struct {
	Tariff         string
	Currency       string // USD
	Counterfactual bool   // the tariff needs a behaviour that the platform does not have
	// Scale is by how much the usage of the window was scaled to the bill's
	// span, such as 30 for a day billed as a month; 0 counts as 1.
	Scale float64
	Lines []BillLine
	Total apd.Decimal
}

// BillLine is one line item.
type BillLine struct {
	Name, Unit                  string
	Quantity, UnitPrice, Amount apd.Decimal
}

// scale returns Scale, 1 where it is not set.
func (b *Bill) scale() float64 {
	if b.Scale == 0 {
		return 1
	}
	return b.Scale
}

// total returns the total as a float, for statistics only.
func (b *Bill) total() float64 { return float(&b.Total) }

// float returns the nearest float of a decimal.
func float(d *apd.Decimal) float64 {
	f, err := d.Float64()
	if err != nil {
		return 0
	}
	return f
}
