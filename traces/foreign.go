package traces

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/coldcurve/coldcurve/internal/folder"
	"github.com/coldcurve/coldcurve/sim"
)

// Foreign reads a format of another package, a log's: it adds its requests to
// a store, function by function or in the order of time, and says what it met.
type Foreign func(ctx context.Context, in *Found, w *StoreWriter) (*Recording, error)

// Found is where the files of such a trace are.
type Found struct {
	Options
	Name string // the path as the user wrote it
	Path string // a file, a folder or a pattern that some files match; "-": Options.Stdin
}

// Recording is what was read.
type Recording struct {
	// Functions are those that were added to the writer, in that order, with
	// what a store does not keep of them: Init, Cold.
	Functions []sim.Function
	Length    sim.Time // of the trace; 0: not known
	Files     []string
	Rows      int64 // skipped ones included
	Skipped   int64
	Notes     []string
}

// OpenForeign opens what read writes as a trace, cut as the options say. The
// spec is what messages call it.
func OpenForeign(ctx context.Context, spec string, o Options, read func(context.Context, *StoreWriter) (*Recording, error)) (*Trace, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("trace %s: %w", shown(spec), err)
	}
	r := &request{Options: o, spec: spec, path: spec, report: &Report{Path: spec}}
	b, err := r.foreign(ctx, read)
	if err != nil {
		return nil, err
	}
	return r.trace(b)
}

// openForeign opens a format of another package.
func openForeign(ctx context.Context, r *request) (*opened, error) {
	place, err := r.place()
	if err != nil {
		return nil, err
	}
	in := &Found{Options: r.Options, Name: r.path, Path: place}
	return r.foreign(ctx, func(ctx context.Context, w *StoreWriter) (*Recording, error) { return r.format.Read(ctx, in, w) })
}

// place is the first of the candidates at which there is something.
func (r *request) place() (string, error) {
	if r.path == "-" {
		if r.Stdin == nil {
			return "", fmt.Errorf("trace %s: there is no standard input here, expected a file", r.spec)
		}
		return r.path, nil
	}
	for _, p := range r.candidates() {
		if _, err := os.Stat(p); err == nil {
			return p, nil
		}
		if found, err := filepath.Glob(p); err == nil && len(found) > 0 {
			return p, nil
		}
	}
	return "", r.notFound("")
}

// foreign reads into a private store.
func (r *request) foreign(ctx context.Context, read func(context.Context, *StoreWriter) (*Recording, error)) (*opened, error) {
	var rec *Recording
	store, err := r.private(func(w *StoreWriter) (err error) {
		if rec, err = read(ctx, w); err == nil {
			err = w.Close(rec.Length)
		}
		return folder.LacksMore(err, r.parting(), w.offset)
	})
	if err != nil {
		return nil, err
	}
	if len(rec.Functions) != len(store.functions) {
		return nil, errors.Join(fmt.Errorf("trace %s: %d functions are described, of %d", r.spec, len(rec.Functions), len(store.functions)), store.Close())
	}
	store.functions = rec.Functions
	r.report.Files, r.report.Rows, r.report.Skipped = rec.Files, rec.Rows, rec.Skipped
	r.report.notes = append(r.report.notes, rec.Notes...)
	return &opened{backing: store, digest: digestWith(store.Digest(), rec.Functions), bounded: rec.Length > 0, clock: store.trailer.clock, side: store.side}, nil
}

// digestWith is the digest of a store with what it does not keep of its
// functions and a run draws from: each of these distributions at many points.
func digestWith(store string, functions []sim.Function) string {
	const points = 1 << 10
	h := sha256.New()
	h.Write([]byte(store))
	sample := func(f int, what string, s sim.Sampler) {
		fmt.Fprintf(h, "\n%d %s", f, what)
		for i := range points {
			fmt.Fprintf(h, " %d", s.Sample((float64(i)+0.5)/points))
		}
	}
	for f := range functions {
		for _, p := range functions[f].Init {
			sample(f, fmt.Sprint("init ", p.Phase), p.Duration)
		}
		if s := functions[f].Cold; s != nil {
			sample(f, "cold", s)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
