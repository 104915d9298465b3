package sim

// roomiest knows the most memory that any node has, or can have, for an instance: a
// tournament over the nodes, in which those are looked at again that have changed since it
// was asked last.
type roomiest struct {
	most    []int64  // from 1 on, MiB: the more of 2i and 2i+1 in i, the second half by node; −1: none
	changed []uint32 // nodes
}

func newRoomiest(nodes int) roomiest {
	r := roomiest{most: make([]int64, 2*nodes)}
	for i := range r.most {
		r.most[i] = -1 // as nodes are, until they are looked at
	}
	return r
}

// roomChanges notes that a node gets more or less room for instances.
func (c *cluster) roomChanges(at uint32) {
	if n := &c.nodes[at]; !n.changed {
		n.changed = true
		c.roomiest.changed = append(c.roomiest.changed, at)
	}
}

// mostRoom returns the MiB up to which an instance may find room once idle ones have left;
// −1: none does.
func (c *cluster) mostRoom() int64 {
	r := &c.roomiest
	for _, at := range r.changed {
		n := &c.nodes[at]
		n.changed = false
		room := int64(-1)
		if n.blocked == 0 && n.free.milliGPU+n.idle.milliGPU >= c.milliGPU {
			room = n.free.memory + n.idle.memory
		}
		for i := len(c.nodes) + int(at); r.most[i] != room; {
			r.most[i] = room
			if i /= 2; i == 0 {
				break
			}
			room = max(r.most[2*i], r.most[2*i+1])
		}
	}
	r.changed = r.changed[:0]
	return r.most[1]
}
