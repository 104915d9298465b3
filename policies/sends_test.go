package policies

import (
	"fmt"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// sends is a placement policy whose choices for requests are noted.
type sends struct {
	made  sim.Balancer
	nodes *[]int
}

func (s sends) New(int) sim.Placement               { return s }
func (s sends) Place(c sim.Nodes, now sim.Time) int { return s.made.Place(c, now) }
func (s sends) Send(c sim.Nodes, now sim.Time) (i int) {
	i = s.made.Send(c, now)
	*s.nodes = append(*s.nodes, i)
	return i
}

// call is a request of a function that takes so many seconds.
type call struct {
	function int
	service  float64
}

// sent sends requests of functions of 2 GiB, one a second, and lists the nodes that they
// are sent to. Instances stay.
func sent(t *testing.T, made sim.Placement, nodes []sim.Node, calls ...call) []int {
	t.Helper()
	load := &simtest.Load{}
	for f := range 3 {
		var own []sim.Invocation
		for i, c := range calls {
			if c.function == f {
				own = append(own, sim.Invocation{Arrival: sim.Time(i+1) * sim.Second, Service: seconds(c.service), Function: uint32(f)})
			}
		}
		load.Add(sim.Function{Name: []string{"hello", "f1", "f2"}[f], Memory: 2048}, own)
	}
	var chosen []int
	run(t, sim.Config{Workload: load, Window: sim.Window{Horizon: sim.Hour}, Platforms: []sim.Platform{{KeepAlive: Forever{}, Limit: sim.Limit{Over: sim.QueueOver},
		Cluster: &sim.Cluster{Nodes: nodes, Placement: sends{made.(sim.Balancer), &chosen}, Eviction: LRU{}}}}})
	return chosen
}

// made makes the policy of a table for so many nodes.
func made(t *testing.T, src string, nodes int) sim.Placement {
	t.Helper()
	p, err := Placement(table(t, src))
	if err != nil {
		t.Fatal(err)
	}
	return p.New(nodes)
}

// alike are so many nodes.
func alike(n int, gib int64, cores int64) []sim.Node {
	return slices.Repeat([]sim.Node{{Memory: gib * 1024, MilliCPU: 1000 * cores}}, n)
}

// long are requests of f0 that stay.
func long(n int) []call { return slices.Repeat([]call{{0, 1000}}, n) }

// The bound after each is ⌈1.25 × requests ÷ 3⌉: 1 1 2 2 3 3 3 4. The ring is 0, 1, 2 from
// any function on, whose hash is above all three points.
func TestCHBL(t *testing.T) {
	order := ring{{1, 0}, {2, 1}, {3, 2}}
	got := sent(t, &bounded{c: 1.25, ring: order}, alike(3, 1024, 0), long(8)...)
	if want := []int{0, 1, 0, 1, 0, 1, 2, 0}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	// 1.1 × 50 is 55 and not the 56 that floats have it be; 1.1 × 51 is 56.1, of which 57. Above 1e7 floats are
	// further apart than 1e-9: 262639.9 × 90 is 23637591, and 4e-9 more in floats.
	for _, b := range []struct {
		c, requests, nodes float64
		want               int
	}{{1.1, 50, 1, 55}, {1.1, 51, 1, 57}, {1.25, 4, 2, 3}, {262639.9, 90, 1, 23637591}, {1e6, 1e6, 1, 1e12}} {
		if got := mostOf(b.c * b.requests / b.nodes); got != b.want {
			t.Errorf("%v × %v ÷ %v: the bound is %d requests, want %d", b.c, b.requests, b.nodes, got, b.want)
		}
	}
	// A function keeps its node while the load of others lets it: one at a time, all at home.
	if got := sent(t, made(t, `{ name = "ch-bl" }`, 7), alike(7, 1024, 0), slices.Repeat([]call{{1, .5}}, 9)...); len(slices.Compact(got)) != 1 {
		t.Errorf("%v, want one node", got)
	}
}

// A ring has each node so many times, and walks from the point at a hash or behind it.
func TestRing(t *testing.T) {
	r := newRing(5, 20)
	counts := map[int]int{}
	for i, p := range r {
		counts[p.node]++
		if i > 0 && r[i-1].hash > p.hash {
			t.Error("not in order")
		}
	}
	for i := range 5 {
		if counts[i] != 20 {
			t.Errorf("node %d is there %d times", i, counts[i])
		}
	}
	small := ring{{10, 0}, {20, 1}, {30, 2}}
	for hash, want := range map[uint64]int{5: 0, 10: 0, 11: 1, 30: 2, 31: 0} {
		if got := small.node(small.after(hash), 0); got != want {
			t.Errorf("%d: %d, want %d", hash, got, want)
		}
	}
	if got := small.node(2, 2); got != 1 {
		t.Errorf("two behind the last: %d, want 1", got)
	}
}

// One function, a request a second, each of which stays. Until the look at 11 s it counts as
// rare, so that ten are at its home. Then it has come once a second, and all functions are
// popular: without variance each request weighs its rate over one core, 1. The home has 10,
// above the ceiling of 4; node 1 takes four, node 2 too, and then none: home. At 21 s they
// have 12, 4 and 4, each above it with one more.
func TestCHRLU(t *testing.T) {
	p := CHRLU{Popular: 1, Ceiling: 4, Chain: 2, Update: 10e9}
	policy := p.New(3).(*randomUpdates)
	policy.ring = ring{{1, 0}, {2, 1}, {3, 2}}
	got := sent(t, policy, alike(3, 1024, 1), long(22)...)
	want := slices.Concat(slices.Repeat([]int{0}, 10), []int{1, 1, 1, 1, 2, 2, 2, 2}, []int{0, 0, 0, 0})
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	// Of a function that is not popular all stay at home. With half of two, the one with the
	// shorter gaps is: f0 comes at 1, 2, 4, 5, f1 at 3, 6; f0's request at 5 s finds 3 at
	// home, above the ceiling of 2, f1's stay.
	q := CHRLU{Popular: 0.5, Ceiling: 2, Chain: 2}
	policy = q.New(3).(*randomUpdates)
	policy.ring = ring{{1, 0}, {2, 1}, {3, 2}}
	got = sent(t, policy, alike(3, 1024, 1e6), call{0, 1000}, call{0, 1000}, call{1, 1000}, call{0, 1000}, call{0, 1000}, call{1, 1000}, call{1, 1000})
	if want := []int{0, 0, 0, 1, 1, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// The random part is normal: over 2,000 requests that are looked at each for itself, with a
// ceiling at a load of none and a deviation of 1, half are forwarded: 1,000 ± 4 × 22.
func TestCHRLUDraws(t *testing.T) {
	p := CHRLU{Popular: 1, Ceiling: 0, Chain: 1, Noise: 1}
	policy := p.New(2).(*randomUpdates)
	policy.ring = ring{{1, 0}, {2, 1}}
	forwarded := 0
	got := sent(t, policy, alike(2, 1024, 1e9), slices.Repeat([]call{{0, .5}}, 2001)...)
	for _, i := range got {
		forwarded += i
	}
	// Forwarded where the home's draw is above 0 and the other's is not: a quarter.
	if forwarded < 500-78 || forwarded > 500+78 {
		t.Errorf("%d of %d, want 500 ± 78", forwarded, len(got))
	}
}

// Three nodes of two cores. f0 packs the first, f1 the second: warm there from 4.5 s on, it
// stays; f0 at 6 s takes the place beside it rather than an empty node, and the third then.
// All have two at 9 s: of as many, f1's goes where it is warm.
func TestHermod(t *testing.T) {
	calls := []call{{0, 1000}, {0, 1000}, {1, 1000}, {1, .5}, {1, .5}, {0, 1000}, {0, 1000}, {0, 1000}, {1, .5}}
	got := sent(t, made(t, `{ name = "hermod" }`, 3), alike(3, 1024, 2), calls...)
	if want := []int{0, 0, 1, 1, 1, 1, 2, 2, 1}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	// Without cpu a node of 4 GiB has two slots of 2 GiB, or as many as are given.
	if got := sent(t, made(t, `{ name = "hermod" }`, 2), alike(2, 4, 0), long(4)...); !slices.Equal(got, []int{0, 0, 1, 1}) {
		t.Errorf("by memory: %v", got)
	}
	if got := sent(t, made(t, `{ name = "hermod", slots = 3 }`, 2), alike(2, 8, 0), long(4)...); !slices.Equal(got, []int{0, 0, 0, 1}) {
		t.Errorf("three slots: %v", got)
	}
}

func TestLeastRequests(t *testing.T) {
	for _, c := range []struct {
		policy string
		nodes  []sim.Node
		calls  []call
		want   []int
	}{
		// At 5 s f1 has ended on 1, and f0, which comes again, on 2; so has f2 at 6 s.
		{`{ name = "least-requests" }`, alike(3, 8, 0), []call{{0, 1000}, {1, 3}, {2, .5}, {0, .5}, {0, .5}, {2, 1}}, []int{0, 1, 2, 2, 2, 2}},
		{`{ name = "least-requests", prefer_warm = false }`, alike(3, 8, 0), []call{{0, 1000}, {1, 3}, {2, .5}, {0, .5}, {0, .5}, {2, 1}}, []int{0, 1, 2, 2, 1, 1}},
		// f0 is warm on 0, which has a request of f1; 1 has none, and is first though it is cold.
		{`{ name = "least-requests" }`, alike(2, 8, 0), []call{{0, .5}, {1, 1000}, {0, 1}}, []int{0, 0, 1}},
		// The first has room for one, and at 3 s as many requests as the second.
		{`{ name = "least-requests" }`, []sim.Node{{Memory: 2048}, {Memory: 8192}}, long(3), []int{0, 1, 0}},
		{`{ name = "least-requests", avoid_queueing = true }`, []sim.Node{{Memory: 2048}, {Memory: 8192}}, long(3), []int{0, 1, 1}},
		// In turn, whoever has room; of all three drawn, the one with the fewest.
		{`{ name = "round-robin", requests = true }`, []sim.Node{{Memory: 2048}, {Memory: 8192}}, long(5), []int{0, 1, 0, 1, 0}},
		// Who is too small for f0 is passed over.
		{`{ name = "round-robin", requests = true }`, []sim.Node{{Memory: 1024}, {Memory: 8192}, {Memory: 8192}}, long(5), []int{1, 2, 1, 2, 1}},
		{`{ name = "power-of-d", requests = true, d = 2 }`, []sim.Node{{Memory: 2048}, {Memory: 8192}}, long(5), []int{0, 1, 0, 1, 0}},
	} {
		if got := sent(t, made(t, c.policy, len(c.nodes)), c.nodes, c.calls...); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.policy, got, c.want)
		}
	}
}

// Nodes with room for one each: from home on, and when all are full home again, or with warm
// nodes alone, home.
func TestLocality(t *testing.T) {
	f := sim.Function{Name: "hello"}
	home := int(f.Key() % 3)
	for policy, steps := range map[string][]int{
		`{ name = "locality" }`:                   {0, 1, 2, 0},
		`{ name = "locality", step = 2 }`:         {0, 2, 1, 0},
		`{ name = "locality", step = 3 }`:         {0, 0, 0, 0},
		`{ name = "locality", warm_only = true }`: {0, 0, 0, 0},
	} {
		var want []int
		for _, s := range steps {
			want = append(want, (home+s)%3)
		}
		if got := sent(t, made(t, policy, 3), alike(3, 2, 0), long(4)...); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", policy, got, want)
		}
	}
}

