package servers

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

func TestLLMCheck(t *testing.T) {
	good := LLM{Timer: ten{}, Columns: asks{}, MaxTokens: 8, MaxSequences: 8, Blocks: 2}
	for _, c := range []struct {
		change func(*LLM)
		want   string // "": it is taken
	}{
		{func(*LLM) {}, ""},
		{func(c *LLM) { c.Timer = nil }, "an engine without step times"},
		{func(c *LLM) { c.Columns = nil }, "an engine without its requests' tokens"},
		{func(c *LLM) { c.Scheduler = 2 }, "scheduler 2, want one of 0 and 1"},
		{func(c *LLM) { c.MaxSequences = 0 }, "0 sequences at most, want ≥ 1"},
		{func(c *LLM) { c.MaxTokens = 7 }, "7 tokens a step at most, want ≥ the 8 sequences that may run, so that each can make one"},
		{func(c *LLM) { c.Blocks = 1 }, "1 KV blocks, want 2 to 2147483647"},
		{func(c *LLM) { c.Blocks = 1 << 31 }, "2147483648 KV blocks, want 2 to 2147483647"},
		{func(c *LLM) { c.BlockSize = -1 }, "blocks of -1 tokens, want ≥ 1, or 0 for 16"},
		{func(c *LLM) { c.Watermark = -0.1 }, "watermark -0.1, want [0, 1)"},
		{func(c *LLM) { c.Watermark = 1 }, "watermark 1, want [0, 1)"},
		{func(c *LLM) { c.Watermark = math.NaN() }, "watermark NaN, want [0, 1)"},
		{func(c *LLM) { c.Watermark = 0.99 }, ""},
		{func(c *LLM) { c.Scheduler, c.Priority = PrefillFirst, true }, "priorities with the prefill-first scheduler, which serves in the order of arrival"},
		{func(c *LLM) { c.Front = -1 }, "-1 ns before the engine, want ≥ 0"},
	} {
		engine := good
		c.change(&engine)
		got := ""
		if err := engine.Check(); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%+v: %q, want %q", engine, got, c.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("an engine of nothing is made")
		}
	}()
	LLM{}.New(sim.Group{})
}

// vLLM's server, engine/arg_utils.py: GPUs of 70 GiB and more, but for the A100;
// and of 0.6 to 0.9 the longest request where prompts are whole, 2,048 at least.
func TestDefaults(t *testing.T) {
	for _, c := range []struct {
		scheduler         Scheduler
		gib               float64
		a100              bool
		tokens, sequences int64
		watermark         float64
	}{
		{V1, 80, false, 8192, 1024, 0}, {V1, 70, false, 8192, 1024, 0}, {V1, 69.9, false, 2048, 256, 0}, {V1, 80, true, 2048, 256, 0}, {V1, 24, false, 2048, 256, 0},
		{PrefillFirst, 80, false, 5000, 256, 0.01}, {PrefillFirst, 24, true, 5000, 256, 0.01},
	} {
		if d := Defaults(c.scheduler, c.gib, c.a100, 5000); d.MaxTokens != c.tokens || d.MaxSequences != c.sequences || d.Watermark != c.watermark {
			t.Errorf("%+v: got %+v", c, d)
		}
	}
	if d := Defaults(PrefillFirst, 80, false, 1000); d.MaxTokens != 2048 {
		t.Errorf("prompts of 1,000 tokens at most: %d a step, want 2048", d.MaxTokens)
	}
}

