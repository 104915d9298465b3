package traces

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

// Trace is an opened trace, cut and sampled as its options say. Its methods
// may be called from several goroutines at the same time.
type Trace struct {
	backing   backing
	side      sideColumns // of the backing's functions; nil: no request has tokens
	functions []sim.Function
	from      []uint32 // index in the backing of each function
	counts    []int64
	horizon   sim.Time // of what is replayed
	clock     clock    // of its time 0
	bounded   bool     // the horizon is a known length, not that of the last arrival
	digest    string
	report    *Report
	start     sim.Time
	end       sim.Time // of its arrivals, in the backing's time
	scale     float64
	cut       bool // start or end cut something
	drawn     bool // of a workload: a request that names no blocks is known to share none
	pool      *sync.Pool
}

var _ sim.Workload = (*Trace)(nil)

func newTrace(b *opened, r *request) (*Trace, error) {
	t := &Trace{backing: b.backing, side: b.side, digest: b.digest, bounded: b.bounded || r.Horizon > 0, clock: b.clock.after(r.Start), report: r.report, start: r.Start, scale: r.Scale,
		pool: &sync.Pool{New: func() any { return new(window) }}}
	if b.scaled {
		t.scale = 1
	}
	t.end = b.Horizon()
	if r.Start > 0 && r.Start >= t.end {
		return nil, &Malformed{File: r.path, Problem: "the trace ends at " + seconds(t.end) + ", before the start at " + seconds(r.Start)}
	}
	if t.clock.known {
		r.report.note("its arrivals are absolute times, which are counted from the first: time 0 is %s%s", t.clock, fromStart(r.Start))
	}
	t.horizon = t.end - t.start
	if r.Horizon > t.horizon && b.bounded {
		r.report.note("the trace ends at %s, before the horizon of %s: nothing arrives in the rest", seconds(t.horizon), seconds(r.Horizon))
	}
	if r.Horizon > 0 {
		t.end = t.start + min(t.horizon, r.Horizon)
		t.horizon = r.Horizon
	}
	t.cut = r.Start > 0 || t.end < b.Horizon()
	if t.scale > 1 && b.side.shared() {
		r.report.note("a copy of a request has its tokens, and shares its whole prefix with it: more of a prefix cache is found than other requests would find")
	}
	t.choose(r)
	return t, nil
}

// fromStart says where time 0 is, if it is not the first arrival.
func fromStart(start sim.Time) string {
	if start == 0 {
		return ""
	}
	return ", the start at " + seconds(start)
}

// Decimal places between a unit of time that a file has and the nanosecond.
const (
	secondPlaces = 9
	milliPlaces  = 6
)

func seconds(t sim.Time) string { return string(decimal.Append(nil, t, secondPlaces)) + " s" }

// choose takes the functions that the sample keeps.
func (t *Trace) choose(r *request) {
	all, counts := t.backing.Functions(), t.backing.Counts()
	t.from = sampleByCount(all, counts, r.Sample)
	if r.Sample > len(all) {
		r.report.note("the trace has %d functions, fewer than the sample of %d: all are kept", len(all), r.Sample)
	}
	span := 1.0
	if t.cut && t.backing.Horizon() > 0 {
		span = float64(t.end-t.start) / float64(t.backing.Horizon())
	}
	for _, f := range t.from {
		fn := all[f]
		fn.Weight = float64(counts[f]) * r.Scale * span
		t.functions = append(t.functions, fn)
		t.counts = append(t.counts, counts[f])
	}
	if r.Anonymous {
		anonymise(t.functions, t.counts)
	}
}

// sampleByCount returns n function indices, ascending: those that stand at the
// middles of n equal parts of the list by (count, name), so that the sample
// has the popularity quantiles of the whole. 0, or n beyond all, keeps all.
func sampleByCount(functions []sim.Function, counts []int64, n int) []uint32 {
	order := make([]uint32, len(functions))
	for i := range order {
		order[i] = uint32(i)
	}
	if n == 0 || n >= len(functions) {
		return order
	}
	slices.SortFunc(order, func(a, b uint32) int {
		f, g := &functions[a], &functions[b]
		return cmp.Or(cmp.Compare(counts[a], counts[b]), strings.Compare(f.Owner, g.Owner),
			strings.Compare(f.App, g.App), strings.Compare(f.Name, g.Name), cmp.Compare(a, b))
	})
	out := make([]uint32, n)
	for i := range out {
		out[i] = order[(2*i+1)*len(order)/(2*n)]
	}
	slices.Sort(out)
	return out
}

