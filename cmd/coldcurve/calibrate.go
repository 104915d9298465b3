package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/coldcurve/coldcurve/experiments/calibrate"
	"github.com/coldcurve/coldcurve/internal/folder"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

const calibrateHelp = `Fit the step times of a model on a GPU to an engine's own log of requests: what the
host takes (host, host_per_request, front), how far prefills and decodes are from
those that were measured (prefill_scale, decode_scale), and the KV blocks. Half of
the requests, those that arrived first, are fitted; the others tell how good the fit
is. Errors before and after are printed for both. What the log does not tell stays
as it was, and is said with its reason; -o writes the rest as a profile that
experiments name: server = { name = "llm", hardware = { profile = "FILE" } }.

The log is of one engine, plain or compressed; - is standard input. It is one of
  {"arrival_time", "queued_ts", "input_toks", "output_toks", "first_token_ts",
    "last_token_ts"}: JSON lines, seconds; arrivals may be on another clock
  spans of OpenTelemetry, OTLP JSON or one a line: gen_ai.usage.input_tokens and
    output_tokens, and gen_ai.server.time_to_first_token or an event first_token
  CSV with a header, or JSON lines: arrival, input, output, first (or ttft), last
    (or e2e), and queued; --fields says where they stand, as in arrival=ts,first=t1
Times are seconds, or as in 2026-11-26T10:00:00.25Z. blocks, of all but spans, are the
ids of a request's blocks of 16 tokens, in CSV with spaces between: without them prefix
hits are unknown, and the values stand for what they saved.

--hardware is a GPU (coldcurve list hardware), or keys of the table hardware, as in
'gpu = "h100", count = 2'. Keys that are given are not fitted: blocks = 2588 where
the engine's own output says it. Say the engine's limits too, as it was started.`

type calibrateFlags struct {
	requests, hardware, model, fields, scheduler string
	sequences, tokens                            int64
	noCache                                      bool
	output, format                               string
	force                                        bool
	workers                                      int
	given                                        func(flag string) bool // by the user
}

func newCalibrate(a *app) *cobra.Command {
	var f calibrateFlags
	c := &cobra.Command{
		Use:   "calibrate",
		Short: "Fit step times of a model on a GPU to an engine's log",
		Long:  calibrateHelp,
		Example: `  coldcurve calibrate --requests vllm.requests.jsonl --hardware rtx-4090 \
    --model llama-3.1-8b --max-num-seqs 256 -o rtx-4090.toml
  coldcurve calibrate --requests spans.json --model qwen3-32b \
    --hardware 'gpu = "h100", count = 2, blocks = 31250'
  coldcurve calibrate --requests log.csv --hardware l40s --model llama-3.1-8b \
    --fields arrival=ts,input=prompt,output=completion,ttft=ttft_s,e2e=latency_s`,
		Args: cobra.NoArgs,
		RunE: own(func(c *cobra.Command, _ []string) error {
			f.given = c.Flags().Changed
			return a.calibrate(c.Context(), &f)
		}),
	}
	fl := c.Flags()
	fl.StringVar(&f.requests, "requests", "", "the engine's log of requests; - is standard input")
	fl.StringVar(&f.hardware, "hardware", "", `what it ran on, as in h100, or 'gpu = "h100", count = 2'`)
	fl.StringVar(&f.model, "model", "", "its model, as in llama-3.1-8b, or its shape: '{ layers = 32, hidden = 4096, … }'")
	fl.StringVar(&f.fields, "fields", "", "where a log has what, as in arrival=ts,input=prompt,output=completion,first=t1,last=t2")
	fl.StringVar(&f.scheduler, "scheduler", calibrate.Schedulers()[0], strings.Join(calibrate.Schedulers(), " or "))
	fl.Int64Var(&f.sequences, "max-num-seqs", 0, "requests that run at most (default: what vLLM takes for the GPU's memory)")
	fl.Int64Var(&f.tokens, "max-num-batched-tokens", 0, "tokens of a step at most (default: the same)")
	fl.BoolVar(&f.noCache, "no-prefix-cache", false, "the engine ran without a prefix cache")
	fl.StringVarP(&f.output, "output", "o", "", "file of the profile (default: none is written)")
	fl.StringVar(&f.format, "format", "text", "what is printed: "+strings.Join(calibrate.Formats(), ", "))
	fl.BoolVar(&f.force, "force", false, "replace the file that is there")
	fl.IntVar(&f.workers, "workers", 0, "replays side by side (default: a core each)")
	c.AddCommand(newCalibrateKeepAlive(a))
	return c
}

func (a *app) calibrate(ctx context.Context, f *calibrateFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	o, model, err := f.options()
	if err != nil {
		return usageError{err}
	}
	log, err := a.requestLog(ctx, f)
	if err != nil {
		return usage(err)
	}
	for _, note := range log.Notes() {
		a.note("%s", note)
	}
	o.Runs = new(atomic.Int64)
	stop := a.showReplays(o.Runs)
	c, err := calibrate.Run(ctx, log, o)
	stop()
	if err != nil {
		return usage(err)
	}
	if f.output != "" {
		if err := placeFile(f.output, []byte(c.Document(model)), f.force); err != nil {
			return err
		}
		a.kept.is(func() string { return "interrupted; the profile is in " + f.output })
	}
	if err := c.Render(a.stdout, f.format); err != nil {
		return err
	}
	if f.output != "" {
		a.note("profile: %s", f.output)
	}
	return nil
}

