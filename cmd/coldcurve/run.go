package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
)

// dataVariable names the folder of traces where --data does not.
const dataVariable = "COLDCURVE_DATA"

type runFlags struct {
	format  string
	dir     string
	workers int
	data    string
	set     []string
	metrics []string
	tariffs []string
	// plotSize is short for the key output.plot_size.
	plotSize plotSizeFlag
	lenient  bool
	force    bool
	quiet    bool
	events   eventFlags
	part     string
}

const runHelp = `Run an experiment: simulate every cell of its sweep, print one row a cell,
platform and tariff, and leave a result folder: cells, functions, time series
and bills as CSV and Parquet, plots, report.html and manifest.json. Its
experiment.toml makes the same results again: what --set changed and what presets
say is written out there.

Finished units of a run that is interrupted or killed are kept in DIR.partial,
and the same command goes on from there to the same bytes; coldcurve clean lists
them. A result folder of another experiment is refused unless --force is given,
with the keys that differ, and so is one with files that no run wrote: these stay.

With --part 2/4 it simulates a quarter of the units, for one of four machines, and
leaves them in DIR.part-2-of-4; coldcurve merge makes the result folder of all
parts, to the bytes of a run on one machine.

Exit code 3 says that the experiment has an SLO and no row is sure to meet it;
the results are written all the same.`

func newRun(a *app) *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run EXPERIMENT.toml",
		Short: "Run an experiment",
		Long:  runHelp,
		Example: `  coldcurve run experiments/quickstart.toml
  coldcurve run experiments/quickstart.toml --set replications=10 --format csv
  coldcurve run experiments/keepalive.toml --data ~/traces -o keepalive
  coldcurve run experiments/quickstart.toml --part 2/4`,
		Args: cobra.ExactArgs(1),
		RunE: own(func(c *cobra.Command, args []string) error {
			if f.part != "" {
				return a.runPart(c, args[0], f)
			}
			return a.run(c.Context(), args[0], f, (*experiments.Plan).Run)
		}),
	}
	f.register(c)
	fl := c.Flags()
	fl.IntVar(&f.workers, "workers", runtime.NumCPU(), "cores to use; the results do not depend on it")
	fl.StringVar(&f.part, "part", "", "simulate one part of several, as 2/4, or auto/4 for the number that a Slurm array (from 1) or an indexed Kubernetes job (from 0) gives")
	return c
}

// register adds what run and merge share: where the results go, and what reaches them.
func (f *runFlags) register(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&f.format, "format", "text", "what is printed: "+strings.Join(results.Formats(), ", "))
	fl.StringVarP(&f.dir, "output", "o", "", "result folder (default: the experiment's name, with what was set, and .results, in the working folder)")
	fl.StringVar(&f.data, "data", os.Getenv(dataVariable), "folder where relative trace paths are looked up first ("+dataVariable+")")
	fl.StringArrayVar(&f.set, "set", nil, "path=value: change any key of the experiment, as in platform.lambda.memory=512MB (repeatable)")
	fl.StringArrayVar(&f.metrics, "metrics", nil, "metrics that csv, json and bench print, a comma between several (repeatable; default: all)")
	fl.StringArrayVar(&f.tariffs, "tariffs", nil, "folder with tariffs of your own, which add to the shipped ones or replace them (repeatable)")
	registerPlotSize(c, &f.plotSize)
	f.events.register(c)
	fl.BoolVar(&f.lenient, "lenient", false, "skip malformed rows of traces, count and report them")
	fl.BoolVar(&f.force, "force", false, "replace a result folder of another experiment, and leave files in it that no run wrote")
	fl.BoolVar(&f.quiet, "quiet", false, "no progress, notes or warnings; the report has the warnings")
}

// making is how a plan comes to its result folder.
type making func(*experiments.Plan, context.Context, experiments.RunOptions) (*results.Set, error)

func (a *app) run(ctx context.Context, file string, f runFlags, make making) error {
	if err := oneOf("format", f.format, results.Formats()); err != nil {
		return err
	}
	metrics, err := parsedList(f.metrics, results.ParseMetrics)
	if err != nil {
		return err
	}
	if metrics != nil && f.format == "text" {
		return usageError{errors.New("--metrics: the text table has columns of its own; want --format csv, json or bench")}
	}
	plan, err := a.prepare(ctx, file, &f)
	if err != nil {
		return err
	}
	if f.dir == "" {
		f.dir = experiments.DefaultDir(file, f.set...)
	}
	look, err := f.events.of(plan, f.dir, f.force)
	if err != nil {
		return errors.Join(usageError{err}, plan.Close())
	}
	set, err := a.execute(ctx, plan, file, f, make)
	if err != nil {
		return errors.Join(err, plan.Close())
	}
	set.Metrics, set.Quiet = metrics, f.quiet
	reported := a.report(set, f)
	if err := errors.Join(a.writeEvents(ctx, plan, look, &f.events, set.Manifest.Settled), plan.Close()); err != nil {
		return err
	}
	return reported
}

