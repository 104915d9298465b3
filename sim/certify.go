package sim

import "context"

// binding returns the platforms whose account limit may have held something
// back in a pass that ran as if there were none. Seconds in which the sum of
// the shards' largest passes the limit are looked at again in parts: the
// shards' largest seldom fall together.
func (r *run) binding(ctx context.Context) (binding []int, err error) {
	closer := newRun(r.config, r.enforced, func() []Observer { return nil })
	again := false
	for k, p := range r.peaks {
		closer.grids[k] = nil
		if p == nil {
			continue
		}
		failed := p.over(r.config.Platforms[k].Limit.Account)
		if len(failed) == 0 {
			continue
		}
		if p.grid.parts > 1 {
			binding = append(binding, k)
			continue
		}
		if closer.grids[k] = p.grid.closer(failed); closer.grids[k] == nil {
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
