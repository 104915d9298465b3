package experiments

import (
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/results"
)

// operatedKey is the key of a preset of a platform that its user operates: all of its
// policies are theirs to choose.
const operatedKey = "operated"

// policiesOf lists the policies that each key of a platform may name.
func policiesOf() map[string][]policies.Entry {
	return map[string][]policies.Entry{
		"keepalive": policies.KeepAlives(), "prewarm": policies.Prewarms(), "pool": policies.Pools(), "scaling": policies.Scalings(),
		"routing": policies.Routings(), "eviction": policies.Evictions(), "placement": policies.Placements(),
	}
}

// uncontrolled tells of the policies of a provider's platform that the experiment chooses
// and that a tenant of the provider does not control: what it shows of them is what
// another provider would be like. In an operator's study they are the operator's.
func (p *platform) uncontrolled() (list []results.Assumption) {
	if p.preset == "" || p.bound {
		return nil
	}
	root, err := readPreset(p.preset)
	if err != nil || root.Get(operatedKey) != nil {
		return nil // it was read before
	}
	all := policiesOf()
	for _, key := range p.given {
		n := p.node.Get(key)
		i := slices.IndexFunc(all[key], func(e policies.Entry) bool { return n.IsTable() && e.Name == policyName(n) })
		if i < 0 || all[key][i].Control == policies.Tenant {
			continue
		}
		list = append(list, results.Assumption{
			Subject: "platform " + p.name + " (" + p.preset + ")", Grade: "U",
			Text: "warning: " + key + " = " + shownPolicy(n) + " is not a tenant's to choose: it is supposed that the provider would",
		})
	}
	return list
}

// shownPolicy is a policy as it is written, without its label.
func shownPolicy(n *spec.Node) string { return n.Without("label").String() }