// The longest request that is served, and one token more: by memory (9 blocks of 4
// beside the null block, and the last token, which is not computed), by the
// model, and under whole prompts by the step and the blocks that are left free.
func TestMost(t *testing.T) {
	for _, c := range []struct {
		engine LLM
		most   int64
		why    string
	}{
		{LLM{MaxTokens: 8}, 37, "what its KV blocks hold"},
		{LLM{MaxTokens: 8, Longest: 37}, 37, "what its KV blocks hold"},
		{LLM{MaxTokens: 8, Longest: 36}, 36, "the model's context"},
		{LLM{Scheduler: PrefillFirst, MaxTokens: 100}, 41, "what its KV blocks hold"},
		{LLM{Scheduler: PrefillFirst, MaxTokens: 100, Watermark: 0.2}, 33, "what its KV blocks hold"},
		{LLM{Scheduler: PrefillFirst, MaxTokens: 20}, 21, "max_num_batched_tokens, since prompts are whole"},
	} {
		e := c.engine
		e.Timer, e.MaxSequences, e.Blocks, e.BlockSize = ten{}, 1, 10, 4
		if most, why := e.Most(); most != c.most || why != c.why {
			t.Errorf("%+v: at most %d, %s, want %d, %s", c.engine, most, why, c.most, c.why)
		}
		for _, input := range []int64{c.most - 1, c.most} {
			e.Columns = asks{{Input: int32(input), Output: 1}}
			s, status := e.New(sim.Group{}), sim.Status(0)
			s.Offer(0, sim.ServerRequest{})
			for next := s.Next(); next < sim.Never; next = s.Next() {
				for _, end := range s.Advance(next, nil) {
					status = end.Status
				}
			}
			if failed := status == sim.Failed; failed != (input == c.most) {
				t.Errorf("%+v: a request of %d tokens fails: %v", c.engine, input+1, failed)
			}
		}
	}
}

// One request at a time: the time to its first token is that of its prompt, in
// as many steps as its chunks, and between two tokens is a step of one decode,
// to the ns.
func TestLowLoad(t *testing.T) {
	var l load
	sizes := [][2]int32{{1, 1}, {1, 2}, {15, 1}, {16, 3}, {17, 40}, {2048, 2}, {2049, 700}, {9000, 5}}
	for k, s := range sizes {
		l.add(sim.Time(k)*sim.Hour, tokens.Request{Input: s[0], Output: s[1]})
	}
	const budget = 2048
	timer := linear{base: 1000, token: 7, sequence: 13, kv: 3, context: 1, square: 2}
	e := LLM{Timer: timer, Columns: l.asks, MaxTokens: budget, MaxSequences: 256, Blocks: 1000}
	ends := map[uint32]sim.ServerEnd{}
	at := map[uint32]sim.Time{}
	s := newEngine(e)
	for row := range l.at {
		s.Offer(l.at[row], sim.ServerRequest{ID: uint32(row), Attr: uint32(row)})
		for next := s.Next(); next < sim.Never; next = s.Next() {
			for _, end := range s.Advance(next, nil) {
				ends[end.ID], at[end.ID] = end, next
			}
		}
	}
	for row, size := range sizes {
		input, output := int64(size[0]), int64(size[1])
		first := l.at[row]
		for before := int64(0); before < input; before += budget {
			n := min(budget, input-before)
			first += 1000 + 7*n
			if n == 1 { // to the GPU it is a decode: kv and the longest context
				first += 4 * (before + 1)
			} else {
				first += n*before + 2*n*n
			}
			if before+n == input {
				first += 13
			}
		}
		// The k-th token after the first: a context of input + k tokens.
		last := first + (output-1)*(1000+7+13) + 4*((output-1)*input+output*(output-1)/2)
		want := sim.ServerEnd{ID: uint32(row), Serving: sim.Serving{Queued: l.at[row], Scheduled: l.at[row], First: first, Input: uint32(input), Output: uint32(output)}}
		if d := cmp.Diff(want, ends[uint32(row)]); d != "" || at[uint32(row)] != last {
			t.Errorf("%d + %d tokens end at %d, want %d (- want, + got):\n%s", input, output, at[uint32(row)], last, d)
		}
	}
}

// With all seats taken the engine makes as many tokens as the step times let it:
// 64 requests of one prompt token and 1,000 more take 1,000 steps of 64 each.
func TestSaturation(t *testing.T) {
	var l load
	for range 64 * 100 {
		l.add(0, tokens.Request{Input: 1, Output: 1000})
	}
	timer := linear{base: 1_000_000, sequence: 10_000}
	e := newEngine(LLM{Timer: timer, Columns: l.asks, MaxTokens: 64, MaxSequences: 64, Blocks: 1 << 20})
	_, w := l.replay(e, nil)
	limit := 64 / (1_000_000 + 64*10_000.0) // tokens a ns; MaxKV adds up to 1,000 ns a step
	if got := float64(w.Output) / float64(w.To); math.Abs(got/limit-1) > 0.01 || w.Output != 6_400_000 {
		t.Errorf("%d tokens, %v a ns, the steps allow %v", w.Output, got, limit)
	}
}

