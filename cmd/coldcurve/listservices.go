package main

import (
	"cmp"
	"slices"
	"strings"

	services "github.com/coldcurve/coldcurve/applications/catalog"
)

// catalogValues are the values of an entry of the catalogue.
func catalogValues(entry any) (list []listValue) {
	for _, v := range services.Values(entry) {
		source := v.Source
		if v.AsOf != "" {
			source += ", " + v.AsOf
		}
		list = append(list, listValue{v.Path, orUnknown(v.Text), v.Grade, source})
	}
	return list
}

// facts leaves out those that say nothing.
func facts(all ...listFact) (list []listFact) {
	for _, f := range all {
		if f.Value != "" {
			list = append(list, f)
		}
	}
	return list
}

func serviceEntries() ([]listEntry, error) {
	known, err := services.Shipped()
	if err != nil {
		return nil, err
	}
	var list []listEntry
	for i := range known.Services {
		s := &known.Services[i]
		list = append(list, listEntry{Name: s.Name, Kind: "service", Help: s.Title, Heading: s.Provider, Values: catalogValues(s), Notes: s.Notes, Legends: []string{services.Grades},
			Facts: facts(listFact{"billed by", s.Tariff}, listFact{"ops", strings.Join(s.OpNames(), ", ")}, listFact{"takes", strings.Join(roles(s), ", ")})})
	}
	return list, nil
}

// roles are the triggers that a service can be of.
func roles(s *services.Service) (list []string) {
	for _, r := range []struct {
		name string
		is   bool
	}{{"http", s.Gateway != nil}, {"queue", s.Queue != nil}, {"stream", s.Stream != nil}, {"schedule", s.Schedule != nil}, {"object", s.Object != nil},
		{"bus", s.Bus != nil}, {"async", s.Async != nil}} {
		if r.is {
			list = append(list, r.name)
		}
	}
	return list
}

func engineEntries() ([]listEntry, error) {
	known, err := services.Shipped()
	if err != nil {
		return nil, err
	}
	var list []listEntry
	for i := range known.Engines {
		e := &known.Engines[i]
		list = append(list, listEntry{Name: e.Name, Kind: "engine", Help: e.Title, Values: catalogValues(e), Notes: e.Notes, Legends: []string{services.Grades},
			Facts: facts(listFact{"provider", e.Provider}, listFact{"billed by", e.Tariff})})
	}
	return list, nil
}

func overheadEntries() ([]listEntry, error) {
	known, err := services.Shipped()
	if err != nil {
		return nil, err
	}
	var list []listEntry
	for i := range known.Overheads {
		o := &known.Overheads[i]
		list = append(list, listEntry{Name: o.Name, Kind: "overhead", Help: o.Title, Values: catalogValues(o), Notes: o.Notes, Legends: []string{services.Grades},
			Facts: facts(listFact{"of", strings.Join(o.Of, ", ")}, listFact{"asks", o.Service})})
	}
	return list, nil
}

func regionEntries() ([]listEntry, error) {
	known, err := services.Shipped()
	if err != nil {
		return nil, err
	}
	measured := map[string]bool{}
	for _, t := range known.Trips {
		measured[t.From] = true
		for to := range t.To {
			measured[to] = true
		}
	}
	var list []listEntry
	for i := range known.Regions {
		r := &known.Regions[i]
		trips := "none known: a [[network]] sets them"
		switch {
		case measured[r.Name]:
			trips = "measured"
		case r.Near.Value != "":
			trips = "those of " + r.Near.Value
		}
		list = append(list, listEntry{Name: r.Name, Kind: "region", Help: r.Title, Heading: r.Provider, Values: catalogValues(r), Legends: []string{services.Grades},
			Facts: facts(listFact{"round trips", trips})})
	}
	slices.SortStableFunc(list, func(a, b listEntry) int { return cmp.Compare(a.Heading, b.Heading) })
	return list, nil
}
