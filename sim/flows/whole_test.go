package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// Services that ask each other in a ring, before each call and behind a miss, are joined
// with who calls them, as any are.
func TestRingsOfServicesAreJoined(t *testing.T) {
	b := newBuilder(second)
	b.meter("none")
	one, two := b.service("one", Op{Name: "read"}), b.service("two", Op{Name: "read"})
	uses := func(k int32) []Use { return []Use{asks(k, 0)} }
	b.g.Services[one].Before, b.g.Services[two].Before = uses(two), uses(one)
	b.g.Services[one].Behind, b.g.Services[two].Behind = two, one
	b.g.Services[two].Ops[0].Limit = &Bucket{Rate: 1, Burst: 1}
	for _, name := range []string{"f", "g"} {
		f := b.function(name, nil)
		b.g.Functions[f].Uses = uses(one)
	}
	if got := New(&b.g, sim.RunKey{}).Joined(); len(got) != 1 || len(got[0]) != 2 {
		t.Errorf("joined %v, want both functions, which share the limit of two", got)
	}
}

// Four queues polled each second, then each 2, then each 4: of 60 s after 0 there are
// polls at 1, 3 and each 4 s after that, up to 59: 2 + 14, whichever else runs beside.
// A message at 1 s begins one of them anew: a poll at 1 that finds it, then
// after 1, 3, 7 … 55 s of 59: 2 + 14 less what a queue had found nothing before.
func TestPollsOfAnOrchestratorCountOnce(t *testing.T) {
	for _, arrivals := range [][]sim.Time{nil, {second}} {
		var first uint64
		for others := range 3 {
			b := newBuilder(60 * second)
			b.meter("none")
			e := nothing()
			e.Polls = &Polls{Queues: 4, First: second, Most: 4 * second, Meter: b.meter("polls"), Owner: b.owner("hub")}
			flow := b.flow("main", e)
			b.main(flow, callOf("call", b.function("f", nil)))
			b.trigger("one", flow)
			all := [][]sim.Time{arrivals}
			for k := range others {
				name := string(rune('a' + k))
				other := b.flow(name, nothing())
				b.main(other, callOf("call", b.function("g"+name, nil)))
				b.trigger("t"+name, other)
				all = append(all, []sim.Time{2 * second})
			}
			tally, _ := b.runAll(t, config{arrivals: all})
			n := used(&b.g, tally, "polls", Empty)
			if arrivals == nil && n != 4*16 {
				t.Errorf("%d polls found nothing, want 4 × 16", n)
			}
			if others == 0 {
				first = n
			}
			if n != first {
				t.Errorf("%d polls beside %d other applications, want the %d of it alone", n, others, first)
			}
		}
	}
}

// A request whose state's store answers at once, and that times out at 1.5 s of four calls
// of 1 s each, makes two of them: what it has not asked for when it ends is not asked.
func TestTimedOutAfterItsStateAsksNoMore(t *testing.T) {
	for _, latency := range []sim.Time{0, 1} {
		b := newBuilder(60 * second)
		b.meter("none")
		cache := b.service("cache", Op{Name: "read", First: after(latency)})
		slow := b.service("slow", Op{Name: "query", First: after(second), Limit: &Bucket{Rate: 1e6, Burst: 1e6}})
		f := b.function("f", after(ms))
		u := asks(slow, 0)
		u.Count = 4
		b.g.Functions[f].Uses, b.g.Functions[f].Timeout = []Use{u}, 1500*ms
		b.g.Functions[f].State = &State{Size: 100, Service: cache}
		b.calls("t", f)
		b.g.Drain = sim.Minute
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{0}}, timeouts: map[int32]sim.Time{f: 1500 * ms}})
		if n := tally.Services[slow].Calls; n != 2 {
			t.Errorf("a store of %d ns: %d calls, want 2", latency, n)
		}
	}
}

// 100 items of one state each at 10 a second, a burst of one: the children of a
// distributed map wait as the items of one inline do. The map is the first state, so that
// the last of them begins 10 s after it.
func TestChildrenAreHeldToTransitions(t *testing.T) {
	for _, distributed := range []bool{false, true} {
		b := newBuilder(60 * second)
		b.meter("none")
		e := nothing()
		e.Counts = Counts{Pass: 1, Map: 1}
		e.States = &Bucket{Rate: 10, Burst: 1}
		flow := b.flow("main", e)
		m := mapOf("map", 100, b.list(flow, step(PassStep, "pass")))
		m.Map.Distributed = distributed
		b.main(flow, m)
		b.trigger("one", flow)
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{0}}})
		if d := tally.Flows[0].Latency.Max; d < 10*second || d > 10*second+1000 {
			t.Errorf("distributed %v: %v ns, want 10 s", distributed, d)
		}
	}
}
