package experiments

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/coldcurve/coldcurve/internal/folder"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// RunOptions say how a plan is run. None of them reaches a result.
type RunOptions struct {
	Dir     string // the result folder; empty: DefaultDir of the experiment's file
	Workers int    // cores to use, at least 1
	Force   bool   // replace a result folder of another experiment
	Command string // what makes the folder again; in the manifest
	// Resume is what goes on from finished units, in the folder that it was said in:
	// with the paths of this machine, and so nowhere but beside the units. Empty: Command.
	Resume string
	// Progress, where it is set, is kept up to date.
	Progress *Progress
}

// Run simulates the units that are not there yet, and puts the result folder
// into place. It returns the set that the folder was written from, which can no
// more load its units. An error of type *Interrupted says that ctx was done; the
// same call goes on from there.
func (p *Plan) Run(ctx context.Context, o RunOptions) (*results.Set, error) {
	if o.Dir == "" {
		o.Dir = DefaultDir(p.File, p.sets...)
	}
	if o.Progress == nil {
		o.Progress = new(Progress)
	}
	f, err := p.openFolder(o)
	if err != nil {
		return nil, err
	}
	set, err := p.runIn(ctx, f, o)
	return set, errors.Join(err, f.Close())
}

// runIn runs the plan in a folder that is open.
func (p *Plan) runIn(ctx context.Context, f *outputFolder, o RunOptions) (*results.Set, error) {
	settled, err := p.settleIn(ctx, f, o)
	if refused := (*InputError)(nil); errors.As(err, &refused) { // the same pilots would find the same
		return nil, errors.Join(err, f.release(p))
	}
	if err != nil {
		return nil, errors.Join(err, f.giveUp(p))
	}
	first := p
	set, p, err := settled.precisely(ctx, func(p *Plan) (*results.Set, error) {
		if p != first { // of which begin has claimed the units
			if err := f.claims.add(p, cmp.Or(o.Resume, o.Command)); err != nil {
				return nil, err
			}
		}
		summaries, err := p.runUnits(ctx, f, o)
		if err != nil {
			return nil, err
		}
		return p.gather(f.store, summaries), nil
	})
	if err != nil {
		return nil, errors.Join(err, f.giveUp(p))
	}
	load := set.Load
	set.Load = func(cell, replication int) (*results.Replication, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return load(cell, replication)
	}
	set.Manifest.Command = o.Command
	if err := f.publish(ctx, p, o, set.Write); err != nil {
		return nil, err
	}
	return set, nil
}

// publish puts the folder of a plan, all of whose units are done, into place, and lets go
// of what it was made from.
func (f *outputFolder) publish(ctx context.Context, p *Plan, o RunOptions, write func(ctx context.Context, dir string) error) error {
	err := f.Publish(func(fresh string) error { return write(ctx, fresh) })
	switch {
	case err == nil:
		return f.release(p)
	case ctx.Err() != nil:
		return stoppedRun(ctx, o.Progress)
	case folder.Full(err):
		return fmt.Errorf("%w; all units are done and kept in %s, and the same command goes on from there", err, f.Partial)
	}
	return input(fmt.Errorf("%w; all units are done and kept in %s", err, f.Partial))
}

// runUnits simulates what is missing, several units at a time: a pool of cores
// is shared by all of them, and a unit takes as many as it has use for. It
// returns the summaries of all units, by identity.
func (p *Plan) runUnits(asked context.Context, f *outputFolder, o RunOptions) (map[string]*results.Replication, error) {
	r := &runner{store: f.store, pool: sim.NewPool(o.Workers), progress: o.Progress, summaries: map[string]*results.Replication{}}
	todo := largestFirst(r.ready(p.units, f.Partial))
	ctx, cancel := context.WithCancelCause(asked)
	defer cancel(nil)
	next := make(chan *unit)
	var workers sync.WaitGroup
	for range min(max(1, o.Workers), len(todo)) {
		workers.Go(func() {
			for u := range next {
				if err := r.run(ctx, u); err != nil {
					cancel(err)
				}
			}
		})
	}
feed:
	for _, u := range todo {
		select {
		case next <- u:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	workers.Wait()
	if asked.Err() != nil {
		return nil, stoppedRun(asked, r.progress)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx) // of a unit that failed
	}
	return r.summaries, nil
}

// stoppedRun is the error of a run that was asked to stop.
func stoppedRun(ctx context.Context, p *Progress) error {
	e := p.Interrupted()
	e.Err = context.Cause(ctx)
	return e
}

// runner is what the workers of a run share.
type runner struct {
	store    store
	pool     *sim.Pool
	progress *Progress

	mu        sync.Mutex
	summaries map[string]*results.Replication // of the units that are done, by identity
}

// keep keeps the summary of a unit that is done: what else there is of it stays
// on the disk, lest a run of many cells hold all of them.
func (r *runner) keep(u *unit, summary *results.Replication) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summaries[u.id] = summary
}

