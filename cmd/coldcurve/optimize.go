package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/experiments/estimate"
)

const optimizeHelp = `Search what a tenant controls (provider, architecture, memory size, standing
instances, concurrency, SnapStart) for the cheapest plan that meets an SLO, by
successive halving over replications. Memory sizes are searched where it is
known how durations follow them: --cpu-share, or a log of several sizes.

Exit code 3 says that no plan is sure to meet the SLO; which bound is missed,
and by how much, is printed and written all the same.`

func newOptimize(a *app) *cobra.Command {
	var f loadFlags
	var out outputFlags
	var slo []string
	c := &cobra.Command{
		Use:   "optimize [APP.toml]",
		Short: "Find the cheapest plan that meets an SLO",
		Long:  optimizeHelp,
		Example: `  coldcurve optimize --requests 3M/month --duration 120ms --memory 1536MB \
    --slo 'p99 <= 2s' --slo 'cold_ratio <= 1%'
  coldcurve optimize --logs last-month.log --slo 'p99 <= 2s' -o plan`,
		Args: argsOrLogs(&f),
		RunE: own(func(c *cobra.Command, args []string) error {
			if err := oneOf("format", out.format, estimate.Formats()); err != nil {
				return err
			}
			return a.optimize(c.Context(), args, &f, slo, &out)
		}),
	}
	f.register(c)
	c.Flags().StringArrayVar(&slo, "slo", nil, "bound on a column, as in 'p99 <= 2s' or 'cold_ratio <= 1%' (repeatable)")
	out.register(c, "folder for the page, plots, text, CSV and JSON (default: none)")
	return c
}

// outputFlags say what is left of an estimate or an advice.
type outputFlags struct {
	format string
	dir    string
	force  bool
}

func (o *outputFlags) register(c *cobra.Command, folder string) {
	c.Flags().StringVar(&o.format, "format", "text", "what is printed: "+strings.Join(estimate.Formats(), ", "))
	c.Flags().StringVarP(&o.dir, "output", "o", "", folder)
	c.Flags().BoolVar(&o.force, "force", false, "replace the folder of another one of its kind, and leave files in it that none wrote")
}

func (a *app) optimize(ctx context.Context, args []string, f *loadFlags, bounds []string, o *outputFlags) (err error) {
	slo, err := estimate.ParseSLO(bounds)
	if err != nil {
		return err
	}
	var out *estimate.Folder
	if o.dir != "" { // before any work
		if out, err = estimate.OpenAdviceFolder(o.dir, o.force); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, out.Close()) }()
	}
	far := new(stages)
	stop := sync.OnceFunc(a.show(far))
	defer stop()
	in, err := a.input(ctx, args, f, far)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	advice, err := estimate.Optimize(ctx, in, slo, estimate.Options{Tariffs: f.tariffs, Regions: f.regions, Workers: f.workers, Progress: &far.runs})
	stop()
	if err != nil {
		return err
	}
	advice.Wide, advice.PlotSize = f.wide, f.plotSize.size
	if out != nil {
		if err := advice.Write(ctx, out); err != nil {
			return err
		}
		a.kept.is(func() string { return "interrupted; the results are in " + o.dir })
		a.note("results: %s", filepath.Join(o.dir, "optimize.html"))
	}
	if err := advice.Render(a.stdout, o.format); err != nil {
		return err
	}
	if miss := advice.Miss(); miss != "" {
		return thresholdError{errors.New(miss)}
	}
	return nil
}
