package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/coldcurve/coldcurve/traces/logs"
)

// patientBuffer is how much a patient reader reads at once.
const patientBuffer = 1 << 17

// patient reads what may come late or never, for as long as its context lives:
// a read of a pipe cannot be called back, so it is left behind with a buffer of
// its own.
type patient struct {
	ctx  context.Context
	r    io.Reader
	buf  []byte
	left []byte // read and not yet handed over
	err  error
}

// Read implements io.Reader.
func (p *patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	if len(p.left) == 0 && p.err == nil {
		if err := p.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(b, p.left)
	p.left = p.left[n:]
	if len(p.left) == 0 && n == 0 {
		return 0, p.err
	}
	return n, nil
}

// fill reads once, and waits for it.
func (p *patient) fill() error {
	if p.buf == nil {
		p.buf = make([]byte, patientBuffer)
	}
	type taken struct {
		n   int
		err error
	}
	came := make(chan taken, 1)
	go func(buf []byte) {
		n, err := p.r.Read(buf)
		came <- taken{n, err}
	}(p.buf)
	select {
	case t := <-came:
		p.left, p.err = p.buf[:t.n], t.err
		return nil
	case <-p.ctx.Done():
		return p.ctx.Err()
	}
}

// openPipes opens those of the logs that are no regular files, to be read for as
// long as a context lives; done closes them.
func openPipes(ctx context.Context, files []logs.File) (done func(), err error) {
	var open []*os.File
	done = func() {
		for _, f := range open {
			_ = f.Close() // read only
		}
	}
	for i := range files {
		info, err := os.Stat(files[i].Path)
		if files[i].R != nil || err != nil || info.Mode().IsRegular() {
			continue
		}
		f, err := openUntil(ctx, files[i].Path)
		if err != nil {
			return done, fmt.Errorf("reading logs: %w", err)
		}
		open = append(open, f)
		files[i].R = &patient{ctx: ctx, r: f}
	}
	return done, nil
}

// openUntil opens a file: that of a pipe waits for its other end.
func openUntil(ctx context.Context, name string) (*os.File, error) {
	type opened struct {
		f   *os.File
		err error
	}
	came := make(chan opened, 1)
	go func() {
		f, err := os.Open(name)
		came <- opened{f, err}
	}()
	select {
	case o := <-came:
		return o.f, o.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
