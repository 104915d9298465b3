package experiments

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/clients"
	"github.com/coldcurve/coldcurve/sim/tokens"
	"github.com/coldcurve/coldcurve/traces"
	"github.com/coldcurve/coldcurve/traces/logs"
	"github.com/coldcurve/coldcurve/workloads"
)

// Env is what an experiment finds around it.
type Env struct {
	DataDir string             // where a relative trace path is looked up first; empty: only beside the experiment
	Tariffs []string           // folders with tariffs that add to the shipped ones, or replace them
	Prices  *costmodel.Catalog // of those folders, where many plans share what is read of it; nil: each reads its own
	Lenient bool               // skip malformed rows of traces, count and report them
	Stdin   io.Reader          // what a trace path of - reads; nil: refused
}

// loaded is a workload that is open.
type loaded struct {
	workload sim.Workload
	horizon  sim.Time
	clock    *time.Time // when time 0 was; nil: it does not say
	name     string     // of the trace, as the file has it; empty for synthetic functions
	digest   string     // of the load's content; empty for synthetic functions, whose text says it all
	warnings []string   // what reading met
	close    func() error
}

// loader opens workloads, each once.
type loader struct {
	env    Env
	beside string
	kept   bool // the experiment is that of a result folder
	open   map[string]*loaded
	failed map[string]error
}

