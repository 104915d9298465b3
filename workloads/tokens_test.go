package workloads

import (
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// chat is two clients of one model: conversations that grow, and single requests with a
// shared prompt.
const chat = `
[[function]]
name     = "chat"
app      = "llama"
arrivals = { process = "gamma", rate = "2/s", cv = 2 }
[function.tokens]
input   = { dist = "lognormal", median = 60, sigma = 1 }
output  = { dist = "exponential", mean = 150 }
context = 8192
turns   = { dist = "geometric", mean = 4 }
think   = { dist = "exponential", mean = "20s" }
system  = { tokens = 100, count = 3, zipf = 1 }

[[function]]
name     = "batch"
app      = "llama"
count    = 2
arrivals = { process = "weibull", rate = "3/s", cv = 1.5 }
tokens   = { input = 40, output = { dist = "uniform", least = 1, most = 9 }, system = { tokens = 47 }, priority = 5 }

[[function]]
name     = "f"
arrivals = { process = "poisson", rate = "1/s" }
service  = "1s"
`

// arrived reads a set of functions to the end, in batches of so many.
func arrived(t testing.TB, w sim.Workload, key sim.RunKey, set []uint32, batch int) (out []sim.Invocation) {
	t.Helper()
	s, err := w.Open(key, set)
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]sim.Invocation, batch)
	for {
		n, err := s.Next(buf)
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, buf[:n]...)
	}
}

