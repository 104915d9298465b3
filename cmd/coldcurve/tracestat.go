package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/internal/plain"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces"
)

func newTraceStat(a *app) *cobra.Command {
	var f traceFlags
	var format, plots string
	var top, functions int
	var size plotSizeFlag
	var force bool
	c := &cobra.Command{
		Use:   "stat TRACE",
		Short: "Describe a trace: counts, rates, burstiness, popularity",
		Long: `Describe a trace: counts, rates, the coefficient of variation of the gaps between
arrivals (0 periodic, 1 Poisson, above bursty), popularity, the top functions;
with --plots also the rate over time and the popularity, as SVG, PNG and PDF.`,
		Example: "  coldcurve trace stat azure2019:azure2019-400 --top 5 --plots plots",
		Args:    cobra.ExactArgs(1),
		RunE: own(func(c *cobra.Command, args []string) error {
			if err := oneOf("format", format, []string{"text", "json"}); err != nil {
				return err
			}
			if top < 0 || functions < 0 {
				return usageError{errors.New("--top, --functions: want 0 or more")}
			}
			o := f.options(a)
			o.Sample = functions
			t, err := traces.Open(c.Context(), args[0], o)
			if err != nil {
				return traceError(err)
			}
			st, err := traces.Stat(c.Context(), t, f.key(), top)
			if err = errors.Join(err, t.Close()); err != nil {
				return traceError(err)
			}
			a.notes(t.Report(), f.quiet)
			if plots != "" {
				title := named(args[0])
				step, counts := coarser(sim.Minute, unsigned(st.PerMinute), rateBuckets)
				err := a.writeFigures(plots, force, size.size, results.RatePlot(title, step, counts),
					results.PopularityPlot(title, unsigned(st.Popularity)))
				if err != nil {
					return err
				}
			}
			if format == "json" {
				return statJSON(a.stdout, st, t.Digest())
			}
			return statText(a.stdout, st, t.Digest())
		}),
	}
	f.add(c)
	c.Flags().StringVar(&format, "format", "text", "text or json")
	c.Flags().StringVar(&plots, "plots", "", "folder to write the plots to")
	registerPlotSize(c, &size)
	c.Flags().BoolVar(&force, "force", false, "replace other files of the plots' names")
	c.Flags().IntVar(&top, "top", 10, "how many functions to list")
	c.Flags().IntVar(&functions, "functions", 0, "look at a sample of so many functions; 0: all")
	return c
}

