package logs

import (
	"io"
	"sync/atomic"
)

// Progress is how far the reading of logs is. It may be read at any time from
// any goroutine.
type Progress struct{ bytes, sorted, requests atomic.Int64 }

// Bytes returns how many bytes of the files have been read, as they lie there:
// of a compressed file compressed ones.
func (p *Progress) Bytes() int64 { return p.bytes.Load() }

// Sorted returns how many requests are in order, and of how many: 0 until all
// files have been read.
func (p *Progress) Sorted() (done, total int64) { return p.sorted.Load(), p.requests.Load() }

// countedReader tells a Progress what is read.
type countedReader struct {
	io.Reader
	p *Progress
}

// Read implements io.Reader.
func (c *countedReader) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.p.bytes.Add(int64(n))
	return n, err
}
