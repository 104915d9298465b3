package costmodel

import (
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// The window is the hour from 1 h on. Of type a, at 0.36 USD an hour, a node is there all
// the time: 1 h. One is ordered at 1 h 10 m, there 90 s later and gone 8 m 30.5 s after that:
// 10 m 0.5 s from its order on, 601 s when rounded up. Of b, at 3.60 USD, one is there for 20 s at the
// end of the window, from 2 h − 10 s on, and was ordered 5 s before: its 25 s are billed as a minute, of which 15 s are in
// the window. From when they are there on: 510.5 s make 511, and 10 s are in the window.
func TestNodesBill(t *testing.T) {
	h, s := sim.Hour, sim.Second
	lives := []sim.NodeLife{
		{To: 3 * h, Live: true},
		{Ordered: h + 600*s, From: h + 690*s, To: h + 690*s + 510*s + s/2, Node: 1},
		{Ordered: 2*h - 15*s, From: 2*h - 10*s, To: 2*h + 10*s, Node: 2, Type: 1},
	}
	for from, want := range map[string][3]float64{
		// 3,600 + 601 s × 0.36 ÷ 3,600; 15 s × 3.60 ÷ 3,600
		"ordered": {0.4201, 0.015, 0.4351},
		"there":   {0.4111, 0.01, 0.4211},
	} {
		at := spec.FromValue("x.toml", 3, map[string]any{})
		tariff, err := Nodes(at, spec.FromValue("x.toml", 4, map[string]any{"from": from}), "USD", []NodePrice{{"a", 0.36}, {"b", 3.6}})
		if err != nil {
			t.Fatal(err)
		}
		c := MeterConfig{Window: sim.Window{Warmup: h, Horizon: 2 * h}}
		m, err := tariff.NewMeter(c)
		if err != nil {
			t.Fatal(err)
		}
		other, _ := tariff.NewMeter(c)
		m.(sim.NodeObserver).Nodes(lives[:1])
		other.(sim.NodeObserver).Nodes(lives[1:])
		m.Merge(other)
		bill, err := tariff.Bill(m.Usage(), SpanRun, h)
		if err != nil {
			t.Fatal(err)
		}
		if len(bill.Lines) != 2 || bill.Lines[0].Name != "nodes of type a" || bill.Lines[1].Name != "nodes of type b" || bill.Currency != "USD" {
			t.Fatalf("%s: %+v", from, bill)
		}
		for i, amount := range []float64{Float(&bill.Lines[0].Amount), Float(&bill.Lines[1].Amount), Float(&bill.Total)} {
			if math.Abs(amount-want[i]) > 1e-12 {
				t.Errorf("from %s: amount %d is %v, want %v", from, i, amount, want[i])
			}
		}
	}
}
