package traces

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/coldcurve/coldcurve/internal/folder"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// batchLen is how many invocations are handled at once where a trace is read
// for something else than a run.
const batchLen = 1024

// Convert writes an opened trace, as its options cut it, in another format:
// azure2021, csv, jsonl, mooncake or store. key keys what is random in it (azure2019's
// arrivals and durations). Traces of rows (all but store) have no place for the
// trace's length: where it is known, the report says that it is lost. Where the
// trace has a clock, their arrivals are absolute times; those of mooncake have none. azure2021 loses owner, trigger,
// memory, timeout and tokens, csv the blocks of tokens, mooncake all but arrivals, tokens and blocks.
func Convert(ctx context.Context, t *Trace, key sim.RunKey, to Destination) error {
	format, path, err := splitSpec(to.Spec, nil)
	if err != nil {
		return err
	}
	if format.Name == "store" {
		return t.writeStore(ctx, key, path, to.Replace)
	}
	rows, err := t.rows(format.Name)
	if err != nil {
		return fmt.Errorf("writing %s: %w", to.Spec, err)
	}
	if t.bounded {
		t.report.note("%s holds no length: read it with a horizon of %s, or convert to a store", format.Name, seconds(t.horizon))
	}
	if rows.loses != "" {
		t.report.note("%s holds no %s, which are lost", format.Name, rows.loses)
	}
	out, err := createSink(path, to)
	if err != nil {
		return err
	}
	set := make([]uint32, len(t.functions))
	for i := range set {
		set[i] = uint32(i)
	}
	r, err := newBatches(ctx, t, key, set)
	if err != nil {
		return out.finish(err)
	}
	err = t.writeRows(out, rows, r.next)
	return t.lacks(out.finish(errors.Join(err, r.close())), out.written(), r.seen)
}

// writeStore writes function by function, the heaviest first, which is the order
// in which a kernel asks for them.
func (t *Trace) writeStore(ctx context.Context, key sim.RunKey, path string, replace bool) error {
	if path == "-" {
		return errors.New("writing a store to -: a store is read in pieces, expected a file")
	}
	w, err := createStore(path, replace)
	if err != nil {
		return err
	}
	w.clock = t.clock
	order := make([]uint32, len(t.functions))
	for f := range t.functions {
		order[f] = w.Function(t.functions[f])
	}
	slices.SortStableFunc(order, func(f, g uint32) int { return cmp.Compare(t.counts[g], t.counts[f]) })
	var seen int64
	for _, f := range order {
		n, err := t.storeFunction(ctx, w, key, f)
		if seen += n; err != nil {
			return t.lacks(errors.Join(err, w.Abort()), w.offset, seen)
		}
	}
	length := t.horizon
	if !t.bounded {
		length = 0
	}
	err = w.Close(length)
	return folder.Lacks(err, "the trace", w.offset, true)
}

// storeFunction writes a function, and returns how many invocations it has read.
func (t *Trace) storeFunction(ctx context.Context, w *StoreWriter, key sim.RunKey, f uint32) (int64, error) {
	r, err := newBatches(ctx, t, key, []uint32{f})
	if err != nil {
		return 0, err
	}
	columns := t.Tokens()
	if t.side.of(t.from[f]) == nil {
		columns = nil
	}
	for {
		batch, err := r.next()
		if err == io.EOF {
			return r.seen, errors.Join(w.End(f), r.close())
		}
		if err != nil {
			return r.seen, errors.Join(err, r.close())
		}
		if err := w.addBatch(f, batch, columns); err != nil {
			return r.seen, errors.Join(err, r.close())
		}
	}
}

// addBatch adds invocations of a function, with their tokens where there are columns.
func (w *StoreWriter) addBatch(f uint32, batch []sim.Invocation, columns tokens.Columns) (err error) {
	for i := 0; i < len(batch) && err == nil; i++ {
		v := &batch[i]
		if columns == nil {
			err = w.Add(f, v.Arrival, v.Service)
		} else {
			err = w.AddRequest(f, v.Arrival, v.Service, columns.Tokens(v.Function, v.Attr, 0))
		}
	}
	return err
}

// batches reads a source to its end, as long as the context lives.
type batches struct {
	ctx    context.Context
	source sim.Source
	seen   int64
	buf    [batchLen]sim.Invocation
}

func newBatches(ctx context.Context, w sim.Workload, key sim.RunKey, set []uint32) (*batches, error) {
	s, err := w.Open(key, set)
	if err != nil {
		return nil, err
	}
	return &batches{ctx: ctx, source: s}, nil
}

func (b *batches) next() ([]sim.Invocation, error) {
	if err := b.ctx.Err(); err != nil {
		return nil, err
	}
	n, err := b.source.Next(b.buf[:])
	b.seen += int64(n)
	return b.buf[:n], err
}

func (b *batches) close() error {
	if c, ok := b.source.(io.Closer); ok {
		return c.Close()
	}
	return nil
}
