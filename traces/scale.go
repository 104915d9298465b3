package traces

import (
	"io"
	"math"

	"github.com/coldcurve/coldcurve/sim"
)

// scaled thins or repeats a function's invocations. Draws are keyed by the
// invocation's ordinal in the source.
type scaled struct {
	source  sim.Source
	keep    sim.Stream // the fraction: thinning, or one more copy
	place   sim.Stream // where copies fall
	whole   int        // copies that every invocation gets, itself included
	part    float64    // probability of one more
	horizon sim.Time
	ordinal uint64
	in      []sim.Invocation
	next    int
	ended   bool
	out     []sim.Invocation // the copies of one invocation, in the order of time
	given   int
}

func newScaled(src sim.Source, key sim.RunKey, f *sim.Function, scale float64, horizon sim.Time) *scaled {
	whole := math.Floor(scale)
	return &scaled{
		source: src, whole: int(whole), part: scale - whole, horizon: horizon,
		keep:  sim.NewStream(key, sim.PurposeSample, f.Key()),
		place: sim.NewStream(key, sim.PurposeArrival, f.Key()),
	}
}

// peek makes in[next] valid, or reports the end.
func (s *scaled) peek() (bool, error) {
	if s.next < len(s.in) {
		return true, nil
	}
	if s.ended {
		return false, nil
	}
	if s.in == nil {
		s.in = make([]sim.Invocation, 64)
	}
	n, err := s.source.Next(s.in[:cap(s.in)])
	if err == io.EOF {
		s.ended = true
		s.in, s.next = s.in[:0], 0
		return false, nil
	}
	s.in, s.next = s.in[:n], 0
	return n > 0, err
}

// Next implements sim.Source.
func (s *scaled) Next(buf []sim.Invocation) (int, error) {
	n := 0
	for n < len(buf) {
		if s.given == len(s.out) {
			more, err := s.expand()
			if err != nil {
				return 0, err
			}
			if !more {
				break
			}
		}
		k := copy(buf[n:], s.out[s.given:])
		s.given += k
		n += k
	}
	if n == 0 && len(buf) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// expand takes the next invocation and makes its copies.
func (s *scaled) expand() (bool, error) {
	s.out, s.given = s.out[:0], 0
	ok, err := s.peek()
	if !ok || err != nil {
		return false, err
	}
	v := s.in[s.next]
	s.next++
	copies := s.whole
	if s.part > 0 && s.keep.Uniform(s.ordinal) < s.part {
		copies++
	}
	ordinal := s.ordinal
	s.ordinal++
	if copies == 0 {
		return true, nil
	}
	until := s.horizon
	more, err := s.peek()
	if err != nil {
		return false, err
	}
	if more {
		until = s.in[s.next].Arrival
	}
	s.out = append(s.out, v)
	// Ascending uniforms one by one: the least of m is 1 − U^(1/m)
	// (Bentley and Saxe, ACM TOMS 6:3, 1980).
	at, gap := 0.0, float64(until-v.Arrival)
	for m := copies - 1; m > 0; m-- {
		u := s.place.Uniform(ordinal<<20 | uint64(m))
		at += (1 - at) * (1 - math.Pow(u, 1/float64(m)))
		c := v
		c.Arrival = min(v.Arrival+sim.Time(at*gap), max(v.Arrival, until-1))
		s.out = append(s.out, c)
	}
	return true, nil
}

// Close closes the source.
func (s *scaled) Close() error {
	if c, ok := s.source.(io.Closer); ok {
		return c.Close()
	}
	return nil
}
