package experiments

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
	"github.com/coldcurve/coldcurve/traces"
)

// talkative is conversations without a shared prompt, of blocks that are so small that each
// turn adds some.
const talkative = `
[workload]
horizon = "1h"
[[workload.function]]
name     = "chat"
memory   = "512MB"
arrivals = { process = "poisson", rate = "0.5/s" }
[workload.function.tokens]
input  = { dist = "uniform", least = 10, most = 50 }
output = { dist = "uniform", least = 10, most = 70 }
turns  = { dist = "geometric", mean = 3 }
think  = "9s"
block  = 2
[[workload.function]]
name     = "f"
arrivals = { process = "poisson", rate = "1/s" }
service  = "1s"
`

// What is generated of clients is what they ask in a run of the same key; and the trace's
// statistics find the conversations that there are.
func TestGeneratedClients(t *testing.T) {
	w, seed, epoch, err := ReadWorkload("x.toml", []byte(talkative))
	if err != nil || seed != 1 || epoch != nil {
		t.Fatal(seed, epoch, err)
	}
	key := sim.RunKey{Seed: seed}
	tr, err := traces.OpenWorkload(context.Background(), "x", w, key, w.Horizon(), nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	drawn, kept := tokens.Of(w, key.Seed, key.Replication), tokens.Of(tr, 0, 0)
	before, after := invocations(t, w, key), invocations(t, tr, key)
	if len(before) != len(after) || len(before) < 4000 {
		t.Fatalf("%d invocations, of which %d were written", len(before), len(after))
	}
	turns := map[uint32]int64{}
	var want traces.ConversationStatistics
	input, growth, steps := map[uint32]int32{}, 0, 0
	for i, v := range before {
		r := drawn.Tokens(v.Function, v.Attr, 0)
		if u := after[i]; u.Arrival != v.Arrival || u.Service != v.Service || u.Function != v.Function {
			t.Fatalf("%+v was written as %+v", v, u)
		} else if diff := cmp.Diff(r, kept.Tokens(u.Function, u.Attr, 0)); diff != "" {
			t.Fatal(diff)
		}
		if v.Function == 1 {
			continue
		}
		talk := (v.Attr - 1) >> 8
		if turns[talk]++; turns[talk] > 1 {
			growth, steps = growth+int(r.Input-input[talk]), steps+1
			want.Longest = max(want.Longest, turns[talk])
		}
		input[talk] = r.Input
	}
	for _, n := range turns {
		if n > 1 {
			want.Count++
			want.Turns += n
		}
	}
	want.Growth = float64(growth) / float64(steps)
	s, err := traces.Stat(context.Background(), tr, key, 0)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, s.Tokens.Conversations); diff != "" {
		t.Error(diff)
	}
	// A turn adds new tokens and an output: of means 30 and 40.
	if g := want.Growth; g < 68 || g > 72 {
		t.Errorf("the input grows by %v a turn, want 70", g)
	}
}

// invocations reads all functions of a workload.
func invocations(t *testing.T, w sim.Workload, key sim.RunKey) (out []sim.Invocation) {
	t.Helper()
	src, err := w.Open(key, []uint32{0, 1})
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]sim.Invocation, 512)
	for {
		n, err := src.Next(buf)
		if out = append(out, buf[:n]...); err != nil {
			return out
		}
	}
}

// A platform's memory leaves the tokens as they are.
func TestTokensThroughSizes(t *testing.T) {
	w, _, _, err := ReadWorkload("x.toml", []byte(talkative))
	if err != nil {
		t.Fatal(err)
	}
	on := func(w sim.Workload, scale float64) *sized {
		s, err := sizedOn(w, []*platform{{spec: platformSpec{MemoryScale: scale}}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	sized := on(w, 2)
	if sized.Functions()[0].Memory != 1024 {
		t.Errorf("memory %d, want twice 512", sized.Functions()[0].Memory)
	}
	a, b := tokens.Of(w, 3, 4), tokens.Of(sized, 3, 4)
	for row := range uint32(600) {
		if diff := cmp.Diff(a.Tokens(0, row, 0), b.Tokens(0, row, 0)); diff != "" {
			t.Fatal(diff)
		}
	}
	if c := tokens.Of(on(fixed{[]sim.Function{{Name: "f"}}}, 1), 1, 0); c != nil {
		t.Errorf("columns %v of a workload without any", c)
	}
}

// What is no workload to generate a trace of.
func TestMalformedWorkload(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"seed = 1", "x.toml:1: there is no [[workload.function]], want one or more to generate a trace of"},
		{"[workload]\ntrace = \"csv:x\"", "x.toml:1: there is no [[workload.function]], want one or more to generate a trace of"},
		{strings.Replace(talkative, "horizon", "horizn", 1), `x.toml:3: unknown key "horizn"; did you mean "horizon"?`},
		{"sed = 1\n" + talkative, `x.toml:1: unknown key "sed"; did you mean "seed"?`},
		{"seed = -1\n" + talkative, "x.toml:1: seed: found -1, want 0 or more"},
		{strings.Replace(talkative, `horizon = "1h"`, "", 1), `x.toml:2: workload: missing key "horizon": arrival processes have no end of their own`},
		{strings.Replace(talkative, "least = 10", "least = 0", 1), "x.toml:9: workload.function[0].tokens.input: numbers go from 0 to 50, want 1 ≤ least ≤ most"},
	} {
		if _, _, _, err := ReadWorkload("x.toml", []byte(c.text)); err == nil || err.Error() != c.want {
			t.Errorf("got %v\nwant %s", err, c.want)
		}
	}
}
