package servers

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// asks are tokens by row.
type asks []tokens.Request

func (a asks) Tokens(_, attr uint32, _ uint64) tokens.Request { return a[attr] }

// linear is a Timer whose steps take so many ns and so many for each of what
// they are made of. It was measured up to contexts of far; 0: at all of them.
type linear struct{ base, token, sequence, kv, context, square, far int64 }

func (l linear) Time(s *Step) sim.Time {
	return l.base + l.token*s.Tokens + l.sequence*s.Sequences + l.kv*s.KV + s.MaxKV + l.context*s.Context + l.square*s.Square
}

func (l linear) Beyond(s *Step) bool {
	return l.far > 0 && (s.MaxKV > l.far || s.Context > l.far*s.Prefill)
}

// load is requests for an engine: when they come, and when they are taken back.
type load struct {
	asks  asks
	at    []sim.Time
	until []sim.Time // Never: not
}

// replay drives a server through a load and writes down what it tells, with the
// time, and its work as sums. Looks come after each event and halfway to the next.
func (l load) replay(s sim.Worker, look func(now sim.Time)) (told []string, work sim.Work) {
	type event struct {
		at   sim.Time
		late bool
		row  int
	}
	var events []event
	for row := range l.at {
		events = append(events, event{l.at[row], false, row})
		if l.until[row] < sim.Never {
			events = append(events, event{l.until[row], true, row})
		}
	}
	slices.SortStableFunc(events, func(a, b event) int { return int(a.at - b.at) })
	gone := make([]bool, len(l.at))
	held := func(row int) uint32 { return uint32(row) }
	var works []sim.Work
	ask := func() {
		n := len(works)
		works = s.Work(works)
		for _, w := range works[n:] {
			work.Steps += w.Steps
			work.Input += w.Input
			work.Output += w.Output
			work.Prefill += w.Prefill
			work.Beyond += w.Beyond
			work.To += w.To - w.From
			work.Held, work.Blocks = w.Held, w.Blocks
		}
	}
	advance := func(at sim.Time) {
		ends := s.Advance(at, nil)
		slices.SortFunc(ends, func(a, b sim.ServerEnd) int { return int(a.ID) - int(b.ID) })
		for _, e := range ends {
			gone[e.ID] = true
			told = append(told, fmt.Sprintf("%d: %d ends, %d %+v", at, e.ID, e.Status, e.Serving))
		}
		ask()
	}
	last := sim.Time(0)
	for _, e := range events {
		if mid := (last + e.at) / 2; look != nil && mid > last {
			for next := s.Next(); next <= mid; next = s.Next() {
				advance(next)
			}
			look(mid)
		}
		last = e.at
		for next := s.Next(); next <= e.at; next = s.Next() {
			advance(next)
		}
		switch {
		case !e.late:
			if !s.Offer(e.at, sim.ServerRequest{ID: held(e.row), Attr: uint32(e.row), Key: uint64(e.row)}) {
				told = append(told, fmt.Sprintf("%d: %d is refused", e.at, e.row))
			}
		case !gone[e.row]:
			gone[e.row] = true
			told = append(told, fmt.Sprintf("%d: %d is taken back, %+v", e.at, e.row, s.Withdraw(e.at, held(e.row))))
			ask()
		}
		if look != nil {
			look(e.at)
		}
	}
	for next := s.Next(); next < sim.Never; next = s.Next() {
		advance(next)
	}
	ask()
	return told, work
}

func (t *twinEngine) Work(list []sim.Work) []sim.Work {
	list = append(list, t.work...)
	t.work = nil
	return list
}

// freeList writes down what the free blocks hold, the first to be reused first.
func (e *engine) freeList() string {
	var out []string
	for i := e.memory.head; i != none; i = e.memory.runs[i].next {
		r := e.memory.runs[i]
		for at := r.lo + r.n - 1; at >= r.lo; at-- {
			if r.extent == none || !e.memory.extents[r.extent].shared {
				out = append(out, "-")
			} else {
				out = append(out, fmt.Sprintf("%d.%d", e.memory.extents[r.extent].id, at))
			}
		}
	}
	return strings.Join(out, " ")
}

