package results

import (
	"cmp"
	"io"
	"slices"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// PoolTime is the time of the instances of one kind that belonged to no function.
type PoolTime struct {
	Runtime string   // of the functions that it could serve; "": any
	Layer   string   // the first phase that was left to go through
	Created uint64   // instances that were started so in the window
	Idle    sim.Wide // ns × instances
	Wasted  sim.Wide // MiB × ns of idle instances
}

// poolKey says which of a pool's instances a sum is of.
type poolKey struct {
	function uint32 // the first that they could serve; 0 where any could
	layer    sim.Phase
}

// poolSums are the sums of a pool by kind; nil: there was none.
type poolSums map[poolKey]*deploymentTally

// of returns the sums of the instances that a life is of.
func (p *poolSums) of(l *sim.Life) *deploymentTally {
	k := poolKey{l.Deployment, l.Layer}
	if l.Layer <= sim.PhaseRuntime {
		k.function = 0
	}
	if *p == nil {
		*p = poolSums{}
	}
	d := (*p)[k]
	if d == nil {
		d = &deploymentTally{}
		(*p)[k] = d
	}
	return d
}

func (p *poolSums) merge(o poolSums) {
	for k, d := range o {
		into := p.of(&sim.Life{Deployment: k.function, Layer: k.layer})
		into.merge(d)
	}
}

// finish lists the sums by runtime and layer.
func (p poolSums) finish(functions []sim.Function) (all []PoolTime) {
	for k, d := range p {
		t := PoolTime{Layer: k.layer.String(), Created: d.created, Idle: d.idle, Wasted: d.wasted}
		if k.layer > sim.PhaseRuntime {
			t.Runtime = functions[k.function].Runtime
		}
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b PoolTime) int {
		return cmp.Or(cmp.Compare(a.Runtime, b.Runtime), cmp.Compare(a.Layer, b.Layer))
	})
	return all
}

// ofPool is a metric that only what has a pool has.
func ofPool(name, unit, help string, count bool, f func(*Replication) float64) Metric {
	return Metric{Name: name, Unit: unit, Help: help, Rare: true, Count: count, value: func(r *Replication, _ *costmodel.Bill) float64 {
		if r.Pool == nil {
			return nan
		}
		return f(r)
	}}
}

func poolWaste(r *Replication) float64 {
	var sum sim.Wide
	for i := range r.Pool {
		sum.AddWide(r.Pool[i].Wasted)
	}
	return sum.Float() / 1024 / second
}

// poolTables lists the file of pools; none where no row has one.
func (s *Set) poolTables(rows []Row) []unitTable {
	if !slices.ContainsFunc(rows, func(r Row) bool { return r.Stats[metricIndex("pool_wasted_gib_s")].Defined() }) {
		return nil
	}
	return []unitTable{{"pools.csv", func(w io.Writer, units unitSource) error { return writeCSV(w, s.poolsSheet(units)) }}}
}

// poolsSheet is pools.csv: what of each unit's instances belonged to no function.
func (s *Set) poolsSheet(units unitSource) *sheet {
	paths := s.pathColumns()
	columns := append(append([]column(nil), paths...),
		column{"platform", textColumn, "", "as the experiment names it"},
		column{"replication", wholeColumn, "", replicationHelp},
		column{"runtime", textColumn, "", "of the functions that such instances could serve; empty: any"},
		column{"layer", textColumn, "", "the first phase of an initialisation that is left to go through"},
		column{"created", wholeColumn, "instances", "started so in the window"},
		column{"idle_s", numberColumn, "s", "instances × time that they were idle"},
		column{"wasted_gib_s", numberColumn, "GiB·s", "memory × idle time"})
	return &sheet{"pools", columns, func(yield func([]any) error) error {
		return units(func(i, n int, r *Replication) error {
			c := &s.Cells[i]
			start := append(appendPaths(nil, paths, c.Values), c.Platform, int64(n))
			for k := range r.Pool {
				p := &r.Pool[k]
				if err := yield(append(slices.Clip(start), p.Runtime, p.Layer, whole(p.Created), p.Idle.Float()/second, p.Wasted.Float()/1024/second)); err != nil {
					return err
				}
			}
			return nil
		})
	}}
}
