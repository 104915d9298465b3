package loglinear

import (
	"math"
	"testing"
)

// Ranks: ⌈q·n⌉ where q·n in millionths passes 2^64, and where rounding up does.
func TestRanksOfManyValues(t *testing.T) {
	for _, c := range []struct {
		q    float64
		n    uint64
		want uint64
	}{
		{0.5, 1, 1}, {0.5, 2, 1}, {0.5, 3, 2}, {0, 7, 1}, {1, 7, 7}, {0.999999, 1_000_000, 999_999}, {0.999999, 1_000_001, 1_000_000},
		{1, 18_446_744_073_709, 18_446_744_073_709}, {1, math.MaxUint64, math.MaxUint64}, {0.5, math.MaxUint64, 1 << 63}, {2, 5, 5}, {-1, 5, 1},
	} {
		if got := Rank(c.q, c.n); got != c.want {
			t.Errorf("the rank of %v of %d is %d, want %d", c.q, c.n, got, c.want)
		}
	}
}

// Buckets follow each other without gaps, and a middle is within Error of all that
// its bucket holds.
func TestBucketsCoverAllValues(t *testing.T) {
	last := -1
	for v := int64(0); v < 1<<16; v++ {
		b := Of(v)
		if b != last && b != last+1 {
			t.Fatalf("%d is in bucket %d, the one before in %d", v, b, last)
		}
		last = b
		if m := Middle(b); math.Abs(float64(m-v)) > Error*float64(v) {
			t.Errorf("%d is in bucket %d, whose middle is %d", v, b, m)
		}
	}
	if b := Of(math.MaxInt64); b != Buckets-1 {
		t.Errorf("the largest value is in bucket %d of %d", b, Buckets)
	}
}
