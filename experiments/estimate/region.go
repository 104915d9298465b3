package estimate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
)

// regional puts the plans' and the services' tariffs into the regions that are
// asked for: each that is known for one of them. A region that none of them is
// known for is an error, which lists those that there are.
func (r *runner) regional(plans []alternative) error {
	asked := r.options.Regions
	if len(asked) == 0 {
		return nil
	}
	found := map[string]bool{}
	var known []string
	place := func(name string) (string, error) {
		first, there := "", "" // the first of them that the tariff is known for, and what it is there
		for _, region := range asked {
			t, ok, err := r.catalog.InRegion(name, []string{region})
			if err != nil || !ok {
				continue
			}
			found[region] = true
			if there != "" && t.Name != there {
				return "", inputError("--region: tariff %s is known for both %s and %s, want one region of each provider", name, first, region)
			}
			if there == "" {
				first, there = region, t.Name
			}
		}
		list, err := r.catalog.RegionsOf(name)
		if err != nil {
			return name, nil // what uses the tariff says so
		}
		known = append(known, list...)
		t, _, err := r.catalog.InRegion(name, asked)
		if err != nil {
			return "", err
		}
		return t.Name, nil
	}
	var err error
	for i := range plans {
		if plans[i].Tariff, err = place(plans[i].Tariff); err != nil {
			return err
		}
		if _, ok, err := r.catalog.InRegion(plans[i].Tariff, asked); err != nil || !ok {
			plans[i].elsewhere = strings.Join(asked, " and ")
		}
	}
	for _, s := range r.in.Services {
		if _, err := place(s.Tariff); err != nil {
			return err
		}
	}
	for _, region := range asked {
		if !found[region] {
			slices.Sort(known)
			known = slices.DeleteFunc(known, func(k string) bool { return k == costmodel.RegionNotStated })
			return inputError("--region: no plan and no service has prices of %q; known are %s", region, strings.Join(slices.Compact(known), ", "))
		}
	}
	return nil
}

// elsewhereMark marks a plan, in a table, that is priced in another region than was
// asked for.
const elsewhereMark = " *"

// marked is the name of a plan in a table.
func (a *alternative) marked(name string) string {
	if a == nil || a.elsewhere == "" {
		return name
	}
	return name + elsewhereMark
}

// called is the name of a plan in a sentence.
func (a *alternative) called(name string) string {
	if a == nil || a.elsewhere == "" {
		return name
	}
	return fmt.Sprintf("%s (which has no prices of %s, and those of its tariff's own region)", name, a.elsewhere)
}

// elsewhereText says what the mark means, and is empty where no plan has it.
func elsewhereText(plans []*alternative) string {
	for _, a := range plans {
		if a != nil && a.elsewhere != "" {
			return fmt.Sprintf(" *: priced in the region of its own tariff, since no prices of %s are known for it.", a.elsewhere)
		}
	}
	return ""
}

// regionNote says which plans are in the regions that were asked for.
func (r *runner) regionNote(plans []alternative) string {
	if len(r.options.Regions) == 0 {
		return ""
	}
	var in, elsewhere []string
	for _, a := range plans {
		if _, ok, err := r.catalog.InRegion(a.Tariff, r.options.Regions); err == nil && ok {
			in = append(in, a.Name)
		} else {
			elsewhere = append(elsewhere, a.Name)
		}
	}
	note := fmt.Sprintf("prices of %s: %s", strings.Join(r.options.Regions, " and "), orNone(in))
	if len(elsewhere) > 0 {
		note += "; of the regions of their tariffs, as no others are known: " + strings.Join(elsewhere, ", ")
	}
	return note
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "no plan"
	}
	return strings.Join(names, ", ")
}

// billable reports why no run of a subject has a bill: a price that nobody has
// verified, of something that every run uses.
func (s *subject) billable(meters []costmodel.Meter) error {
	used := func(meter string) bool {
		return meter != "ephemeral" && (s.provisioned > 0 || !strings.HasPrefix(meter, "provisioned_")) &&
			slices.ContainsFunc(meters, func(m costmodel.Meter) bool {
				return slices.ContainsFunc(m.Usage(), func(e costmodel.Entry) bool { return e.Meter == meter })
			})
	}
	for i := range s.tariff.Prices {
		if p := &s.tariff.Prices[i]; len(p.Tiers) == 0 && !p.Fixed && slices.ContainsFunc(p.Meters, used) {
			return fmt.Errorf("the price of %q in tariff %s is not verified (grade U); %s", p.Name, s.tariff.Name, s.tariff.Ask(p))
		}
	}
	return nil
}
