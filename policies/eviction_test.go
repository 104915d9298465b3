package policies

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// held is a function whose start takes init seconds, of so many MiB, and the seconds at
// which its requests of 1 s arrive.
type held struct {
	init     float64
	memory   int64
	arrivals []float64
}

// evicted runs functions on one node whose instances stay for ever, and lists who left,
// as "function at second".
func evicted(t *testing.T, policy string, memory int64, functions ...held) []string {
	t.Helper()
	eviction, err := Eviction(table(t, policy))
	if err != nil {
		t.Fatal(err)
	}
	load := &simtest.Load{}
	for i, f := range functions {
		var calls []sim.Invocation
		for _, at := range f.arrivals {
			calls = append(calls, sim.Invocation{Arrival: seconds(at), Service: sim.Second, Function: uint32(i)})
		}
		load.Add(sim.Function{Name: fmt.Sprint("f", i), Memory: f.memory, Init: sim.Init{{Phase: sim.PhaseSandbox, Duration: sim.Constant(seconds(f.init))}}}, calls)
	}
	tape := run(t, sim.Config{Workload: load, Window: sim.Window{Horizon: sim.Hour}, Key: sim.RunKey{Seed: 5}, Platforms: []sim.Platform{{
		KeepAlive: Forever{}, Cluster: &sim.Cluster{Nodes: []sim.Node{{Memory: memory}}, Placement: FirstFit{}, Eviction: eviction}}}})
	var left []string
	for _, l := range tape.Lives {
		if l.Flags&sim.Live == 0 {
			left = append(left, fmt.Sprintf("f%d at %g", l.Deployment, float64(l.Stopped)/1e9))
		}
	}
	slices.Sort(left)
	return left
}

// A node of 4 GiB is full with f0, f1 (1 GiB each) and f2 (2 GiB) when f3 wants 2 GiB at
// 100. Starts take 5, 4 and 2 s. f1 has been used twice, and last until 11; f2 six
// times, until 71; f0 once, until 86. Sizes in GiB, worths of (f0, f1, f2):
//
//	lru       idle since 86, 11, 71: f1, which is not enough, and f2
//	lfu       1×5, 2×4, 6×2 = 5, 8, 12: f0, not enough, and f1
//	size      1/1, 2/1, 6/2 = 1, 2, 3: f0 and f1
//	gdsf      5/1, 8/1, 12/2 = 5, 8, 6: f0, not enough, and f2
//	landlord  5/1, 4/1, 2/2 = 5, 4, 1: f2, which is enough
func TestEvictionOrders(t *testing.T) {
	for policy, want := range map[string]string{
		"lru":      "f1 at 100, f2 at 100",
		"lfu":      "f0 at 100, f1 at 100",
		"size":     "f0 at 100, f1 at 100",
		"gdsf":     "f0 at 100, f2 at 100",
		"cidre":    "f0 at 100, f2 at 100", // one instance each: as gdsf
		"landlord": "f2 at 100",
	} {
		got := strings.Join(evicted(t, fmt.Sprintf("{ name = %q }", policy), 4096,
			held{5, 1024, []float64{80}}, held{4, 1024, []float64{0, 10}}, held{2, 2048, []float64{20, 30, 40, 50, 60, 70}}, held{1, 2048, []float64{100}}), ", ")
		if got != want {
			t.Errorf("%s: %s, want %s", policy, got, want)
		}
	}
}

// Who was used four times with a start of 2 s, and who once with one of 10 s, both of
// 1 GiB, on a node of 2: uses alone would let the second go, uses × cost (8 and 10) the
// first, for a third at 100. By size alone (4 and 1) the second goes.
func TestCostCounts(t *testing.T) {
	for policy, want := range map[string]string{"lfu": "f0 at 100", "gdsf": "f0 at 100", "cidre": "f0 at 100", "size": "f1 at 100"} {
		got := strings.Join(evicted(t, fmt.Sprintf("{ name = %q }", policy), 2048,
			held{2, 1024, []float64{0, 10, 20, 30}}, held{10, 1024, []float64{40}}, held{1, 1024, []float64{100}}), ", ")
		if got != want {
			t.Errorf("%s: %s, want %s", policy, got, want)
		}
	}
}

// All of 1 GiB, on a node of 2. f0 (start 9 s) is used once and never again: 9. f1 (4 s)
// comes at 20: 4. f2 (6 s) at 40 evicts f1, so the clock is 4, and is worth 4 + 6 = 10 at
// its end; f3 (1 s) at 60 therefore evicts f0, 9, which without a clock would be worth
// more than f2's 6. Then the clock is 9, f3 is worth 10 too, and f4 at 80 evicts f2, which
// has been idle for longer.
func TestClock(t *testing.T) {
	for _, policy := range []string{"gdsf", "lfu", "landlord", "cidre"} {
		got := strings.Join(evicted(t, fmt.Sprintf("{ name = %q }", policy), 2048,
			held{9, 1024, []float64{0}}, held{4, 1024, []float64{20}}, held{6, 1024, []float64{40}}, held{1, 1024, []float64{60}}, held{1, 1024, []float64{80}}), ", ")
		if want := "f0 at 60, f1 at 40, f2 at 80"; got != want {
			t.Errorf("%s: %s, want %s", policy, got, want)
		}
	}
}

