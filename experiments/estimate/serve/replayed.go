package serve

import (
	"errors"
	"io"
	"math"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
	"github.com/coldcurve/coldcurve/traces"
)

// replayed is a trace, all of whose functions are one model's, that is played so many
// times one after the other, and of which a part is kept. Each request is kept in as
// many of the times as every other, to within one, and all together are that part of
// the trace's, whatever the seed.
type replayed struct {
	trace  *traces.Trace // with so many copies of each request
	copies int
	rows   uint64 // requests of the trace, less copies
	part   float64
	times  int64
	once   sim.Time // how long each time lasts
}

// Functions implements sim.Workload.
func (r *replayed) Functions() []sim.Function {
	out := make([]sim.Function, 0, len(r.trace.Functions()))
	for _, f := range r.trace.Functions() {
		out = append(out, sim.Function{Name: f.Name, App: "model"})
	}
	return out
}

// Tokens implements tokens.Source.
func (r *replayed) Tokens() tokens.Columns { return r.trace.Tokens() }

// Open implements sim.Workload.
func (r *replayed) Open(key sim.RunKey, set []uint32) (sim.Source, error) {
	source, err := r.trace.Open(key, set)
	if err != nil {
		return nil, err
	}
	p := &playing{replayed: r, key: key, set: set, source: source, rank: newStrata(r.rows*uint64(r.copies), sim.NewStream(key, sim.PurposeSample, 0))}
	p.starts = make([]uint64, len(r.trace.Functions()))
	sum := uint64(0)
	for f, n := range r.trace.Counts() {
		p.starts[f] = sum
		sum += uint64(n) * uint64(r.copies)
	}
	p.ordinals = make([]uint64, len(p.starts))
	copy(p.ordinals, p.starts)
	return p, nil
}

// playing is one replay.
type playing struct {
	*replayed
	key      sim.RunKey
	set      []uint32
	source   sim.Source
	time     int64    // which of the times is played
	starts   []uint64 // the place of each function's first request among all
	ordinals []uint64 // and of its next
	rank     *strata
}

// Next implements sim.Source.
func (p *playing) Next(buf []sim.Invocation) (int, error) {
	for {
		n, err := p.source.Next(buf)
		if errors.Is(err, io.EOF) {
			if p.time++; p.time >= p.times {
				p.time = p.times
				return 0, io.EOF
			}
			if err := p.again(); err != nil {
				return 0, err
			}
			continue
		}
		if err != nil {
			return 0, err
		}
		kept := 0
		for _, v := range buf[:n] {
			i := p.ordinals[v.Function]
			p.ordinals[v.Function]++
			if p.keeps(i) {
				v.Arrival += p.once * sim.Time(p.time)
				buf[kept] = v
				kept++
			}
		}
		if kept > 0 || len(buf) == 0 {
			return kept, nil
		}
	}
}

// again opens the trace for its next time.
func (p *playing) again() error {
	if err := closeSource(p.source); err != nil {
		return err
	}
	var err error
	p.source, err = p.trace.Open(p.key, p.set)
	copy(p.ordinals, p.starts)
	return err
}

// keeps reports whether the i-th request is kept this time: where time·part, from a
// point between 0 and 1 that each request has for itself, passes a whole number.
func (p *playing) keeps(i uint64) bool {
	if p.part == 1 {
		return true
	}
	from := (float64(p.rank.place(i)) + 0.5) / float64(p.rank.n)
	return math.Floor(float64(p.time+1)*p.part+from) > math.Floor(float64(p.time)*p.part+from)
}

// Close implements io.Closer.
func (p *playing) Close() error { return closeSource(p.source) }
