package servers

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// ten is a Timer: each step takes ten ns.
type ten struct{}

func (ten) Time(*Step) sim.Time { return 10 }

// customer is a request of a timeline.
type customer struct {
	name   string
	at     sim.Time
	ask    tokens.Request
	leaves sim.Time // taken back; 0: it stays
}

// timeline writes down what an engine does with its customers, a line for each
// step: from when to when, who computes how many tokens, who waits [in line], and
// how many blocks are free meanwhile. Each end has a line: when the first token
// was there, then the tokens from the cache and the preemptions, where there are.
func timeline(t *testing.T, c LLM, customers []customer) string {
	t.Helper()
	var all asks
	for _, x := range customers {
		all = append(all, x.ask)
	}
	c.Timer, c.Columns = ten{}, all
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	e := newEngine(c)
	var out strings.Builder
	write := func(now sim.Time, ends []sim.ServerEnd) {
		for _, end := range ends {
			if end.Status == sim.Failed {
				fmt.Fprintf(&out, "%d %s fails\n", now, customers[end.ID].name)
				continue
			}
			fmt.Fprintf(&out, "%d %s ends: first %d", now, customers[end.ID].name, end.Serving.First)
			if end.Serving.Cached > 0 {
				fmt.Fprintf(&out, ", %d cached", end.Serving.Cached)
			}
			if end.Serving.Preempted > 0 {
				fmt.Fprintf(&out, ", %d preempted", end.Serving.Preempted)
			}
			out.WriteByte('\n')
		}
	}
	const last = 1000
	for now := sim.Time(0); now < last; now++ {
		write(now, e.Advance(now, nil))
		e.cut(now)
		if e.flying && e.at == now-1 {
			write(now, nil)
			fmt.Fprintf(&out, "%d-%d", e.at, e.lands)
			n := len(e.running.seats) - e.flight.skipped
			for k, s := range e.running.seats[:n] {
				size := int64(1)
				if j := k - (n - len(e.flight.chunks)); j >= 0 {
					size = e.flight.chunks[j].n
				} else if e.flight.ticks == 0 {
					continue // what runs waits for a step of prompts
				}
				fmt.Fprintf(&out, " %s %d", customers[e.seqs.all[s.seq].id].name, size)
			}
			if len(e.waiting.heap) > 0 {
				var line []string
				for w := e.waiting; len(w.heap) > 0; { // the heap, in its order
					heap := append([]waiter(nil), w.heap...)
					first := heap[0]
					line = append(line, customers[e.seqs.all[first.seq].id].name)
					copied := append([]sequence(nil), e.seqs.all...)
					w = waiting{heap: heap}
					w.remove(copied, 0)
				}
				fmt.Fprintf(&out, " [%s]", strings.Join(line, " "))
			}
			fmt.Fprintf(&out, " free %d\n", e.memory.free)
		}
		for id, x := range customers {
			if x.at == now {
				e.Offer(now, sim.ServerRequest{ID: uint32(id), Attr: uint32(id)})
			}
			if x.leaves == now && x.leaves > 0 {
				s := e.Withdraw(now, uint32(id))
				fmt.Fprintf(&out, "%d %s leaves with %d\n", now, x.name, s.Output)
			}
		}
	}
	return out.String()
}

func ask(input, output int32) tokens.Request { return tokens.Request{Input: input, Output: output} }

// shares is a request whose tokens have these ids, by fours.
func shares(input, output int32, ids ...uint32) tokens.Request {
	return tokens.Request{Input: input, Output: output, Blocks: ids, Extent: 4}
}

func ranked(priority, input, output int32) tokens.Request {
	return tokens.Request{Input: input, Output: output, Priority: priority}
}

