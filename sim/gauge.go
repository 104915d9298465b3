package sim

// Used returns the part of the blocks that requests hold; 0 where none are known.
func (g Gauge) Used() float64 {
	if g.Blocks == 0 {
		return 0
	}
	return float64(g.Held) / float64(g.Blocks)
}
