package hardware

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// profiles are one of each kind: of operations, of kernels, of a roofline, of
// experts, calibrated.
func profiles(t testing.TB) []*Profile {
	calibrated := shape(t, "h100", 2, "qwen3-32b")
	calibrated.PrefillScale, calibrated.DecodeScale, calibrated.Engine = 1.2, 0.9, "vllm-0.11"
	var list []*Profile
	for _, s := range []Spec{
		shape(t, "rtx-4090", 1, "llama-3.1-8b"), shape(t, "rtx-pro-6000", 2, "qwen3-32b"), shape(t, "h100", 1, "llama-3.1-8b"),
		shape(t, "l4", 1, "llama-3.2-3b"), shape(t, "b200", 1, "gpt-oss-120b"), calibrated,
	} {
		list = append(list, mustNew(t, s))
	}
	return list
}

// TestRun holds a run of passes to the same passes one by one, to the
// nanosecond, over knots and ends.
func TestRun(t *testing.T) {
	all := profiles(t)
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(all).Draw(t, "profile")
		n := rapid.Int64Range(1, 300).Draw(t, "decodes")
		s := decodes(n, rapid.Int64Range(1, 40000).Draw(t, "context"))
		s.KV -= rapid.Int64Range(0, s.KV-n).Draw(t, "less")
		steps := rapid.Int64Range(0, 2000).Draw(t, "steps")
		from := sim.Time(rapid.Int64Range(0, 1e12).Draw(t, "from"))
		until := from + sim.Time(rapid.Int64Range(0, 60e9).Draw(t, "until"))
		if rapid.Bool().Draw(t, "until an end") {
			_, until = p.Run(s, rapid.Int64Range(0, 100).Draw(t, "of"), from, until)
		}

		one, at, want := *s, from, int64(0)
		for ; want < steps; want++ {
			next := at + p.Time(&one)
			if next > until {
				break
			}
			at = next
			one.KV += one.Decodes
			one.MaxKV++
		}
		got, end := p.Run(s, steps, from, until)
		if got != want || end != at {
			t.Fatalf("%s: a run of %d steps from %d on: %d until %d, one by one %d until %d", p.Label(), steps, from, got, end, want, at)
		}
	})
}

// TestTimeGrows sees that more work never takes much less time: more context, and more
// tokens of a prompt.
func TestTimeGrows(t *testing.T) {
	for _, p := range profiles(t) {
		for _, n := range []int64{1, 7, 64, 200, 500} {
			before := sim.Time(0)
			for context := int64(64); context < 200000; context *= 2 {
				got := p.Time(decodes(n, context))
				if float64(got) < 0.97*float64(before) {
					t.Errorf("%s: %d decodes at %d tokens take %d ns, at half of it %d", p.Label(), n, context, got, before)
				}
				before = got
			}
		}
		before := sim.Time(0)
		for tokens := int64(32); tokens <= 16384; tokens *= 2 {
			got := p.Time(prompt(tokens, 0))
			if float64(got) < 0.97*float64(before) {
				t.Errorf("%s: a prompt of %d tokens takes %d ns, half of it %d", p.Label(), tokens, got, before)
			}
			before = got
			if after := p.Time(prompt(tokens, 4096)); after < got {
				t.Errorf("%s: %d tokens behind 4,096 take %d ns, alone %d", p.Label(), tokens, after, got)
			}
		}
	}
}

// prompt is a pass of one chunk behind tokens that were computed before.
func prompt(tokens, before int64) *servers.Step {
	return &servers.Step{Tokens: tokens, Sequences: 1, Chunks: 1, Prefill: tokens, Context: tokens * before, Square: tokens * tokens}
}

