package servers

import (
	"math"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

func drafting(k int64, acceptance float64, pass sim.Time, list asks) LLM {
	return LLM{
		Timer: ten{}, Columns: list, BlockSize: 4, MaxTokens: 64, MaxSequences: 8, Blocks: 1 << 16,
		Speculation: Speculation{Tokens: k, Acceptance: acceptance, Pass: pass},
	}
}

// drive offers all requests at 0 and returns when each ends, and what was done.
func drive(c LLM) (ends map[uint32]sim.ServerEnd, at map[uint32]sim.Time, work sim.Work) {
	e := c.New(draws).(*engine)
	for id := range c.Columns.(asks) {
		e.Offer(0, sim.ServerRequest{ID: uint32(id), Attr: uint32(id), Key: uint64(id)})
	}
	ends, at = map[uint32]sim.ServerEnd{}, map[uint32]sim.Time{}
	for next := e.Next(); next < sim.Never; next = e.Next() {
		for _, end := range e.Advance(next, nil) {
			ends[end.ID], at[end.ID] = end, next
		}
		for _, w := range e.Work(nil) {
			work.Steps += w.Steps
			work.Output += w.Output
		}
	}
	return ends, at, work
}

// Leviathan et al. (ICML 2023), equation 1: a pass makes (1 − α^{k+1}) ÷ (1 − α)
// tokens in the mean, so that one request alone has a token every (pass + k drafts)
// ÷ that. The values are worked out by hand as the sum of α^i, i from 0 to k.
func TestDraftsMakeWhatTheFormulaSays(t *testing.T) {
	for _, c := range []struct {
		k          int64
		acceptance float64
		want       float64
	}{
		{4, 0.7, 1 + 0.7 + 0.49 + 0.343 + 0.2401},
		{1, 0.5, 1.5},
		{3, 0.9, 1 + 0.9 + 0.81 + 0.729},
		{5, 0, 1},
		{5, 1, 6},
	} {
		const n = 120_000
		ends, at, work := drive(drafting(c.k, c.acceptance, 3, asks{ask(4, n+1)}))
		steps := float64(work.Steps - 1) // but for that of the prompt
		if got := n / steps; math.Abs(got-c.want) > 0.01*c.want {
			t.Errorf("%d drafted at %v: %.4f tokens a pass, want %.4f", c.k, c.acceptance, got, c.want)
		}
		if s := (Speculation{Tokens: c.k, Acceptance: c.acceptance}); math.Abs(s.Mean()-c.want) > 1e-12 {
			t.Errorf("%d drafted at %v: the mean is %v, want %v", c.k, c.acceptance, s.Mean(), c.want)
		}
		tpot := float64(at[0]-ends[0].Serving.First) / n
		if want := float64(10+3*c.k) / c.want; math.Abs(tpot-want) > 0.01*want {
			t.Errorf("%d drafted at %v: %.4f ns a token, want %.4f", c.k, c.acceptance, tpot, want)
		}
		if work.Output != n+1 || ends[0].Serving.Output != n+1 {
			t.Errorf("%d tokens made, %d told, want %d", work.Output, ends[0].Serving.Output, n+1)
		}
	}
}

// A request draws the same whoever runs beside it: with room for all and steps that
// take as long, each takes as many steps as alone.
func TestDraftsOfARequestAreItsOwn(t *testing.T) {
	list := asks{ask(4, 100), ask(8, 300), ask(1, 77), ask(30, 500)}
	_, together, _ := drive(drafting(4, 0.7, 3, list))
	for id := range list {
		alone := drafting(4, 0.7, 3, list)
		e := alone.New(draws).(*engine)
		e.Offer(0, sim.ServerRequest{ID: 0, Attr: uint32(id), Key: uint64(id)})
		var at sim.Time
		for next := e.Next(); next < sim.Never; next = e.Next() {
			if len(e.Advance(next, nil)) > 0 {
				at = next
			}
		}
		if together[uint32(id)] != at {
			t.Errorf("request %d ends at %d beside others, at %d alone", id, together[uint32(id)], at)
		}
	}
	again := drafting(4, 0.7, 3, list)
	if _, at, _ := drive(again); at[3] != together[3] {
		t.Error("the same run ends otherwise")
	}
	other := draws
	defer func() { draws = other }()
	draws.Key.Seed++
	if _, at, _ := drive(again); at[3] == together[3] {
		t.Error("another seed draws the same")
	}
}

// Blocks of 4 tokens, drafts of 2, a step of 10 ns and 3 a token drafted. The prompt
// of 4 has its block, and the first token at 10. Then where all is right each pass
// makes 3: 4 + 3 tokens are in 2 blocks from 10 to 26, 7 + 3 in 3 until 42. Where none
// is, one: 4 + 3 and 5 + 3 tokens are in 2 blocks, from 6 + 3 on, at 42, in 3, and the
// slots of the wrong ones are used again.
func TestDraftsTakeSlots(t *testing.T) {
	for _, c := range []struct {
		acceptance float64
		held       map[sim.Time]int64
		end        sim.Time
	}{
		{1, map[sim.Time]int64{5: 1, 11: 2, 25: 2, 27: 3, 41: 3, 42: 0}, 42},
		{0, map[sim.Time]int64{5: 1, 11: 2, 27: 2, 41: 2, 43: 3, 59: 3, 75: 3, 105: 3, 106: 0}, 106},
	} {
		e := drafting(2, c.acceptance, 3, asks{ask(4, 7)}).New(draws).(*engine)
		e.Offer(0, sim.ServerRequest{})
		var end sim.Time
		for now := range sim.Time(120) {
			if len(e.Advance(now, nil)) > 0 {
				end = now
			}
			if want, asked := c.held[now]; asked && e.Gauge(now).Held != want {
				t.Errorf("at %d with acceptance %v it holds %d blocks, want %d", now, c.acceptance, e.Gauge(now).Held, want)
			}
		}
		if end != c.end {
			t.Errorf("with acceptance %v it ends at %d, want %d", c.acceptance, end, c.end)
		}
	}
}

// The budget counts what is verified: of 7 tokens a step, two requests with drafts of
// 3 have 4 and 3.
func TestDraftsAreInTheBudget(t *testing.T) {
	c := drafting(3, 1, 0, asks{ask(1, 1+8), ask(1, 1+8)})
	c.MaxTokens, c.MaxSequences = 7, 2
	_, at, _ := drive(c)
	// 10: both have their first; then 4 a step for the one, 3 for the other until
	// the first has all 8 at 30; the other has 6 by then, and the rest at 40.
	if at[0] != 30 || at[1] != 40 {
		t.Errorf("they end at %d and %d, want 30 and 40", at[0], at[1])
	}
}

func TestDraftsRefused(t *testing.T) {
	good := drafting(3, 0.5, 0, asks{})
	for _, c := range []struct {
		change func(*LLM)
		want   string
	}{
		{func(c *LLM) { c.Speculation.Tokens = -1 }, "drafts of -1 tokens, want 0 to 64"},
		{func(c *LLM) { c.Speculation.Tokens = 65 }, "drafts of 65 tokens"},
		{func(c *LLM) { c.Speculation.Acceptance = 1.01 }, "probability 1.01, want 0 to 1"},
		{func(c *LLM) { c.Speculation.Acceptance = math.NaN() }, "probability NaN"},
		{func(c *LLM) { c.Speculation.Pass = -1 }, "-1 ns for a token of a draft"},
		{func(c *LLM) { c.Scheduler = PrefillFirst }, "drafts under the scheduler vllm-v0, want vllm-v1"},
	} {
		bad := good
		c.change(&bad)
		if err := bad.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
}
