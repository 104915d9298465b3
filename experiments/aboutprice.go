package experiments

import (
	"github.com/coldcurve/coldcurve/applications"
	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// priceOf returns about what a call costs by the platform's tariff, in USD, for routing
// by price: of one alone on a warm instance, without free grants; 0 where the tariff
// cannot say.
func (pl *platform) priceOf(t *costmodel.Tariff) func(applications.Asked) float64 {
	return func(call applications.Asked) float64 {
		f := sim.Function{Name: "call", Memory: call.Memory}
		pl.spec.size(&f)
		cost, err := pl.costOfCall(t, f, call)
		if err != nil {
			return 0
		}
		return cost
	}
}

// costOfCall prices one call.
func (pl *platform) costOfCall(t *costmodel.Tariff, f sim.Function, call applications.Asked) (float64, error) {
	busy := max(1, sim.Time(call.Busy))
	window := sim.Window{Horizon: busy}
	m, err := t.NewMeter(costmodel.MeterConfig{Functions: []sim.Function{f}, Window: window, Epoch: sim.Monday, Platform: pl.sim, VCPU: pl.spec.milliCPU()})
	if err != nil {
		return 0, err
	}
	outcome := sim.Outcome{End: busy, Started: true}
	m.Requests([]sim.Outcome{outcome})
	if o, ok := m.(sim.LifeObserver); ok {
		o.Lives([]sim.Life{{Stopped: busy, Memory: f.Memory, Served: 1}})
	}
	if o, ok := m.(sim.ActivityObserver); ok {
		o.Activities([]sim.Activity{{To: busy, Memory: f.Memory}})
	}
	if o, ok := m.(sim.ServedObserver); ok && call.Input > 0 {
		o.Served([]sim.Served{{Outcome: outcome, Serving: sim.Serving{Input: uint32(max(1, call.Input)), Output: uint32(call.Output)}}})
	}
	usage := t.WithGPUs(m.Usage(), pl.gpus())
	bill, err := t.Bill(usage, costmodel.SpanRun, busy)
	if err != nil {
		return 0, err
	}
	return costmodel.Float(&bill.Total), nil
}
