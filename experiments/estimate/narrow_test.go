package estimate

import (
	"math"
	"testing"
)

// Where two costs are equal is known by hand; a step of bisection halves, so that
// 0.693 takes eight to be below 0.005.
func TestNarrow(t *testing.T) {
	for _, tc := range []struct {
		name string
		a, b func(load float64) float64
		at   float64 // the load at which they cross
		cost float64
		most int // steps
	}{
		{"a line and a constant", func(l float64) float64 { return 10 * l }, func(float64) float64 { return 13 }, 1.3, 13, 5},
		{"two lines", func(l float64) float64 { return 3 + 10*l }, func(l float64) float64 { return 9 + 6*l }, 1.5, 18, 5},
		{"a power", func(l float64) float64 { return l * l * l }, func(float64) float64 { return 6.859 }, 1.9, 6.859, 6},
		{"a machine more", func(l float64) float64 { return 48 * math.Ceil(l/1.7) }, func(l float64) float64 { return 40 + 15*l }, 1.7, 65.5, 9},
		{"the other order", func(l float64) float64 { return 40 + 15*l }, func(l float64) float64 { return 48 * math.Ceil(l/1.7) }, 1.7, 65.5, 9},
		{"at the very start", func(l float64) float64 { return l }, func(float64) float64 { return 1.0001 }, 1.0001, 1.0001, 9},
	} {
		t.Run(tc.name, func(t *testing.T) {
			steps := 0
			at := func(x float64) (point, error) {
				steps++
				return point{x, tc.a(math.Exp(x)), tc.b(math.Exp(x))}, nil
			}
			low, _ := at(0)
			high, _ := at(math.Ln2)
			steps = 0
			low, high, err := narrow(low, high, 0.005, at)
			if err != nil {
				t.Fatal(err)
			}
			if math.Exp(low.x) > tc.at || math.Exp(high.x) < tc.at || high.x-low.x > 0.005 {
				t.Errorf("between %v and %v, want around %v and no wider than 0.5 %%", math.Exp(low.x), math.Exp(high.x), tc.at)
			}
			if got := cost(low, high); math.Abs(got/tc.cost-1) > 0.01 {
				t.Errorf("it costs %v there, want %v", got, tc.cost)
			}
			if steps > tc.most {
				t.Errorf("%d steps, want at most %d", steps, tc.most)
			}
		})
	}
}
