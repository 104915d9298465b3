package logs

import (
	"fmt"

	"github.com/coldcurve/coldcurve/sim"
)

// bin is a unit of time by which it is judged how much time a log is of.
type bin struct {
	name  string
	width int64 // ns
	from  int64 // where one begins, Unix ns
}

// bins are those units, the finest first. Weeks begin on Mondays.
var bins = [...]bin{
	{"second", second, 0}, {"minute", 60 * second, 0}, {"hour", 3600 * second, 0}, {"day", dayLength, 0}, {"week", 7 * dayLength, 4 * dayLength},
}

// span says how much time a log is of, from its arrivals in order: from the
// first to the last and one bin more, of the finest of which at least half of
// those between are busy. Where none is, as of one request a month, it is the
// mean gap that comes after the last. It is never more than sim.Longest.
type span struct {
	n           int64
	first, last int64
	busy        [len(bins)]int64
}

// add takes the next arrival, Unix ns.
func (s *span) add(at int64) {
	for i := range bins {
		if s.n == 0 || bins[i].of(at) != bins[i].of(s.last) {
			s.busy[i]++
		}
	}
	if s.n == 0 {
		s.first = at
	}
	s.last = at
	s.n++
}

func (b *bin) of(at int64) int64 {
	at -= b.from
	if at < 0 {
		at -= b.width - 1
	}
	return at / b.width
}

// length is how much time the log is of, and what it rests on; 0 of nothing.
func (s *span) length() (sim.Time, string) {
	if s.n == 0 {
		return 0, ""
	}
	for i := range bins {
		b := &bins[i]
		if between := b.of(s.last) - b.of(s.first) + 1; 2*s.busy[i] >= between {
			return min(s.last-s.first+b.width, sim.Longest), fmt.Sprintf("from the first arrival to the last and one %s more: most %ss between have one", b.name, b.name)
		}
	}
	gap := (s.last - s.first) / (s.n - 1)
	return min(s.last-s.first+gap, sim.Longest), "from the first arrival to the last and the mean gap more"
}
