package stores

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

const (
	gb = 1_000_000_000
	s  = sim.Second
)

// registry is a last tier of 1 GB/s: 10 GB take 10 s.
var registry = Tier{Bandwidth: gb}

// memory is a tier of 10 GB/s on a host: 10 GB take 1 s.
func memory(capacity int64) Tier { return Tier{Capacity: capacity, Bandwidth: 10 * gb} }

// ask is a load: at a time, to a host, of a content of 10 GB, and what it is answered.
type ask struct {
	at    sim.Time
	host  uint32
	name  string
	wait  sim.Time
	store int
}

// TestTimelines: loads one after the other, worked out by hand.
func TestTimelines(t *testing.T) {
	for _, c := range []struct {
		name   string
		stores Stores
		asks   []ask
	}{
		{"two that do not fit together miss in turn", Stores{Tiers: []Tier{memory(15 * gb), registry}, Hosts: 1}, []ask{
			{0, 0, "a", 10 * s, 1}, {100 * s, 0, "b", 10 * s, 1}, {200 * s, 0, "a", 10 * s, 1}, {300 * s, 0, "b", 10 * s, 1}, {400 * s, 0, "b", 1 * s, 0},
		}},
		{"two that do fit", Stores{Tiers: []Tier{memory(20 * gb), registry}, Hosts: 1}, []ask{
			{0, 0, "a", 10 * s, 1}, {100 * s, 0, "b", 10 * s, 1}, {200 * s, 0, "a", 1 * s, 0}, {300 * s, 0, "b", 1 * s, 0},
		}},
		// a was used after b, so c drives out b; then b drives out c, since a was used again.
		{"the least recently used goes", Stores{Tiers: []Tier{memory(20 * gb), registry}, Hosts: 1}, []ask{
			{0, 0, "a", 10 * s, 1}, {100 * s, 0, "b", 10 * s, 1}, {200 * s, 0, "a", 1 * s, 0}, {300 * s, 0, "c", 10 * s, 1},
			{400 * s, 0, "a", 1 * s, 0}, {500 * s, 0, "b", 10 * s, 1}, {600 * s, 0, "a", 1 * s, 0}, {700 * s, 0, "c", 10 * s, 1},
		}},
		{"a third host is cold", Stores{Tiers: []Tier{memory(20 * gb), registry}, Hosts: 3}, []ask{
			{0, 0, "a", 10 * s, 1}, {100 * s, 1, "a", 10 * s, 1}, {200 * s, 0, "a", 1 * s, 0}, {300 * s, 1, "a", 1 * s, 0}, {400 * s, 2, "a", 10 * s, 1},
		}},
		{"what is larger than a store drives nothing out", Stores{Tiers: []Tier{memory(9 * gb), registry}, Hosts: 1}, []ask{
			{0, 0, "a", 10 * s, 1}, {100 * s, 0, "a", 10 * s, 1},
		}},
		// The region's store takes 5 s; what a host loads, the others find there.
		{"a store of the region", Stores{Tiers: []Tier{memory(10 * gb), {Shared: true, Capacity: 20 * gb, Bandwidth: 2 * gb}, registry}, Hosts: 2}, []ask{
			{0, 0, "a", 10 * s, 2}, {100 * s, 1, "a", 5 * s, 1}, {200 * s, 1, "a", 1 * s, 0},
			{300 * s, 1, "b", 10 * s, 2}, {400 * s, 1, "a", 5 * s, 1}, {500 * s, 0, "b", 5 * s, 1}, {600 * s, 0, "b", 1 * s, 0},
			{700 * s, 0, "c", 10 * s, 2}, {800 * s, 1, "a", 1 * s, 0}, {900 * s, 0, "a", 10 * s, 2}, // c drove a out of the region, not out of host 1
		}},
		// The first is there at 10 s. At 4 s the second waits for it; at 9.5 s the
		// third would have read it from memory at 10.5 s, which is later than 10 s.
		{"a load under way is waited for", Stores{Tiers: []Tier{memory(20 * gb), registry}, Hosts: 1}, []ask{
			{0, 0, "a", 10 * s, 1}, {4 * s, 0, "a", 6 * s, 0}, {9500 * sim.Millisecond, 0, "a", 1 * s, 0}, {10 * s, 0, "a", 1 * s, 0},
		}},
		// An instance whose machine takes 100 s asks first; one that starts next loads
		// itself, and is there for the first one's successors.
		{"no wait for what is later than a load of one's own", Stores{Tiers: []Tier{memory(20 * gb), registry}, Hosts: 1}, []ask{
			{100 * s, 0, "a", 10 * s, 1}, {10 * s, 0, "a", 10 * s, 1}, {30 * s, 0, "a", 1 * s, 0},
		}},
		{"what is there was there before it was used again", Stores{Tiers: []Tier{memory(20 * gb), registry}, Hosts: 1}, []ask{
			{0, 0, "a", 10 * s, 1}, {100 * s, 0, "a", 1 * s, 0}, {50 * s, 0, "a", 1 * s, 0},
		}},
		{"what stood there before the trace is there at its start", Stores{Tiers: []Tier{memory(20 * gb), registry}, Hosts: 1}, []ask{
			{-sim.Longest, 0, "a", 10 * s, 1}, {0, 0, "a", 1 * s, 0},
		}},
	} {
		if err := c.stores.Check(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		x := c.stores.New()
		for i, a := range c.asks {
			wait, store := x.Load(a.at, a.host, sim.PhaseWeights, &sim.Content{Name: a.name, Bytes: 10 * gb, Needed: 10 * gb})
			if wait != a.wait || store != a.store {
				t.Errorf("%s: load %d: %d ns from store %d, want %d from %d", c.name, i, wait, store, a.wait, a.store)
			}
		}
	}
}

// TestParts: what a start needs of a content, and what of it each GPU loads.
func TestParts(t *testing.T) {
	per := memory(20 * gb)
	per.PerGPU = true
	x := Stores{Tiers: []Tier{per, registry}, Hosts: 1}.New()
	for i, c := range []struct {
		needed, shares int64
		phase          sim.Phase
		at, wait       sim.Time
		store          int
	}{
		{1 * gb, 1, sim.PhaseImage, 0, 1 * s, 1},         // a tenth of it from the registry
		{10 * gb, 1, sim.PhaseImage, 100 * s, 1 * s, 0},  // all of it is there then
		{10 * gb, 4, sim.PhaseWeights, 0, 10 * s, 1},     // another content, by its phase; over the registry's line
		{10 * gb, 4, sim.PhaseWeights, 20 * s, s / 4, 0}, // a quarter to each of four GPUs
		{0, 1, sim.PhaseRestore, 0, 0, 1},
	} {
		wait, store := x.Load(c.at, 0, c.phase, &sim.Content{Name: "a", Bytes: 10 * gb, Needed: c.needed, Shares: c.shares})
		if wait != c.wait || store != c.store {
			t.Errorf("load %d: %d ns from store %d, want %d from %d", i, wait, store, c.wait, c.store)
		}
	}
	slow := Stores{Tiers: []Tier{{Bandwidth: 1}}, Hosts: 1}.New()
	if wait, _ := slow.Load(0, 0, 0, &sim.Content{Bytes: 1 << 60, Needed: 1 << 60}); wait != sim.Longest {
		t.Errorf("2^60 bytes at one a second: %d ns, want the longest there is", wait)
	}
}

// TestPlace: where what an instance needs is nearest, and any host where none is nearer.
func TestPlace(t *testing.T) {
	content := func(phase sim.Phase, name string) sim.PhaseSampler {
		return sim.PhaseSampler{Phase: phase, Duration: sim.Constant(0), Content: sim.Content{Name: name, Bytes: 10 * gb, Needed: 10 * gb}}
	}
	a, b := content(sim.PhaseWeights, "a"), content(sim.PhaseImage, "b")
	all := Stores{Tiers: []Tier{memory(20 * gb), registry}, Hosts: 4, Placement: Soonest}
	x := all.New()
	for i, want := range []uint32{0, 1, 2, 3} {
		if got := x.Place(0, sim.Init{a}, (float64(i)+0.5)/4); got != want {
			t.Errorf("of equal hosts the draw takes %d, want %d", got, want)
		}
	}
	x.Load(0, 2, a.Phase, &a.Content)
	x.Load(0, 1, b.Phase, &b.Content)
	x.Load(0, 3, b.Phase, &b.Content)
	x.Load(0, 3, a.Phase, &a.Content)
	for _, c := range []struct {
		init sim.Init
		u    float64
		want uint32
	}{
		{sim.Init{a}, 0.1, 2}, {sim.Init{a}, 0.9, 3},
		{sim.Init{b}, 0.1, 1}, {sim.Init{b}, 0.9, 3},
		{sim.Init{a, b}, 0.1, 3}, {sim.Init{a, b}, 0.9, 3},
	} {
		if got := x.Place(100*s, c.init, c.u); got != c.want {
			t.Errorf("%d contents, draw %v: host %d, want %d", len(c.init), c.u, got, c.want)
		}
	}
	all.Placement = Random
	if got := all.New().Place(0, sim.Init{a}, 0.99); got != 3 {
		t.Errorf("any host: %d, want 3", got)
	}
}

// TestCheck: what is refused.
func TestCheck(t *testing.T) {
	for _, c := range []struct {
		stores Stores
		want   string
	}{
		{Stores{Tiers: []Tier{registry}}, "found 0 hosts, want 1 to 4096"},
		{Stores{Hosts: 1}, "found 0 stores, want 1 to 15"},
		{Stores{Tiers: []Tier{memory(0), registry}, Hosts: 1}, "store 0 keeps 0 bytes, want 1 or more"},
		{Stores{Tiers: []Tier{memory(1)}, Hosts: 1}, "store 0, the last, keeps 1 bytes, want everything"},
		{Stores{Tiers: []Tier{{}}, Hosts: 1}, "store 0 loads 0 bytes a second, want 1 or more"},
	} {
		if err := c.stores.Check(); err == nil || err.Error() != c.want {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
}
