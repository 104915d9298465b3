package traces

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// The section of tokens holds, for each function in the order of their table, its
// columns: 0 where it has none, else sideTokens and what more there is; with
// sideBlocks the tokens of a block; then a row for each of its invocations, as
// varints: input, output; priority, zigzag; the number of its blocks, and each as
// the difference to the block before, zigzag.
const (
	sideTokens = 1 << iota
	sidePriority
	sideBlocks
)

// AddRequest adds an invocation as Add does, with what it asks of a language model.
// A function has it for all of its invocations or for none, and blocks of one
// extent.
func (w *StoreWriter) AddRequest(function uint32, arrival, service sim.Time, r tokens.Request) error {
	if problem := requestProblem(&r); problem != "" {
		return fmt.Errorf("writing store %s: function %s: %s", w.name, shown(w.functions[function].Name), problem)
	}
	if problem := w.side.of(function).problem(&r); problem != "" {
		return fmt.Errorf("writing store %s: function %s: %s", w.name, shown(w.functions[function].Name), problem)
	}
	if err := w.Add(function, arrival, service); err != nil {
		return err
	}
	w.side.add(function, &r)
	return nil
}

// requestProblem says what is wrong with a row.
func requestProblem(r *tokens.Request) string {
	switch {
	case r.Input < 1 || r.Output < 1:
		return fmt.Sprintf("found %d input and %d output tokens, expected at least 1 of each", r.Input, r.Output)
	case len(r.Blocks) > 0 && r.Extent < 1:
		return fmt.Sprintf("found blocks of %d tokens, expected at least 1", r.Extent)
	}
	return ""
}

// writeSide writes the section of tokens, and sums it.
func (w *StoreWriter) writeSide(t *trailer) {
	t.side = w.offset
	if w.side == nil || w.err != nil {
		return
	}
	for f := range w.functions {
		q := w.side.of(uint32(f))
		if q != nil && int64(q.input.len()) != w.held[f].count && w.err == nil {
			w.err = fmt.Errorf("writing store %s: function %s: found tokens of %d of its %d invocations, expected them of all or none",
				w.name, shown(w.functions[f].Name), q.input.len(), w.held[f].count)
		}
		b := q.appendHead(nil)
		for i := 0; q != nil && i < q.input.len(); i++ {
			if b = q.appendRow(b, i); len(b) > 1<<16 {
				w.sum(t, b)
				b = b[:0]
			}
		}
		w.sum(t, b)
	}
}

// sum writes a piece of the section.
func (w *StoreWriter) sum(t *trailer, b []byte) {
	t.sideSum = crc32.Update(t.sideSum, castagnoli, b)
	w.write(b)
}

func (q *requests) appendHead(b []byte) []byte {
	if q == nil {
		return append(b, 0)
	}
	kind := byte(sideTokens)
	if q.priority.len() > 0 {
		kind |= sidePriority
	}
	if q.ends == nil {
		return append(b, kind)
	}
	return binary.AppendUvarint(append(b, kind|sideBlocks), uint64(q.extent))
}

func (q *requests) appendRow(b []byte, i int) []byte {
	r := q.at(i)
	b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(r.Input)), uint64(r.Output))
	if q.priority.len() > 0 {
		b = binary.AppendVarint(b, int64(r.Priority))
	}
	if q.ends == nil {
		return b
	}
	b = binary.AppendUvarint(b, uint64(len(r.Blocks)))
	before := int64(0)
	for _, id := range r.Blocks {
		b = binary.AppendVarint(b, int64(id)-before)
		before = int64(id)
	}
	return b
}

// loadSide reads the section of tokens, which ends at the given offset. Its sum is
// checked before anything is made of it.
func (s *Store) loadSide(end int64) error {
	at, n := s.trailer.side, end-s.trailer.side
	if n == 0 || s.side != nil {
		return nil
	}
	h := crc32.New(castagnoli)
	if _, err := io.Copy(h, io.NewSectionReader(s.file, at, n)); err != nil {
		return s.bad(at, "reading the tokens: %v", err)
	}
	if h.Sum32() != s.trailer.sideSum {
		return s.bad(at, "the checksum of its tokens does not match")
	}
	in := &sideReader{r: bufio.NewReaderSize(io.NewSectionReader(s.file, at, n), 1<<16)}
	for f := range s.functions {
		if err := in.function(&s.side, uint32(f), s.counts[f]); err != nil {
			return s.bad(at, "function %d: damaged tokens: %v", f, err)
		}
	}
	if _, err := in.r.ReadByte(); err != io.EOF {
		return s.bad(at, "its tokens go on after its last function")
	}
	return nil
}

// sideReader takes values off the section of tokens.
type sideReader struct {
	r      *bufio.Reader
	blocks []uint32
	err    error
}

// function reads the columns of a function.
func (s *sideReader) function(into *sideColumns, f uint32, count int64) error {
	kind, err := s.r.ReadByte()
	switch {
	case err != nil:
		return cut(err)
	case kind == 0:
		return nil
	case kind&sideTokens == 0 || kind > sideTokens|sidePriority|sideBlocks || count == 0:
		return errors.New("they are of no known kind, or of a function without invocations")
	}
	extent := int32(0)
	if kind&sideBlocks != 0 {
		extent = s.number(1, math.MaxInt32)
	}
	for range count {
		r := tokens.Request{Input: s.number(1, math.MaxInt32), Output: s.number(1, math.MaxInt32), Extent: extent}
		if kind&sidePriority != 0 {
			v, err := binary.ReadVarint(s.r)
			s.check(err, v >= math.MinInt32 && v <= math.MaxInt32)
			r.Priority = int32(v)
		}
		if kind&sideBlocks != 0 {
			r.Blocks = s.ids()
		}
		if s.err != nil {
			return s.err
		}
		if problem := into.of(f).problem(&r); problem != "" {
			return errors.New(problem)
		}
		into.add(f, &r)
	}
	return nil
}

// ids reads the blocks of a row.
func (s *sideReader) ids() []uint32 {
	n, err := binary.ReadUvarint(s.r)
	s.check(err, n <= most)
	s.blocks = s.blocks[:0]
	before := int64(0)
	for ; n > 0 && s.err == nil; n-- {
		step, err := binary.ReadVarint(s.r)
		before += step
		s.check(err, before >= 0 && before <= math.MaxUint32 && step >= -math.MaxUint32)
		s.blocks = append(s.blocks, uint32(before))
	}
	return s.blocks
}

func (s *sideReader) number(least, most uint64) int32 {
	v, err := binary.ReadUvarint(s.r)
	s.check(err, v >= least && v <= most)
	return int32(v)
}

// check keeps the first error.
func (s *sideReader) check(err error, ok bool) {
	switch {
	case s.err != nil:
	case err != nil:
		s.err = cut(err)
	case !ok:
		s.err = errors.New("a value is out of range")
	}
}

// cut says that more was expected.
func cut(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
