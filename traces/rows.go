package traces

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// rowReader reads rows in the order of time into a sink.
type rowReader func(ctx context.Context, lines *lineReader, sink *rowSink) error

// jitter is how far a start that is a difference of two printed floats may lie
// before the one it follows: at 10^6 s a float64 resolves 10^-10 s.
const jitter = sim.Microsecond

// rowSink takes the rows of a trace, checks what holds for all formats, and
// partitions them.
type rowSink struct {
	request   *request
	functions *registry
	store     *StoreWriter
	last      sim.Time                 // as written
	tolerance sim.Time                 // how far an arrival may go back and be moved
	clock     clock                    // of absolute arrivals
	begun     bool                     // there is a first row
	chains    map[uint32]*tokens.Chain // of the blocks that a function's rows name
}

// add takes a row.
func (s *rowSink) add(l *lineReader, v *row) error {
	f, problem := s.functions.lookup(v)
	if problem != "" {
		return l.bad("names or attributes that cannot be used", "%s", problem)
	}
	if v.arrival < s.last {
		if s.last-v.arrival > s.tolerance {
			return l.bad("arrivals before the row before", "found arrival %s after %s, expected rows in the order of arrival",
				seconds(v.arrival), seconds(s.last))
		}
		s.request.report.apply("a start up to 1 µs before the row before, the rounding of floats: moved to it", 1)
		v.arrival = s.last
	}
	c := s.clock
	if !s.begun {
		c = clockOf(v.arrival)
	}
	arrival := v.arrival - c.epoch
	switch {
	case c.epoch > epochMost:
		return l.bad("times out of range", "found arrival %s, expected a Unix time in seconds, before the year 2252", seconds(v.arrival))
	case arrival >= sim.Longest:
		return l.bad("times out of range", "found arrival %s, %s after the start of the trace, expected less than ten years (%s)",
			seconds(v.arrival), seconds(arrival), seconds(sim.Longest))
	case v.service > sim.Longest:
		return l.bad("times out of range", "found a duration of %s, expected at most ten years (%s)", seconds(v.service), seconds(sim.Longest))
	}
	if v.tokens.Input > 0 || s.store.side != nil {
		if kind, problem := s.tokens(f, v); problem != "" {
			return l.bad(kind, "%s", problem)
		}
	}
	s.last, s.clock, s.begun = v.arrival, c, true
	if v.tokens.Input > 0 {
		return s.store.AddRequest(f, arrival, v.service, v.tokens)
	}
	return s.store.Add(f, arrival, v.service)
}

// tokens checks what a row asks of a language model, where it or another row does.
func (s *rowSink) tokens(f uint32, v *row) (kind, problem string) {
	q := s.store.side.of(f)
	switch {
	case q != nil && v.tokens.Input == 0:
		return "tokens in some rows of a function only", "found no tokens, expected them as in the function's rows before"
	case v.tokens.Input == 0:
		return "", ""
	case q == nil && s.store.count(f) > 0:
		return "tokens in some rows of a function only", "found tokens, expected none as in the function's rows before"
	}
	if problem := beyond(&v.tokens, s.request.Context); problem != "" {
		return "more tokens than the context", problem
	}
	if problem := q.problem(&v.tokens); problem != "" {
		return "blocks of another size", problem
	}
	return "blocks that follow another block than before", s.chain(f, v.tokens.Blocks)
}

// chain checks that blocks follow each other as they did before.
func (s *rowSink) chain(f uint32, blocks []uint32) (problem string) {
	if len(blocks) == 0 {
		return ""
	}
	c := s.chains[f]
	if c == nil {
		if s.chains == nil {
			s.chains = map[uint32]*tokens.Chain{}
		}
		c = new(tokens.Chain)
		s.chains[f] = c
	}
	return c.Add(blocks)
}

// each calls read for every line, and skips and counts where lenient.
func (s *rowSink) each(ctx context.Context, l *lineReader, read func(line []byte, v *row) error) error {
	var v row
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		line, err := l.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		s.request.report.Rows++
		if err = read(line, &v); err == nil && !v.left {
			err = s.add(l, &v)
		}
		if err != nil {
			if err = s.request.report.skip(err, s.request.Lenient); err != nil {
				return err
			}
		}
	}
}

// openRows partitions a file of rows, in the order of time, into a private store.
func openRows(ctx context.Context, r *request) (*opened, error) {
	in, err := r.input()
	if err != nil {
		return nil, err
	}
	store, digest, err := partition(ctx, r, in)
	if err = errors.Join(err, in.Close()); err != nil {
		if store != nil {
			store.Close()
		}
		return nil, err
	}
	if r.Arrivals != Uniform {
		r.report.note("arrivals = %q has no meaning for %s, whose arrivals are exact", r.Arrivals, r.format.Name)
	}
	if store.trailer.invocations == 0 {
		r.report.note("the trace has no invocations")
	}
	return &opened{backing: store, digest: digest, clock: store.trailer.clock, side: store.side}, nil
}

// input opens the file or standard input.
func (r *request) input() (*stream, error) {
	name := r.path
	if r.path == "-" {
		if r.Stdin == nil {
			return nil, fmt.Errorf("trace %s: there is no standard input here, expected a file", r.spec)
		}
		r.report.Files = []string{"standard input"}
		return newStream(r.Stdin, "standard input")
	}
	path, err := r.file()
	if err != nil {
		return nil, err
	}
	r.report.Files = []string{name}
	return openStream(path, name)
}

// hashed sums what is read through it.
type hashed struct {
	r io.Reader
	h hash.Hash
}

func (h *hashed) Read(p []byte) (int, error) {
	n, err := h.r.Read(p)
	h.h.Write(p[:n])
	return n, err
}

// partition reads the rows to their end.
func partition(ctx context.Context, r *request, in *stream) (*Store, string, error) {
	sum := sha256.New()
	store, err := r.private(func(w *StoreWriter) error {
		lines := newLineReader(&hashed{in, sum}, in.name)
		sink := &rowSink{request: r, store: w, functions: newRegistry(w.Function)}
		err := r.format.rows(ctx, lines, sink)
		if err == nil {
			w.clock = sink.clock
			err = w.Close(0)
		}
		return r.lacks(err, w.offset, in)
	})
	return store, hex.EncodeToString(sum.Sum(nil)), err
}

// private opens a store of the trace's own, which write writes and closes. It
// is gone when it is closed, or the program ends.
func (r *request) private(write func(*StoreWriter) error) (*Store, error) {
	file, err := os.CreateTemp(r.TempDir, "coldcurve-*.store")
	if err != nil {
		return nil, fmt.Errorf("partitioning trace %s: %w", r.spec, err)
	}
	s := &Store{file: file, name: "for " + r.spec, remove: file.Name()}
	if os.Remove(file.Name()) == nil { // gone even if the process is killed
		s.remove = ""
	}
	w := newStoreWriter(file, s.name)
	if err = write(w); err == nil {
		s.side = w.side // as they are, without reading them back
		err = s.load(w.offset)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// header returns the first line of a CSV file and its fields.
func (l *lineReader) header(want string) ([][]byte, error) {
	line, err := l.next()
	if err == io.EOF {
		return nil, (&Malformed{File: l.file, Problem: fmt.Sprintf("the file is empty, expected a header: %s", want)}).at(0)
	}
	if err != nil {
		return nil, err
	}
	var s splitter
	fields, problem := s.split(line)
	if problem != "" {
		return nil, l.bad("", "%s", problem)
	}
	return fields, nil
}
