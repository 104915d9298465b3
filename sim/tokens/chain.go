package tokens

import "fmt"

// Chain checks the blocks of requests one after the other: an engine's hash of a
// block takes in those before it, so that equal blocks stand for equal beginnings, and
// one follows the same block wherever it stands. The zero value is ready; it keeps the
// block before each, some 40 bytes a block.
type Chain struct{ before map[uint32]int64 }

// start is before the first block of a request.
const start = -1

// Add takes a request's blocks, or says what is wrong with them, and takes none.
func (c *Chain) Add(blocks []uint32) (problem string) {
	if c.before == nil && len(blocks) > 0 {
		c.before = map[uint32]int64{}
	}
	fresh := len(blocks) // the first block that is new: so are all behind it
	last := int64(start)
	for i, id := range blocks {
		switch before, known := c.before[id]; {
		case !known:
			c.before[id] = last
			fresh = min(fresh, i)
		case before != last:
			for _, id := range blocks[min(fresh, i):i] {
				delete(c.before, id)
			}
			return fmt.Sprintf("found block %d %s, expected it %s, as it stood before: equal blocks stand for equal beginnings", id, place(last), place(before))
		}
		last = int64(id)
	}
	return ""
}

// place says where a block stands.
func place(before int64) string {
	if before == start {
		return "at the start"
	}
	return fmt.Sprintf("after %d", before)
}
