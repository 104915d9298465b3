package serve

import (
	"bytes"
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/results"
)

// planOf returns the plan of a name.
func planOf(t *testing.T, e *Estimate, name string) *Plan {
	t.Helper()
	for i := range e.Plans {
		if e.Plans[i].Name == name {
			return &e.Plans[i]
		}
	}
	t.Fatalf("no plan %q", name)
	return nil
}

// 72,000 requests a month of 1,159 and 394 tokens at 2 and 8 a million are 166.896 +
// 226.944 = 393.84; with 40 % of the prompts in a cache at 0.5, of each prompt 463 tokens
// are (463.6, of which a request has whole ones): 72,000 × (696 × 2 + 463 × 0.5) = 116.892,
// 343.836 in all.
func TestTokensByHand(t *testing.T) {
	for _, c := range []struct {
		hit  string
		want float64
	}{{"", 393.84}, {"40%", 343.836}} {
		e := run(t, chats(func(s *Settings) { s.TokensCV, s.CacheHit = "0", c.hit }), false)
		p := planOf(t, e, "my-api")
		if got := costmodel.Float(&p.Total); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("cache %q: %v, want %v", c.hit, got, c.want)
		}
		if got := p.value("cost_per_million_output_tokens"); math.Abs(got-8) > 1e-9 {
			t.Errorf("a million tokens out cost %v", got)
		}
	}
}

// A prefix cache has what was said of the prompts, and makes first tokens faster.
func TestCacheHit(t *testing.T) {
	cold := planOf(t, run(t, chats(nil), false), "my-gpu, 1 always on")
	warm := planOf(t, run(t, chats(func(s *Settings) { s.CacheHit = "40%" }), false), "my-gpu, 1 always on")
	if got := warm.value("prefix_hit_ratio"); math.Abs(got-0.4) > 0.01 {
		t.Errorf("%v of the prompts' tokens are found, want 0.4", got)
	}
	if w, c := warm.value("ttft_p50_s"), cold.value("ttft_p50_s"); w >= c {
		t.Errorf("the first token after %v s, and %v s without a cache", w, c)
	}
}

// The bills at the ends of what is guessed are those of the ends: twice the requests
// cost twice the tokens.
func TestRanges(t *testing.T) {
	e := run(t, chats(func(s *Settings) { s.Requests, s.TokensCV = "50..100..200/h", "0" }), false)
	p := planOf(t, e, "my-api")
	for _, x := range []struct {
		what      string
		got, want float64
	}{{"low", costmodel.Float(&p.Low), 196.92}, {"likely", costmodel.Float(&p.Total), 393.84}, {"high", costmodel.Float(&p.High), 787.68}} {
		if math.Abs(x.got-x.want) > 1e-6 {
			t.Errorf("%s: %v, want %v", x.what, x.got, x.want)
		}
	}
	var b bytes.Buffer
	if err := e.Render(&b, "text"); err != nil || !strings.Contains(b.String(), "196.92…787.68") {
		t.Errorf("%v\n%s", err, b.String())
	}
}

