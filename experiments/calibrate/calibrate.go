package calibrate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// minRequests is how many requests a log must have: a half of fewer tells little.
const minRequests = 40

// Options say what the engine of a log was.
type Options struct {
	Spec hardware.Spec
	// Given are the keys that the user says, which no fit changes: blocks, host …
	Given []string
	// Engine is its scheduler; the timer, the requests, blocks and front are set.
	// MaxTokens and MaxSequences 0 are those that vLLM takes for the GPU.
	Engine  servers.LLM
	Workers int           // at a time; 0: as many as there are cores
	Runs    *atomic.Int64 // counts replays; nil: nobody asks
}

// Value is a value that was fitted.
type Value struct {
	Key           string
	Before, After float64 // ns where it is a time
	Error         float64 // standard error; of blocks, of their logarithm
}

// Refused is a value that the log does not tell, and why.
type Refused struct{ Key, Why string }

// Minimum is what a fit makes small, added up over TTFT and TPOT: the mean of
// |ln(simulated ÷ measured)| of the fitted requests ÷ its scatter.
type Minimum struct {
	Metric                 string
	Scatter, Before, After float64 // the means before they are divided
}

// Calibration is what a log told.
type Calibration struct {
	Log            *Log
	Profile        *hardware.Profile // calibrated
	Before, After  hardware.Spec
	Values         []Value
	Refused        []Refused
	Fitted, Tested int // requests
	Minimised      []Minimum
	OnFitted       []Statistic
	OnTested       []Statistic
	Preempted      int // how often, in the replay after
	Engine         servers.LLM
	Band           hardware.Calibration

	agrees bool // a scale was told, and is what the profile has
}

// Run fits a profile to a log. An error says what the log cannot tell.
func Run(ctx context.Context, l *Log, o Options) (*Calibration, error) {
	if n := len(l.Requests); n < minRequests {
		return nil, fmt.Errorf("%s: found %d requests, want %d or more: half of them are fitted, half tell how well", l.Name, n, minRequests)
	}
	profile, err := hardware.New(o.Spec)
	if err != nil {
		return nil, err
	}
	c := &Calibration{Log: l, Engine: o.Engine, Fitted: len(l.Requests) / 2}
	c.Tested = len(l.Requests) - c.Fitted
	setLimits(&c.Engine, profile)
	c.Engine.Columns = l
	if err := c.Engine.Check(); err != nil {
		return nil, fmt.Errorf("an engine of max_num_batched_tokens = %d and max_num_seqs = %d: %w", c.Engine.MaxTokens, c.Engine.MaxSequences, err)
	}
	c.Before = complete(o.Spec, profile)
	f := &fitter{log: l, profile: profile, engine: c.Engine, fitted: c.Fitted, runs: o.Runs, workers: o.Workers}
	if f.runs == nil {
		f.runs = new(atomic.Int64)
	}
	if f.workers == 0 {
		f.workers = runtime.GOMAXPROCS(0)
	}
	before, err := f.replay(c.Before)
	if err != nil {
		return nil, c.unfit(err)
	}
	f.weigh(before)
	if err := c.search(ctx, f, before, o.Given); err != nil {
		return nil, err
	}
	after, err := f.replay(c.After)
	if err != nil {
		return nil, c.unfit(err)
	}
	c.Preempted, c.Minimised = after.preempted, f.minimised(before, after)
	c.OnFitted, c.OnTested = l.part(before, after, 0, c.Fitted), l.part(before, after, c.Fitted, len(l.Requests))
	if err := c.judge(); err != nil {
		return nil, err
	}
	c.setBand(after, profile.Grade)
	c.After.Calibration = &c.Band
	c.Profile, err = hardware.New(c.After)
	return c, err
}

// complete returns a Spec with all that a fit may change.
func complete(s hardware.Spec, p *hardware.Profile) hardware.Spec {
	if s.PrefillScale == 0 {
		s.PrefillScale = 1
	}
	if s.DecodeScale == 0 {
		s.DecodeScale = 1
	}
	if s.Host == nil {
		s.Host = nanos(float64(p.Engine.Host))
	}
	if s.PerRequest == nil {
		s.PerRequest = nanos(float64(p.Engine.PerRequest))
	}
	s.Front = nanos(float64(p.Front))
	s.Blocks = p.Blocks
	return s
}

// setLimits takes what vLLM does on the profile where nothing is said.
func setLimits(e *servers.LLM, p *hardware.Profile) {
	auto := p.VLLM(e.Scheduler)
	if e.MaxTokens > 0 {
		auto.MaxTokens = e.MaxTokens
	}
	if auto.MaxSequences = min(auto.MaxSequences, auto.MaxTokens); e.MaxSequences > 0 {
		auto.MaxSequences = e.MaxSequences
	}
	auto.NoPrefixCache = auto.NoPrefixCache || e.NoPrefixCache
	auto.Columns = e.Columns
	*e = auto
}

