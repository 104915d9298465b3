package policies

import "github.com/coldcurve/coldcurve/sim"

// roomy returns who counts for a placement policy: the nodes that have room as they are,
// or where there is none, those on which idle instances can make it.
func roomy(c sim.Nodes) func(i int) bool {
	for i := range c.Len() {
		if c.Fits(i) {
			return c.Fits
		}
	}
	return c.CanFit
}

// least returns the node with the lowest score among those that count, of several the first.
func least(c sim.Nodes, score func(i int) int64) int {
	counts, best, low := roomy(c), -1, int64(0)
	for i := range c.Len() {
		if !counts(i) {
			continue
		}
		if s := score(i); best < 0 || s < low {
			best, low = i, s
		}
	}
	return best
}
