package serve

import (
	"context"
	"slices"
	"sync"

	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/results"
)

type sizeKey struct {
	engine *engine
	load   *load
}

// size is how many instances that always run keep the bound, and how far they
// are from it.
type size struct {
	once  sync.Once
	n     int
	worst float64 // ≤ 0: they keep it
	err   error
}

// mostInstances bounds a fleet.
const mostInstances = 512

// sized returns the least number of instances that always run with which the load's
// requests keep the bound, in one replication. Where no number does, since an instance
// without other requests misses it too, as many as come near to such a one: see nearIdle.
func (r *runner) sized(ctx context.Context, e *engine, l *load) (n int, worst float64, err error) {
	key := sizeKey{e, l}
	r.mu.Lock()
	s := r.sizes[key]
	if s == nil {
		s = new(size)
		r.sizes[key] = s
	}
	r.mu.Unlock()
	s.once.Do(func() { s.n, s.worst, s.err = r.size(ctx, e, l) })
	return s.n, s.worst, s.err
}

// What tells that more instances change nothing: twice as many come no nearer to the
// bound than this, as a part, though they are busy for less than half of the time.
const (
	noNearer = 0.02
	idleBusy = 0.5
)

// nearIdle is how many times the value of instances without other requests a fleet may
// have, where these miss the bound.
const nearIdle = 1.5

// size looks for the number from a guess on.
func (r *runner) size(ctx context.Context, e *engine, l *load) (n int, worst float64, err error) {
	looked := map[int]*results.Replication{}
	look := func(n int, bound results.SLO) (float64, error) {
		if looked[n] == nil {
			if looked[n], err = r.serves(ctx, e, n, l, 0); err != nil {
				return 0, err
			}
		}
		return beyond(looked[n], bound), nil
	}
	n = min(mostInstances, e.guess(l, r.q.SLO, r.q.hit))
	bound := r.q.bound
	if worst, err = look(n, bound); err != nil {
		return n, worst, err
	}
	few := 0 // the most that are known to be too few
	step := max(1, n/8)
	if worst > 1 { // far off
		step = max(1, n/2)
	}
	for worst > 0 {
		few = n
		next := min(mostInstances, n+step)
		x, err := look(next, bound)
		if err != nil {
			return n, worst, err
		}
		idle := x > 0 && utilization(looked[next]) < idleBusy && behindOf(looked[next]) == ""
		if next == mostInstances && x > 0 && !idle { // more may keep it
			return next, x, nil
		}
		if idle && (next == mostInstances || x > worst*(1-noNearer)) {
			if step < n && next < mostInstances { // twice as many tell
				step = n
				continue
			}
			bound = relaxed(bound, looked[next])
			few, n, worst = 0, next, 0
			break
		}
		n, worst, step = next, x, min(2*step, next)
	}
	n, err = fewest(few, n, func(n int) (bool, error) {
		x, err := look(n, bound)
		return x <= 0, err
	})
	if err != nil {
		return n, worst, err
	}
	worst, err = look(n, r.q.bound)
	return n, worst, err
}

// fewest returns the least number above few that will do, where so many do: down in
// steps that grow, and then by halves.
func fewest(few, many int, do func(int) (bool, error)) (int, error) {
	for step := max(1, many/8); few == 0 && many > 1; step *= 2 {
		next := max(1, many-step)
		ok, err := do(next)
		switch {
		case err != nil:
			return many, err
		case ok:
			many = next
		default:
			few = next
		}
	}
	for many-few > 1 {
		middle := (few + many) / 2
		ok, err := do(middle)
		switch {
		case err != nil:
			return many, err
		case ok:
			many = middle
		default:
			few = middle
		}
	}
	return many, nil
}

// relaxed is a bound that a nearly idle fleet misses, moved to nearIdle times what that
// has; a part that it keeps stays.
func relaxed(bound results.SLO, idle *results.Replication) results.SLO {
	row := results.NewRow([][]float64{idle.Values(nil)}, nil)
	out := slices.Clone(bound)
	for i, o := range out {
		s, _ := row.Stat(o.Metric)
		switch x := estimate.Excess(o, s.Mean); {
		case !(x > 0): // it keeps it, or has no value
		case o.Min:
			out[i].Limit = s.Mean / nearIdle
		default:
			out[i].Limit = s.Mean * nearIdle
		}
	}
	return out
}

// utilization is the part of the instances' time in which steps ran.
func utilization(r *results.Replication) float64 {
	row := results.NewRow([][]float64{r.Values(nil)}, nil)
	s, _ := row.Stat("gpu_utilization")
	return s.Mean
}

func behindOf(r *results.Replication) string {
	row := results.NewRow([][]float64{r.Values(nil)}, nil)
	return behind(&row)
}
