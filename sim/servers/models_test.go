package servers

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// visit is a request to a model: when it comes, and how many tokens it asks for after
// a prompt of one; it leaves at a time, or stays (0).
type visit struct {
	at     sim.Time
	model  uint32
	output int32
	leaves sim.Time
}

// ends writes down when each visit ends: "0 130, 1 240".
func visits(t *testing.T, m Models, list []visit) (string, *models, sim.Time) {
	t.Helper()
	return visitsTold(t, m, list, func(sim.Work) {})
}

// visitsTold is visits, with what the server tells of its work.
func visitsTold(t *testing.T, m Models, list []visit, tell func(sim.Work)) (string, *models, sim.Time) {
	t.Helper()
	var all asks
	for _, v := range list {
		all = append(all, ask(1, v.output))
	}
	for k := range m.Models {
		m.Models[k].Engine = LLM{Timer: ten{}, Columns: all, BlockSize: 4, MaxTokens: 16, MaxSequences: 8, Blocks: 50}
		m.Of = append(m.Of, k)
	}
	s := m.New(sim.Group{}).(*models)
	var out []string
	own := sim.Time(0)
	for now := range sim.Time(1200) {
		for next := s.Next(); next <= now; next = s.Next() {
			for _, end := range s.Advance(next, nil) {
				out = append(out, fmt.Sprintf("%d %d", end.ID, next))
			}
			for _, w := range s.Work(nil) {
				own += w.To - w.From - w.Others
				tell(w)
			}
		}
		for id, v := range list {
			if v.at == now {
				s.Offer(now, sim.ServerRequest{ID: uint32(id), Attr: uint32(id), Function: v.model})
			}
			if v.leaves > 0 && v.leaves == now {
				out = append(out, fmt.Sprintf("%d leaves %d with %d", id, now, s.Withdraw(now, uint32(id)).Output))
			}
		}
	}
	return strings.Join(out, ", "), s, own
}

// Each timeline is worked by hand: a step takes 10 ns, the prompt of one token is its
// first. Busy is the time of the GPUs.
func TestModelsTimelines(t *testing.T) {
	two := func(loaded int, adapters bool, swap sim.Time) Models {
		return Models{Models: []Model{{Swap: swap}, {Swap: swap}}, Loaded: loaded, Adapters: adapters}
	}
	three := Models{Models: []Model{{Swap: 100}, {Swap: 100}, {Swap: 100}}, Loaded: 2}
	for _, c := range []struct {
		name   string
		models Models
		visits []visit
		want   string
		busy   sim.Time
	}{
		// 0 waits for its swap until 100, is there until 130. 1 waits for 0 to be
		// done, and for the swap until 230. 2 comes when 0's model is to leave, and
		// waits for it to come back, from 240 to 340.
		{"one place", two(1, false, 100), []visit{{0, 0, 3, 0}, {50, 1, 1, 0}, {105, 0, 1, 0}, {400, 1, 1, 0}}, "0 130, 1 240, 2 350, 3 510", 60},
		// The swap that 0 began goes on when it leaves, so that 1 finds its model.
		{"who leaves", two(1, false, 100), []visit{{0, 0, 3, 50}, {100, 0, 1, 0}}, "0 leaves 50 with 0, 1 110", 10},
		// 1 leaves before 0 is done: 2, which waited behind it for the same model as
		// 0's, is served with 0: from 110 on, since it came back at 105.
		{"who leaves while another is to give its place up", two(1, false, 100), []visit{{0, 0, 9, 0}, {50, 1, 1, 105}, {102, 0, 1, 0}}, "1 leaves 105 with 0, 2 120, 0 190", 90},
		// Alone from 100 to 200, 10 tokens; beside the other at half the speed, 5
		// tokens each until 300; then 15 more alone.
		{"side by side", two(2, false, 100), []visit{{0, 0, 30, 0}, {0, 1, 5, 0}}, "1 300, 0 450", 350},
		// The step that is under way when 1 is there, at 10, goes on until 15. Then 20
		// a step: 0 until 35 and 55, 1 until 30 and 50, where 0's last has begun.
		{"in a step", two(2, false, 5), []visit{{0, 0, 3, 0}, {5, 1, 2, 0}}, "1 50, 0 55", 50},
		// Model 1 was asked last before 2: the place is that of 0. Model 1 is there
		// at once, 0 after a swap.
		{"least recently asked", three, []visit{{0, 0, 1, 0}, {200, 1, 1, 0}, {400, 2, 1, 0}, {600, 1, 1, 0}, {700, 0, 1, 0}}, "0 110, 1 310, 2 510, 3 610, 4 810", 50},
		{"asked again", three, []visit{{0, 0, 1, 0}, {200, 1, 1, 0}, {350, 0, 1, 0}, {400, 2, 1, 0}, {600, 0, 1, 0}, {700, 1, 1, 0}}, "0 110, 1 310, 2 360, 3 510, 4 610, 5 810", 60},
		// Adapters are in the same steps: 1 comes at 20, is loaded at 25, a boundary.
		{"adapters", two(2, true, 5), []visit{{0, 0, 10, 0}, {20, 1, 1, 0}}, "1 35, 0 105", 100},
		{"one adapter", two(1, true, 5), []visit{{0, 0, 10, 0}, {20, 1, 1, 0}}, "0 105, 1 120", 110},
		{"swaps that take no time", two(1, false, 0), []visit{{0, 0, 1, 0}, {0, 1, 1, 0}, {5, 0, 1, 0}}, "0 10, 1 20, 2 30", 30},
	} {
		got, _, busy := visits(t, c.models, c.visits)
		if got != c.want || busy != c.busy {
			t.Errorf("%s: %s, busy %d; want %s, busy %d", c.name, got, busy, c.want, c.busy)
		}
	}
}