// The answer's bytes depend on the question and the seed, and not on the cores.
func TestSameBytes(t *testing.T) {
	var all [3]bytes.Buffer
	for i, s := range []*Settings{
		chats(func(s *Settings) { s.Workers = 1 }), chats(func(s *Settings) { s.Workers = 4 }), chats(func(s *Settings) { s.Seed = 2 }),
	} {
		if err := run(t, s, true).Render(&all[i], "json"); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(all[0].Bytes(), all[1].Bytes()) {
		t.Error("one core and four answer differently")
	}
	if bytes.Equal(all[0].Bytes(), all[2].Bytes()) {
		t.Error("two seeds answer alike to the last byte")
	}
}

// What misses the SLO stands below what meets it, with the reason; with none that
// meets it, that is said.
func TestSLO(t *testing.T) {
	e := run(t, chats(func(s *Settings) { s.SLO = bounds(t, "ttft_p99 <= 600ms") }), false)
	if e.Plans[0].Name != "my-gpu, 1 always on" || !e.Plans[0].sound() {
		t.Errorf("first is %s: %s", e.Plans[0].Name, e.Plans[0].Fault)
	}
	if p := planOf(t, e, "my-api"); p.sound() || !strings.Contains(p.Fault, "p99 of the first token is 1.62 s, beyond 600 ms") {
		t.Errorf("an interface with a p99 of 1.6 s: %q", p.Fault)
	}
	e = run(t, chats(func(s *Settings) { s.SLO = bounds(t, "ttft_p99 <= 1ms") }), false)
	if e.Unserved() == "" || !strings.HasPrefix(e.answer(), "No plan serves") {
		t.Errorf("%q, %s", e.Unserved(), e.answer())
	}
}

// The cheapest that meets both bounds, the front and what binds; by hand: of a GPU at 648
// and an interface at 393.84 whose first tokens come too late, the GPU.
func TestOptimize(t *testing.T) {
	a, err := Optimize(context.Background(), chats(func(s *Settings) { s.SLO = bounds(t, "ttft_p99 <= 600ms and tpot_p99 <= 60ms") }))
	if err != nil {
		t.Fatal(err)
	}
	if a.Best == nil || a.Best.Name != "my-gpu, 1 always on" || math.Abs(a.Best.Cost-648) > 1e-6 {
		t.Fatalf("best: %+v, %s", a.Best, a.Miss())
	}
	if a.Cheaper == nil || a.Cheaper.Name != "my-api" || a.Binds.Metric != "ttft_p99_s" {
		t.Errorf("what binds: %+v, %+v", a.Cheaper, a.Binds)
	}
	if len(a.Front) < 2 || a.Front[0].Name != "my-api" || a.FrontOf != "ttft_p99_s" {
		t.Errorf("the front of %s: %v", a.FrontOf, a.Front)
	}
	for _, format := range estimate.Formats() {
		var b bytes.Buffer
		if err := a.Render(&b, format); err != nil || !strings.Contains(b.String(), "my-gpu, 1 always on") {
			t.Errorf("%s: %v\n%s", format, err, b.String())
		}
	}
	if a, err = Optimize(context.Background(), chats(func(s *Settings) { s.SLO = bounds(t, "ttft_p99 <= 1ms") })); err != nil || a.Best != nil || !strings.Contains(a.Miss(), "no plan meets the SLO") {
		t.Errorf("%v: %s", err, a.Miss())
	}
}

// What cannot be is refused, with what was found and what was wanted.
func TestBadSettings(t *testing.T) {
	for _, c := range []struct {
		change func(*Settings)
		want   string
	}{
		{func(s *Settings) { s.Model = "llama-9" }, `unknown model "llama-9"`},
		{func(s *Settings) { s.Model = "{ layers = 3 }" }, `missing key`},
		{func(s *Settings) { s.Requests = "" }, "nothing says --requests"},
		{func(s *Settings) { s.Requests = "0/h" }, "--requests"},
		{func(s *Settings) { s.TokensIn = "0" }, `--tokens-in: found "0"`},
		{func(s *Settings) { s.TokensOut = "many" }, `--tokens-out: found "many"`},
		{func(s *Settings) { s.TokensCV = "-1" }, "--tokens-cv"},
		{func(s *Settings) { s.CacheHit = "140%" }, "--cache-hit"},
		{func(s *Settings) { s.Shape = "round" }, "--shape"},
		{func(s *Settings) { s.Peak = "100" }, "--peak"},
		{func(s *Settings) { s.Shape, s.Peak = "constant", "3" }, "--peak"},
		{func(s *Settings) { s.ColdStart = "0s" }, "--cold-start"},
		{func(s *Settings) { s.ColdStart = "modal-vlm" }, `"modal-vllm"`},
		{func(s *Settings) { s.APITTFT = "5" }, "--api-ttft"},
		{func(s *Settings) { s.Precision = "fp5" }, `"fp5"`},
		{func(s *Settings) { s.Alike = []string{"my-ap"} }, `did you mean "my-api"?`},
		{func(s *Settings) { s.Within = []string{"nobody"} }, "no plan remains"},
		{func(s *Settings) { s.Trace = "jsonl:x.jsonl" }, "beside --trace"},
		{func(s *Settings) { s.Seed = -1 }, "--seed"},
		{func(s *Settings) { s.Replications = 0 }, "--replications"},
		{func(s *Settings) { s.Workers = 0 }, "--workers"},
		{func(s *Settings) { s.Requests = "1T/h" }, ""},
	} {
		_, err := Run(context.Background(), chats(c.change), false)
		var input *experiments.InputError
		if err == nil || !errors.As(err, &input) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("want an input error with %q, got %v", c.want, err)
		}
	}
}

// Of plans at 3, 5 and 9 of which that at 5 meets the SLO, the one at 3 is what would be
// cheaper and misses it; the one at 9 is dearer and says nothing.
func TestWhatBinds(t *testing.T) {
	slo := bounds(t, "ttft_p99 <= 1s")
	columns := make([]float64, len(results.Metrics()))
	candidate := func(name string, cost, worst float64, meets results.Verdict) *Candidate {
		return &Candidate{Name: name, Cost: cost, worst: worst, Meets: meets, Replications: 3, Row: rowOf([]*outcome{{columns: columns}}, slo)}
	}
	a := &Advice{SLO: slo, last: 3}
	a.conclude([]*Candidate{
		candidate("dearer", 9, 0.5, results.No), candidate("cheaper", 3, 0.2, results.No), candidate("cheapest", 2, 2, results.No),
		candidate("next", 6, -0.1, results.Yes), candidate("best", 5, -0.2, results.Yes),
	})
	if a.Best.Name != "best" || a.Next.Name != "next" || a.Cheaper == nil || a.Cheaper.Name != "cheaper" {
		t.Errorf("best %v, next %v, cheaper %v", a.Best, a.Next, a.Cheaper)
	}
}
