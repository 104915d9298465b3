// Package sample has one place for each kind of change; its tests notice some.
package sample

import "time"

const hour = 60 * time.Minute // a constant is left as it is

type level uint8

// Within is tested at its lower end and in the middle.
func Within(x, lo, hi int) bool {
	return lo <= x && x < hi
}

// Sum is tested.
func Sum(xs []int) (n int) {
	for _, x := range xs {
		if x == 0 {
			continue // changes nothing
		}
		n += x
	}
	return n
}

// Hours is tested with 0 alone.
func Hours(d time.Duration, raise level) float64 {
	return float64(d) / float64(hour) * float64(raise+1)
}

// Mask is tested.
func Mask(x uint, n int) uint {
	if ok := n > 0; ok {
		x ^= 1 << n
	}
	return x&^1 | x>>2
}

// Kind is tested for two of its three cases.
func Kind(x int) (s string) {
	switch {
	case x < 0:
		s = "negative"
	case x == 0:
		s = "nothing"
	default:
		s = "positive"
	}
	return s + "."
}

// steps are tested in part.
var steps = map[string]func(int) int{
	"up":   func(x int) int { return x + 1 },
	"down": func(x int) int { return x - 1 },
}

// Forgotten is not tested.
func Forgotten(x int) int { return -x }
