package main

import (
	"fmt"
	"slices"

	services "github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/experiments/serving"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces"
	"github.com/coldcurve/coldcurve/traces/logs"
	"github.com/coldcurve/coldcurve/workloads"
)

func newParams(params []spec.Param) []listParam {
	var list []listParam
	for _, p := range params {
		unit := p.Unit
		if unit == p.Type {
			unit = ""
		}
		list = append(list, listParam{p.Name, p.Type, unit, p.Default, p.Required, p.Help})
	}
	return list
}

func policyEntries() []listEntry {
	var list []listEntry
	for _, kind := range []struct {
		name    string
		entries []policies.Entry
	}{{"keepalive", policies.KeepAlives()}, {"prewarm", policies.Prewarms()}, {"pool", policies.Pools()}, {"scaling", policies.Scalings()}, {"routing", policies.Routings()},
		{"placement", policies.Placements()}, {"eviction", policies.Evictions()}} {
		for _, p := range kind.entries {
			e := listEntry{Name: p.Name, Kind: kind.name, Heading: kind.name, Help: p.Help, Params: newParams(p.Params), Source: p.Source}
			scope := sim.ScopeDeployment.String()
			switch kind.name {
			case "keepalive":
				scope = p.Scope.String()
			case "placement", "pool":
				scope = "platform"
			case "eviction":
				scope = "node"
			}
			e.Facts = []listFact{{"scope", scope}, {"controlled by", string(p.Control)}}
			if p.Queues {
				e.Facts = append(e.Facts, listFact{"needs", "dispatch = queue"})
			}
			if p.Example != "" {
				e.Facts = append(e.Facts, listFact{"example", fmt.Sprintf("%s = { name = %q, %s }", kind.name, p.Name, p.Example)})
			}
			if p.Bound() {
				e.Notes = []string{"an offline bound, no policy: it knows the future"}
			}
			list = append(list, e)
		}
	}
	return append(list, listEntry{
		Name: "script", Kind: "script", Heading: "of your own", Help: `a file in Starlark in place of a name, of each kind: { script = "mine.star" }; coldcurve policy new writes one to begin with`,
		Source: "docs/policies/writing.md",
	})
}

func serverEntries() []listEntry {
	var list []listEntry
	for _, k := range serving.Kinds() {
		list = append(list, listEntry{Name: k.Name, Kind: "server", Help: k.Help, Params: newParams(k.Params), Source: k.Source})
	}
	return list
}

func platformEntries() ([]listEntry, error) {
	presets, err := experiments.Presets()
	if err != nil {
		return nil, err
	}
	known, err := services.Shipped()
	if err != nil {
		return nil, err
	}
	var list []listEntry
	for _, p := range presets {
		e := listEntry{Name: p.Name, Kind: "platform", Help: p.Title, Notes: p.Notes}
		for _, v := range p.Values {
			e.Values = append(e.Values, listValue{v.Key, v.Value, v.Grade, v.Source})
		}
		if calls := known.Invocation(p.Name); calls != nil {
			for _, v := range catalogValues(calls) {
				v.Name = "payload." + v.Name
				e.Values = append(e.Values, v)
			}
		}
		list = append(list, e)
	}
	return list, nil
}

func formatEntries() []listEntry {
	var list []listEntry
	for _, f := range slices.Concat(traces.Formats(), logs.TraceFormats()) {
		e := listEntry{Name: f.Name, Kind: "format", Help: f.Help, Source: f.Source}
		for _, fact := range []listFact{
			{"path", f.Path}, {"ordering", f.Ordering}, {"length", f.Length}, {"clock", f.Clock}, {"durations", f.ColdStart}, {"written by", f.Writes}, {"licence", f.Licence},
		} {
			if fact.Value != "" {
				e.Facts = append(e.Facts, fact)
			}
		}
		list = append(list, e)
	}
	return list
}

func distributionEntries() []listEntry {
	var list []listEntry
	for _, kind := range []struct {
		name, heading string
		entries       []workloads.Entry
	}{
		{"distribution", "distributions", workloads.Distributions()},
		{"arrival process", "arrival processes", workloads.Arrivals()},
		{"distribution of numbers", "distributions of whole numbers (tokens, turns)", workloads.Counts()},
		{"distribution of sizes", "distributions of sizes (records, payloads)", workloads.Sizes()},
	} {
		for _, d := range kind.entries {
			list = append(list, listEntry{Name: d.Name, Kind: kind.name, Heading: kind.heading, Help: d.Help, Params: newParams(d.Params), Source: d.Source})
		}
	}
	return list
}