// ready returns the units that are to be made, and starts the clock of progress.
func (r *runner) ready(units []*unit, partial string) []*unit {
	r.progress.plan(units, partial)
	todo := r.missing(units)
	r.progress.begin()
	return todo
}

// missing returns the units that no earlier run left whole.
func (r *runner) missing(units []*unit) []*unit {
	var todo []*unit
	for _, u := range units {
		if summary, err := r.store.summary(u.id); err == nil {
			r.keep(u, summary)
			r.progress.start(u).Finish()
		} else {
			todo = append(todo, u)
		}
	}
	return todo
}

// attempt simulates the unit. A fault of the simulation is an error, as any other.
func (u *unit) attempt(ctx context.Context, pool *sim.Pool, progress sim.Observer) (rep *results.Replication, err error) {
	err = u.guard(func() error {
		rep, err = u.simulate(ctx, pool, progress)
		return err
	})
	if err != nil {
		return nil, err
	}
	return rep, nil
}

// guard calls a simulation of the unit, and says of its error what it is of.
func (u *unit) guard(simulate func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("internal error in %s, replication %d: %v\n%s", u.ofQuoted(), u.key.Replication, v, debug.Stack())
		}
	}()
	err = simulate()
	var crowd *sim.Crowd
	var excess *flows.Excess
	if errors.As(err, &crowd) || errors.As(err, &excess) {
		err = &InputError{err}
	} else if input := (*InputError)(nil); errors.As(err, &input) {
		return err // it says where the input is at fault
	}
	if err != nil {
		return fmt.Errorf("%s, replication %d: %w", u.ofQuoted(), u.key.Replication, err)
	}
	return nil
}

// run simulates a unit and keeps it.
func (r *runner) run(ctx context.Context, u *unit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p := r.progress.start(u)
	rep, err := u.attempt(ctx, r.pool, p)
	if err != nil {
		return err
	}
	if err := r.store.save(u.id, rep); err != nil {
		if done, total := r.progress.Units(); folder.Full(err) {
			return fmt.Errorf("%w; %d of %d units are done and kept in %s, and the same command goes on from there", err, done, total, filepath.Dir(r.store.dir))
		}
		return err
	}
	r.keep(u, rep.Summary())
	p.Finish()
	return nil
}

// gather makes the set of all cells from the summaries of the finished units,
// which are loaded from the disk when they are written.
func (p *Plan) gather(s store, summaries map[string]*results.Replication) *results.Set {
	set := &results.Set{
		Title: p.Title, SLO: p.slo, Rates: p.rates, Span: p.span, Reference: p.reference, Plots: p.Plots, Tradeoff: p.tradeoff, PlotSize: p.PlotSize, Operator: p.operator,
		Assumptions: p.Assumptions(), Warnings: p.Warnings, Legends: p.legends, Manifest: p.manifest(),
		Experiment: p.document(), Source: p.source, Tariffs: p.tariffDocument(),
	}
	for _, c := range p.cells {
		cell := results.Cell{
			Values: c.point.values, Platform: c.name, Functions: c.units[0].workload.Functions(), Clients: c.units[0].workload.clients != nil,
			Application: c.units[0].app.graph(), Foil: c.foil.gathered(summaries),
		}
		for k, pl := range c.platforms {
			cell.Bound = cell.Bound || pl.bound
			cell.GPUs += pl.gpus().Number()
			cell.Estimate = cell.Estimate || pl.bound && c.units[0].estimated(k)
			cell.Convex = cell.Convex || convex(pl.sim.KeepAlive)
			if cell.StepTimes == nil {
				cell.StepTimes = stepTimes(pl.server)
			}
		}
		for _, u := range c.units {
			cell.Replications = append(cell.Replications, summaries[u.id])
		}
		set.Cells = append(set.Cells, cell)
	}
	for _, t := range p.texts {
		set.Applications = append(set.Applications, results.Text{Name: results.ApplicationsFolder + "/" + t.name, Data: t.text})
	}
	set.Load = func(cell, replication int) (*results.Replication, error) {
		return s.unit(p.cells[cell].units[replication].id)
	}
	set.Manifest.Clamped = p.clamped(set, summaries)
	return set
}

