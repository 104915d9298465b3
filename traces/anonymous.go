package traces

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// anonymise names functions by their rank in invocations, the most first, and
// their apps and owners in the order in which these functions have them.
func anonymise(functions []sim.Function, counts []int64) {
	order := make([]int, len(functions))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(f, g int) int { return cmp.Compare(counts[g], counts[f]) })
	apps, owners := renamer{"app", map[string]string{}}, renamer{"owner", map[string]string{}}
	width := len(fmt.Sprint(len(order)))
	for rank, i := range order {
		f := &functions[i]
		f.Name, f.App, f.Owner = fmt.Sprintf("function-%0*d", width, rank+1), apps.name(f.App), owners.name(f.Owner)
	}
}

// renamer numbers names as they come.
type renamer struct {
	what  string
	names map[string]string
}

// name returns the new name; what has none keeps none.
func (r *renamer) name(old string) string {
	if old == "" {
		return ""
	}
	if _, known := r.names[old]; !known {
		r.names[old] = fmt.Sprintf("%s-%d", r.what, len(r.names)+1)
	}
	return r.names[old]
}