// Each timeline is worked by hand from the rule's text: blocks of 4 tokens, one
// of Blocks is the null block, each step takes 10 ns. A token that was made is
// computed in the next step, the last one never.
func TestTimelines(t *testing.T) {
	base := LLM{BlockSize: 4, MaxTokens: 16, MaxSequences: 8, Blocks: 5, NoPrefixCache: true}
	with := func(change func(*LLM)) LLM {
		c := base
		change(&c)
		return c
	}
	cases := []struct {
		name      string
		engine    LLM
		customers []customer
		want      string
	}{
		{
			// b's 12 tokens find a budget of 8, of which a uses 1: 7, then 5.
			name:   "a prompt in chunks beside a decode",
			engine: with(func(c *LLM) { c.MaxTokens, c.Blocks = 8, 21 }),
			customers: []customer{
				{name: "a", ask: ask(4, 3)},
				{name: "b", at: 5, ask: ask(12, 1)},
			},
			want: `
0-10 a 4 free 19
10-20 a 1 b 7 free 16
20-30 a 1 b 5 free 15
30 a ends: first 10
30 b ends: first 30
`,
		},
		{
			// The running ones come first: b's chunk gets what they leave, and c
			// nothing as long as b uses it up.
			name:   "a prompt over the budget holds up who comes after it",
			engine: with(func(c *LLM) { c.MaxTokens, c.Blocks = 8, 21 }),
			customers: []customer{
				{name: "b", ask: ask(18, 1)},
				{name: "c", ask: ask(2, 2)},
			},
			want: `
0-10 b 8 [c] free 18
10-20 b 8 [c] free 16
20-30 b 2 c 2 free 14
30 b ends: first 30
30-40 c 1 free 19
40 c ends: first 30
`,
		},
		{
			// At 20 a's ninth token needs a third block: b, the last, is put back,
			// before c, and nobody is admitted in that step, though c would fit. At
			// 30 b, with 7 + 2 tokens, needs three; c does not overtake it.
			name:   "the last is preempted, waits at the front, and computes all again",
			engine: base,
			customers: []customer{
				{name: "a", ask: ask(7, 4)},
				{name: "b", ask: ask(7, 4)},
				{name: "c", ask: ask(4, 1)},
			},
			want: `
0-10 a 7 b 7 [c] free 0
10-20 a 1 b 1 [c] free 0
20-30 a 1 [b c] free 1
30-40 a 1 [b c] free 1
40 a ends: first 10
40-50 b 9 c 4 free 0
50 c ends: first 50
50-60 b 1 free 1
60 b ends: first 10, 1 preempted
`,
		},
		{
			// The same with the cache: b frees its second block before its first,
			// and a takes that one. So b finds 4 of its 9 tokens.
			name:   "who was preempted finds what is left of its blocks",
			engine: with(func(c *LLM) { c.NoPrefixCache = false }),
			customers: []customer{
				{name: "a", ask: ask(7, 4)},
				{name: "b", ask: ask(7, 4)},
			},
			want: `
0-10 a 7 b 7 free 0
10-20 a 1 b 1 free 0
20-30 a 1 [b] free 1
30-40 a 1 [b] free 1
40 a ends: first 10
40-50 b 5 free 1
50-60 b 1 free 1
60 b ends: first 10, 1 preempted
`,
		},
		{
			// At 20 it is b, the last, whose ninth token needs a block. It frees two,
			// but needs three: it waits until a ends.
			name:   "the last preempts itself",
			engine: base,
			customers: []customer{
				{name: "a", ask: ask(5, 4)},
				{name: "b", ask: ask(7, 4)},
			},
			want: `
0-10 a 5 b 7 free 0
10-20 a 1 b 1 free 0
20-30 a 1 [b] free 2
30-40 a 1 [b] free 2
40 a ends: first 10
40-50 b 9 free 1
50-60 b 1 free 1
60 b ends: first 10, 1 preempted
`,
		},
		{
			// b's first chunk, 3 tokens, needs one of two free blocks; its 13 tokens
			// need four, so it is not admitted. Then it takes them as it goes.
			name:   "the whole sequence must fit, and only a chunk of it is taken",
			engine: with(func(c *LLM) { c.MaxTokens, c.MaxSequences = 4, 4 }),
			customers: []customer{
				{name: "a", ask: ask(4, 3)},
				{name: "b", ask: ask(13, 1)},
			},
			want: `
0-10 a 4 [b] free 3
10-20 a 1 [b] free 2
20-30 a 1 [b] free 2
30 a ends: first 10
30-40 b 4 free 3
40-50 b 4 free 2
50-60 b 4 free 1
60-70 b 1 free 0
70 b ends: first 70
`,
		},
		{
			// a's first two blocks are known when they are scheduled: b, in the same
			// step, holds them too, and computes its ninth token alone.
			name:   "a prefix hit within one step",
			engine: with(func(c *LLM) { c.NoPrefixCache, c.Blocks = false, 11 }),
			customers: []customer{
				{name: "a", ask: shares(9, 1, 1, 2, 3)},
				{name: "b", ask: shares(9, 1, 1, 2, 4)},
			},
			want: `
0-10 a 9 b 1 free 6
10 a ends: first 10
10 b ends: first 10, 8 cached
`,
		},
		{
			// All 8 tokens of b are cached, but the last must be computed for there
			// to be a next one, and with it its block.
			name:   "at most all tokens but one are found",
			engine: with(func(c *LLM) { c.NoPrefixCache = false }),
			customers: []customer{
				{name: "a", ask: shares(8, 1, 1, 2)},
				{name: "b", at: 20, ask: shares(8, 1, 1, 2)},
			},
			want: `
0-10 a 8 free 2
10 a ends: first 10
20-30 b 4 free 2
30 b ends: first 30, 4 cached
`,
		},
		{
			// a computes its prompt and four of its five tokens, 8 in all.
			name:   "what was made is cached too",
			engine: with(func(c *LLM) { c.NoPrefixCache = false }),
			customers: []customer{
				{name: "a", ask: shares(4, 5, 1, 2, 3)},
				{name: "b", at: 60, ask: shares(9, 1, 1, 2, 7)},
			},
			want: `
0-10 a 4 free 3
10-20 a 1 free 2
20-30 a 1 free 2
30-40 a 1 free 2
40-50 a 1 free 2
50 a ends: first 10
60-70 b 1 free 1
70 b ends: first 70, 8 cached
`,
		},
		{
			// Free blocks, the next to be reused first, by what they hold:
			//	at 10  - - 2 1      a has ended, its tail first
			//	at 30  - 2 1 5      b took the first
			//	at 50  1 5 10 9     c took two: a's tail is gone
			//	at 60  9            d holds 1, took 5 and 10: b's block is gone
			//	at 70  9 - 2 1      d's third block is not full
			//	at 90  2 1 - 5      e found nothing and took two
			// and f finds both of d's.
			name:   "the least recently used go first, of each request its tail",
			engine: with(func(c *LLM) { c.NoPrefixCache = false }),
			customers: []customer{
				{name: "a", ask: shares(8, 1, 1, 2)},
				{name: "b", at: 20, ask: shares(4, 1, 5)},
				{name: "c", at: 40, ask: shares(8, 1, 9, 10)},
				{name: "d", at: 60, ask: shares(9, 1, 1, 2, 3)},
				{name: "e", at: 80, ask: shares(5, 1, 5, 6)},
				{name: "f", at: 100, ask: shares(9, 1, 1, 2, 4)},
			},
			want: `
0-10 a 8 free 2
10 a ends: first 10
20-30 b 4 free 3
30 b ends: first 30
40-50 c 8 free 2
50 c ends: first 50
60-70 d 5 free 1
70 d ends: first 70, 4 cached
80-90 e 5 free 2
90 e ends: first 90
100-110 f 1 free 1
110 f ends: first 110, 8 cached
`,
		},
		{
			// b comes with two blocks of a's that are free: they are hits, but count
			// as free ones that it needs. Beside c, which holds two, there are two: b
			// needs three.
			name:   "a hit on a free block counts against what is free",
			engine: with(func(c *LLM) { c.NoPrefixCache = false }),
			customers: []customer{
				{name: "a", ask: shares(8, 1, 1, 2)},
				{name: "c", at: 20, ask: ask(5, 3)},
				{name: "b", at: 25, ask: shares(9, 1, 1, 2, 3)},
			},
			want: `
0-10 a 8 free 2
10 a ends: first 10
20-30 c 5 free 2
30-40 c 1 [b] free 2
40-50 c 1 [b] free 2
50 c ends: first 30
50-60 b 1 free 1
60 b ends: first 60, 8 cached
`,
		},
		{
			// At 30 b's ninth token needs a block. a was admitted before it and is part
			// of the step already, but is the last by (priority, arrival): it leaves the
			// step, and its token is not made. It made 3 until then, and needs two
			// blocks for 8 tokens; there is one.
			name:   "under priorities the last in their order is preempted",
			engine: with(func(c *LLM) { c.Priority = true }),
			customers: []customer{
				{name: "a", ask: ranked(1, 5, 6)},
				{name: "b", at: 5, ask: ranked(0, 7, 4)},
			},
			want: `
0-10 a 5 free 2
10-20 a 1 b 7 free 0
20-30 a 1 b 1 free 0
30-40 b 1 [a] free 1
40-50 b 1 [a] free 1
50 b ends: first 20
50-60 a 8 free 2
60-70 a 1 free 1
70-80 a 1 free 1
80 a ends: first 10, 1 preempted
`,
		},
		{
			// It is a's turn first, and a is the last in the order: it preempts itself,
			// and the pass ends before b's turn. There is nothing to do, so the next
			// pass follows at once. b ends before it needs a third block.
			name:   "under priorities one preempts itself before others had their turn",
			engine: with(func(c *LLM) { c.Priority = true }),
			customers: []customer{
				{name: "a", ask: ranked(1, 7, 3)},
				{name: "b", at: 5, ask: ranked(0, 6, 3)},
			},
			want: `
0-10 a 7 free 2
10-20 a 1 b 6 free 0
20-30 b 1 [a] free 2
30-40 b 1 [a] free 2
40 b ends: first 20
40-50 a 9 free 1
50 a ends: first 10, 1 preempted
`,
		},
		{
			// At 80 b's ninth token needs a third block, and none is free. a, whose eleventh
			// is part of the step already, gives its three back, and its token to the
			// budget: of 4, b takes 1, and c, with 10 of 16 computed, 3 and not 2. So c has
			// 3 to go at 90, and none is left for a, which computes 3 + 8 tokens again.
			name:   "who was part of the step gives its token back to the budget",
			engine: with(func(c *LLM) { c.Priority, c.MaxTokens, c.Blocks, c.MaxSequences = true, 4, 9, 3 }),
			customers: []customer{
				{name: "a", ask: ranked(2, 3, 9)},
				{name: "b", at: 5, ask: ranked(0, 2, 9)},
				{name: "c", at: 25, ask: ranked(1, 16, 1)},
			},
			want: `
0-10 a 3 free 7
10-20 a 1 b 2 free 6
20-30 a 1 b 1 free 5
30-40 a 1 b 1 c 2 free 4
40-50 a 1 b 1 c 2 free 3
50-60 a 1 b 1 c 2 free 2
60-70 a 1 b 1 c 2 free 1
70-80 a 1 b 1 c 2 free 0
80-90 b 1 c 3 [a] free 1
90-100 b 1 c 3 [a] free 1
100 b ends: first 20
100 c ends: first 100
100-110 a 4 free 7
110-120 a 4 free 6
120-130 a 3 free 5
130 a ends: first 10, 1 preempted
`,
		},
		{
			// The smaller goes first, of equals who came first; b runs when c comes.
			name:   "waiting requests are served by priority, then by arrival",
			engine: with(func(c *LLM) { c.Priority, c.MaxSequences = true, 1 }),
			customers: []customer{
				{name: "a", ask: ranked(2, 3, 1)},
				{name: "b", ask: ranked(1, 3, 2)},
				{name: "c", at: 5, ask: ranked(0, 3, 1)},
				{name: "d", at: 5, ask: ranked(2, 3, 1)},
			},
			want: `
0-10 b 3 [a] free 3
10-20 b 1 [c a d] free 3
20 b ends: first 10
20-30 c 3 [a d] free 3
30 c ends: first 30
30-40 a 3 [d] free 3
40 a ends: first 40
40-50 d 3 free 3
50 d ends: first 50
`,
		},
		{
			// Two seats: c waits until a ends, at its second token.
			name:   "no more run than may",
			engine: with(func(c *LLM) { c.MaxSequences = 2 }),
			customers: []customer{
				{name: "a", ask: ask(3, 2)},
				{name: "b", ask: ask(3, 3)},
				{name: "c", ask: ask(3, 1)},
			},
			want: `
0-10 a 3 b 3 [c] free 2
10-20 a 1 b 1 [c] free 2
20 a ends: first 10
20-30 b 1 c 3 free 1
30 b ends: first 10
30 c ends: first 30
`,
		},
		{
			// Half of 9 blocks, 4, are to be left free. a comes first and needs 7 of 8:
			// nothing runs, so it is admitted. b needs 1; 1 is free, then after a's end
			// all are, and it is admitted, and c beside it only while 4 are left: it
			// needs 4 of 7.
			name:   "the watermark holds while something runs",
			engine: with(func(c *LLM) { c.Watermark, c.Blocks, c.MaxTokens = 0.5, 9, 64 }),
			customers: []customer{
				{name: "a", ask: ask(28, 1)},
				{name: "b", ask: ask(3, 2)},
				{name: "c", ask: ask(16, 1)},
			},
			want: `
0-10 a 28 [b c] free 1
10 a ends: first 10
10-20 b 3 [c] free 7
20-30 b 1 [c] free 7
30 b ends: first 20
30-40 c 16 free 4
40 c ends: first 40
`,
		},
		{
			// b comes at the very ns at which a step begins, and is part of it.
			name:   "who comes at a boundary is part of the step that begins there",
			engine: base,
			customers: []customer{
				{name: "a", ask: ask(3, 3)},
				{name: "b", at: 10, ask: ask(3, 1)},
				{name: "c", at: 11, ask: ask(3, 1)},
			},
			want: `
0-10 a 3 free 3
10-20 a 1 b 3 free 2
20 b ends: first 20
20-30 a 1 c 3 free 1
30 a ends: first 10
30 c ends: first 30
`,
		},
		{
			// The step goes on; a's blocks are free when it ends, and b has a place.
			name:   "who is taken back keeps its blocks to the end of the step",
			engine: base,
			customers: []customer{
				{name: "a", ask: ask(13, 4), leaves: 14},
				{name: "b", at: 2, ask: ask(3, 1)},
			},
			want: `
0-10 a 13 free 0
10-20 a 1 [b] free 0
14 a leaves with 1
20-30 b 3 free 3
30 b ends: first 30
`,
		},
		{
			// 4 usable blocks: 16 tokens, and the last token is not computed.
			name:   "what can never fit fails at once",
			engine: base,
			customers: []customer{
				{name: "a", at: 3, ask: ask(13, 4)},
				{name: "b", at: 3, ask: ask(13, 5)},
				{name: "c", at: 3, ask: ask(0, 1)},
				{name: "d", at: 3, ask: ask(1, 0)},
			},
			want: `
4 b fails
4 c fails
4 d fails
3-13 a 13 free 0
13-23 a 1 free 0
23-33 a 1 free 0
33-43 a 1 free 0
43 a ends: first 13
`,
		},
		{
			// It takes 5 ns from a request's arrival to the line.
			name:   "what is before the engine",
			engine: with(func(c *LLM) { c.Front = 5 }),
			customers: []customer{
				{name: "a", ask: ask(3, 2)},
				{name: "b", at: 7, ask: ask(3, 1)},
				{name: "c", at: 9, ask: ask(3, 1), leaves: 12},
			},
			want: `
5-15 a 3 free 3
12 c leaves with 0
15-25 a 1 b 3 free 2
25 a ends: first 15
25 b ends: first 25
`,
		},
		{
			// A step of prompts comes before what runs. b and c, padded to 6 each, are
			// 12 of 16; with d they would be 3 × 9. No null block: 12 blocks.
			name:   "prefill first: whole prompts, alone, by padded size",
			engine: with(func(c *LLM) { c.Scheduler, c.Blocks = PrefillFirst, 12 }),
			customers: []customer{
				{name: "a", ask: ask(4, 3)},
				{name: "b", at: 5, ask: ask(6, 2)},
				{name: "c", at: 5, ask: ask(3, 1)},
				{name: "d", at: 5, ask: ask(9, 1)},
			},
			want: `
0-10 a 4 free 11
10-20 b 6 c 3 [d] free 8
20 c ends: first 20
20-30 d 9 free 6
30 d ends: first 30
30-40 a 1 b 1 free 8
40 b ends: first 20
40-50 a 1 free 10
50 a ends: first 10
`,
		},
		{
			// 16 tokens are a step's, and a computes as many; b would compute 17.
			name:   "prefill first: no longer than a step",
			engine: with(func(c *LLM) { c.Scheduler, c.Blocks = PrefillFirst, 12 }),
			customers: []customer{
				{name: "a", ask: ask(15, 2)},
				{name: "b", ask: ask(15, 3)},
			},
			want: `
1 b fails
0-10 a 15 free 8
10-20 a 1 free 8
20 a ends: first 10
`,
		},
		{
			// One block of 5 stays free at admission, so c waits. At 20 a's ninth token
			// takes it; at 30 b's ninth needs one: b is the last, and puts itself back.
			// With 9 tokens it needs 3 blocks of 2, and c does not overtake it; nor does
			// c go with it, padded to 9.
			name:   "prefill first: the watermark, and the last is preempted",
			engine: with(func(c *LLM) { c.Scheduler, c.Blocks, c.Watermark = PrefillFirst, 5, 0.2 }),
			customers: []customer{
				{name: "a", ask: ask(7, 5)},
				{name: "b", ask: ask(6, 5)},
				{name: "c", ask: ask(4, 1)},
			},
			want: `
0-10 a 7 b 6 [c] free 1
10-20 a 1 b 1 [c] free 1
20-30 a 1 b 1 [c] free 0
30-40 a 1 [b c] free 2
40-50 a 1 [b c] free 2
50 a ends: first 10
50-60 b 9 [c] free 2
60-70 c 4 free 1
70 c ends: first 70
70-80 b 1 free 2
80 b ends: first 10, 1 preempted
`,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := timeline(t, c.engine, c.customers); "\n"+got != c.want {
				t.Errorf("got\n%swant%s", got, c.want)
			}
		})
	}
}