// check refuses flags before the log is read.
func (f *calibrateFlags) check() error {
	for _, w := range []struct{ name, value, example string }{
		{"requests", f.requests, "--requests vllm.requests.jsonl"}, {"hardware", f.hardware, "--hardware h100"}, {"model", f.model, "--model llama-3.1-8b"},
	} {
		if w.value == "" {
			return usageError{fmt.Errorf("--%s is missing, as in %s", w.name, w.example)}
		}
	}
	switch {
	case f.sequences < 1 && f.given("max-num-seqs"):
		return usageError{fmt.Errorf("--max-num-seqs: found %d, want 1 or more", f.sequences)}
	case f.tokens < 1 && f.given("max-num-batched-tokens"):
		return usageError{fmt.Errorf("--max-num-batched-tokens: found %d, want 1 or more", f.tokens)}
	case f.tokens < f.sequences && f.given("max-num-batched-tokens"):
		return usageError{fmt.Errorf("--max-num-batched-tokens: found %d, want the %d of --max-num-seqs or more, so that each can make a token in a step", f.tokens, f.sequences)}
	case f.workers < 0:
		return usageError{fmt.Errorf("--workers: found %d, want 0 or more", f.workers)}
	}
	if err := oneOf("format", f.format, calibrate.Formats()); err != nil {
		return err
	}
	if f.output == "" {
		return nil
	}
	switch info, err := os.Stat(f.output); {
	case err == nil && info.IsDir():
		return usageError{fmt.Errorf("-o %s: it is a folder, want a file", f.output)}
	case err == nil && !f.force:
		return usageError{fmt.Errorf("-o %s: it is there; write to another, or replace it with --force", f.output)}
	}
	if _, err := os.Stat(filepath.Dir(f.output)); err != nil {
		return usage(fmt.Errorf("-o %s: %w", f.output, err))
	}
	return nil
}

// options reads what the engine was.
func (f *calibrateFlags) options() (o calibrate.Options, model *spec.Node, err error) {
	table, err := flagTable("--hardware", f.hardware, "gpu")
	if err != nil {
		return o, nil, err
	}
	text := f.model
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		model = spec.FromValue("--model", 0, text)
	} else {
		root, err := spec.Parse("--model", []byte("model = "+text))
		if err != nil {
			return o, nil, err
		}
		model = root.Get("model")
	}
	if o.Spec, err = hardware.Read(table, model); err != nil {
		return o, nil, err
	}
	if _, err := hardware.New(o.Spec); err != nil { // before the log is read
		return o, nil, err
	}
	scheduler, err := calibrate.FindScheduler(f.scheduler)
	if err != nil {
		return o, nil, fmt.Errorf("--scheduler: %w", err)
	}
	o.Given, o.Workers = calibrate.Given(table), f.workers
	o.Engine = servers.LLM{Scheduler: scheduler, MaxTokens: f.tokens, MaxSequences: f.sequences, NoPrefixCache: f.noCache}
	return o, model, nil
}

// flagTable reads a table that a flag gives: its keys, in braces or without, or
// the value of one key alone.
func flagTable(flag, text, key string) (*spec.Node, error) {
	text = strings.TrimSpace(text)
	if !strings.Contains(text, "=") {
		return spec.FromValue(flag, 0, map[string]any{key: text}), nil
	}
	if !strings.HasPrefix(text, "{") {
		text = "{ " + text + " }"
	}
	root, err := spec.Parse(flag, []byte("value = "+text))
	if err != nil {
		return nil, err
	}
	return root.Get("value"), nil
}

// requestLog reads the log.
func (a *app) requestLog(ctx context.Context, f *calibrateFlags) (*calibrate.Log, error) {
	fields, err := calibrate.ParseFields(f.fields)
	if err != nil {
		return nil, fmt.Errorf("--fields: %w", err)
	}
	if f.requests == "-" {
		return calibrate.Read(a.stdin, "standard input", fields)
	}
	file, err := openUntil(ctx, f.requests)
	if err != nil {
		return nil, err
	}
	defer file.Close() // read only
	return calibrate.Read(file, f.requests, fields)
}

// showReplays counts replays on a terminal's stderr, and returns what ends that.
func (a *app) showReplays(runs *atomic.Int64) (stop func()) {
	if !isTerminal(a.bar) {
		return func() {}
	}
	bars := mpb.New(mpb.WithOutput(a.bar), mpb.WithRefreshRate(barPeriod))
	began := time.Now()
	text := func(decor.Statistics) string {
		return fmt.Sprintf("fitting: %s replays of the log, %s", count(runs.Load()), time.Since(began).Truncate(time.Second))
	}
	bar := bars.New(barTicks, mpb.NopStyle(), mpb.PrependDecorators(decor.Any(text)))
	return func() {
		bar.Abort(true)
		bars.Wait()
	}
}

// placeFile writes a file whole or not at all; one that is there is replaced by
// force alone.
func placeFile(path string, data []byte, force bool) (err error) {
	temp, err := writeTemp(filepath.Dir(path), figureFile{filepath.Base(path), data})
	if temp != "" {
		defer func() {
			if gone := os.Remove(temp); gone != nil && !errors.Is(gone, os.ErrNotExist) {
				err = errors.Join(err, gone)
			}
		}()
	}
	move := folder.Move
	if force {
		move = os.Rename
	}
	if err == nil {
		err = move(temp, path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}
