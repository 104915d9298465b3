package estimate

import (
	"io"
	"math"

	"github.com/coldcurve/coldcurve/sim"
)

// load is what is simulated: functions, and a number of requests to each in
// stretches of time.
type load struct {
	functions []sim.Function // Init holds what is known of the function itself
	arrivals  []arrivals     // one a function
	window    sim.Window
	days      []sim.Window // the days of a log within the window, for the bootstrap
	// requests are those that arrive in the window.
	requests int64
	notes    []string
}

// arrivals are the requests to one function: so many in each block, in the
// order of the blocks.
type arrivals struct {
	blocks  []block
	service sim.Sampler
	even    bool // equally spaced within a block
}

// block is a stretch of time [from, to) and how many requests arrive in it.
// Given their number, the arrivals of a Poisson process are independent and
// distributed as its rate; so a block of a given number is what a count or a
// guess says, and no more.
type block struct {
	from, to sim.Time
	n        int64
	density  []float64 // cumulative share of the rate, from 0 to 1, over equal parts; nil: uniform
}

// mean returns the mean service time of a sampler over an even grid of
// quantiles, ns.
func mean(s sim.Sampler) float64 {
	const n = 512
	sum := 0.0
	for i := range n {
		sum += float64(s.Sample((float64(i) + 0.5) / n))
	}
	return sum / n
}

// offered returns the mean number of requests in service at a time.
func (l *load) offered() float64 {
	busy := 0.0
	for i := range l.arrivals {
		busy += float64(l.count(i)) * mean(l.arrivals[i].service)
	}
	return busy / float64(l.window.Length())
}

// count returns how many requests to a function arrive in the window.
func (l *load) count(function int) (n int64) {
	for _, b := range l.arrivals[function].blocks {
		if b.from >= l.window.Warmup {
			n += b.n
		}
	}
	return n
}

// rate returns the requests a second over the window.
func (l *load) rate() float64 {
	return float64(l.requests) / (float64(l.window.Length()) / float64(sim.Second))
}

// source yields the requests to one function. The k-th of the n order
// statistics of a block is drawn from the one before: of those that are left
// the first is at 1 − (1 − u)·v^(1/(n−k)) (Devroye 1986, V.3.1).
type source struct {
	a        *arrivals
	function uint32
	arrive   sim.Stream
	serve    sim.Stream
	ordinal  uint64

	block int
	k     int64
	left  float64 // 1 − u of the last arrival
	part  int     // of the density, in which it was
}

func newSource(a *arrivals, f *sim.Function, function uint32, key sim.RunKey) *source {
	return &source{
		a: a, function: function, left: 1,
		arrive: sim.NewStream(key, sim.PurposeArrival, f.Key()),
		serve:  sim.NewStream(key, sim.PurposeService, f.Key()),
	}
}

// Next fills buf.
func (s *source) Next(buf []sim.Invocation) (n int, err error) {
	for n < len(buf) && s.block < len(s.a.blocks) {
		b := &s.a.blocks[s.block]
		if s.k == b.n {
			s.block, s.k, s.left, s.part = s.block+1, 0, 1, 0
			continue
		}
		buf[n] = sim.Invocation{
			Arrival: b.at(s.next(b), &s.part), Function: s.function,
			Service: s.a.service.Sample(s.serve.Uniform(s.ordinal)),
		}
		s.k, s.ordinal, n = s.k+1, s.ordinal+1, n+1
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// next returns the next order statistic of the uniform distribution.
func (s *source) next(b *block) float64 {
	if s.a.even {
		return (float64(s.k) + 0.5) / float64(b.n)
	}
	v := s.arrive.Uniform(s.ordinal)
	s.left *= math.Exp(math.Log(v) / float64(b.n-s.k))
	return 1 - s.left
}

// at returns the time by which the share u of the block's requests has
// arrived. part is where the last one was, and is moved on.
func (b *block) at(u float64, part *int) sim.Time {
	x := u
	if m := len(b.density) - 1; m > 0 {
		for *part < m-1 && b.density[*part+1] <= u {
			*part++
		}
		low, high := b.density[*part], b.density[*part+1]
		inside := 0.0
		if high > low {
			inside = min(1, max(0, (u-low)/(high-low)))
		}
		x = (float64(*part) + inside) / float64(m)
	}
	length := b.to - b.from
	return b.from + min(length-1, sim.Time(x*float64(length)))
}

// workload is a load on one platform.
type workload struct {
	load      *load
	functions []sim.Function
	factors   []float64 // of the service times
}

// Functions lists the functions.
func (w *workload) Functions() []sim.Function { return w.functions }

// Open returns the requests to some of the functions.
func (w *workload) Open(key sim.RunKey, set []uint32) (sim.Source, error) {
	var sources []sim.Source
	for _, f := range set {
		a := w.load.arrivals[f]
		a.service = scaled(a.service, w.factors[f])
		sources = append(sources, newSource(&a, &w.functions[f], f, key))
	}
	if len(sources) == 1 {
		return sources[0], nil
	}
	return sim.Merge(sources), nil
}

// scaledSampler is a distribution whose durations are multiplied by a factor.
type scaledSampler struct {
	sim.Sampler
	factor float64
}

// Sample returns the multiple, to the nearest nanosecond.
func (s scaledSampler) Sample(u float64) sim.Time {
	return sim.Time(math.Round(float64(s.Sampler.Sample(u)) * s.factor))
}

func scaled(s sim.Sampler, factor float64) sim.Sampler {
	if factor == 1 {
		return s
	}
	return scaledSampler{s, factor}
}
