package servers

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// twinSplit is a Split the slow way: twins of its engines, and for each that computes
// prompts a queue of what it has to send, of which it sends one at a time. It shares no
// code with the servers.
type twinSplit struct {
	Split
	prefills, decodes []*twinEngine
	links             []twinLink
	orders            map[uint32]*twinOrder
	told              []sim.ServerEnd // at once
	now               sim.Time
	sent              int // by now

	waited, late int // who had to wait for the link, who was taken back on the way
}

type twinLink struct {
	queue   []*twinOrder
	sending *twinOrder
	until   sim.Time
}

type twinOrder struct {
	id     uint32
	ask    tokens.Request
	at     *twinEngine // nil: on its way
	first  sim.Serving // what it was given before it was sent
	number int         // in the order in which prompts were done
	gone   bool
}

// twinFirsts and twinRests are what requests ask of the two kinds of engines.
type (
	twinFirsts struct{ tokens.Columns }
	twinRests  struct{ tokens.Columns }
)

func (c twinFirsts) Tokens(f, attr uint32, key uint64) tokens.Request {
	q := c.Columns.Tokens(f, attr, key)
	q.Output = 1
	return q
}

func (c twinRests) Tokens(f, attr uint32, key uint64) tokens.Request {
	q := c.Columns.Tokens(f, attr, key)
	q.Input, q.Output = q.Input+1, q.Output-1
	return q
}

func newTwinSplit(c Split) *twinSplit {
	s := &twinSplit{Split: c, orders: map[uint32]*twinOrder{}, links: make([]twinLink, c.Prefills)}
	all := c.Prefill.Columns
	for range c.Prefills {
		c.Prefill.Columns = twinFirsts{all}
		e := drawingTwin(newTwin(c.Prefill))
		e.whole = all
		s.prefills = append(s.prefills, e)
	}
	for range c.Decodes {
		c.Decode.Columns = twinRests{all}
		e := drawingTwin(newTwin(c.Decode))
		e.whole, e.brought = all, true
		s.decodes = append(s.decodes, e)
	}
	return s
}

// count is how many requests an engine has that were not taken back.
func (t *twinEngine) count() int {
	n := len(t.coming) + len(t.waiting)
	for _, r := range t.running {
		if !r.gone {
			n++
		}
	}
	return n
}

func fewest(list []*twinEngine) *twinEngine {
	return slices.MinFunc(list, func(a, b *twinEngine) int { return a.count() - b.count() }) // of several the first
}

func (s *twinSplit) Offer(now sim.Time, r sim.ServerRequest) bool {
	s.now = now
	ask := s.Prefill.Columns.Tokens(r.Function, r.Attr, r.Key)
	p, d := s.prefills[0], s.decodes[0]
	if p.needed(int(ask.Input)) > p.usable() || ask.Output > 1 && d.needed(int(ask.Input+ask.Output-1)) > d.usable() {
		s.told = append(s.told, sim.ServerEnd{ID: r.ID, Status: sim.Failed})
		return true
	}
	e := fewest(s.prefills)
	s.orders[r.ID] = &twinOrder{id: r.ID, ask: ask, at: e}
	return e.Offer(now, r)
}

func (s *twinSplit) Next() sim.Time {
	if len(s.told) > 0 {
		return s.now
	}
	next := sim.Never
	for _, e := range slices.Concat(s.prefills, s.decodes) {
		next = min(next, e.Next())
	}
	for _, l := range s.links {
		if l.sending != nil {
			next = min(next, l.until)
		}
	}
	return next
}

func (s *twinSplit) Advance(now sim.Time, ended []sim.ServerEnd) []sim.ServerEnd {
	s.now = now
	ended = append(ended, s.told...)
	s.told = nil
	for k, e := range s.prefills {
		for _, end := range e.Advance(now, nil) {
			o := s.orders[end.ID]
			if o.ask.Output == 1 {
				ended = append(ended, end)
				continue
			}
			s.sent++
			o.at, o.first, o.number = nil, end.Serving, s.sent
			s.links[k].queue = append(s.links[k].queue, o)
			if s.links[k].sending != nil {
				s.waited++
			}
		}
	}
	for _, e := range s.decodes {
		for _, end := range e.Advance(now, nil) {
			end.Serving = s.orders[end.ID].whole(end.Serving)
			ended = append(ended, end)
		}
	}
	var there []*twinOrder
	for k := range s.links {
		there = append(there, s.links[k].advance(now, s)...)
	}
	slices.SortFunc(there, func(a, b *twinOrder) int { return cmp.Compare(a.number, b.number) })
	for _, o := range there {
		if !o.gone {
			o.at = fewest(s.decodes)
			o.at.Offer(now, sim.ServerRequest{ID: o.id, Attr: o.id, Key: uint64(o.id)})
		}
	}
	return ended
}