// spreads sends requests to models by their rows.
type spreads struct{ *models }

func (s spreads) Offer(now sim.Time, r sim.ServerRequest) bool {
	r.Function = r.Attr % uint32(len(s.Of))
	return s.models.Offer(now, r)
}

// Whatever is swapped, each request that is not taken back ends once, with all of its
// tokens; no more models are loaded than there are places, what runs runs on those
// alone, and the GPUs are not busy for longer than there is time.
func TestModelsConserve(t *testing.T) {
	swapped := 0
	rapid.Check(t, func(t *rapid.T) {
		l := drawLoad(t, rapid.SampledFrom([]int{1, 5, 40, 400}).Draw(t, "span"))
		m := Models{Loaded: rapid.IntRange(1, 3).Draw(t, "loaded"), Adapters: rapid.Bool().Draw(t, "adapters")}
		c := drawLLM(t, l)
		for k := range rapid.IntRange(1, 4).Draw(t, "models") {
			m.Models = append(m.Models, Model{Engine: c, Swap: sim.Time(rapid.IntRange(0, 50).Draw(t, "swap"))})
			m.Of = append(m.Of, k)
		}
		if m.Check() != nil {
			t.Skip("no engine")
		}
		draws := sim.Group{Key: draws.Key, All: make([]sim.Function, len(m.Of))}
		s := m.New(draws).(*models)
		told, work := l.replay(spreads{s}, func(now sim.Time) {
			loaded := 0
			for k, r := range s.all {
				if r.loaded {
					loaded++
				} else if r.running > 0 {
					t.Fatalf("%d requests run on model %d, which is not loaded", r.running, k)
				}
			}
			if loaded > s.Loaded {
				t.Fatalf("%d models are loaded, there are %d places", loaded, s.Loaded)
			}
			g := s.Gauge(now)
			if untold := len(s.answered); g.Running < 0 || g.Waiting < 0 || g.Running+g.Waiting+untold > len(l.at) {
				t.Fatalf("%+v", g)
			}
		})
		ends := map[string]int{}
		for _, line := range told {
			ends[strings.Fields(line)[1]]++
			if strings.Contains(line, "ends, 0") {
				var at, id int
				fmt.Sscanf(line, "%d: %d ends", &at, &id)
				if !strings.Contains(line, fmt.Sprintf("Output:%d ", l.asks[id].Output)) {
					t.Fatalf("%s, asked for %d", line, l.asks[id].Output)
				}
			}
		}
		if len(ends) != len(l.at) || len(told) != len(l.at) {
			t.Fatalf("%d requests, %d ended, %d ends:\n%s", len(l.at), len(ends), len(told), strings.Join(told, "\n"))
		}
		if s.names.used != 0 || len(s.waiting) != 0 {
			t.Fatalf("%d requests are left, %d wait", s.names.used, len(s.waiting))
		}
		if work.Others > work.To || !m.Adapters && len(m.Models) > 1 && work.Others > 0 && work.To == 0 {
			t.Fatalf("%+v", work)
		}
		if len(m.Models) > m.Loaded {
			swapped++
		}
	})
	if swapped == 0 {
		t.Error("nothing was ever swapped")
	}
}

