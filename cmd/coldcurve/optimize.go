package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/experiments/estimate"
)

const optimizeHelp = `Search what a tenant controls (provider, architecture, memory size, standing
instances, concurrency, SnapStart) for the cheapest plan that meets an SLO, by
successive halving over replications. Memory sizes are searched where it is
known how durations follow them: --cpu-share, or a log of several sizes.

Exit code 3 says that no plan is sure to meet the SLO; which bound is missed,
and by how much, is printed all the same.`

func newOptimize(a *app) *cobra.Command {
	var f loadFlags
	var format string
	var slo []string
	c := &cobra.Command{
		Use:   "optimize [APP.toml]",
		Short: "Find the cheapest plan that meets an SLO",
		Long:  optimizeHelp,
		Example: `  coldcurve optimize --requests 3M/month --duration 120ms --memory 1536MB --slo 'p99 <= 2s' --slo 'cold_ratio <= 1%'
  coldcurve optimize --logs last-month.log --slo 'p99 <= 2s'`,
		Args: argsOrLogs(&f),
		RunE: own(func(c *cobra.Command, args []string) error {
			if err := oneOf("format", format, estimate.Formats()); err != nil {
				return err
			}
			return a.optimize(c.Context(), args, &f, slo, format)
		}),
	}
	f.register(c)
	c.Flags().StringArrayVar(&slo, "slo", nil, "bound on a column, as in 'p99 <= 2s' or 'cold_ratio <= 1%' (repeatable)")
	c.Flags().StringVar(&format, "format", "text", "what is printed: "+strings.Join(estimate.Formats(), ", "))
	return c
}

func (a *app) optimize(ctx context.Context, args []string, f *loadFlags, bounds []string, format string) (err error) {
	slo, err := estimate.ParseSLO(bounds)
	if err != nil {
		return err
	}
	in, err := a.input(ctx, args, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	advice, err := estimate.Optimize(ctx, in, slo, estimate.Options{Tariffs: f.tariffs, Regions: f.regions, Workers: f.workers})
	if err != nil {
		return err
	}
	if err := advice.Render(a.stdout, format); err != nil {
		return err
	}
	if miss := advice.Miss(); miss != "" {
		return thresholdError{errors.New(miss)}
	}
	return nil
}