func (t *twinEngine) freeList() string {
	var out []string
	for _, b := range t.free {
		if k := t.hash[b]; k.kind == 1 {
			out = append(out, fmt.Sprintf("%d.%d", k.id, k.place))
		} else {
			out = append(out, "-")
		}
	}
	return strings.Join(out, " ")
}

// drawLoad draws requests that share prefixes, in a tree: each goes on from an
// earlier one, or from nothing.
func drawLoad(t *rapid.T, span int) load {
	n := rapid.SampledFrom([]int{1, 3, 8, 20, 40}).Draw(t, "requests")
	extent := rapid.SampledFrom([]int32{0, 0, 2, 3, 4, 8, 12}).Draw(t, "extent")
	prompts := rapid.SampledFrom([]int{4, 20, 40}).Draw(t, "prompts")
	outputs := rapid.SampledFrom([]int{1, 4, 30}).Draw(t, "outputs")
	var l load
	id := uint32(1000)
	for range n {
		q := tokens.Request{
			Input: int32(rapid.IntRange(1, prompts).Draw(t, "input")), Output: int32(rapid.IntRange(1, outputs).Draw(t, "output")),
			Priority: int32(rapid.IntRange(0, 2).Draw(t, "priority")), Extent: extent,
		}
		if extent > 0 {
			length := int((q.Input + extent - 1) / extent)
			if rapid.Bool().Draw(t, "shares output") {
				length = int((q.Input + q.Output + extent - 1) / extent)
			}
			if k := rapid.IntRange(-1, len(l.asks)-1).Draw(t, "parent"); k >= 0 {
				parent := l.asks[k].Blocks
				q.Blocks = append(q.Blocks, parent[:min(len(parent), length, rapid.SampledFrom([]int{1, 2, 4, 8, 99}).Draw(t, "depth"))]...)
			}
			for len(q.Blocks) < length {
				id++
				q.Blocks = append(q.Blocks, id)
			}
		}
		l.asks = append(l.asks, q)
	}
	now := sim.Time(0)
	for range n {
		now += sim.Time(rapid.IntRange(0, span).Draw(t, "gap"))
		l.at = append(l.at, now)
		until := sim.Never
		if rapid.IntRange(0, 3).Draw(t, "timeout") == 0 {
			until = now + sim.Time(rapid.IntRange(0, 4*span).Draw(t, "patience"))
		}
		l.until = append(l.until, until)
	}
	return l
}

func drawLLM(t *rapid.T, l load) LLM {
	unit := rapid.SampledFrom([]int64{1, 10}).Draw(t, "unit")
	timer := linear{
		base: unit * rapid.Int64Range(1, 5).Draw(t, "base"), token: rapid.Int64Range(0, 2).Draw(t, "token"), sequence: rapid.Int64Range(0, 2).Draw(t, "sequence"),
		kv: rapid.Int64Range(0, 1).Draw(t, "kv"), context: rapid.Int64Range(0, 1).Draw(t, "context"), square: rapid.Int64Range(0, 1).Draw(t, "square"),
		far: rapid.SampledFrom([]int64{0, 3, 12, 40}).Draw(t, "far"),
	}
	c := LLM{Timer: timer, Columns: l.asks}
	c.BlockSize = rapid.SampledFrom([]int64{1, 2, 4, 0}).Draw(t, "block size")
	longest := int64(2) // blocks of one request, and the null block
	for _, q := range l.asks {
		longest = max(longest, 1+blocksFor(int64(q.Input+q.Output), max(c.BlockSize, 1)))
	}
	c.Blocks = max(2, longest+rapid.Int64Range(-2, longest).Draw(t, "blocks"))
	c.MaxSequences = rapid.SampledFrom([]int64{1, 3, 8, 16}).Draw(t, "sequences")
	c.MaxTokens = c.MaxSequences + rapid.SampledFrom([]int64{0, 1, 7, 30, 100}).Draw(t, "tokens")
	c.Watermark = rapid.SampledFrom([]float64{0, 0, 0.01, 0.2}).Draw(t, "watermark")
	c.Front = rapid.SampledFrom([]sim.Time{0, 0, 7}).Draw(t, "front")
	switch rapid.SampledFrom([]string{"v1", "prefill first", "priority", "priority, no cache", "no cache"}).Draw(t, "kind") {
	case "prefill first":
		c.Scheduler = PrefillFirst
		c.MaxTokens += 40
	case "priority":
		c.Priority = true
	case "priority, no cache":
		c.Priority, c.NoPrefixCache = true, true
	case "no cache":
		c.NoPrefixCache = true
	}
	if c.Scheduler == V1 && rapid.IntRange(0, 2).Draw(t, "drafts") == 0 {
		c.Speculation = Speculation{Tokens: rapid.Int64Range(1, 9).Draw(t, "draft"), Acceptance: rapid.SampledFrom([]float64{0, 0.5, 0.9, 1}).Draw(t, "acceptance"), Pass: 2}
		if rapid.Bool().Draw(t, "drafter") {
			c.Speculation.Drafter = linear{base: 1, token: 1, kv: 1}
		}
	}
	return c
}