// advance returns whose keys and values are all there now. One that is taken back
// takes its time on the link all the same.
func (l *twinLink) advance(now sim.Time, s *twinSplit) (there []*twinOrder) {
	for {
		if l.sending != nil {
			if l.until > now {
				return there
			}
			there, l.sending = append(there, l.sending), nil
		}
		if len(l.queue) == 0 {
			return there
		}
		l.sending, l.queue = l.queue[0], l.queue[1:]
		bytes, took := int64(l.sending.ask.Input)*s.TokenBytes, sim.Time(0)
		for took*s.Bandwidth < bytes*sim.Second { // up to the next ns
			took += max(1, (bytes*sim.Second-took*s.Bandwidth)/s.Bandwidth)
		}
		l.until = now + s.Latency + took
	}
}

func (o *twinOrder) whole(rest sim.Serving) sim.Serving {
	v := o.first
	v.Output += rest.Output
	v.Preempted += rest.Preempted
	return v
}

func (s *twinSplit) Withdraw(now sim.Time, id uint32) sim.Serving {
	s.now = now
	o := s.orders[id]
	o.gone = true
	switch {
	case o.at == nil:
		s.late++
		return o.first
	case slices.Contains(s.prefills, o.at):
		return o.at.Withdraw(now, id)
	}
	return o.whole(o.at.Withdraw(now, id))
}

func (s *twinSplit) Work(list []sim.Work) []sim.Work {
	for _, e := range slices.Concat(s.prefills, s.decodes) {
		list = e.Work(list)
	}
	return list
}

// Split engines tell what engines step by step and queues tell: who ends when and how,
// what it was given, and what the steps did, to the ns. The two kinds are drawn apart,
// their blocks may be of other sizes, memory is tight, prefixes are shared, and requests
// are taken back at any time.
func TestSplitEqualsStepByStep(t *testing.T) {
	type trial struct {
		load load
		Split
	}
	trials := rapid.Custom(func(t *rapid.T) trial {
		l := drawLoad(t, rapid.SampledFrom([]int{1, 5, 40, 400}).Draw(t, "span"))
		s := Split{
			Prefill: drawLLM(t, l), Decode: drawLLM(t, l), Prefills: rapid.IntRange(1, 3).Draw(t, "prefills"), Decodes: rapid.IntRange(1, 3).Draw(t, "decodes"),
			TokenBytes: rapid.Int64Range(0, 3).Draw(t, "bytes"), Bandwidth: rapid.SampledFrom([]int64{7e7, 3e8, 1e9, 1e12}).Draw(t, "bandwidth"), Latency: sim.Time(rapid.IntRange(0, 9).Draw(t, "latency")),
		}
		s.Prefill.Scheduler, s.Decode.Scheduler, s.Decode.Front = V1, V1, 0
		return trial{l, s}
	})
	var preemptions, hits, waited, late int
	compare := func(t rapid.TB, x trial) {
		t.Helper()
		if err := x.Check(); err != nil {
			t.Fatal(err)
		}
		twin := newTwinSplit(x.Split)
		got, gotWork := x.load.replay(x.New(draws).(sim.Worker), nil)
		want, wantWork := x.load.replay(twin, nil)
		for k := range max(len(got), len(want)) {
			if k >= len(got) || k >= len(want) || got[k] != want[k] {
				t.Fatalf("%+v\nthe engines:\n%s\nstep by step:\n%s", x, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
		// Blocks are those of the engine that worked last, of which there are several.
		gotWork.Held, gotWork.Blocks, wantWork.Held, wantWork.Blocks = 0, 0, 0, 0
		if gotWork != wantWork {
			t.Fatalf("%+v\nthe engines worked %+v, step by step %+v", x, gotWork, wantWork)
		}
		waited, late = waited+twin.waited, late+twin.late
		for _, e := range twin.decodes {
			preemptions, hits = preemptions+e.preemptions, hits+e.hits
		}
	}
	rapid.Check(t, func(t *rapid.T) { compare(t, trials.Draw(t, "trial")) })
	n := 10_000
	if testing.Short() {
		n /= 10
	}
	for k := range n {
		compare(t, trials.Example(k))
	}
	if preemptions == 0 || hits == 0 || waited == 0 || late == 0 {
		t.Errorf("where tokens are made %d preemptions and %d hits; %d waited for a link, %d were taken back on their way: want some of each", preemptions, hits, waited, late)
	}
}