func (l *loader) load(ctx context.Context, w *workload) (*loaded, error) {
	if known := l.open[w.key]; known != nil {
		return known, nil
	}
	if err := l.failed[w.key]; err != nil {
		return nil, err
	}
	var got *loaded
	var err error
	if w.Trace == "" {
		got, err = w.synthetic()
	} else {
		got, err = l.trace(ctx, w)
	}
	if err != nil {
		l.failed[w.key] = err
		return nil, err
	}
	l.open[w.key] = got
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

// ReadWorkload reads the synthetic functions of an experiment, or of a file that has a
// [workload] alone. seed is the file's; epoch is nil where it states none.
func ReadWorkload(file string, data []byte) (w *workloads.Synthetic, seed uint64, epoch *time.Time, err error) {
	root, err := spec.Parse(file, data)
	if err != nil {
		return nil, 0, nil, &InputError{err}
	}
	var f struct {
		Seed     int64        `toml:"seed" default:"1"`
		Workload workloadSpec `toml:"workload"`
	}
	if root.Get("platform") != nil { // a whole experiment
		var all fileSpec
		err = root.Decode(&all)
		f.Seed, f.Workload = all.Seed, all.Workload
	} else {
		err = root.Decode(&f)
	}
	if err != nil {
		return nil, 0, nil, &InputError{err}
	}
	of := &workload{workloadSpec: f.Workload, node: root.Get("workload")}
	switch {
	case of.node == nil || len(f.Workload.Functions) == 0:
		err = root.Errorf("there is no [[workload.function]], want one or more to generate a trace of")
	case f.Seed < 0:
		err = root.Get("seed").Errorf("found %d, want 0 or more", f.Seed)
	default:
		if err = f.Workload.check(of.node); err == nil {
			err = checkNames(f.Workload.Functions, "function")
		}
	}
	if err != nil {
		return nil, 0, nil, &InputError{err}
	}
	l, err := of.synthetic()
	if err != nil {
		return nil, 0, nil, &InputError{err}
	}
	return l.workload.(*workloads.Synthetic), uint64(f.Seed), f.Workload.Epoch, nil
}

// trace opens a trace.
func (l *loader) trace(ctx context.Context, w *workload) (*loaded, error) {
	o := traces.Options{
		DataDir: l.env.DataDir, Beside: l.beside, Stdin: l.env.Stdin, Lenient: l.env.Lenient,
		Formats: logs.TraceFormats(), Fields: w.Fields,
		Arrivals: traces.Arrivals(w.Arrivals), Start: sim.Time(w.Start), Horizon: sim.Time(w.Horizon), Scale: w.Scale, Context: w.Context,
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
		if missing != nil && l.kept {
			err = fmt.Errorf("%w\nthis is the experiment of a result folder, which keeps no traces: --data says in which folder its trace is", err)
		}
		return nil, w.node.Get("trace").Errorf("%w", err)
	}
	var clock *time.Time
	if epoch, ok := t.Epoch(); ok {
		clock = &epoch
	}
	return &loaded{
		workload: t, horizon: t.Horizon(), clock: clock, name: w.Trace, digest: t.Digest(), warnings: t.Report().Warnings(), close: t.Close,
	}, nil
}

// window is the measured part of the workload: from the end of the warm-up to
// the horizon that the experiment asks for, or the trace's own end. found is a
// warm-up that the run has found.
func (w *workload) window(l *loaded, found sim.Time) (sim.Window, error) {
	window := sim.Window{Warmup: w.Warmup.length(found), Horizon: l.horizon}
	if l.horizon <= 0 {
		return window, w.node.Get("trace").Errorf("%s has no invocation between start and horizon", w.Trace)
	}
	if len(l.workload.Functions()) == 0 {
		why := ""
		if len(l.warnings) > 0 {
			why = ": " + strings.Join(l.warnings, "; ")
		}
		return window, w.node.Get("trace").Errorf("%s has no function that can be replayed%s", w.Trace, why)
	}
	if window.Horizon > sim.Longest { // a horizon that is given is not
		return window, w.node.Get("trace").Errorf("%s lasts %s, want at most ten years (%s)", w.Trace, spec.Duration(window.Horizon), spec.Duration(sim.Longest))
	}
	if window.Length() <= 0 {
		return window, w.node.Get("warmup").Errorf("found %s, want less than the length of the trace", spec.Duration(w.Warmup))
	}
	return window, nil
}

// epoch is when time 0 of the workload is: by its own clock, by the experiment, or
// on a Monday. ns since 1970.
func (w *workload) epoch(l *loaded) (sim.Time, error) {
	at := w.node.Get("epoch")
	switch {
	case l.clock != nil && at != nil:
		return 0, at.Errorf("found an epoch beside a trace with a clock of its own, whose time 0 is %s; leave one of them out", l.clock.Format(time.RFC3339Nano))
	case l.clock != nil:
		return l.clock.UnixNano(), nil
	case w.Epoch == nil:
		return sim.Monday, nil
	case w.Epoch.Year() < 1970 || w.Epoch.Year() > 2199:
		return 0, at.Errorf("found %s, want a date from 1970 to 2199", at)
	}
	return w.Epoch.UnixNano(), nil
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

// isKept reports whether an experiment's file is the one that a result folder keeps.
func isKept(file string) bool {
	if filepath.Base(file) != results.ExperimentFile {
		return false
	}
	_, err := os.Stat(filepath.Join(filepath.Dir(file), results.ManifestFile))
	return err == nil
}

// sized is a workload whose functions have the memory that a platform gives
// them, and the clients that the experiment gives them.
type sized struct {
	sim.Workload
	functions []sim.Function
	raised    []int            // by platform: how many got more than they asked for, because it has nothing smaller
	above     []int            // likewise, how many have more than its largest size
	clients   []clients.Client // of each function; nil: no client gives up or asks again
}

// Functions implements sim.Workload.
func (s *sized) Functions() []sim.Function { return s.functions }

// Tokens implements tokens.Source.
func (s *sized) Tokens() tokens.Columns { return columnsOf(s.Workload) }

// columnsOf returns the columns of a workload; nil where it has none.
func columnsOf(w sim.Workload) tokens.Columns {
	if s, ok := w.(tokens.Source); ok {
		return s.Tokens()
	}
	return nil
}

// sizedOn returns the workload as its platforms run it: with their memory, and with
// what initialisations leave to them. on says which a function is on; nil: the first.
func sizedOn(w sim.Workload, platforms []*platform, on []sim.PlatformID) (*sized, error) {
	s := &sized{Workload: w, functions: append([]sim.Function(nil), w.Functions()...), raised: make([]int, len(platforms)), above: make([]int, len(platforms))}
	for k, p := range platforms {
		known := map[*sim.PhaseSampler]sim.Init{}
		for i := range s.functions {
			f := &s.functions[i]
			if on != nil && int(on[i]) != k || f.Outside {
				continue
			}
			if p.spec.size(f) {
				s.raised[k]++
			}
			if largest := p.spec.largest(); largest > 0 && f.Memory > largest {
				s.above[k]++
			}
			if err := p.seats(f); err != nil {
				return nil, err
			}
			if err := locate(f, p.location, known); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

// size gives a function the platform's memory, and reports whether that is more than
// it asked for because there is nothing smaller.
func (s *platformSpec) size(f *sim.Function) (raised bool) {
	asked := f.Memory
	f.Memory = s.memoryOf(f)
	return asked > 0 && s.MemoryScale == 1 && f.Memory > asked
}

// largest is the largest of the platform's sizes of memory, MiB; 0: it has any.
func (s *platformSpec) largest() int64 {
	if len(s.MemorySizes) == 0 {
		return 0
	}
	most, _ := s.MemorySizes[len(s.MemorySizes)-1].MiB() // each is larger than the one before
	return most
}

// catalog is what prices are taken from.
func (e *Env) catalog() (*costmodel.Catalog, error) {
	if e.Prices != nil {
		return e.Prices, nil
	}
	return costmodel.Load(e.Tariffs...)
}
