package servers

import (
	"fmt"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// gauges writes down how full a server is, and what its cache has of some requests.
func (l load) gauges(now sim.Time, g sim.GaugeServer, p sim.PrefixServer) string {
	out := fmt.Sprintf("%d: %+v", now, g.Gauge(now))
	for k := range min(3, len(l.asks)) {
		row := (int(now) + k) % len(l.asks)
		cached, prompt := p.Cached(now, sim.ServerRequest{ID: uint32(len(l.asks)), Attr: uint32(row), Key: uint64(len(l.asks))})
		out += fmt.Sprintf(", %d of %d of %d", cached, prompt, row)
	}
	return out
}

// Gauge counts requests and blocks one by one.
func (t *twinEngine) Gauge(now sim.Time) sim.Gauge {
	t.advance(now)
	g := sim.Gauge{Running: t.count() - len(t.coming) - len(t.waiting), Waiting: len(t.coming) + len(t.waiting), Blocks: int64(t.usable())}
	for _, n := range t.refs {
		if n > 0 {
			g.Held++
		}
	}
	return g
}

// Cached looks each block of the prompt up by its hash.
func (t *twinEngine) Cached(now sim.Time, q sim.ServerRequest) (found, prompt int64) {
	t.advance(now)
	r := &twinRequest{uid: 1 << 40, ask: t.Columns.Tokens(q.Function, q.Attr, q.Key)}
	r.whole = r.ask
	if t.whole != nil {
		r.whole = t.whole.Tokens(q.Function, q.Attr, q.Key)
	}
	if t.needed(int(r.ask.Input+r.ask.Output)-1) > t.usable() {
		return 0, int64(r.ask.Input) // it fails
	}
	for b := 0; (b+1)*int(t.BlockSize) < int(r.ask.Input) && len(t.cache[t.key(r, b)]) > 0; b++ {
		found += t.BlockSize
	}
	return found, int64(r.ask.Input)
}

// What the cache has of a request is what it finds when it is offered then, to an
// engine that has nothing else to do; asked a second time it is the same.
func TestCachedIsFound(t *testing.T) {
	some := 0
	trials := trials()
	for k := range 1000 {
		x := trials.Example(k)
		for k := range x.load.until {
			x.load.until[k] = sim.Never
		}
		e := drawing(newEngine(x.engine))
		x.load.replay(e, nil)
		now := e.now + 1
		r := sim.ServerRequest{ID: 1, Attr: uint32(k % len(x.load.asks)), Key: 1 << 40}
		want, _ := e.Cached(now, r)
		if again, _ := e.Cached(now, r); again != want {
			t.Fatalf("%d tokens, and then %d", want, again)
		}
		e.Offer(now, r)
		var ends []sim.ServerEnd
		for len(ends) == 0 {
			ends = e.Advance(e.Next(), nil)
		}
		if got := int64(ends[0].Serving.Cached); got != want {
			t.Fatalf("%+v\nrequest %d found %d tokens, the cache said %d", x, r.Attr, got, want)
		}
		if want > 0 {
			some++
		}
	}
	if some == 0 {
		t.Error("nothing was ever found")
	}
}

// A ping finds nothing, and where nothing is named there is nothing to find.
func TestCachedOfNothing(t *testing.T) {
	all := asks{shares(8, 1, 1, 2), ask(8, 1)}
	e := newEngine(LLM{Timer: ten{}, Columns: all, BlockSize: 4, MaxTokens: 16, MaxSequences: 8, Blocks: 9})
	e.Offer(0, sim.ServerRequest{ID: 1})
	for e.Next() < sim.Never {
		e.Advance(e.Next(), nil)
	}
	for _, c := range []struct {
		r    sim.ServerRequest
		want int64
	}{
		{sim.ServerRequest{ID: 2, Attr: 0}, 4}, // of 8 tokens one is computed again, and with it its block
		{sim.ServerRequest{ID: 2, Attr: 1}, 0},
		{sim.ServerRequest{ID: 2, Ping: true}, 0},
	} {
		if got, _ := e.Cached(100, c.r); got != c.want {
			t.Errorf("%+v finds %d tokens, want %d", c.r, got, c.want)
		}
	}
}

// Split engines by hand: 10 ns a step, 10 ns a token on the link. The prompt of 4
// tokens is computed from 0 to 10, sent from 10 to 50, and the other two tokens are
// made until 70, in 2 blocks of 4 tokens. At 20 a second one of one token comes.
func TestSplitGauge(t *testing.T) {
	all := asks{ask(4, 3), ask(4, 1), shares(8, 1, 1, 2)}
	one := LLM{Timer: ten{}, Columns: all, BlockSize: 4, MaxTokens: 16, MaxSequences: 8, Blocks: 5}
	s := Split{Prefill: one, Decode: one, Prefills: 1, Decodes: 1, TokenBytes: 1, Bandwidth: 1e8}.New(sim.Group{}).(*split)
	to := func(now sim.Time) {
		for next := s.Next(); next <= now; next = s.Next() {
			s.Advance(next, nil)
		}
	}
	offer := func(now sim.Time, id uint32) {
		to(now)
		s.Offer(now, sim.ServerRequest{ID: id, Attr: id})
	}
	look := func(now sim.Time, running, waiting int, held int64) {
		t.Helper()
		for _, told := range []sim.Time{now - 1, now} { // it is the same before what happens at that ns is told
			to(told)
			if got, want := s.Gauge(now), (sim.Gauge{Running: running, Waiting: waiting, Held: held, Blocks: 8}); got != want {
				t.Errorf("at %d %+v, want %+v", now, got, want)
			}
		}
	}
	offer(0, 0)
	look(0, 0, 1, 0)
	look(5, 1, 0, 1)
	look(10, 0, 1, 0) // on its way
	offer(20, 1)
	look(25, 1, 1, 1)
	look(30, 0, 1, 0)
	look(55, 1, 0, 2) // 4 tokens that came, and the one made before
	look(70, 0, 0, 0)
	offer(80, 2)
	to(100)
	if got, _ := s.Cached(100, sim.ServerRequest{ID: 3, Attr: 2}); got != 4 {
		t.Errorf("%d tokens are cached, want 4", got)
	}
}

// Those who are served and those who wait, of servers without a memory of blocks.
func TestGauges(t *testing.T) {
	b := Batch{Size: 2, Wait: 10, Base: 100}.New(sim.Group{}).(*batch)
	for id := range uint32(3) {
		b.Offer(5, sim.ServerRequest{ID: id})
	}
	s := Shared{MilliCPU: 1000, MilliShare: 1000}.New(sim.Group{}).(*shared)
	s.Offer(0, sim.ServerRequest{ID: 0, Service: 10})
	s.Offer(0, sim.ServerRequest{ID: 1, Service: 20})
	for _, c := range []struct {
		name string
		got  sim.Gauge
		want sim.Gauge
	}{
		{"a batch of two under way", b.Gauge(6), sim.Gauge{Running: 2, Waiting: 1}},
		{"two who share", s.Gauge(6), sim.Gauge{Running: 2}},
	} {
		if c.got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, c.got, c.want)
		}
	}
}
