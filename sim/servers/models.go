package servers

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// Models serves several models on the same GPUs, of which so many are loaded at a
// time. Each has an engine of its own and a part of the memory of its own; the GPUs
// are shared in time: while n of the engines have work, a step takes n times as long,
// n as it is when the step begins. A request to a model that is not loaded waits for a
// swap: one at a time, in the order of who has waited longest, in the place of the
// least recently asked of the models that have nothing to do. Where all have, the least
// recently asked takes no more requests and gives its place up when it is done with
// those it has: so nobody waits for ever. What is swapped out takes no time, and its
// prefix cache is gone.
//
// Where they are adapters of one model (Adapters), one engine serves them all in the
// same steps, and only the adapters are swapped; the cache stays.
type Models struct {
	Models   []Model
	Of       []int // of each function, which model it asks
	Loaded   int   // at a time, at most, ≥ 1
	Adapters bool  // the engine of the first serves all
}

// Model is one of several.
type Model struct {
	Engine LLM
	Swap   sim.Time // how long it takes to load, ≥ 0
}

var (
	_ sim.ServerFactory = Models{}
	_ sim.Worker        = (*models)(nil)
	_ sim.GaugeServer   = (*models)(nil)
	_ sim.PrefixServer  = (*models)(nil)
)

// Check says what is wrong with the parameters; nil where nothing is.
func (m Models) Check() error {
	if len(m.Models) == 0 {
		return errors.New("no models, want 1 or more")
	}
	if m.Loaded < 1 {
		return fmt.Errorf("%d models are loaded at a time, want 1 or more", m.Loaded)
	}
	for k, x := range m.Models {
		if x.Swap < 0 {
			return fmt.Errorf("model %d takes %d ns to load, want ≥ 0", k, x.Swap)
		}
		if err := x.Engine.Check(); err != nil {
			return fmt.Errorf("model %d: %w", k, err)
		}
	}
	for f, k := range m.Of {
		if k < 0 || k >= len(m.Models) {
			return fmt.Errorf("function %d asks model %d, there are %d", f, k, len(m.Models))
		}
	}
	return nil
}

// New returns the server of an instance. The parameters must pass Check.
func (m Models) New(g sim.Group) sim.Server {
	if err := m.Check(); err != nil {
		panic(err)
	}
	s := &models{Models: m, all: make([]resident, len(m.Models)), swapping: -1, draining: -1}
	for k := range m.engineCount() {
		e := newEngine(m.Models[k].Engine)
		e.group = g
		s.engines = append(s.engines, e)
	}
	return s
}

// engineCount is how many engines there are.
func (m *Models) engineCount() int {
	if m.Adapters {
		return 1
	}
	return len(m.Models)
}

// models is the state of a Models.
type models struct {
	Models
	engines  []*engine
	all      []resident
	waiting  []waits // for a swap, in the order of arrival
	swapping int     // the model that is being loaded; −1: none
	swapped  sim.Time
	swaps    []sim.Work // that are over and not told of
	draining int        // the model that takes no more requests; −1: none
	uses     int64
	names    index // of requests: their model
	answered []sim.ServerEnd
	ended    []sim.ServerEnd
	now      sim.Time
}

// resident is a model's state.
type resident struct {
	loaded  bool
	used    int64 // the number of the last request that asked it
	running int   // requests that its engine has
}

// waits is a request that waits for a swap.
type waits struct {
	r     sim.ServerRequest
	model int
	since sim.Time
}

// engine returns the engine of a model.
func (s *models) engine(model int) *engine {
	if s.Adapters {
		return s.engines[0]
	}
	return s.engines[model]
}

// Offer takes every request. One that its engine could never hold ends as Failed,
// and a ping is answered at once.
func (s *models) Offer(now sim.Time, r sim.ServerRequest) bool {
	if r.Ping {
		s.answer(now, r.ID, sim.Completed)
		return true
	}
	m := s.Of[r.Function]
	ask := s.engine(m).Columns.Tokens(r.Function, r.Attr, r.Key)
	if !s.engine(m).holds(&ask) {
		s.answer(now, r.ID, sim.Failed)
		return true
	}
	s.uses++
	s.all[m].used = s.uses
	s.names.put(r.ID, int32(m))
	if s.all[m].loaded && s.draining != m {
		s.enter(now, m, r)
	} else {
		s.waiting = append(s.waiting, waits{r, m, now})
		s.arrange(now)
	}
	s.share(now)
	return true
}

func (s *models) answer(now sim.Time, id uint32, status sim.Status) {
	s.now = now
	s.answered = append(s.answered, sim.ServerEnd{ID: id, Status: status})
}

// enter gives a request to the engine of its model, which is loaded.
func (s *models) enter(now sim.Time, m int, r sim.ServerRequest) {
	s.all[m].running++
	s.engine(m).Offer(now, r)
}

// admit gives those who wait for a model, which is loaded, to its engine.
func (s *models) admit(now sim.Time, m int) {
	kept := s.waiting[:0]
	for _, w := range s.waiting {
		if w.model == m {
			s.enter(now, m, w.r)
		} else {
			kept = append(kept, w)
		}
	}
	s.waiting = kept
}

// arrange begins the swap that is due, or looks for who leaves for it.
func (s *models) arrange(now sim.Time) {
	for s.swapping < 0 && len(s.waiting) > 0 {
		m := s.waiting[0].model
		if s.all[m].loaded { // nobody waits any more for the place that it was to give up
			s.undrain(now)
			s.admit(now, m)
			continue
		}
		victim, idle := s.victim()
		switch {
		case victim >= 0 && !idle:
			if s.draining < 0 {
				s.draining = victim
			}
			return
		case victim >= 0:
			s.evict(victim)
			s.undrain(now)
		}
		s.swapping, s.swapped = m, after(now, s.Models.Models[m].Swap)
		if s.swapped > now {
			return
		}
		s.land(now)
	}
}

