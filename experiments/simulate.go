package experiments

import (
	"context"
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// of names what the unit is of, for a message.
func (u *unit) of() string {
	if u.app != nil {
		return "application " + u.name
	}
	return "platform " + u.name
}

// ofQuoted is of with the name in quotes.
func (u *unit) ofQuoted() string {
	if u.app != nil {
		return fmt.Sprintf("application %q", u.name)
	}
	return fmt.Sprintf("platform %q", u.name)
}

// functionsOn returns the functions on one of the unit's platforms, as it runs them.
func (u *unit) functionsOn(k int) []sim.Function { return u.among(u.workload.functions, k) }

// among returns those of the workload's functions that are on one of its platforms.
func (u *unit) among(functions []sim.Function, k int) (list []sim.Function) {
	if u.on == nil {
		return functions
	}
	for i := range functions {
		if int(u.on[i]) == k && !functions[i].Outside {
			list = append(list, functions[i])
		}
	}
	return list
}

// unitMeters are the meters of a unit: of each platform one for each distinct rule of
// its tariffs.
type unitMeters struct {
	observed []costmodel.Meter
	of       []int // price → its meter
}

// meters returns the meters of the unit's prices. Its error names what a tariff cannot
// bill, such as a function larger than the provider offers.
func (u *unit) meters() (*unitMeters, error) {
	all := &unitMeters{of: make([]int, len(u.prices))}
	for k, pl := range u.platforms {
		var tariffs []*costmodel.Tariff
		var places []int
		for i := range u.prices {
			if int(u.prices[i].platform) == k {
				tariffs, places = append(tariffs, u.prices[i].tariff), append(places, i)
			}
		}
		if len(tariffs) == 0 {
			continue
		}
		m, err := costmodel.NewMeters(tariffs, costmodel.MeterConfig{
			Functions: u.meteredOn(k), Window: u.window, Epoch: u.epoch, Platform: pl.sim, VCPU: pl.spec.milliCPU(),
		})
		if err != nil {
			return nil, pl.tariffNode.Errorf("platform %q: %w", pl.name, err)
		}
		for i, place := range places {
			all.of[place] = len(all.observed) + m.Of(i)
		}
		for _, meter := range m.Distinct() {
			if len(u.platforms) > 1 {
				meter = &onPlatform{inner: meter, platform: sim.PlatformID(k), on: u.on}
			}
			all.observed = append(all.observed, meter)
		}
	}
	return all, nil
}

// meteredOn returns the workload's functions for the meters of a platform: those on
// others, of which these are told nothing, have the memory of one on it, so that no
// tariff refuses them.
func (u *unit) meteredOn(k int) []sim.Function {
	functions := u.workload.functions
	here := u.functionsOn(k)
	if u.on == nil || len(here) == 0 {
		return functions
	}
	functions = slices.Clone(functions)
	for i := range functions {
		if int(u.on[i]) != k || functions[i].Outside {
			functions[i].Memory = here[0].Memory
		}
	}
	return functions
}

// storeNames are the names of the stores of the unit's platforms, nearest first; of
// several platforms with stores, those at the same place are named together.
func (u *unit) storeNames() (names []string) {
	for _, pl := range u.platforms {
		for i, name := range pl.spec.storeNames() {
			switch {
			case i == len(names):
				names = append(names, name)
			case names[i] != name:
				names[i] += " / " + name
			}
		}
	}
	return names
}

// power is what the GPUs of an instance take; nil where it is not known, as of several
// platforms with GPUs.
func (u *unit) power() (power *results.Power) {
	for _, pl := range u.platforms {
		p := pl.power()
		if p != nil && power != nil {
			return nil
		}
		if p != nil {
			power = p
		}
	}
	return power
}

// run simulates the unit and returns what it used by each price.
func (u *unit) run(ctx context.Context, pool *sim.Pool, follow sim.FollowerFactory, progress sim.Observer) (*results.Replication, []costmodel.Usage, error) {
	once, err := u.once(follow)
	if err != nil {
		return nil, nil, err
	}
	var meters *unitMeters // of any worker: all have the same for a tariff
	once.Meters = func() (_ []costmodel.Meter, err error) {
		if meters, err = u.meters(); err != nil {
			return nil, err
		}
		return meters.observed, nil
	}
	r, counted, err := once.Run(ctx, pool, progress)
	if err != nil {
		return nil, nil, u.ofScript(u.ofTrace(err))
	}
	r.Power = u.power()
	usages := make([]costmodel.Usage, len(u.prices))
	for i, p := range u.prices {
		usage := counted[meters.of[i]].Usage()
		if p.counterfactual {
			usage = p.tariff.OnDemand(usage)
		}
		if cached, restored := u.snapshots(p.platform, p.tariff.SnapshotTime(u.window.Length(), u.span), r); cached > 0 {
			usage = p.tariff.WithSnapshots(usage, cached, restored)
		}
		usages[i] = p.tariff.WithEnergy(p.tariff.WithGPUs(usage, u.platforms[p.platform].gpus()), r.Joules())
	}
	return r, usages, nil
}

// simulate runs the unit and prices it by its tariffs.
func (u *unit) simulate(ctx context.Context, pool *sim.Pool, progress sim.Observer) (*results.Replication, error) {
	if u.app != nil {
		return u.simulateApplication(ctx, pool, progress)
	}
	r, usages, err := u.run(ctx, pool, nil, progress)
	if err != nil {
		return nil, err
	}
	for i := range u.prices {
		bill, err := u.bill(i, usages[i])
		if err != nil {
			return nil, err
		}
		r.Bills = append(r.Bills, *bill)
	}
	return r, nil
}

// bill is what a usage costs by one of the unit's prices.
func (u *unit) bill(i int, usage costmodel.Usage) (*costmodel.Bill, error) {
	p := &u.prices[i]
	bill, err := p.tariff.Bill(usage, u.span, u.window.Length())
	if err != nil {
		return nil, &InputError{p.at.Errorf("platform %q: %w", u.platforms[p.platform].name, err)}
	}
	bill.Counterfactual = p.counterfactual
	return bill, nil
}

// once is the unit ready to be simulated, without its meters.
func (u *unit) once(follow sim.FollowerFactory) (*Unit, error) {
	once := &Unit{Workload: u.workload, On: u.on, Window: u.window, Epoch: u.epoch, Goodput: u.goodput, Stores: u.storeNames(), Key: u.key,
		Clients: u.workload.clients, Follow: follow, Busy: u.busy}
	if u.blocks.n > 0 {
		once.Blocks = u.blocksRecorder
	}
	for _, pl := range u.platforms {
		on, err := pl.on(u.workload, u.key)
		if err != nil {
			return nil, err
		}
		once.Platforms = append(once.Platforms, on)
	}
	return once, nil
}