// The hash of "/hello" is 47×31^5 + 99162322 = 1444732419, that of no namespace 0. Of three
// nodes the home is 1444732419 mod 3 = 0; of the steps 1 and 2 it has the second, so that
// it goes on to 2 and then to 1. Each has memory for one request; then each is overloaded
// like the others: of 300 more some 100 each, ± 4 deviations of 8.
func TestOpenWhiskHome(t *testing.T) {
	got := sent(t, OpenWhiskHome{}.New(3), alike(3, 2, 0), long(303)...)
	if want := []int{0, 2, 1}; !slices.Equal(got[:3], want) {
		t.Errorf("%v, want %v", got[:3], want)
	}
	counts := make([]int, 3)
	for _, i := range got[3:] {
		counts[i]++
	}
	for _, n := range counts {
		if n < 67 || n > 133 {
			t.Errorf("%v", counts)
		}
	}
	// What idles is no hindrance, and who is warm elsewhere is not asked for: the second
	// request, at 2 s, is sent to 2, since the first is still at home; the third, at 3 s, is
	// sent home, where that has ended, and not to 2.
	if got := sent(t, OpenWhiskHome{}.New(3), alike(3, 2, 0), call{0, 1.5}, call{0, .5}, call{0, .5}); !slices.Equal(got, []int{0, 2, 0}) {
		t.Errorf("%v", got)
	}
	// What starts ahead goes from home on, too, where who idles is no hindrance.
	if got := placed(t, `{ name = "openwhisk-home" }`, Forever{}, []int64{2}, .5, .5); !slices.Equal(got, []int{0, 0}) {
		t.Errorf("%v", got)
	}
}

