package sim

import (
	"cmp"
	"iter"
	"slices"
)

// serving is an instance on the plain path: busy until a time, or idle since.
type serving struct {
	at      Time
	created uint32 // ordinal of its creation
	id      instanceID
}

// agenda holds the instances of the plain path in one gap buffer: before the
// gap the idle ones, the next to be reused last; after it the busy ones by when
// they will be free, the next first. One that becomes free moves across the
// gap, one that is reused moves back, and what lies between it and its new
// place moves up by one. Of two that end at the same time, the one that began
// first is free first.
//
// Busy ones that end far ahead lie apart, in the order in which they began:
// where very many are under way, keeping all of them sorted would cost more
// than all else. When those in order are used up, a slice of the far ones is
// sorted.
type agenda struct {
	row    []serving
	lo, hi int       // the gap
	far    []serving // at edge or after; those in row are before
	edge   Time
	width  Time // of the slice of the far that is sorted next
	slice  []serving
}

const (
	agendaFew  = 16 // so many are sorted all at once
	agendaMany = 64 // so many busy ones in order are parted
	// agendaSlice bounds a slice: with 100,000 instances, looking through the
	// far for each of its own costs about what keeping them sorted does.
	agendaSlice = 512
)

// reset empties the agenda.
func (a *agenda) reset() {
	a.lo, a.hi = 0, len(a.row)
	a.far, a.edge, a.width = a.far[:0], Never, Millisecond
}

// idle returns the idle instances, busy the number of the others.
func (a *agenda) idle() []serving { return a.row[:a.lo] }
func (a *agenda) busy() int       { return len(a.row) - a.hi + len(a.far) }

// all yields the busy instances; those that end at the same time in their order.
func (a *agenda) all() iter.Seq[serving] {
	return func(yield func(serving) bool) {
		for _, list := range [][]serving{a.row[a.hi:], a.far} {
			for _, e := range list {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// due reports whether a busy instance is free by now: pass then moves it.
func (a *agenda) due(now Time) bool {
	if a.hi < len(a.row) {
		return a.row[a.hi].at <= now
	}
	return a.edge <= now && a.fetch(now)
}

// pass moves the next busy instance across the gap, where due has said that
// there is one, and returns it.
func (a *agenda) pass() serving {
	e := a.row[a.hi]
	a.row[a.lo] = e
	a.lo++
	a.hi++
	return e
}

// drop takes the last idle instance out of the agenda.
func (a *agenda) drop() serving {
	a.lo--
	return a.row[a.lo]
}

// putBack puts back the one that drop took.
func (a *agenda) putBack(e serving) {
	a.row[a.lo] = e
	a.lo++
}

// add adds an instance that is busy from now on.
func (a *agenda) add(e serving) {
	if e.at >= a.edge {
		a.far = append(a.far, e)
		return
	}
	if a.hi == a.lo {
		a.widen(1)
	}
	a.hi--
	row, i := a.row, a.hi
	for i+1 < len(row) && row[i+1].at <= e.at { // an equal end began before, and goes first
		row[i] = row[i+1]
		i++
	}
	row[i] = e
	if len(row)-a.hi >= agendaMany && a.edge == Never {
		a.part()
	}
}

// widen makes the gap at least n wide.
func (a *agenda) widen(n int) {
	if a.hi-a.lo >= n {
		return
	}
	busy := len(a.row) - a.hi
	row := make([]serving, max(2*len(a.row), a.lo+n+busy, agendaFew))
	copy(row, a.row[:a.lo])
	copy(row[len(row)-busy:], a.row[a.hi:])
	a.row, a.hi = row, len(row)-busy
}

// part moves the later half of those in order to the far.
func (a *agenda) part() {
	row, half := a.row, a.hi+(len(a.row)-a.hi)/2
	a.edge = row[half].at
	a.width = max(1, (a.edge-row[a.hi].at)/4)
	for half > a.hi && row[half-1].at == a.edge {
		half--
	}
	a.far = append(a.far, row[half:]...)
	near := row[a.hi:half]
	a.hi = len(row) - len(near)
	copy(row[a.hi:], near)
}

// fetch sorts the next slice of the far, which reaches beyond now, and reports
// whether one of it is due.
func (a *agenda) fetch(now Time) bool {
	if len(a.far) <= agendaFew {
		a.take(a.far)
		a.far, a.edge = a.far[:0], Never
	} else {
		target := min(max(agendaFew, len(a.far)/16), agendaSlice)
		a.edge = now + a.width
		slice, rest := a.slice[:0], a.far[:0]
		for _, e := range a.far {
			if e.at < a.edge {
				slice = append(slice, e)
			} else {
				rest = append(rest, e)
			}
		}
		n := len(slice)
		a.take(slice)
		a.slice, a.far = slice, rest
		switch {
		case n > 2*target:
			a.width = max(1, a.width/2)
		case n < target/2:
			a.width = min(2*a.width, Hour)
		}
	}
	return a.hi < len(a.row) && a.row[a.hi].at <= now
}

// take sorts a slice of the far into the row, where no busy one is.
func (a *agenda) take(list []serving) {
	a.widen(len(list))
	a.hi = len(a.row) - len(list)
	near := a.row[a.hi:]
	if len(list) > agendaMany {
		copy(near, list)
		slices.SortStableFunc(near, func(x, y serving) int { return cmp.Compare(x.at, y.at) })
		return
	}
	for n, e := range list {
		i := n
		for ; i > 0 && near[i-1].at > e.at; i-- {
			near[i] = near[i-1]
		}
		near[i] = e
	}
}