// draws is what requests are drawn by: one function, and a seed.
var draws = sim.Group{All: []sim.Function{{Name: "f"}}, Key: sim.RunKey{Seed: 7}}

// drawing returns an engine, or its twin, that draws.
func drawing(e *engine) *engine {
	e.group = draws
	return e
}

func drawingTwin(t *twinEngine) *twinEngine {
	t.run, t.functions = draws.Key, draws.All
	return t
}

// The engine tells what one tells that takes every step, block and hash by
// itself: who ends when and how, what it was given, what the steps did; and its
// free blocks hold the same in the same order. Memory is tight, prefixes are
// shared, requests are taken back at any time.
func TestEngineEqualsStepByStep(t *testing.T) {
	var seen sights
	trials := trials()
	rapid.Check(t, func(t *rapid.T) {
		x := trials.Draw(t, "trial")
		seen.compare(t, x.load, x.engine)
	})
	n := 20_000 // the same each time, and many: what differs is rare
	if testing.Short() {
		n /= 10
	}
	for k := range n {
		x := trials.Example(k)
		seen.compare(t, x.load, x.engine)
	}
	seen.want(t)
}

type trial struct {
	load   load
	engine LLM
}

func trials() *rapid.Generator[trial] {
	return rapid.Custom(func(t *rapid.T) trial {
		l := drawLoad(t, rapid.SampledFrom([]int{1, 5, 40, 400}).Draw(t, "span"))
		return trial{l, drawLLM(t, l)}
	})
}

// asked is an engine that wants to be asked at each ns.
type asked struct{ *engine }

func (a asked) Next() sim.Time {
	next := a.engine.Next()
	if next == sim.Never {
		return next
	}
	return min(next, a.now+1)
}

// An engine that is asked at each ns tells what one tells that is asked when it
// says.
func TestAskingChangesNothing(t *testing.T) {
	trials := trials()
	for k := range 500 {
		x := trials.Example(k)
		want, wantWork := x.load.replay(drawing(newEngine(x.engine)), nil)
		got, gotWork := x.load.replay(asked{drawing(newEngine(x.engine))}, nil)
		if !slices.Equal(got, want) || gotWork != wantWork {
			t.Fatalf("%+v\nasked at each ns:\n%s\n%+v\nwhen it says:\n%s\n%+v", x, strings.Join(got, "\n"), gotWork, strings.Join(want, "\n"), wantWork)
		}
	}
}

// sights is what the twin saw, how often the engine jumped and was looked at within
// a jump, and the loads with drafts.
type sights struct{ preemptions, hits, evictions, jumps, within, drafts, drafted int }

