package experiments

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"

	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// RunOptions say how a plan is run. None of them reaches a result.
type RunOptions struct {
	Dir     string // the result folder; empty: DefaultDir of the experiment's file
	Workers int    // cores to use, at least 1
	Force   bool   // replace a result folder of another experiment
	Command string // what makes the folder again; in the manifest
	// Progress, where it is set, is kept up to date.
	Progress *Progress
}

// Run simulates the units that are not there yet, and puts the result folder
// into place. It returns the set that the folder was written from, which can no
// more load its units. An error of type *Interrupted says that ctx was done; the
// same call goes on from there.
func (p *Plan) Run(ctx context.Context, o RunOptions) (*results.Set, error) {
	if o.Dir == "" {
		o.Dir = DefaultDir(p.File)
	}
	f, err := openFolder(o.Dir, p.Hash, o.Force)
	if err != nil {
		return nil, err
	}
	defer f.unlock()
	summaries, err := p.runUnits(ctx, f, o)
	if err != nil {
		f.removeEmpty()
		return nil, err
	}
	set := p.gather(f.store, summaries)
	set.Manifest.Command = o.Command
	return set, Publish(f.dir, f.partial, set.Write)
}

// runUnits simulates what is missing, several units at a time: a pool of cores
// is shared by all of them, and a unit takes as many as it has use for. It
// returns the summaries of all units, by identity.
func (p *Plan) runUnits(ctx context.Context, f *outputFolder, o RunOptions) (map[string]*results.Replication, error) {
	r := &runner{store: f.store, pool: sim.NewPool(o.Workers), progress: o.Progress, summaries: map[string]*results.Replication{}}
	if r.progress == nil {
		r.progress = new(Progress)
	}
	r.progress.plan(p.units)
	todo := r.missing(p.units)
	ctx, cancel := context.WithCancelCause(ctx)
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
	if ctx.Err() == nil {
		return r.summaries, nil
	}
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) && !errors.Is(cause, context.DeadlineExceeded) {
		return nil, cause
	}
	done, total := r.progress.Units()
	return nil, &Interrupted{Done: done, Total: total, Partial: f.partial, Err: ctx.Err()}
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

// missing returns the units that no earlier run left whole.
func (r *runner) missing(units []*unit) []*unit {
	var todo []*unit
	for _, u := range units {
		if summary, err := r.store.summary(u.id); err == nil {
			r.keep(u, summary)
			r.progress.start(u).finish()
		} else {
			todo = append(todo, u)
		}
	}
	return todo
}

// run simulates a unit and keeps it. A fault of the simulation ends the run
// with an error, as any other.
func (r *runner) run(ctx context.Context, u *unit) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("internal error in platform %q, replication %d: %v\n%s", u.platform.name, u.key.Replication, v, debug.Stack())
		}
	}()
	if err := ctx.Err(); err != nil {
		return err
	}
	p := r.progress.start(u)
	rep, err := u.simulate(ctx, r.pool, p)
	if err != nil {
		return fmt.Errorf("platform %q, replication %d: %w", u.platform.name, u.key.Replication, err)
	}
	if err := r.store.save(u.id, rep); err != nil {
		return err
	}
	r.keep(u, rep.Summary())
	p.finish()
	return nil
}

// gather makes the set of all cells from the summaries of the finished units,
// which are loaded from the disk when they are written.
func (p *Plan) gather(s store, summaries map[string]*results.Replication) *results.Set {
	set := &results.Set{
		Title: p.Title, SLO: p.slo, Reference: p.reference, Plots: p.Plots,
		Assumptions: p.assumptions(), Warnings: p.Warnings, Manifest: p.manifest(),
	}
	for _, c := range p.cells {
		cell := results.Cell{
			Values: c.point.values, Platform: c.platform.name, Bound: c.platform.bound,
			Functions: c.units[0].workload.Functions(),
		}
		for _, u := range c.units {
			cell.Replications = append(cell.Replications, summaries[u.id])
		}
		set.Cells = append(set.Cells, cell)
	}
	set.Load = func(cell, replication int) (*results.Replication, error) {
		return s.unit(p.cells[cell].units[replication].id)
	}
	return set
}

// DefaultDir is the result folder of an experiment's file: its name with
// .results for .toml, in the working folder.
func DefaultDir(file string) string {
	name := filepath.Base(file)
	if file == "-" {
		name = "experiment"
	}
	if ext := filepath.Ext(name); ext == ".toml" {
		name = name[:len(name)-len(ext)]
	}
	return name + ".results"
}

// outputFolder is where the results go: DIR.partial holds the finished units
// and then the finished folder, which is renamed to DIR.
type outputFolder struct {
	dir, partial string
	store        store
	unlock       func() error
}

// openFolder refuses a folder that holds something else, and readies the
// partial one.
func openFolder(dir, hash string, force bool) (*outputFolder, error) {
	if err := mayReplace(dir, hash, force); err != nil {
		return nil, err
	}
	f := &outputFolder{dir: dir, partial: filepath.Clean(dir) + ".partial"}
	f.store = store{filepath.Join(f.partial, "units"), buildID()}
	if err := os.MkdirAll(f.store.dir, 0o777); err != nil {
		return nil, fmt.Errorf("making the output folder: %w", err)
	}
	var err error
	if f.unlock, err = lock(f.partial); err != nil {
		return nil, err
	}
	if err := f.store.sweepUp(); err != nil {
		return nil, errors.Join(err, f.unlock())
	}
	return f, nil
}

// removeEmpty removes the partial folder where it holds no unit.
func (f *outputFolder) removeEmpty() {
	if os.Remove(f.store.dir) == nil { // it is not removed where something is in it
		_ = os.Remove(f.partial)
	}
}
