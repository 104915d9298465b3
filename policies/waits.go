package policies

import (
	"cmp"
	"math"
	"slices"
)

// waits are the lengths of idle stretches in minutes, sorted.
type waits []int

func sortedWaits(xs []int) waits { return slices.Sorted(slices.Values(xs)) }

func (w waits) add(x int) waits {
	i, _ := slices.BinarySearch(w, x)
	return slices.Insert(w, i, x)
}

// percentile interpolates linearly between the nearest ranks, as NumPy does.
func (w waits) percentile(p float64) float64 {
	at := float64(p / 100 * float64(len(w)-1))
	low := int(at)
	if low+1 >= len(w) {
		return float64(w[len(w)-1])
	}
	part := at - float64(low)
	return float64(w[low]) + float64(part*float64(w[low+1]-w[low]))
}

// median of at least one.
func (w waits) median() float64 { return w.percentile(50) }

func (w waits) mean() float64 {
	sum := 0
	for _, x := range w {
		sum += x
	}
	return float64(sum) / float64(len(w))
}

// deviation is the standard deviation of the waits themselves (÷ n).
func (w waits) deviation() float64 {
	mean, sum := w.mean(), 0.0
	for _, x := range w {
		d := float64(x) - mean
		sum += float64(d * d)
	}
	return math.Sqrt(sum / float64(len(w)))
}

// mode is a length, and how many waits have it.
type mode struct{ wait, count int }

// modes lists the lengths, the most frequent first, of equals the shortest first.
func (w waits) modes() []mode {
	var all []mode
	for _, x := range w {
		if n := len(all); n > 0 && all[n-1].wait == x {
			all[n-1].count++
		} else {
			all = append(all, mode{x, 1})
		}
	}
	slices.SortFunc(all, mode.compare)
	return all
}

// compare orders modes: the most frequent first, of equals the shortest.
func (m mode) compare(o mode) int {
	return cmp.Or(cmp.Compare(o.count, m.count), cmp.Compare(m.wait, o.wait))
}

// tally adds a wait to modes, in their order.
func tally(modes []mode, wait int) []mode {
	m := mode{wait, 1}
	if i := slices.IndexFunc(modes, func(o mode) bool { return o.wait == wait }); i >= 0 {
		m.count += modes[i].count
		modes = slices.Delete(modes, i, i+1)
	}
	at, _ := slices.BinarySearchFunc(modes, m, mode.compare)
	return slices.Insert(modes, at, m)
}

// repeated returns the first of the modes that are more than one wait, n at most.
func repeated(all []mode, n int) []mode {
	for k, m := range all {
		if m.count < 2 || k == n {
			return all[:k]
		}
	}
	return all
}

func apart(a, b int) int { return max(a-b, b-a) }
