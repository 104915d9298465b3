package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/results"
)

const optimizeHelp = `Search what a tenant controls (provider, architecture, memory size, standing
instances, concurrency, SnapStart) for the cheapest plan that meets an SLO, by
successive halving over replications. Memory sizes are searched where it is
known how durations follow them: --cpu-share, or a log of several sizes.

With --model the question is how to serve a language model: provider, GPU, GPUs of
an instance, how long idle instances stay and how many always stand are searched,
beside per-token APIs that offer it, for bounds such as
'ttft_p99 <= 2s and tpot_p99 <= 60ms'.

With --application the question is how to run a whole application: the orchestrator of each
flow, batches and windows of queues and streams, who of the experiment's platforms runs each
function, its memory where the file says how its times follow it, and by what steps
route, for a bound on its events such as 'p99 <= 2s'.

Exit code 3 says that no plan is sure to meet the SLO; which bound is missed,
and by how much, is printed and written all the same.`

func newOptimize(a *app) *cobra.Command {
	var f loadFlags
	var m modelFlags
	var out outputFlags
	var af applicationFlags
	var slo []string
	c := &cobra.Command{
		Use:   "optimize [APP.toml]",
		Short: "Find the cheapest plan that meets an SLO",
		Long:  optimizeHelp,
		Example: `  coldcurve optimize --requests 3M/month --duration 120ms --memory 1536MB \
    --slo 'p99 <= 2s' --slo 'cold_ratio <= 1%'
  coldcurve optimize --logs last-month.log --slo 'p99 <= 2s' -o plan
  coldcurve optimize --model llama-3.1-70b --requests 2M/month --tokens-in 1200 --tokens-out 300 \
    --slo 'ttft_p99 <= 2s and tpot_p99 <= 60ms'`,
		Args: argsOrLogs(&f),
		RunE: own(func(c *cobra.Command, args []string) error {
			switch whole, err := af.asked(c.Flags(), args); {
			case err != nil:
				return err
			case whole:
				return a.optimizeApplication(c.Context(), &af, m.data, &f, &out, slo)
			}
			bounds, err := estimate.ParseSLO(slo)
			if err != nil {
				return err
			}
			switch err := m.check(c.Flags(), args); {
			case err != nil:
				return err
			case m.Model != "":
				return a.optimizeModel(c.Context(), &m, &f, &out, bounds)
			}
			return a.answer(c.Context(), args, &f, &out, optimizing(&f, bounds))
		}),
	}
	f.register(c)
	m.register(c)
	af.register(c)
	c.Flags().StringArrayVar(&slo, "slo", nil, "bound on a column, as in 'p99 <= 2s' or 'cold_ratio <= 1%' (repeatable)")
	out.register(c)
	return c
}

// optimizing makes advice on an SLO.
func optimizing(f *loadFlags, slo results.SLO) answerer {
	return answerer{estimate.Advices(), "optimize.html", func(ctx context.Context, in *estimate.Input, o estimate.Options) (answer, string, error) {
		advice, err := estimate.Optimize(ctx, in, slo, o)
		if err != nil {
			return nil, "", err
		}
		advice.Wide, advice.PlotSize = f.wide, f.plotSize.size
		return advice, advice.Miss(), nil
	}}
}
