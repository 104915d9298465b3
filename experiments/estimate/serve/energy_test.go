package serve

import (
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
)

// line returns the quantity and the amount of a line of a plan's bill.
func line(t *testing.T, p *Plan, name string) (quantity, amount float64) {
	t.Helper()
	for i := range p.Bill.Lines {
		if l := &p.Bill.Lines[i]; l.Name == name {
			return costmodel.Float(&l.Quantity), costmodel.Float(&l.Amount)
		}
	}
	t.Fatalf("%s has no line %q", p.Name, name)
	return 0, 0
}

// Of an H100 with Llama 3.1 8B no power is measured, and 700 W, its limit, counted at all
// times. One that always runs takes 0.7 × 720 h = 504 kWh a month, 60.48 at 0.12; a
// machine of eight eight times that, though one of them serves. One that scales to zero
// takes it while it is there.
func TestEnergyByHand(t *testing.T) {
	e := run(t, chats(func(s *Settings) { s.Requests, s.Within = "20/h", []string{"metered-", "modal-metered"} }), false)
	for name, want := range map[string]float64{"metered-gpu, 1 always on": 504, "metered-box, a GPU, 1 always on": 8 * 504} {
		kWh, amount := line(t, planOf(t, e, name), "power")
		if math.Abs(kWh/want-1) > 1e-6 || math.Abs(amount/(0.12*want)-1) > 1e-6 {
			t.Errorf("%s: %v kWh for %v, want %v for %v", name, kWh, amount, want, 0.12*want)
		}
	}
	p := planOf(t, e, "modal-metered")
	kWh, _ := line(t, p, "power")
	if there := p.value("instances_mean"); there < 0.01 || there > 0.9 || math.Abs(kWh/(504*there)-1) > 0.05 {
		t.Errorf("to zero: %v kWh with %v instances on average, want 504 times that", kWh, there)
	}
}