// TestOperationsByHand adds up one pass from rows of the published files: RTX
// 4090, 32 decodes of 1,024 tokens each. Time does not interpolate there.
func TestOperationsByHand(t *testing.T) {
	// By 32 tokens: 2 layernorm + qkv_proj + rotary_emb + o_proj +
	// gate_up_proj + act_fn + down_proj, µs.
	layer := 2*2.11717 + 60.8173 + 2.43233 + 43.411 + 271.747 + 3.00767 + 141.943
	attention := 181.391
	once := 2.54933 + 2.48533 + 1190.84 + 36.8307 // embedding, last norm, lm_head, sampler
	want := 1e3 * (32*(layer+attention) + once)
	p := mustNew(t, shape(t, "rtx-4090", 1, "llama-3.1-8b"))
	got := float64(p.Time(decodes(32, 1024)))
	if d := got/want - 1; d > 0.0005 || d < -0.0005 { // four digits are kept
		t.Errorf("%.0f ns, by hand %.0f", got, want)
	}
}

// TestJoinedByHand adds up a pass on two GPUs: Qwen3 32B on two RTX PRO 6000, 32
// decodes of 1,024 tokens each. An all-reduce of 32 × 5,120 elements is a
// quarter of the way from 131,072 to 262,144; a gather of 32 × 151,936 logits
// half of an all-reduce of as many, 0.1592 of the way from 4,194,304 to twice
// that.
func TestJoinedByHand(t *testing.T) {
	layer := 385.003 + 62.0267
	once := 5.57866 + 543.841 + 25.2477
	reduce := 39.3168 + 0.25*(55.5437-39.3168)
	gathered := (573.324 + 0.15918*(1123.184-573.324)) / 2
	want := 1e3 * (64*layer + once + (2*64+1)*reduce + gathered)
	p := mustNew(t, shape(t, "rtx-pro-6000", 2, "qwen3-32b"))
	if got := float64(p.Time(decodes(32, 1024))); math.Abs(got/want-1) > 0.0005 {
		t.Errorf("%.0f ns, by hand %.0f", got, want)
	}
}

// TestReduceInProportion has an all-reduce over four GPUs from that over two:
// each sends 2 × 3 ÷ 4 of its elements, not 2 × 1 ÷ 2. A token of Qwen3 32B has
// 5,120, whose all-reduce over two takes as much as 4,096 and a quarter of the way to 8,192.
func TestReduceInProportion(t *testing.T) {
	two, four := mustNew(t, shape(t, "rtx-pro-6000", 2, "mistral-small-24b")), mustNew(t, shape(t, "rtx-pro-6000", 4, "mistral-small-24b"))
	if two.Grade != "B" || four.Grade != "C" || len(four.Notes) <= len(two.Notes) {
		t.Errorf("grades %s and %s, want B and C, and a note", two.Grade, four.Grade)
	}
	k, err := catalog{shipped}.kernels(two)
	if err != nil {
		t.Fatal(err)
	}
	l, err := catalog{shipped}.kernels(four)
	if err != nil {
		t.Fatal(err)
	}
	want := 1e3 * (19.0835 + 0.25*(20.5469-19.0835))
	if got := k.reduce.at(5120); math.Abs(got/want-1) > 0.0005 {
		t.Errorf("over two %v ns, want %v", got, want)
	}
	if got := l.reduce.at(5120); math.Abs(got/want/1.5-1) > 0.0005 {
		t.Errorf("over four %v ns, want %v", got, 1.5*want)
	}
}

// TestChunkBehind has 1,024 tokens behind 1,024 others, on an H100: 3 ÷ 4 of
// the attention of a prompt of 2,048, 114.635 µs a layer.
func TestChunkBehind(t *testing.T) {
	p := mustNew(t, shape(t, "h100", 1, "llama-3.1-8b"))
	for _, c := range []struct {
		s    *servers.Step
		want float64 // µs a layer
	}{
		{prompt(1024, 0), 44.896},
		{prompt(1024, 1024), 0.75 * 114.635},
		{prompt(2048, 2048), 0.75 * 317.733},
		// One token reads as much as a decode does.
		{prompt(1, 4095), 16.864},
	} {
		if got := p.chunks.time(p, c.s) / 32e3; math.Abs(got/c.want-1) > 0.001 {
			t.Errorf("%d behind %d: %.3f µs, want %.3f", c.s.Prefill, c.s.Context/c.s.Prefill, got, c.want)
		}
	}
	// A step in which nobody makes a token runs lm_head over one all the same.
	unfinished := *prompt(512, 0)
	unfinished.Sequences = 0
	if a, b := p.Time(&unfinished), p.Time(prompt(512, 0)); a != b {
		t.Errorf("without a token %d ns, with one %d", a, b)
	}
}

