package serve

import (
	"context"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces"
	"github.com/coldcurve/coldcurve/workloads"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// Settings are what a user says, as text; what is empty is assumed. A value may be
// a range, low..likely..high, where it says so.
type Settings struct {
	Model     string // a name of coldcurve list hardware, or a shape, { layers = 32, … }
	Precision string // bf16, fp8 or fp4
	Requests  string // a range
	TokensIn  string // a range
	TokensOut string // a range
	TokensCV  string // standard deviation ÷ mean of the lengths of prompts and answers
	Shape     string
	Peak      string // the highest rate ÷ the mean
	Trace     string // in place of requests, tokens and shape; Requests scales it
	CacheHit  string // part of the prompts' tokens that a cache has
	ColdStart string // how long an instance takes to start, or the name of a measured start
	APITTFT   string
	APITPOT   string
	Alike     []string // models or tariffs that the user takes to be as good
	Within    []string // beginnings of plans
	SLO       results.SLO

	Seed         int64
	Replications int
	FreeTier     costmodel.FreeTier
	Tariffs      []string // folders
	Workers      int
	Progress     *estimate.Progress // nil: nobody looks

	DataDir string    // where traces are looked up first
	Stdin   io.Reader // of a trace from -
}

// question is what Settings mean.
type question struct {
	*Settings
	model     hardware.Model
	modelNode *spec.Node
	precision string
	rate      estimate.Range // requests a second
	in, out   estimate.Range // tokens, means
	cvIn      float64
	cvOut     float64
	hit       float64
	shape     workloads.Shape
	start     engineStart
	apiTTFT   sim.Sampler
	apiTPOT   sim.Sampler
	apiGiven  bool
	bound     results.SLO // that fleets are sized by: the SLO, or what is assumed
	traced    *traced     // nil: the load is synthetic

	assumed []estimate.Assumption
	ways    *ways
}

func inputError(format string, a ...any) error {
	return &experiments.InputError{Err: fmt.Errorf(format, a...)}
}

// The spread of lengths where nobody says it.
const (
	assumedCVIn  = 0.96
	assumedCVOut = 0.77
	longestIn    = 12.2 // times the mean, of that trace's longest prompt
	longestOut   = 4.74 // and answer
	basisOfCV    = "assumed, grade C: 19,366 conversations of Azure's trace of LLM inference of 2023; lognormal, prompt and answer drawn apart, cut at 12.2 and 4.74 × the mean, as that trace's longest"
	assumedTTFT  = "ttft_p99 <= 2s"
)

// ask reads the settings.
func ask(ctx context.Context, s *Settings) (q *question, err error) {
	q = &question{Settings: s, cvIn: assumedCVIn, cvOut: assumedCVOut, bound: s.SLO}
	if q.ways, err = readWays(); err != nil {
		return nil, err
	}
	switch {
	case s.Seed < 0:
		return nil, inputError("--seed: found %d, want 0 or more", s.Seed)
	case s.Replications < 1 || s.Replications > 1000:
		return nil, inputError("--replications: found %d, want 1 to 1000", s.Replications)
	case s.Workers < 1:
		return nil, inputError("--workers: found %d, want 1 or more", s.Workers)
	}
	for _, read := range []func() error{q.readModel, q.readShape, q.readNumbers, q.readStart, q.readTimes} {
		if err := read(); err != nil {
			return nil, inputError("%w", err)
		}
	}
	if err := q.readLoad(ctx); err != nil {
		return nil, err
	}
	return q, q.readBound()
}

func (q *question) assume(name string, r estimate.Range, write func(float64) string, basis string) {
	q.assumed = append(q.assumed, estimate.Assumption{Name: name, Low: write(r.Low), Likely: write(r.Likely), High: write(r.High), Basis: basis})
}

// known notes a value that is no range.
func (q *question) known(name, value, basis string) {
	q.assumed = append(q.assumed, estimate.Assumption{Name: name, Low: value, Likely: value, High: value, Basis: basis})
}

// readModel finds the model by its name, or reads its shape.
func (q *question) readModel() error {
	text := strings.TrimSpace(q.Model)
	if strings.HasPrefix(text, "{") {
		root, err := spec.Parse("--model", []byte("model = "+text))
		if err != nil {
			return err
		}
		q.modelNode = root.Get("model")
	} else {
		q.modelNode = spec.FromValue("--model", 0, text)
	}
	q.precision = "bf16"
	if q.Precision != "" {
		q.precision = q.Precision
	}
	// Any board says whether the words are right; which of them fit is asked later.
	asked, err := hardware.Read(q.hardwareNode("b200", 1), q.modelNode)
	if err != nil {
		return err
	}
	q.model = asked.Model
	basis := "given"
	if q.Precision == "" {
		basis = "assumed"
	}
	q.known("precision of the weights", q.precision, basis)
	return nil
}

func (q *question) hardwareNode(gpu string, count int64) *spec.Node {
	return spec.FromValue("--precision", 0, map[string]any{"gpu": gpu, "count": count, "precision": q.precision})
}

// readShape finds how the load is spread over the day.
func (q *question) readShape() error {
	name := q.Shape
	switch {
	case name == "" && q.Peak != "":
		name = "diurnal"
	case name == "":
		name = "constant"
	}
	var err error
	if q.shape, err = workloads.FindShape(name); err != nil {
		return fmt.Errorf("--shape: %w", err)
	}
	if q.Peak != "" {
		x, err := strconv.ParseFloat(strings.TrimSuffix(q.Peak, "x"), 64)
		if err != nil {
			return fmt.Errorf("--peak: found %q, want how many times the mean the highest rate is, as in 3", q.Peak)
		}
		if q.shape, err = q.shape.Peaked(x); err != nil {
			return fmt.Errorf("--peak: %w", err)
		}
	}
	return nil
}

// readNumbers reads what is counted.
func (q *question) readNumbers() error {
	for _, v := range []struct {
		flag, text string
		into       *estimate.Range
		parse      func(string) (float64, error)
	}{
		{"--requests", q.Requests, &q.rate, estimate.ParseRate},
		{"--tokens-in", q.TokensIn, &q.in, parseTokens},
		{"--tokens-out", q.TokensOut, &q.out, parseTokens},
	} {
		switch {
		case v.text == "" && q.Trace != "":
			continue
		case v.text == "":
			return fmt.Errorf("nothing says %s, as in --requests 2M/month --tokens-in 1200 --tokens-out 300", v.flag)
		case q.Trace != "" && v.flag != "--requests":
			return fmt.Errorf("%s beside --trace, want one of them: the trace has the tokens", v.flag)
		}
		r, err := estimate.ParseRange(v.flag, v.text, v.parse)
		if err != nil {
			return err
		}
		if !(r.Low > 0) {
			return fmt.Errorf("%s: found %q, want more than 0", v.flag, v.text)
		}
		*v.into = r
	}
	if q.TokensCV != "" {
		cv, err := estimate.ParseNumber(0, 10)(q.TokensCV)
		if err != nil {
			return fmt.Errorf("--tokens-cv: %w", err)
		}
		q.cvIn, q.cvOut = cv, cv
	}
	if q.CacheHit != "" {
		var err error
		if q.hit, err = estimate.ParseNumber(0, 1)(q.CacheHit); err != nil {
			return fmt.Errorf("--cache-hit: %w", err)
		}
	}
	return nil
}

// mostTokens bounds what a request can be said to have.
const mostTokens = 10_000_000

func parseTokens(text string) (float64, error) {
	x, err := estimate.ParseNumber(1, mostTokens)(strings.ReplaceAll(text, "_", ""))
	if err != nil || strings.HasSuffix(text, "%") {
		return 0, fmt.Errorf("found %q, want a number of tokens from 1 to %d", text, mostTokens)
	}
	return x, nil
}

// readTimes reads what takes how long.
func (q *question) readTimes() error {
	q.apiTTFT, q.apiTPOT = q.ways.API.TTFT.Sampler, q.ways.API.TPOT.Sampler
	for _, v := range []struct {
		flag, text string
		into       *sim.Sampler
	}{{"--api-ttft", q.APITTFT, &q.apiTTFT}, {"--api-tpot", q.APITPOT, &q.apiTPOT}} {
		if v.text == "" {
			continue
		}
		node := spec.FromValue(v.flag, 0, v.text)
		if strings.HasPrefix(strings.TrimSpace(v.text), "{") {
			root, err := spec.Parse(v.flag, []byte("time = "+v.text))
			if err != nil {
				return err
			}
			node = root.Get("time")
		}
		var d workloads.Distribution
		if err := d.DecodeSpec(node); err != nil {
			return err
		}
		*v.into, q.apiGiven = d.Sampler, true
	}
	return nil
}

// readLoad opens the trace, or lists what the load is taken to be.
func (q *question) readLoad(ctx context.Context) error {
	short := func(x float64) string { return estimate.Digits(x, 4) }
	if q.Trace != "" {
		if q.Shape != "" || q.Peak != "" || q.TokensCV != "" || q.CacheHit != "" {
			return inputError("--shape, --peak, --tokens-cv and --cache-hit say what a trace has; want them or --trace")
		}
		t, err := openTraced(ctx, q.Trace, q.Requests != "", traces.Options{DataDir: q.DataDir, Stdin: q.Stdin})
		if err != nil {
			return err
		}
		q.traced = t
		q.in, q.out = estimate.Known(t.in), estimate.Known(t.out)
		if q.Requests == "" {
			q.rate = estimate.Known(t.rate())
		}
		q.assume("requests a month", q.rate, func(x float64) string { return estimate.Digits(x*30*86400, 6) }, t.basis(q.Requests != ""))
		q.known("tokens in, mean", short(t.in), "the trace")
		q.known("tokens out, mean", short(t.out), "the trace")
		return nil
	}
	q.assume("requests a month", q.rate, func(x float64) string { return estimate.Digits(x*30*86400, 6) }, "given")
	q.assume("tokens in, mean", q.in, short, "given")
	q.assume("tokens out, mean", q.out, short, "given")
	basis := basisOfCV
	if q.TokensCV != "" {
		basis = "given; lognormal, prompt and answer drawn apart, cut at 12.2 and 4.74 × the mean"
	}
	q.known("spread of tokens in (cv)", short(q.cvIn), basis)
	q.known("spread of tokens out (cv)", short(q.cvOut), basis)
	shape := "assumed: nobody said that it varies"
	if q.Shape != "" || q.Peak != "" {
		shape = q.shape.Help
	}
	q.known("shape of the load", fmt.Sprintf("%s, peak %s × mean", q.shape.Name, short(q.shape.Peak())), shape)
	hit := "assumed: nothing is said of a cache"
	if q.CacheHit != "" {
		hit = "given: the same beginning of every prompt, which an engine's cache holds once; APIs bill it as cached input where they have a price"
	}
	q.known("prompts' tokens in a cache", estimate.Percent(q.hit), hit)
	return nil
}

// readBound takes what fleets are sized by.
func (q *question) readBound() error {
	for _, o := range q.bound {
		if !o.Implied() {
			return nil
		}
	}
	bound, err := estimate.ParseSLO([]string{assumedTTFT})
	if err != nil {
		return err
	}
	q.bound = bound
	q.known("instances that always run are as many as keep", "p99 of TTFT ≤ 2 s", fmt.Sprintf("assumed; --slo says what you need; where no number keeps it, as many as stay within %s times what one without other requests has", estimate.Digits(nearIdle, 2)))
	return nil
}

// guessed reports whether the levels differ.
func (q *question) guessed() bool { return !q.rate.Exact() || !q.in.Exact() || !q.out.Exact() }

// level is which end of what is guessed a run takes.
type level int

const (
	low level = iota
	likely
	high
)

func at(r estimate.Range, l level) float64 { return [...]float64{r.Low, r.Likely, r.High}[l] }

// sigma is that of a lognormal with a standard deviation ÷ mean: cv² = e^(σ²) − 1.
func sigma(cv float64) float64 { return math.Sqrt(math.Log1p(cv * cv)) }
