package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces/logs"
	"github.com/coldcurve/coldcurve/workloads"
)

// loadFlags say what the load is: those that estimate and optimize share.
type loadFlags struct {
	estimate.FunctionSettings
	cpuShare     string
	seed         int64
	replications int
	concurrency  int
	provisioned  int
	accountLimit int
	freeTier     string
	wide         bool
	plotSize     plotSizeFlag
	span         spec.Duration
	from, to     timeFlag
	tariffs      []string
	rates        []string
	currency     string
	regions      []string
	workers      int

	logs      []string
	logFormat string
	fields    string
	lenient   bool
	anonymous bool
	billedBy  string
	within    []string

	services []string

	set *pflag.FlagSet // says which of them were given
}

func (f *loadFlags) register(c *cobra.Command) {
	fl := c.Flags()
	registerPlotSize(c, &f.plotSize)
	f.set = fl
	fl.StringVar(&f.Name, "function", "", "name of the function, and of requests in logs that name none (default: the words in the name of their file, else of its folder)")
	fl.StringVar(&f.Requests, "requests", "", "requests, as in 3M/month or 2M..3M..5M/month (low, likely, high)")
	fl.StringVar(&f.Duration, "duration", "", "mean duration on a warm instance, as in 120ms or 80ms..120ms..300ms; the same on every CPU, or with --cpu-share that on a Lambda of --memory")
	fl.StringVar(&f.Memory, "memory", "", "configured memory, as in 1536MB")
	fl.StringVar(&f.Needs, "needs", "", "the least memory that the function runs with, as in 200MB (default: what a log shows in use and a fifth more, else the configured memory); no smaller size is tried")
	fl.StringVar(&f.Shape, "shape", "", "how the load is spread over time: "+strings.Join(workloads.ShapeNames(), ", ")+" (default constant)")
	fl.StringVar(&f.CV, "cv", "", "standard deviation of the duration ÷ its mean (default 0.71..1.46..2.43, which Azure functions have)")
	fl.StringVar(&f.Init, "init", "", "the function's own initialisation, after the sandbox's (default: the platform's)")
	fl.StringVar(&f.Restore, "restore", "", "time to restore a snapshot; SnapStart is priced where it is known (with --application a duration, and a row of --what-if)")
	fl.StringVar(&f.cpuShare, "cpu-share", "", "part of the duration in which the function computes, as in 0.4 or 20%..40%..60%; durations then follow the CPU, and are taken as measured on a Lambda of the function's memory, which has a vCPU at 1769MB")
	fl.IntVar(&f.concurrency, "concurrency", 0, "requests side by side, where an instance serves several (default: as many as the platform lets it)")
	fl.IntVar(&f.provisioned, "provisioned", 0, "provisioned concurrency of each function (default: by the load)")
	fl.IntVar(&f.accountLimit, "account-limit", 0, "concurrent requests that the account's quota allows, where a platform has one (default: the platform's)")
	fl.StringVar(&f.freeTier, "free-tier", costmodel.FreeTierFull.String(), "of the account's free grants and credits of a month: full, all of them, or none, where its other functions use them up")

	fl.StringArrayVar(&f.services, "service", nil, "a service that is called and what a month uses, as in aws-sqs:requests=3M/month or 'aws-sqs:requests=3M/month of 100KB'; TARIFF:METER=QUANTITY[,METER=QUANTITY…] (repeatable)")
	fl.Int64Var(&f.seed, "seed", 1, "of all random numbers")
	fl.IntVar(&f.replications, "replications", 5, "independent repetitions of what is random")
	fl.StringArrayVar(&f.tariffs, "tariffs", nil, "folder with tariffs of your own, which add to the shipped ones or replace them (repeatable)")
	fl.StringArrayVar(&f.rates, "rate", nil, "exchange rate, CODE=NUMBER, as in EUR=1.08: what one of a currency is in that of --currency; without one, plans of two currencies are not compared (repeatable)")
	fl.StringVar(&f.currency, "currency", "USD", "what rates turn amounts into")
	fl.StringSliceVar(&f.regions, "region", nil, "region of each tariff that is known for it, as in ap-northeast-1 or me-central-1,europe-west3 (default: the tariffs' own)")
	fl.StringArrayVar(&f.logs, "logs", nil, "log of a service in production: a file, a folder or a pattern; - is standard input (repeatable, and further ones may follow as arguments)")
	fl.StringVar(&f.logFormat, "log-format", "", "format of the logs: "+strings.Join(logFormats(), ", ")+" (default: told by their content)")
	fl.StringVar(&f.fields, "fields", "", "where JSON objects and CSV have what, as in time=ts,duration_ms=latency.total")
	fl.BoolVar(&f.lenient, "lenient", false, "skip malformed lines of logs, count and report them")
	fl.BoolVar(&f.anonymous, "anonymous", false, "name functions by number, of logs those with the most requests first")
	fl.Var(durationFlag{&f.span}, "span", "how much time the logs are of, as in 30d (default: from the first arrival to the last and one bin more, at most from --from to --to)")
	fl.Var(&f.from, "from", "leave out requests of logs before this time, as in 2026-10-01 or 2026-10-01T06:00:00Z")
	fl.Var(&f.to, "to", "leave out requests of logs at or after this time")
	fl.StringVar(&f.billedBy, "billed-by", "aws-lambda", "tariff of the billed durations in the logs; that of their day is taken")
	fl.StringSliceVar(&f.within, "within", nil, "only plans whose names begin so, as in aws or gcp,azure-flex")
	fl.BoolVar(&f.wide, "wide", false, "all columns in the tables")
	fl.IntVar(&f.workers, "workers", runtime.NumCPU(), "cores to use; the results do not depend on it")
}