func chatWorkload(t testing.TB, horizon sim.Time) *Synthetic {
	t.Helper()
	w, err := New(readFunctions(t, chat), horizon)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Each turn's input is the shared prompt, all turns before it with their outputs, and
// something new; its blocks are those of the turn before, and more; and no two
// conversations share a block beyond their prompt.
func TestConversations(t *testing.T) {
	const horizon = 2 * sim.Hour
	w := chatWorkload(t, horizon)
	key := sim.RunKey{Seed: 7, Replication: 3}
	columns := tokens.Of(w, key.Seed, key.Replication)
	type state struct {
		turns int
		last  tokens.Request
		at    sim.Time
	}
	talks := map[uint32]*state{}
	owner := map[uint32]uint32{} // of blocks beyond the prompt
	prompts, turnsOf := map[uint32]int{}, map[uint32]int{}
	rows := map[uint32]bool{}
	before := sim.Time(0)
	grown := 0
	for _, v := range arrived(t, w, key, []uint32{0}, 64) {
		if v.Arrival < before || v.Arrival >= horizon || v.Service != 0 || rows[v.Attr] || v.Attr == 0 {
			t.Fatalf("%+v after %d", v, before)
		}
		rows[v.Attr], before = true, v.Arrival
		r := columns.Tokens(v.Function, v.Attr, 99)
		if r.Input <= 100 || r.Output < 1 || r.Input+r.Output > 8192 || r.Extent != 16 || len(r.Blocks) != int(r.Input+r.Output)/16 {
			t.Fatalf("%+v", r)
		}
		// 256 turns of a conversation have the same upper bits of their row.
		talk := (v.Attr - 1) >> 8
		s := talks[talk]
		if s == nil {
			s = &state{}
			talks[talk] = s
			prompts[r.Blocks[0]]++
		} else {
			if r.Input <= s.last.Input+s.last.Output || v.Arrival < s.at {
				t.Fatalf("turn %d has %d in, after %d in and %d out", s.turns+1, r.Input, s.last.Input, s.last.Output)
			}
			if !slices.Equal(s.last.Blocks, r.Blocks[:len(s.last.Blocks)]) {
				t.Fatal("a turn does not go on from the blocks of the one before")
			}
			grown++
		}
		s.turns++
		turnsOf[r.Blocks[0]]++
		s.last, s.at = r, v.Arrival
		for i, id := range r.Blocks {
			if i < 100/16 {
				continue
			}
			if o, ok := owner[id]; ok && o != talk {
				t.Fatalf("conversations %d and %d share block %d", o, talk, id)
			}
			owner[id] = talk
		}
	}
	// 2 conversations a second, whose turns are geometric of mean 4, less what the
	// context and the horizon cut.
	if n := len(talks); math.Abs(float64(n)-14400) > 6*2*math.Sqrt(14400) { // cv 2
		t.Errorf("%d conversations, want some 14400", n)
	}
	if mean := float64(len(rows)) / float64(len(talks)); mean < 3.8 || mean > 4.05 || grown == 0 {
		t.Errorf("%v turns a conversation, want nearly 4", mean)
	}
	for id, n := range prompts { // which prompt it is says nothing of how long a conversation is
		if mean := float64(turnsOf[id]) / float64(n); mean < 3.6 || mean > 4.3 {
			t.Errorf("%v turns a conversation with one prompt, want nearly 4", mean)
		}
	}
	// Zipf of exponent 1 over three: 6, 3 and 2 of 11.
	var shares []float64
	for _, n := range prompts {
		shares = append(shares, float64(n)/float64(len(talks)))
	}
	slices.Sort(shares)
	for i, want := range []float64{2. / 11, 3. / 11, 6. / 11} {
		if len(shares) != 3 || math.Abs(shares[i]-want) > 0.02 {
			t.Fatalf("prompts have shares %v", shares)
		}
	}
}

// A request of a client that has no turns names its shared prompt alone; functions of other
// clients never share a block, and a function without tokens has none.
func TestClientsAreApart(t *testing.T) {
	w := chatWorkload(t, sim.Hour)
	columns := tokens.Of(w, 1, 0)
	owner := map[uint32]uint32{}
	for f := range uint32(4) {
		for _, v := range arrived(t, w, sim.RunKey{Seed: 1}, []uint32{f}, 1000) {
			r := columns.Tokens(f, v.Attr, 0)
			for _, id := range r.Blocks {
				if o, ok := owner[id]; ok && o != f {
					t.Fatalf("functions %d and %d share block %d", o, f, id)
				}
				owner[id] = f
			}
			switch {
			case f == 3 && (r.Input != 0 || v.Attr != 0 || v.Service != sim.Second):
				t.Fatalf("a function without tokens has %+v of %+v", r, v)
			case f == 1 || f == 2:
				if r.Input != 87 || r.Output < 1 || r.Output > 9 || r.Priority != 5 || len(r.Blocks) != 2 {
					t.Fatalf("%+v", r)
				}
			}
		}
	}
}

// What arrives and what it asks depends on the run's key and the function alone: not on
// the batch, on other functions, or on who asked before.
func TestConversationsAreKeyed(t *testing.T) {
	w := chatWorkload(t, 10*sim.Minute)
	key := sim.RunKey{Seed: 1, Replication: 1}
	alone := arrived(t, w, key, []uint32{0}, 64)
	if diff := cmp.Diff(alone, arrived(t, w, key, []uint32{0}, 1)); diff != "" {
		t.Error(diff)
	}
	var among []sim.Invocation
	for _, v := range arrived(t, w, key, []uint32{0, 1, 2, 3}, 100) {
		if v.Function == 0 {
			among = append(among, v)
		}
	}
	if diff := cmp.Diff(alone, among); diff != "" {
		t.Error(diff)
	}
	same, other := tokens.Of(w, 1, 1), tokens.Of(w, 1, 2)
	differ := 0
	fresh := tokens.Of(chatWorkload(t, 10*sim.Minute), 1, 1)
	for i := range alone {
		v := alone[len(alone)-1-i]
		r := same.Tokens(0, v.Attr, 0)
		if again := fresh.Tokens(0, v.Attr, 1); r.Input != again.Input || r.Output != again.Output || !slices.Equal(r.Blocks, again.Blocks) {
			t.Fatalf("%+v, and asked again %+v", r, again)
		}
		if v.Attr&0xFF == 1 && other.Tokens(0, v.Attr, 0).Input != r.Input {
			differ++
		}
	}
	if differ == 0 {
		t.Error("two replications ask the same")
	}
}

// Without turns, inputs and outputs have the distributions that they are given.
func TestTokenMoments(t *testing.T) {
	w, err := New(readFunctions(t, `
[[function]]
name     = "one"
arrivals = { process = "poisson", rate = "50/s" }
tokens   = { input = { dist = "lognormal", median = 200, sigma = 1 }, output = { dist = "exponential", mean = 300 } }
`), sim.Hour)
	if err != nil {
		t.Fatal(err)
	}
	columns := tokens.Of(w, 1, 0)
	var in, out, both, n float64
	for _, v := range arrived(t, w, sim.RunKey{Seed: 1}, []uint32{0}, 1000) {
		r := columns.Tokens(0, v.Attr, 0)
		if r.Blocks != nil {
			t.Fatalf("%+v shares something", r)
		}
		in, out, both, n = in+float64(r.Input), out+float64(r.Output), both+float64(r.Input)*float64(r.Output), n+1
	}
	wantIn, wantOut := 200*math.Exp(0.5), 300.0
	// Within five standard errors: the lognormal's cv is √(e−1).
	if math.Abs(n-180_000) > 5*math.Sqrt(180_000) || math.Abs(in/n-wantIn) > 5*wantIn*1.311/math.Sqrt(n) || math.Abs(out/n-wantOut) > 5*wantOut/math.Sqrt(n) {
		t.Errorf("%v requests of %v in and %v out, want 180000 of %v and %v", n, in/n, out/n, wantIn, wantOut)
	}
	if c := both/n - in/n*(out/n); math.Abs(c) > 5*wantIn*1.311*wantOut/math.Sqrt(n) {
		t.Errorf("inputs and outputs have a covariance of %v, want none", c)
	}
}

// A million requests take no more memory than the conversations that go on.
func TestConversationsAreFew(t *testing.T) {
	w, err := New(readFunctions(t, `
[[function]]
name     = "chat"
arrivals = { process = "poisson", rate = "10/s" }
tokens   = { input = 50, output = 50, turns = 5, think = "30s", context = 8192 }
`), 20_000*sim.Second)
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.Open(sim.RunKey{Seed: 1}, []uint32{0})
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]sim.Invocation, 1000)
	n, most := 0, 0
	for {
		k, err := s.Next(buf)
		if err == io.EOF {
			break
		}
		n, most = n+k, max(most, len(s.(*conversations).pending))
	}
	// 10 begin a second and go on for 120 s: 1200 on average.
	if n < 990_000 || most < 1100 || most > 1200+5*35 {
		t.Errorf("%d requests, of which %d were to come at a time", n, most)
	}
	if allocs := testing.AllocsPerRun(10, func() {
		s, _ := w.Open(sim.RunKey{Seed: 2}, []uint32{0})
		for range 100 {
			s.Next(buf)
		}
	}); allocs > 30 {
		t.Errorf("%v allocations for 100000 requests", allocs)
	}
}