// poisson returns requests at a rate an ns, each of a prompt that a function of
// a uniform says and one token.
func poisson(n int, rate float64, input func(u float64) int32) (l load) {
	arrivals, service := sim.NewStream(sim.RunKey{Seed: 3}, sim.PurposeArrival, 1), sim.NewStream(sim.RunKey{Seed: 3}, sim.PurposeService, 1)
	now := 0.0
	for k := range uint64(n) {
		now -= math.Log(1-arrivals.Uniform(k)) / rate
		l.add(sim.Time(now), tokens.Request{Input: input(service.Uniform(k)), Output: 1})
	}
	return l
}

// With one seat and one token a request the engine is a queue with one server:
// M/D/1 with W = D + ρ D ÷ (2 (1 − ρ)), M/M/1 with W = D ÷ (1 − ρ) (Pollaczek,
// Khinchine).
func TestOneSeatIsOneServer(t *testing.T) {
	const n, mean = 100_000, 10_000
	for _, c := range []struct {
		name  string
		input func(float64) int32
		w     func(d, rho float64) float64
	}{
		{"M/D/1", func(float64) int32 { return mean }, func(d, rho float64) float64 { return d + rho*d/(2*(1-rho)) }},
		{"M/M/1", func(u float64) int32 { return max(2, int32(math.Round(-mean*math.Log(1-u)))) }, func(d, rho float64) float64 { return d / (1 - rho) }},
	} {
		for _, rho := range []float64{0.3, 0.6} {
			const tick = 100 // ns a token
			l := poisson(n, rho/(mean*tick), c.input)
			e := LLM{Timer: linear{token: tick}, Columns: l.asks, MaxTokens: 1 << 20, MaxSequences: 1, Blocks: 1 << 16, NoPrefixCache: true}
			got, want := sojourn(newEngine(e), l.at), c.w(mean*tick, rho)
			// The mean of n successive waits of M/M/1 has the variance
			// D² (ρ³ − 4ρ² + 5ρ + 2) ÷ (1 − ρ)⁴ ÷ n (Whitt 1989), that of M/D/1 less.
			sd := mean * tick * math.Sqrt((rho*rho*rho-4*rho*rho+5*rho+2)/math.Pow(1-rho, 4)/n)
			if math.Abs(got-want) > 3*sd {
				t.Errorf("%s, ρ = %v: %.0f ns in the engine on average, want %.0f", c.name, rho, got, want)
			}
		}
	}
}

// What an engine has room for does not grow with the requests that it has
// served, and in a steady state it allocates nothing.
func TestEngineStaysSmall(t *testing.T) {
	n := 1_000_000
	if testing.Short() {
		n = 20_000
	}
	columns := rolling{}
	e := newEngine(LLM{Timer: h100, Columns: columns, MaxTokens: 2048, MaxSequences: 64, Blocks: 4000})
	ended := make([]sim.ServerEnd, 0, 1024)
	var works []sim.Work
	ends, now := 0, sim.Time(0)
	serve := func(from, to int) {
		for k := from; k < to; k++ {
			now += 100 * sim.Millisecond
			for next := e.Next(); next <= now; next = e.Next() {
				ended = e.Advance(next, ended[:0])
				works = e.Work(works[:0])
				ends += len(ended)
			}
			e.Offer(now, sim.ServerRequest{ID: uint32(k % (1 << 16)), Attr: uint32(k), Key: uint64(k)})
		}
	}
	serve(0, n/10)
	sequences, runs, extents, ids := len(e.seqs.all), len(e.memory.runs), len(e.memory.extents), len(e.memory.ids.entries)
	if allocated := testing.AllocsPerRun(1, func() { serve(n/10, n) }); allocated > 64 {
		t.Errorf("%v allocations for %d requests", allocated, n-n/10)
	}
	if ends < n/2 {
		t.Fatalf("%d of %d requests have ended", ends, n)
	}
	if len(e.seqs.all) > 2*sequences || len(e.memory.runs) > 2*runs || len(e.memory.extents) > 2*extents || len(e.memory.ids.entries) > 2*ids {
		t.Errorf("%d sequences, %d runs, %d extents, %d ids; after the first tenth %d, %d, %d, %d",
			len(e.seqs.all), len(e.memory.runs), len(e.memory.extents), len(e.memory.ids.entries), sequences, runs, extents, ids)
	}
}

