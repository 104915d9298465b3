package sim

import (
	"errors"
	"io"
	"math/bits"
)

// mergeBuffer is how many invocations Merge reads ahead of each source: those
// of 20,000 open functions then take 8 MB, which a third-level cache holds.
const mergeBuffer = 16

// Merge returns the invocations of several sources in the order of (arrival,
// place of the source in the slice). Given one source a function, in ascending
// order of the functions, that is the order that a Source promises.
func Merge(sources []Source) Source {
	if len(sources) == 1 {
		return sources[0]
	}
	return &merged{sources: sources}
}

// head is the place where a source is read: its next arrival, and where in the
// source's part of the read-ahead that stands.
type head struct {
	at        Time
	index     uint32
	next, end uint16
}

// less is 1 where a comes before b, else 0; it takes no branch.
func (a *head) less(b *head) int {
	_, borrow := bits.Sub64(uint64(a.index), uint64(b.index), 0)
	_, borrow = bits.Sub64(uint64(a.at), uint64(b.at), borrow)
	return int(borrow)
}

type merged struct {
	sources []Source
	ahead   []Invocation // mergeBuffer of each source
	heap    []head       // 4-ary; a busy source stays near its root
}

func (m *merged) start() error {
	m.ahead = make([]Invocation, len(m.sources)*mergeBuffer)
	m.heap = make([]head, 0, len(m.sources))
	for i := range m.sources {
		h := head{index: uint32(i)}
		switch err := m.refill(&h); err {
		case nil:
			m.heap = append(m.heap, h)
		case io.EOF:
		default:
			return err
		}
	}
	for i := len(m.heap) - 1; i >= 0; i-- {
		m.sift(i, m.heap[i])
	}
	return nil
}

// refill reads ahead and puts h on the first of what it read, or returns
// io.EOF.
func (m *merged) refill(h *head) error {
	at := int(h.index) * mergeBuffer
	n, err := m.sources[h.index].Next(m.ahead[at : at+mergeBuffer])
	switch {
	case n > 0:
		h.at, h.next, h.end = m.ahead[at].Arrival, 0, uint16(n)
		return nil
	case err == nil:
		return io.ErrNoProgress
	}
	return err
}

// sift puts h where it belongs at or below place i.
func (m *merged) sift(i int, h head) {
	heap := m.heap
	n := len(heap)
	for {
		child := 4*i + 1
		if child >= n {
			break
		}
		least := child
		if child+3 < n {
			a := child + heap[child+1].less(&heap[child])
			b := child + 2 + heap[child+3].less(&heap[child+2])
			least = a + (b-a)*heap[b].less(&heap[a])
		} else {
			for c := child + 1; c < n; c++ {
				least += (c - least) * heap[c].less(&heap[least])
			}
		}
		if heap[least].less(&h) == 0 {
			break
		}
		heap[i] = heap[least]
		i = least
	}
	heap[i] = h
}

// Next implements Source.
func (m *merged) Next(buf []Invocation) (int, error) {
	if m.ahead == nil {
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
		h := m.heap[0]
		at := int(h.index) * mergeBuffer
		buf[n] = m.ahead[at+int(h.next)]
		if h.next++; h.next < h.end {
			h.at = m.ahead[at+int(h.next)].Arrival
		} else if err := m.refill(&h); err == io.EOF {
			last := len(m.heap) - 1
			h = m.heap[last]
			m.heap = m.heap[:last]
			if last == 0 {
				continue
			}
		} else if err != nil {
			return 0, err
		}
		m.sift(0, h)
	}
	return len(buf), nil
}

// Close closes the sources that can be closed.
func (m *merged) Close() error {
	var errs []error
	for _, s := range m.sources {
		errs = append(errs, closeSource(s))
	}
	return errors.Join(errs...)
}

func closeSource(s Source) error {
	if c, ok := s.(io.Closer); ok {
		return c.Close()
	}
	return nil
}
