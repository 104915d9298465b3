package imports

import (
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// ways are the ways to fail that some retriers, or some catchers, take.
type ways map[string]bool

// takenBy are the ways that a retrier or catcher takes, and the names that it has for them.
func takenBy(r *node) (w ways, names string) {
	w = ways{}
	var list []string
	for _, e := range r.get("ErrorEquals").each() {
		list = append(list, e.str())
		found, _ := failures(e.str())
		for _, way := range found {
			if way == "any" {
				w["failed"], w["throttled"], w["timeout"] = true, true, true
			} else {
				w[way] = true
			}
		}
	}
	return w, strings.Join(list, ", ")
}

// covers tells whether all of others are among them.
func (w ways) covers(others ways) bool {
	for way := range others {
		if !w[way] {
			return false
		}
	}
	return true
}

// take adds the ways of a retrier or catcher, and lists one for which none is left: those
// before it have other names, which are all the same to a simulated call.
func (w ways) take(d *Draft, what string, r *node) {
	own, names := takenBy(r)
	if w.covers(own) {
		d.lose(r, "%s of %s is never asked: those before it take all ways to fail that it is of", what, names)
	}
	for way := range own {
		w[way] = true
	}
}

// givesWay tells of a retrier that lets errors of some names fail at once, where one
// behind it tries again what fails: a simulated call has no names, and would never be
// tried again.
func (g *scope) givesWay(name string, r *node, behind []*node) bool {
	if most, ok := r.get("MaxAttempts").num(); !ok || most != 0 {
		return false
	}
	own, names := takenBy(r)
	for _, e := range r.get("ErrorEquals").each() {
		if _, exact := failures(e.str()); exact {
			return false
		}
	}
	for _, other := range behind {
		if their, others := takenBy(other); their.covers(own) {
			g.d.lose(r, "state %s: what is named %s is not tried again there; here all that fails is as the Retry of %s has it", spec.Quote(name), names, others)
			return true
		}
	}
	return false
}
