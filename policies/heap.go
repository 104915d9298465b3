package policies

// heap holds ids, of which the first comes before all others: a binary heap. Where places
// is not nil it knows where each is, and an id whose order changes can be moved.
type heap struct {
	before func(a, b int32) bool
	ids    []int32
	places []int32 // id → its index in ids
}

// push adds an id.
func (h *heap) push(id int32) {
	h.ids = append(h.ids, id)
	h.up(len(h.ids) - 1)
}

// pop takes the first away; there is one.
func (h *heap) pop() {
	last := len(h.ids) - 1
	h.ids[0] = h.ids[last]
	h.ids = h.ids[:last]
	if last > 0 {
		h.down(0)
	}
}

// move finds the place of an id whose order has changed.
func (h *heap) move(id int32) {
	h.up(int(h.places[id]))
	h.down(int(h.places[id]))
}

// up moves an id towards the first, as far as it comes before others.
func (h *heap) up(i int) {
	id := h.ids[i]
	for i > 0 {
		parent := (i - 1) / 2
		if !h.before(id, h.ids[parent]) {
			break
		}
		h.put(h.ids[parent], i)
		i = parent
	}
	h.put(id, i)
}

// down moves an id away from the first, as far as others come before it.
func (h *heap) down(i int) {
	id := h.ids[i]
	for {
		child := 2*i + 1
		if child >= len(h.ids) {
			break
		}
		if child+1 < len(h.ids) && h.before(h.ids[child+1], h.ids[child]) {
			child++
		}
		if !h.before(h.ids[child], id) {
			break
		}
		h.put(h.ids[child], i)
		i = child
	}
	h.put(id, i)
}

func (h *heap) put(id int32, i int) {
	h.ids[i] = id
	if h.places != nil {
		h.places[id] = int32(i)
	}
}