// Functions implements sim.Workload. Weight is the expected number of
// invocations.
func (t *Trace) Functions() []sim.Function { return t.functions }

// Counts returns the number of invocations of each function in the whole
// trace, before Start, Horizon and Scale.
func (t *Trace) Counts() []int64 { return slices.Clone(t.counts) }

// Horizon is the end of what is replayed: nothing arrives at or after it. It is
// the one of the options; else the trace's own length, or, where that is not
// known (azure2021, csv, jsonl, and a store made from them), one nanosecond after
// the last arrival.
func (t *Trace) Horizon() sim.Time { return t.horizon }

// Digest is the SHA-256, in hex, of the decompressed content of the trace's
// files, or the content digest of a store. It does not depend on the options.
func (t *Trace) Digest() string { return t.digest }

// Report says what the reading met.
func (t *Trace) Report() *Report { return t.report }

// Close closes the files and removes temporary ones.
func (t *Trace) Close() error { return t.backing.Close() }

// Open implements sim.Workload. A source of a single function is the fast way.
// Sources are io.Closers: closing gives their buffers back.
func (t *Trace) Open(key sim.RunKey, set []uint32) (sim.Source, error) {
	if len(set) == 1 {
		return t.single(key, set[0], readMost), nil
	}
	return sim.Merge(t.parts(key, set)), nil
}

// readRoom is what the sources of a set may hold of a file together, in bytes,
// besides a block each: those that have more to read read more at once.
const readRoom = 64 << 20

// parts opens the functions of a set one by one.
func (t *Trace) parts(key sim.RunKey, set []uint32) []sim.Source {
	all := 1.0
	for _, f := range set {
		all += float64(t.counts[f])
	}
	parts := make([]sim.Source, len(set))
	for i, f := range set {
		parts[i] = t.single(key, f, int(readRoom*float64(t.counts[f])/all))
	}
	return parts
}

// single opens one function. room is how much of a file it may hold, in bytes.
func (t *Trace) single(key sim.RunKey, f uint32, room int) sim.Source {
	src := t.backing.source(key, t.from[f], f, t.start, t.end, room)
	if t.cut {
		w := t.pool.Get().(*window)
		w.source, w.trace, w.done = src, t, false
		src = w
	}
	if t.scale != 1 {
		src = newScaled(src, key, &t.functions[f], t.scale, t.horizon)
	}
	return src
}

// window cuts a source to [start, end) and moves start to 0.
type window struct {
	source sim.Source
	trace  *Trace
	done   bool
}

// Next implements sim.Source.
func (w *window) Next(buf []sim.Invocation) (int, error) {
	for !w.done {
		n, err := w.source.Next(buf)
		if err != nil {
			return 0, err
		}
		start, end := w.trace.start, w.trace.end
		if n > 0 && buf[n-1].Arrival >= end {
			w.done = true
		}
		kept := 0
		for _, v := range buf[:n] {
			if v.Arrival >= start && v.Arrival < end {
				v.Arrival -= start
				buf[kept] = v
				kept++
			}
		}
		if kept > 0 || len(buf) == 0 {
			return kept, nil
		}
	}
	return 0, io.EOF
}

// Close closes the source and gives the window back.
func (w *window) Close() error {
	if w.trace == nil {
		return nil
	}
	pool, src := w.trace.pool, w.source
	w.source, w.trace, w.done = nil, nil, true
	pool.Put(w)
	if c, ok := src.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// Cut returns a view of the trace that has what arrives in [from, to) of it,
// from 0 on. It reads what the trace reads, and ends with it: closing it does
// nothing.
func (t *Trace) Cut(from, to sim.Time) *Trace {
	cut := *t
	cut.start, cut.end = t.start+from, min(t.end, t.start+to)
	cut.clock = t.clock.after(from)
	cut.horizon, cut.bounded, cut.cut = to-from, true, true
	cut.backing = borrowed{t.backing}
	return &cut
}

// borrowed is a backing that another trace closes.
type borrowed struct{ backing }

// Close does nothing.
func (borrowed) Close() error { return nil }
