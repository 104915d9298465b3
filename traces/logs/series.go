package logs

import (
	"time"

	"github.com/coldcurve/coldcurve/sim"
)

// Series counts arrivals in intervals that follow each other. It starts with
// minutes, and goes over to wider intervals as the log spans more time.
type Series struct {
	Width  sim.Time // of an interval, which begins at a multiple of it since 1970 UTC
	Counts []int64
	first  int64 // the first interval's start / Width
	most   int   // intervals kept
}

// widths are the widths of intervals; each divides the next.
var widths = []sim.Time{sim.Minute, 5 * sim.Minute, 15 * sim.Minute, sim.Hour, 6 * sim.Hour, sim.Day, 7 * sim.Day,
	28 * sim.Day, 28 * 12 * sim.Day}

const (
	seriesMost = 1_024  // intervals of a function: a month of hours
	totalMost  = 50_000 // intervals of all: a month of minutes
)

// Start is when the first interval begins.
func (s *Series) Start() time.Time { return time.Unix(0, s.first*s.Width).UTC() }

// add counts an arrival at a Unix time in ns.
func (s *Series) add(at int64) {
	if s.Width != 0 {
		if i := at/s.Width - s.first; uint64(i) < uint64(len(s.Counts)) {
			s.Counts[i]++
			return
		}
	}
	s.put(at, 1)
}

// put counts n arrivals, and makes room for them.
func (s *Series) put(at, n int64) {
	if s.Width == 0 {
		s.Width = widths[0]
	}
	if len(s.Counts) == 0 {
		s.first = at / s.Width
	}
	for {
		i := at / s.Width
		from, to := min(s.first, i), max(s.first+int64(len(s.Counts)), i+1)
		if to-from <= int64(s.most) || s.Width == widths[len(widths)-1] {
			s.extend(from, to)
			s.Counts[i-s.first] += n
			return
		}
		s.widen()
	}
}

// extend makes the counts span the intervals [from, to).
func (s *Series) extend(from, to int64) {
	if from < s.first {
		grown := make([]int64, to-from)
		copy(grown[s.first-from:], s.Counts)
		s.first, s.Counts = from, grown
	}
	if more := to - s.first - int64(len(s.Counts)); more > 0 {
		s.Counts = append(s.Counts, make([]int64, more)...)
	}
}

// widen goes over to the next width.
func (s *Series) widen() {
	k := 0
	for widths[k] != s.Width {
		k++
	}
	ratio := widths[k+1] / s.Width
	first := s.first / ratio
	wide := make([]int64, (s.first+int64(len(s.Counts))-1)/ratio-first+1)
	for i, n := range s.Counts {
		wide[(s.first+int64(i))/ratio-first] += n
	}
	s.Width, s.first, s.Counts = widths[k+1], first, wide
}

// merge adds what o counted.
func (s *Series) merge(o *Series) {
	for s.Width < o.Width && len(s.Counts) > 0 {
		s.widen()
	}
	for i, n := range o.Counts {
		if n > 0 {
			s.put((o.first+int64(i))*o.Width, n)
		}
	}
}
