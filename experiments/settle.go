package experiments

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads"
)

// A run that finds its warm-up is simulated twice: first by pilots, one a unit, which look
// at nothing but latencies over time, and then with the warm-up that they have found, the
// same for all: cells whose windows differ are not the same requests, and cannot be
// compared. A pilot keeps sums by slots of time, so that its memory does not grow with the
// run, and takes the time of a simulation without bills and records.

const (
	// slotRequests is how many requests a slot of a pilot has in the mean. By chance none
	// has none then, and a slot's mean has a fifth or so of the deviation of a request's.
	slotRequests = 20
	// mostSlots bounds a pilot's slots: the warm-up is found to a thousandth of the run.
	mostSlots = 5000
	// settledBy is the part of a run in which it has to have settled (Hoad, Robinson and
	// Davies 2010): MSER-5 points that lie later are of runs without a steady state, or too
	// short to show it.
	settledBy = 0.5
)

// settles reports whether the plan's runs find their warm-up.
func (p *Plan) settles() bool {
	return len(p.cells) > 0 && p.cells[0].point.workload.Warmup == mser5
}

// settledAt is the warm-up that was found, 0 before it is, ns.
func (e *Experiment) settledAt() sim.Time {
	if e.settled == nil {
		return 0
	}
	return e.settled.From()
}

// checkWarmup refuses a warm-up that is to be found where a run does not settle, or where
// others that it is compared with have another.
func (p *Plan) checkWarmup(pt *point, l *loaded) error {
	w := pt.workload
	if (w.Warmup == mser5) != (p.points[0].workload.Warmup == mser5) {
		at := w.node.Get("warmup")
		if at == nil {
			at = w.node
		}
		return at.Errorf("some cells find their warm-up (%s) and others have one that is given, want one way for all: cells that are compared are measured in one window", mser5Word)
	}
	if w.Warmup != mser5 {
		return nil
	}
	s, ok := l.workload.(*workloads.Synthetic)
	if !ok {
		return nil // it has been refused
	}
	if why := s.Unsteady(); why != "" {
		return w.node.Get("warmup").Errorf("found %q, want a duration: %s, so that there is no steady state to begin in", mser5Word, why)
	}
	return nil
}

// pilot is the first run of a unit.
type pilot struct {
	unit *unit
	at   *spec.Node // where the warm-up is
	cell int        // that it is of, the first
	id   string
}

// pilots lists those of a plan: one a unit that some cell has.
func (p *Plan) pilots() (list []pilot) {
	seen := map[string]bool{}
	for c := range p.cells {
		for _, u := range p.cells[c].units {
			if seen[u.id] {
				continue
			}
			seen[u.id] = true
			d := newDigest()
			d.add("pilot", u.id)
			d.add("slots", fmt.Sprint(u.slots()))
			list = append(list, pilot{u, p.cells[c].point.workload.node.Get("warmup"), c, d.sum()})
		}
	}
	return list
}

// slots is how many slots a pilot of the unit has: whole batches of MSER-5 of them.
func (u *unit) slots() int { return int(min(u.expected()/slotRequests, mostSlots)) }

// pilotRecord is what a pilot has found; its file is its JSON.
type pilotRecord struct {
	From sim.Time // ns
	OK   bool     // there was enough to find it from
}

