package experiments

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
)

// manifest says what the results are made from; a platform is all its variants.
func (p *Plan) manifest() results.Manifest {
	m := results.Manifest{
		Version: Version, ModelVersion: ModelVersion, Title: p.Title, Experiment: filepath.Base(p.File), Hash: p.Hash,
		Seed: p.Seed, Replications: p.Replications, Lenient: p.lenient, Settled: p.settled, Units: len(p.units), GOARCH: runtime.GOARCH, Rates: p.rates.String(),
		Traces: append([]results.Input{}, p.traces...), Tariffs: append([]results.Input{}, p.tariffs...), Platforms: []results.Input{}, Scripts: scriptInputs(p.scripts),
	}
	for _, u := range p.units {
		if epoch := time.Unix(0, u.epoch).UTC().Format(time.RFC3339Nano); !slices.Contains(m.Epochs, epoch) {
			m.Epochs = append(m.Epochs, epoch)
		}
	}
	var names []string // a sweep may vary them
	variants := map[string]*digest{}
	for _, c := range p.cells {
		for _, pl := range c.platforms {
			d := variants[pl.name]
			if d == nil {
				d = &digest{}
				names, variants[pl.name] = append(names, pl.name), d
			}
			d.add("platform", pl.canonical)
		}
	}
	for _, name := range names {
		m.Platforms = append(m.Platforms, results.Input{Name: name, Digest: "sha256:" + variants[name].sum()})
	}
	return m
}

// Assumptions lists what the results rest on: the values that come from
// presets and catalogues, and the prices, each with its grade and source, and once.
func (p *Plan) Assumptions() []results.Assumption {
	var list []results.Assumption
	seen := map[results.Assumption]bool{}
	add := func(all []results.Assumption) {
		for _, a := range all {
			if !seen[a] {
				seen[a] = true
				list = append(list, a)
			}
		}
	}
	platforms, tariffs := map[string]bool{}, map[*costmodel.Tariff]bool{}
	for _, c := range p.cells {
		for _, f := range c.point.workload.Functions {
			add(measuredOf("function "+nameOf(f), f.Get("init"), nil))
		}
		for _, pl := range c.platforms {
			add(measuredOf("platform "+pl.name, pl.spec.Init, pl.storesNode))
			if key := fmt.Sprintf("%q", append([]string{pl.name, pl.preset}, pl.given...)); !platforms[key] {
				platforms[key] = true
				add(pl.assumptions())
			}
			if p.operator == nil {
				add(pl.uncontrolled())
			}
		}
		add(c.units[0].app.assumptions())
		for _, pr := range c.units[0].prices {
			if !tariffs[pr.tariff] {
				tariffs[pr.tariff] = true
				add(priceAssumptions(pr.tariff))
			}
		}
	}
	return list
}

// priceAssumptions lists a tariff's prices, but for those that users supply.
func priceAssumptions(t *costmodel.Tariff) (list []results.Assumption) {
	for _, price := range t.Prices {
		for _, tier := range price.Tiers {
			if price.Supplied {
				continue
			}
			list = append(list, results.Assumption{
				Subject: "tariff " + t.Name, Text: price.Name + ", " + tier.UnitPrice.Text('f') + " " + t.Currency + " per " + price.Unit,
				Grade: tier.Grade, Source: tier.Source,
			})
		}
	}
	return list
}

// assumptions lists the values that the platform takes from its preset.
func (p *platform) assumptions() []results.Assumption {
	if p.preset == "" {
		return nil
	}
	preset, err := newPreset(p.preset)
	if err != nil {
		return nil // it was read before
	}
	var list []results.Assumption
	for _, v := range preset.Values {
		if slices.Contains(p.given, v.Key) {
			continue
		}
		list = append(list, results.Assumption{
			Subject: "platform " + p.name + " (" + p.preset + ")", Text: v.Key + " = " + v.Value, Grade: v.Grade, Source: v.Source,
		})
	}
	for _, n := range preset.Notes {
		list = append(list, results.Assumption{Subject: "platform " + p.name + " (" + p.preset + ")", Text: n})
	}
	return list
}
