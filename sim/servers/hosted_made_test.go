package servers

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// always is the distribution of one number.
type always int32

func (n always) Count(float64) int32 { return int32(n) }

// With 100 ns to the first token and 10 from one to the next: 20 tokens of reasoning
// are there at 100, 110 … 290, and the answer of 3 at 300, 310 and 320. A timeout
// at 215 finds 12 tokens, none of them shown; one at 315 finds 20 and 2.
func TestReasoningByHand(t *testing.T) {
	for _, c := range []struct {
		name string
		h    Hosted
		row  tokens.Request
		want sim.Serving
		end  sim.Time
	}{
		{"a number", Hosted{Reasoning: always(20)}, tokens.Request{Input: 7, Output: 3}, sim.Serving{First: 300, Input: 7, Output: 3, Reasoning: 20}, 320},
		{"one token", Hosted{Reasoning: always(20)}, tokens.Request{Input: 7, Output: 1}, sim.Serving{First: 300, Input: 7, Output: 1, Reasoning: 20}, 300},
		// 2.5 × 3 are 8, rounded up: 80 later
		{"a factor", Hosted{ReasoningRatio: 2_500_000}, tokens.Request{Input: 7, Output: 3}, sim.Serving{First: 180, Input: 7, Output: 3, Reasoning: 8}, 200},
		// 1.1 × 10 are 11, to the token: 1.1 is no binary fraction. Less than one is one.
		{"another tokeniser", Hosted{InputRatio: 1_100_000, OutputRatio: 100_000}, tokens.Request{Input: 10, Output: 2}, sim.Serving{First: 100, Input: 11, Output: 1}, 100},
		{"both", Hosted{OutputRatio: 1_500_000, ReasoningRatio: 2 * Whole}, tokens.Request{Input: 10, Output: 3}, sim.Serving{First: 200, Input: 10, Output: 5, Reasoning: 10}, 240},
	} {
		c.h.Columns, c.h.First, c.h.Each = answers{c.row}, sim.Constant(100), sim.Constant(10)
		x := newCalls(c.h)
		x.call(0, 0)
		if end := x.Next(); end != c.end {
			t.Errorf("%s: it ends at %d, want %d", c.name, end, c.end)
		}
		if diff := cmp.Diff(c.want, x.told()[0]); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	h := Hosted{Columns: answers{{Input: 7, Output: 3}}, First: sim.Constant(100), Each: sim.Constant(10), Reasoning: always(20)}
	for _, c := range []struct {
		at   sim.Time
		want sim.Serving
	}{
		{99, sim.Serving{Input: 7}}, {215, sim.Serving{Input: 7, Reasoning: 12}}, {299, sim.Serving{Input: 7, Reasoning: 20}}, {315, sim.Serving{First: 300, Input: 7, Reasoning: 20, Output: 2}},
	} {
		x := newCalls(h)
		x.call(0, 0)
		if diff := cmp.Diff(c.want, x.Withdraw(c.at, 1)); diff != "" {
			t.Errorf("taken back at %d: %s", c.at, diff)
		}
	}
}

// byKey is the distribution whose quantile is a millionth part of its number.
type byKey struct{}

func (byKey) Count(u float64) int32 { return int32(1e6 * u) }

// How many tokens are not shown is drawn by the key of a request: the same whoever
// comes before it, and of many uniform.
func TestReasoningIsDrawnByKey(t *testing.T) {
	h := Hosted{Columns: answers{{Input: 1, Output: 1}}, First: sim.Constant(1), Each: sim.Constant(1), Reasoning: byKey{}}
	of := func(keys ...uint64) (drawn []uint32) {
		x := newCalls(h)
		for i, k := range keys {
			x.n++
			x.Offer(0, sim.ServerRequest{ID: uint32(i + 1), Key: k})
		}
		for _, v := range x.told() {
			drawn = append(drawn, v.Reasoning)
		}
		return drawn
	}
	keys := make([]uint64, 1000)
	for i := range keys {
		keys[i] = uint64(i)
	}
	all, sum, low := of(keys...), 0.0, 0
	for _, v := range all {
		if sum += float64(v) / 1e6; v < 250_000 {
			low++
		}
	}
	if low < 195 || low > 305 { // 4 deviations of √(1,000 × ¼ × ¾)
		t.Errorf("%d of 1,000 are in the lowest quarter", low)
	}
	if one := of(500); one[0] != all[500] {
		t.Errorf("alone, request 500 reasons for %d tokens, among others for %d", one[0], all[500])
	}
	if mean := sum / 1000; mean < 0.463 || mean > 0.537 { // 4 deviations of 1 ÷ √12,000
		t.Errorf("the mean of 1,000 uniforms is %.3f", mean)
	}
}

// completions are the quantiles ½ of which end at 40 and the others at 60.
type completions struct{}

func (completions) Sample(u float64) sim.Time {
	if u < 0.5 {
		return 40
	}
	return 60
}

// All of a batch's answers are there at its end: as promised where nothing else is
// said, and what would take longer expires, told of nothing. What is taken back is
// told of nothing either. Its reasoning is billed as that of others.
func TestBatchesByHand(t *testing.T) {
	rows := answers{{Input: 7, Output: 3}}
	x := newCalls(Hosted{Columns: rows, Reasoning: always(4), Hit: Whole / 2, Batch: &BatchTimes{Within: 50}})
	x.call(10, 0)
	x.call(20, 0)
	if v := x.Withdraw(30, 2); v != (sim.Serving{}) {
		t.Errorf("taken back, it is told as %+v", v)
	}
	if at := x.Next(); at != 60 {
		t.Errorf("it ends at %d, want 60", at)
	}
	if diff := cmp.Diff(sim.Serving{Queued: 10, Scheduled: 10, First: 60, Input: 7, Cached: 3, Output: 3, Reasoning: 4, Batch: true}, x.told()[0]); diff != "" {
		t.Error(diff)
	}
	x = newCalls(Hosted{Columns: rows, Batch: &BatchTimes{Within: 50, Completion: completions{}}})
	for range 400 {
		x.call(0, 0)
	}
	x.told()
	ends := map[sim.Status]int{}
	for _, e := range x.ended {
		ends[e.Status]++
		if (e.Serving.Input > 0) != (e.Status == sim.Completed) || e.Serving.First != 0 && e.Serving.First != 40 {
			t.Fatalf("%+v", e)
		}
	}
	if n := ends[sim.Completed]; n+ends[sim.Failed] != 400 || n < 160 || n > 240 { // half, and 4 deviations of 10
		t.Errorf("400 ended as %v, want half of them completed and half failed", ends)
	}
}