// rolling are requests each of which shares its first extents with those of its
// hundred, and goes on alone.
type rolling struct{}

var rollingIDs = func() (ids []uint32) {
	for k := range uint32(4096) {
		ids = append(ids, k)
	}
	return ids
}()

func (rolling) Tokens(_, attr uint32, _ uint64) tokens.Request {
	group := attr / 100 % 512
	return tokens.Request{Input: 600 + int32(attr%7)*100, Output: 20 + int32(attr%5)*10, Extent: 128, Blocks: rollingIDs[group*8 : group*8+4]}
}

// A request that is taken back at the very ns at which it has ended, before that
// was told, has what it was given, and its end is not told.
func TestTakenBackAtItsEnd(t *testing.T) {
	l := asks{ask(4, 2), ask(4, 3)}
	e := newEngine(LLM{Timer: ten{}, Columns: l, MaxTokens: 64, MaxSequences: 4, Blocks: 20})
	e.Offer(0, sim.ServerRequest{ID: 0, Attr: 0})
	e.Offer(0, sim.ServerRequest{ID: 1, Attr: 1})
	want := sim.Serving{First: 10, Input: 4, Output: 2}
	if got := e.Withdraw(20, 0); got != want {
		t.Errorf("it has %+v, want %+v", got, want)
	}
	if at := e.Next(); at != 30 {
		t.Errorf("the next end is at %d, want 30", at)
	}
	if ends := e.Advance(30, nil); len(ends) != 1 || ends[0].ID != 1 {
		t.Errorf("%+v end, want request 1 alone", ends)
	}
	defer func() {
		if recover() == nil {
			t.Error("a request that is not there is taken back")
		}
	}()
	e.Withdraw(40, 0)
}

// Who is never asked for its work keeps a few of it and counts nothing; asked
// once, it goes on from there.
func TestWorkUnasked(t *testing.T) {
	var l load
	for k := range sim.Time(100) {
		l.add(100*k, ask(4, 2))
	}
	e := newEngine(LLM{Timer: ten{}, Columns: l.asks, MaxTokens: 64, MaxSequences: 4, Blocks: 20})
	l.drive(e)
	if n := len(e.work.list); n > fewWorks {
		t.Errorf("it keeps %d", n)
	}
	if list := e.Work(nil); len(list) != 0 {
		t.Errorf("it tells %d of the last", len(list))
	}
	e.Offer(20_000, sim.ServerRequest{ID: 0, Attr: 0})
	for next := e.Next(); next < sim.Never; next = e.Next() {
		e.Advance(next, nil)
	}
	want := []sim.Work{{From: 20_000, To: 20_020, Prefill: 10, Steps: 2, Input: 4, Output: 2, Held: 1, Blocks: 19}}
	if d := cmp.Diff(want, e.Work(nil)); d != "" {
		t.Errorf("work (- want, + got):\n%s", d)
	}
}

// working keeps what a run's servers told.
type working struct {
	simtest.LifeObserver
	served []sim.Served
	works  []sim.Work
}

func (w *working) Served(b []sim.Served) { w.served = append(w.served, b...) }
func (w *working) Works(b []sim.Work)    { w.works = append(w.works, b...) }

