package estimate

import (
	"strings"
	"testing"
)

// A crossing is of interest where no third plan costs less: by hand, lines that
// cross at 2 and at 3 of a load from 1 to 4.
func TestCrossingsOfTheCheapest(t *testing.T) {
	load := []float64{1, 4}
	flat, steep, low := Curve{Plan: "flat", Load: load, Cost: []float64{2, 2}, Currency: "USD"}, Curve{Plan: "steep", Load: load, Cost: []float64{1, 4}, Currency: "USD"}, Curve{Plan: "low", Load: load, Cost: []float64{1.5, 1.5}, Currency: "USD"}
	for _, c := range []struct {
		third    string
		curves   []Curve
		at       bool // of the grid one of flat and steep is the cheapest, at either end
		undercut bool
	}{
		{"none", []Curve{flat, steep}, true, false},
		{"a cheaper one", []Curve{flat, steep, low}, true, true}, // steep is the cheapest at 1
		{"one in another currency", []Curve{flat, steep, {Plan: "low", Load: load, Cost: []float64{0, 0}, Currency: "EUR"}}, true, false},
		{"one below all", []Curve{flat, steep, {Plan: "free", Load: load, Cost: []float64{0, 0}, Currency: "USD"}}, false, true},
	} {
		b := &BreakEven{Curves: c.curves}
		x, y := &b.Curves[0], &b.Curves[1]
		if got := b.cheapest(x, y, 0) || b.cheapest(x, y, 1); got != c.at {
			t.Errorf("%s: one of the two is the cheapest at an end: %v", c.third, got)
		}
		// flat and steep cross at 1 + (2 − 1) ÷ (4 − 1) × 3 = 2, at a cost of 2.
		if got := b.undercut(&bracket{a: x, b: y}, &Crossing{Load: 2, Cost: 2}); got != c.undercut {
			t.Errorf("%s: undercut is %v", c.third, got)
		}
	}
}

// Plans that do not serve today's load have no curve; which these are and why is said
// where the curves are, once a reason.
func TestBreakEvenSaysWhatIsLeftOut(t *testing.T) {
	quota := &Fault{Reason: "a quota of 1000 concurrent requests rejects 48 % of them"}
	left := leaveOut([]Plan{{Name: "vm"}, {Name: "a", Fault: quota}, {Name: "b", Fault: &Fault{Reason: "its instances cannot keep up"}}, {Name: "c", Fault: quota}})
	b := &BreakEven{Curves: []Curve{{Plan: "vm", Load: []float64{121, 7716}, Cost: []float64{1, 2}}}, LeftOut: left}
	var text strings.Builder
	b.Write(&text)
	for _, want := range []string{
		"  Of the plans that serve today's load the cheapest of each kind do not cross from 121 to 7716 requests/s.\n",
		"  Left out at every load, since at today's they do not serve every request: a, c: a quota of 1000 concurrent requests rejects 48 % of them. At lower loads they may serve, and be cheaper.\n",
		": b: its instances cannot keep up. ",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%s\nwant %s", text.String(), want)
		}
	}
	if strings.Contains(text.String(), "every request: vm") {
		t.Error("a plan that serves is left out")
	}
}
