package results

import (
	"cmp"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// worstShown is how many functions of a cell the report shows.
const worstShown = 10

// worstFunctions finds the functions with the most cold starts of each cell,
// while the functions' records pass by on their way to functions.parquet.
type worstFunctions struct {
	set   *Set
	cells [][]worstFunction // the worst of each cell that is done
	cell  int
	sums  map[uint32]*worstFunction
}

// worstFunction is one function's sums over replications.
type worstFunction struct {
	function                uint32
	invocations, coldStarts uint64
	p99                     int64 // ns, the largest of the replications
	latency                 sim.Wide
	completed               uint64
}

func newWorstFunctions(s *Set) *worstFunctions {
	return &worstFunctions{set: s, cells: make([][]worstFunction, len(s.Cells)), cell: -1}
}

// observe adds a unit's records; a cell's units come one after another.
func (w *worstFunctions) observe(cell int, records []FunctionRecord) {
	if cell != w.cell {
		w.finish()
		w.cell, w.sums = cell, map[uint32]*worstFunction{}
	}
	for i := range records {
		r := &records[i]
		f := w.sums[r.Function]
		if f == nil {
			f = &worstFunction{function: r.Function}
			w.sums[r.Function] = f
		}
		f.invocations += r.Invocations
		f.coldStarts += r.ColdStarts
		f.p99 = max(f.p99, r.P99)
		f.latency.AddWide(r.Latency)
		f.completed += r.Ended[sim.Completed]
	}
}

// finish keeps the worst of the cell at hand: most cold starts first, then
// the larger ratio, then the function's index.
func (w *worstFunctions) finish() {
	if w.cell < 0 {
		return
	}
	all := make([]worstFunction, 0, len(w.sums))
	for _, f := range w.sums {
		if f.coldStarts > 0 {
			all = append(all, *f)
		}
	}
	slices.SortFunc(all, func(a, b worstFunction) int {
		return cmp.Or(cmp.Compare(b.coldStarts, a.coldStarts),
			Ratio{b.coldStarts, b.invocations}.cmp(Ratio{a.coldStarts, a.invocations}),
			cmp.Compare(a.function, b.function))
	})
	w.cells[w.cell] = slices.Clone(all[:min(len(all), worstShown)])
}
