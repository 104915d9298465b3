package stores

import "github.com/coldcurve/coldcurve/sim"

// cache keeps contents up to its capacity, and drops those used least recently.
type cache struct {
	room    int64 // bytes that are free
	size    int64
	entries map[contentID]int32 // place in list
	list    []entry             // a ring; list[0] is its end, before it the one used last, after it the one used first
	free    []int32
}

// entry is a content that is kept.
type entry struct {
	id           contentID
	bytes        int64
	there        sim.Time // from when on
	older, newer int32
}

func newCache(capacity int64) cache {
	return cache{room: capacity, size: capacity, entries: map[contentID]int32{}, list: make([]entry, 1)}
}

// there returns from when on a content is kept; false where it is not.
func (c *cache) there(id contentID) (sim.Time, bool) {
	e, kept := c.entries[id]
	if !kept {
		return 0, false
	}
	return c.list[e].there, true
}

// use notes the use of a content that is there from a time on, and takes it in
// where it is not kept and there is room for it.
func (c *cache) use(id contentID, bytes int64, there sim.Time) {
	if e, kept := c.entries[id]; kept {
		there = min(there, c.list[e].there)
		c.drop(e)
	}
	if bytes > c.size {
		return
	}
	for c.room < bytes {
		c.drop(c.list[0].newer)
	}
	e := c.place()
	last := c.list[0].older
	c.list[e] = entry{id, bytes, there, last, 0}
	c.list[last].newer, c.list[0].older = e, e
	c.entries[id] = e
	c.room -= bytes
}

func (c *cache) place() int32 {
	if n := len(c.free); n > 0 {
		e := c.free[n-1]
		c.free = c.free[:n-1]
		return e
	}
	c.list = append(c.list, entry{})
	return int32(len(c.list) - 1)
}

func (c *cache) drop(e int32) {
	x := &c.list[e]
	c.list[x.older].newer, c.list[x.newer].older = x.newer, x.older
	delete(c.entries, x.id)
	c.room += x.bytes
	c.free = append(c.free, e)
}
