package servers

// waiting is the line of the requests that wait to be scheduled, as a heap: by
// priority, and among those of one by their order. Each knows its place, so
// that one from the middle can leave.
type waiting struct{ heap []waiter }

type waiter struct {
	order    int64
	priority int32
	seq      int32
}

func (w waiter) before(o waiter) bool {
	return w.priority < o.priority || w.priority == o.priority && w.order < o.order
}

func (w *waiting) push(all []sequence, x waiter) {
	w.heap = append(w.heap, x)
	w.up(all, len(w.heap)-1)
}

// remove takes the one at a place out.
func (w *waiting) remove(all []sequence, place int32) {
	last := len(w.heap) - 1
	all[w.heap[place].seq].place = none
	moved := w.heap[last]
	w.heap = w.heap[:last]
	if int(place) == last {
		return
	}
	w.heap[place] = moved
	w.up(all, w.down(all, int(place)))
}

func (w *waiting) up(all []sequence, i int) {
	x := w.heap[i]
	for i > 0 {
		parent := (i - 1) / 2
		if !x.before(w.heap[parent]) {
			break
		}
		w.set(all, i, w.heap[parent])
		i = parent
	}
	w.set(all, i, x)
}

func (w *waiting) down(all []sequence, i int) int {
	x := w.heap[i]
	for {
		child := 2*i + 1
		if child >= len(w.heap) {
			break
		}
		if child+1 < len(w.heap) && w.heap[child+1].before(w.heap[child]) {
			child++
		}
		if !w.heap[child].before(x) {
			break
		}
		w.set(all, i, w.heap[child])
		i = child
	}
	w.set(all, i, x)
	return i
}

func (w *waiting) set(all []sequence, i int, x waiter) {
	w.heap[i] = x
	all[x.seq].place = int32(i)
}
