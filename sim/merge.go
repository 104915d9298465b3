package sim

import (
	"cmp"
	"errors"
	"io"
	"math/bits"
	"slices"
)

// Merge returns the invocations of several sources in the order of (arrival,
// place of the source in the slice). Given one source a function, in ascending
// order of the functions, that is the order that a Source promises.
//
// It works slice of time by slice of time: a calendar says which sources have
// an invocation in the next slice, all of them are read, and what they gave is
// sorted. With thousands of sources that is faster than a heap, whose every
// step must wait for a cache miss to know the next; here they overlap.
func Merge(sources []Source) Source {
	if len(sources) == 1 {
		return sources[0]
	}
	return &merged{sources: sources}
}

const (
	// mergeBuffer is how many invocations are read ahead of each source: those
	// of 20,000 open functions then take 8 MB.
	mergeBuffer = 16
	// sliceTarget is about how many invocations a slice of time should hold:
	// so many stay in the second-level cache while they are sorted.
	sliceTarget = 1024
	// sortBits is the logarithm of the parts that a slice is first sorted by.
	sortBits = 10
	// crowd is how many invocations a part may hold to be sorted by insertion.
	crowd = 32
	// maxShift makes a slice nine minutes long.
	maxShift = 39
	// calendarDays is the number of slices that the calendar looks ahead. A
	// source whose next invocation is later is looked at once a round.
	calendarDays = 1 << 12
)

// lane is the place where a source is read.
type lane struct {
	at        Time   // its next arrival
	later     uint32 // the next source of the same day, + 1; 0: none
	next, end uint16 // in the source's part of the read-ahead
}

type merged struct {
	sources []Source
	ahead   []Invocation // mergeBuffer of each source
	lanes   []lane       // of each source
	days    []uint32     // the first source of each day, + 1; 0: none
	shift   int          // a slice is 2^shift ns long
	slice   Time         // the number of the next slice to read
	open    int          // sources that are not at their end

	sorter  []keyed      // the slice as it was read
	ready   []Invocation // the slice in order
	places  []uint32     // of each of ready, its source
	given   int          // of ready
	count   [1<<sortBits + 1]uint32
	slices  int  // since the last look at the slices' length
	held    int  // in those
	touched Time // so that touch is not for nothing
}

// keyed is an invocation in a slice with the order of its source.
type keyed struct {
	inv   Invocation
	index uint32
}

func (m *merged) start() error {
	m.ahead = make([]Invocation, len(m.sources)*mergeBuffer)
	m.lanes = make([]lane, len(m.sources))
	m.days = make([]uint32, calendarDays)
	rate, first := 0.0, Never
	for i := range m.sources {
		switch err := m.refill(i); err {
		case nil:
		case io.EOF:
			continue
		default:
			return err
		}
		m.open++
		l := &m.lanes[i]
		first = min(first, l.at)
		at := i * mergeBuffer
		if span := m.ahead[at+int(l.end)-1].Arrival - l.at; span > 0 {
			rate += float64(l.end-1) / float64(span)
		}
	}
	m.shift = 30 // about a second
	if rate > 0 {
		m.shift = min(bits.Len64(uint64(min(sliceTarget/rate, 1<<maxShift))), maxShift)
	}
	m.enter(first)
	return nil
}

// enter puts all open sources into the calendar, which begins at a time.
func (m *merged) enter(from Time) {
	m.slice = from >> m.shift
	clear(m.days)
	for i := len(m.lanes) - 1; i >= 0; i-- {
		if m.lanes[i].end > 0 {
			m.note(uint32(i))
		}
	}
}

// note enters a source on the day of its next arrival.
func (m *merged) note(i uint32) {
	l := &m.lanes[i]
	day := &m.days[l.at>>m.shift%calendarDays]
	l.later = *day
	*day = i + 1
}

// refill reads ahead of a source, or returns io.EOF.
func (m *merged) refill(i int) error {
	l := &m.lanes[i]
	at := i * mergeBuffer
	n, err := m.sources[i].Next(m.ahead[at : at+mergeBuffer])
	if n > 0 {
		l.at, l.next, l.end = m.ahead[at].Arrival, 0, uint16(n)
		return nil
	}
	l.end = 0
	if err == nil {
		return io.ErrNoProgress
	}
	return err
}

