package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces"
	"github.com/coldcurve/coldcurve/traces/logs"
)

func newTrace(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "trace",
		Short: "Look at traces, convert, sample and generate them",
		Long: `Look at traces of invocations, convert them between formats, sample them, and
generate synthetic ones. A trace is named format:path; coldcurve list formats
prints the formats. Production logs are traces too: log:FILE. Compression by gzip,
zstd and xz is read transparently, and written where the path ends in .gz, .zst or
.xz. Path - is standard input or output, for formats that are one stream. A file
that is there is replaced with --force alone.`,
	}
	c.AddCommand(newTraceStat(a), newTraceConvert(a), newTraceSample(a), newTraceGenerate(a))
	group(c)
	return c
}

// traceFlags say how a trace is opened.
type traceFlags struct {
	data           string
	lenient        bool
	arrivals       string
	fields         string
	start, horizon spec.Duration
	scale          float64
	context        int64
	seed           uint64
	quiet          bool
	anonymous      bool
}

// durationFlag is a spec.Duration as a flag.
type durationFlag struct{ d *spec.Duration }

func (f durationFlag) String() string {
	if f.d == nil || *f.d == 0 {
		return ""
	}
	return f.d.String()
}
func (f durationFlag) Set(s string) error { return f.d.UnmarshalText([]byte(s)) }
func (f durationFlag) Type() string       { return "duration" }

func (f *traceFlags) add(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&f.data, "data", os.Getenv(dataVariable), "folder where a relative path is looked up first ("+dataVariable+")")
	fl.BoolVar(&f.lenient, "lenient", false, "skip malformed rows, count and report them")
	fl.StringVar(&f.fields, "fields", "", "where the records of a log have what, as in time=ts,duration_ms=latency.total")
	fl.StringVar(&f.arrivals, "arrivals", string(traces.Uniform), "where a per-minute count falls inside its minute: uniform, even, poisson")
	fl.Var(durationFlag{&f.start}, "start", "leave out what arrives before; it becomes time 0")
	fl.Var(durationFlag{&f.horizon}, "horizon", "the end, counted from --start: what arrives at or after it is left out")
	fl.Float64Var(&f.scale, "scale", 1, "factor on the load")
	fl.Int64Var(&f.context, "context", 0, "the most tokens of a request to a language model, in and out; more is malformed, 0: any")
	fl.Uint64Var(&f.seed, "seed", 1, "of what is random in the trace's replay")
	fl.BoolVar(&f.anonymous, "anonymous", false, "name functions by number, those with the most invocations first, and number their apps and owners")
	fl.BoolVar(&f.quiet, "quiet", false, "no notes on stderr")
}

func (f *traceFlags) options(a *app) traces.Options {
	return traces.Options{
		DataDir: f.data, Stdin: a.stdin, Lenient: f.lenient, Arrivals: traces.Arrivals(f.arrivals),
		Start: sim.Time(f.start), Horizon: sim.Time(f.horizon), Scale: f.scale, Formats: logs.TraceFormats(), Fields: f.fields, Anonymous: f.anonymous, Context: f.context,
	}
}

func (f *traceFlags) key() sim.RunKey { return sim.RunKey{Seed: f.seed} }

// notes prints what reading a trace met.
func (a *app) notes(report *traces.Report, quiet bool) {
	if report == nil || quiet {
		return
	}
	for _, w := range report.Warnings() {
		a.note("note: %s", w)
	}
}

// withTrace opens a trace for some work. Malformed rows that are met while it
// is read are wrong input, as those met when it is opened.
func (a *app) withTrace(ctx context.Context, name string, f *traceFlags, work func(*traces.Trace) error) error {
	t, err := traces.Open(ctx, name, f.options(a))
	if err != nil {
		return traceError(err)
	}
	err = errors.Join(work(t), t.Close())
	a.notes(t.Report(), f.quiet)
	return traceError(err)
}

// destination is where a command writes a trace.
func (a *app) destination(spec string, force bool) traces.Destination {
	if _, path, ok := strings.Cut(spec, ":"); ok && path != "-" {
		a.kept.writes(path)
	}
	return traces.Destination{Spec: spec, Stdout: a.data, Replace: force}
}

// traceError says whose fault an error of a trace is.
func traceError(err error) error {
	var malformed *traces.Malformed
	var missing *traces.NotFound
	switch {
	case errors.As(err, &malformed), errors.As(err, &missing):
		return usageError{err}
	case errors.Is(err, context.Canceled):
		return err
	}
	return usage(err)
}

func newTraceConvert(a *app) *cobra.Command {
	var f traceFlags
	var force bool
	c := &cobra.Command{
		Use:   "convert FROM TO",
		Short: "Write a trace in another format",
		Long: `Write a trace in another format: azure2021, csv, jsonl, mooncake, or store, which is the
fast way to replay a long trace many times. From azure2019 the arrivals within
the minutes and the durations are drawn, by --seed. A store keeps the trace's
length where it is known, or the --horizon; the other formats have no place for it.
A trace with a clock keeps it: in a store as its epoch, in rows as Unix times.
Requests to a language model keep their tokens: csv holds them without the blocks of
their prefix, azure2021 not at all, and mooncake nothing else.`,
		Example: "  coldcurve trace convert azure2021:trace.csv.xz store:trace.store",
		Args:    cobra.ExactArgs(2),
		RunE: own(func(c *cobra.Command, args []string) error {
			to := a.destination(args[1], force)
			if err := to.Check(); err != nil { // before any work
				return traceError(err)
			}
			return a.withTrace(c.Context(), args[0], &f, func(t *traces.Trace) error {
				return traces.Convert(c.Context(), t, f.key(), to)
			})
		}),
	}
	f.add(c)
	addForce(c, &force)
	return c
}

