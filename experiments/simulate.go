package experiments

import (
	"context"
	"fmt"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// meters returns a meter for each tariff. Its error names what a tariff cannot
// bill, such as a function larger than the provider offers.
func (u *unit) meters() ([]costmodel.Meter, error) {
	var meters []costmodel.Meter
	for _, p := range u.prices {
		m, err := p.tariff.NewMeter(costmodel.MeterConfig{
			Functions: u.workload.Functions(), Window: u.window, Platform: u.platform.sim, Key: u.key,
			VCPU: u.platform.spec.milliCPU(),
		})
		if err != nil {
			return nil, u.platform.tariffNode.Errorf("platform %q: %w", u.platform.name, err)
		}
		meters = append(meters, m)
	}
	return meters, nil
}

// simulate runs the unit and prices it by its tariffs.
func (u *unit) simulate(ctx context.Context, pool *sim.Pool, progress sim.Observer) (*results.Replication, error) {
	once := Unit{Workload: u.workload, Platform: u.platform.sim, Window: u.window, Key: u.key, Meters: u.meters}
	r, meters, err := once.Run(ctx, pool, progress)
	if err != nil {
		return nil, err
	}
	for i, p := range u.prices {
		bill, err := p.tariff.Bill(meters[i].Usage(), u.span, u.window.Length())
		if err != nil {
			return nil, &InputError{fmt.Errorf("platform %q: %w", u.platform.name, err)}
		}
		bill.Counterfactual = p.counterfactual
		r.Bills = append(r.Bills, *bill)
	}
	return r, nil
}