// A random node is any: of 300 requests some 100 each, ± 4 deviations of 8.
func TestRandomNode(t *testing.T) {
	counts := make([]int, 3)
	for _, i := range sent(t, made(t, `{ name = "random" }`, 3), alike(3, 2, 0), long(300)...) {
		counts[i]++
	}
	for _, n := range counts {
		if n < 67 || n > 133 {
			t.Errorf("%v", counts)
		}
	}
}

// Nodes that fail, drain and come back, and that are small for some: whoever places, each
// request ends once, and none that was sent is lost.
func TestPlacementsLoseNothing(t *testing.T) {
	for _, e := range Placements() {
		t.Run(e.Name, func(t *testing.T) {
			p, err := Placement(node(e.Name, needed(t, e)))
			if err != nil {
				t.Fatal(err)
			}
			load := &simtest.Load{}
			n := 0
			for f := range 4 {
				var calls []sim.Invocation
				for k := range 200 {
					calls = append(calls, sim.Invocation{Arrival: sim.Time(k)*sim.Second + sim.Time(f*f)*sim.Millisecond, Service: sim.Time(1+(f+k)%5) * sim.Second, Function: uint32(f)})
					n++
				}
				load.Add(sim.Function{Name: fmt.Sprint("f", f), Memory: int64(512 * (f + 1)), Init: sim.Init{{Phase: sim.PhaseSandbox, Duration: sim.Constant(sim.Second)}}}, calls)
			}
			nodes := []sim.Node{{Memory: 4096, MilliCPU: 2000}, {Memory: 4096, MilliCPU: 2000}, {Memory: 1024, MilliCPU: 1000}, {Memory: 6144}}
			tape := run(t, sim.Config{Workload: load, Window: sim.Window{Horizon: sim.Hour}, Key: sim.RunKey{Seed: 4}, Platforms: []sim.Platform{{KeepAlive: Fixed{Window: 20e9}, Limit: sim.Limit{Over: sim.QueueOver},
				Cluster: &sim.Cluster{Nodes: nodes, Placement: p, Eviction: LRU{}, Failures: sim.Failures{MeanUp: 40 * sim.Second, MeanDown: 10 * sim.Second,
					Schedule: []sim.Outage{{Node: 0, At: 50 * sim.Second, For: 20 * sim.Second, Drain: true}, {Node: 3, At: 55 * sim.Second, For: 20 * sim.Second, Drain: true}}}}}}})
			ended := map[[2]uint32]int{}
			failed := 0
			for _, o := range tape.Requests {
				ended[[2]uint32{o.Function, o.Ordinal}]++
				switch o.Status {
				case sim.Completed:
				case sim.Failed:
					failed++
				default:
					t.Errorf("%+v, want it completed or failed", o)
				}
			}
			if len(tape.Requests) != n || len(ended) != n || failed == 0 || failed > n/2 {
				t.Errorf("%d ended, %d of them different, of %d; %d failed", len(tape.Requests), len(ended), n, failed)
			}
		})
	}
}
