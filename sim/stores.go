package sim

import "fmt"

// Content is what a phase of an initialisation loads through the stores of its
// platform: an image, the weights of a model, a snapshot.
type Content struct {
	Name   string // contents of one phase and name are the same; "": the function's own
	Bytes  int64  // all of it, as stores keep it; 0: the phase loads nothing through them
	Needed int64  // the part of it that the phase waits for, 0 … Bytes; the rest comes later
	Shares int64  // GPUs that load equal parts of it side by side; 0 counts as 1
}

// Stores are where contents are kept: the state that all functions of a
// platform share, which run in one shard. They are asked in the order in which
// instances start, whatever phases come before the one that loads.
type Stores interface {
	// Place returns the host of an instance that starts and has an init to go
	// through; uniform, in (0, 1), is its draw. A platform with nodes asks its
	// placement policy instead, and hosts are its nodes.
	Place(now Time, init Init, uniform float64) (host uint32)
	// Load loads a phase's content to a host from a time on, and returns how
	// long the phase waits for it, ≥ 0, and which store it came from, below
	// MaxStores.
	Load(at Time, host uint32, phase Phase, c *Content) (wait Time, store int)
}

// StoresFactory makes the stores of a run. They keep nothing yet but what is
// kept for ever.
type StoresFactory interface{ New() Stores }

// MaxStores is how many stores a platform can tell apart.
const MaxStores = 15

// Sources say from which store the content of each phase came: four bits a phase.
type Sources uint64

// Store returns where the content of a phase came from; false where it loaded
// none.
func (s Sources) Store(p Phase) (store int, ok bool) {
	n := int(s >> (4 * p) & MaxStores)
	return n - 1, n > 0
}

func (s *Sources) set(p Phase, store int) {
	*s &^= MaxStores << (4 * p)
	*s |= Sources(store+1) << (4 * p)
}

// checkInit refuses contents that cannot be, or that nothing can load.
func (p *Platform) checkInit(init Init) error {
	for i := range init {
		switch c := &init[i].Content; {
		case c.Bytes == 0:
		case c.Bytes < 0 || c.Needed < 0 || c.Needed > c.Bytes || c.Shares < 0:
			return fmt.Errorf("phase %v loads %d of %d bytes to %d GPUs", init[i].Phase, c.Needed, c.Bytes, c.Shares)
		case p.Stores == nil:
			return fmt.Errorf("phase %v loads %d bytes and the platform has no stores", init[i].Phase, c.Bytes)
		}
	}
	return nil
}

// named returns an init whose contents without a name have the function's.
func (i Init) named(f *Function) Init {
	out := i
	for k := range i {
		if i[k].Content.Bytes == 0 || i[k].Content.Name != "" {
			continue
		}
		if &out[0] == &i[0] {
			out = append(Init(nil), i...)
		}
		out[k].Content.Name = f.ID()
	}
	return out
}

// placeOn gives an instance that starts its node, or where there are none its host.
func (s *shard) placeOn(d *deployment, id instanceID, now Time, c cause) {
	if d.cluster != nil {
		s.lodge(d, id, max(0, now), c)
		return
	}
	s.placeHost(d, id, now, c)
}

// placeHost gives an instance that starts its host, where there are no nodes.
func (s *shard) placeHost(d *deployment, id instanceID, now Time, c cause) {
	if d.platform.stores == nil {
		return
	}
	f := &s.starts[c.fn]
	stream := c.stream(NewStream(s.config.Key, c.purpose+hostKey, f.key))
	s.births[id].host = d.platform.stores.Place(now, f.init, stream.Uniform(c.key))
}

// load loads the content of a phase that begins when the instance is ready but
// for it, and returns how long that takes.
func (s *shard) load(id instanceID, p *PhaseSampler, at Time) Time {
	b := &s.births[id]
	stores := s.deps[b.dep].platform.stores
	wait, store := stores.Load(at, b.host, p.Phase, &p.Content)
	if wait < 0 || store < 0 || store >= MaxStores {
		panic(refusal{fmt.Errorf("the stores of %s load in %d ns from store %d, want 0 ns or more, from 0 to %d", s.all[s.deps[b.dep].first].ID(), wait, store, MaxStores-1)})
	}
	b.sources.set(p.Phase, store)
	return s.drawn(wait)
}

// loadBefore loads what an instance needs that stood there before the trace
// began. It waits for nothing.
func (s *shard) loadBefore(d *deployment, id instanceID, c cause) {
	s.placeOn(d, id, -Longest, c)
	s.loadPhases(d, id, c.fn, NumPhases)
}

// loadPhases does that for the phases before a layer.
func (s *shard) loadPhases(d *deployment, id instanceID, fn localFn, to Phase) {
	if d.platform.stores == nil {
		return
	}
	init := s.starts[fn].init
	for i := range init {
		if p := &init[i]; p.Content.Bytes > 0 && p.Phase < to {
			d.platform.stores.Load(-Longest, s.births[id].host, p.Phase, &p.Content)
		}
	}
}
