package experiments

import (
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/applications/catalog"
)

// The catalogue of services names presets of platforms: of those that a service starts by
// itself, of those whose calls have a largest payload, and of those whose functions an op's
// largest is for. Each is one that ships.
func TestPresetsOfTheCatalogue(t *testing.T) {
	c, err := catalog.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	presets, n := PresetNames(), 0
	check := func(of, name string) {
		if n++; !slices.Contains(presets, name) {
			t.Errorf("%s: found the preset %q, want one of %q", of, name, presets)
		}
	}
	for i := range c.Services {
		s := &c.Services[i]
		for _, name := range s.Starts {
			check("service "+s.Name+", starts", name)
		}
		for k := range s.Ops {
			if s.Ops[k].MostOf != "" {
				check("service "+s.Name+", most_of", s.Ops[k].MostOf)
			}
		}
	}
	for i := range c.Invocations {
		check("invocation, platform", c.Invocations[i].Platform)
	}
	if n < 10 {
		t.Errorf("found %d names of presets, want those of the catalogue", n)
	}
}