// TestMixedByHand takes attention of passes between the points of the
// published file, RTX 4090, one variable at a time: half way between two rows.
func TestMixedByHand(t *testing.T) {
	p := mustNew(t, shape(t, "rtx-4090", 1, "llama-3.1-8b"))
	with := func(s *servers.Step, n, context int64) *servers.Step {
		s.Tokens, s.Decodes, s.KV, s.MaxKV = s.Tokens+n, n, n*context, context
		return s
	}
	for _, c := range []struct {
		name string
		s    *servers.Step
		want float64 // µs a layer
	}{
		{"a point", prompt(512, 0), 41.0747},
		{"tokens", prompt(768, 0), (41.0747 + 108.24) / 2},
		{"computed before", prompt(512, 1536), (104.602 + 165.937) / 2},
		{"decodes", with(prompt(512, 0), 24, 1024), (206.017 + 361.418) / 2},
		{"context", with(prompt(512, 0), 32, 1536), (361.418 + 626.594) / 2},
		{"more decodes than beside chunks", with(prompt(512, 0), 192, 1024), 1544.91 + (1182.93-606.193)/2},
	} {
		if got := p.chunks.time(p, c.s) / 32e3; math.Abs(got/c.want-1) > 0.0005 {
			t.Errorf("%s: %.3f µs, want %.3f", c.name, got, c.want)
		}
	}
	// What was computed before two chunks counts by their tokens: 1,500 of
	// them behind 0 and 500 behind 2,048 are 2,000 behind 512.
	two := &servers.Step{Tokens: 2000, Chunks: 2, Prefill: 2000, Context: 500 * 2048, Square: 1500*1500 + 500*500}
	if a, b := p.chunks.time(p, two), p.chunks.time(p, prompt(2000, 512)); a != b {
		t.Errorf("%v ns, want %v", a, b)
	}
}

// TestSkew puts contexts apart that have one mean: attention goes 0.054 of the way
// to its time at the longest.
func TestSkew(t *testing.T) {
	p := mustNew(t, shape(t, "rtx-pro-6000", 1, "llama-3.1-8b"))
	even, long := decodes(64, 2048), decodes(64, 8192)
	apart := *even
	apart.MaxKV = 8192
	a, b, got := p.Time(even), p.Time(long), p.Time(&apart)
	if want := float64(a) + 0.054*float64(b-a); float64(got) < want-1 || float64(got) > want+1 {
		t.Errorf("%d ns, want %.0f: %d at the mean, %d at the longest", got, want, a, b)
	}
}

// TestHost sees what an engine's host adds to a pass: 0.9 ms and 19 µs for
// each request.
func TestHost(t *testing.T) {
	s := shape(t, "h100", 1, "llama-3.1-8b")
	without := mustNew(t, s)
	s.Engine = "vllm-0.11"
	with := mustNew(t, s)
	mixed := prompt(512, 0)
	mixed.Tokens, mixed.Sequences, mixed.Decodes, mixed.KV, mixed.MaxKV = 522, 11, 10, 5000, 900
	unfinished := *mixed // a prompt of which this is no last chunk makes no token, and is a request in the step all the same
	unfinished.Sequences = 10
	for _, c := range []struct {
		s    *servers.Step
		want sim.Time
	}{{decodes(1, 100), 919e3}, {decodes(100, 100), 2800e3}, {mixed, 1109e3}, {&unfinished, 1109e3}} {
		if got := with.Time(c.s) - without.Time(c.s); got < c.want-1 || got > c.want+1 {
			t.Errorf("%+v: the host adds %d ns, want %d", c.s, got, c.want)
		}
	}
	if with.Front != 20*sim.Millisecond || without.Front != 0 {
		t.Errorf("front %d and %d, want 20 ms and 0", with.Front, without.Front)
	}
}

