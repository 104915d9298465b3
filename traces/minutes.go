package traces

import (
	"io"
	"sync"

	"github.com/coldcurve/coldcurve/sim"
)

// counter yields the minutes of a function that have a count > 0, ascending,
// with the count and the durations that hold for that minute. After the last
// one, ok is false.
type counter interface {
	next() (minute, count int64, durations *quantiles, ok bool, err error)
	// placed returns where the i-th of the minute's n falls, for a function
	// whose arrivals are no draw (a timer); ok is false for any other.
	placed(i, n int64) (at sim.Time, ok bool)
	free()
}

// minuteSource turns counts a minute into invocations.
type minuteSource struct {
	placer    placer
	counts    counter
	service   sim.Stream
	as        uint32
	from, to  int64 // minutes [from, to)
	minute    int64
	n, i      int64
	durations *quantiles
	done      bool
	pool      *sync.Pool // where it returns to; nil: closed, or of no pool
}

// open points the source at a function.
func (s *minuteSource) open(key sim.RunKey, f *sim.Function, as uint32, start, end sim.Time) {
	name := f.Key()
	s.placer.times = sim.NewStream(key, sim.PurposeArrival, name)
	s.placer.state = sim.NewStream(key, sim.PurposeState, name)
	s.service = sim.NewStream(key, sim.PurposeService, name)
	s.as, s.from, s.to = as, start/sim.Minute, (end+sim.Minute-1)/sim.Minute
	s.n, s.i, s.done = 0, 0, false
}

// Next implements sim.Source.
func (s *minuteSource) Next(buf []sim.Invocation) (int, error) {
	n := 0
	for n < len(buf) {
		if s.i == s.n {
			if s.done {
				break
			}
			if err := s.advance(); err != nil {
				return 0, err
			}
			continue
		}
		k := min(int64(len(buf)-n), s.n-s.i)
		s.fill(buf[n : n+int(k)])
		n += int(k)
	}
	if n == 0 && len(buf) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// advance goes to the next minute that has invocations.
func (s *minuteSource) advance() error {
	s.n, s.i = 0, 0
	minute, count, durations, ok, err := s.counts.next()
	if err != nil {
		return err
	}
	if !ok || minute >= s.to {
		s.done = true
		return nil
	}
	if minute < s.from {
		return nil
	}
	s.minute, s.durations = minute, durations
	if _, timer := s.counts.placed(0, count); timer {
		s.n = count
		return nil
	}
	s.n = s.placer.count(minute, count)
	s.placer.prepare(minute, s.n)
	return nil
}

// fill makes the next invocations of the minute.
func (s *minuteSource) fill(out []sim.Invocation) {
	base := sim.Time(s.minute) * sim.Minute
	_, timer := s.counts.placed(0, s.n)
	if timer {
		for k := range out {
			at, _ := s.counts.placed(s.i+int64(k), s.n)
			out[k].Arrival = base + at
		}
	} else {
		s.placer.place(out, base, s.i, s.n)
	}
	for k := range out {
		i := s.i + int64(k)
		v := &out[k]
		v.Service = s.durations.Sample(s.service.Uniform(ordinal(s.minute, i)))
		v.Function, v.Attr = s.as, 0
	}
	s.i += int64(len(out))
}

// Close gives the buffers back.
func (s *minuteSource) Close() error {
	if s.pool == nil {
		return nil
	}
	pool := s.pool
	s.pool, s.done, s.n, s.i = nil, true, 0, 0
	s.counts.free()
	pool.Put(s)
	return nil
}