func (s *sights) want(t *testing.T) {
	if s.preemptions == 0 || s.hits == 0 || s.evictions == 0 || s.jumps == 0 || s.within == 0 || s.drafts > 0 && s.drafted == 0 {
		t.Errorf("the loads made %+v, want some of each", *s)
	}
}

// compare replays a load on an engine and on its twin.
func (s *sights) compare(t rapid.TB, l load, c LLM) {
	t.Helper()
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	jumps := &jumping{stepwise: stepwise{Timer: c.Timer}}
	c.Timer = jumps
	e := drawing(newEngine(c))
	c.Timer = jumps.Timer
	twin := drawingTwin(newTwin(c))
	var gotFree, wantFree, gotGauges, wantGauges []string
	got, gotWork := l.replay(e, func(now sim.Time) {
		if e.settle(now); e.jumping(now) {
			s.within++
		}
		gotGauges = append(gotGauges, l.gauges(now, e, e))
		if now%3 == 0 {
			e.settle(now)
			e.cut(now)
			gotFree = append(gotFree, e.freeList())
			e.check(t)
		}
	})
	want, wantWork := l.replay(twin, func(now sim.Time) {
		wantGauges = append(wantGauges, l.gauges(now, twin, twin))
		if now%3 == 0 {
			twin.advance(now)
			wantFree = append(wantFree, twin.freeList())
		}
	})
	for k := range max(len(got), len(want)) {
		if k >= len(got) || k >= len(want) || got[k] != want[k] {
			t.Fatalf("%+v\n%+v\nthe engine:\n%s\nstep by step:\n%s", c, l, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	if !slices.Equal(gotFree, wantFree) || e.freeList() != twin.freeList() {
		t.Fatalf("%+v\n%+v\nfree blocks of the engine:\n%s\nstep by step:\n%s", c, l, strings.Join(append(gotFree, e.freeList()), "\n"), strings.Join(append(wantFree, twin.freeList()), "\n"))
	}
	if !slices.Equal(gotGauges, wantGauges) {
		t.Fatalf("%+v\n%+v\nthe engine stands\n%s\nstep by step\n%s", c, l, strings.Join(gotGauges, "\n"), strings.Join(wantGauges, "\n"))
	}
	if gotWork != wantWork {
		t.Fatalf("%+v\n%+v\nthe engine worked %+v, step by step %+v", c, l, gotWork, wantWork)
	}
	if e.memory.free != e.usable {
		t.Fatalf("%d of %d blocks are free when nobody is there", e.memory.free, e.usable)
	}
	s.preemptions += twin.preemptions
	s.hits += twin.hits
	s.evictions += twin.evictions
	s.jumps += jumps.far
	s.drafted += twin.drafted
	if c.Speculation.Tokens > 0 {
		s.drafts++
	}
}

// jumping is a Runner that counts the jumps of more than one step.
type jumping struct {
	stepwise
	far int
}

func (j *jumping) Beyond(s *Step) bool { return j.Timer.(Measured).Beyond(s) }

func (j *jumping) Run(s *Step, n int64, from, until sim.Time) (int64, sim.Time) {
	steps, at := j.stepwise.Run(s, n, from, until)
	if steps > 1 {
		j.far++
	}
	return steps, at
}

// check asserts that blocks are conserved: those that are free and those that
// requests hold are all that there are, and each run counts its holders.
func (e *engine) check(t rapid.TB) {
	free, held := int64(0), int64(0)
	for i := e.memory.head; i != none; i = e.memory.runs[i].next {
		if e.memory.runs[i].refs != 0 {
			t.Fatalf("a free run has %d holders", e.memory.runs[i].refs)
		}
		free += int64(e.memory.runs[i].n)
	}
	if free != e.memory.free {
		t.Fatalf("%d blocks are free, counted %d", free, e.memory.free)
	}
	refs := map[int32]int32{}
	for k, s := range e.running.seats {
		q := &e.seqs.all[s.seq]
		computed := q.computed
		if s.end != catchingUp {
			computed = e.running.tick - s.off
		}
		has := max(q.held, blocksFor(computed, e.size))
		if e.flying && k < len(e.flight.drafts) {
			has = e.flight.drafts[k].held
		}
		held += has - q.found
		for _, h := range q.holds {
			for i, left := h.run, h.n; left > 0; i = e.memory.runs[i].after {
				if refs[i]++; refs[i] == 1 {
					held += int64(e.memory.runs[i].n)
				}
				left -= e.memory.runs[i].n
			}
		}
	}
	for i, n := range refs {
		if e.memory.runs[i].refs != n {
			t.Fatalf("a run of %d holders counts %d", n, e.memory.runs[i].refs)
		}
	}
	records := len(refs)
	for i := e.memory.head; i != none; i = e.memory.runs[i].next {
		records++
	}
	for i := e.memory.spare; i != none; i = e.memory.runs[i].next {
		records++
	}
	if records != len(e.memory.runs) {
		t.Fatalf("of %d records of runs %d are free, held or to spare", len(e.memory.runs), records)
	}
	records = 0
	for x := e.memory.spareExtent; x != none; x = e.memory.extents[x].first {
		records++
	}
	for x := range e.memory.extents {
		if id := e.memory.extents[x].id; e.memory.extents[x].shared && e.memory.ids.get(id) == int32(x) {
			records++
		}
	}
	for k := range e.seqs.all {
		if e.seqs.all[k].own != none {
			records++
		}
	}
	if records != len(e.memory.extents) {
		t.Fatalf("of %d records of extents %d are known, a request's own or to spare", len(e.memory.extents), records)
	}
	// A seat that a step under way leaves out is one tick behind.
	if !(e.flying && e.flight.skipped > 0) && held+free != e.usable {
		t.Fatalf("%d blocks held and %d free, there are %d", held, free, e.usable)
	}
}

// A cache that is keyed by extents of 512 tokens finds and gives up what one
// keyed by each block of 16 does.
func TestExtentsEqualBlocks(t *testing.T) {
	var seen sights
	rapid.Check(t, func(t *rapid.T) {
		const extent = 512
		var l load
		id := uint32(0)
		now := sim.Time(0)
		for range rapid.SampledFrom([]int{2, 10, 30}).Draw(t, "requests") {
			q := tokens.Request{Input: int32(rapid.IntRange(1, 5*extent).Draw(t, "input")), Output: int32(rapid.IntRange(1, 100).Draw(t, "output")), Extent: extent}
			length := (int(q.Input) + extent - 1) / extent
			if k := rapid.IntRange(-1, len(l.asks)-1).Draw(t, "parent"); k >= 0 {
				parent := l.asks[k].Blocks
				q.Blocks = append(q.Blocks, parent[:min(len(parent), length, rapid.IntRange(1, 5).Draw(t, "depth"))]...)
			}
			for len(q.Blocks) < length {
				id++
				q.Blocks = append(q.Blocks, id)
			}
			now += rapid.SampledFrom([]sim.Time{0, 1, 50, 3000, 30_000}).Draw(t, "gap")
			l.add(now, q)
		}
		seen.compare(t, l, LLM{
			Timer: linear{base: 300, token: 1}, Columns: l.asks, MaxTokens: rapid.SampledFrom([]int64{64, 500, 2048}).Draw(t, "tokens"), MaxSequences: 16,
			Blocks: int64(rapid.IntRange(170, 400).Draw(t, "blocks")),
		})
	})
	seen.want(t)
}

// The same of a real trace, on an engine with little memory.
func TestMooncakeEqualsBlocks(t *testing.T) {
	all := mooncake(t, 1, 0)
	l := load{asks: all.asks[:150], at: all.at[:150], until: all.until[:150]}
	for k := 4; k < len(l.until); k += 9 {
		l.until[k] = l.at[k] + 20*sim.Second
	}
	var seen sights
	for _, blocks := range []int64{2000, 8000} {
		seen.compare(t, l, LLM{Timer: h100, Columns: l.asks, MaxTokens: 8192, MaxSequences: 12, Blocks: blocks})
	}
	seen.want(t)
}