// Three instances of f0 (start 1 s) serve four requests in all, so that each of them is
// worth 4 when the last ends, though two have served one each; f1 (start 3 s) is worth 3
// and goes for f2. By Landlord, which knows no uses, they are worth 1, and the one idle
// for longest of them goes.
func TestClonesCount(t *testing.T) {
	for policy, want := range map[string]string{"gdsf": "f1 at 100", "lfu": "f1 at 100", "landlord": "f0 at 100", "cidre": "f0 at 100"} {
		got := strings.Join(evicted(t, fmt.Sprintf("{ name = %q }", policy), 4096,
			held{1, 1024, []float64{0, 0, 0, 10}}, held{3, 1024, []float64{20}}, held{1, 1024, []float64{100}}), ", ")
		if got != want {
			t.Errorf("%s: %s, want %s", policy, got, want)
		}
	}
}

// The third of 1 GiB finds no room on 2 while who idles stays.
func TestNoEviction(t *testing.T) {
	if got := evicted(t, `{ name = "none" }`, 2048, held{1, 1024, []float64{0}}, held{1, 1024, []float64{10}}, held{1, 1024, []float64{20}}); len(got) > 0 {
		t.Errorf("%v left", got)
	}
}

// Of ten instances that idle alike, each is drawn as often as another to go for the
// eleventh: over 400 seeds, each some 40 times, ± 4 deviations of 6. Another seed draws
// another one.
func TestRandomEviction(t *testing.T) {
	counts := make([]int, 10)
	for seed := range uint64(400) {
		load := &simtest.Load{}
		for f := range 11 {
			load.Add(sim.Function{Name: fmt.Sprint("f", f), Memory: 1024}, []sim.Invocation{{Arrival: sim.Time(f), Service: 1, Function: uint32(f)}})
		}
		tape := run(t, sim.Config{Workload: load, Window: sim.Window{Horizon: sim.Hour}, Key: sim.RunKey{Seed: seed}, Platforms: []sim.Platform{{
			KeepAlive: Forever{}, Cluster: &sim.Cluster{Nodes: []sim.Node{{Memory: 10240}}, Placement: FirstFit{}, Eviction: RandomEviction{}}}}})
		for _, l := range tape.Lives {
			if l.Flags&sim.Live == 0 {
				counts[l.Deployment]++
			}
		}
	}
	for f, n := range counts {
		if n < 16 || n > 64 {
			t.Errorf("f%d was evicted %d times of 400", f, n)
		}
	}
}

// f0 has 1 GiB and a start of 3 s, f1 2 GiB and one of 4 s; both are used once, before
// f2 wants 1 GiB of the node's 3. Per GiB they cost 3 and 2, so the larger leaves, though
// its start costs more and it has been idle for less; by uses ÷ size, too.
func TestSizeCounts(t *testing.T) {
	for policy, want := range map[string]string{"landlord": "f1 at 100", "size": "f1 at 100", "gdsf": "f1 at 100", "lfu": "f0 at 100", "lru": "f0 at 100"} {
		got := strings.Join(evicted(t, fmt.Sprintf("{ name = %q }", policy), 3072,
			held{3, 1024, []float64{0}}, held{4, 2048, []float64{20}}, held{1, 1024, []float64{100}}), ", ")
		if got != want {
			t.Errorf("%s: %s, want %s", policy, got, want)
		}
	}
}

// A function with two instances, used six times in all at a start of 1 s, against one that
// is used twice at 2 s, all of 1 GiB: by GDSF 6 against 4, by CIDRE the two are worth at
// least 5/2, as the one that is not used last became idle, and 4: f0 goes, which without K
// would be worth 5 at least, and more than f1.
func TestConcurrencyIsShared(t *testing.T) {
	for policy, want := range map[string]string{"gdsf": "f1 at 100", "cidre": "f0 at 100"} {
		got := strings.Join(evicted(t, fmt.Sprintf("{ name = %q }", policy), 3072,
			held{1, 1024, []float64{0, 0, 10, 10, 20, 20}}, held{2, 1024, []float64{30, 40}}, held{1, 1024, []float64{100}}), ", ")
		if got != want {
			t.Errorf("%s: %s, want %s", policy, got, want)
		}
	}
}

// On 2 GiB, in uses ÷ GiB: f0 is worth 2, and f1, worth 1, goes for f2 at 40. With the
// clock at 1 then, f2 is worth 2 as f0 is, which is idle for longer and goes for f3 at 80;
// without a clock f2 would be worth 1, and go.
func TestSizeHasAClock(t *testing.T) {
	got := strings.Join(evicted(t, `{ name = "size" }`, 2048,
		held{1, 1024, []float64{0, 5}}, held{1, 1024, []float64{20}}, held{1, 1024, []float64{40}}, held{1, 1024, []float64{80}}), ", ")
	if want := "f0 at 80, f1 at 40"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
