package servers

// index maps 32-bit names to places. It is a table of open addresses that gives
// room back as it goes (an entry that leaves is closed up), so that a steady
// number of entries that come and go allocates nothing.
type index struct {
	entries []indexEntry // a power of 2 of them
	used    int
}

type indexEntry struct {
	name  uint32
	place int32 // + 1; 0 where there is none
}

// home is where a name would best be: the high bits of its product with 2³² ÷ φ.
func (x *index) home(name uint32) int {
	return int(uint64(name*2654435769) * uint64(len(x.entries)) >> 32)
}

// find returns the entry of a name, or the empty one where it would go.
func (x *index) find(name uint32) int {
	i := x.home(name)
	for x.entries[i].place != 0 && x.entries[i].name != name {
		i = (i + 1) & (len(x.entries) - 1)
	}
	return i
}

// get returns the place of a name, −1 where it has none.
func (x *index) get(name uint32) int32 {
	if x.used == 0 {
		return -1
	}
	return x.entries[x.find(name)].place - 1
}

// put gives a place ≥ 0 to a name.
func (x *index) put(name uint32, place int32) {
	if 2*x.used >= len(x.entries) {
		x.grow()
	}
	i := x.find(name)
	if x.entries[i].place == 0 {
		x.used++
	}
	x.entries[i] = indexEntry{name, place + 1}
}

func (x *index) grow() {
	old := x.entries
	x.entries = make([]indexEntry, max(16, 2*len(old)))
	for _, e := range old {
		if e.place != 0 {
			x.entries[x.find(e.name)] = e
		}
	}
}

// remove takes a name out, and moves those after it that it kept from where
// they would best be.
func (x *index) remove(name uint32) {
	mask := len(x.entries) - 1
	hole := x.find(name)
	if x.entries[hole].place == 0 {
		return
	}
	x.used--
	for i := (hole + 1) & mask; x.entries[i].place != 0; i = (i + 1) & mask {
		home := x.home(x.entries[i].name)
		if (i-home)&mask >= (i-hole)&mask { // its home is not between the hole and it
			x.entries[hole] = x.entries[i]
			hole = i
		}
	}
	x.entries[hole] = indexEntry{}
}