// In the kernel: requests that come together are in one step, one that can never
// fit has failed when it came, and steps and tokens are told.
func TestEngineInTheKernel(t *testing.T) {
	var l load
	l.add(50, ask(100, 3))
	l.add(50, ask(28, 1))
	l.add(60, ask(10_000, 1))
	w := new(working)
	config := l.config(LLM{Timer: ten{}, Columns: l.asks, MaxTokens: 2048, MaxSequences: 8, Blocks: 100})
	config.Observers = func() []sim.Observer { return []sim.Observer{w} }
	if _, err := sim.Run(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range w.Tape.Requests {
		got = append(got, strings.Join([]string{decimal(r.Arrival), decimal(r.Start), decimal(r.End), []string{"completed", "timed out", "rejected", "failed"}[r.Status]}, " "))
	}
	slices.Sort(got)
	if want := []string{"50 50 60 completed", "50 50 80 completed", "60 60 60 failed"}; !slices.Equal(got, want) {
		t.Errorf("requests %q, want %q", got, want)
	}
	var sum sim.Work
	for _, x := range w.works {
		sum.Steps, sum.Input, sum.Output, sum.To = sum.Steps+x.Steps, sum.Input+x.Input, sum.Output+x.Output, sum.To+x.To-x.From
	}
	if want := (sim.Work{Steps: 3, Input: 128, Output: 4, To: 30}); sum != want {
		t.Errorf("work %+v, want %+v", sum, want)
	}
	if len(w.served) != 2 || w.served[0].First != 60 || w.served[1].First != 60 {
		t.Errorf("%+v were served, want two whose first token is there at 60", w.served)
	}
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// glacial is a Timer whose steps take half of all time.
type glacial struct{}

func (glacial) Time(*Step) sim.Time { return sim.Never / 2 }

// Steps that would take longer than there is time end with it, and none begins
// after them.
func TestEngineAtTheEndOfTime(t *testing.T) {
	e := newEngine(LLM{Timer: glacial{}, Columns: asks{ask(4, 2), ask(4, 9)}, MaxTokens: 64, MaxSequences: 4, Blocks: 20})
	e.Offer(10, sim.ServerRequest{ID: 0, Attr: 0})
	e.Offer(10, sim.ServerRequest{ID: 1, Attr: 1})
	ends, calls := 0, 0
	for next := e.Next(); next < sim.Never; next = e.Next() {
		ends += len(e.Advance(next, nil))
		if calls++; calls > 10 {
			t.Fatal("it is asked for ever")
		}
	}
	if ends != 1 {
		t.Errorf("%d requests have ended, want the one with two tokens, the second at the end of time", ends)
	}
}

// seen is a Timer that keeps the passes that it is asked about.
type seen struct{ steps []Step }

func (s *seen) Time(x *Step) sim.Time {
	s.steps = append(s.steps, *x)
	return 10
}

// What a pass is made of, by hand: a of 20 tokens with a budget of 16, then its
// last 4 beside b's 6 and c's one; then all three make a token each, with 21, 7
// and 2 tokens of context.
func TestStepsAreToldToTheTimer(t *testing.T) {
	timer := &seen{}
	e := newEngine(LLM{Timer: timer, Columns: asks{ask(20, 2), ask(6, 2), ask(1, 2)}, MaxTokens: 16, MaxSequences: 4, Blocks: 20})
	for id := range uint32(3) {
		e.Offer(0, sim.ServerRequest{ID: id, Attr: id})
	}
	for next := e.Next(); next < sim.Never; next = e.Next() {
		e.Advance(next, nil)
	}
	first := Step{Tokens: 16, Chunks: 1, Prefill: 16, Square: 256}
	mixed := Step{Tokens: 11, Sequences: 3, Chunks: 2, Prefill: 10, Context: 4 * 16, Square: 16 + 36, Decodes: 1, KV: 1, MaxKV: 1}
	// To share the mixed one, the parts of it are asked for.
	prompts := Step{Tokens: 10, Sequences: 2, Chunks: 2, Prefill: 10, Context: 64, Square: 52}
	decodes := Step{Tokens: 1, Sequences: 1, Decodes: 1, KV: 1, MaxKV: 1}
	last := Step{Tokens: 3, Sequences: 3, Decodes: 3, KV: 21 + 7 + 2, MaxKV: 21}
	if d := cmp.Diff([]Step{first, mixed, prompts, decodes, last}, timer.steps); d != "" {
		t.Errorf("steps (- want, + got):\n%s", d)
	}
}

// What fails at once is told at the time at which it came, whenever that is.
func TestFailureIsToldAtOnce(t *testing.T) {
	for _, s := range []sim.Server{
		LLM{Timer: ten{}, Columns: asks{ask(0, 1)}, MaxTokens: 64, MaxSequences: 4, Blocks: 20}.New(sim.Group{}),
		apartOf(asks{ask(0, 1)}, 1, 1).New(sim.Group{}),
	} {
		for _, at := range []sim.Time{7, 100} {
			if !s.Offer(at, sim.ServerRequest{}) || s.Next() != at {
				t.Errorf("what comes at %d is told at %d", at, s.Next())
			}
			if ends := s.Advance(at, nil); len(ends) != 1 || ends[0].Status != sim.Failed || s.Next() != sim.Never {
				t.Errorf("%+v end, then something at %d", ends, s.Next())
			}
		}
	}
}

// pinging sends two pings at 5.
type pinging struct{}

func (pinging) New(sim.Group) sim.Prewarm { return pinging{} }
func (pinging) Scope() sim.Scope          { return sim.ScopeDeployment }
func (pinging) Tick(_ sim.View, now sim.Time) sim.Action {
	if now < 5 {
		return sim.Action{Next: 5}
	}
	return sim.Action{Pings: 2, PingService: 3, Next: sim.Never}
}

// Pings are no requests of a language model: they end when they come, and the
// engines do nothing for them.
func TestPingsAreNoWork(t *testing.T) {
	var l load
	l.add(20, ask(4, 1))
	engine := LLM{Timer: ten{}, Columns: l.asks, MaxTokens: 64, MaxSequences: 4, Blocks: 20}
	for _, server := range []sim.ServerFactory{engine, Split{Prefill: engine, Decode: engine, Prefills: 1, Decodes: 1, Bandwidth: 1}} {
		w := new(working)
		config := l.config(engine)
		config.Platforms[0].Server, config.Platforms[0].Prewarm = server, pinging{}
		config.Observers = func() []sim.Observer { return []sim.Observer{w} }
		if _, err := sim.Run(t.Context(), config); err != nil {
			t.Fatal(err)
		}
		var pings int
		for _, r := range w.Tape.Requests {
			if r.Flags&sim.Ping != 0 && r.Status == sim.Completed && r.End == 5 {
				pings++
			}
		}
		if pings != 2 || len(w.Tape.Requests) != 3 || len(w.served) != 1 || len(w.works) != 1 || w.works[0].Steps != 1 {
			t.Errorf("%d of 2 pings have ended at 5; %+v\n%+v", pings, w.Tape.Requests, w.works)
		}
	}
}

// How many full blocks of 16 tokens the ids of a request name, by hand.
func TestSharedBlocks(t *testing.T) {
	for _, c := range []struct {
		input, output, extent int32
		ids                   int
		want                  int64
	}{
		{1000, 50, 512, 1, 32}, // 512 tokens
		{1000, 50, 512, 2, 62}, // the prompt: the second extent is filled in part
		{1000, 50, 512, 3, 65}, // they go on into the output, which ends at 1,050
		{1000, 50, 16, 62, 62}, // 992 tokens
		{1000, 50, 16, 63, 62}, // the last one ends with the prompt
		{1000, 50, 16, 64, 64}, // 1,024 tokens
		{1000, 50, 16, 99, 65}, // more than there are
		{1000, 50, 8, 125, 62}, // half-blocks, 1,000 tokens
		{15, 50, 16, 1, 0},     // no full block of the prompt
		{1000, 50, 512, 0, 0},  // no ids
		{1000, 50, 0, 3, 0},    // of no length
	} {
		q := tokens.Request{Input: c.input, Output: c.output, Extent: c.extent, Blocks: make([]uint32, c.ids)}
		if got := sharedBlocks(&q, 16); got != c.want {
			t.Errorf("%d + %d tokens, %d ids of %d: %d blocks, want %d", c.input, c.output, c.ids, c.extent, got, c.want)
		}
	}
}
