package policies

import (
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// timetable is when each of so many is due, by its number from 0: to move one costs
// O(log n), and who is first, nothing.
type timetable struct {
	times []sim.Time
	heap  heap

	below, found []int // of due: places in the heap to look at, and who is due
}

// newTimetable has nobody due.
func newTimetable(n int) *timetable {
	t := &timetable{times: slices.Repeat([]sim.Time{sim.Never}, n)}
	t.heap = heap{before: func(a, b int32) bool { return t.times[a] < t.times[b] }, ids: make([]int32, n), places: make([]int32, n)}
	for i := range t.heap.ids {
		t.heap.put(int32(i), i)
	}
	return t
}

// set moves one to a time; Never: it is not due.
func (t *timetable) set(i int, at sim.Time) {
	if t.times[i] != at {
		t.times[i] = at
		t.heap.move(int32(i))
	}
}

// next returns when the first is due.
func (t *timetable) next() sim.Time {
	if len(t.times) == 0 {
		return sim.Never
	}
	return t.times[t.heap.ids[0]]
}

// due returns in order of their numbers who is due by a time, until it is asked again. It
// looks at these, and at one more than as many others at most.
func (t *timetable) due(by sim.Time) []int {
	t.found = t.found[:0]
	for t.below = append(t.below[:0], 0); len(t.below) > 0; {
		last := len(t.below) - 1
		i := t.below[last]
		t.below = t.below[:last]
		if i < len(t.heap.ids) && t.times[t.heap.ids[i]] <= by {
			t.found = append(t.found, int(t.heap.ids[i]))
			t.below = append(t.below, 2*i+1, 2*i+2)
		}
	}
	slices.Sort(t.found)
	return t.found
}
