package policies

import "math"

// dependencies finds which functions of several belong together, by the minutes of [0, end)
// in which they were invoked. It returns of each function the first of its set.
//
// A dependency is strong where functions are invoked in the same minutes often: in at least
// that part of the minutes in which any of them is. The paper mines itemsets by FP-Growth.
// What it makes of them are connected components, and an itemset is frequent only if each
// pair in it is: so the components are those of frequent pairs, which are counted here.
//
// It is weak where one that cannot be predicted by itself is invoked in the same minutes as
// one that can more often than by chance, by the pointwise mutual information
//
//	ln (P(a, b) ÷ (P(a)·P(b))) > 0
//
// over all minutes: with so many of those as weak says, by the highest, of equals the first.
func dependencies(counts []activity, predictable []bool, end int, support float64, weak int) []int {
	sets := make([]minuteSet, len(counts))
	any := make(minuteSet, (end+63)/64)
	for i := range counts {
		sets[i] = counts[i].set(0, end)
		for k, w := range sets[i] {
			any[k] |= w
		}
	}
	first := make([]int, len(counts))
	for i := range first {
		first[i] = i
	}
	of := func(i int) int {
		for first[i] != i {
			i = first[i]
		}
		return i
	}
	join := func(a, b int) {
		a, b = of(a), of(b)
		first[max(a, b)] = min(a, b)
	}
	least := support * float64(any.len())
	for a := range sets {
		for b := range a {
			if both := sets[a].common(sets[b], 0); both > 0 && float64(both) >= least {
				join(a, b)
			}
		}
	}
	for a := range sets {
		if predictable[a] || len(counts[a].minutes) == 0 {
			continue
		}
		taken := make([]bool, len(sets))
		for range weak {
			best, most := -1, 0.0
			for b := range sets {
				if !predictable[b] || taken[b] {
					continue
				}
				if pmi := information(sets[a].common(sets[b], 0), sets[a].len(), sets[b].len(), end); pmi > most {
					best, most = b, pmi
				}
			}
			if best < 0 {
				break
			}
			taken[best] = true
			join(a, best)
		}
	}
	for i := range first {
		first[i] = of(i)
	}
	return first
}

// information is the pointwise mutual information of two that happen in a and b minutes of
// n, and in both of them together; −∞ where never.
func information(both, a, b, n int) float64 {
	return math.Log(float64(both) * float64(n) / (float64(a) * float64(b)))
}
