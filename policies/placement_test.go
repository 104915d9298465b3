package policies

import (
	"fmt"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// noted is a placement policy whose choices are noted.
type noted struct {
	sim.PlacementFactory
	nodes *[]int
}

func (n noted) New(nodes int) sim.Placement {
	return notes{n.PlacementFactory.New(nodes), n.nodes}
}

type notes struct {
	sim.Placement
	nodes *[]int
}

func (n notes) Place(c sim.Nodes, now sim.Time) int {
	i := n.Placement.Place(c, now)
	*n.nodes = append(*n.nodes, i)
	return i
}

// placed starts instances of 2 GiB, one a second and each of a function of its own,
// which serve for so many seconds, and lists the nodes on which they start. Nodes are in
// GiB.
func placed(t *testing.T, policy string, keep sim.KeepAliveFactory, nodes []int64, services ...float64) []int {
	t.Helper()
	placement, err := Placement(table(t, policy))
	if err != nil {
		t.Fatal(err)
	}
	c := &sim.Cluster{Eviction: LRU{}}
	for _, gib := range nodes {
		c.Nodes = append(c.Nodes, sim.Node{Memory: gib * 1024})
	}
	load := &simtest.Load{}
	for f, s := range services {
		load.Add(sim.Function{Name: fmt.Sprint("f", f), Memory: 2048}, []sim.Invocation{{Arrival: sim.Time(f+1) * sim.Second, Service: seconds(s), Function: uint32(f)}})
	}
	var chosen []int
	c.Placement = noted{placement, &chosen}
	run(t, sim.Config{Workload: load, Window: sim.Window{Horizon: sim.Hour}, Platforms: []sim.Platform{{KeepAlive: keep, Cluster: c}}})
	return chosen
}

// Nodes of 4, 3 and 8 GiB. "All stay" starts five that stay busy; free GiB before each are
// in the comment of the row. "Some end": the first has ended, and is gone, when the second
// comes.
func TestPlacement(t *testing.T) {
	stay, end := []float64{1000, 1000, 1000, 1000, 1000}, []float64{0.5, 1000, 1000, 1000}
	for _, c := range []struct {
		policy   string
		services []float64
		want     []int
	}{
		{`{ name = "first-fit" }`, stay, []int{0, 0, 1, 2, 2}},         // 4 3 8, 2 3 8, 0 3 8, 0 1 8, 0 1 6
		{`{ name = "best-fit" }`, stay, []int{1, 0, 0, 2, 2}},          // 4 3 8, 4 1 8, 2 1 8, 0 1 8, 0 1 6
		{`{ name = "worst-fit" }`, stay, []int{2, 2, 0, 2, 1}},         // 4 3 8, 4 3 6, 4 3 4: the first of two; 2 3 4, 2 3 2
		{`{ name = "least-loaded" }`, stay, []int{0, 1, 2, 0, 2}},      // busy 0 0 0, 1 0 0, 1 1 0, 1 1 1, 2 1 1, where 1 is full
		{`{ name = "least-loaded" }`, end, []int{0, 0, 1, 2}},          // busy 0 0 0, 0 0 0, 1 0 0, 1 1 0
		{`{ name = "round-robin" }`, end, []int{0, 1, 2, 0}},           // in turn, whoever ends
		{`{ name = "round-robin" }`, stay, []int{0, 1, 2, 0, 2}},       // 1 is full
		{`{ name = "power-of-d", d = 3 }`, stay, []int{0, 1, 2, 0, 2}}, // of all, the least loaded
	} {
		if got := placed(t, c.policy, NoKeepAlive{}, []int64{4, 3, 8}, c.services...); !slices.Equal(got, c.want) {
			t.Errorf("%s with %v: %v, want %v", c.policy, c.services, got, c.want)
		}
	}
}

// Nodes of 2, 4 and 4 GiB that idle instances fill by the sixth start: none has room as
// it is. First: 0. Best: on 0 least can be made free, worst: on 1 most. None is busy, so
// least loaded is 0.
func TestPlacementEvicts(t *testing.T) {
	for policy, want := range map[string]int{"first-fit": 0, "best-fit": 0, "worst-fit": 1, "least-loaded": 0} {
		got := placed(t, fmt.Sprintf("{ name = %q }", policy), Forever{}, []int64{2, 4, 4}, .5, .5, .5, .5, .5, .5)
		if len(got) != 6 || got[5] != want {
			t.Errorf("%s: %v, want %d at the end", policy, got, want)
		}
	}
}

// One draw of three nodes that are never full: each of 300 starts takes any, some 100
// each, ± 4 deviations of 8.
func TestPowerOfOneIsRandom(t *testing.T) {
	services := make([]float64, 300)
	counts := make([]int, 3)
	for _, i := range placed(t, `{ name = "power-of-d", d = 1 }`, NoKeepAlive{}, []int64{4, 4, 4}, services...) {
		counts[i]++
	}
	for _, n := range counts {
		if n < 67 || n > 133 {
			t.Errorf("%v", counts)
		}
	}
}

// Strings and their hashes that Java's documentation and folklore have: the last is the
// one whose hash is −2^31.
func TestJavaHash(t *testing.T) {
	for s, want := range map[string]int32{"": 0, "a": 97, "hello": 99162322, "polygenelubricants": -1 << 31} {
		if got := javaHash(s); got != want {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
	if abs(-1<<31) != 1<<31 || abs(-3) != 3 || abs(3) != 3 {
		t.Error("abs")
	}
}

// OpenWhisk's own test has 1, 3, 7 of ten.
func TestCoprimes(t *testing.T) {
	for n, want := range map[int][]int{1: {1}, 2: {1}, 3: {1, 2}, 6: {1, 5}, 9: {1, 2, 5, 7}, 10: {1, 3, 7}} {
		if got := coprimes(n); !slices.Equal(got, want) {
			t.Errorf("%d: %v, want %v", n, got, want)
		}
	}
}

// Full nodes of 4 and 3 GiB, with 0 and 1 GiB free and 4 and 3 once who idles has left.
func TestFitCountsWhoIdles(t *testing.T) {
	for policy, want := range map[string]int{"best-fit": 1, "worst-fit": 0} {
		got := placed(t, fmt.Sprintf("{ name = %q }", policy), Forever{}, []int64{4, 3}, .5, .5, .5, .5)
		if len(got) != 4 || got[3] != want {
			t.Errorf("%s: %v, want %d at the end", policy, got, want)
		}
	}
}

// An idle instance is no load, but where it fills its node another one with free room is
// taken before it is evicted.
func TestIdleIsNoLoad(t *testing.T) {
	if got := placed(t, `{ name = "least-loaded" }`, Forever{}, []int64{4, 4}, .5, .5); !slices.Equal(got, []int{0, 0}) {
		t.Errorf("%v", got)
	}
	if got := placed(t, `{ name = "first-fit" }`, Forever{}, []int64{2, 4}, .5, .5); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("%v", got)
	}
}
