package experiments

import (
	"context"
	"errors"
	"fmt"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// observation is what one worker sees of a unit: the recorder, and a meter for
// each tariff.
type observation struct {
	recorder *results.Recorder
	meters   []costmodel.Meter
}

// observe returns an observation that has seen nothing.
func (u *unit) observe() (*observation, error) {
	recorder, err := results.NewRecorder(results.Config{
		Window: u.window, Functions: u.workload.Functions(), Concurrency: u.platform.sim.Concurrency,
	})
	if err != nil {
		return nil, err
	}
	meters, err := u.meters()
	return &observation{recorder, meters}, err
}

// meters returns a meter for each tariff. Its error names what a tariff cannot
// bill, such as a function larger than the provider offers.
func (u *unit) meters() ([]costmodel.Meter, error) {
	var meters []costmodel.Meter
	for _, p := range u.prices {
		m, err := p.tariff.NewMeter(costmodel.MeterConfig{
			Functions: u.workload.Functions(), Window: u.window, Platform: u.platform.sim,
			VCPU: u.platform.spec.milliCPU(),
		})
		if err != nil {
			return nil, u.platform.tariffNode.Errorf("platform %q: %w", u.platform.name, err)
		}
		meters = append(meters, m)
	}
	return meters, nil
}

func (o *observation) observers(progress sim.Observer) []sim.Observer {
	list := []sim.Observer{o.recorder.Observer(), progress}
	for _, m := range o.meters {
		list = append(list, m)
	}
	return list
}

// simulate runs the unit and prices it by its tariffs.
func (u *unit) simulate(ctx context.Context, pool *sim.Pool, progress sim.Observer) (*results.Replication, error) {
	var seen []*observation
	var failed error
	sum, err := sim.Run(ctx, sim.Config{
		Workload: u.workload, Platforms: []sim.Platform{u.platform.sim}, Window: u.window, Key: u.key, Pool: pool,
		Observers: func() []sim.Observer {
			o, err := u.observe()
			if err != nil {
				failed = err
				return nil
			}
			seen = append(seen, o)
			return o.observers(progress)
		},
	})
	if err := errors.Join(failed, err); err != nil {
		return nil, err
	}
	// A run whose account limit binds is made again: the last workers are of
	// the pass that counts.
	return u.record(seen[len(seen)-len(sum.Observers):])
}

// record merges what the workers saw and adds the bills.
func (u *unit) record(seen []*observation) (*results.Replication, error) {
	all := seen[0]
	for _, o := range seen[1:] {
		if err := all.recorder.Merge(o.recorder); err != nil {
			return nil, err
		}
		for i, m := range all.meters {
			m.Merge(o.meters[i])
		}
	}
	r, err := all.recorder.Finish()
	if err != nil {
		return nil, err
	}
	for i, p := range u.prices {
		bill, err := p.tariff.Bill(all.meters[i].Usage(), u.span, u.window.Length())
		if err != nil {
			return nil, &InputError{fmt.Errorf("platform %q: %w", u.platform.name, err)}
		}
		bill.Counterfactual = p.counterfactual
		r.Bills = append(r.Bills, *bill)
	}
	return r, nil
}
