package sim

import (
	"context"
	"slices"
)

// binding returns the platforms whose account limit, or bound on requests in a time, may
// have held something back in a pass that ran as if there were none. Seconds in which the
// sum of the shards' largest passes the limit, or more came than the bound surely lets
// through, are looked at again in parts: the shards' largest seldom fall together.
func (r *run) binding(ctx context.Context) (binding []int, err error) {
	closer := newRun(r.config, r.enforced, func() []Observer { return nil })
	again := false
	for k, p := range r.peaks {
		closer.grids[k] = nil
		if p == nil {
			continue
		}
		failed := eitherOf(p.over(r.config.Platforms[k].Limit.Account), p.came.over(p.grid))
		if len(failed) == 0 {
			continue
		}
		if p.grid.parts > 1 {
			binding = append(binding, k)
			continue
		}
		if closer.grids[k] = p.grid.closer(failed, p.came.missing(p.grid, failed)); closer.grids[k] == nil {
			binding = append(binding, k)
			continue
		}
		again = true
	}
	if !again {
		return binding, nil
	}
	r.looked = true
	if _, err := closer.execute(ctx); err != nil {
		return nil, err
	}
	more, err := closer.binding(ctx)
	return append(binding, more...), err
}

// eitherOf returns the numbers of two ascending lists, each once.
func eitherOf(a, b []int) []int {
	if len(b) == 0 {
		return a
	}
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}
