package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/results"
)

const mergeHelp = `Make the result folder of a run that was cut into parts, each of which coldcurve
run --part 2/4 made, on whatever machine. The bytes are those of a run on one
machine. It takes the experiment and the flags that the parts had, and finds the
parts beside the result folder, unless they are named.

Parts of another experiment, of other settings, of another build of coldcurve or
of another architecture are refused, and so is a run of which a part is missing;
one that died is run again alone. The parts stay as they are.`

func newMerge(a *app) *cobra.Command {
	f := runFlags{workers: runtime.NumCPU()}
	c := &cobra.Command{
		Use:   "merge EXPERIMENT.toml [PART...]",
		Short: "Make a result folder of the parts of a run",
		Long:  mergeHelp,
		Example: `  coldcurve merge experiments/quickstart.toml
  coldcurve merge experiments/keepalive.toml --data ~/traces -o keepalive /shared/keepalive.part-*`,
		Args: cobra.MinimumNArgs(1),
		RunE: own(func(c *cobra.Command, args []string) error {
			return a.run(c.Context(), args[0], f, func(p *experiments.Plan, ctx context.Context, o experiments.RunOptions) (*results.Set, error) {
				return p.Merge(ctx, o, args[1:])
			})
		}),
	}
	f.register(c)
	return c
}

// wholeOnly are flags for what a whole run alone has.
var wholeOnly = []string{"format", "metrics", "events", "events-cell", "events-function", "events-replication", "events-window"}

// runPart simulates one part of a run.
func (a *app) runPart(c *cobra.Command, file string, f runFlags) error {
	part, err := experiments.ParsePart(f.part, os.Getenv)
	if err != nil {
		return usageError{fmt.Errorf("--part: %w", err)}
	}
	for _, name := range wholeOnly {
		if c.Flags().Changed(name) {
			return usageError{fmt.Errorf("--%s: a part has no rows; want it with coldcurve merge, or with a whole run", name)}
		}
	}
	f.part = part.String() // which of a scheduler's tasks it is, nobody knows later
	ctx := c.Context()
	plan, err := a.prepare(ctx, file, &f)
	if err != nil {
		return err
	}
	if f.dir == "" {
		f.dir = experiments.DefaultDir(file, f.set...)
	}
	progress := new(experiments.Progress)
	a.kept.is(func() string { return progress.Interrupted().Error() })
	stop := a.showProgress(progress, f.quiet)
	units, dir, err := plan.RunPart(ctx, experiments.RunOptions{
		Dir: f.dir, Workers: f.workers, Force: f.force, Command: command(file, plan.Experiment, f) + " --part " + f.part, Resume: resume(file, f), Progress: progress,
	}, part)
	stop()
	if err := errors.Join(err, plan.Close()); err != nil {
		return err
	}
	a.kept.is(func() string { return "interrupted; the part is in " + dir })
	if !f.quiet {
		a.note("part %s: %d of the run's %d units, in %s", part, units, plan.Units(), dir)
		whole := f
		whole.part = ""
		a.note("once all parts are there: %s -o %s", again("merge", file, whole), quote(f.dir))
	}
	return nil
}
