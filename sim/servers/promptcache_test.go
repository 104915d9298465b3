package servers

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// told ends all that is under way and returns what is told of each request, in the
// order in which they came.
func (c *calls) told() []sim.Serving {
	c.until(sim.Never - 1)
	list := make([]sim.Serving, c.n)
	for _, e := range c.ended {
		list[e.ID-1] = e.Serving
	}
	return list
}

// A cache by hand. Blocks are of 100 tokens, lifetimes of 300, and the first token is
// there after 10. Each request is told as (read, written).
func TestPromptCacheByHand(t *testing.T) {
	ask := func(input int32, blocks ...uint32) tokens.Request {
		return tokens.Request{Input: input, Output: 1, Blocks: blocks, Extent: 100}
	}
	rows := answers{
		ask(250, 1, 2, 3),       // two whole blocks, and a part of a third
		ask(450, 1, 2, 4, 5),    // the same two, and two more
		ask(200, 1, 2),          // the same two and nothing else
		ask(90, 1),              // part of a block
		{Input: 250, Output: 1}, // no blocks
		ask(250, 9, 8),          // others
		ask(450, 1, 2, 6, 7),    // the first two, and two of others
		{Input: 90, Output: 1},  // no blocks, and short
	}
	type step struct {
		at   sim.Time
		row  uint32
		want string
	}
	for _, c := range []struct {
		name  string
		h     Hosted
		cache PromptCache
		load  []step
	}{
		{"what is found", Hosted{}, PromptCache{Lifetime: 300}, []step{
			{0, 0, "0+200"},
			{9, 0, "0+200"},     // the first one has no token yet
			{10, 1, "200+200"},  // it has: two blocks are read, and two are written
			{20, 1, "400+0"},    // those too, from 20 on
			{21, 2, "199+1"},    // all tokens but one
			{22, 3, "0+0"},      // no whole block
			{23, 4, "0+0"},      // none is named
			{24, 5, "0+200"},    // others'
			{321, 0, "200+0"},   // last read at 21
			{322, 1, "200+200"}, // of 4 and 5 that was 20
			{621, 0, "200+0"},   // at 322 + 299
			{922, 0, "0+200"},   // 301 after
		}},
		{"least", Hosted{}, PromptCache{Lifetime: 300, Least: 250}, []step{
			{0, 2, "0+0"},     // a prompt of 200
			{10, 1, "0+400"},  // so nothing was kept
			{20, 1, "400+0"},  // now it is
			{21, 0, "0+0"},    // of 250, 200 are named: fewer than are kept
			{22, 1, "400+0"},  //
			{400, 1, "0+400"}, //
			{410, 1, "400+0"}, //
		}},
		{"a beginning shorter than the least", Hosted{}, PromptCache{Lifetime: 300, Least: 201}, []step{
			{0, 1, "0+400"}, {10, 0, "0+0"}, {11, 6, "0+400"},
		}},
		// 200 read in steps of 128 are 128, and 72 are written again
		{"steps", Hosted{}, PromptCache{Lifetime: 300, Step: 128}, []step{{0, 0, "0+200"}, {10, 0, "128+72"}, {20, 1, "128+272"}}},
		// 1.15 tokens for one: 230 of 288, the first rounded down, the second up
		{"another tokeniser", Hosted{InputRatio: 1_150_000}, PromptCache{Lifetime: 300}, []step{{0, 0, "0+230"}, {10, 0, "230+0"}, {20, 1, "230+230"}}},
		// who names no blocks has the ratios: 0.4 and 0.1 of 250
		{"ratios beside it", Hosted{Hit: 400_000, Write: 100_000}, PromptCache{Lifetime: 300}, []step{{0, 0, "0+200"}, {10, 4, "100+25"}, {11, 0, "200+0"}}},
		{"ratios and the least", Hosted{Hit: 400_000, Write: 100_000}, PromptCache{Lifetime: 300, Least: 100}, []step{{0, 4, "100+25"}, {10, 7, "0+0"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.h.Columns, c.h.First, c.h.Each, c.h.Cache = rows, sim.Constant(10), sim.Constant(1), &c.cache
			x := newCalls(c.h)
			var got, want []string
			for _, s := range c.load {
				x.call(s.at, s.row)
				want = append(want, fmt.Sprintf("%d row %d: %s", s.at, s.row, s.want))
			}
			for i, v := range x.told() {
				got = append(got, fmt.Sprintf("%d row %d: %d+%d", c.load[i].at, c.load[i].row, v.Cached, v.Written))
				if v.Hour {
					t.Errorf("what is kept for %d ns is told as kept for an hour", c.cache.Lifetime)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Without a cache, ratios are of all requests: 0.4 and 0.25 of 999 are 399 and 249.
func TestHitRatio(t *testing.T) {
	x := newCalls(Hosted{Columns: answers{{Input: 999, Output: 1, Blocks: []uint32{1}, Extent: 9}}, First: sim.Constant(1), Each: sim.Constant(1), Hit: 400_000, Write: 250_000})
	x.call(0, 0)
	if v := x.told()[0]; v.Cached != 399 || v.Written != 249 || v.Hour {
		t.Errorf("told %+v, want 399 read and 249 written", v)
	}
}

// What is kept for an hour says so where something is written, and a cache forgets
// what nobody can find.
func TestPromptCacheForgets(t *testing.T) {
	many := make(answers, 5000)
	for i := range many {
		many[i] = tokens.Request{Input: 10, Output: 1, Blocks: []uint32{uint32(i)}, Extent: 10}
	}
	h := Hosted{Columns: many, First: sim.Constant(0), Each: sim.Constant(0), Cache: &PromptCache{Lifetime: sim.Hour}}
	a := h.Sharing(sim.Group{}).(*hostedAccount)
	x := &calls{Server: a.New(sim.Group{All: []sim.Function{{Name: "f"}}})}
	most := 0
	for i := range uint32(5000) {
		x.call(sim.Time(i)*sim.Minute, i) // at most 61 can be found at a time
		most = max(most, len(a.prompts.kept))
	}
	if most > 1100 {
		t.Errorf("%d blocks were kept, of which 61 can be found", most)
	}
	for i, v := range x.told() {
		if v.Written != 10 || v.Cached != 0 || !v.Hour {
			t.Fatalf("request %d is told as %+v, want 10 written for an hour", i, v)
		}
	}
}
