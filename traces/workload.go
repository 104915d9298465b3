package traces

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// OpenWorkload opens a workload's invocations up to the horizon in one run, with their
// tokens, as a trace. epoch is when time 0 is; nil: it has no clock. The spec is what messages
// call it; tempDir is where it is parted, empty the system's.
func OpenWorkload(ctx context.Context, spec string, w sim.Workload, key sim.RunKey, horizon sim.Time, epoch *time.Time, tempDir string) (*Trace, error) {
	columns := tokens.Of(w, key.Seed, key.Replication)
	t, err := OpenForeign(ctx, spec, Options{TempDir: tempDir}, func(ctx context.Context, to *StoreWriter) (*Recording, error) {
		if epoch != nil {
			to.SetEpoch(*epoch)
		}
		functions := w.Functions()
		for i := range functions {
			f := to.Function(functions[i])
			if err := copyFunction(ctx, to, w, key, f, columns); err != nil {
				return nil, err
			}
		}
		return &Recording{Functions: functions, Length: horizon}, nil
	})
	if err != nil {
		return nil, err
	}
	t.drawn = true
	return t, nil
}

// copyFunction adds a function's invocations. It has tokens where its first one has.
func copyFunction(ctx context.Context, to *StoreWriter, w sim.Workload, key sim.RunKey, f uint32, columns tokens.Columns) error {
	r, err := newBatches(ctx, w, key, []uint32{f})
	if err != nil {
		return err
	}
	for {
		batch, err := r.next()
		if err == io.EOF {
			return errors.Join(to.End(f), r.close())
		}
		if err == nil && columns != nil && r.seen == int64(len(batch)) && columns.Tokens(f, batch[0].Attr, 0).Input == 0 {
			columns = nil
		}
		if err == nil {
			err = to.addBatch(f, batch, columns)
		}
		if err != nil {
			return errors.Join(err, r.close())
		}
	}
}
