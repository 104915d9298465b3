package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// fives repeats each number five times: series whose batch means are these.
func fives(z ...float64) (x []float64) {
	for _, v := range z {
		for range MSERBatch {
			x = append(x, v)
		}
	}
	return x
}

// TestMSER5ByHand: of the batch means 9, 4, 1, 2, 1, 2, 1, 2, 1, 2 the squares about their
// mean, over the square of how many are left, are
//
//	d = 0: mean 2.5, 42.25 + 2.25 + 4·2.25 + 4·0.25 = 54.5, ÷ 100 = 0.545
//	d = 1: mean 16/9, (9·(16 + 4·1 + 4·4) − 256)/9 = 68/9 = 7.556, ÷ 81 = 0.0933
//	d = 2: mean 1.5, 8·0.25 = 2, ÷ 64 = 0.03125
//	d = 3: mean 11/7, 7·(4·4 + 3) − 121 = 12, ÷ 7 = 1.714, ÷ 49 = 0.0350
//	d = 4: mean 1.5, 6·0.25 = 1.5, ÷ 36 = 0.0417
//	d = 5: mean 1.6, 3·0.16 + 2·0.36 = 1.2, ÷ 25 = 0.048
//
// of which that of d = 2 is least: ten observations are left out.
func TestMSER5ByHand(t *testing.T) {
	for _, c := range []struct {
		name string
		x    []float64
		want int
	}{
		{"two batches of a start", fives(9, 4, 1, 2, 1, 2, 1, 2, 1, 2), 10},
		// The mean of 7, 8, 9, 10, 11 is 9, and of 2, 2, 4, 6, 6 it is 4; what is behind the last
		// whole batch does not count, however large.
		{"means of unlike ones", append(append([]float64{7, 8, 9, 10, 11, 2, 2, 4, 6, 6}, fives(1, 2, 1, 2, 1, 2, 1, 2)...), 1e9, 1e9), 10},
		{"none", fives(1, 2, 1, 2, 1, 2, 1, 2, 1, 2), 0},
		{"constant", fives(3, 3, 3, 3, 3, 3, 3, 3, 3, 3), 0},
		// All that rises to its end is start: five batches are left at least, and the point is
		// at half of the ten, or beyond half of twelve.
		{"rises to the end", fives(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 25},
		{"rises for longer", fives(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), 35},
		// Two equal values at the end have no deviation at all, and are not chosen for it.
		{"quiet at its end", fives(1, 2, 1, 2, 1, 2, 1, 2, 2, 2), 0},
	} {
		if got, ok := MSER5(c.x); got != c.want || !ok {
			t.Errorf("%s: got %d, %v, want %d", c.name, got, ok, c.want)
		}
	}
	if got, ok := MSER5(make([]float64, MSERObservations-1)); got != 0 || ok {
		t.Errorf("of too few: got %d, %v", got, ok)
	}
}

// TestMSER5IsTheSlowOne: by two sums for each point, over small whole numbers, of which
// all sums are exact; of ties the fewest.
func TestMSER5IsTheSlowOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 20), func(v int) float64 { return float64(v) }), MSERObservations, 400).Draw(t, "x")
		k := len(x) / 5
		statistic := func(d int) float64 {
			n, sum, squares := 0, 0.0, 0.0 // in fifths
			for j := d; j < k; j++ {
				z := x[5*j] + x[5*j+1] + x[5*j+2] + x[5*j+3] + x[5*j+4]
				n, sum, squares = n+1, sum+z, squares+z*z
			}
			return (squares*float64(n) - sum*sum) / float64(n*n*n) / 25
		}
		got, ok := MSER5(x)
		if !ok || got%5 != 0 || got/5 > k-5 {
			t.Fatalf("got %d, %v of %d", got, ok, len(x))
		}
		for d := 0; d <= k-5; d++ {
			// Within a rounding of the least, and none before it is less by more.
			if slack := 1e-12 * (1 + statistic(d)); statistic(got/5) > statistic(d)+slack {
				t.Fatalf("point %d with %v, but %d has %v", got/5, statistic(got/5), d, statistic(d))
			}
		}
		shifted := make([]float64, len(x))
		for i := range x {
			shifted[i] = x[i] + 64 // the start of a series does not depend on where 0 is
		}
		if again, _ := MSER5(shifted); math.Abs(statistic(again/5)-statistic(got/5)) > 1e-12*(1+statistic(got/5)) {
			t.Fatalf("%d, but %d of the same 64 higher", got, again)
		}
	})
}