// DefaultDir is the result folder of an experiment's file: its name with
// .results for .toml, and between them what was set, in the working folder.
func DefaultDir(file string, sets ...string) string {
	name := filepath.Base(file)
	if file == "-" {
		name = "experiment"
	}
	if ext := filepath.Ext(name); ext == ".toml" {
		name = name[:len(name)-len(ext)]
	}
	if len(sets) > 0 {
		name += "." + folderWord(strings.Join(sets, ","))
	}
	return name + ".results"
}

// wordMost is the longest word of what was set in a folder's name.
const wordMost = 80

// folderWord is a text as a part of a folder's name: what is awkward there is an
// underscore. Texts that were changed or cut keep apart by a part of their hash.
func folderWord(text string) string {
	word := strings.Map(func(r rune) rune {
		if r < 0x80 && (r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || strings.ContainsRune("._-=,", r)) {
			return r
		}
		return '_'
	}, text)
	if word == text && len(word) <= wordMost {
		return word
	}
	d := newDigest()
	d.add("set", text)
	return word[:min(len(word), wordMost)] + "-" + d.sum()[:8]
}

// outputFolder is where the results go; its partial folder holds the finished
// units.
type outputFolder struct {
	*folder.Folder
	store  store
	claims claims
}

// openFolder refuses a folder that holds something else, and readies the
// partial one for a plan.
func (p *Plan) openFolder(o RunOptions) (*outputFolder, error) {
	return p.openIn(o, folder.Kind{Name: "result folder", Holds: p.sameExperiment(o.Dir, o.Force), Force: o.Force})
}

// openIn is openFolder for a folder of a kind.
func (p *Plan) openIn(o RunOptions, k folder.Kind) (*outputFolder, error) {
	f, err := folder.Open(o.Dir, k)
	if err != nil {
		return nil, input(err)
	}
	out := &outputFolder{f, store{filepath.Join(f.Partial, unitsName), buildID()}, claims{filepath.Join(f.Partial, plansName)}}
	if err := out.begin(p, cmp.Or(o.Resume, o.Command)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return out, nil
}

// begin makes the folders of units and claims, and claims the plan's units.
func (f *outputFolder) begin(p *Plan, command string) error {
	for _, dir := range []string{f.store.dir, f.claims.dir} {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return fmt.Errorf("making the output folder: %w", err)
		}
		if err := sweepUp(dir); err != nil {
			return fmt.Errorf("removing what an earlier run left: %w", err)
		}
	}
	return f.claims.add(p, command)
}

// sameExperiment allows a result folder of the same experiment, and with force
// that of any.
func (p *Plan) sameExperiment(dir string, force bool) func([]byte) error {
	return func(data []byte) error {
		m, err := results.ParseManifest(data)
		if err != nil {
			return fmt.Errorf("is there, and of its %s: %w; choose another with -o", results.ManifestFile, err)
		}
		if m.Hash != p.Hash && !force {
			return fmt.Errorf("holds the results of another experiment, %q:%s\nchoose another with -o, or replace it with --force", m.Title, p.unlike(dir, m))
		}
		return nil
	}
}

// mostUnlike is how many differences of two experiments a message lists.
const mostUnlike = 12

// unlike lists in what a result folder differs from the plan's, from there to here.
func (p *Plan) unlike(dir string, there *results.Manifest) string {
	here := p.manifest()
	changes := there.Changes(dir, &here, p.document(), p.tariffDocument())
	var b strings.Builder
	for _, c := range changes[:min(len(changes), mostUnlike)] {
		fmt.Fprintf(&b, "\n  %s", c)
	}
	if more := len(changes) - mostUnlike; more > 0 {
		fmt.Fprintf(&b, "\n  and %d more", more)
	}
	return b.String()
}