// TestBeyond tells what was measured from what is drawn out.
func TestBeyond(t *testing.T) {
	p := mustNew(t, shape(t, "h100", 1, "llama-3.1-8b"))
	for _, c := range []struct {
		name string
		s    *servers.Step
		want bool
	}{
		{"the longest context of one that was measured", decodes(1, 32768), false},
		{"a longer one", decodes(1, 32769), true},
		{"1,024 requests of 128 tokens", decodes(1024, 128), false},
		{"1,024 requests of 129 tokens", decodes(1024, 129), true},
		{"1,000 requests, between 512 and 1,024, of 256", decodes(1000, 256), true},
		{"a prompt of 8,192", prompt(8192, 0), false},
		{"a prompt of 8,193: products of 8,192 rows are the largest", prompt(8193, 0), true},
		{"8,192 behind 8,192", prompt(8192, 8192), false},
		{"8,192 behind 8,193", prompt(8192, 8193), true},
	} {
		if got := p.Beyond(c.s); got != c.want {
			t.Errorf("%s: beyond %v, want %v", c.name, got, c.want)
		}
	}
	// An all-reduce was measured over more tokens than products were.
	if joined := mustNew(t, shape(t, "h100", 2, "llama-3.1-8b")); joined.Beyond(prompt(8192, 0)) || !joined.Beyond(prompt(8193, 0)) {
		t.Error("two GPUs: products of 8,192 rows are the largest too")
	}
	// Drawn out, not clipped: twice the context is about twice the attention.
	a, b := p.Time(decodes(8, 131072)), p.Time(decodes(8, 262144))
	if r := float64(b-a) / float64(a-p.Time(decodes(8, 65536))); r < 1.9 || r > 2.1 {
		t.Errorf("attention beyond the table grows by %v of what it did, want 2", r)
	}
}

// TestNoAllocation holds what a step costs the heap.
func TestNoAllocation(t *testing.T) {
	mixed := prompt(512, 100)
	mixed.Tokens, mixed.Sequences, mixed.Decodes, mixed.KV, mixed.MaxKV = 522, 11, 10, 5000, 900
	for _, p := range profiles(t) {
		s := decodes(100, 1000)
		if n := testing.AllocsPerRun(100, func() { p.Time(s); p.Time(mixed); p.Run(s, 100, 0, sim.Longest) }); n != 0 {
			t.Errorf("%s: %v allocations", p.Label(), n)
		}
	}
}

func BenchmarkTime(b *testing.B) {
	mixed := prompt(1984, 100)
	mixed.Tokens, mixed.Sequences, mixed.Decodes, mixed.KV, mixed.MaxKV = 2048, 65, 64, 64000, 4000
	s := decodes(100, 1000)
	s.MaxKV = 4000
	for _, c := range []struct {
		name string
		spec Spec
	}{{"operations", shape(b, "rtx-pro-6000", 1, "llama-3.1-8b")}, {"kernels", shape(b, "h100", 1, "llama-3.1-8b")}} {
		p := mustNew(b, c.spec)
		b.Run(c.name+"/decode", func(b *testing.B) {
			for b.Loop() {
				p.Time(s)
			}
		})
		b.Run(c.name+"/mixed", func(b *testing.B) {
			for b.Loop() {
				p.Time(mixed)
			}
		})
		b.Run(c.name+"/run of 100", func(b *testing.B) {
			for b.Loop() {
				p.Run(s, 100, 0, sim.Longest)
			}
		})
		b.Run(c.name+"/new", func(b *testing.B) {
			for b.Loop() {
				mustNew(b, c.spec)
			}
		})
	}
}

func TestReach(t *testing.T) {
	for _, c := range []struct {
		spec Spec
		want string
	}{
		{shape(t, "h100", 1, "llama-3.1-8b"), "measured up to 8192 tokens a pass, 32768 tokens of context for one decode, 8192 tokens of context for 32 and 512 tokens of context for 256; beyond that, times are drawn out as they grew last"},
		{shape(t, "l4", 1, "llama-3.1-8b"), "nothing was measured"},
	} {
		if got := mustNew(t, c.spec).Reach(); got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
}
