package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/results"
)

const compareHelp = `Compare two result folders, A before and B after: which keys of their experiments
differ, how each row's metrics moved, paired replication by replication where both
have the same seed, model version and as many replications, and which rows only
one of them has. Of single runs whose intervals are over batches or days the
difference has an interval of both of these.

A tolerance says by how much a metric may become worse: --tolerance
latency_p99_s=2%,cost=1% in percent of the value before, or cost=0.5 and
latency_p99_s=50ms in the metric's own unit; a ratio's may be in percentage points,
cold_ratio=0.1pp. Exit code 3 says, with one, that one is exceeded, or that a row of A
has no partner in B; a new row in B is said, and is no failure. A metric that A has
and B has not is worse by any measure. Without one nothing is judged: exit code 0.

Without --metrics the table has the main metrics, and those with a tolerance, that
moved. --quiet prints what is beyond a tolerance, and nothing where all is well.
docs/ci.md shows it in a CI job.`

type compareFlags struct {
	tolerances, metrics []string
	format, plots, dir  string
	plotSize            plotSizeFlag
	force, quiet        bool
}

func newCompare(a *app) *cobra.Command {
	var f compareFlags
	c := &cobra.Command{
		Use:   "compare A B",
		Short: "Compare two result folders",
		Long:  compareHelp,
		Example: `  coldcurve compare main.results branch.results --tolerance latency_p99_s=2%,cost=1%
  coldcurve compare main.results branch.results --tolerance cost=1% --quiet -o changes
  coldcurve compare main.results branch.results --metrics latency_p50_s,latency_p99_s`,
		Args: cobra.ExactArgs(2),
		RunE: own(func(c *cobra.Command, args []string) error { return a.compare(c.Context(), args[0], args[1], f) }),
	}
	fl := c.Flags()
	fl.StringArrayVar(&f.tolerances, "tolerance", nil, "METRIC=AMOUNT, a comma between several (repeatable)")
	fl.StringArrayVar(&f.metrics, "metrics", nil, "metrics to compare, a comma between several (repeatable; default: all, of which the table has the main ones)")
	fl.StringVar(&f.format, "format", "text", "what is printed: "+strings.Join(results.CompareFormats(), ", "))
	fl.BoolVar(&f.quiet, "quiet", false, "print only what is beyond a tolerance, and no notes")
	fl.StringVarP(&f.dir, "output", "o", "", "folder for the page, differences.csv, JSON and the plot (default: none)")
	fl.StringVar(&f.plots, "plots", "", "folder to write the plot of before and after to")
	registerPlotSize(c, &f.plotSize)
	fl.BoolVar(&f.force, "force", false, "replace the folder of another comparison, and other files of the plots' names")
	return c
}

// parsedList reads what a flag for a list was given, once or more; nil: nothing.
func parsedList[T any](lists []string, parse func(list string) ([]T, error)) ([]T, error) {
	if len(lists) == 0 {
		return nil, nil
	}
	all, err := parse(strings.Join(lists, ","))
	if err != nil {
		return nil, usageError{fmt.Errorf("--%w", err)}
	}
	return all, nil
}

func (a *app) compare(ctx context.Context, before, after string, f compareFlags) (err error) {
	if err := oneOf("format", f.format, results.CompareFormats()); err != nil {
		return err
	}
	allowed, err := parsedList(f.tolerances, results.ParseTolerances)
	if err != nil {
		return err
	}
	chosen, err := parsedList(f.metrics, results.ParseMetrics)
	if err != nil {
		return err
	}
	out, closed, err := comparisonFolder(f.dir, f.force) // before any work
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closed()) }()
	c, err := results.Compare(before, after)
	if err != nil {
		return usage(err)
	}
	c.Metrics = chosen
	judged, err := c.Check(allowed)
	if err != nil {
		return usageError{err}
	}
	if err := a.writeComparison(ctx, c, judged, out, f); err != nil {
		return err
	}
	if err := a.printComparison(c, judged, f); err != nil {
		return err
	}
	if beyond := judged.Err(); beyond != nil {
		return thresholdError{beyond}
	}
	return nil
}

// comparisonFolder opens the folder of a comparison, where one is asked for, and returns what
// closes it.
func comparisonFolder(dir string, force bool) (out *results.SummaryFolder, closed func() error, err error) {
	if dir == "" {
		return nil, func() error { return nil }, nil
	}
	if out, err = results.OpenSummaryFolder(dir, force, results.Comparisons()); err != nil {
		return nil, nil, err
	}
	return out, out.Close, nil
}

// writeComparison writes the folder and the plot that were asked for.
func (a *app) writeComparison(ctx context.Context, c *results.Comparison, judged *results.Judgement, out *results.SummaryFolder, f compareFlags) error {
	plotted := c.Metrics
	for _, t := range judged.Tolerances {
		if c.Metrics == nil {
			plotted = append(plotted, t.Metric)
		}
	}
	if f.plots != "" {
		if err := a.writeFigures(f.plots, f.force, f.plotSize.size, c.Figure(plotted)); err != nil {
			return err
		}
	}
	if out == nil {
		return nil
	}
	if err := c.Write(ctx, out, judged, plotted, f.plotSize.size); err != nil {
		return err
	}
	a.kept.is(func() string { return "interrupted; the comparison is in " + f.dir })
	if !f.quiet {
		a.note("comparison: %s", filepath.Join(f.dir, "compare.html"))
	}
	return nil
}

// printComparison prints all, or with --quiet what is beyond a tolerance.
func (a *app) printComparison(c *results.Comparison, judged *results.Judgement, f compareFlags) error {
	switch {
	case !f.quiet:
		return c.Render(a.stdout, f.format, judged)
	case f.format == "text":
		return judged.Brief(a.stdout)
	}
	return c.RenderBeyond(a.stdout, f.format, judged)
}
