package servers

import "github.com/coldcurve/coldcurve/sim"

var (
	_ sim.GaugeServer  = (*engine)(nil)
	_ sim.PrefixServer = (*engine)(nil)
	_ sim.GaugeServer  = (*split)(nil)
	_ sim.PrefixServer = (*split)(nil)
	_ sim.GaugeServer  = (*hosted)(nil)
	_ sim.GaugeServer  = (*batch)(nil)
	_ sim.GaugeServer  = (*shared)(nil)
)

// Gauge returns how the engine stands. Within a jump it counts the steps up to
// now and leaves the jump as it is. One that is taken back holds its blocks until
// its step ends, but runs no more.
func (e *engine) Gauge(now sim.Time) sim.Gauge {
	e.settle(now)
	running := len(e.running.seats)
	if e.flying {
		running -= len(e.flight.leaving)
	}
	return sim.Gauge{Running: running, Waiting: e.seqs.names.used - running, Held: e.usable - e.memory.free + e.jumped(now), Blocks: e.usable}
}

// jumped returns how many blocks the steps of the jump have taken that began
// before now.
func (e *engine) jumped(now sim.Time) int64 {
	if !e.jumping(now) {
		return 0
	}
	n, at := e.take(e.jump.steps, now)
	if at < now {
		n++
	}
	return e.running.crossings(n)
}

// Cached returns how many tokens of a request's prompt are in the prefix cache.
func (e *engine) Cached(now sim.Time, r sim.ServerRequest) (cached, prompt int64) {
	if r.Ping {
		return 0, 0
	}
	q := sequence{ask: e.Columns.Tokens(r.Function, r.Attr, r.Key), own: none}
	prompt = int64(q.ask.Input)
	if e.NoPrefixCache || !e.holds(&q.ask) {
		return 0, prompt
	}
	if q.shared = sharedBlocks(&q.ask, e.size); q.shared == 0 {
		return 0, prompt
	}
	e.settle(now)
	e.cut(now) // what a jump takes and makes known is found in the blocks alone
	found, _ := e.memory.lookUp(&q, fullBlocks(int64(q.ask.Input)-1, e.size), e.size)
	return found * e.size, prompt
}

// Gauge adds up the engines. A request whose keys and values are on their way
// waits.
func (s *split) Gauge(now sim.Time) sim.Gauge {
	g := sim.Gauge{Waiting: s.names.used}
	for k, e := range s.engines {
		x := e.Gauge(now)
		g.Running += x.Running
		g.Held += x.Held
		g.Blocks += x.Blocks
		for _, end := range e.ended { // not told yet
			if k >= s.Prefills || s.orders[end.ID].ask.Output == 1 {
				g.Waiting--
			}
		}
	}
	g.Waiting -= g.Running
	return g
}

// Cached asks the engine that a request would go to.
func (s *split) Cached(now sim.Time, r sim.ServerRequest) (cached, prompt int64) {
	return s.engines[s.least(0, s.Prefills)].Cached(now, r)
}

// Gauge counts the requests, of which none waits.
func (h *hosted) Gauge(sim.Time) sim.Gauge { return sim.Gauge{Running: len(h.jobs)} }

// Gauge counts the requests of the batch under way, and those that gather.
func (b *batch) Gauge(now sim.Time) sim.Gauge {
	b.settle(now)
	return sim.Gauge{Running: len(b.served), Waiting: len(b.gathered)}
}

// Gauge counts the requests, of which none waits.
func (s *shared) Gauge(sim.Time) sim.Gauge { return sim.Gauge{Running: len(s.jobs)} }
