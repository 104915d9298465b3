package experiments

import (
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// readSLO reads [slo]: a column of the output and its bound, an upper one
// unless it is written { min = … }.
func readSLO(n *spec.Node) (results.SLO, error) {
	if n == nil {
		return nil, nil
	}
	if !n.IsTable() {
		return nil, n.Errorf("want a table of columns, as in latency_p99_s = 1.0")
	}
	var known []string
	for _, m := range results.Metrics() {
		known = append(known, m.Name)
	}
	var objectives []results.Objective
	for _, key := range n.Keys() {
		at := n.Get(key)
		if !slices.Contains(known, key) {
			return nil, at.Errorf("%s", spec.Unknown("column", key, known))
		}
		o, err := readObjective(key, at)
		if err != nil {
			return nil, err
		}
		if _, err := results.NewSLO(o); err != nil { // here, where the column stands
			return nil, at.Errorf("%w", err)
		}
		objectives = append(objectives, o...)
	}
	slo, err := results.NewSLO(objectives)
	if err != nil {
		return nil, n.Errorf("%w", err)
	}
	return slo, nil
}

// goodput returns the bounds of [goodput].
func (s *goodputSpec) goodput(n *spec.Node) (results.Goodput, error) {
	g := results.Goodput{TTFT: sim.Time(s.TTFT), TPOT: sim.Time(s.TPOT), E2E: sim.Time(s.E2E)}
	for _, bound := range []struct {
		key   string
		value sim.Time
	}{{"ttft", g.TTFT}, {"tpot", g.TPOT}, {"e2e", g.E2E}} {
		if at := n.Get(bound.key); at != nil && bound.value == 0 {
			return g, at.Errorf("found %s, want a time above 0; without the key any time is good", at)
		}
	}
	return g, nil
}

// readObjective reads one bound, or a table of a lower and an upper one.
func readObjective(metric string, n *spec.Node) ([]results.Objective, error) {
	if !n.IsTable() {
		limit, err := limit(metric, n)
		return []results.Objective{{Metric: metric, Limit: limit}}, err
	}
	var both struct {
		Min *spec.Node `toml:"min" help:"the column must be this or more"`
		Max *spec.Node `toml:"max" help:"the column must be this or less"`
	}
	if err := n.Decode(&both); err != nil {
		return nil, err
	}
	var objectives []results.Objective
	for _, bound := range []*spec.Node{both.Min, both.Max} {
		if bound == nil {
			continue
		}
		limit, err := limit(metric, bound)
		if err != nil {
			return nil, err
		}
		objectives = append(objectives, results.Objective{Metric: metric, Limit: limit, Min: bound == both.Min})
	}
	if len(objectives) == 0 {
		return nil, n.Errorf("want min = …, max = …, or both")
	}
	return objectives, nil
}

// limit reads a bound: a number in the unit that the column's name says, or of
// a time a duration.
func limit(metric string, n *spec.Node) (float64, error) {
	isTime := slices.ContainsFunc(results.Metrics(), func(m results.Metric) bool { return m.Name == metric && m.Unit == "s" })
	if _, isText := n.Value().(string); isText && isTime {
		var d spec.Duration
		err := n.Decode(&d)
		return d.Seconds(), err
	}
	var f float64
	err := n.Decode(&f)
	return f, err
}

// Keys of a reference beside the swept paths.
const (
	referencePlatform = "platform"
	referenceTariff   = "tariff"
)

// readReference reads [compare] reference: swept paths, platform or tariff,
// and the label that the others are compared with.
func readReference(n *spec.Node, e *Experiment) (results.Reference, error) {
	if n == nil {
		return nil, nil
	}
	if !n.IsTable() || len(n.Keys()) == 0 {
		return nil, n.Errorf("want a table, as in { \"platform.lambda.keepalive\" = \"10m\" }")
	}
	known := append(slices.Clone(e.Paths), referencePlatform, referenceTariff)
	ref := results.Reference{}
	for _, key := range n.Keys() {
		at := n.Get(key)
		if !slices.Contains(known, key) {
			return nil, at.Errorf("%s", spec.Unknown("swept path", key, known))
		}
		label := render(at)
		if labels := e.labels(key); !slices.Contains(labels, label) {
			return nil, at.Errorf("%s", spec.Unknown("value of "+key, label, labels))
		}
		ref[key] = label
	}
	return ref, nil
}

// labels returns the values that a column takes, each once.
func (e *Experiment) labels(column string) []string {
	var labels []string
	seen := map[string]bool{}
	add := func(label string) {
		if !seen[label] {
			seen[label] = true
			labels = append(labels, label)
		}
	}
	for _, p := range e.points {
		for _, v := range p.values {
			if v.Path == column {
				add(v.Label)
			}
		}
		for _, pl := range p.platforms {
			switch column {
			case referencePlatform:
				add(pl.name)
			case referenceTariff:
				for _, t := range pl.tariffs {
					add(t)
				}
			}
		}
	}
	return labels
}
