package serve

import (
	"context"
	"math"
	"slices"
	"sync"

	"github.com/coldcurve/coldcurve/costmodel"
)

// envelope is, of a kind of plans, what the cheapest that serves costs at a load: at
// another load it may be another plan.
type envelope struct {
	kind     Kind
	currency string
	members  []choice
}

// point is an envelope at a load.
type point struct {
	cost float64 // NaN: none serves
	plan string
}

// envelopes are those of each kind and currency. Of the plans that serve at a low, today's
// or a high load, judged without a simulation, the cheapest of each are its members,
// and today's cheapest that serves.
func (r *runner) envelopes(ctx context.Context, plans []Plan, grid []float64) (out []*envelope, err error) {
	const few = 1
	of := map[[2]string]*envelope{}
	names := map[*envelope][]string{}
	add := func(p *Plan) {
		key := [2]string{string(p.Kind), p.Bill.Currency}
		e := of[key]
		if e == nil {
			e = &envelope{kind: p.Kind, currency: p.Bill.Currency}
			of[key], out = e, append(out, e)
		}
		if name := curveName(&p.choice); !slices.Contains(names[e], name) {
			names[e] = append(names[e], name)
			e.members = append(e.members, p.choice)
		}
	}
	for _, kind := range Kinds() {
		if i := slices.IndexFunc(plans, func(p Plan) bool { return p.Kind == kind && p.sound() }); i >= 0 {
			add(&plans[i])
		}
		for _, f := range []float64{grid[0], 1, grid[len(grid)-1]} {
			l, err := r.loadAt(ctx, likely, f)
			if err != nil {
				return nil, err
			}
			type judged struct {
				plan  *Plan
				least float64
			}
			var list []judged
			for i := range plans {
				p := &plans[i]
				if p.Kind != kind {
					continue
				}
				least := costmodel.Float(&p.Total) * f
				if kind != API {
					if least, err = r.least(&p.choice, l); err != nil {
						return nil, err
					}
				}
				list = append(list, judged{p, least})
			}
			slices.SortStableFunc(list, func(a, b judged) int {
				switch {
				case a.least < b.least:
					return -1
				case a.least > b.least:
					return 1
				}
				return 0
			})
			for _, j := range list[:min(few, len(list))] {
				add(j.plan)
			}
		}
	}
	return out, nil
}

// least is about what a choice costs at a load: as many instances as the guess, where they
// always run, and otherwise those that are busy.
func (r *runner) least(c *choice, l *load) (float64, error) {
	of := *c
	if of.fixed > 0 {
		of.fixed = of.engine.guess(l, r.q.SLO, r.q.hit)
		return r.standingCost(&of, l)
	}
	return r.atLeast(&of, l)
}

// costs are simulated totals, each once.
type costs struct {
	*runner
	mu    sync.Mutex
	known map[costKey]float64
}

type costKey struct {
	plan   string
	factor float64
}

// of returns what a choice costs at a factor on today's load; NaN where it does not serve
// it. A number of instances that always run is what the load there takes.
func (c *costs) of(ctx context.Context, of choice, factor float64) (float64, error) {
	key := costKey{curveName(&of), factor}
	c.mu.Lock()
	v, ok := c.known[key]
	c.mu.Unlock()
	if ok {
		return v, nil
	}
	l, err := c.loadAt(ctx, likely, factor)
	if err != nil {
		return 0, err
	}
	if of.fixed > 0 {
		if of.fixed, _, err = c.sized(ctx, of.engine, l); err != nil {
			return 0, err
		}
	}
	o, err := c.run(ctx, &of, l, 0)
	if err != nil {
		return 0, err
	}
	v = costmodel.Float(&o.total)
	row := rowOf([]*outcome{o}, c.q.SLO)
	if c.q.fault(&of, &row) != "" {
		v = math.NaN()
	}
	c.mu.Lock()
	c.known[key] = v
	c.mu.Unlock()
	return v, nil
}

// at is an envelope at a factor on today's load. A member whose GPUs cost more while they
// are busy than another one in all is not simulated.
func (c *costs) at(ctx context.Context, e *envelope, factor float64) (point, error) {
	best := point{cost: math.NaN()}
	l, err := c.loadAt(ctx, likely, factor)
	if err != nil {
		return best, err
	}
	type bounded struct {
		choice *choice
		least  float64
	}
	var order []bounded
	for i := range e.members {
		m := &e.members[i]
		least := 0.0
		if m.kind != API {
			if least, err = c.least(m, l); err != nil {
				return best, err
			}
			if m.fixed > 0 { // the guess has a fifth to spare, and may be too many
				least *= 0.6
			}
		}
		order = append(order, bounded{m, least})
	}
	slices.SortStableFunc(order, func(a, b bounded) int {
		if a.least < b.least {
			return -1
		} else if a.least > b.least {
			return 1
		}
		return 0
	})
	for _, b := range order {
		if b.least > best.cost {
			continue
		}
		cost, err := c.of(ctx, *b.choice, factor)
		if err != nil {
			return best, err
		}
		if cost < best.cost || math.IsNaN(best.cost) && !math.IsNaN(cost) {
			best = point{cost, curveName(b.choice)}
		}
	}
	return best, nil
}
