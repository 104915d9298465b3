package experiments

import (
	"fmt"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// most is how many nodes of a type there may be at a time.
func (t *nodeTypeSpec) most() int { return max(t.Nodes, t.Max) }

// scaling returns how nodes come and go; nil where they do not.
func (c *clusterSpec) scaling(n *spec.Node, types []nodeTypeSpec) (*sim.NodeScaling, error) {
	out, first := &sim.NodeScaling{Scan: sim.Time(c.Scan)}, 0
	for i, t := range types {
		at := typeNode(n, i)
		switch {
		case at.Get("max_nodes") == nil:
			for _, key := range []string{"start", "idle"} {
				if k := at.Get(key); k != nil {
					return nil, k.Errorf("found it without max_nodes, want how many nodes there may be, as in max_nodes = 20")
				}
			}
		case t.Max < 1 || t.Max < t.Nodes:
			return nil, at.Get("max_nodes").Errorf("found %d, want at least the %d nodes that are always there, and 1", t.Max, t.Nodes)
		default:
			out.Groups = append(out.Groups, sim.NodeGroup{First: first, Count: t.Max, Least: t.Nodes, Start: t.Start, Idle: sim.Time(t.Idle)})
		}
		first += t.most()
	}
	switch at := n.Get("scan"); {
	case out.Groups == nil && at != nil:
		return nil, at.Errorf("found it without max_nodes, want how many nodes there may be, as in max_nodes = 20")
	case out.Groups == nil:
		return nil, nil
	case at != nil && out.Scan < sim.Second:
		return nil, at.Errorf("found %s, want 1s or more", at)
	}
	return out, nil
}

// typeNode is where the i-th type of nodes stands.
func typeNode(n *spec.Node, i int) *spec.Node {
	if n.Get("type") == nil {
		return n
	}
	return n.Get("type", fmt.Sprint(i))
}

// tariff returns the prices of nodes; nil where there are none.
func (c *clusterSpec) tariff(n *spec.Node) (*costmodel.Tariff, error) {
	types, err := c.types(n)
	if err != nil {
		return nil, err
	}
	var prices []costmodel.NodePrice
	for i, t := range types {
		at := typeNode(n, i).Get("price")
		switch {
		case at == nil:
			continue
		case !(t.Price >= 0 && t.Price <= maxNodePrice):
			return nil, at.Errorf("found %s, want 0 to %d an hour", at, maxNodePrice)
		}
		prices = append(prices, costmodel.NodePrice{Type: t.Name, Hour: t.Price})
	}
	switch {
	case len(prices) == 0:
		for _, key := range []string{"billing", "currency"} {
			if at := n.Get(key); at != nil {
				return nil, at.Errorf("found it without a price, want what a node costs an hour, as in price = 0.10")
			}
		}
		return nil, nil
	case len(prices) < len(types):
		return nil, n.Errorf("found a price for %d of %d types of nodes, want one for each, 0 for what costs nothing", len(prices), len(types))
	}
	if c.Billing != nil && !c.Billing.IsTable() {
		return nil, c.Billing.Errorf("found %s, want a table, as in { quantum = \"1s\", minimum = \"1m\", from = \"ordered\" }", c.Billing)
	}
	return costmodel.Nodes(n, c.Billing, c.Currency, prices)
}

// maxNodePrice bounds the price of a node, money an hour.
const maxNodePrice = 1_000_000
