package servers

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// Shared is egalitarian processor sharing: an instance has so many thousandths
// of a vCPU, a request uses at most one vCPU, and where the requests together
// want more than there is, each gets the same part of it. With one vCPU, Poisson
// arrivals and a utilisation ρ the mean time in the instance is E[S] ÷ (1 − ρ),
// whatever the distribution of S (Kleinrock, Queueing Systems II, 4.4).
type Shared struct {
	MilliCPU int64 // > 0
}

var _ sim.ServerFactory = Shared{}

// New returns the server of an instance.
func (s Shared) New(sim.Group) sim.Server {
	if s.MilliCPU <= 0 {
		panic(fmt.Sprintf("an instance shares %d thousandths of a vCPU", s.MilliCPU))
	}
	return &shared{milli: s.MilliCPU}
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
	now      sim.Time
	attained int64 // in units; 0 where nothing is served
	jobs     []job // by end, the first last
}

type job struct {
	end int64 // in attained service
	id  uint32
}

var _ sim.Server = (*shared)(nil)

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

// rate returns what attained service grows by: num units in den ns.
func (s *shared) rate() (num, den uint64) {
	n := int64(len(s.jobs)) * 1000
	return uint64(min(n, s.milli)) << fraction, uint64(n)
}

// catchUp brings the attained service to now.
func (s *shared) catchUp(now sim.Time) {
	if len(s.jobs) > 0 {
		num, den := s.rate()
		hi, lo := bits.Mul64(uint64(now-s.now), num)
		grown, _ := bits.Div64(min(hi, den-1), lo, den)
		s.attained += int64(grown)
	}
	s.now = now
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
