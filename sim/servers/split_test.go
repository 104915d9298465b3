package servers

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// apartOf is two kinds of engines with steps of ten ns; a token is on its way
// for 2 ns, and each transfer for 3 more.
func apartOf(all asks, prefills, decodes int) Split {
	c := LLM{Timer: ten{}, Columns: all, BlockSize: 4, MaxTokens: 16, MaxSequences: 8, Blocks: 9, NoPrefixCache: true}
	return Split{Prefill: c, Decode: c, Prefills: prefills, Decodes: decodes, TokenBytes: 1, Bandwidth: 500_000_000, Latency: 3}
}

// Worked by hand.
func TestSplitByHand(t *testing.T) {
	for _, c := range []struct {
		name              string
		prefills, decodes int
		customers         []customer
		change            func(*Split)
		want              string
	}{
		{
			// All prompts are one step. b has its only token at 10. a's 4 tokens are
			// there at 10 + 3 + 8, c's 6 after them at 21 + 3 + 12, in the midst of a
			// step, and it is part of the next one.
			"one of each", 1, 1,
			[]customer{{name: "a", ask: ask(4, 3)}, {name: "b", ask: ask(4, 1)}, {name: "c", ask: ask(6, 2)}}, nil,
			`
10 b: first 10, 1 token
41 a: first 10, 3 tokens
51 c: first 10, 2 tokens
`,
		},
		{
			// b's prompt goes to the other engine, and c's to the first, where it is
			// equal; a and b are sent side by side, c after a. On two engines that
			// make tokens nobody waits for another's step.
			"two of each", 2, 2,
			[]customer{{name: "a", ask: ask(4, 3)}, {name: "b", ask: ask(4, 2)}, {name: "c", ask: ask(6, 2)}}, nil,
			`
31 b: first 10, 2 tokens
41 a: first 10, 3 tokens
46 c: first 10, 2 tokens
`,
		},
		{
			// a is there at 21, b at 32, on an engine each. When c is there, at 41 + 11,
			// b has its last token at that very ns: c goes where b was, and has its second
			// at 62; beside a, in the midst of a step, it would be 71.
			"who ends as another comes", 1, 2,
			[]customer{{name: "a", ask: ask(4, 9)}, {name: "b", ask: ask(4, 3)}, {name: "c", at: 31, ask: ask(4, 2)}}, nil,
			`
52 b: first 10, 3 tokens
62 c: first 41, 2 tokens
101 a: first 10, 9 tokens
`,
		},
		{
			// a is taken back on its way at 15, and takes its time there all the same;
			// so is b, before it began. c is there at 43, as if they had gone on.
			"taken back on the way", 1, 1,
			[]customer{{name: "a", ask: ask(4, 3), leaves: 15}, {name: "b", ask: ask(4, 3), leaves: 20}, {name: "c", ask: ask(4, 2)}}, nil,
			`
15 a leaves with 1
20 b leaves with 1
53 c: first 10, 2 tokens
`,
		},
		{
			// a is taken back on its way at 15; b when it has made one there, at 32.
			"taken back", 1, 1,
			[]customer{{name: "a", ask: ask(4, 3), leaves: 15}, {name: "b", ask: ask(4, 3), leaves: 43}, {name: "c", ask: ask(4, 3), leaves: 9}}, nil,
			`
9 c leaves with 0
15 a leaves with 1
43 b leaves with 2
`,
		},
		{
			// 8 usable blocks of 4: 32 tokens, of which the last is not computed.
			"what does not fit", 1, 1,
			[]customer{{name: "a", ask: ask(30, 3)}, {name: "b", ask: ask(30, 4)}, {name: "c", ask: ask(33, 1)}, {name: "d", ask: ask(4, 0)}}, nil,
			`
0 b fails
0 c fails
0 d fails
103 a: first 20, 3 tokens
`,
		},
		{
			// Two tokens come with all that both compute, 8 tokens; at 29 and 40 a's
			// ninth and b's need a third block each of 4. So b computes 9 tokens again.
			"preempted where tokens are made", 1, 1,
			[]customer{{name: "a", ask: ask(7, 4)}, {name: "b", ask: ask(7, 4)}}, func(s *Split) { s.TokenBytes, s.Latency, s.Decode.Blocks = 0, 0, 5 },
			`
40 a: first 10, 4 tokens
60 b: first 10, 4 tokens, 1 preempted
`,
		},
		{
			// b shares a's first block, and finds it at either engine; it brings all of
			// its prompt, and makes a token a step.
			"with a prefix cache", 1, 1,
			[]customer{{name: "a", ask: shares(5, 3, 1, 2)}, {name: "b", at: 2, ask: shares(6, 3, 1, 3)}},
			func(s *Split) { s.Prefill.NoPrefixCache, s.Decode.NoPrefixCache = false, false },
			`
43 a: first 10, 3 tokens
63 b: first 20, 3 tokens, 4 cached
`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var all asks
			for _, x := range c.customers {
				all = append(all, x.ask)
			}
			config := apartOf(all, c.prefills, c.decodes)
			if c.change != nil {
				c.change(&config)
			}
			if err := config.Check(); err != nil {
				t.Fatal(err)
			}
			s := config.New(sim.Group{})
			var out strings.Builder
			out.WriteByte('\n')
			tell := func(until sim.Time) {
				for next := s.Next(); next <= until; next = s.Next() {
					for _, e := range s.Advance(next, nil) {
						if e.Status == sim.Failed {
							fmt.Fprintf(&out, "%d %s fails\n", next, c.customers[e.ID].name)
							continue
						}
						fmt.Fprintf(&out, "%d %s: first %d, %d token", next, c.customers[e.ID].name, e.Serving.First, e.Serving.Output)
						if e.Serving.Output > 1 {
							out.WriteByte('s')
						}
						if e.Serving.Cached > 0 {
							fmt.Fprintf(&out, ", %d cached", e.Serving.Cached)
						}
						if e.Serving.Preempted > 0 {
							fmt.Fprintf(&out, ", %d preempted", e.Serving.Preempted)
						}
						out.WriteByte('\n')
					}
				}
			}
			for now := sim.Time(0); now < 300; now++ {
				tell(now)
				for id, x := range c.customers {
					if x.at == now {
						s.Offer(now, sim.ServerRequest{ID: uint32(id), Attr: uint32(id)})
					}
					if x.leaves == now && now > 0 {
						fmt.Fprintf(&out, "%d %s leaves with %d\n", now, x.name, s.Withdraw(now, uint32(id)).Output)
					}
				}
			}
			if out.String() != c.want {
				t.Errorf("got%swant%s", out.String(), c.want)
			}
		})
	}
}