// argsOrLogs allows one argument, or with --logs any number: further logs.
func argsOrLogs(f *loadFlags) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(f.logs) > 0 {
			return nil
		}
		return cobra.MaximumNArgs(1)(c, args)
	}
}

func logFormats() (names []string) {
	for _, f := range logs.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// input is the question that the flags, a file or logs ask, within the plans
// that are asked for.
func (a *app) input(ctx context.Context, args []string, f *loadFlags, far *stages) (*estimate.Input, error) {
	var rates costmodel.Rates
	if len(f.rates) > 0 {
		var err error
		if rates, err = costmodel.ParseRates(f.currency, f.rates); err != nil {
			return nil, usageError{fmt.Errorf("--rate: %w", err)}
		}
	} else if f.currency != "USD" {
		return nil, usageError{fmt.Errorf("--currency %s without a rate, want --rate USD=NUMBER: what one of each currency is in %s", f.currency, f.currency)}
	}
	in, err := a.question(ctx, args, f, far)
	if err == nil {
		in.Within, in.Rates = f.within, rates
	}
	far.read.Store(true)
	return in, err
}

func (a *app) question(ctx context.Context, args []string, f *loadFlags, far *stages) (*estimate.Input, error) {
	if len(f.logs) == 0 {
		s, err := a.settings(args, f)
		if err != nil {
			return nil, err
		}
		far.read.Store(true)
		if f.anonymous {
			s.Anonymise()
		}
		return s.Input()
	}
	named := f.Name
	if f.set.Changed("span") && f.span == 0 {
		return nil, usageError{errors.New("--span: found 0s, want how much time the logs are of, more than 0")}
	}
	s, err := a.settings(nil, f)
	if err != nil {
		return nil, err
	}
	o := logs.Options{Format: f.logFormat, Strict: !f.lenient, Anonymous: f.anonymous, From: f.from.Time, To: f.to.Time, Span: sim.Time(f.span), Progress: &far.logs}
	if f.logFormat != "" {
		if err := oneOf("log-format", f.logFormat, logFormats()); err != nil {
			return nil, err
		}
	}
	if o.Fields, err = logs.ParseFields(f.fields); err != nil {
		return nil, usageError{fmt.Errorf("--fields: %w", err)}
	}
	var files []logs.File
	for _, name := range append(slices.Clone(f.logs), args...) {
		found, err := logs.Files(name, name, a.stdin)
		if err != nil {
			return nil, traceError(err)
		}
		files = append(files, found...)
	}
	for i := range files {
		files[i].Function = named
	}
	far.expect(files)
	done, err := openPipes(ctx, files)
	defer done()
	if err != nil {
		return nil, err
	}
	return estimate.FromLogs(ctx, files, o, s, f.billedBy, f.tariffs...)
}

// settings are what the flags or a file say.
func (a *app) settings(args []string, f *loadFlags) (*estimate.Settings, error) {
	s, err := a.described(args, f)
	if err != nil {
		return nil, err
	}
	for _, text := range f.services {
		service, err := estimate.ParseService(text)
		if err != nil {
			return nil, err
		}
		s.Services = append(s.Services, *service)
	}
	return s, nil
}

func (a *app) described(args []string, f *loadFlags) (*estimate.Settings, error) {
	if f.workers < 1 {
		return nil, usageError{fmt.Errorf("--workers: found %d, want 1 or more", f.workers)}
	}
	if len(args) == 1 {
		if f.FunctionSettings != (estimate.FunctionSettings{}) {
			return nil, usageError{errors.New("a file and flags that describe a function, want one of them")}
		}
		data, err := a.read(args[0])
		if err != nil {
			return nil, err
		}
		s, err := estimate.ParseSettings(args[0], data)
		if err != nil {
			return nil, err
		}
		return s, f.override(s, f.set.Changed)
	}
	if f.Name == "" {
		f.Name = estimate.DefaultName
	}
	s := &estimate.Settings{Functions: []estimate.FunctionSettings{f.FunctionSettings}}
	return s, f.override(s, func(string) bool { return true })
}

// override sets what flags say of all functions: of a file, those that were given.
func (f *loadFlags) override(s *estimate.Settings, given func(flag string) bool) error {
	for _, flag := range []struct {
		name string
		set  func()
	}{
		{"cpu-share", func() { s.CPUShare = f.cpuShare }},
		{"seed", func() { s.Seed = f.seed }},
		{"replications", func() { s.Replications = f.replications }},
		{"concurrency", func() { s.Concurrency = f.concurrency }},
		{"provisioned", func() { s.Provisioned = f.provisioned }},
		{"account-limit", func() { s.AccountLimit = f.accountLimit }},
	} {
		if given(flag.name) {
			flag.set()
		}
	}
	if !given("free-tier") {
		return nil
	}
	if err := oneOf("free-tier", f.freeTier, costmodel.FreeTiers()); err != nil {
		return err
	}
	return s.FreeTier.UnmarshalText([]byte(f.freeTier))
}

const estimateHelp = `Estimate what an application costs a month on every provider, line by line, and
how slow it is there, from a guess or from logs.

A value may be a range, low..likely..high: the bills at both ends are given
beside the likely one. What is not said is assumed, and listed.

With --model the question is what it costs to serve a language model: by the token
where a tariff offers it, on serverless GPUs that scale to zero or are kept warm, and
on rented ones, as many as the load or --slo takes; and at which load they break even.

With --application the question is what a business event of a whole application costs
(an order, a picture, a chat turn): by what triggers it, by service and by step, and what
of it failures, retries, duplicates and polls of empty queues take. --what-if adds what
changes would save, --limits which limit binds first as the load grows tenfold.

Exit code 3 says that no plan serves every request; what it estimates is printed
and written all the same.`

func newEstimate(a *app) *cobra.Command {
	var f loadFlags
	var m modelFlags
	var out outputFlags
	var af applicationFlags
	var slo []string
	c := &cobra.Command{
		Use:   "estimate [APP.toml]",
		Short: "Estimate the bill on every provider, from logs or a guess",
		Long:  estimateHelp,
		Example: `  coldcurve estimate --requests 3M/month --duration 120ms --memory 1536MB
  coldcurve estimate --logs last-month.log -o bill
  coldcurve estimate --requests 2M..3M..5M/month --duration 120ms --cv 0.8 --memory 1536MB \
    --shape diurnal -o bill
  coldcurve estimate --application orders.app.toml --platform lambda=aws-lambda --what-if
  coldcurve estimate --model llama-3.1-8b --requests 40000/day --tokens-in 1500 --tokens-out 400 \
    --shape diurnal --slo 'ttft_p99 <= 2s' -o chats`,
		Args: argsOrLogs(&f),
		RunE: own(func(c *cobra.Command, args []string) error {
			switch whole, err := af.asked(c.Flags(), args); {
			case err != nil:
				return err
			case whole:
				return a.estimateApplication(c.Context(), &af, m.data, &f, &out, slo)
			}
			switch err := m.check(c.Flags(), args); {
			case err != nil:
				return err
			case m.Model != "":
				return a.estimateModel(c.Context(), &m, &f, &out, slo)
			case len(slo) > 0:
				return usageError{errors.New("--slo without --model or --application: coldcurve optimize finds the cheapest plan that meets it")}
			}
			return a.answer(c.Context(), args, &f, &out, estimating(&f, &out))
		}),
	}
	f.register(c)
	m.register(c)
	af.register(c)
	af.registerTables(c)
	c.Flags().StringArrayVar(&slo, "slo", nil, "with --model or --application: what a plan must keep to serve, as in 'ttft_p99 <= 2s and tpot_p99 <= 60ms' (repeatable)")
	out.register(c)
	return c
}

// estimating makes estimates.
func estimating(f *loadFlags, out *outputFlags) answerer {
	return answerer{estimate.Estimates(), "estimate.html", func(ctx context.Context, in *estimate.Input, o estimate.Options) (answer, string, error) {
		o.BreakEven = out.dir != "" || out.format != "csv" // the CSV has bills only
		e, err := estimate.Run(ctx, in, o)
		if err != nil {
			return nil, "", err
		}
		e.Wide, e.PlotSize = f.wide, f.plotSize.size
		return e, e.Unserved(), nil
	}}
}
