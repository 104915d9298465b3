package servers

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// Shared is egalitarian processor sharing: an instance has so many thousandths
// of a vCPU, a request computes for a share of its service time, on one vCPU,
// and waits for something else for the rest of it. Where the requests together
// want more CPU than there is, each gets the same part of it: the CPU part of
// their services takes longer, so that all of the CPU is used, and the rest does
// not. An instance of less than one vCPU computes slower even for one. Where all of it is computing, on one vCPU, with Poisson arrivals and a
// utilisation ρ, the mean time in the instance is E[S] ÷ (1 − ρ), whatever the
// distribution of S (Kleinrock, Queueing Systems II, 4.4).
type Shared struct {
	MilliCPU   int64 // vCPU of an instance in thousandths, > 0
	MilliShare int64 // of a service that is CPU time, in thousandths, 0 to 1000
}

var _ sim.OpenFactory = Shared{}

// ServesOpen implements sim.OpenFactory: each part that a request computes shares
// the processor with what else computes then; between them it waits, for nothing
// that is shared.
func (Shared) ServesOpen() {}

// New returns the server of an instance.
func (s Shared) New(sim.Group) sim.Server {
	if s.MilliCPU <= 0 || s.MilliShare < 0 || s.MilliShare > 1000 {
		panic(fmt.Sprintf("requests of %d thousandths of CPU time share %d thousandths of a vCPU", s.MilliShare, s.MilliCPU))
	}
	return &shared{milli: s.MilliCPU, share: s.MilliShare}
}

const (
	// fraction is the number of bits of attained service after the point: an
	// ns of service is 2^fraction units. A step rounds down by less than one.
	fraction = 8
	// longest bounds the service of a request: 208 days.
	longest = sim.Time(1) << 54
	// recount is the attained service beyond which it is counted from 0 again.
	recount = longest << (fraction - 1)
)

// shared knows what service a request that was there since the server was last
// empty would have got by now: the attained service. A request ends when that
// has grown by its own service since it came; the one that ends first is the one
// whose end in attained service is least.
type shared struct {
	milli    int64
	share    int64
	now      sim.Time
	busy     sim.Time // Load until now
	attained int64    // in units; 0 where nothing is served
	jobs     []job    // by end, the first last
}

type job struct {
	end int64 // in attained service
	id  uint32
}

var _ sim.LoadServer = (*shared)(nil)

// Offer takes every request.
func (s *shared) Offer(now sim.Time, r sim.ServerRequest) bool {
	s.catchUp(now)
	if len(s.jobs) == 0 || s.attained > recount {
		for i := range s.jobs {
			s.jobs[i].end -= s.attained
		}
		s.attained = 0
	}
	j := job{end: s.attained + min(r.Service, longest)<<fraction, id: r.ID}
	i, _ := slices.BinarySearchFunc(s.jobs, j, func(a, b job) int {
		if a.end <= b.end { // of two that end together the one that came first does first
			return 1
		}
		return -1
	})
	s.jobs = slices.Insert(s.jobs, i, j)
	return true
}

// alone returns how a request that has the instance to itself progresses: num ns
// of its service in den ns. The CPU part takes longer where there is less than
// the one vCPU that it wants.
func (s *shared) alone() (num, den int64) {
	if s.milli >= 1000 {
		return 1, 1
	}
	return 1000 * s.milli, (1000-s.share)*s.milli + 1000*s.share
}

// full reports whether all of the CPU is used.
func (s *shared) full() bool {
	num, den := s.alone()
	return s.milli*den < num*int64(len(s.jobs))*s.share
}

// rate returns what attained service grows by: num units in den ns.
func (s *shared) rate() (num, den uint64) {
	if s.full() {
		return uint64(s.milli) << fraction, uint64(len(s.jobs)) * uint64(s.share)
	}
	n, d := s.alone()
	return uint64(n) << fraction, uint64(d)
}

// catchUp brings the attained service to now.
func (s *shared) catchUp(now sim.Time) {
	if len(s.jobs) > 0 {
		num, den := s.rate()
		hi, lo := bits.Mul64(uint64(now-s.now), num)
		grown, _ := bits.Div64(min(hi, den-1), lo, den)
		s.attained += int64(grown)
		s.busy = s.Load(now)
	}
	s.now = now
}

// Load returns how long all of the CPU would have taken for what was computed.
func (s *shared) Load(now sim.Time) sim.Time {
	switch {
	case len(s.jobs) == 0:
		return s.busy
	case s.full():
		return s.busy + now - s.now
	}
	num, den := s.alone() // each computes for its share of that
	hi, lo := bits.Mul64(uint64(now-s.now), uint64(num)*uint64(len(s.jobs))*uint64(s.share))
	used, _ := bits.Div64(hi, lo, uint64(den)*uint64(s.milli))
	return s.busy + min(sim.Time(used), now-s.now)
}

// Next returns when the next request ends: the first ns at which it has all of
// its service, or the last ns that there is.
func (s *shared) Next() sim.Time {
	if len(s.jobs) == 0 {
		return sim.Never
	}
	left := max(0, s.jobs[len(s.jobs)-1].end-s.attained)
	num, den := s.rate()
	hi, lo := bits.Mul64(uint64(left), den)
	lo, carry := bits.Add64(lo, num-1, 0)
	if hi += carry; hi >= num { // it would not fit 64 bits
		return sim.Never - 1
	}
	after, _ := bits.Div64(hi, lo, num)
	if after > uint64(sim.Never-1-s.now) {
		return sim.Never - 1
	}
	return s.now + sim.Time(after)
}

// Advance ends the requests that have had all of their service.
func (s *shared) Advance(now sim.Time, ended []sim.ServerEnd) []sim.ServerEnd {
	s.catchUp(now)
	for n := len(s.jobs); n > 0 && (s.jobs[n-1].end <= s.attained || now == sim.Never-1); n-- {
		ended = append(ended, sim.ServerEnd{ID: s.jobs[n-1].id, Status: sim.Completed})
		s.jobs = s.jobs[:n-1]
	}
	return ended
}

// Withdraw takes a request out.
func (s *shared) Withdraw(now sim.Time, id uint32) sim.Serving {
	s.catchUp(now)
	s.jobs = slices.DeleteFunc(s.jobs, func(j job) bool { return j.id == id })
	return sim.Serving{}
}
