package sim

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// One node of two cores, instances of 1 vCPU for 100 MiB: a has 1, b 2. a's of 0 wants 60 ns,
// and is alone, at rate 1, until b's of 20, which wants 40: together they want 3 vCPU of 2
// cores, so both go on at 2/3. By 50 a has 20 + 20 of its 60, and b 20 of 40. At 50 another
// of a begins, which wants 10: with 4 vCPU the rate is 1/2. It ends at 70, when a's first
// has 10 left and b 10; at 2/3 both end at 85. From 90 on two of a have 1 vCPU each, of 2 cores.
func TestCoresAreShared(t *testing.T) {
	p := Platform{KeepAlive: window(2), MemoryPerCPU: 100, Limit: Limit{Over: QueueOver},
		Cluster: &Cluster{Nodes: []Node{{Memory: 1000, MilliCPU: 2000}}, Placement: firstNode{}, SharedCPU: true}}
	got := onNodes(t, p, []int64{100, 200}, [][2]Time{{0, 60}, {50, 10}, {90, 20}, {100, 20}}, [][2]Time{{20, 40}})
	if want := "a 0: 0–85; b 20: 20–85; a 50: 50–70; a 90: 90–110; a 100: 100–120"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	// Not shared each takes its own time.
	p.Cluster.SharedCPU = false
	got = onNodes(t, p, []int64{100, 200}, [][2]Time{{0, 60}, {50, 10}}, [][2]Time{{20, 40}})
	if want := "a 0: 0–60; b 20: 20–60; a 50: 50–60"; got != want {
		t.Errorf("apart: %s, want %s", got, want)
	}
}

// Two of 1 vCPU on one core: each goes on at 1/2. A timeout of 50 cuts the one of 40 that
// began at 0, at 50, with 35 of it done; the other has 15 of its 30 then, has the core to itself
// from 50 on, and ends at 65. Both requests of one instance, which has its vCPU once, do not
// slow each other.
func TestSharedCoresTimeOut(t *testing.T) {
	p := Platform{KeepAlive: window(2), MilliCPU: 1000, Timeout: 50, Limit: Limit{Over: QueueOver},
		Cluster: &Cluster{Nodes: []Node{{Memory: 1000, MilliCPU: 1000}}, Placement: firstNode{}, SharedCPU: true}}
	got := onNodes(t, p, []int64{100}, [][2]Time{{0, 40}, {20, 30}})
	if want := "a 0: 0–50 status 1; a 20: 20–65"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	p.Timeout, p.Concurrency = 0, 2
	got = onNodes(t, p, []int64{100}, [][2]Time{{0, 40}, {20, 30}})
	if want := "a 0: 0–40; a 20: 20–50"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// What would take longer than time goes on ends at its end, each once: a core's thousandth
// among 1,000 vCPU an instance takes 10⁶ (and of two 2 · 10⁶) times as long, so that 3 h take
// 342 years and more; 100 of ten years each at a rate of 1/100 take 1,000 years, beyond 2⁶⁴ ns, and
// 40 of them 400 years, which 2⁶⁴ ns (584 years) hold and time (292 years) does not.
func TestSharedCoresAtTheEndOfTime(t *testing.T) {
	p := Platform{KeepAlive: window(2), MilliCPU: 1_000_000, Limit: Limit{Over: QueueOver},
		Cluster: &Cluster{Nodes: []Node{{Memory: 1000, MilliCPU: 1}}, Placement: firstNode{}, SharedCPU: true}}
	got := onNodes(t, p, []int64{100}, [][2]Time{{0, 3 * Hour}, {30, 3 * Hour}})
	if want := "a 0: 0–9223372036854775806; a 30: 30–9223372036854775806"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	p.MilliCPU, p.Cluster.Nodes[0] = 1000, Node{Memory: 10_000, MilliCPU: 1000}
	for _, n := range []Time{40, 100} {
		var all [][2]Time
		var want []string
		for i := range n {
			all = append(all, [2]Time{i, 3650 * 24 * Hour})
			want = append(want, fmt.Sprintf("a %d: %d–9223372036854775806", i, i))
		}
		if got := onNodes(t, p, []int64{100}, all); got != strings.Join(want, "; ") {
			t.Errorf("%s, want %s", got, strings.Join(want, "; "))
		}
	}
}

// So does what has the cores to itself when time is nearly over. On a thousandth of a core b's
// instance of 10⁶ vCPU and a's of a thousandth go on at 1/(10⁹ + 1), so that b's 9 s take until
// 9.000000009 · 10¹⁸ ns. From then on a is served at rate 1, which wants 3,000 days, 2.592 · 10¹⁷ ns:
// until 9.259 · 10¹⁸, where time ends at 9.223 · 10¹⁸.
func TestAloneAtTheEndOfTime(t *testing.T) {
	const big = 1_000_000_000
	p := Platform{KeepAlive: window(2), MemoryPerCPU: 1000, Limit: Limit{Over: QueueOver},
		Cluster: &Cluster{Nodes: []Node{{Memory: 2 * big, MilliCPU: 1}}, Placement: firstNode{}, SharedCPU: true}}
	got := onNodes(t, p, []int64{1, big}, [][2]Time{{0, 3000 * Day}}, [][2]Time{{0, 9 * Second}})
	if want := "a 0: 0–9223372036854775806; b 0: 0–90000000"; !strings.HasPrefix(got, want) {
		t.Errorf("%s, want %s…", got, want)
	}
}

// M/M/1 with processor sharing: on one core instances of 1 vCPU, as many as need be. The
// mean time in service is E[S] ÷ (1 − ρ) (Kleinrock, Queueing Systems II, 4.4): with
// λ = 0.5/s and E[S] = 1 s, 2 s. Over 200,000 requests the mean is within some 2 %.
func TestSharedCoresProcessorSharing(t *testing.T) {
	arrivals, services := NewStream(RunKey{Seed: 3}, PurposeArrival, 1), NewStream(RunKey{Seed: 3}, PurposeService, 1)
	exponential := func(u, mean float64) Time { return Time(-math.Log(u) * mean * float64(Second)) }
	l := &list{functions: []Function{{Name: "a", Memory: 1}}, invocations: make([][]Invocation, 1)}
	var at Time
	const n = 200_000
	for i := range uint64(n) {
		at += exponential(arrivals.Uniform(i), 2)
		l.invocations[0] = append(l.invocations[0], Invocation{Arrival: at, Service: exponential(services.Uniform(i), 1)})
	}
	p := Platform{KeepAlive: window(-1), MilliCPU: 1000, Scaling: perRequest{}, Cluster: &Cluster{Nodes: []Node{{Memory: 1 << 20, MilliCPU: 1000}}, Placement: firstNode{}, SharedCPU: true}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: at + 1}, Platforms: []Platform{p}})
	sum := 0.0
	for _, o := range got.outcomes {
		sum += float64(o.End-o.Start) / float64(Second)
	}
	if mean := sum / n; math.Abs(mean-2) > 0.04 {
		t.Errorf("mean %.4f s, want 2", mean)
	}
}
