package policies

import "github.com/coldcurve/coldcurve/sim"

// anyNode draws a node that takes a request.
func anyNode(c sim.Nodes) int {
	n := 0
	for i := range c.Len() {
		if c.Takes(i) {
			n++
		}
	}
	k := int(c.Uniform(0) * float64(n))
	for i := range c.Len() {
		if c.Takes(i) {
			if k == 0 {
				return i
			}
			k--
		}
	}
	return -1
}

// leastBy returns the node with the lowest score among those that will do, of several the
// first; −1 where none will.
func leastBy(c sim.Nodes, will func(i int) bool, score func(i int) int) int {
	best, low := -1, 0
	for i := range c.Len() {
		if !will(i) {
			continue
		}
		if s := score(i); best < 0 || s < low {
			best, low = i, s
		}
	}
	return best
}

// atOnce reports whether a node would serve a request at once: an instance is warm there,
// or one can start, and nobody waits who is before it. What waits has more memory coming
// to it than there is.
func atOnce(c sim.Nodes, i int) bool {
	return c.Takes(i) && c.Waiting(i) == 0 && (c.Warm(i) > 0 || c.CanFit(i))
}
