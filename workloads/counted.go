package workloads

import (
	"io"
	"math"

	"github.com/coldcurve/coldcurve/sim"
)

// Counted is the workload of functions of which the number of requests is
// known, in stretches of time. Given their number, the arrivals of a Poisson
// process are independent and distributed as its rate; so the number is what a
// count or a guess says, and no more.
type Counted struct {
	functions []sim.Function
	loads     []CountedLoad
	factors   []float64
	draws     *Draws
}

var _ sim.Workload = (*Counted)(nil)

// CountedLoad is the requests to one function.
type CountedLoad struct {
	Stretches []Stretch // ascending, without overlap
	Even      bool      // equally spaced within a stretch, rather than at random
	Service   sim.Sampler
}

// Stretch is the requests that arrive in [From, To).
type Stretch struct {
	From, To sim.Time
	Count    int64 // at most 2^32 over all stretches of a function
	// Density is the cumulative share of the rate at the ends of equal parts of
	// the stretch, ascending from 0 to 1; nil: the rate is the same in all of it.
	Density []float64
}

// NewCounted returns the workload of functions and their loads, which have one
// order. Durations are so many times those that the loads have. What is drawn is kept in
// draws, and taken from there; nil: it is drawn anew. There a load is who it is by
// its address.
func NewCounted(functions []sim.Function, loads []CountedLoad, factors []float64, draws *Draws) *Counted {
	return &Counted{functions, loads, factors, draws}
}

// Functions lists the functions.
func (w *Counted) Functions() []sim.Function { return w.functions }

// Open returns the requests to some of the functions.
func (w *Counted) Open(key sim.RunKey, set []uint32) (sim.Source, error) {
	sources := make([]sim.Source, len(set))
	for i, f := range set {
		k := w.functions[f].Key()
		source := &countedSource{
			load: &w.loads[f], function: f, factor: w.factors[f], left: 1,
			arrive: sim.NewStream(key, sim.PurposeArrival, k),
			serve:  sim.NewStream(key, sim.PurposeService, k),
		}
		if sources[i] = source; w.draws != nil {
			sources[i] = w.draws.open(drawn{&w.loads[f], key, k}, source)
		}
	}
	return sim.Merge(sources), nil
}

// countedSource yields the requests to one function. The k-th of the n order
// statistics of a stretch is drawn from the one before: of those that are left
// the first is at 1 − (1 − u)·v^(1/(n−k)) (Devroye, Non-Uniform Random Variate
// Generation, 1986, V.3.1).
type countedSource struct {
	load     *CountedLoad
	function uint32
	factor   float64
	arrive   sim.Stream
	serve    sim.Stream
	ordinal  uint64

	stretch int
	k       int64   // requests of the stretch so far
	left    float64 // 1 − u of the last one
	part    int     // of the density, in which it was
}

// Next implements sim.Source.
func (s *countedSource) Next(buf []sim.Invocation) (n int, err error) {
	for ; n < len(buf); n++ {
		at, takes, ok := s.draw()
		if !ok {
			break
		}
		buf[n] = sim.Invocation{Arrival: at, Function: s.function, Service: times(takes, s.factor)}
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// draw returns when the next request arrives, and how long it takes before the
// factor on that; ok is false where there are no more.
func (s *countedSource) draw() (at, takes sim.Time, ok bool) {
	for ; s.stretch < len(s.load.Stretches); s.stretch, s.k, s.left, s.part = s.stretch+1, 0, 1, 0 {
		if b := &s.load.Stretches[s.stretch]; s.k < b.Count {
			at, takes = b.at(s.next(b), &s.part), s.load.Service.Sample(s.serve.Uniform(s.ordinal))
			s.k, s.ordinal = s.k+1, s.ordinal+1
			return at, takes, true
		}
	}
	return 0, 0, false
}

// next returns the next order statistic of the uniform distribution.
func (s *countedSource) next(b *Stretch) float64 {
	if s.load.Even {
		return (float64(s.k) + 0.5) / float64(b.Count)
	}
	v := s.arrive.Uniform(s.ordinal)
	s.left *= math.Exp(math.Log(v) / float64(b.Count-s.k))
	return 1 - s.left
}

// count returns how many requests there are.
func (l *CountedLoad) count() (n int64) {
	for i := range l.Stretches {
		n += l.Stretches[i].Count
	}
	return n
}

// at returns the time by which the share u of the stretch's requests has
// arrived. part is where the last one was, and is moved on.
func (b *Stretch) at(u float64, part *int) sim.Time {
	x := u
	if m := len(b.Density) - 1; m > 0 {
		for *part < m-1 && b.Density[*part+1] <= u {
			*part++
		}
		low, high := b.Density[*part], b.Density[*part+1]
		inside := 0.0
		if high > low {
			inside = min(1, max(0, (u-low)/(high-low)))
		}
		x = (float64(*part) + inside) / float64(m)
	}
	length := b.To - b.From
	return b.From + min(length-1, sim.Time(x*float64(length)))
}
