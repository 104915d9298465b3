package estimate

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/coldcurve/coldcurve/sim"
)

// peak is the most requests of one function that are in service at once, in any
// of so many replications, where none waits and none takes longer than in the load.
func (l *load) peak(ctx context.Context, in *Input, replications int) (most int, err error) {
	same := make([]float64, len(l.functions))
	for f := range same {
		same[f] = 1
	}
	workload := l.workload(l.functions, same)
	for n := range replications {
		for f := range l.functions {
			c, err := inService(ctx, workload, in.key(n), uint32(f))
			if err != nil {
				return 0, err
			}
			most = max(most, c.peak())
		}
	}
	return most, nil
}

// inService collects when the requests of a function are in service.
func inService(ctx context.Context, w sim.Workload, key sim.RunKey, f uint32) (c *concurrency, err error) {
	source, err := w.Open(key, []uint32{f})
	if err != nil {
		return nil, fmt.Errorf("reading the load: %w", err)
	}
	if open, ok := source.(io.Closer); ok {
		defer func() { err = errors.Join(err, open.Close()) }()
	}
	c = new(concurrency)
	buf := make([]sim.Invocation, 512)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, err := source.Next(buf)
		for i := range buf[:n] {
			v := &buf[i]
			c.from, c.to = append(c.from, v.Arrival), append(c.to, v.Arrival+v.Service)
		}
		if err == io.EOF {
			return c, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the load: %w", err)
		}
	}
}
