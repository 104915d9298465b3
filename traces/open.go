package traces

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"github.com/coldcurve/coldcurve/sim"
)

// Options say how a trace is opened. The zero value reads all of it, strictly.
type Options struct {
	DataDir  string    // a relative path is looked up here first; empty: not
	Beside   string    // and then here: the experiment's folder; empty: the working folder
	Stdin    io.Reader // what path "-" reads; nil: refused
	TempDir  string    // where files in the order of time are partitioned; empty: the system's
	Formats  []Format  // of other packages, beside those of this one
	Fields   string    // where what lies in the records of a log, for formats that ask
	Arrivals Arrivals  // where a count falls within its minute (azure2019); empty: uniform
	Lenient  bool      // skip, count and report malformed rows
	// Anonymous names functions by their rank in invocations, function-1 and on,
	// and numbers their apps and owners.
	Anonymous bool

	Start sim.Time // this time of the trace becomes 0; what arrives before it is left out
	// Horizon is the end of what is replayed, counted from Start: what arrives at
	// or after it is left out; where the trace ends before, nothing arrives in
	// the rest. 0: the trace's own end.
	Horizon sim.Time
	Sample  int // keep this many functions, by quantiles of their counts; 0: all
	// Scale multiplies the load; 0 is 1. For azure2019 the count of each
	// minute is multiplied, its fraction rounded up with that probability.
	// For the others, each invocation is kept with that probability below 1; above,
	// each is repeated so often (the fraction with that probability), and its
	// copies, of the same service, fall uniformly between it and the next of
	// its function.
	Scale float64

	// Context is the most tokens of a request, input and output together: one of
	// more is malformed. 0: any.
	Context int64
}

// backing is what holds a trace's invocations.
type backing interface {
	Functions() []sim.Function
	Counts() []int64
	Horizon() sim.Time // the trace's length; where it is not known, one nanosecond after the last arrival
	Close() error
	// source streams one function under another index. Times are the
	// trace's own; what arrives before start may be left out, and what
	// arrives at or after end too (end 0: nothing is). room is how much of
	// a file it may hold, in bytes.
	source(key sim.RunKey, function, as uint32, start, end sim.Time, room int) sim.Source
}

// opened is what a format's reader returns.
type opened struct {
	backing
	digest  string
	scaled  bool // the backing has applied Options.Scale
	bounded bool // Horizon is the trace's known length, not that of its last arrival
	clock   clock
	side    sideColumns // nil: no request has tokens
}

// request is what a format's reader is asked for.
type request struct {
	Options
	spec   string
	path   string // as the user wrote it
	format Format
	report *Report
}

type opener func(context.Context, *request) (*opened, error)

// Open opens a trace, "format:path". Path - is standard input. It returns a
// *NotFound where there is no such file, and a *Malformed in the chain of the
// error where the file is not what it should be.
func Open(ctx context.Context, spec string, o Options) (*Trace, error) {
	format, path, err := splitSpec(spec, o.Formats)
	if err != nil {
		return nil, err
	}
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("trace %s: %w", shown(spec), err)
	}
	report := &Report{Format: format.Name, Path: path}
	r := &request{Options: o, spec: spec, path: path, format: format, report: report}
	b, err := format.open(ctx, r)
	if err != nil {
		return nil, err
	}
	return r.trace(b)
}

// trace cuts what a format's reader returns as the options say.
func (r *request) trace(b *opened) (*Trace, error) {
	t, err := newTrace(b, r)
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return t, nil
}

func (o *Options) check() error {
	if o.Arrivals == "" {
		o.Arrivals = Uniform
	}
	if o.Scale == 0 {
		o.Scale = 1
	}
	if err := o.Arrivals.check(); err != nil {
		return err
	}
	switch {
	case o.Start < 0 || o.Horizon < 0:
		return errors.New("found a negative start or horizon, expected a time ≥ 0")
	case o.Start > sim.Longest || o.Horizon > sim.Longest:
		return fmt.Errorf("found start %s and horizon %s, expected at most ten years (%s)", seconds(o.Start), seconds(o.Horizon), seconds(sim.Longest))
	case o.Sample < 0:
		return fmt.Errorf("found a sample of %d functions, expected a number ≥ 1", o.Sample)
	case o.Context < 0:
		return fmt.Errorf("found a context of %d tokens, expected 1 or more", o.Context)
	case !(o.Scale > 0) || math.IsInf(o.Scale, 0) || o.Scale > 1e6:
		return fmt.Errorf("found scale %v, expected a number > 0 and ≤ 1e6", o.Scale)
	}
	return nil
}

// candidates are the places where a path is looked for.
func (r *request) candidates() []string {
	if filepath.IsAbs(r.path) {
		return []string{r.path}
	}
	var out []string
	if r.DataDir != "" {
		out = append(out, filepath.Join(r.DataDir, r.path))
	}
	return append(out, filepath.Join(r.Beside, r.path))
}

func (r *request) notFound(missed string) error {
	return &NotFound{Spec: r.spec, Format: r.format, Tried: r.candidates(), Missed: missed, Data: r.DataDir}
}

// file returns the path of a trace that is one file.
func (r *request) file() (string, error) {
	for _, p := range r.candidates() {
		info, err := os.Stat(p)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return "", fmt.Errorf("opening trace %s: %w", r.spec, err)
		case info.IsDir():
			return "", fmt.Errorf("opening trace %s: %s is a folder, expected a file", r.spec, p)
		default:
			return p, nil
		}
	}
	return "", r.notFound("")
}

// openStoreFormat opens the format store.
func openStoreFormat(_ context.Context, r *request) (*opened, error) {
	if r.path == "-" {
		return nil, fmt.Errorf("trace %s: a store is read in pieces, expected a file, not standard input", r.spec)
	}
	path, err := r.file()
	if err != nil {
		return nil, err
	}
	s, err := openStore(path, r.path)
	if err != nil {
		return nil, err
	}
	r.report.Files = []string{r.path}
	r.report.Rows = s.trailer.invocations
	if err := s.side.within(r); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return &opened{backing: s, digest: s.Digest(), bounded: s.trailer.bounded, clock: s.trailer.clock, side: s.side}, nil
}
