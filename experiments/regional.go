package experiments

import "github.com/coldcurve/coldcurve/costmodel"

// regional finds the tariff that has the prices of one in a region, and whose prices stand
// in where there is none; a tariff that cannot be read is told of where it is used.
func regional(catalog *costmodel.Catalog) func(tariff, region string) (there, of string) {
	return func(tariff, region string) (there, of string) {
		t, ok, err := catalog.InRegion(tariff, []string{region})
		switch {
		case err != nil:
			return tariff, ""
		case ok:
			return t.Name, ""
		}
		return tariff, t.HomeRegion()
	}
}