// A model that was swapped out has forgotten its prefixes; an adapter has not.
func TestSwappedOutForgets(t *testing.T) {
	for _, c := range []struct {
		adapters bool
		away     int64 // tokens that are cached while it is not loaded
	}{{false, 0}, {true, 4}} {
		m := Models{Models: make([]Model, 2), Of: []int{0, 1}, Loaded: 1, Adapters: c.adapters}
		for k := range m.Models {
			m.Models[k].Engine = LLM{Timer: ten{}, Columns: asks{shares(8, 1, 1, 2), ask(1, 1)}, BlockSize: 4, MaxTokens: 16, MaxSequences: 8, Blocks: 50}
		}
		s := m.New(sim.Group{}).(*models)
		serve := func(now sim.Time, id uint32) int64 {
			s.Offer(now, sim.ServerRequest{ID: id, Attr: id % 2, Function: id % 2})
			var ends []sim.ServerEnd
			for len(ends) == 0 {
				ends = s.Advance(s.Next(), nil)
			}
			return int64(ends[0].Serving.Cached)
		}
		cached := func(now sim.Time) int64 {
			n, _ := s.Cached(now, sim.ServerRequest{ID: 9})
			return n
		}
		if got := serve(0, 0); got != 0 || cached(100) != 4 {
			t.Errorf("at first %d tokens are found, then %d, want 0 and 4", got, cached(100))
		}
		serve(200, 1)
		if got := cached(300); got != c.away {
			t.Errorf("while another is loaded %d tokens are cached, want %d", got, c.away)
		}
		if got := serve(400, 2); got != c.away {
			t.Errorf("when it is back it finds %d tokens, want %d", got, c.away)
		}
	}
}

func TestModelsRefused(t *testing.T) {
	good := LLM{Timer: ten{}, Columns: asks{}, MaxTokens: 1, MaxSequences: 1, Blocks: 2}
	for _, c := range []struct {
		m    Models
		want string
	}{
		{Models{Loaded: 1}, "no models"},
		{Models{Models: []Model{{Engine: good}}}, "0 models are loaded at a time"},
		{Models{Models: []Model{{Engine: good, Swap: -1}}, Loaded: 1}, "model 0 takes -1 ns"},
		{Models{Models: []Model{{}}, Loaded: 1}, "model 0: an engine without step times"},
		{Models{Models: []Model{{Engine: good}}, Of: []int{1}, Loaded: 1}, "function 0 asks model 1, there are 1"},
	} {
		if err := c.m.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// The swaps of the timeline of one place: that of the first request, that which waits
// for it to be done, the way back, and that of 400. They take no time of the GPUs.
func TestModelsTellSwaps(t *testing.T) {
	m := Models{Models: []Model{{Swap: 100}, {Swap: 100}}, Loaded: 1}
	var got []string
	visitsTold(t, m, []visit{{0, 0, 3, 0}, {50, 1, 1, 0}, {105, 0, 1, 0}, {400, 1, 1, 0}}, func(w sim.Work) {
		if w.Swaps > 0 {
			got = append(got, fmt.Sprintf("%d %d-%d", w.Swaps, w.From, w.To))
		}
	})
	if got, want := strings.Join(got, ", "), "1 0-100, 1 130-230, 1 240-340, 1 400-500"; got != want {
		t.Errorf("swaps %s, want %s", got, want)
	}
}
