package experiments

import (
	"context"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// meters returns the meters of the tariffs, one for each distinct rule. Its
// error names what a tariff cannot bill, such as a function larger than the
// provider offers.
func (u *unit) meters() (*costmodel.Meters, error) {
	tariffs := make([]*costmodel.Tariff, len(u.prices))
	for i, p := range u.prices {
		tariffs[i] = p.tariff
	}
	m, err := costmodel.NewMeters(tariffs, costmodel.MeterConfig{
		Functions: u.workload.Functions(), Window: u.window, Epoch: u.epoch, Platform: u.platform.sim,
		VCPU: u.platform.spec.milliCPU(),
	})
	if err != nil {
		return nil, u.platform.tariffNode.Errorf("platform %q: %w", u.platform.name, err)
	}
	return m, nil
}

// simulate runs the unit and prices it by its tariffs.
func (u *unit) simulate(ctx context.Context, pool *sim.Pool, progress sim.Observer) (*results.Replication, error) {
	platform, err := u.platform.on(u.workload, u.key)
	if err != nil {
		return nil, err
	}
	var meters *costmodel.Meters // of any worker: all have the same for a tariff
	once := Unit{Workload: u.workload, Platform: platform, Window: u.window, Epoch: u.epoch, Goodput: u.goodput, Stores: u.platform.spec.storeNames(), Key: u.key, Clients: u.workload.clients, Meters: func() (_ []costmodel.Meter, err error) {
		if meters, err = u.meters(); err != nil {
			return nil, err
		}
		return meters.Distinct(), nil
	}}
	r, counted, err := once.Run(ctx, pool, progress)
	if err != nil {
		return nil, u.ofTrace(err)
	}
	r.Power = u.platform.power()
	for i, p := range u.prices {
		usage := counted[meters.Of(i)].Usage()
		if p.counterfactual {
			usage = p.tariff.OnDemand(usage)
		}
		usage = p.tariff.WithEnergy(p.tariff.WithGPUs(usage, u.platform.gpus()), r.Joules())
		bill, err := p.tariff.Bill(usage, u.span, u.window.Length())
		if err != nil {
			return nil, &InputError{u.platform.atTariff(i).Errorf("platform %q: %w", u.platform.name, err)}
		}
		bill.Counterfactual = p.counterfactual
		r.Bills = append(r.Bills, *bill)
	}
	return r, nil
}
