package results

import (
	"math"
	"testing"
)

// TestBreakEvensByHand: on demand costs 3 a unit of load, provisioned 20 + 1.2,
// a fleet 60. On demand meets provisioned at 20 ÷ 1.8 = 11.1, provisioned the
// fleet at 33.3; the curves are sampled finely, so that interpolation is close.
func TestBreakEvensByHand(t *testing.T) {
	curves := []LoadCurve{{Label: "on demand"}, {Label: "provisioned"}, {Label: "fleet"}}
	for i := range 200 {
		x := math.Pow(10, float64(i)/40-2)
		for c, y := range []float64{3 * x, 20 + 1.2*x, 60} {
			curves[c].Load, curves[c].Cost = append(curves[c].Load, x), append(curves[c].Cost, y)
		}
	}
	got := breakEvens(curves)
	if len(got) != 2 {
		t.Fatalf("got %v, want two", got)
	}
	for i, want := range []BreakEven{{Load: 20 / 1.8, Cost: 60 / 1.8, Below: "on demand", Above: "provisioned"}, {Load: 100 / 3.0, Cost: 60, Below: "provisioned", Above: "fleet"}} {
		g := got[i]
		if math.Abs(g.Load/want.Load-1) > 0.002 || math.Abs(g.Cost/want.Cost-1) > 0.002 || g.Below != want.Below || g.Above != want.Above {
			t.Errorf("got %+v, want %+v", g, want)
		}
	}
	// Two straight lines on logarithmic axes meet exactly: x and 10.
	two := []LoadCurve{{Label: "a", Load: []float64{1, 1000}, Cost: []float64{1, 1000}}, {Label: "b", Load: []float64{1, 1000}, Cost: []float64{10, 10}}}
	if got := breakEvens(two); len(got) != 1 || math.Abs(got[0].Load-10) > 1e-9 || got[0].Below != "a" || got[0].Above != "b" {
		t.Errorf("got %v, want one at 10", got)
	}
	// Three that change hands twice between two samples: 1·x, 3·x^0.5 … each in turn.
	three := []LoadCurve{
		{Label: "a", Load: []float64{1, 1e4}, Cost: []float64{1, 1e4}},
		{Label: "b", Load: []float64{1, 1e4}, Cost: []float64{4, 400}},
		{Label: "c", Load: []float64{1, 1e4}, Cost: []float64{100, 100}},
	}
	// a = b: x = 4·√x, x = 16; b = c: 4·√x = 100, x = 625.
	if got := breakEvens(three); len(got) != 2 || math.Abs(got[0].Load-16) > 1e-9 || math.Abs(got[1].Load-625) > 1e-9 {
		t.Errorf("got %v, want 16 and 625", got)
	}
}

// TestBreakEvenAtASample: curves that meet at a swept value itself cross there,
// once; two that are one up to there do not, since the other was no dearer.
func TestBreakEvenAtASample(t *testing.T) {
	curve := func(label string, cost ...float64) LoadCurve {
		return LoadCurve{Label: label, Load: []float64{1, 10, 100}, Cost: cost}
	}
	if got := breakEvens([]LoadCurve{curve("a", 1, 10, 100), curve("b", 10, 10, 10)}); len(got) != 1 || got[0].Load != 10 || got[0].Cost != 10 || got[0].Below != "a" || got[0].Above != "b" {
		t.Errorf("got %+v, want one at 10", got)
	}
	if got := breakEvens([]LoadCurve{curve("a", 0, 0, 100), curve("b", 0, 0, 10)}); len(got) != 0 {
		t.Errorf("got %+v, want none", got)
	}
	if got := breakEvens([]LoadCurve{curve("a", 1, 10, 100), curve("b", 10, 10, 200)}); len(got) != 0 {
		t.Errorf("of curves that touch: got %+v", got)
	}
}
