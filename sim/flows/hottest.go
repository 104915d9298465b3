package flows

import "github.com/coldcurve/coldcurve/sim"

// Hottest is which part, 0 to 1, of a trigger's records the most frequent key has, and the
// busiest of the lanes of its shards, in each of which one batch is handled after the other,
// as it starts; both 0 where records have no keys or are in no order, and lane 0 where each
// key is one.
func (t *Trigger) Hottest() (key, lane float64) {
	if t.Keys == nil || t.Stream == nil && !t.ordered() {
		return 0, 0
	}
	var lanes []float64
	shards, per := 1, 1
	if s := t.Stream; s != nil {
		shards, per = max(1, s.Shards), max(1, s.Parallel)
		lanes = make([]float64, shards*per)
	}
	before, name := 0.0, sim.HashName(t.Name)
	for i, sum := range t.Keys.Popularity {
		part := sum - before
		before = sum
		key = max(key, part)
		if lanes != nil {
			group := keyGroup(name, i)
			l := share(group, shards)*per + share(sim.Mixed(group), per)
			lanes[l] += part
			lane = max(lane, lanes[l])
		}
	}
	return key, lane
}

// keyGroup is the group of the records of a key, by its place in the popularity.
func keyGroup(name uint64, index int) uint64 { return sim.MadeKey(name, 1, uint32(index)) }
