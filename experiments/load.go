package experiments

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces"
	"github.com/coldcurve/coldcurve/traces/logs"
	"github.com/coldcurve/coldcurve/workloads"
)

// Env is what an experiment finds around it.
type Env struct {
	DataDir string    // where a relative trace path is looked up first; empty: only beside the experiment
	Tariffs []string  // folders with tariffs that add to the shipped ones, or replace them
	Lenient bool      // skip malformed rows of traces, count and report them
	Stdin   io.Reader // what a trace path of - reads; nil: refused
}

// loaded is a workload that is open.
type loaded struct {
	workload sim.Workload
	horizon  sim.Time
	name     string   // of the trace, as the file has it; empty for synthetic functions
	digest   string   // of the load's content; empty for synthetic functions, whose text says it all
	warnings []string // what reading met
	close    func() error
}

// loader opens workloads, each once.
type loader struct {
	env    Env
	beside string
	open   map[string]*loaded
}

// key is equal for two workloads that are the same load: the warm-up is the
// window's affair.
func (w *workload) key() string { return w.node.Without("source", "warmup").Canonical() }

func (l *loader) load(ctx context.Context, w *workload) (*loaded, error) {
	key := w.key()
	if known := l.open[key]; known != nil {
		return known, nil
	}
	var got *loaded
	var err error
	if w.Trace == "" {
		got, err = w.synthetic()
	} else {
		got, err = l.trace(ctx, w)
	}
	if err != nil {
		return nil, err
	}
	l.open[key] = got
	return got, nil
}

// synthetic makes the workload of [[workload.function]].
func (w *workload) synthetic() (*loaded, error) {
	functions := make([]workloads.FunctionSpec, len(w.Functions))
	for i, n := range w.Functions {
		if err := n.Decode(&functions[i]); err != nil {
			return nil, err
		}
	}
	s, err := workloads.New(functions, sim.Time(w.Horizon))
	if err != nil {
		return nil, err
	}
	return &loaded{workload: s, horizon: s.Horizon(), close: func() error { return nil }}, nil
}

// trace opens a trace.
func (l *loader) trace(ctx context.Context, w *workload) (*loaded, error) {
	o := traces.Options{
		DataDir: l.env.DataDir, Beside: l.beside, Stdin: l.env.Stdin, Lenient: l.env.Lenient,
		Formats: logs.TraceFormats(), Fields: w.Fields,
		Arrivals: traces.Arrivals(w.Arrivals), Start: sim.Time(w.Start), Horizon: sim.Time(w.Horizon), Scale: w.Scale,
	}
	if w.Sample != nil {
		o.Sample = w.Sample.Functions
	}
	t, err := traces.Open(ctx, w.Trace, o)
	if err != nil {
		var missing *traces.NotFound
		if errors.As(err, &missing) && w.Source != "" {
			err = fmt.Errorf("%w\nthe experiment says of its source: %s", err, w.Source)
		}
		return nil, w.node.Get("trace").Errorf("%w", err)
	}
	return &loaded{
		workload: t, horizon: t.Horizon(), name: w.Trace, digest: t.Digest(), warnings: t.Report().Warnings(), close: t.Close,
	}, nil
}

// longestWindow is the latest horizon that the kernel takes, some 73 years: sums
// of two times stay below 2^63 ns.
const longestWindow = sim.Time(1) << 61

// window is the measured part of the workload: from the end of the warm-up to
// the horizon that the experiment asks for, or the trace's own end.
func (w *workload) window(l *loaded) (sim.Window, error) {
	window := sim.Window{Warmup: sim.Time(w.Warmup), Horizon: l.horizon}
	if l.horizon <= 0 {
		return window, w.node.Get("trace").Errorf("%s has no invocation between start and horizon", w.Trace)
	}
	if window.Horizon > longestWindow {
		at := w.node.Get("horizon")
		if at == nil {
			at = w.node.Get("trace")
		}
		return window, at.Errorf("the window ends at %s, want at most %s", spec.Duration(window.Horizon), spec.Duration(longestWindow))
	}
	if window.Length() <= 0 {
		return window, w.node.Get("warmup").Errorf("found %s, want less than the length of the trace", w.Warmup)
	}
	return window, nil
}

func (l *loader) close() error {
	var errs []error
	for _, open := range l.open {
		errs = append(errs, open.close())
	}
	return errors.Join(errs...)
}

// folderOf is where the experiment's file stands.
func folderOf(file string) string {
	if file == "-" {
		return ""
	}
	return filepath.Dir(file)
}

// sized is a workload whose functions have the memory that a platform gives
// them.
type sized struct {
	sim.Workload
	functions []sim.Function
}

// Functions implements sim.Workload.
func (s sized) Functions() []sim.Function { return s.functions }

// size returns the workload with the platform's memory, and how many functions
// got more than they asked for because the platform has nothing smaller.
func (s *platformSpec) size(w sim.Workload) (sized, int) {
	functions := append([]sim.Function(nil), w.Functions()...)
	raised := 0
	for i := range functions {
		f := &functions[i]
		asked := f.Memory
		f.Memory = s.memoryOf(f)
		if asked > 0 && s.MemoryScale == 1 && f.Memory > asked {
			raised++
		}
	}
	return sized{w, functions}, raised
}
