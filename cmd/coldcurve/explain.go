package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
)

const explainHelp = `Say why the cold starts of a result folder happened: each is a first use, or a burst
beyond the most instances that there have been, or its instance had gone: its
keep-alive was over, it was evicted, scaled in, lost with its node, paused, or failed to start.

Without --function it lists the functions with the most; with one, its causes, how long
the instances that it missed had been gone, a timeline, and the cold starts one by one.

The folder does not keep each request: the cell is simulated once more, to the same
bytes, from what the folder was made from. A trace is looked up under --data. Where the
program or the trace is not that of the folder, that is said.`

type explainFlags struct {
	cell, function, format, data, plots string
	replication                         int
	plotSize                            plotSizeFlag
	force                               bool
}

func newExplain(a *app) *cobra.Command {
	var f explainFlags
	c := &cobra.Command{
		Use:   "explain DIR",
		Short: "Say why the cold starts of a result folder happened",
		Long:  explainHelp,
		Example: `  coldcurve explain quickstart.results --cell keepalive=10m
  coldcurve explain quickstart.results --cell 3 --function checkout --plots plots`,
		Args: cobra.ExactArgs(1),
		RunE: own(func(c *cobra.Command, args []string) error { return a.explain(c.Context(), args[0], f) }),
	}
	fl := c.Flags()
	fl.StringVar(&f.cell, "cell", "", "the cell: its number from 1, or a part of its name that no other has (default: the only one)")
	fl.StringVar(&f.function, "function", "", "the function to look at, by its name or as the list shortens it (default: all are listed)")
	fl.IntVar(&f.replication, "replication", 1, "the replication, from 1; in JSON it counts from 0")
	fl.StringVar(&f.format, "format", "text", "what is printed: "+strings.Join(results.ExplainFormats(), ", "))
	fl.StringVar(&f.data, "data", os.Getenv(dataVariable), "folder where relative trace paths are looked up first ("+dataVariable+")")
	fl.StringVar(&f.plots, "plots", "", "folder to write the plot of the function over time to")
	registerPlotSize(c, &f.plotSize)
	fl.BoolVar(&f.force, "force", false, "replace other files of the plot's names")
	return c
}

func (a *app) explain(ctx context.Context, dir string, f explainFlags) (err error) {
	if err := oneOf("format", f.format, results.ExplainFormats()); err != nil {
		return err
	}
	if f.plots != "" && f.function == "" {
		return usageError{errors.New("--plots: the plot is of a function, want --function too")}
	}
	plan, m, err := planOf(ctx, dir, f.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, plan.Close()) }()
	if plan.Hash != m.Hash {
		changed := strings.Join(plan.Changed(m), "; ")
		if changed == "" {
			changed = "something that its manifest does not name"
		}
		a.note("note: since %s was made there changed: %s; this is what version %s, model %s makes of what is there now", dir, changed, experiments.Version, experiments.ModelVersion)
	}
	names := plan.CellNames()
	cell, err := results.CellNumber(names, f.cell)
	if err != nil {
		return usageError{fmt.Errorf("--cell: %w", err)}
	}
	if f.replication < 1 || f.replication > plan.Replications {
		return usageError{fmt.Errorf("--replication: found %d, want 1 to %d", f.replication, plan.Replications)}
	}
	by, err := plan.Explainer(cell, f.function)
	if err != nil {
		return usageError{fmt.Errorf("--function: %w", err)}
	}
	if _, err := plan.LookAt(ctx, cell, f.replication-1, by); err != nil {
		return err
	}
	x := &results.Explanation{Explainer: by, Title: plan.Title, Cell: names[cell], Replication: f.replication - 1, Replications: plan.Replications}
	if f.plots != "" {
		if err := a.writeFigures(f.plots, f.force, f.plotSize.size, x.Figure()); err != nil {
			return err
		}
	}
	return x.Render(a.stdout, f.format)
}

// planOf makes the plan of what a result folder was made from.
func planOf(ctx context.Context, dir, data string) (*experiments.Plan, *results.Manifest, error) {
	m, err := results.ReadManifest(dir)
	if err != nil {
		return nil, nil, usage(err)
	}
	text, err := m.Read(dir, results.ExperimentFile, spec.DocumentMost)
	if err != nil {
		return nil, nil, usage(err)
	}
	e, err := experiments.ParseIn(data, filepath.Join(dir, results.ExperimentFile), text)
	if err != nil {
		return nil, nil, err
	}
	env := experiments.Env{DataDir: data, Lenient: m.Lenient}
	if len(m.Tariffs) > 0 {
		env.Tariffs = []string{filepath.Join(dir, filepath.Dir(filepath.FromSlash(results.TariffsFile)))}
	}
	plan, err := experiments.Prepare(ctx, e, env)
	if err != nil {
		return nil, nil, err
	}
	more, err := plan.WithReplications(ctx, max(m.Replications, plan.Replications)) // of a run that went on until it was precise
	if err == nil {
		more, err = more.WithWarmup(ctx, m.Settled)
	}
	if err != nil {
		return nil, nil, errors.Join(err, plan.Close())
	}
	return more, m, nil
}
