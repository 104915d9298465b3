package logs

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/coldcurve/coldcurve/internal/folder"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

const (
	runLength   = 1 << 20  // requests sorted in memory, 24 MB
	recordSize  = 20       // bytes of a request in a run
	mergeMemory = 16 << 20 // bytes of the buffers of all runs
)

// record is a request to be replayed.
type record struct {
	at, service int64 // Unix ns; ns, unmeasured where it is not known
	function    int32
}

const unmeasured = -1

func compareRecords(a, b record) int {
	return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.function, b.function), cmp.Compare(a.service, b.service))
}

// sorter sorts requests by arrival: runs in a temporary file, which are merged
// when they are read.
type sorter struct {
	dir   string
	buf   []record
	file  *os.File
	path  string  // of a file that could not be removed while open
	runs  []int64 // their ends in the file
	count int64   // requests
	err   error
}

// add takes a request. A failure to write is kept for the end.
func (s *sorter) add(function int32, at int64, service sim.Time) {
	s.buf = append(s.buf, record{at, service, function})
	s.count++
	if len(s.buf) == runLength {
		s.flush()
	}
}

// flush writes what is gathered as a run.
func (s *sorter) flush() {
	slices.SortFunc(s.buf, compareRecords)
	if s.err == nil {
		s.err = s.write()
	}
	s.buf = s.buf[:0]
}

func (s *sorter) write() error {
	if s.file == nil {
		f, err := os.CreateTemp(s.dir, "coldcurve-*.runs")
		if err != nil {
			return fmt.Errorf("sorting requests: %w", err)
		}
		if os.Remove(f.Name()) != nil { // else gone even if the process is killed
			s.path = f.Name()
		}
		s.file = f
	}
	out := bufio.NewWriterSize(s.file, 1<<18)
	var b [recordSize]byte
	for _, r := range s.buf {
		binary.LittleEndian.PutUint64(b[0:], uint64(r.at))
		binary.LittleEndian.PutUint64(b[8:], uint64(r.service))
		binary.LittleEndian.PutUint32(b[16:], uint32(r.function))
		out.Write(b[:]) // its error is Flush's
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("sorting requests: %w", err)
	}
	from := int64(0)
	if n := len(s.runs); n > 0 {
		from = s.runs[n-1]
	}
	s.runs = append(s.runs, from+int64(len(s.buf))*recordSize)
	return nil
}

// run is a run being read.
type run struct {
	in   *bufio.Reader // nil: in memory
	rest []record
	head record
}

// next reads the next request.
func (r *run) next() error {
	if r.in == nil {
		if len(r.rest) == 0 {
			return io.EOF
		}
		r.head, r.rest = r.rest[0], r.rest[1:]
		return nil
	}
	var b [recordSize]byte
	if _, err := io.ReadFull(r.in, b[:]); err != nil {
		return err
	}
	r.head = record{int64(binary.LittleEndian.Uint64(b[0:])), int64(binary.LittleEndian.Uint64(b[8:])), int32(binary.LittleEndian.Uint32(b[16:]))}
	return nil
}

// merge holds the runs that are being read as a heap: no run's head comes
// before that of its parent, the one at (i−1)/2.
type merge []*run

// settle moves the run at i down to where it belongs.
func (m merge) settle(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(m); child++ {
			if compareRecords(m[child].head, m[least].head) < 0 {
				least = child
			}
		}
		if least == i {
			return
		}
		m[i], m[least] = m[least], m[i]
		i = least
	}
}

// open begins to read all runs.
func (s *sorter) open() (merge, error) {
	slices.SortFunc(s.buf, compareRecords)
	m := merge{{rest: s.buf}}
	from := int64(0)
	for _, end := range s.runs {
		size := max(4096, mergeMemory/len(s.runs))
		m = append(m, &run{in: bufio.NewReaderSize(io.NewSectionReader(s.file, from, end-from), size)})
		from = end
	}
	kept := m[:0]
	for _, r := range m {
		err := r.next()
		if err == nil {
			kept = append(kept, r)
		} else if err != io.EOF {
			return nil, err
		}
	}
	for i := len(kept)/2 - 1; i >= 0; i-- {
		kept.settle(i)
	}
	return kept, nil
}

// each calls take for every request in order.
func (s *sorter) each(ctx context.Context, take func(record) error) error {
	m, err := s.open()
	if err != nil {
		return fmt.Errorf("sorting requests: %w", err)
	}
	for n := 0; len(m) > 0; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r := m[0]
		if err := take(r.head); err != nil {
			return err
		}
		switch err := r.next(); err {
		case nil:
		case io.EOF:
			last := len(m) - 1
			m[0], m = m[last], m[:last]
		default:
			return fmt.Errorf("sorting requests: %w", err)
		}
		m.settle(0)
	}
	return nil
}

// close removes the file.
func (s *sorter) close() {
	if s.file != nil {
		s.file.Close()
		if s.path != "" {
			os.Remove(s.path)
		}
		s.file = nil
	}
}

// store writes the requests to a store, in the order of arrival, and says how
// much time they are of. Those without a duration are left out, unless none of
// their function has one and they are to be kept.
func (c *collector) store(ctx context.Context, o *Options, places []uint32) error {
	s, w, p := c.sorter, o.Store, &c.profile
	if s.err != nil {
		return folder.Lacks(s.err, "sorting them (TMPDIR names another folder for it)", s.count/runLength*runLength*recordSize, true)
	}
	for i := range p.Functions {
		f := &p.Functions[i]
		w.Function(f.Workload())
		f.Unmeasured = o.KeepUnmeasured && f.Warm.Count()+f.First.Count() == 0
	}
	var span span
	if o.Progress != nil {
		o.Progress.requests.Store(s.count)
	}
	err := s.each(ctx, func(r record) error {
		if span.add(r.at); o.Progress != nil && span.n%4096 == 0 {
			o.Progress.sorted.Store(span.n)
		}
		at, f := r.at-span.first, places[r.function]
		switch {
		case r.service >= 0:
		case p.Functions[f].Unmeasured:
			r.service = 0
		default:
			return nil
		}
		p.Stored++
		return w.Add(f, at, r.service)
	})
	if err != nil {
		return err
	}
	if span.n > 0 {
		w.SetEpoch(time.Unix(0, span.first))
	}
	p.Length, p.LengthOf = span.length()
	if window, cut := o.window(); cut && p.Length > window {
		p.Length, p.LengthOf = window, "as it was cut"
	}
	if least := span.last - span.first + 1; o.Span > 0 && span.n > 0 {
		if o.Span < least {
			return fmt.Errorf("reading logs: found arrivals over %s, expected them within the %s that the logs are said to be of", spec.Duration(least), spec.Duration(o.Span))
		}
		p.Length, p.LengthOf = o.Span, "as it was said"
	}
	return nil
}
