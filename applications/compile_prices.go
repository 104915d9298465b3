package applications

import (
	"github.com/coldcurve/coldcurve/applications/catalog"
)

// priced is the tariff that bills something in a place: where a region is known, the one
// with that region's prices. Where none has them a note says whose stand in.
func (c *compiler) priced(tariff string, place int32) string {
	if c.o.Regional == nil || tariff == "" || tariff == unbilled {
		return tariff
	}
	region := c.g.Places[place]
	if _, err := c.catalog.Region(region); err != nil {
		return tariff
	}
	there, of := c.o.Regional(tariff, region)
	if of != "" {
		c.notes.add("tariff "+tariff, PricesIn(region), "those of "+of, catalog.Basis{Grade: "U", Source: "no prices of that region are known here"})
	}
	return there
}

// PricesIn is the key of the note that says whose prices stand in for those of a region.
func PricesIn(region string) string { return "prices in " + region }
