package costmodel

import (
	"fmt"
	"strconv"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// nodesRule meters the time of the nodes of a cluster, as clouds bill machines: by type,
// each time in which one was there rounded by itself.
type nodesRule struct {
	Types int `toml:"types" default:"1" help:"types of nodes"`
	nodesRounding
}

// nodesRounding is what of the rule an experiment may say.
type nodesRounding struct {
	Quantum spec.Duration `toml:"quantum" default:"1s" help:"a time is rounded up to a multiple of this"`
	Minimum spec.Duration `toml:"minimum" default:"1m" help:"a time is billed as at least this"`
	From    nodesFrom     `toml:"from" default:"ordered" help:"ordered: from the order of a node on; there: from when it takes instances"`
}

// nodesFrom is when the time of a node begins to be billed.
type nodesFrom string

// UnmarshalText reads one of the two.
func (f *nodesFrom) UnmarshalText(b []byte) error {
	if *f = nodesFrom(b); *f != "ordered" && *f != "there" {
		return fmt.Errorf("found %q, want ordered or there", b)
	}
	return nil
}

// mostNodeTypes bounds the types of a cluster's nodes.
const mostNodeTypes = 1000

func (r *nodesRule) meters() (list []meterInfo) {
	for i := range r.Types {
		list = append(list, meterInfo{nodeMeter(i), "ns", "time of nodes of a type"})
	}
	return list
}

// nodeMeter counts the time of the nodes of a type.
func nodeMeter(i int) string { return fmt.Sprintf("node_time_%d", i) }

func (r *nodesRule) check(n *spec.Node) error {
	if r.Types < 1 || r.Types > mostNodeTypes {
		return n.Get("types").Errorf("found %d, want 1 to %d", r.Types, mostNodeTypes)
	}
	return r.nodesRounding.check(n)
}

func (r *nodesRounding) check(n *spec.Node) error {
	if r.Quantum <= 0 {
		return n.Get("quantum").Errorf("found %s, want more than 0", r.Quantum)
	}
	return nil
}

func (r *nodesRule) newMeter(c MeterConfig) (Meter, error) {
	return &nodesMeter{window: c.Window, ordered: r.From == "ordered", stretch: stretch{quantum: sim.Time(r.Quantum), minimum: sim.Time(r.Minimum)}, time: make([]sim.Wide, r.Types)}, nil
}

type nodesMeter struct {
	window  sim.Window
	ordered bool
	stretch stretch
	time    []sim.Wide // ns, by type
}

var _ sim.NodeObserver = (*nodesMeter)(nil)

// Nodes counts the time of nodes.
func (m *nodesMeter) Nodes(batch []sim.NodeLife) {
	for i := range batch {
		n := &batch[i]
		from := n.From
		if m.ordered {
			from = n.Ordered
		}
		m.time[n.Type].Add(m.stretch.clip(m.window, from, n.To))
	}
}

// Requests counts nothing.
func (*nodesMeter) Requests([]sim.Outcome) {}

// Warm counts nothing.
func (*nodesMeter) Warm([]sim.Invocation) {}

// Merge adds what another meter counted.
func (m *nodesMeter) Merge(other Meter) {
	for i, t := range other.(*nodesMeter).time {
		m.time[i].AddWide(t)
	}
}

// Usage returns what was counted.
func (m *nodesMeter) Usage() (u Usage) {
	for i, t := range m.time {
		u = append(u, Entry{nodeMeter(i), "ns", t.Big()})
	}
	return u
}

// NodePrice is the price of the nodes of a type.
type NodePrice struct {
	Type string  // its name; empty: they are all alike
	Hour float64 // money an hour of a node, ≥ 0
}

// NodesTariff is the name of the tariff of a cluster's nodes.
const NodesTariff = "nodes"

// Nodes returns the tariff of the nodes of a cluster, in the order of their types, as an
// experiment states it at a place; billing is the rule's table, nil where nothing is said.
func Nodes(at, billing *spec.Node, currency string, prices []NodePrice) (*Tariff, error) {
	rule := spec.FromValue(at.File, at.Line, map[string]any{"name": "nodes", "types": len(prices)})
	if billing != nil { // its errors name the experiment's keys
		var r nodesRounding
		if err := billing.Decode(&r); err != nil {
			return nil, err
		}
		if err := r.check(billing); err != nil {
			return nil, err
		}
	}
	for _, key := range billing.Keys() {
		if err := rule.Set([]string{key}, billing.Get(key)); err != nil {
			return nil, err
		}
	}
	var list []any
	for i, p := range prices {
		name := "nodes"
		if p.Type != "" {
			name += " of type " + p.Type
		}
		list = append(list, map[string]any{
			"name": name, "meters": []string{nodeMeter(i)}, "unit": "h", "price": strconv.FormatFloat(p.Hour, 'f', -1, 64),
			"grade": "A", "source": "the experiment", "as_of": "undated",
		})
	}
	n := spec.FromValue(at.File, at.Line, map[string]any{
		"name": NodesTariff, "title": "nodes of a cluster", "provider": "the operator", "region": "any", "currency": currency,
		"invariant": "billed time is that of the nodes, whatever runs on them", "price": list,
	})
	if err := n.Set([]string{"rule"}, rule); err != nil {
		return nil, err
	}
	return new(Catalog).decode(n)
}
