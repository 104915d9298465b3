package catalog

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
)

// TestMetersAreOfTheirTariffs: what the catalogue counts is what a shipped tariff has
// a price for, supplied by who uses it, or says has none that is known.
func TestMetersAreOfTheirTariffs(t *testing.T) {
	c, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	tariffs, err := costmodel.Load()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	meter := func(of, tariff, name string) {
		if tariff == "" || name == "" {
			return
		}
		n++
		x, err := tariffs.Tariff(tariff)
		if err != nil {
			t.Errorf("%s: %v", of, err)
			return
		}
		var known []string
		for _, p := range x.Prices {
			if p.Supplied {
				known = append(known, p.Meters...)
			}
		}
		if !slices.Contains(known, name) {
			t.Errorf("%s: tariff %s has no meter %q, but %v", of, tariff, name, known)
		}
	}
	for _, s := range c.Services {
		for _, o := range s.Ops {
			meter(fmt.Sprintf("service %s, op %s", s.Name, o.Name), s.Tariff, o.Meter)
		}
		for _, h := range s.Held {
			meter(fmt.Sprintf("service %s, held %s", s.Name, h.What), s.Tariff, h.Meter)
		}
		if s.Schedule != nil {
			meter(fmt.Sprintf("service %s, schedule", s.Name), s.Tariff, s.Schedule.Meter)
		}
	}
	for _, e := range c.Engines {
		for _, m := range []string{e.Transitions, e.External, e.Requests, e.Duration} {
			meter("engine "+e.Name, e.Tariff, m)
		}
		if tariff, m, ok := strings.Cut(e.Messages, "/"); ok {
			meter("engine "+e.Name, tariff, m)
		}
	}
	for _, e := range c.Egress {
		meter(fmt.Sprintf("egress of %s %s to %s", e.Provider, e.From, e.To), e.Tariff, e.Meter)
	}
	if n < 100 {
		t.Errorf("%d meters were looked up, want those of the whole catalogue", n)
	}
}