// fill reads the slices of time up to the first that holds something.
func (m *merged) fill() error {
	m.sorter = m.sorter[:0]
	empty := 0
	for len(m.sorter) == 0 {
		if m.open == 0 {
			return io.EOF
		}
		end := (m.slice + 1) << m.shift
		day := &m.days[m.slice%calendarDays]
		m.slice++
		list := *day
		*day = 0
		m.touch(list)
		for list != 0 {
			i := list - 1
			list = m.lanes[i].later
			if err := m.read(i, end); err != nil {
				return err
			}
		}
		if empty++; empty == calendarDays {
			m.enter(m.soonest()) // nothing for a whole round: go where there is something
			empty = 0
		}
	}
	m.order()
	m.given = 0
	m.adapt()
	return nil
}

// touch reads what read will need of the sources of a day: these loads do not depend on each
// other, so that their waits for the memory overlap.
func (m *merged) touch(list uint32) {
	var sum Time
	for list != 0 {
		i := list - 1
		l := &m.lanes[i]
		sum += m.ahead[int(i)*mergeBuffer+int(l.next)].Service
		list = l.later
	}
	m.touched = sum
}

// read takes what a source has before a time, and enters it on its next day.
func (m *merged) read(i uint32, end Time) error {
	l := &m.lanes[i]
	at := int(i) * mergeBuffer
	for l.at < end {
		m.sorter = append(m.sorter, keyed{m.ahead[at+int(l.next)], i})
		if l.next++; l.next < l.end {
			l.at = m.ahead[at+int(l.next)].Arrival
			continue
		}
		if err := m.refill(int(i)); err == io.EOF {
			m.open--
			return nil
		} else if err != nil {
			return err
		}
	}
	m.note(i)
	return nil
}

func (m *merged) soonest() Time {
	at := Never
	for i := range m.lanes {
		if l := &m.lanes[i]; l.end > 0 {
			at = min(at, l.at)
		}
	}
	return at
}

// order sorts a slice: first by its sortParts parts, which hold about one
// invocation each, then exactly.
func (m *merged) order() {
	n := len(m.sorter)
	m.ready = slices.Grow(m.ready[:0], n)[:n]
	mask, down := Time(1)<<m.shift-1, max(0, m.shift-sortBits)
	count := &m.count
	clear(count[:])
	most := uint32(0)
	for i := range m.sorter {
		c := &count[(m.sorter[i].inv.Arrival&mask)>>down+1]
		*c++
		most = max(most, *c)
	}
	if most > crowd {
		m.orderCrowd()
		return
	}
	for i := 1; i < len(count); i++ {
		count[i] += count[i-1]
	}
	m.places = slices.Grow(m.places[:0], n)[:n]
	for i := range m.sorter {
		k := &m.sorter[i]
		c := &count[(k.inv.Arrival&mask)>>down]
		m.ready[*c], m.places[*c] = k.inv, k.index
		*c++
	}
	m.insertion()
}

// insertion sorts what is sorted but for neighbours.
func (m *merged) insertion() {
	ready, places := m.ready, m.places
	for i := 1; i < len(ready); i++ {
		inv, place := ready[i], places[i]
		k := i
		for k > 0 && (ready[k-1].Arrival > inv.Arrival || ready[k-1].Arrival == inv.Arrival && places[k-1] > place) {
			ready[k], places[k] = ready[k-1], places[k-1]
			k--
		}
		ready[k], places[k] = inv, place
	}
}

// orderCrowd sorts a slice with many invocations at about the same time.
func (m *merged) orderCrowd() {
	slices.SortStableFunc(m.sorter, func(a, b keyed) int {
		return cmp.Or(cmp.Compare(a.inv.Arrival, b.inv.Arrival), cmp.Compare(a.index, b.index))
	})
	for i := range m.sorter {
		m.ready[i] = m.sorter[i].inv
	}
}

// adapt keeps the slices near their target as the load changes.
func (m *merged) adapt() {
	m.slices++
	m.held += len(m.ready)
	switch {
	case len(m.ready) > 16*sliceTarget && m.shift > 0:
		m.resize(m.shift - 3)
	case m.slices == 256:
		if m.held < m.slices*sliceTarget/8 && m.shift < maxShift {
			m.resize(m.shift + 2)
		}
		m.slices, m.held = 0, 0
	}
}

func (m *merged) resize(shift int) {
	from := m.slice << m.shift
	m.shift = min(max(shift, 0), maxShift)
	m.slices, m.held = 0, 0
	m.enter(from)
}

// Next implements Source.
func (m *merged) Next(buf []Invocation) (int, error) {
	if m.ahead == nil {
		if err := m.start(); err != nil {
			return 0, err
		}
	}
	n := 0
	for n < len(buf) {
		if m.given == len(m.ready) {
			if err := m.fill(); err == io.EOF && n > 0 {
				break
			} else if err != nil {
				return n, err
			}
		}
		k := copy(buf[n:], m.ready[m.given:])
		m.given += k
		n += k
	}
	return n, nil
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