// settled returns the plan with the warm-up that its runs have found, the largest of all
// cells and replications. kept holds what is known of pilots, and is added to.
func (p *Plan) settle(ctx context.Context, workers int, kept pilotStore, start func(requests int64) *Tally) (*Plan, error) {
	if !p.settles() || p.settled != nil {
		return p, nil
	}
	list := p.pilots()
	found := make([]pilotRecord, len(list))
	pool := sim.NewPool(max(1, workers))
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(max(1, workers))
	for i := range list {
		g.Go(func() (err error) {
			tally := start(list[i].unit.expected())
			if found[i], err = list[i].run(inner, pool, kept, tally); err == nil {
				tally.Finish()
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	s, err := p.latest(list, found)
	if err != nil {
		return nil, err
	}
	q, err := p.WithWarmup(ctx, s)
	if err != nil {
		return nil, err
	}
	for i := range list {
		q.piloted = append(q.piloted, list[i].id)
	}
	return q, nil
}

// latest is the largest of what the pilots have found; what cannot be a warm-up is an error.
func (p *Plan) latest(list []pilot, found []pilotRecord) (*results.Settled, error) {
	names := p.CellNames()
	s := &results.Settled{Rule: mser5Word, Cells: len(p.cells), Replications: p.Replications}
	for i := range list {
		u := list[i].unit
		of := fmt.Sprintf("%s, replication %d", names[list[i].cell], u.key.Replication+1)
		switch {
		case !found[i].OK:
			return nil, &InputError{list[i].at.Errorf("found %q of about %d requests to the horizon (%s), want some 1,000 that complete: a longer horizon, or a duration", mser5Word, u.expected(), of)}
		case float64(found[i].From) > settledBy*float64(u.window.Horizon):
			return nil, &InputError{list[i].at.Errorf("the latencies of %s are like those of its end only from %s on, over half of the run of %s: it has not settled, or is too short to tell; want a longer horizon, or, where it never settles, less load or a duration",
				of, spec.Duration(found[i].From), spec.Duration(u.window.Horizon))}
		case s.Of == "" || found[i].From > s.From():
			s.Nanoseconds, s.Of = int64(found[i].From), of
		}
	}
	for c := range p.cells { // horizons may differ
		if w := p.cells[c].units[0].window; float64(s.From()) > settledBy*float64(w.Horizon) {
			return nil, &InputError{p.cells[c].point.workload.node.Get("warmup").Errorf("the warm-up of all cells is the latest, %s (%s), which is over half of the run of %s of %s; want longer horizons", spec.Duration(s.From()), s.Of, spec.Duration(w.Horizon), names[c])}
		}
	}
	return s, nil
}

// WithWarmup is the plan with a warm-up that its runs have found; it shares the traces, and
// what it is the plan of is the same. Of a plan whose warm-up is given, or nil, it is the plan.
func (p *Plan) WithWarmup(ctx context.Context, s *results.Settled) (*Plan, error) {
	if s == nil || !p.settles() {
		return p, nil
	}
	return p.again(ctx, func(e *Experiment) { e.settled = s })
}

// run simulates the unit, but where it is known what comes of it.
func (l *pilot) run(ctx context.Context, pool *sim.Pool, kept pilotStore, progress sim.Observer) (pilotRecord, error) {
	if r, ok := kept.find(l.id); ok {
		return r, nil
	}
	if err := ctx.Err(); err != nil {
		return pilotRecord{}, err
	}
	r := pilotRecord{}
	if l.unit.slots() > 0 {
		slots, err := l.unit.slotsOf(ctx, pool, progress)
		if err != nil {
			return r, err
		}
		r.From, r.OK = slots.Settled()
	}
	return r, kept.keep(l.id, r)
}

// slotsOf simulates the unit for its latencies over time alone.
func (u *unit) slotsOf(ctx context.Context, pool *sim.Pool, progress sim.Observer) (slots *results.Slots, err error) {
	err = u.guard(func() error {
		once, err := u.once(nil)
		if err != nil {
			return err
		}
		seen, err := once.Watch(ctx, pool, func() sim.Observer { return results.NewSlots(u.window.Horizon, u.slots()) }, progress)
		if err != nil {
			return u.ofScript(u.ofTrace(err))
		}
		slots = seen[0].(*results.Slots)
		for _, o := range seen[1:] {
			if err := slots.Merge(o.(*results.Slots)); err != nil {
				return err
			}
		}
		return nil
	})
	return slots, err
}

// pilotStore keeps what pilots have found.
type pilotStore interface {
	find(id string) (pilotRecord, bool)
	keep(id string, r pilotRecord) error
}

// forgetful keeps nothing.
type forgetful struct{}

func (forgetful) find(string) (pilotRecord, bool) { return pilotRecord{}, false }
func (forgetful) keep(string, pilotRecord) error  { return nil }

// pilotFiles are files beside those of the units, in the same form.
type pilotFiles struct{ store }

func (f pilotFiles) find(id string) (r pilotRecord, ok bool) {
	err := f.record(id, func(in io.Reader) error { return json.NewDecoder(in).Decode(&r) })
	return r, err == nil
}

func (f pilotFiles) keep(id string, r pilotRecord) error {
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(r); err != nil {
		return fmt.Errorf("writing a pilot: %w", err)
	}
	return f.put(id, b.Bytes())
}

// settleIn settles the plan of a run in a folder that is open.
func (p *Plan) settleIn(ctx context.Context, f *outputFolder, o RunOptions) (*Plan, error) {
	if !p.settles() {
		return p, nil
	}
	var units []*unit
	for _, l := range p.pilots() {
		units = append(units, l.unit)
	}
	o.Progress.plan(units, f.Partial)
	o.Progress.begin()
	q, err := p.settle(ctx, o.Workers, pilotFiles{f.store}, func(requests int64) *Tally { return NewTally(&o.Progress.seen, &o.Progress.done, requests) })
	if err != nil && ctx.Err() != nil {
		return nil, stoppedRun(ctx, o.Progress)
	}
	return q, err
}
