package results

import (
	"math"
	"slices"
)

// choice is a combination of all but the load, and its rows by load.
type choice struct {
	name string
	rows []*Row
}

// choices returns the combinations of all but the value on a path that have a
// bill, in the order of the rows; bounds are none.
func choices(rows []Row, path int) []choice {
	return combinations(slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Bound || math.IsNaN(r.mean("cost")) }), path, true)
}

// combinations returns those of all but the value on a path, in the order of the
// rows; tariffs are a part of them where told.
func combinations(rows []Row, path int, tariffs bool) []choice {
	kept := slices.Clone(rows)
	others := slices.Clone(kept)
	for i := range others {
		others[i].Values = slices.Delete(slices.Clone(others[i].Values), path, path+1)
	}
	var out []choice
	at := map[string]int{}
	for i, name := range rowNames(others, tariffs) {
		k, ok := at[name]
		if !ok {
			k = len(out)
			at[name], out = k, append(out, choice{name: name})
		}
		out[k].rows = append(out[k].rows, &kept[i])
	}
	for _, c := range out {
		slices.SortStableFunc(c.rows, func(a, b *Row) int { return compareFloats(a.Values[path].Number, b.Values[path].Number) })
	}
	return out
}

// curve returns the choice's cost over the value on a path, as of says it is.
func (c *choice) curve(path int, of func(*Row) float64) LoadCurve {
	out := LoadCurve{Label: c.name}
	unfit := make([]bool, len(c.rows))
	for i, r := range c.rows {
		out.Load, out.Cost = append(out.Load, r.Values[path].Number), append(out.Cost, of(r))
		ok, _ := r.Fit()
		unfit[i] = !ok
	}
	if slices.Contains(unfit, true) {
		out.Unfit = unfit
	}
	return out
}

func meanCost(r *Row) float64 { return r.mean("cost") }
