package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/experiments/estimate/serve"
	"github.com/coldcurve/coldcurve/results"
)

// modelFlags say what a language model is asked, of which estimate and optimize find
// out how to serve it; they share the flags of loadFlags that modelShares names.
type modelFlags struct {
	serve.Settings
	data string
}

// modelShares are the flags of applications that hold for a model too.
var modelShares = []string{"requests", "shape", "seed", "replications", "tariffs", "free-tier", "within", "workers", "plot-size", "wide", "format", "output", "force", "slo"}

// modelOnly are the flags that say something of a model alone.
var modelOnly = []string{"precision", "tokens-in", "tokens-out", "tokens-cv", "peak", "trace", "data", "cache-hit", "cold-start", "api-ttft", "api-tpot", "alike"}

func (m *modelFlags) register(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&m.Model, "model", "", "a language model to serve: a name of coldcurve list hardware, or a shape, '{ layers = 32, hidden = 4096, … }'; then the question is how to serve it, and of which tokens")
	fl.StringVar(&m.Precision, "precision", "", "with --model: of weights and products on GPUs, bf16, fp8 or fp4 (default bf16)")
	fl.StringVar(&m.TokensIn, "tokens-in", "", "with --model: mean tokens of a prompt, as in 1200 or 800..1200..2000")
	fl.StringVar(&m.TokensOut, "tokens-out", "", "with --model: mean tokens of an answer")
	fl.StringVar(&m.TokensCV, "tokens-cv", "", "with --model: standard deviation of the tokens ÷ their mean; 0: all alike (default 0.96 in and 0.77 out, as in Azure's trace of conversations of 2023)")
	fl.StringVar(&m.Peak, "peak", "", "with --model: how many times its mean the load's highest rate is, as in 3 (default the shape's; without --shape diurnal, the peak at noon)")
	fl.StringVar(&m.Trace, "trace", "", "with --model: a trace of requests with tokens, FORMAT:PATH (coldcurve list formats), in place of a guess; --requests scales it")
	fl.StringVar(&m.data, "data", os.Getenv(dataVariable), "with --trace: folder where it is looked up first ("+dataVariable+")")
	fl.StringVar(&m.CacheHit, "cache-hit", "", "with --model: part of the prompts' tokens that a cache has, as in 40%")
	fl.StringVar(&m.ColdStart, "cold-start", "", "with --model: how long an instance with GPUs takes to start, as in 60s, or a measured start, as in modal-vllm-snapshot (default: the phases of vLLM as measured, and the weights)")
	fl.StringVar(&m.APITTFT, "api-ttft", "", "with --model: time to the first token of per-token APIs as you have measured it: a duration, or '{ dist = \"lognormal\", median = \"400ms\", sigma = 0.5 }'")
	fl.StringVar(&m.APITPOT, "api-tpot", "", "with --model: their time per output token after the first")
	fl.StringSliceVar(&m.Alike, "alike", nil, "with --model: models, or tariffs by the token, that you take to be as good; none is guessed")
}

// check refuses flags of the one question beside the other.
func (m *modelFlags) check(set *pflag.FlagSet, args []string) error {
	var wrong []string
	set.Visit(func(f *pflag.Flag) {
		asks := set.Changed("model")
		of := f.Name == "model" || slices.Contains(modelOnly, f.Name)
		if asks && !of && !slices.Contains(modelShares, f.Name) || !asks && of {
			wrong = append(wrong, "--"+f.Name)
		}
	})
	switch {
	case !set.Changed("model") && len(wrong) > 0:
		return usageError{fmt.Errorf("%s without --model, which says what is served", strings.Join(wrong, ", "))}
	case len(wrong) > 0:
		return usageError{fmt.Errorf("%s beside --model: they are of functions, not of a model that is served", strings.Join(wrong, ", "))}
	case set.Changed("model") && len(args) > 0:
		return usageError{fmt.Errorf("%s beside --model, want one of them: a file describes functions", args[0])}
	}
	return nil
}

// settings are what flags say of a model.
func (a *app) modelSettings(m *modelFlags, f *loadFlags, slo results.SLO, far *stages) (*serve.Settings, error) {
	s := m.Settings
	s.Requests, s.Shape, s.Within, s.SLO = f.Requests, f.Shape, f.within, slo
	s.Seed, s.Replications, s.Tariffs, s.Workers, s.Progress = f.seed, f.replications, f.tariffs, f.workers, &far.runs
	s.DataDir, s.Stdin = m.data, a.stdin
	if err := oneOf("free-tier", f.freeTier, costmodel.FreeTiers()); err != nil {
		return nil, err
	}
	return &s, s.FreeTier.UnmarshalText([]byte(f.freeTier))
}

// modelAnswer answers how to serve a model.
func (a *app) modelAnswer(ctx context.Context, m *modelFlags, f *loadFlags, o *outputFlags, slo results.SLO, kind results.SummaryKind, page string, make func(ctx context.Context, s *serve.Settings) (answer, string, error)) error {
	return a.answered(ctx, o, kind, page, func(far *stages) (answer, string, error) {
		s, err := a.modelSettings(m, f, slo, far)
		if err != nil {
			return nil, "", err
		}
		far.read.Store(true)
		return make(ctx, s)
	})
}

// estimateModel estimates what it costs to serve a model.
func (a *app) estimateModel(ctx context.Context, m *modelFlags, f *loadFlags, o *outputFlags, slo []string) error {
	bounds, err := estimate.ParseSLO(slo)
	if err != nil {
		return err
	}
	if len(slo) == 0 {
		bounds = nil
	}
	return a.modelAnswer(ctx, m, f, o, bounds, estimate.Estimates(), "estimate.html", func(ctx context.Context, s *serve.Settings) (answer, string, error) {
		e, err := serve.Run(ctx, s, o.dir != "" || o.format != "csv")
		if err != nil {
			return nil, "", err
		}
		e.PlotSize, e.Wide = f.plotSize.size, f.wide
		return e, e.Unserved(), nil
	})
}

// optimizeModel finds the cheapest way to serve a model that meets an SLO.
func (a *app) optimizeModel(ctx context.Context, m *modelFlags, f *loadFlags, o *outputFlags, slo results.SLO) error {
	return a.modelAnswer(ctx, m, f, o, slo, estimate.Advices(), "optimize.html", func(ctx context.Context, s *serve.Settings) (answer, string, error) {
		advice, err := serve.Optimize(ctx, s)
		if err != nil {
			return nil, "", err
		}
		advice.PlotSize, advice.Wide = f.plotSize.size, f.wide
		return advice, advice.Miss(), nil
	})
}
