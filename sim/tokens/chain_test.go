package tokens

import "testing"

// A block stands behind the same block everywhere; one that stands elsewhere is refused
// with both places, and what was refused leaves nothing behind.
func TestChain(t *testing.T) {
	const behind = ", as it stood before: equal blocks stand for equal beginnings"
	var c Chain
	for _, r := range []struct {
		blocks []uint32
		want   string
	}{
		{nil, ""},
		{[]uint32{7, 8, 9}, ""},
		{[]uint32{7, 8, 9}, ""},
		{[]uint32{7, 8}, ""},
		{[]uint32{7, 8, 10, 11}, ""},
		{[]uint32{0, 4294967295}, ""},
		{[]uint32{9, 8, 7, 6}, "found block 9 at the start, expected it after 8" + behind},
		{[]uint32{7, 9}, "found block 9 after 7, expected it after 8" + behind},
		{[]uint32{1, 2, 3, 7}, "found block 7 after 3, expected it at the start" + behind},
		{[]uint32{3, 2, 1}, ""}, // the row before was not taken
		{[]uint32{3, 2, 12, 7}, "found block 7 after 12, expected it at the start" + behind},
		{[]uint32{3, 2, 1, 12}, ""},
		{[]uint32{20, 20}, "found block 20 after 20, expected it at the start" + behind},
		{[]uint32{20, 21, 20}, "found block 20 after 21, expected it at the start" + behind},
		{[]uint32{0, 4294967295, 0}, "found block 0 after 4294967295, expected it at the start" + behind},
		{[]uint32{21, 20}, ""},
	} {
		if got := c.Add(r.blocks); got != r.want {
			t.Errorf("%v: %q, want %q", r.blocks, got, r.want)
		}
	}
}
