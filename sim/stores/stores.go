package stores

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/coldcurve/coldcurve/sim"
)

// Tier is a store, or one for each host.
type Tier struct {
	Shared    bool  // one for all hosts
	Capacity  int64 // bytes; 0: it keeps everything, as the last tier does and no other
	Bandwidth int64 // bytes a second of one load, above 0
	PerGPU    bool  // GPUs that load a part each have that bandwidth each
}

// Placement says on which host an instance starts.
type Placement uint8

// The placements.
const (
	Random  Placement = iota // any, all alike
	Soonest                  // where its contents are loaded soonest; of several any
)

// MostHosts is how many hosts there can be.
const MostHosts = 4096

// Stores are tiers, nearest first, of a number of hosts.
type Stores struct {
	Tiers     []Tier
	Hosts     int // 1 … MostHosts
	Placement Placement
}

var _ sim.StoresFactory = Stores{}

// Check refuses stores that cannot be.
func (s Stores) Check() error {
	if s.Hosts < 1 || s.Hosts > MostHosts {
		return fmt.Errorf("found %d hosts, want 1 to %d", s.Hosts, MostHosts)
	}
	if n := len(s.Tiers); n < 1 || n > sim.MaxStores {
		return fmt.Errorf("found %d stores, want 1 to %d", n, sim.MaxStores)
	}
	for i, t := range s.Tiers {
		switch last := i == len(s.Tiers)-1; {
		case t.Bandwidth < 1:
			return fmt.Errorf("store %d loads %d bytes a second, want 1 or more", i, t.Bandwidth)
		case last && t.Capacity != 0:
			return fmt.Errorf("store %d, the last, keeps %d bytes, want everything", i, t.Capacity)
		case !last && t.Capacity < 1:
			return fmt.Errorf("store %d keeps %d bytes, want 1 or more", i, t.Capacity)
		}
	}
	return nil
}

// New returns the stores of a run, empty but for the last.
func (s Stores) New() sim.Stores {
	x := &state{Stores: s, ids: map[key]contentID{}}
	for i := range s.Tiers[:len(s.Tiers)-1] {
		n := s.Hosts
		if s.Tiers[i].Shared {
			n = 1
		}
		caches := make([]cache, n)
		for h := range caches {
			caches[h] = newCache(s.Tiers[i].Capacity)
		}
		x.caches = append(x.caches, caches)
	}
	return x
}

// key names a content.
type key struct {
	phase sim.Phase
	name  string
}

// contentID is a content's number in the order of first use.
type contentID uint32

// state is what is kept where.
type state struct {
	Stores
	caches  [][]cache // of each tier but the last, of each host or of all
	ids     map[key]contentID
	loads   []load   // of the instance that is being placed
	soonest []uint32 // hosts
}

// load is a content that an instance loads.
type load struct {
	id contentID
	c  *sim.Content
}

func (s *state) id(phase sim.Phase, name string) contentID {
	k := key{phase, name}
	id, known := s.ids[k]
	if !known {
		id = contentID(len(s.ids))
		s.ids[k] = id
	}
	return id
}

// cache is a tier's store for a host.
func (s *state) cache(tier int, host uint32) *cache {
	if s.Tiers[tier].Shared {
		host = 0
	}
	return &s.caches[tier][host]
}

// Place implements sim.Stores.
func (s *state) Place(now sim.Time, init sim.Init, uniform float64) uint32 {
	if s.Placement == Random || s.Hosts == 1 {
		return pick(s.Hosts, uniform)
	}
	s.loads = s.loads[:0]
	for i := range init {
		if p := &init[i]; p.Content.Bytes > 0 {
			s.loads = append(s.loads, load{s.id(p.Phase, p.Content.Name), &p.Content})
		}
	}
	s.soonest = s.soonest[:0]
	least := sim.Never
	for host := range uint32(s.Hosts) {
		var wait sim.Time
		for _, l := range s.loads {
			end, _ := s.find(now, host, l.id, l.c)
			wait = min(wait+(end-now), sim.Longest)
		}
		if wait < least {
			least, s.soonest = wait, s.soonest[:0]
		}
		if wait == least {
			s.soonest = append(s.soonest, host)
		}
	}
	return s.soonest[pick(len(s.soonest), uniform)]
}

// pick returns the place of a uniform among n.
func pick(n int, uniform float64) uint32 { return uint32(min(n-1, int(uniform*float64(n)))) }

// Load implements sim.Stores.
func (s *state) Load(at sim.Time, host uint32, phase sim.Phase, c *sim.Content) (sim.Time, int) {
	id := s.id(phase, c.Name)
	end, from := s.find(at, host, id, c)
	for tier := range s.caches {
		if tier <= from {
			s.cache(tier, host).use(id, c.Bytes, end)
		}
	}
	return end - at, from
}

// find returns when a content that is loaded from a time on is there, and from
// which tier: the nearest that has it, or one nearer that it is on its way to,
// where that is not later.
func (s *state) find(at sim.Time, host uint32, id contentID, c *sim.Content) (end sim.Time, tier int) {
	end = sim.Never
	for i := range s.Tiers {
		here := at + s.Tiers[i].wait(c)
		there := at
		if i < len(s.caches) {
			var kept bool
			if there, kept = s.cache(i, host).there(id); !kept {
				continue
			}
		}
		if e := max(here, there); e < end {
			end, tier = e, i
		}
		if there <= at {
			break
		}
	}
	return end, tier
}

// wait is how long a tier takes for what is needed of a content, rounded to the
// nearest nanosecond, at most sim.Longest.
func (t *Tier) wait(c *sim.Content) sim.Time {
	needed := uint64(c.Needed)
	divisor := uint64(t.Bandwidth)
	if t.PerGPU && c.Shares > 1 {
		needed = (needed + uint64(c.Shares) - 1) / uint64(c.Shares)
	}
	hi, lo := bits.Mul64(needed, uint64(sim.Second))
	lo, carry := bits.Add64(lo, divisor/2, 0)
	hi += carry
	if hi >= divisor {
		return sim.Longest
	}
	q, _ := bits.Div64(hi, lo, divisor)
	return sim.Time(min(q, uint64(sim.Longest), math.MaxInt64))
}
