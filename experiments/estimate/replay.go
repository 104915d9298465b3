package estimate

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
	asked "github.com/coldcurve/coldcurve/sim/tokens"
	"github.com/coldcurve/coldcurve/traces"
)

// replay is the load of a log: its own arrivals and durations, from the log's
// start or another time on and around its end to where it began. Its last part
// comes once more before it, as a warm-up.
//
// A factor below 1 on the load keeps each request with that probability. A
// factor above 1 lays copies of the log over it, each shifted around by another
// part of an hour, of which the last is thinned: bursts are as high as the
// log's, and more of them.
type replay struct {
	trace   *traces.Trace
	from    []uint32           // index in the trace of each function
	drawn   []sim.Sampler      // durations where the log has none of a function; nil: the log's
	resized []float64          // factor on the log's durations of each function
	rows    [][]sim.Invocation // of each function, where the log is small; nil: they are read from the trace
	copies  []logCopy
}

// logCopy is the log once, in pieces that follow each other.
type logCopy struct {
	pieces []piece
	keep   float64 // the probability of a request
	number uint32  // of the copy, from 0
}

// piece is a cut of the log that is played from a time on.
type piece struct{ from, to, at sim.Time }

// stretch is a part of a log, [from, to), that is played from a time on.
type stretch struct{ from, to, at sim.Time }

// newCopies lays a log over itself so often. The stretches say what is played
// when; they may begin before the log's start: what is there is its end.
func newCopies(length sim.Time, factor float64, stretches []stretch) (out []logCopy) {
	const golden = 0.6180339887498949 // its multiples are spread evenly over 0 to 1
	whole := int(factor)
	for i := range whole + 1 {
		c := logCopy{keep: 1, number: uint32(i)}
		if i == whole {
			if c.keep = factor - float64(whole); c.keep == 0 {
				break
			}
		}
		_, part := math.Modf(float64(i) * golden)
		shift := sim.Time(part * float64(min(length, sim.Hour)))
		for _, s := range stretches {
			for from, to, at := s.from-shift, s.to-shift, s.at; from < to; {
				turn := from - (from%length+length)%length // start of this turn of the log
				end := min(to, turn+length)
				c.pieces = append(c.pieces, piece{from - turn, end - turn, at})
				from, at = end, at+end-from
			}
		}
		out = append(out, c)
	}
	return out
}

// workload is the load on functions as a platform has them, of which durations
// are so many times what they are.
func (r *replay) workload(functions []sim.Function, factors []float64) sim.Workload {
	return &replayed{r, functions, factors}
}

// replayed is a replay with the functions of a platform.
type replayed struct {
	*replay
	functions []sim.Function
	factors   []float64
}

// Functions implements sim.Workload.
func (w *replayed) Functions() []sim.Function { return w.functions }

// Tokens implements tokens.Source.
func (w *replayed) Tokens() asked.Columns {
	of := w.trace.Tokens()
	if of == nil {
		return nil
	}
	return replayedColumns{of, w.from}
}

// replayedColumns are the columns of a trace, of which functions are played.
type replayedColumns struct {
	of   asked.Columns
	from []uint32
}

// Tokens implements asked.Columns.
func (c replayedColumns) Tokens(function, attr uint32, key uint64) asked.Request {
	return c.of.Tokens(c.from[function], attr, key)
}

// Shared implements asked.Sharing.
func (c replayedColumns) Shared() bool {
	of, ok := c.of.(asked.Sharing)
	return ok && of.Shared()
}

// Open implements sim.Workload.
func (w *replayed) Open(key sim.RunKey, set []uint32) (sim.Source, error) {
	sources := make([]sim.Source, len(set))
	for i, f := range set {
		copies := make([]sim.Source, len(w.copies))
		for c := range w.copies {
			copies[c] = &copySource{load: w, copy: &w.copies[c], key: key, function: f,
				factor: w.factors[f] * w.resized[f],
				keep:   sim.NewStream(key, sim.PurposeSample, w.functions[f].Key()),
				serve:  sim.NewStream(key, sim.PurposeService, w.functions[f].Key())}
		}
		sources[i] = sim.Merge(copies)
	}
	return sim.Merge(sources), nil
}

// copySource yields the requests of one function in a copy of the log.
type copySource struct {
	load     *replayed
	copy     *logCopy
	key      sim.RunKey
	function uint32
	factor   float64
	keep     sim.Stream
	serve    sim.Stream

	next   int // piece
	source sim.Source
	part   rowSource
	same   uint32   // requests so far at the last time in the log
	last   sim.Time // that time
}

// open begins the next piece.
func (s *copySource) open() (err error) {
	p := &s.copy.pieces[s.next]
	s.next, s.last = s.next+1, -1
	if s.load.rows == nil {
		s.source, err = s.load.trace.Cut(p.from, p.to).Open(s.key, []uint32{s.load.from[s.function]})
		return err
	}
	rows := s.load.rows[s.function]
	before := func(v sim.Invocation, at sim.Time) int { return cmp.Compare(v.Arrival, at) }
	first, _ := slices.BinarySearchFunc(rows, p.from, before)
	end, _ := slices.BinarySearchFunc(rows, p.to, before)
	s.part = rowSource{rows[first:end], p.from}
	s.source = &s.part
	return nil
}

// rowSource yields rows from a time on.
type rowSource struct {
	rows []sim.Invocation
	from sim.Time
}

// Next implements sim.Source.
func (r *rowSource) Next(buf []sim.Invocation) (int, error) {
	n := copy(buf, r.rows)
	if n == 0 && len(buf) > 0 {
		return 0, io.EOF
	}
	r.rows = r.rows[n:]
	for i := range buf[:n] {
		buf[i].Arrival -= r.from
	}
	return n, nil
}

// Next implements sim.Source.
func (s *copySource) Next(buf []sim.Invocation) (int, error) {
	for {
		if s.source == nil {
			if s.next == len(s.copy.pieces) {
				return 0, io.EOF
			}
			if err := s.open(); err != nil {
				return 0, err
			}
		}
		n, err := s.source.Next(buf)
		if err == io.EOF {
			if err := s.Close(); err != nil {
				return 0, err
			}
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("reading the log again: %w", err)
		}
		if n = s.take(buf[:n]); n > 0 {
			return n, nil
		}
	}
}

// take moves what was read to where it is played, and keeps what is kept.
func (s *copySource) take(read []sim.Invocation) (n int) {
	p := &s.copy.pieces[s.next-1]
	drawn := s.load.drawn[s.function]
	for _, v := range read {
		at := p.from + v.Arrival
		if at != s.last {
			s.last, s.same = at, 0
		}
		// Who it is does not depend on the piece in which it is played, so that
		// a warm-up is what the log's end is.
		who := sim.MadeKey(uint64(at), s.same, s.copy.number)
		s.same++
		if s.copy.keep < 1 && s.keep.Uniform(who) >= s.copy.keep {
			continue
		}
		v.Arrival += p.at
		v.Function = s.function
		if drawn != nil {
			v.Service = drawn.Sample(s.serve.Uniform(who))
		}
		if s.factor != 1 {
			v.Service = sim.Time(math.Round(float64(v.Service) * s.factor))
		}
		read[n] = v
		n++
	}
	return n
}

// Close implements io.Closer.
func (s *copySource) Close() error {
	source := s.source
	s.source = nil
	if c, ok := source.(io.Closer); ok {
		return c.Close()
	}
	return nil
}
