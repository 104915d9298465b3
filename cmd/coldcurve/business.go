package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/experiments/estimate/apps"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// applicationFlags say what is asked of a whole application.
type applicationFlags struct {
	apps.Question
	window spec.Duration
}

// applicationShares are the flags of loadFlags that hold for an application too.
var applicationShares = []string{"seed", "replications", "tariffs", "free-tier", "workers", "format", "output", "force", "slo", "data", "plot-size", "restore"}

// applicationOnly are the flags that say something of an application alone.
var applicationOnly = []string{"application", "experiment", "platform", "load", "window", "set", "what-if", "change", "limits"}

func (f *applicationFlags) register(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&f.File, "application", "", "file of a whole application (docs/applications.md); then the question is what one of its events costs")
	fl.StringVar(&f.Experiment, "experiment", "", "with --application: experiment whose platforms, window and tariffs hold (default: the preset by the name of each platform that the file asks for)")
	fl.StringArrayVar(&f.Platforms, "platform", nil, "with --application: preset of a platform, NAME=PRESET or NAME=PRESET:TARIFF, as in lambda=aws-lambda (repeatable)")
	fl.Float64Var(&f.Load, "load", 1, "with --application: factor on all that arrives from outside, but for schedules")
	fl.Var(durationFlag{&f.window}, "window", "with --application: time that is measured (default: 20000 events and 30 at each trigger, at most a day; a day where the load follows it)")
	fl.StringArrayVar(&f.Sets, "set", nil, "with --application: path=value, as coldcurve run has it (repeatable)")
}

// registerTables registers what estimate alone has.
func (f *applicationFlags) registerTables(c *cobra.Command) {
	fl := c.Flags()
	fl.BoolVar(&f.WhatIf, "what-if", false, "with --application: table of what changes would save: orchestrator, batches, windows, memory of each function, regions, retries, standing instances, snapshots (--restore), push for polls")
	fl.StringArrayVar(&f.Changes, "change", nil, "with --application: a change of your own for that table, path=value as of --set, several with ' and ' between them (repeatable)")
	fl.BoolVar(&f.Limits, "limits", false, "with --application: which limit binds first as the load grows tenfold")
}

// asked reports whether the question is of an application, and refuses flags of others
// beside it.
func (f *applicationFlags) asked(set *pflag.FlagSet, args []string) (bool, error) {
	asks := set.Changed("application")
	var wrong []string
	set.Visit(func(flag *pflag.Flag) {
		if of := slices.Contains(applicationOnly, flag.Name); asks && !of && !slices.Contains(applicationShares, flag.Name) || !asks && of {
			wrong = append(wrong, "--"+flag.Name)
		}
	})
	switch {
	case !asks && len(wrong) > 0:
		return false, usageError{fmt.Errorf("%s without --application, which says what is asked about", strings.Join(wrong, ", "))}
	case len(wrong) > 0:
		return false, usageError{fmt.Errorf("%s beside --application: they are of functions or a model, not of a whole application", strings.Join(wrong, ", "))}
	case asks && len(args) > 0:
		return false, usageError{fmt.Errorf("%s beside --application, want one of them: a file describes functions", args[0])}
	case asks && !(f.Load > 0 && f.Load <= 1e6):
		return false, usageError{fmt.Errorf("--load: found %v, want a factor above 0, at most 1000000", f.Load)}
	case asks && f.Experiment != "" && len(f.Platforms) > 0:
		return false, usageError{errors.New("--platform beside --experiment, want one of them: an experiment has its platforms")}
	case set.Changed("window") && f.window < spec.Duration(sim.Second):
		return false, usageError{fmt.Errorf("--window: found %s, want 1s or more", f.window)}
	}
	return asks, nil
}

// applicationAnswer answers a question about an application.
func (a *app) applicationAnswer(ctx context.Context, af *applicationFlags, data string, f *loadFlags, o *outputFlags, slo []string, kind results.SummaryKind, page string, make func(ctx context.Context, q *apps.Question) (answer, string, error)) (err error) {
	q := af.Question
	if f.workers < 1 {
		return usageError{fmt.Errorf("--workers: found %d, want 1 or more", f.workers)}
	}
	if f.replications < 1 || f.replications > 1000 {
		return usageError{fmt.Errorf("--replications: found %d, want 1 to 1000", f.replications)}
	}
	if f.seed < 0 {
		return usageError{fmt.Errorf("--seed: found %d, want 0 or more", f.seed)}
	}
	if err := oneOf("free-tier", f.freeTier, costmodel.FreeTiers()); err != nil {
		return err
	}
	if len(slo) > 0 {
		if q.SLO, err = estimate.ParseSLO(slo); err != nil {
			return err
		}
	}
	if f.Restore != "" {
		switch err := q.Restore.UnmarshalText([]byte(f.Restore)); {
		case err != nil:
			return usageError{fmt.Errorf("--restore: %w", err)}
		case q.Restore <= 0:
			return usageError{fmt.Errorf("--restore: found %s, want more than 0s", f.Restore)}
		case !q.WhatIf:
			return usageError{errors.New("--restore beside --application without --what-if, whose row of snapshots it is for")}
		}
	}
	q.Window, q.DataDir, q.Stdin, q.Tariffs, q.Workers = sim.Time(af.window), data, a.stdin, f.tariffs, f.workers
	if q.Seed = -1; f.set.Changed("seed") {
		q.Seed = f.seed
	}
	if f.set.Changed("replications") {
		q.Replications = f.replications
	}
	if f.set.Changed("free-tier") {
		q.FreeTier = f.freeTier
	}
	return a.answered(ctx, o, kind, page, func(far *stages) (answer, string, error) {
		far.read.Store(true)
		q.Progress = &far.runs
		return make(ctx, &q)
	})
}

// estimateApplication prices a business event of an application.
func (a *app) estimateApplication(ctx context.Context, af *applicationFlags, data string, f *loadFlags, o *outputFlags, slo []string) error {
	return a.applicationAnswer(ctx, af, data, f, o, slo, estimate.Estimates(), "estimate.html", func(ctx context.Context, q *apps.Question) (answer, string, error) {
		e, err := apps.Run(ctx, q)
		if err != nil {
			return nil, "", err
		}
		return e, e.Missed(), nil
	})
}

// optimizeApplication finds the cheapest way to run an application that meets an SLO.
func (a *app) optimizeApplication(ctx context.Context, af *applicationFlags, data string, f *loadFlags, o *outputFlags, slo []string) error {
	if len(slo) == 0 {
		return usageError{errors.New("optimize --application without --slo, want what must be kept, as in --slo 'p99 <= 2s'")}
	}
	return a.applicationAnswer(ctx, af, data, f, o, slo, estimate.Advices(), "optimize.html", func(ctx context.Context, q *apps.Question) (answer, string, error) {
		advice, err := apps.Optimize(ctx, q)
		if err != nil {
			return nil, "", err
		}
		advice.PlotSize = f.plotSize.size
		return advice, advice.Miss(), nil
	})
}