// undrain lets the model that was to give its place up have it, where it did not.
func (s *models) undrain(now sim.Time) {
	d := s.draining
	s.draining = -1
	if d >= 0 && s.all[d].loaded {
		s.admit(now, d)
	}
}

// land ends the swap.
func (s *models) land(now sim.Time) {
	m := s.swapping
	s.swapping = -1
	if len(s.swaps) < fewWorks { // or nobody asks
		took := s.Models.Models[m].Swap
		s.swaps = append(s.swaps, sim.Work{From: s.swapped - took, To: s.swapped, Others: took, Swaps: 1})
	}
	s.all[m].loaded = true
	s.admit(now, m)
}

// victim returns the model that gives its place to another: −1 where there is a
// place; else the least recently asked of those that have nothing to do, or of all.
func (s *models) victim() (model int, idle bool) {
	model, loaded := -1, 0
	for m := range s.all {
		r := &s.all[m]
		if !r.loaded {
			continue
		}
		loaded++
		free := s.free(m)
		if model < 0 || free && !idle || free == idle && r.used < s.all[model].used {
			model, idle = m, free
		}
	}
	if loaded < s.Loaded {
		return -1, true
	}
	return model, idle
}

// free reports whether a model has nothing to do.
func (s *models) free(m int) bool {
	e := s.engine(m)
	return s.all[m].running == 0 && (s.Adapters || e.idle() && !e.flying)
}

// evict unloads a model that has nothing to do.
func (s *models) evict(m int) {
	s.all[m].loaded = false
	if e := s.engine(m); !s.Adapters {
		e.memory = newBlocks(e.usable)
	}
}

// share tells the engines how many of them have work.
func (s *models) share(now sim.Time) {
	if len(s.engines) == 1 {
		return
	}
	n := int64(0)
	for _, e := range s.engines {
		e.settle(now)
		if e.flying || !e.idle() {
			n++
		}
	}
	n = max(1, n)
	for _, e := range s.engines {
		if e.share != n {
			e.cut(now)
			e.share = n
		}
	}
}

// Next returns when an engine must be asked, or a swap is over.
func (s *models) Next() sim.Time {
	if len(s.answered) > 0 {
		return s.now
	}
	next := sim.Never
	for _, e := range s.engines {
		next = min(next, e.Next())
	}
	if s.swapping >= 0 {
		next = min(next, s.swapped)
	}
	return next
}

// Advance brings all engines to now, and does the swaps that are due.
func (s *models) Advance(now sim.Time, ended []sim.ServerEnd) []sim.ServerEnd {
	ended = append(ended, s.answered...)
	s.answered = s.answered[:0]
	for _, e := range s.engines {
		s.ended = e.Advance(now, s.ended[:0])
		for _, end := range s.ended {
			s.all[s.names.get(end.ID)].running--
			s.names.remove(end.ID)
			ended = append(ended, end)
		}
	}
	if s.swapping >= 0 && s.swapped <= now {
		s.land(now)
	}
	s.arrange(now)
	s.share(now)
	return ended
}

// Withdraw takes a request back from its engine, or from those who wait for a swap.
// A swap that has begun goes on.
func (s *models) Withdraw(now sim.Time, id uint32) sim.Serving {
	m := int(s.names.get(id))
	if m < 0 {
		panic("a request is taken back that no model holds")
	}
	s.names.remove(id)
	var serving sim.Serving
	if k := slices.IndexFunc(s.waiting, func(w waits) bool { return w.r.ID == id }); k >= 0 {
		w := s.waiting[k]
		ask := s.engine(m).Columns.Tokens(w.r.Function, w.r.Attr, w.r.Key)
		serving = sim.Serving{Queued: w.since, Input: uint32(ask.Input)}
		s.waiting = slices.Delete(s.waiting, k, k+1)
	} else {
		s.all[m].running--
		serving = s.engine(m).Withdraw(now, id)
	}
	s.arrange(now)
	s.share(now)
	return serving
}

// Work appends what the engines did, which is of the same GPUs: what one of them
// waited for others is told beside. Blocks are those of all that can be loaded.
func (s *models) Work(list []sim.Work) []sim.Work {
	n := len(list)
	for _, e := range s.engines {
		list = e.Work(list)
	}
	if !s.Adapters {
		for i := range list[n:] {
			list[n+i].Blocks *= int64(min(s.Loaded, len(s.engines)))
		}
	}
	list = append(list, s.swaps...)
	s.swaps = s.swaps[:0]
	slices.SortStableFunc(list[n:], func(a, b sim.Work) int { return cmp.Compare(a.From, b.From) })
	return list
}

// Gauge adds up the engines. Who waits for a swap waits.
func (s *models) Gauge(now sim.Time) sim.Gauge {
	g := sim.Gauge{Waiting: len(s.waiting)}
	for _, e := range s.engines {
		x := e.Gauge(now)
		g.Running += x.Running
		g.Waiting += x.Waiting
		g.Held += x.Held
		g.Blocks += x.Blocks
	}
	if !s.Adapters {
		g.Blocks = g.Blocks / int64(len(s.engines)) * int64(min(s.Loaded, len(s.engines)))
	}
	return g
}

// Cached asks the engine of the request's model, if it is loaded.
func (s *models) Cached(now sim.Time, r sim.ServerRequest) (cached, prompt int64) {
	if r.Ping {
		return 0, 0
	}
	m := s.Of[r.Function]
	cached, prompt = s.engine(m).Cached(now, r)
	if !s.Adapters && !s.all[m].loaded {
		return 0, prompt
	}
	return cached, prompt
}
