package logs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces"
)

// File is a log to read.
type File struct {
	Name     string // in messages, and what requests without a function are named after
	Function string // name of the requests that have none; empty: from Name
	Path     string // opened when its turn comes, where R is nil
	R        io.Reader
}

// Options say how logs are read. The zero value tells formats by content.
type Options struct {
	Format         string              // a name of Formats, for all files; empty: by content
	Fields         Fields              // where JSON lines have what; the zero value: by the names themselves
	Strict         bool                // a malformed line is an error, not counted
	MaxFunctions   int                 // functions told apart, at least 1; 0: 4096
	Store          *traces.StoreWriter // takes the requests for a replay; who made it closes it; nil: none
	From, To       time.Time           // requests before From, and at or after To, are left out; zero: none are
	Span           sim.Time            // how much time the logs are of, at most From to To; 0: by their arrivals, and at most that
	KeepUnmeasured bool                // store requests of functions without any duration, as of 0 ns
	TempDir        string              // where they are sorted; empty: the system's
	Anonymous      bool                // functions are named by number, the most requests first, and places by the log's number
	Progress       *Progress           // is told how far it is; nil: nobody looks

	repeats int // hashes of a generation; 0: repeatsMost
}

// reader is what a format's reader has of one file.
type reader struct {
	*collector
	ctx         context.Context
	file        string
	number      int    // of the file, from 1
	unnamed     string // the function of requests that have none
	took        int32  // its account, once there was one
	name        []byte // what the log itself said of following lines; may be empty
	mixed       bool   // it said more than one
	lastInit    uint64 // print of the last failed initialisation
	untimedInit bool   // it had no time
	calendar    calendar
	fields      *Fields
	strict      bool
	line        int64 // 0: a document
	value       int64 // of a document, the last at its top, from 1
	event       int64 // of a document, the last over all its values, from 1
	requests    int64
	entry       entry
	scratch     [2][]byte
	path        []byte // a method and a path
}

// Read reads logs to their end. It returns a *traces.Malformed in the chain of
// the error where a file is no log that it knows, is cut short, or, where
// Strict, has a malformed line; and an error where there is no request at all.
func Read(ctx context.Context, files []File, o Options) (*Profile, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	for i := range files {
		if name := files[i].Function; !isPlain(name) {
			return nil, fmt.Errorf("reading logs: %s", badName)
		}
	}
	c := newCollector(o.MaxFunctions)
	c.anonymous, c.repeats.most = o.Anonymous, o.repeats
	c.cutFrom, c.cutTo = o.From, o.To
	if o.Store != nil {
		c.sorter = &sorter{dir: o.TempDir}
		defer c.sorter.close()
	}
	for i := range files {
		if err := c.read(ctx, &files[i], i+1, &o); err != nil {
			return nil, err
		}
	}
	p := &c.profile
	if p.Requests == 0 {
		return nil, c.nothing(files)
	}
	places := c.finish()
	if c.sorter != nil {
		if err := c.store(ctx, &o, places); err != nil {
			return nil, err
		}
	}
	p.Caveats = c.caveats()
	return p, nil
}

func (o *Options) check() error {
	if o.MaxFunctions == 0 {
		o.MaxFunctions = 4096
	}
	if o.MaxFunctions < 1 || o.MaxFunctions > 1<<20 {
		return fmt.Errorf("reading logs: found a limit of %d functions, expected 1 to 1048576", o.MaxFunctions)
	}
	if !o.From.IsZero() && !o.To.IsZero() && !o.From.Before(o.To) {
		return fmt.Errorf("reading logs: found the end %s at or before the beginning %s, expected it after", o.To.UTC().Format(time.RFC3339), o.From.UTC().Format(time.RFC3339))
	}
	if window, cut := o.window(); cut && o.Span > window {
		return fmt.Errorf("reading logs: found %s that they are said to be of, expected at most the %s from %s to %s that are asked for",
			spec.Duration(o.Span), spec.Duration(window), o.From.UTC().Format(time.RFC3339), o.To.UTC().Format(time.RFC3339))
	}
	if o.Format == "" {
		return nil
	}
	_, err := findFormat(o.Format)
	return err
}

// window is the time that is asked for, where both its ends are.
func (o *Options) window() (length sim.Time, cut bool) {
	if o.From.IsZero() || o.To.IsZero() {
		return 0, false
	}
	return min(sim.Time(o.To.Sub(o.From)), sim.Longest), true
}

