package results

import (
	"slices"
	"strings"
)

// isLoad reports whether a swept path is of the load: what arrives, and what it asks
// for. What a function is given (its memory, its timeout) is a choice of who runs
// it, as are platforms. Of an application what arrives at its triggers is the load, and
// the tokens of its models; its other parts, and which file it is, are choices.
func isLoad(path string) bool {
	keys := pathKeys(path)
	switch {
	case len(keys) > 3 && keys[0] == "app":
		return keys[1] == "trigger" && (keys[3] == "arrivals" || keys[3] == "record") || keys[1] == "function" && keys[3] == "tokens"
	case len(keys) > 1 && keys[0] == "workload":
		return !slices.Contains([]string{"application", "memory", "timeout"}, keys[len(keys)-1])
	}
	return false
}

// loads reports whether the rows are of different loads.
func loads(rows []Row) bool { return len(sameLoad(rows, -1)) > 1 }

// loadGroup are rows of one load, by index, and its name, which is "" where there is
// no other.
type loadGroup struct {
	name string
	rows []int
}

// of are the rows of the group.
func (g loadGroup) of(rows []Row) (out []Row) {
	for _, i := range g.rows {
		out = append(out, rows[i])
	}
	return out
}

// sameLoad cuts rows into those of the same load, but for the value on a path (−1:
// but for none).
func sameLoad(rows []Row, but int) (out []loadGroup) {
	if len(rows) == 0 {
		return nil
	}
	at := map[string]int{}
	paths := loadPaths(rows[0].Values, but)
	for i := range rows {
		key := loadKey(&rows[i], paths)
		k, ok := at[key]
		if !ok {
			k = len(out)
			at[key], out = k, append(out, loadGroup{name: loadName(&rows[i], paths)})
		}
		out[k].rows = append(out[k].rows, i)
	}
	return out
}

// loadKey tells a row's load from others: its values on some paths.
func loadKey(r *Row, paths []int) string {
	var values []string
	for _, k := range paths {
		values = append(values, r.Values[k].Label)
	}
	return strings.Join(values, "\x00")
}

// loadName is the same in words. A case that leaves all of the paths out has the load
// that stands in the file.
func loadName(r *Row, paths []int) string {
	var words []string
	for _, k := range paths {
		if v := &r.Values[k]; !v.absent() {
			words = append(words, oneLine(valueWords(k, v.Path)(r)))
		}
	}
	if len(paths) > 0 && words == nil {
		return "the load of [workload]"
	}
	return strings.Join(words, ", ")
}

// loadPaths returns which swept paths are of the load, but for one.
func loadPaths(values []PathValue, but int) (paths []int) {
	for k, v := range values {
		if k != but && isLoad(v.Path) {
			paths = append(paths, k)
		}
	}
	return paths
}

// loadPath returns the swept path to plot costs over: of those of the load that are
// numbers, the first that is a rate, else the first; −1 where there is none with at
// least three values.
func (s *Set) loadPath() int {
	best := -1
	for i, c := range s.pathColumns() {
		if c.kind != numberColumn || !isLoad(c.name) {
			continue
		}
		var values []float64
		for j := range s.Cells {
			values = append(values, s.Cells[j].Values[i].Number)
		}
		slices.Sort(values)
		if values = slices.Compact(values); len(values) < 3 || values[0] <= 0 {
			continue
		}
		if c.unit == "1/s" {
			return i
		}
		if best < 0 {
			best = i
		}
	}
	return best
}
