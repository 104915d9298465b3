package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/results"
)

const compareHelp = `Compare two result folders, A before and B after: what differs in their inputs,
how each row's metrics moved, paired replication by replication where both have
the same seed, and on demand a plot of before and after.

A tolerance says by how much a metric may become worse: --tolerance
latency_p99_s=2%,cost=1% in percent of the value before, or cost=0.5 in
the metric's own unit. Exit code 3 says that one is exceeded.`

func newCompare(a *app) *cobra.Command {
	var tolerances []string
	var format, plots string
	var size plotSizeFlag
	var force bool
	c := &cobra.Command{
		Use:     "compare A B",
		Short:   "Compare two result folders",
		Long:    compareHelp,
		Example: "  coldcurve compare main.results branch.results --tolerance latency_p99_s=2%,cost=1%",
		Args:    cobra.ExactArgs(2),
		RunE: own(func(_ *cobra.Command, args []string) error {
			if err := oneOf("format", format, results.CompareFormats()); err != nil {
				return err
			}
			allowed, err := parseTolerances(tolerances)
			if err != nil {
				return err
			}
			return a.compare(args[0], args[1], allowed, format, plots, size.size, force)
		}),
	}
	c.Flags().StringArrayVar(&tolerances, "tolerance", nil, "METRIC=AMOUNT, a comma between several (repeatable)")
	c.Flags().StringVar(&format, "format", "text", "what is printed: "+strings.Join(results.CompareFormats(), ", "))
	c.Flags().StringVar(&plots, "plots", "", "folder to write the plot of before and after to")
	registerPlotSize(c, &size)
	c.Flags().BoolVar(&force, "force", false, "replace other files of the plots' names")
	return c
}

func parseTolerances(lists []string) ([]results.Tolerance, error) {
	if len(lists) == 0 {
		return nil, nil
	}
	allowed, err := results.ParseTolerances(strings.Join(lists, ","))
	if err != nil {
		return nil, usageError{err}
	}
	return allowed, nil
}

func (a *app) compare(before, after string, allowed []results.Tolerance, format, plots string, size results.PlotSize, force bool) error {
	c, err := results.Compare(before, after)
	if err != nil {
		return usage(err)
	}
	var excesses []results.Excess
	if len(allowed) > 0 {
		if excesses, err = c.Check(allowed); err != nil {
			return usageError{err}
		}
	}
	if plots != "" {
		if err := writeFigures(plots, force, size, c.Figure(metricsOf(allowed))); err != nil {
			return err
		}
	}
	if err := c.Render(a.stdout, format, excesses); err != nil {
		return err
	}
	if len(excesses) > 0 {
		return thresholdError{fmt.Errorf("%d changes exceed their tolerance, the first: %s", len(excesses), excesses[0])}
	}
	return nil
}

func metricsOf(tolerances []results.Tolerance) []string {
	var names []string
	for _, t := range tolerances {
		names = append(names, t.Metric)
	}
	return names
}