// unfit names the request that the engine cannot serve.
func (c *Calibration) unfit(err error) error {
	if !errors.Is(err, errUnfit) {
		return err
	}
	largest := slices.MaxFunc(c.Log.Requests, func(a, b Request) int { return int(a.length() - b.length()) })
	most, why := c.Engine.Most()
	return c.Log.bad(largest.Line, "found a request of %d tokens, prompt and answer, expected at most %d: %s; blocks = N in --hardware, --max-num-batched-tokens and the model's context say what the engine had", largest.length(), most, why)
}

// length is the tokens of a request, prompt and answer.
func (r *Request) length() int64 { return int64(r.Asked.Input) + int64(r.Asked.Output) }

// refuse notes that the log does not tell a value.
func (c *Calibration) refuse(key, format string, a ...any) {
	c.Refused = append(c.Refused, Refused{key, fmt.Sprintf(format, a...)})
}

// worse is how much more the tested requests may be off after a calibration than
// before, as a part.
const worse = 0.005

// judge refuses values that do not hold beyond what they were fitted to.
func (c *Calibration) judge() error {
	for _, p := range parameters() {
		for _, v := range c.Values {
			if at := p.get(&c.After); v.Key == p.key && p.atBound(at) {
				return c.beyond(p.key, at)
			}
		}
	}
	was, is := 0.0, 0.0
	var texts []string
	for _, s := range c.OnTested {
		if s.Name == eachRequest {
			was, is = was+s.Before, is+s.After
			texts = append(texts, fmt.Sprintf("%s %.1f %% → %.1f %%", s.Metric, 100*s.Before, 100*s.After))
		}
	}
	if n := float64(len(texts)); is/n > was/n+worse {
		return fmt.Errorf("%s: values fitted to the first %d requests are worse on the other %d (median error of a request: %s): something changed within the log, its load, the engine or its hardware; nothing is written",
			c.Log.Name, c.Fitted, c.Tested, strings.Join(texts, ", "))
	}
	return nil
}

// setBand takes the error of the calibrated profile on the tested requests.
func (c *Calibration) setBand(after *replay, grade string) {
	var off, absolute []float64
	for i := c.Fitted; i < len(c.Log.Requests); i++ {
		if m := c.Log.Requests[i].measured()[tpot]; !math.IsNaN(m) {
			d := after.times[i][tpot]/m - 1
			off, absolute = append(off, d), append(absolute, math.Abs(d))
		}
	}
	c.Band = hardware.Calibration{Of: c.After.CalibratedOf(), Source: path.Base(filepath.ToSlash(c.Log.Name)), Grade: grade, Digest: c.Log.Digest, Scheduler: c.Engine.Scheduler.String(), Fitted: int64(c.Fitted), Tested: int64(len(off))}
	if len(off) > 0 {
		c.Band.Median, c.Band.P90, c.Band.Bias = digits(quantile(absolute, 0.5)), digits(quantile(absolute, 0.9)), digits(quantile(off, 0.5))
	}
	c.Band.HitsUnknown = !c.Engine.NoPrefixCache && !c.Log.NamesBlocks()
	c.Band.Values, c.Band.Uncertainty = []string{}, map[string]string{}
	for _, v := range c.Values {
		c.Band.Values = append(c.Band.Values, v.Key)
		c.Band.Uncertainty[v.Key] = v.spread()
	}
}

// inService returns how many requests an engine makes tokens for at a time: the
// first and the ninth decile over time, of a replay.
func (r *replay) inService(l *Log) (low, high float64) {
	type event struct {
		at sim.Time
		by int
	}
	var events []event
	for i := range r.times {
		arrival := l.Requests[i].Arrival
		events = append(events, event{arrival + sim.Time(r.times[i][ttft]*1e9), 1}, event{arrival + sim.Time(r.times[i][e2e]*1e9), -1})
	}
	slices.SortFunc(events, func(a, b event) int {
		if a.at != b.at {
			return int(max(-1, min(1, a.at-b.at)))
		}
		return a.by - b.by
	})
	spent := map[int]sim.Time{}
	n, most, all := 0, 0, sim.Time(0)
	for i, e := range events {
		if i > 0 && n > 0 {
			spent[n] += e.at - events[i-1].at
			all += e.at - events[i-1].at
		}
		n += e.by
		most = max(most, n)
	}
	rank := func(q float64) float64 {
		left := sim.Time(q * float64(all))
		for n := 1; n < most; n++ {
			if left -= spent[n]; left < 0 {
				return float64(n)
			}
		}
		return float64(most)
	}
	return rank(0.1), rank(0.9)
}
