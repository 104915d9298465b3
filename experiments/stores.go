package experiments

import (
	"fmt"
	"strings"

	"github.com/coldcurve/coldcurve/experiments/serving"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/stores"
	"github.com/coldcurve/coldcurve/workloads"
)

// storeSpec is one [[platform.store]], nearest first.
type storeSpec struct {
	Name      string                       `toml:"name" required:"true" help:"what the report calls it"`
	Scope     storeScope                   `toml:"scope" default:"node" help:"node: each host has one; region: all hosts share it"`
	Capacity  *spec.Size                   `toml:"capacity" help:"what it keeps at most; absent, of the last one alone: everything"`
	Bandwidth *workloads.MeasuredBandwidth `toml:"bandwidth" required:"true" help:"of one load, or the name of a measured one (coldcurve list starts)"`
	PerGPU    bool                         `toml:"per_gpu" help:"GPUs that load a part of the weights each have the bandwidth each"`
}

// storeScope says whose a store is.
type storeScope string

// UnmarshalText reads node or region.
func (s *storeScope) UnmarshalText(b []byte) error {
	switch *s = storeScope(b); *s {
	case "node", "region":
		return nil
	}
	return fmt.Errorf("found %q, want node or region", spec.Shorten(string(b)))
}

// hostPlacement says on which host an instance starts, where there are no nodes.
func (s *platformSpec) hostPlacement() (stores.Placement, error) {
	if s.Placement == nil || s.Cluster.Nodes > 0 || len(s.Cluster.Types) > 0 {
		return stores.Random, nil
	}
	switch s.Placement.Value() {
	case "any":
		return stores.Random, nil
	case "soonest":
		return stores.Soonest, nil
	}
	return stores.Random, s.Placement.Errorf("found %s, want any or soonest", s.Placement)
}

// stores returns what the platform's stores are; nil where it has none.
func (s *platformSpec) stores(n *spec.Node) (sim.StoresFactory, error) {
	if len(s.Stores) == 0 {
		for _, key := range []string{"store", "hosts", "placement"} {
			if at := n.Get(key); at != nil && (key != "placement" || s.Cluster.Nodes == 0 && len(s.Cluster.Types) == 0) {
				if key == "placement" && n.Get("cluster") != nil {
					return nil, at.Errorf("found it without nodes, want some in cluster (%s), or none of it", n.Get("cluster").Place())
				}
				return nil, at.Errorf("found it without stores, want [[platform.store]], nearest first, or none of it")
			}
		}
		return nil, nil
	}
	placement, err := s.hostPlacement()
	if err != nil {
		return nil, err
	}
	out := stores.Stores{Hosts: s.Hosts, Placement: placement}
	if s.Hosts < 1 || s.Hosts > stores.MostHosts {
		return nil, n.Get("hosts").Errorf("found %d, want 1 to %d", s.Hosts, stores.MostHosts)
	}
	if len(s.Stores) > sim.MaxStores {
		return nil, n.Get("store").Errorf("found %d stores, want %d at most", len(s.Stores), sim.MaxStores)
	}
	names := map[string]bool{}
	for i, t := range s.Stores {
		at := n.Get("store", fmt.Sprint(i))
		tier := stores.Tier{Shared: t.Scope == "region", Bandwidth: int64(*t.Bandwidth), PerGPU: t.PerGPU}
		switch last := i == len(s.Stores)-1; {
		case strings.TrimSpace(t.Name) == "":
			return nil, at.Get("name").Errorf("found an empty name, want what the report is to call the store")
		case names[t.Name]:
			return nil, at.Get("name").Errorf("a second store %q", t.Name)
		case tier.Bandwidth < 1:
			return nil, at.Get("bandwidth").Errorf("found %s, want it above 0", at.Get("bandwidth"))
		case last && t.Capacity != nil:
			return nil, at.Get("capacity").Errorf("found %s, want none of the last store: it keeps everything, as a registry or an object store does", at.Get("capacity"))
		case !last && t.Capacity == nil:
			return nil, at.Errorf("missing key %q: only the last store keeps everything", "capacity")
		case !last && *t.Capacity < 1:
			return nil, at.Get("capacity").Errorf("found %s, want it above 0", at.Get("capacity"))
		case !last:
			tier.Capacity = int64(*t.Capacity)
		}
		names[t.Name] = true
		out.Tiers = append(out.Tiers, tier)
	}
	if err := out.Check(); err != nil {
		return nil, n.Get("store").Errorf("%w", err)
	}
	return out, nil
}

// storeNames are the names of the platform's stores, nearest first.
func (s *platformSpec) storeNames() (names []string) {
	for _, t := range s.Stores {
		names = append(names, t.Name)
	}
	return names
}

// locate gives the platform its stores, and its initialisation what that leaves
// to it.
func (p *platform) locate(n *spec.Node) (err error) {
	if p.sim.Stores, err = p.spec.stores(n); err != nil {
		return err
	}
	p.location.Stores, p.storesNode = p.sim.Stores != nil, n.Get("store")
	if w, ok := p.server.(serving.Weighted); ok {
		p.location.Model, p.location.Bytes, p.location.GPUs = w.Weights()
	}
	p.sim.Init, err = workloads.Located(p.sim.Init, p.location)
	return err
}

// locate fills in what a function's initialisation leaves to the platform. Those of
// many functions are one: known has what was filled in.
func locate(f *sim.Function, on workloads.Location, known map[*sim.PhaseSampler]sim.Init) error {
	if len(f.Init) == 0 {
		return nil
	}
	first := &f.Init[0]
	if located, ok := known[first]; ok {
		f.Init = located
		return nil
	}
	located, err := workloads.Located(f.Init, on)
	if err != nil {
		return err
	}
	f.Init, known[first] = located, located
	return nil
}

// loadsThrough tells whether anything comes through the stores of the platform,
// and refuses one content of two sizes.
func (p *platform) loadsThrough(functions []sim.Function) (loads bool, err error) {
	type content struct {
		phase sim.Phase
		name  string
	}
	sizes := map[content]int64{}
	seen := map[*sim.PhaseSampler]bool{}
	for i := range functions {
		init := functions[i].Init
		if init == nil && functions[i].Cold == nil {
			init = p.sim.Init
		}
		if len(init) == 0 || seen[&init[0]] {
			continue
		}
		seen[&init[0]] = true
		for _, ph := range init {
			if ph.Content.Bytes == 0 {
				continue
			}
			loads = true
			c := content{ph.Phase, ph.Content.Name}
			if other, named := sizes[c]; c.name != "" && named && other != ph.Content.Bytes {
				return true, fmt.Errorf("platform %q: content %q of the phase %s has %v in one function and %v in another, want one size, or two names", p.name, c.name, c.phase, spec.Size(other), spec.Size(ph.Content.Bytes))
			}
			sizes[c] = ph.Content.Bytes
		}
	}
	return loads, nil
}