// execute runs the plan under a progress bar.
func (a *app) execute(ctx context.Context, plan *experiments.Plan, file string, f runFlags, make making) (*results.Set, error) {
	if !f.quiet && f.format != "text" { // whose table ends with them
		for _, w := range plan.Warnings {
			a.note("note: %s", w)
		}
	}
	progress := new(experiments.Progress)
	a.kept.is(func() string { return progress.Interrupted().Error() })
	stop := a.showProgress(progress, f.quiet)
	set, err := make(plan, ctx, experiments.RunOptions{
		Dir: f.dir, Workers: f.workers, Force: f.force, Command: command(file, plan.Experiment, f), Resume: resume(file, f), Progress: progress,
	})
	stop()
	if err == nil && !f.quiet && f.format != "text" {
		for _, w := range set.Warnings[len(plan.Warnings):] { // what only the run could tell
			a.note("note: %s", w)
		}
	}
	if err == nil {
		a.kept.is(func() string { return "interrupted; the results are in " + f.dir })
	}
	if err == nil && !f.quiet {
		a.note("results: %s", filepath.Join(f.dir, "report.html"))
	}
	return set, err
}

// report prints the rows, and says whether an SLO is met.
func (a *app) report(set *results.Set, f runFlags) error {
	if err := set.Render(a.stdout, f.format); err != nil {
		return err
	}
	rows, err := set.Rows()
	if err != nil {
		return err
	}
	if !results.AnyMeets(rows) {
		return thresholdError{errors.New("no row is sure to meet the SLO (column meets_slo)")}
	}
	return nil
}

// read returns an experiment's text; - is standard input.
func (a *app) read(file string) ([]byte, error) {
	if file == "-" {
		return spec.ReadDocument(a.stdin, "the experiment from standard input")
	}
	data, err := spec.ReadDocumentFile(file)
	if err != nil {
		return nil, usage(fmt.Errorf("reading the experiment: %w", err))
	}
	return data, nil
}

// command is what makes a result folder again: the experiment by its name and
// the flags that reach the results. No path of this machine is in it, nor whether a
// trace lay beside the experiment or elsewhere, since the results do not depend on
// it: the report says what the capitals stand for.
func command(file string, e *experiments.Experiment, f runFlags) string {
	words := []string{"coldcurve", "run", quote(notFlag(filepath.Base(file)))}
	for _, s := range f.set {
		words = append(words, "--set", quote(s))
	}
	if len(f.tariffs) > 0 {
		words = append(words, "--tariffs", results.TariffsWord)
	}
	if f.lenient {
		words = append(words, "--lenient")
	}
	under, piped := e.Sources()
	if under {
		words = append(words, "--data", results.DataWord)
	}
	switch {
	case file == "-":
		words = append(words, "< "+results.ExperimentWord)
	case piped:
		words = append(words, "< "+results.TraceWord)
	}
	return strings.Join(words, " ")
}

// notFlag returns a file's name such that it is not taken for a flag.
func notFlag(file string) string {
	if strings.HasPrefix(file, "-") && file != "-" {
		return "./" + file
	}
	return file
}

// resume is what goes on from the finished units of a run, in the folder that it was
// started in: the command as it was given, but for the output folder.
func resume(file string, f runFlags) string { return again("run", file, f) }

// again is a command with what was given to run.
func again(verb, file string, f runFlags) string {
	words := []string{"coldcurve", verb, quote(notFlag(file))}
	add := func(flag string, values ...string) {
		for _, v := range values {
			words = append(words, flag, quote(v))
		}
	}
	if f.part != "" {
		add("--part", f.part)
	}
	add("--set", f.set...)
	add("--tariffs", f.tariffs...)
	if f.data != "" {
		add("--data", f.data)
	}
	if f.lenient {
		words = append(words, "--lenient")
	}
	if f.force {
		words = append(words, "--force")
	}
	if file == "-" {
		words = append(words, "< "+results.ExperimentWord)
	}
	return strings.Join(words, " ")
}

// quote makes a word safe for a shell.
func quote(s string) string {
	safe := strings.IndexFunc(s, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-=/:,+", r)
	}) < 0
	if safe && s != "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
