package experiments

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/coldcurve/coldcurve/results"
)

// manifest says what the results are made from; a platform is all its variants.
func (p *Plan) manifest() results.Manifest {
	m := results.Manifest{
		Version: Version, ModelVersion: ModelVersion, Title: p.Title, Experiment: filepath.Base(p.File), Hash: p.Hash,
		Seed: p.Seed, Replications: p.Replications, Units: len(p.units), GOARCH: runtime.GOARCH,
		Traces: append([]results.Input{}, p.traces...), Tariffs: append([]results.Input{}, p.tariffs...), Platforms: []results.Input{},
	}
	for _, pl := range p.points[0].platforms {
		d := &digest{}
		for _, c := range p.cells {
			if c.platform.name == pl.name {
				d.add("platform", c.platform.canonical)
			}
		}
		m.Platforms = append(m.Platforms, results.Input{Name: pl.name, Digest: "sha256:" + d.sum()})
	}
	return m
}

// assumptions lists what the results rest on: the values that come from
// presets, and the prices, each with its grade and source.
func (p *Plan) assumptions() []results.Assumption {
	var list []results.Assumption
	add := func(a results.Assumption) {
		if !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	seen := map[string]bool{} // platforms of many cells take the same from their presets
	for _, c := range p.cells {
		if key := fmt.Sprintf("%q %q %q", c.platform.name, c.platform.preset, c.platform.given); !seen[key] {
			seen[key] = true
			for _, a := range c.platform.assumptions() {
				add(a)
			}
		}
		for _, pr := range c.units[0].prices {
			for _, price := range pr.tariff.Prices {
				for _, tier := range price.Tiers {
					if price.Supplied {
						continue
					}
					add(results.Assumption{
						Subject: "tariff " + pr.tariff.Name, Text: price.Name + ", " + tier.UnitPrice.Text('f') + " " + pr.tariff.Currency + " per " + price.Unit,
						Grade: tier.Grade, Source: tier.Source,
					})
				}
			}
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
