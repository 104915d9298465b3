package stat

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestLowerMedian(t *testing.T) {
	for _, c := range []struct {
		values []int
		want   int
	}{
		{[]int{7}, 7},
		{[]int{9, 4}, 4},          // the smaller of two
		{[]int{9, 4, 5}, 5},       // the middle
		{[]int{1, 9, 4, 5}, 4},    // the smaller of 4 and 5
		{[]int{5, 5, 1, 9, 9}, 5}, //
		{[]int{100, 1, 2, 3, 50, 60}, 3},
	} {
		given := slices.Clone(c.values)
		if got := LowerMedian(given, cmp.Compare[int]); got != c.want || !slices.Equal(given, c.values) {
			t.Errorf("of %v: got %d, want %d, and the values as they were: %v", c.values, got, c.want, given)
		}
	}
	// Half of the values or more are on either side of it, itself among them.
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.IntRange(0, 9), 1, 20).Draw(t, "x")
		m := LowerMedian(x, cmp.Compare[int])
		least, most := 0, 0
		for _, v := range x {
			if v <= m {
				least++
			}
			if v >= m {
				most++
			}
		}
		if 2*least < len(x) || 2*most < len(x) {
			t.Fatalf("%d is no median of %v", m, x)
		}
	})
}

// TestPercentiles: of the numbers from 1 to n, given in any order, each tail
// has the floor of n times its share: 10 of 400, so that 11 to 390 remain, 380
// of 400 or 95 %.
func TestPercentiles(t *testing.T) {
	for _, c := range []struct {
		n         int
		level     float64
		low, high float64
	}{
		{400, 0.95, 11, 390},
		{1000, 0.95, 26, 975},
		{200, 0.95, 6, 195},
		{40, 0.95, 2, 39},
		{39, 0.95, 1, 39}, // 0.975 of a value is none
		{100, 0.90, 6, 95},
		{1, 0.95, 1, 1},
	} {
		x := make([]float64, c.n)
		for i := range x {
			x[(i*7)%c.n] = float64(i + 1) // 7 divides none of the sizes
		}
		if low, high := Percentiles(x, c.level); low != c.low || high != c.high {
			t.Errorf("%v of 1 … %d: got %v … %v, want %v … %v", c.level, c.n, low, high, c.low, c.high)
		}
	}
}