// nothing is the error for logs without a request.
func (c *collector) nothing(files []File) error {
	names := make([]string, len(files))
	for i := range files {
		names[i] = files[i].Name
	}
	if len(names) == 0 {
		return errors.New("reading logs: found no file, expected at least one")
	}
	c.lonely()
	detail := ""
	for _, m := range c.problems {
		detail += fmt.Sprintf("; %s: %s (first: %s)", plural(m.lines, "line"), string(m.problem), m.first)
	}
	for i, n := range c.counts {
		if n > 0 {
			detail += fmt.Sprintf("; %d × %s", n, counted[i])
		}
	}
	return fmt.Errorf("reading logs %s: found no request in %s, expected at least one%s",
		strings.Join(names, ", "), plural(c.profile.Lines, "line"), detail)
}

// read reads the file of that number.
func (c *collector) read(ctx context.Context, f *File, number int, o *Options) error {
	source := f.R
	if source == nil {
		file, err := os.Open(f.Path)
		if err != nil {
			return fmt.Errorf("reading logs: %w", err)
		}
		defer file.Close() // read only
		source = file
	}
	if o.Progress != nil {
		source = &countedReader{source, o.Progress}
	}
	in, err := traces.Decompress(source, f.Name)
	if err != nil {
		return err
	}
	r := &reader{collector: c, ctx: ctx, file: f.Name, number: number, unnamed: f.Function, fields: &o.Fields, strict: o.Strict}
	if r.unnamed == "" {
		r.unnamed = unnamed(f.Name)
	}
	before := c.profile.Missing.Function
	format, body, err := r.open(in, o.Format)
	if err == nil && format != nil {
		err = format.read(r, body)
	}
	if closed := in.Close(); err == nil { // a broken stream says so twice
		err = closed
	}
	if err != nil {
		return err
	}
	if format != nil {
		c.profile.Files = append(c.profile.Files, FileRead{f.Name, format.Name, r.requests})
	}
	if c.profile.Missing.Function > before {
		c.took(r.took)
	}
	c.profile.Lines += r.line + r.event
	return nil
}

// each calls take for every line.
func (r *reader) each(in io.Reader, take func(line []byte) problem) error {
	l := newLines(in)
	for {
		b, err := l.next()
		if err != nil {
			r.counts[countLong] += l.long
			if err == io.EOF {
				return nil
			}
			return err
		}
		r.line = l.line
		if r.line%4096 == 0 {
			if err := r.ctx.Err(); err != nil {
				return err
			}
		}
		if p := take(b); p != "" {
			if err := r.skip(p); err != nil {
				return err
			}
		}
	}
}

// begin empties the entry for the next request.
func (r *reader) begin() *entry {
	r.entry = entry{}
	return &r.entry
}

// unquoted is unquote with one of the reader's own buffers.
func (r *reader) unquoted(buffer int, v []byte) ([]byte, bool) {
	out, ok := unquote(r.scratch[buffer], v)
	if ok && bytes.IndexByte(v, '\\') >= 0 {
		r.scratch[buffer] = out[:0]
	}
	return out, ok
}

// skip counts a malformed line, or is the error where that is asked for.
func (r *reader) skip(p problem) error {
	if r.strict {
		return r.bad(string(p))
	}
	r.profile.Skipped++
	for i := range r.problems {
		if r.problems[i].problem == p {
			r.problems[i].lines++
			return nil
		}
	}
	r.problems = append(r.problems, problemCount{p, 1, r.place()})
	return nil
}

// place is where the reader stands: file:line, or the event of a document.
func (r *reader) place() string {
	file := r.file
	if r.anonymous {
		file = fmt.Sprintf("log %d", r.number)
	}
	if r.line > 0 {
		return fmt.Sprintf("%s:%d", file, r.line)
	}
	return fmt.Sprintf("%s: event %d", file, r.event)
}

func (r *reader) bad(text string) error {
	m := &traces.Malformed{File: r.file, Line: r.line, Problem: text}
	if r.line == 0 && r.event > 0 {
		m.Problem = fmt.Sprintf("event %d: %s", r.event, text)
	}
	return m
}

// fatal is an error of a document that cannot be read on.
func (r *reader) fatal(err error) error {
	at := "at its start"
	if r.value > 0 {
		at = fmt.Sprintf("after value %d", r.value)
	}
	return &traces.Malformed{File: r.file, Problem: fmt.Sprintf("%s: %v", at, err)}
}

// stop is the error that ended a value.
func (r *reader) stop(err error) error {
	switch {
	case err == io.EOF, errors.Is(err, errEnds):
		return r.fatal(errEnds)
	case errors.Is(err, errTooBig):
		return r.fatal(errTooBig)
	}
	return err
}
