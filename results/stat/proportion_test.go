package stat

import (
	"math"
	"testing"
)

// By hand with z = 1.959964, z² = 3.841459: of none of 100 the upper bound is
// z² ÷ (n + z²) = 0.036993; of half of 100 the interval is 0.5 ± z ÷ (2·√(n + z²)).
func TestProportion(t *testing.T) {
	const z2 = 3.841458820694124
	half := math.Sqrt(z2) / (2 * math.Sqrt(100+z2))
	for _, c := range []struct {
		k         int64
		low, high float64
	}{{0, 0, z2 / (100 + z2)}, {100, 1 - z2/(100+z2), 1}, {50, 0.5 - half, 0.5 + half}} {
		low, high := Proportion(c.k, 100, Level)
		if math.Abs(low-c.low) > 1e-12 || math.Abs(high-c.high) > 1e-12 {
			t.Errorf("%d of 100: %v to %v, want %v to %v", c.k, low, high, c.low, c.high)
		}
	}
}
