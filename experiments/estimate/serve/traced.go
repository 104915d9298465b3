package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"

	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces"
)

// traced is the load of a trace, opened once for each number of copies of its requests.
type traced struct {
	spec     string
	options  traces.Options
	first    *traces.Trace
	requests float64
	in, out  float64 // means
	instant  bool    // all requests come at one time

	mu     sync.Mutex
	copies map[int]*traces.Trace
	scaled map[float64]*load
}

// openTraced opens a trace of requests to a language model. rated says that the load
// is known without it.
func openTraced(ctx context.Context, spec string, rated bool, o traces.Options) (*traced, error) {
	t, err := traces.Open(ctx, spec, o)
	if err != nil {
		return nil, inputError("--trace: %w", err)
	}
	out := &traced{spec: spec, options: o, first: t, copies: map[int]*traces.Trace{1: t}, scaled: map[float64]*load{}}
	if err := out.measure(rated); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return out, nil
}

// measure reads the trace once.
func (t *traced) measure(rated bool) (err error) {
	for _, n := range t.first.Counts() {
		t.requests += float64(n)
	}
	columns := t.first.Tokens()
	switch {
	case t.requests == 0:
		return inputError("--trace %s: it has no requests", t.spec)
	case columns == nil:
		return inputError("--trace %s: its requests have no tokens, want a trace of requests to a language model (coldcurve list formats)", t.spec)
	}
	source, err := t.first.Open(sim.RunKey{}, all(t.first))
	if err != nil {
		return inputError("--trace %s: %w", t.spec, err)
	}
	defer func() { err = errors.Join(err, closeSource(source)) }()
	buf := make([]sim.Invocation, 1024)
	keys := make([]uint64, len(t.first.Functions()))
	earliest, latest := sim.Time(math.MaxInt64), sim.Time(0)
	for {
		got, err := source.Next(buf)
		for i := range buf[:got] {
			r := columns.Tokens(buf[i].Function, buf[i].Attr, keys[buf[i].Function])
			keys[buf[i].Function]++
			t.in, t.out = t.in+float64(r.Input), t.out+float64(r.Output)
			earliest, latest = min(earliest, buf[i].Arrival), max(latest, buf[i].Arrival)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return inputError("--trace %s: %w", t.spec, err)
		}
	}
	t.in, t.out = t.in/t.requests, t.out/t.requests
	t.instant = earliest == latest
	if t.instant && !rated {
		return inputError("--trace %s: found all requests (%.0f) at one time, which says no rate: want --requests beside it, as in --requests 100/h", t.spec, t.requests)
	}
	return nil
}

// all are the functions of a trace.
func all(t *traces.Trace) []uint32 {
	set := make([]uint32, len(t.Functions()))
	for i := range set {
		set[i] = uint32(i)
	}
	return set
}

func closeSource(s sim.Source) error {
	if c, ok := s.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// rate is the trace's own, in requests a second.
func (t *traced) rate() float64 {
	return t.requests / (float64(t.first.Horizon()) / float64(sim.Second))
}

func (t *traced) basis(rated bool) string {
	if rated {
		return fmt.Sprintf("given; the trace's %.0f requests of %s, thinned or repeated", t.requests, estimate.Clock(t.first.Horizon()))
	}
	return fmt.Sprintf("the trace: %.0f requests in %s, taken as that long a part of every month", t.requests, estimate.Clock(t.first.Horizon()))
}

// leastReplayed is of how many requests of a trace a simulation is made: the trace is
// played again until it has them.
const leastReplayed = 2000

// load is the trace at a rate: thinned below its own, repeated above, and played as often
// as it takes to have enough requests.
func (t *traced) load(ctx context.Context, rate float64) (*load, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l := t.scaled[rate]; l != nil {
		return l, nil
	}
	once := float64(t.first.Horizon())
	if t.instant { // its time says nothing
		once = math.Max(once, t.requests/rate*float64(sim.Second))
	}
	each := rate * once / float64(sim.Second) // requests each time it is played
	if each > mostRequests {
		return nil, inputError("%.0f requests would be simulated, want at most %d: ask for a part of the load", each, mostRequests)
	}
	times := 1.0
	if each < leastReplayed {
		times = max(1, math.Ceil(estimate.WindowOf(rate, leastReplayed, false)/once))
	}
	if !(once*times < 1e17) || math.Round(each*times) < 1 {
		return nil, inputError("--requests: %s a second are too few to say anything about: of the trace's %.0f requests none is left", estimate.Digits(rate, 3), t.requests)
	}
	played := &replayed{copies: max(1, int(math.Ceil(each/t.requests))), times: int64(times), once: sim.Time(math.Round(once)), rows: uint64(t.requests)}
	played.part = each / t.requests / float64(played.copies)
	if each == t.requests || math.Abs(played.part-1) < 1e-12 {
		played.part = 1
	}
	var err error
	if played.trace, err = t.repeated(ctx, played.copies); err != nil {
		return nil, err
	}
	l := &load{rate: rate, peak: 1, in: t.in, out: t.out, window: sim.Window{Horizon: played.once * sim.Time(played.times)}, workload: played}
	begins := "a trace is played from its start: that instances which come and go are not there yet is in what it shows"
	if times > 1 {
		begins = fmt.Sprintf("the trace is played %.0f times one after the other, to have enough requests: what prompts share, a cache has from the times before", times)
	}
	l.notes = []string{begins}
	if t.first.Horizon() < sim.Hour {
		l.notes = append(l.notes, fmt.Sprintf("the trace is of %s: a month of it is taken to be like that", estimate.Clock(t.first.Horizon())))
	}
	t.scaled[rate] = l
	return l, nil
}

// repeated is the trace with so many copies of each request.
func (t *traced) repeated(ctx context.Context, copies int) (*traces.Trace, error) {
	if trace := t.copies[copies]; trace != nil {
		return trace, nil
	}
	o := t.options
	o.Scale = float64(copies)
	trace, err := traces.Open(ctx, t.spec, o)
	if err != nil {
		return nil, inputError("--trace: %w", err)
	}
	t.copies[copies] = trace
	return trace, nil
}

// Close gives up what traces were sorted into.
func (t *traced) Close() (err error) {
	for _, trace := range t.copies {
		err = errors.Join(err, trace.Close())
	}
	return err
}