// Requests of one time come in the order of their conversations, first turns too.
func TestConversationTies(t *testing.T) {
	w, err := New(readFunctions(t, `
[[function]]
name     = "chat"
arrivals = { process = "periodic", every = "1s", offset = "0s" }
tokens   = { input = 50, output = 50, turns = 4, think = "1s" }
`), 100*sim.Second)
	if err != nil {
		t.Fatal(err)
	}
	// Four turns: row = conversation × 4 + turn + 1. At second s the conversations
	// s−3, s−2, s−1 and s are at turns 3, 2, 1 and 0.
	var want []sim.Invocation
	for s := range uint32(100) {
		for c := max(s, 3) - 3; c <= s; c++ {
			want = append(want, sim.Invocation{Arrival: sim.Time(s) * sim.Second, Attr: 4*c + (s - c) + 1})
		}
	}
	for _, batch := range []int{1, 7, 1000} {
		if diff := cmp.Diff(want, arrived(t, w, sim.RunKey{}, []uint32{0}, batch)); diff != "" {
			t.Fatal(diff)
		}
	}
}

// The exact message of each malformed client.
func TestMalformedTokens(t *testing.T) {
	for _, c := range []struct{ tokens, want string }{
		{`{ output = 5 }`, `w.toml:4: function[0].tokens: missing key "input"`},
		{`{ input = 0, output = 5 }`, "w.toml:4: function[0].tokens.input: found 0, want a whole number from 1 to 2147483647"},
		{`{ input = 5, output = -1 }`, "w.toml:4: function[0].tokens.output: found -1, want a whole number from 1 to 2147483647"},
		{`{ input = 8000, output = 193, context = 8192 }`, "w.toml:4: function[0].tokens.context: the shortest request has 8193 tokens (0 shared, 8000 new, 193 out), want at most the context of 8192"},
		{`{ input = 8000, output = 5, context = 8192, system = { tokens = 188 } }`, "w.toml:4: function[0].tokens.context: the shortest request has 8193 tokens (188 shared, 8000 new, 5 out), want at most the context of 8192"},
		{`{ input = 131072 }`, "w.toml:4: function[0].tokens: the shortest request has 131073 tokens (0 shared, 131072 new, 1 out), want at most the context of 131072"},
		{`{ input = 5, context = 1 }`, "w.toml:4: function[0].tokens.context: found 1 tokens, want at least 2"},
		{`{ input = 5, block = 0 }`, "w.toml:4: function[0].tokens.block: found 0 tokens, want 1 or more"},
		{`{ input = 5, turns = 257, think = "1s" }`, "w.toml:4: function[0].tokens.turns: found up to 257, want at most 256; a distribution without a most is cut there"},
		{`{ input = 5, turns = { dist = "uniform", least = 1, most = 400 }, think = "1s" }`, "w.toml:4: function[0].tokens.turns: found up to 400, want at most 256; a distribution without a most is cut there"},
		{`{ input = 5, turns = { dist = "geometric", mean = 3, least = 300 }, think = "1s" }`, "w.toml:4: function[0].tokens.turns: found up to 300, want at most 256; a distribution without a most is cut there"},
		{`{ input = 5, turns = 3 }`, "w.toml:4: function[0].tokens.turns: there are turns and no think, want the time from the arrival of a turn to that of the next one"},
		{`{ input = 5, think = "3s" }`, "w.toml:4: function[0].tokens.think: there is a think and there are no turns, want both or neither"},
		{`{ input = 5, system = { tokens = 0 } }`, "w.toml:4: function[0].tokens.system.tokens: found 0, want 1 or more"},
		{`{ input = 5, system = { tokens = 5, count = 0 } }`, "w.toml:4: function[0].tokens.system.count: found 0, want 1 … 1048576"},
		{`{ input = 5, system = { tokens = 5, zipf = -1 } }`, "w.toml:4: function[0].tokens.system.zipf: zipf is -1, want 0 … 10"},
		{`{ input = 5, prioritt = 1 }`, `w.toml:4: unknown key "prioritt"; did you mean "priority"?`},
		{`{ input = 5, priority = 1.5 }`, `w.toml:4: function[0].tokens.priority: found the number 1.5, want an integer from -2147483648 to 2147483647`},
	} {
		_, err := parseFunctions(strings.Join([]string{"[[function]]", `name = "f"`, `arrivals = { process = "poisson", rate = "1/s" }`, "tokens = " + c.tokens}, "\n"))
		if err == nil || err.Error() != c.want {
			t.Errorf("%s:\n got %v\nwant %s", c.tokens, err, c.want)
		}
	}
	many := `
[[function]]
name     = "f"
count    = 10000
arrivals = { process = "poisson", rate = "1/s" }
tokens   = { input = 5, turns = 2, think = "1s" }
`
	const want = `w.toml:6: function[0].tokens: the blocks of all contexts and prompts are more than the 2^32 that can be told apart, want larger blocks, a shorter context, or fewer functions`
	if _, err := New(readFunctions(t, many), sim.Hour); err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}
