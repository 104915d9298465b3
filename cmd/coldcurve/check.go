package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/results"
)

const checkHelp = `Run an experiment and hold it to a baseline: a file, kept with the code, of the rows
that an earlier run had. Exit code 3 says that a number became worse than its
tolerance allows, or that a row is gone; 0 that all is within.

Tolerances are the experiment's, [tolerance] with latency_p99_s = "2%", or those of
--tolerance, which go before them; see coldcurve compare --help for amounts. With none,
latency_p99_s, cold_ratio, cost and error_ratio may not become worse at all: a run is
deterministic, so that what moved was moved by something. What that is, is said: the
code, the model, keys of the experiment, a preset, the trace, the price. A baseline
from a processor of another kind is compared by the intervals of the differences.

--update writes the baseline, with what the tolerances are of and what people look at
first, and says what changed since the old one. docs/ci.md shows it in a CI job.`

type checkFlags struct {
	runFlags
	baseline   string // file
	update     bool
	tolerances []string
}

func newCheck(a *app) *cobra.Command {
	var f checkFlags
	c := &cobra.Command{
		Use:   "check EXPERIMENT.toml --baseline FILE",
		Short: "Run an experiment, and fail where it became slower or dearer",
		Long:  checkHelp,
		Example: `  coldcurve check service.toml --baseline service.baseline.json --update
  coldcurve check service.toml --baseline service.baseline.json
  coldcurve check service.toml --baseline service.baseline.json --format junit > junit.xml`,
		Args: cobra.ExactArgs(1),
		RunE: own(func(c *cobra.Command, args []string) error { return a.check(c.Context(), args[0], f) }),
	}
	fl := c.Flags()
	fl.StringVar(&f.baseline, "baseline", "", "file of the rows that the run is held to")
	fl.BoolVar(&f.update, "update", false, "write the baseline")
	fl.StringArrayVar(&f.tolerances, "tolerance", nil, "METRIC=AMOUNT, a comma between several (repeatable; default: the experiment's)")
	fl.StringVar(&f.format, "format", "text", "what is printed: "+strings.Join(results.CheckFormats(), ", "))
	fl.StringVarP(&f.dir, "output", "o", "", "folder for the page, differences.csv, JSON, JUnit XML, Markdown and the plot (default: none)")
	fl.IntVar(&f.workers, "workers", runtime.NumCPU(), "cores to use; the results do not depend on it")
	fl.StringVar(&f.data, "data", os.Getenv(dataVariable), "folder where relative trace paths are looked up first ("+dataVariable+")")
	fl.StringArrayVar(&f.set, "set", nil, "path=value: change any key of the experiment, as in platform.lambda.memory=512MB (repeatable)")
	fl.StringArrayVar(&f.tariffs, "tariffs", nil, "folder with tariffs of your own, which add to the shipped ones or replace them (repeatable)")
	registerPlotSize(c, &f.plotSize)
	fl.BoolVar(&f.lenient, "lenient", false, "skip malformed rows of traces, count and report them")
	fl.BoolVar(&f.force, "force", false, "replace the folder of another comparison")
	fl.BoolVar(&f.quiet, "quiet", false, "no progress, notes or warnings; of the text only what is beyond a tolerance")
	return c
}

func (a *app) check(ctx context.Context, file string, f checkFlags) (err error) {
	if err := oneOf("format", f.format, results.CheckFormats()); err != nil {
		return err
	}
	if f.baseline == "" {
		return usageError{errors.New("--baseline: none is given, want the file of the rows that the run is held to; with --update it is written")}
	}
	given, err := parsedList(f.tolerances, results.ParseTolerances)
	if err != nil {
		return err
	}
	before, err := readBaseline(f.baseline, f.update)
	if err != nil {
		return err
	}
	out, closed, err := comparisonFolder(f.dir, f.force) // before any work
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closed()) }()
	plan, err := a.prepare(ctx, file, &f.runFlags)
	if err != nil {
		return err
	}
	after, err := a.simulated(ctx, plan, file, f.runFlags)
	if err := errors.Join(err, plan.Close()); err != nil {
		return err
	}
	held := given
	for _, t := range plan.Tolerances {
		if !slices.ContainsFunc(given, func(g results.Tolerance) bool { return g.Metric == t.Metric }) {
			held = append(held, t)
		}
	}
	for _, t := range held {
		if f.update && !after.Has(t.Metric) {
			return usageError{fmt.Errorf("tolerance: %s has no value in any row: nothing can be held to it", t.Metric)}
		}
	}
	if before != nil {
		err = a.gate(ctx, before, after, held, file, out, f)
	}
	if err != nil || !f.update {
		return err
	}
	if err := a.updateBaseline(f.baseline, after, held); err != nil {
		return err
	}
	if !f.quiet {
		a.note("baseline: %s", f.baseline)
	}
	return nil
}

