package serve

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// Candidate is a plan that Optimize looked at.
type Candidate struct {
	Name         string
	Cost         float64 // mean over replications, a month
	Row          results.Row
	Meets        results.Verdict // by one-sided 95 % bounds over the replications
	Replications int
	Fault        string
	Plan         *Plan // of those that were simulated most; nil otherwise

	choice   choice
	outcomes []*outcome
	worst    float64 // the largest excess over a bound
}

func (c *Candidate) value(column string) float64 { s, _ := c.Row.Stat(column); return s.Mean }

func (c *Candidate) totals() []float64 { s, _ := c.Row.Stat("cost"); return s.Values }

// windows are the times that an idle instance may stay which are looked at, beside
// the provider's own, where a tenant can set them.
var windows = []spec.Duration{spec.Duration(30 * sim.Second), spec.Duration(5 * sim.Minute)}

// settable are those within what a provider lets a tenant set.
func (p *provider) settable() (out []spec.Duration) {
	if len(p.Tenant) != 2 {
		return nil
	}
	for _, w := range windows {
		if w >= p.Tenant[0] && w <= p.Tenant[1] && w != p.keepAlive() {
			out = append(out, w)
		}
	}
	return out
}

// candidates are the choices over provider, board, GPUs of an instance, how long idle
// instances stay, and how many always stand; dear says how many were left out because
// the time in which their GPUs are busy alone costs too much.
func (r *runner) candidates(ctx context.Context, l *load) (all []*Candidate, left []LeftOut, dear int, err error) {
	add := func(c choice) { all = append(all, &Candidate{Name: c.name(), choice: c}) }
	apis, err := r.apis()
	if err != nil {
		return nil, nil, 0, err
	}
	for _, c := range apis {
		add(c)
	}
	seats, left, err := r.seats(true)
	if err != nil {
		return nil, nil, 0, err
	}
	if err := r.sizeAll(ctx, seats, l); err != nil {
		return nil, nil, 0, err
	}
	cheapest := math.Inf(1) // of instances that always run and keep the bounds
	for i := range seats {
		n, worst, err := r.sized(ctx, seats[i].engine, l)
		if err != nil {
			return nil, nil, 0, err
		}
		if !slices.Contains(seats[i].provider.Kinds, Warm) && !slices.Contains(seats[i].provider.Kinds, Rented) {
			continue
		}
		c := choice{kind: Rented, tariff: seats[i].tariff, provider: seats[i].provider, engine: seats[i].engine, fixed: n}
		if worst > 0 {
			continue
		}
		o, err := r.run(ctx, &c, l, 0)
		if err != nil {
			return nil, nil, 0, err
		}
		cheapest = min(cheapest, costmodel.Float(&o.total))
	}
	for i := range seats {
		s := &seats[i]
		for _, c := range r.variants(s, l) {
			least, err := r.atLeast(&c, l)
			if err != nil {
				return nil, nil, 0, err
			}
			most := cheapest // what costs that at least is not the cheapest that keeps the bounds
			if c.fixed > 0 {
				most *= dearer // for the front: they are simulated once for all providers
			}
			if least > most {
				dear++
				continue
			}
			add(c)
		}
	}
	if len(all) == 0 {
		return nil, nil, 0, nothing(left)
	}
	return all, left, dear, nil
}

// dearer is how many times the cheapest that keep the bounds others that always run may
// cost and still be looked at.
const dearer = 3

// widest is on how many times the least GPUs that hold the model instances that come and
// go are looked at; of more, those that always run alone.
const widest = 2

// variants are the choices at a seat.
func (r *runner) variants(s *seat, l *load) (out []choice) {
	base := choice{tariff: s.tariff, provider: s.provider, engine: s.engine}
	r.mu.Lock()
	sized := r.sizes[sizeKey{s.engine, l}].n // sizeAll has it
	r.mu.Unlock()
	least, err := r.smallest(s.tariff.GPU.Name, s.engine.count)
	wide := err != nil || s.engine.count > widest*least.count
	for _, kind := range s.provider.Kinds {
		c := base
		c.kind = kind
		switch {
		case wide && kind == Serverless:
		case kind == Serverless:
			out = append(out, c)
			for _, c.keepAlive = range s.provider.settable() {
				out = append(out, c)
			}
		default:
			for _, n := range []int{sized, sized + 1} {
				c.fixed = n
				out = append(out, c)
			}
			if kind == Rented || wide || !s.provider.Floored {
				continue
			}
			c.fixed = 0
			for floor := 1; floor < sized; floor *= 2 {
				c.floor = floor
				out = append(out, c)
			}
		}
	}
	return out
}

// atLeast is what a choice costs at least: its instances that always stand, or the time
// in which its GPUs are busy when as many requests as go are served side by side.
func (r *runner) atLeast(c *choice, l *load) (float64, error) {
	busy := l.rate * c.engine.work(l, c.engine.abreast(l, nil), r.q.hit) / float64(sim.Second)
	instances := math.Max(busy, float64(max(c.fixed, c.floor)))
	of := *c
	of.fixed, of.floor, of.kind = 1, 0, Rented // one that always runs, as a measure
	one, err := r.standingCost(&of, l)
	if err != nil {
		return 0, err
	}
	if c.fixed > 0 {
		return r.standingCost(c, l)
	}
	return one * instances, nil
}

// standingCost is what instances that always run cost a month, without a simulation.
func (r *runner) standingCost(c *choice, l *load) (float64, error) {
	o, err := r.billFleet(c, l, nil)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", c.name(), err)
	}
	return costmodel.Float(&o.total), nil
}