// addForce adds the flag of those that write a file.
func addForce(c *cobra.Command, force *bool) {
	c.Flags().BoolVar(force, "force", false, "replace a file that is there")
}

func newTraceSample(a *app) *cobra.Command {
	var f traceFlags
	var functions int
	var force bool
	c := &cobra.Command{
		Use:   "sample FROM TO",
		Short: "Keep some functions of a trace, or some of its time",
		Long: `Keep --functions of a trace, by quantiles of their counts, so that the sample
has the popularity of the whole; and the time from --start to --horizon. From
azure2019 to azure2019 the rows of the tables are copied as they are.`,
		Example: "  coldcurve trace sample azure2019:day01 azure2019:day01-400 --functions 400",
		Args:    cobra.ExactArgs(2),
		RunE: own(func(c *cobra.Command, args []string) error {
			if functions < 0 {
				return usageError{fmt.Errorf("--functions: found %d, want 0 (all) or more", functions)}
			}
			o := f.options(a)
			o.Sample = functions
			report, err := traces.SampleTo(c.Context(), args[0], o, f.key(), a.destination(args[1], force))
			a.notes(report, f.quiet)
			return traceError(err)
		}),
	}
	f.add(c)
	addForce(c, &force)
	c.Flags().IntVar(&functions, "functions", 0, "how many functions to keep; 0: all")
	return c
}

// generateFrom writes a trace of the functions of an experiment. A seed replaces the
// file's.
func (a *app) generateFrom(ctx context.Context, file string, seed *uint64, to traces.Destination) error {
	if err := to.Check(); err != nil { // before any work
		return err
	}
	data, err := a.read(file)
	if err != nil {
		return err
	}
	w, s, epoch, err := experiments.ReadWorkload(file, data)
	if err != nil {
		return err
	}
	if seed != nil {
		s = *seed
	}
	t, err := traces.OpenWorkload(ctx, "the workload of "+file, w, sim.RunKey{Seed: s}, w.Horizon(), epoch, "")
	if err != nil {
		return err
	}
	err = errors.Join(traces.Convert(ctx, t, sim.RunKey{Seed: s}, to), t.Close())
	a.notes(t.Report(), false)
	return err
}

func newTraceGenerate(a *app) *cobra.Command {
	g := traces.DefaultGeneration()
	var force bool
	var file string
	c := &cobra.Command{
		Use:   "generate TO",
		Short: "Write a synthetic trace",
		Long: `Write a synthetic trace in one of the formats. Its distributions are by default
those that Shahrad et al. (USENIX ATC 2020) fitted to Azure Functions 2019. The
same flags give the same bytes.

With --workload it is of the [[workload.function]] of an experiment, as its first
replication has them: requests to a language model too, whose tokens csv, jsonl,
mooncake and store hold.`,
		Example: "  coldcurve trace generate azure2019:sample --functions 120 --apps 60 --hours 24 \\\n    --invocations 700000\n" +
			"  coldcurve trace generate jsonl:chat.jsonl --workload chat.toml",
		Args: cobra.ExactArgs(1),
		RunE: own(func(c *cobra.Command, args []string) error {
			to := a.destination(args[0], force)
			if !c.Flags().Changed("workload") {
				return traceError(traces.Generate(c.Context(), g, to))
			}
			for _, name := range []string{"functions", "apps", "hours", "invocations", "zipf", "diurnal", "burst", "spread", "duration-mu", "duration-sigma"} {
				if c.Flags().Changed(name) {
					return usageError{fmt.Errorf("--%s is found beside --workload, which says all but the seed; leave one of them out", name)}
				}
			}
			var seed *uint64
			if c.Flags().Changed("seed") {
				seed = &g.Seed
			}
			return traceError(a.generateFrom(c.Context(), file, seed, to))
		}),
	}
	addForce(c, &force)
	fl := c.Flags()
	fl.StringVar(&file, "workload", "", "an experiment whose [[workload.function]] is written; - is standard input")
	fl.IntVar(&g.Functions, "functions", g.Functions, "functions")
	fl.IntVar(&g.Apps, "apps", g.Apps, "applications, at most as many as functions")
	fl.IntVar(&g.Hours, "hours", g.Hours, "length")
	fl.Float64Var(&g.Invocations, "invocations", g.Invocations, "expected number of invocations")
	fl.Uint64Var(&g.Seed, "seed", g.Seed, "of all random numbers")
	fl.Float64Var(&g.Zipf, "zipf", g.Zipf, "exponent of popularity: the share of rank r is as r^−zipf")
	fl.Float64Var(&g.Diurnal, "diurnal", g.Diurnal, "amplitude of the daily wave, 0 to 1")
	fl.Float64Var(&g.Burst, "burst", g.Burst, "sigma of the lognormal factor on each minute of queues and events")
	fl.Float64Var(&g.Spread, "spread", g.Spread, "sigma of the lognormal of a function's own durations")
	fl.Float64Var(&g.DurationMu, "duration-mu", g.DurationMu, "mu of the lognormal of the functions' mean durations, in log seconds")
	fl.Float64Var(&g.DurationSigma, "duration-sigma", g.DurationSigma, "sigma of the lognormal of the functions' mean durations")
	return c
}