// prepare reads an experiment's file and makes its plan.
func (a *app) prepare(ctx context.Context, file string, f *runFlags) (*experiments.Plan, error) {
	if f.workers < 1 {
		return nil, usageError{fmt.Errorf("--workers: found %d, want 1 or more", f.workers)}
	}
	if f.plotSize.size != "" {
		f.set = append(slices.Clone(f.set), "output.plot_size="+f.plotSize.String())
	}
	data, err := a.read(file)
	if err != nil {
		return nil, err
	}
	e, err := experiments.ParseIn(f.data, file, data, f.set...)
	if err != nil {
		return nil, err
	}
	env := experiments.Env{DataDir: f.data, Tariffs: f.tariffs, Lenient: f.lenient}
	if file != "-" {
		env.Stdin = a.stdin
	}
	return experiments.Prepare(ctx, e, env)
}

// simulated runs a plan and keeps nothing but its rows.
func (a *app) simulated(ctx context.Context, plan *experiments.Plan, file string, f runFlags) (*results.Baseline, error) {
	if !f.quiet {
		for _, w := range plan.Warnings {
			a.note("note: %s", w)
		}
	}
	progress := new(experiments.Progress)
	a.kept.is(func() string { return "interrupted; nothing is kept" })
	stop := a.showProgress(progress, f.quiet)
	set, err := plan.Simulate(ctx, f.workers, progress.Of(plan))
	stop()
	if err != nil {
		return nil, err
	}
	set.Manifest.Command = command(file, plan.Experiment, f)
	return set.Baseline()
}

// gate holds what a run has to what it had, and writes and prints what came of it.
func (a *app) gate(ctx context.Context, before, after *results.Baseline, held []results.Tolerance, file string, out *results.SummaryFolder, f checkFlags) error {
	if len(held) == 0 {
		held = results.DefaultTolerances(before)
	}
	for _, t := range held {
		if before.Metrics != nil && !slices.Contains(before.Metrics, t.Metric) && after.Has(t.Metric) && !f.update {
			return usageError{fmt.Errorf("%s: it has no %s, which was not held when it was written; --update adds it", f.baseline, t.Metric)}
		}
	}
	c := results.CompareBaselines(before, after)
	judged, err := c.Check(heldIn(held, before, after))
	if err != nil {
		return usageError{fmt.Errorf("%s: %w", f.baseline, err)}
	}
	judged.Updated = f.update
	if out != nil {
		if err := c.WriteCheck(ctx, out, judged, file, f.plotSize.size); err != nil {
			return err
		}
		a.kept.is(func() string { return "interrupted; the comparison is in " + f.dir })
		if !f.quiet {
			a.note("comparison: %s", filepath.Join(f.dir, "compare.html"))
		}
	}
	if f.quiet && f.format == "text" {
		err = judged.Brief(a.stdout)
	} else {
		err = c.RenderCheck(a.stdout, f.format, file, judged)
	}
	if err != nil {
		return err
	}
	if beyond := judged.Err(); beyond != nil && !f.update {
		return thresholdError{fmt.Errorf("%w. %s", beyond, c.CauseSentence())}
	}
	return nil
}

// heldIn leaves out, of a gate that is updated, what neither has: the new baseline has
// what there is.
func heldIn(held []results.Tolerance, before, after *results.Baseline) (list []results.Tolerance) {
	for _, t := range held {
		if before.Has(t.Metric) || !after.Has(t.Metric) {
			list = append(list, t)
		}
	}
	return list
}

// baselineMost is far above what a baseline of thousands of rows takes, bytes.
const baselineMost = 256 << 20

// readBaseline reads the file; one that is not there is none where it is to be written.
func readBaseline(path string, update bool) (*results.Baseline, error) {
	text, err := results.ReadWhole(path, baselineMost)
	if errors.Is(err, fs.ErrNotExist) {
		if update {
			return nil, nil
		}
		return nil, usageError{fmt.Errorf("%s: there is no such baseline; --update writes it", path)}
	}
	if err != nil {
		return nil, usage(fmt.Errorf("reading the baseline: %w", err))
	}
	b, err := results.ParseBaseline(text)
	if err != nil && update { // which replaces it, unless it is something else
		if !strings.Contains(string(text[:min(len(text), 64)]), results.BaselineMark) {
			return nil, usageError{fmt.Errorf("%s: it is there and no baseline of coldcurve check: nothing is written", path)}
		}
		return nil, nil
	}
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: %w", path, err)}
	}
	return b, nil
}

// updateBaseline writes the file, whole or not at all.
func (a *app) updateBaseline(path string, b *results.Baseline, held []results.Tolerance) error {
	var names []string
	for _, t := range held {
		names = append(names, t.Metric)
	}
	kept := *b
	kept.Keep(names)
	text, err := kept.Text()
	if err != nil {
		return fmt.Errorf("writing the baseline: %w", err)
	}
	if err := a.writeWhole(path, text); err != nil {
		return usage(fmt.Errorf("writing the baseline: %w", err))
	}
	return nil
}