// Whatever is shared, preempted and taken back: each request ends once, in full;
// first tokens are those of an engine that computes prompts alone; blocks are
// free when nobody is there; and the engines have made the tokens that requests
// got, and computed the prompts, less what was cached, and what was computed again.
func TestSplitConserves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLoad(t, rapid.SampledFrom([]int{1, 5, 40, 400}).Draw(t, "span"))
		c := drawLLM(t, l)
		c.Scheduler = V1
		if c.Check() != nil {
			t.Skip("no engine")
		}
		config := Split{
			Prefill: c, Decode: c, Prefills: rapid.IntRange(1, 3).Draw(t, "prefills"), Decodes: rapid.IntRange(1, 3).Draw(t, "decodes"),
			TokenBytes: 1, Bandwidth: rapid.SampledFrom([]int64{1e8, 1e9, 1e12}).Draw(t, "bandwidth"), Latency: sim.Time(rapid.IntRange(0, 9).Draw(t, "latency")),
		}
		config.Decode.Front = 0
		s := config.New(draws).(*split)
		told, work := l.replay(s, nil)
		if len(told) != len(l.at) {
			t.Fatalf("%d of %d requests have ended:\n%s", len(told), len(l.at), strings.Join(told, "\n"))
		}
		for k, e := range s.engines {
			if e.memory.free != e.usable || e.seqs.names.used != 0 {
				t.Fatalf("engine %d has %d of %d blocks free, and %d requests", k, e.memory.free, e.usable, e.seqs.names.used)
			}
		}
		if s.names.used != 0 || len(s.transfers) != 0 {
			t.Fatalf("%d requests are left, %d on their way", s.names.used, len(s.transfers))
		}
		if slices.ContainsFunc(l.until, func(u sim.Time) bool { return u < sim.Never }) {
			return // a step goes on for those who were taken back
		}
		var in, out, most int64
		for _, line := range told {
			var at sim.Time
			var id uint32
			var status int
			var v sim.Serving
			if _, err := fmt.Sscanf(line, "%d: %d ends, %d {Queued:%d Scheduled:%d First:%d Input:%d Output:%d Cached:%d Preempted:%d",
				&at, &id, &status, &v.Queued, &v.Scheduled, &v.First, &v.Input, &v.Output, &v.Cached, &v.Preempted); err != nil {
				t.Fatal(err)
			}
			if sim.Status(status) == sim.Failed {
				continue
			}
			if v.Output != uint32(l.asks[id].Output) || v.First <= v.Scheduled || at < v.First {
				t.Fatalf("%s, of %+v", line, l.asks[id])
			}
			out += int64(v.Output)
			in += int64(v.Input - v.Cached)
			most += int64(v.Input-v.Cached) + int64(v.Preempted)*int64(v.Input+v.Output)
		}
		if work.Output != out || work.Input < in || work.Input > most {
			t.Fatalf("the engines made %d tokens, requests got %d; they computed %d of prompts, which were %d, and with all that was preempted %d", work.Output, out, work.Input, in, most)
		}
	})
}

