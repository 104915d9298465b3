package sim

import (
	"cmp"
	"iter"
	"slices"
)

// serving is a busy instance, known by when it will be free.
type serving struct {
	at      Time
	ordinal uint32 // of the request, which orders ends of the same time
	id      uint32
}

// agenda holds when busy instances will be free, and gives the next. What is
// near is sorted; what is far is not, and most of it was added at its end. When
// the near is used up, a slice of the far is sorted and becomes the near. That
// takes each entry through one append and one short sort, where a heap takes
// it through its whole height. Few entries are all kept near.
type agenda struct {
	near  []serving // before edge; the next is last
	far   []serving // at edge or after
	edge  Time
	width Time // of the slice of the far that is sorted next
}

const (
	agendaFew  = 16 // so many go near all at once
	agendaMany = 64 // so many near ones are parted
)

func (a *agenda) len() int { return len(a.near) + len(a.far) }

// reset empties the agenda.
func (a *agenda) reset() {
	a.near, a.far, a.edge, a.width = a.near[:0], a.far[:0], Never, Millisecond
}

// all yields what the agenda holds, in no order.
func (a *agenda) all() iter.Seq[serving] {
	return func(yield func(serving) bool) {
		for _, list := range [][]serving{a.near, a.far} {
			for _, e := range list {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// add adds an entry whose ordinal is above those of all before it.
func (a *agenda) add(e serving) {
	if e.at >= a.edge {
		a.far = append(a.far, e)
		return
	}
	a.near = append(a.near, e)
	i := len(a.near) - 1
	for i > 0 && a.near[i-1].at <= e.at { // an equal end is of an earlier ordinal, and goes first
		a.near[i] = a.near[i-1]
		i--
	}
	a.near[i] = e
	if a.edge == Never && len(a.near) >= agendaMany {
		a.part()
	}
}

// part moves the later half of the near to the far.
func (a *agenda) part() {
	half := len(a.near) / 2
	a.edge = a.near[half].at
	k := half
	for k < len(a.near) && a.near[k].at >= a.edge {
		k++
	}
	a.far = append(a.far, a.near[:k]...)
	a.near = a.near[:copy(a.near, a.near[k:])]
	a.width = max(1, (a.edge-a.far[0].at)/-4)
}

// due reports whether take would give an entry at or before now.
func (a *agenda) due(now Time) bool {
	if n := len(a.near); n > 0 {
		return a.near[n-1].at <= now
	}
	if len(a.far) == 0 || a.edge > now {
		return false
	}
	a.fetch(now)
	n := len(a.near)
	return n > 0 && a.near[n-1].at <= now
}

// fetch sorts the next slice of the far, which reaches beyond now.
func (a *agenda) fetch(now Time) {
	if len(a.far) <= agendaFew {
		a.near, a.far, a.edge = append(a.near, a.far...), a.far[:0], Never
	} else {
		target := max(agendaFew, len(a.far)/16)
		a.edge = now + a.width
		rest := a.far[:0]
		for _, e := range a.far {
			if e.at < a.edge {
				a.near = append(a.near, e)
			} else {
				rest = append(rest, e)
			}
		}
		a.far = rest
		switch n := len(a.near); {
		case n > 2*target:
			a.width = max(1, a.width/2)
		case n < target/2:
			a.width = min(2*a.width, Hour)
		}
	}
	sortServing(a.near)
}

// sortServing sorts with the next last.
func sortServing(list []serving) {
	if len(list) > agendaMany {
		slices.SortFunc(list, func(x, y serving) int {
			return cmp.Or(cmp.Compare(y.at, x.at), cmp.Compare(y.ordinal, x.ordinal))
		})
		return
	}
	for i := 1; i < len(list); i++ {
		e := list[i]
		k := i
		for ; k > 0 && (list[k-1].at < e.at || list[k-1].at == e.at && list[k-1].ordinal < e.ordinal); k-- {
			list[k] = list[k-1]
		}
		list[k] = e
	}
}

// take gives the next entry; due must have been true.
func (a *agenda) take() serving {
	n := len(a.near) - 1
	e := a.near[n]
	a.near = a.near[:n]
	return e
}
