package results

import (
	"fmt"
	"math"
	"slices"
)

// withinGoodput says which choice serves the most requests a second within the
// bounds of [goodput], over the loads that were tried, and where; who cannot be
// told from it is named with it.
func (a *answer) withinGoodput() string {
	path := a.set.loadPath()
	if path < 0 {
		return ""
	}
	var names []string
	var most []Row // of each choice, at the load where it serves the most
	for _, c := range combinations(a.of(a.fit), path, true) {
		best := -1
		for i, r := range c.rows {
			if x := good(r); !math.IsNaN(x) && (best < 0 || x > good(c.rows[best])) {
				best = i
			}
		}
		if best >= 0 {
			names, most = append(names, c.name), append(most, *c.rows[best])
		}
	}
	if len(most) == 0 {
		return ""
	}
	first := 0
	for i := range most {
		if good(&most[i]) > good(&most[first]) {
			first = i
		}
	}
	if good(&most[first]) == 0 {
		return "No choice serves a request within the bounds of the goodput, at any load that was tried"
	}
	top, rest := []int{first}, 0.0
	for i := range most {
		switch {
		case i == first:
		case below(&most[i], &most[first], "goodput_per_s"):
			rest = max(rest, good(&most[i]))
		default:
			top = append(top, i)
		}
	}
	verb := "serve"
	if len(top) == 1 {
		verb = "serves"
	}
	text := fmt.Sprintf("Within the bounds of the goodput, %s %s the most: %s requests/s", listed(names, top, "and"), verb, digits(good(&most[first]), 3))
	if !slices.ContainsFunc(top, func(i int) bool { return most[i].Values[path].Number != most[first].Values[path].Number }) {
		text += fmt.Sprintf(", where %s arrive", most[first].Values[path].Label)
	}
	if len(top) < len(most) {
		text += fmt.Sprintf("; the others serve %s at most", digits(rest, 3))
	}
	return text
}

func good(r *Row) float64 { return r.mean("goodput_per_s") }
