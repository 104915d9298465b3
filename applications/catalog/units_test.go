package catalog

import (
	"fmt"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
)

// TestUnitsAreOfTheirTariffs: what the catalogue counts has the dimension in which its
// tariff prices it: calls, bytes, time, bytes or memory by time.
func TestUnitsAreOfTheirTariffs(t *testing.T) {
	c, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	tariffs, err := costmodel.Load()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	check := func(of, tariff, meter, unit string) {
		x, err := tariffs.Tariff(tariff)
		if err != nil || meter == "" {
			return // TestMetersAreOfTheirTariffs tells
		}
		for _, p := range x.Prices {
			if slices.Contains(p.Meters, meter) {
				n++
				if got, want := costmodel.Dimension(unit), costmodel.Dimension(p.Unit); got != want {
					t.Errorf("%s counts %s (%s) of %s/%s, which is priced by %s (%s)", of, unit, got, tariff, meter, p.Unit, want)
				}
			}
		}
	}
	for i := range c.Services {
		s := &c.Services[i]
		for k := range s.Ops {
			unit := "1"
			if s.Ops[k].ByBytes {
				unit = "byte"
			}
			check(fmt.Sprintf("service %s, op %s", s.Name, s.Ops[k].Name), s.Tariff, s.Ops[k].Meter, unit)
		}
		for _, h := range s.Held {
			check(fmt.Sprintf("service %s, held %s", s.Name, h.What), s.Tariff, h.Meter, h.Counts())
		}
		if s.Schedule != nil {
			check("service "+s.Name, s.Tariff, s.Schedule.Meter, "1")
		}
	}
	for i := range c.Engines {
		e := &c.Engines[i]
		for _, m := range []string{e.Transitions, e.External, e.Requests} {
			check("engine "+e.Name, e.Tariff, m, "1")
		}
		check("engine "+e.Name, e.Tariff, e.Duration, "MiB-ns")
	}
	for _, e := range c.Egress {
		check("egress of "+e.Provider, e.Tariff, e.Meter, "byte")
	}
	if n < 100 {
		t.Errorf("%d meters were looked up, want those of the whole catalogue", n)
	}
}
