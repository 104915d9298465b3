package serve

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// LeftOut are plans that are not looked at for one reason.
type LeftOut struct {
	Names  []string `json:"names"`
	Reason string   `json:"reason"`
}

// leave notes that a tariff is left out.
func leave(list []LeftOut, name, reason string) []LeftOut {
	for i := range list {
		if list[i].Reason == reason {
			list[i].Names = append(list[i].Names, name)
			return list
		}
	}
	return append(list, LeftOut{[]string{name}, reason})
}

// seat is a tariff whose GPUs could hold the model, and the engine on them.
type seat struct {
	tariff   *costmodel.Tariff
	provider *provider
	engine   *engine
}

// within reports whether a name begins with one that was asked for.
func (q *question) within(name string) bool {
	return len(q.Within) == 0 || slices.ContainsFunc(q.Within, func(w string) bool { return strings.HasPrefix(name, w) })
}

// seats are the tariffs of GPUs on which the model fits, each with the least of
// them, or with all true with every number of them that does.
func (r *runner) seats(all bool) (out []seat, left []LeftOut, err error) {
	boards, err := hardware.GPUs()
	if err != nil {
		return nil, nil, err
	}
	for _, t := range r.catalog.Tariffs() {
		p := r.q.ways.of(t)
		if p == nil || t.GPU.Name == "" || t.EraOf != "" || t.RegionOf != "" || !r.q.within(t.Name) {
			continue
		}
		i := slices.IndexFunc(boards, func(g hardware.GPU) bool { return g.Name == t.GPU.Name })
		if i < 0 {
			left = leave(left, t.Name, fmt.Sprintf("no step times are known of the board %s", t.GPU.Name))
			continue
		}
		if why := unpriced(t); why != "" {
			left = leave(left, t.Name, why)
			continue
		}
		most := p.gpus(t, &boards[i])
		least, err := r.smallest(t.GPU.Name, most)
		if err != nil {
			left = leave(left, t.Name, fmt.Sprintf("the model does not fit on %d × %s, the most of an instance: %s", most, t.GPU.Name, brief(err)))
			continue
		}
		if t.PricesEnergy() && experiments.PowerOf(least.server, least.count) == nil {
			left = leave(left, t.Name, fmt.Sprintf("it has a price for energy, and nothing tells how much %s takes", t.GPU.Name))
			continue
		}
		out = append(out, seat{t, p, least})
		if !all {
			continue
		}
		for _, n := range counts {
			if n <= least.count || n > most {
				continue
			}
			if e, err := r.engine(t.GPU.Name, n); err == nil {
				out = append(out, seat{t, p, e})
			}
		}
	}
	return out, left, nil
}

// gpus is how many an instance can have.
func (p *provider) gpus(t *costmodel.Tariff, board *hardware.GPU) int64 {
	most := board.PerNode
	if p.GPUs > 0 {
		most = min(most, p.GPUs)
	}
	if t.GPU.Most > 0 {
		most = min(most, t.GPU.Most)
	}
	if p.Machines {
		most = min(most, max(1, t.GPU.Count))
	}
	return most
}

// brief is an error's last words, which say what does not fit.
func brief(err error) string {
	text := err.Error()
	if i := strings.LastIndex(text, "it does not fit: "); i >= 0 {
		return text[i+len("it does not fit: "):]
	}
	return text
}

// apis are the choices of per-token APIs.
func (r *runner) apis() (out []choice, err error) {
	offers, err := r.q.offers(r.catalog)
	if err != nil {
		return nil, err
	}
	for i := range offers {
		if o := &offers[i]; r.q.within(o.tariff.Name) && unpriced(o.tariff) == "" {
			out = append(out, choice{kind: API, tariff: o.tariff, offer: o})
		}
	}
	return out, nil
}

// choices are what an estimate looks at: per-token APIs, and GPUs that scale to
// zero, that are kept warm, and that are rented.
func (r *runner) choices(ctx context.Context, l *load) (out []choice, left []LeftOut, err error) {
	if out, err = r.apis(); err != nil {
		return nil, nil, err
	}
	seats, left, err := r.seats(false)
	if err != nil {
		return nil, nil, err
	}
	if err := r.sizeAll(ctx, seats, l); err != nil {
		return nil, nil, err
	}
	for _, s := range seats {
		n, _, err := r.sized(ctx, s.engine, l)
		if err != nil {
			return nil, nil, err
		}
		for _, kind := range s.provider.Kinds {
			out = append(out, s.standing(kind, n)...)
		}
	}
	if len(out) == 0 {
		return nil, nil, nothing(left)
	}
	return out, left, nil
}

// standing are the choices of a kind at a seat, where so many instances that always
// run keep the bound.
func (s *seat) standing(kind Kind, n int) []choice {
	c := choice{kind: kind, tariff: s.tariff, provider: s.provider, engine: s.engine}
	fixed, floor := c, c
	fixed.fixed, floor.floor = n, 1
	switch kind {
	case Rented:
		return []choice{fixed}
	case Warm:
		if n == 1 || !s.provider.Floored {
			return []choice{fixed}
		}
		return []choice{floor, fixed}
	}
	return []choice{c}
}

// sizeAll sizes the fleets of all engines, on all cores.
func (r *runner) sizeAll(ctx context.Context, seats []seat, l *load) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.q.Workers)
	seen := map[*engine]bool{}
	for _, s := range seats {
		if seen[s.engine] {
			continue
		}
		seen[s.engine] = true
		g.Go(func() error {
			_, _, err := r.sized(ctx, s.engine, l)
			return err
		})
	}
	return g.Wait()
}

// nothing says why no way is left.
func nothing(left []LeftOut) error {
	var why []string
	for _, l := range left {
		why = append(why, strings.Join(l.Names, ", ")+": "+l.Reason)
	}
	if len(why) == 0 {
		return inputError("no plan remains: no tariff by the token offers the model (--alike names one that you take to be as good), and --within leaves no GPU")
	}
	return inputError("no plan remains: no tariff by the token offers the model (--alike names one that you take to be as good); %s", strings.Join(why, "; "))
}

// unpriced names what of a tariff has no price, though a run is billed by it; "": all
// has one.
func unpriced(t *costmodel.Tariff) string {
	for i := range t.Prices {
		p := &t.Prices[i]
		if len(p.Tiers) == 0 && (!p.Supplied || t.Kind == "model") {
			return fmt.Sprintf("no price of %s is verified: give yours, in a tariff of your own that extends it (--tariffs)", p.Name)
		}
	}
	return ""
}