func TestSplitCheck(t *testing.T) {
	for _, c := range []struct {
		change func(*Split)
		want   string
	}{
		{func(*Split) {}, ""},
		{func(s *Split) { s.Prefill.Blocks = 0 }, "engines that compute prompts: 0 KV blocks, want 2 to 2147483647"},
		{func(s *Split) { s.Decode.Blocks = 0 }, "engines that make tokens: 0 KV blocks, want 2 to 2147483647"},
		{func(s *Split) { s.Decode.Scheduler = PrefillFirst }, "split engines schedule prompts first, want the scheduler V1"},
		{func(s *Split) { s.Decode.Front = 1 }, "1 ns before the engines that make tokens, want 0: the way there is a transfer"},
		{func(s *Split) { s.Prefills = 0 }, "0 engines that compute prompts and 1 that make tokens, want 1 to 1024 of each"},
		{func(s *Split) { s.Bandwidth, s.TokenBytes, s.Latency = 1, 0, 0 }, ""},
		{func(s *Split) { s.Bandwidth = 0 }, "1 bytes a token at 0 bytes/s after 3 ns, want ≥ 0, ≥ 1 and ≥ 0"},
	} {
		s := apartOf(asks{}, 1, 1)
		s.Decode.Columns = nil // those of Prefill count
		c.change(&s)
		got := ""
		if err := s.Check(); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// 131,072 bytes a token at 50 GB/s: 1,000 tokens are there after 2,621,440 ns.
// What takes longer than there is time is there at its end.
func TestTransferTime(t *testing.T) {
	for _, c := range []struct {
		tokens, bytes, bandwidth int64
		latency, want            sim.Time
	}{
		{1000, 131_072, 50_000_000_000, 0, 2_621_440},
		{1, 1, 3, 7, 333_333_341},
		{1, 0, 1, 7, 7},
		{1 << 31, 1 << 40, 1, 0, sim.Never - 1},
	} {
		s := &split{Split: Split{TokenBytes: c.bytes, Bandwidth: c.bandwidth, Latency: c.latency}}
		if got := s.time(c.tokens); got != c.want {
			t.Errorf("%d tokens of %d bytes at %d bytes/s: %d ns, want %d", c.tokens, c.bytes, c.bandwidth, got, c.want)
		}
	}
}