// statText prints the statistics for people.
func statText(w io.Writer, s *traces.Statistics, digest string) error {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-22s "+format+"\n", append([]any{name}, args...)...)
	}
	line("functions", "%d, of which %d were invoked", s.Functions, s.Active)
	line("applications", "%d", s.Apps)
	line("invocations", "%d", s.Invocations)
	line("length", "%s", spec.Duration(s.Horizon))
	if s.Epoch != nil {
		line("epoch", "%s, when time 0 was", s.Epoch.Format(time.RFC3339Nano))
	} else {
		line("epoch", "none: times count from the start of the trace")
	}
	line("rate", "%.4g/s", s.Rate)
	line("busiest minute", "%d invocations, at %s", s.PeakMinute, spec.Duration(s.PeakAt))
	if s.Tokens == nil || s.MeanService > 0 {
		line("mean service time", "%.4g s", s.MeanService)
	}
	if s.Tokens != nil {
		tokenText(line, s.Tokens)
	}
	line("popularity", "top 1 %% of functions: %.3g %% of invocations; top 10 %%: %.3g %%", 100*s.Top1Share, 100*s.Top10Share)
	line("Zipf exponent", "%.3g", s.Zipf)
	for _, q := range s.IATCV {
		line(fmt.Sprintf("inter-arrival CV p%g", 100*q.P), "%.3g", q.Value)
	}
	for _, t := range s.Triggers {
		line("trigger "+named(t.Trigger), "%d functions, %d invocations", t.Functions, t.Invocations)
	}
	line("digest", "sha256:%s", digest)
	if len(s.Top) > 0 {
		fmt.Fprintf(&b, "\n%12s %8s %12s %8s  %s\n", "invocations", "share", "service", "CV", "function")
	}
	for i := range s.Top {
		f := &s.Top[i]
		fmt.Fprintf(&b, "%12d %6.2f %% %10.4g s %8s  %s\n", f.Count, 100*f.Share, f.MeanService, cvText(f.CV), named(f.Function.ID()))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// tokenText prints what requests ask of a language model.
func tokenText(line func(name, format string, args ...any), s *traces.TokenStatistics) {
	column := func(name string, c *traces.TokenColumn) {
		line(name, "%d in all; mean %.1f, p50 %d, p90 %d, p99 %d, from %d to %d", c.Sum, c.Mean, c.P50, c.P90, c.P99, c.Min, c.Max)
	}
	line("requests with tokens", "%d", s.Requests)
	column("input tokens", &s.Input)
	column("output tokens", &s.Output)
	if s.Blocks == 0 {
		line("prefix reuse", "unknown: no blocks are named")
		return
	}
	size := ""
	if s.BlockTokens > 0 {
		size = fmt.Sprintf(" of %d tokens", s.BlockTokens)
	}
	line("prefix reuse", "%d blocks%s, of which %d repeat (%.3g %%)", s.Blocks, size, s.Repeats, 100*float64(s.Repeats)/float64(s.Blocks))
	if c := &s.Conversations; c.Count > 0 {
		line("conversations", "%d with a next turn, %d turns, the longest %d; the input grows by %.1f tokens a turn", c.Count, c.Turns, c.Longest, c.Growth)
	} else {
		line("conversations", "none with a next turn")
	}
}

func cvText(cv float64) string {
	if math.IsNaN(cv) {
		return "-"
	}
	return fmt.Sprintf("%.3g", cv)
}

// named is a name as text; what has none says so.
func named(s string) string { return plain.Line(cmp.Or(s, "(none)")) }

// statJSON prints the statistics for programs; a number that is undefined is null.
func statJSON(w io.Writer, s *traces.Statistics, digest string) error {
	type quantile struct {
		P     float64 `json:"p"`
		Value float64 `json:"value"`
	}
	type function struct {
		Name        string   `json:"name"`
		App         string   `json:"app,omitempty"`
		Owner       string   `json:"owner,omitempty"`
		Trigger     string   `json:"trigger,omitempty"`
		MemoryMiB   int64    `json:"memory_mib"`
		Invocations int64    `json:"invocations"`
		Share       float64  `json:"share"`
		MeanService float64  `json:"service_mean_s"`
		CV          *float64 `json:"inter_arrival_cv"`
	}
	type trigger struct {
		Trigger     string `json:"trigger"`
		Functions   int    `json:"functions"`
		Invocations int64  `json:"invocations"`
	}
	type column struct {
		Sum  int64   `json:"sum"`
		Mean float64 `json:"mean"`
		P50  int32   `json:"p50"`
		P90  int32   `json:"p90"`
		P99  int32   `json:"p99"`
		Min  int32   `json:"min"`
		Max  int32   `json:"max"`
	}
	type asked struct {
		Requests      int64   `json:"requests"`
		Input         column  `json:"input"`
		Output        column  `json:"output"`
		BlockTokens   int32   `json:"block_tokens"`
		Blocks        int64   `json:"blocks"`
		Repeats       int64   `json:"repeated_blocks"`
		Conversations int64   `json:"conversations"`
		Turns         int64   `json:"conversation_turns"`
		Longest       int64   `json:"longest_conversation_turns"`
		Growth        float64 `json:"input_growth_per_turn"`
	}
	columnOf := func(c traces.TokenColumn) column {
		return column{c.Sum, c.Mean, c.P50, c.P90, c.P99, c.Min, c.Max}
	}
	out := struct {
		Digest      string     `json:"digest"`
		Functions   int        `json:"functions"`
		Active      int        `json:"active_functions"`
		Apps        int        `json:"applications"`
		Invocations int64      `json:"invocations"`
		Length      float64    `json:"length_s"`
		Epoch       *time.Time `json:"epoch"` // of time 0; null: none is known
		Rate        float64    `json:"rate_per_s"`
		PeakMinute  int64      `json:"busiest_minute_invocations"`
		PeakAt      float64    `json:"busiest_minute_at_s"`
		MeanService float64    `json:"service_mean_s"`
		Top1        float64    `json:"share_of_top_1_percent"`
		Top10       float64    `json:"share_of_top_10_percent"`
		Zipf        float64    `json:"zipf_exponent"`
		Tokens      *asked     `json:"tokens"` // null: no request has any
		IATCV       []quantile `json:"inter_arrival_cv"`
		Triggers    []trigger  `json:"triggers"`
		Top         []function `json:"top"`
		PerMinute   []int64    `json:"per_minute"`
	}{
		Digest: "sha256:" + digest, Functions: s.Functions, Active: s.Active, Apps: s.Apps, Invocations: s.Invocations,
		Length: spec.Duration(s.Horizon).Seconds(), Epoch: s.Epoch, Rate: s.Rate, PeakMinute: s.PeakMinute, PeakAt: spec.Duration(s.PeakAt).Seconds(),
		MeanService: s.MeanService, Top1: s.Top1Share, Top10: s.Top10Share, Zipf: s.Zipf, PerMinute: s.PerMinute,
		IATCV: []quantile{}, Triggers: []trigger{}, Top: []function{},
	}
	if a := s.Tokens; a != nil {
		c := &a.Conversations
		out.Tokens = &asked{a.Requests, columnOf(a.Input), columnOf(a.Output), a.BlockTokens, a.Blocks, a.Repeats, c.Count, c.Turns, c.Longest, c.Growth}
	}
	for _, q := range s.IATCV {
		out.IATCV = append(out.IATCV, quantile(q))
	}
	for _, t := range s.Triggers {
		out.Triggers = append(out.Triggers, trigger(t))
	}
	for i := range s.Top {
		f := &s.Top[i]
		row := function{
			Name: f.Function.Name, App: f.Function.App, Owner: f.Function.Owner, Trigger: f.Function.Trigger, MemoryMiB: f.Function.Memory,
			Invocations: f.Count, Share: f.Share, MeanService: f.MeanService,
		}
		if !math.IsNaN(f.CV) {
			row.CV = &f.CV
		}
		out.Top = append(out.Top, row)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

// rateBuckets is how many points a plot of the rate has at most: some for each of
// its pixels.
const rateBuckets = 20_000

// coarser sums counts of buckets of a width until there are at most so many.
func coarser(width sim.Time, counts []uint64, most int) (sim.Time, []uint64) {
	k := (len(counts) + most - 1) / most
	if k <= 1 {
		return width, counts
	}
	sums := make([]uint64, (len(counts)+k-1)/k)
	for i, n := range counts {
		sums[i/k] += n
	}
	return width * sim.Time(k), sums
}

func unsigned(counts []int64) []uint64 {
	out := make([]uint64, len(counts))
	for i, n := range counts {
		out[i] = uint64(n)
	}
	return out
}
