package sim

import (
	"errors"
	"io"
)

// mergeBuffer is how many invocations Merge reads ahead of each source: 20,000
// open functions then take 30 MB.
const mergeBuffer = 64

// Merge returns the invocations of several sources in the order of (arrival,
// place of the source in the slice). Given one source a function, in ascending
// order of the functions, that is the order that a Source promises.
func Merge(sources []Source) Source {
	if len(sources) == 1 {
		return sources[0]
	}
	m := &merged{cursors: make([]cursor, len(sources))}
	for i, s := range sources {
		m.cursors[i].source = s
	}
	return m
}

type cursor struct {
	source Source
	buf    []Invocation
	next   int
}

// refill makes the cursor stand on an invocation, or returns io.EOF.
func (c *cursor) refill() error {
	if c.buf == nil {
		c.buf = make([]Invocation, mergeBuffer)
	}
	n, err := c.source.Next(c.buf[:mergeBuffer])
	c.buf, c.next = c.buf[:n], 0
	if n > 0 {
		return nil
	}
	if err == nil {
		return io.ErrNoProgress
	}
	return err
}

// head is a source's next arrival, in the merge's heap.
type head struct {
	at    Time
	index uint32
}

func (a head) before(b head) bool { return a.at < b.at || a.at == b.at && a.index < b.index }

type merged struct {
	cursors []cursor
	heap    []head // 4-ary; a busy source stays near its root
	started bool
}

func (m *merged) start() error {
	m.started = true
	for i := range m.cursors {
		c := &m.cursors[i]
		if err := c.refill(); err == io.EOF {
			continue
		} else if err != nil {
			return err
		}
		m.heap = append(m.heap, head{c.buf[0].Arrival, uint32(i)})
	}
	for i := len(m.heap) - 1; i >= 0; i-- {
		m.sift(i, m.heap[i])
	}
	return nil
}

// sift puts h where it belongs at or below place i.
func (m *merged) sift(i int, h head) {
	n := len(m.heap)
	for {
		child := 4*i + 1
		if child >= n {
			break
		}
		least := child
		for c := child + 1; c < min(child+4, n); c++ {
			if m.heap[c].before(m.heap[least]) {
				least = c
			}
		}
		if !m.heap[least].before(h) {
			break
		}
		m.heap[i] = m.heap[least]
		i = least
	}
	m.heap[i] = h
}

// Next implements Source.
func (m *merged) Next(buf []Invocation) (int, error) {
	if !m.started {
		if err := m.start(); err != nil {
			return 0, err
		}
	}
	for n := range buf {
		if len(m.heap) == 0 {
			if n == 0 {
				return 0, io.EOF
			}
			return n, nil
		}
		top := m.heap[0].index
		c := &m.cursors[top]
		buf[n] = c.buf[c.next]
		c.next++
		if c.next == len(c.buf) {
			if err := c.refill(); err == io.EOF {
				last := len(m.heap) - 1
				h := m.heap[last]
				m.heap = m.heap[:last]
				if last > 0 {
					m.sift(0, h)
				}
				continue
			} else if err != nil {
				return 0, err
			}
		}
		m.sift(0, head{c.buf[c.next].Arrival, top})
	}
	return len(buf), nil
}

// Close closes the sources that can be closed.
func (m *merged) Close() error {
	var errs []error
	for i := range m.cursors {
		errs = append(errs, closeSource(m.cursors[i].source))
	}
	return errors.Join(errs...)
}

func closeSource(s Source) error {
	if c, ok := s.(io.Closer); ok {
		return c.Close()
	}
	return nil
}
