package experiments

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
)

// rehearsed returns the unit's platforms, where a bound that foresees the run has seen it:
// the unit is simulated once more, before.
func (u *Unit) rehearsed(ctx context.Context, pool *sim.Pool) ([]sim.Platform, error) {
	rehearsals := map[int]*policies.Rehearsal{}
	platforms := slices.Clone(u.Platforms)
	for k := range platforms {
		if f, ok := platforms[k].KeepAlive.(policies.Foreseeing); ok {
			rehearsals[k] = f.Foresee()
			platforms[k].KeepAlive = rehearsals[k]
		}
	}
	if len(rehearsals) == 0 {
		return u.Platforms, nil
	}
	if u.Follow != nil {
		return nil, &InputError{errors.New("found a bound that has to know the run before it (offline-belady, offline-relaxed) as a keep-alive of an application, whose arrivals depend on it; want a workload of functions")}
	}
	order := make([]int, 0, len(rehearsals))
	for k := range platforms {
		if rehearsals[k] != nil {
			order = append(order, k)
		}
	}
	sum, err := sim.Run(ctx, sim.Config{
		Workload: u.Workload, Platforms: platforms, On: u.On, Window: u.Window, Key: u.Key, Pool: pool, Follow: u.follow(),
		Observers: func() (list []sim.Observer) {
			for _, k := range order {
				list = append(list, rehearsals[k].Observer(sim.PlatformID(k)))
			}
			return list
		},
	})
	if err != nil {
		return nil, fmt.Errorf("rehearsing the run of an offline bound: %w", err)
	}
	for i, k := range order {
		var of []sim.Observer
		for _, worker := range sum.Observers {
			of = append(of, worker[i])
		}
		platforms[k].KeepAlive = rehearsals[k].Decide(of, u.Window)
	}
	return platforms, nil
}
