package workloads

import (
	"math"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"pgregory.net/rapid"
)

// openCounted returns the requests to functions f0, f1 … of the loads.
func openCounted(tb testing.TB, replication uint64, set []uint32, loads ...CountedLoad) sim.Source {
	tb.Helper()
	functions := make([]sim.Function, len(loads))
	for i := range functions {
		functions[i].Name = "f" + string(rune('0'+i))
	}
	return must(NewCounted(functions, loads, slices.Repeat([]float64{1}, len(loads)), nil).Open(sim.RunKey{Seed: 3, Replication: replication}, set))
}

// TestCountedOrderStatistics: of n requests at random the k-th arrives at a
// share of the stretch that is distributed as Beta(k, n + 1 − k): its mean is
// k ÷ (n + 1), its variance k·(n + 1 − k) ÷ ((n + 1)²·(n + 2)). Five requests,
// 4,000 times; four standard errors, that of a variance being below 2·variance
// ÷ √N for distributions as flat as these.
func TestCountedOrderStatistics(t *testing.T) {
	const n, times = 5, 4000
	var sum, squares [n]float64
	for r := range uint64(times) {
		s := openCounted(t, r, []uint32{0}, CountedLoad{Service: sim.Constant(1), Stretches: []Stretch{{From: sim.Hour, To: 3 * sim.Hour, Count: n}}})
		for k, inv := range drain(t, s, 2) {
			u := float64(inv.Arrival-sim.Hour) / float64(2*sim.Hour)
			sum[k], squares[k] = sum[k]+u, squares[k]+u*u
		}
	}
	for i := range n {
		k := float64(i + 1)
		mean, variance := k/(n+1), k*(n+1-k)/((n+1)*(n+1)*(n+2))
		gotMean := sum[i] / times
		gotVariance := squares[i]/times - gotMean*gotMean
		if math.Abs(gotMean-mean) > 4*math.Sqrt(variance/times) {
			t.Errorf("request %v of %d: the mean is %.4f, want %.4f", k, n, gotMean, mean)
		}
		if math.Abs(gotVariance/variance-1) > 8/math.Sqrt(times) {
			t.Errorf("request %v of %d: the variance is %.5f, want %.5f", k, n, gotVariance, variance)
		}
	}
}

// TestCountedDensity: of 10⁴ requests over each of two office weeks nine tenths
// arrive in office hours, ± 5 standard deviations of a binomial number (30).
func TestCountedDensity(t *testing.T) {
	office := must(FindShape("office"))
	d := office.Density(1)
	s := openCounted(t, 0, []uint32{0}, CountedLoad{Service: sim.Constant(1), Stretches: []Stretch{
		{From: 0, To: 7 * sim.Day, Count: 10_000, Density: d}, {From: 7 * sim.Day, To: 14 * sim.Day, Count: 10_000, Density: d},
	}})
	var inside [2]int
	for _, inv := range drain(t, s, 100) {
		if day, hour := inv.Arrival/sim.Day, inv.Arrival/sim.Hour%24; day%7 < 5 && hour >= 8 && hour < 18 {
			inside[day/7]++
		}
	}
	for week, n := range inside {
		if math.Abs(float64(n)-9000) > 150 {
			t.Errorf("week %d: %d of 10,000 requests arrive in office hours, want about 9,000", week, n)
		}
	}
}

// TestStretchAt: by hand, of a stretch of nine hours in three parts, of which
// the second has no request.
func TestStretchAt(t *testing.T) {
	s := Stretch{From: sim.Hour, To: 10 * sim.Hour, Density: []float64{0, 0.5, 0.5, 1}}
	part := 0
	for _, c := range []struct {
		share float64
		want  sim.Time
	}{
		{0, sim.Hour}, {0.25, sim.Hour + 90*sim.Minute}, // half of the first part
		{0.5, 7 * sim.Hour}, // what comes next does so after the gap
		{0.75, 7*sim.Hour + 90*sim.Minute},
		{1, 10*sim.Hour - 1}, // the end is not of it
	} {
		if got := s.at(c.share, &part); got != c.want {
			t.Errorf("a share of %v by %d ns, want %d", c.share, got, c.want)
		}
	}
	s.Density = nil
	if got := s.at(0.5, &part); got != 5*sim.Hour+30*sim.Minute {
		t.Errorf("half of a uniform stretch by %d ns", got)
	}
	if got := s.at(1, &part); got != 10*sim.Hour-1 {
		t.Errorf("all of a uniform stretch by %d ns, want the last before its end", got)
	}
}

// TestCountedEven: four requests in eight seconds stand at 1, 3, 5 and 7 s.
func TestCountedEven(t *testing.T) {
	s := openCounted(t, 0, []uint32{0}, CountedLoad{Service: sim.Constant(1), Even: true, Stretches: []Stretch{{From: 0, To: 8 * sim.Second, Count: 4}}})
	var at []sim.Time
	for _, inv := range drain(t, s, 3) {
		at = append(at, inv.Arrival/sim.Second)
	}
	if !slices.Equal(at, []sim.Time{1, 3, 5, 7}) {
		t.Errorf("arrivals at %v s, want 1, 3, 5, 7", at)
	}
}

// TestCountedKeepsCountsAndOrder: each stretch has its number of requests, all
// within it and ascending; and a function's do not depend on which others are
// opened beside it, nor on the batches in which they are read.
func TestCountedKeepsCountsAndOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		loads := make([]CountedLoad, rapid.IntRange(1, 3).Draw(rt, "functions"))
		for i := range loads {
			loads[i] = CountedLoad{Service: must(NewExponential(sim.Second)), Even: rapid.Bool().Draw(rt, "even")}
			at := sim.Time(0)
			for range rapid.IntRange(0, 4).Draw(rt, "stretches") {
				s := Stretch{From: at + rapid.Int64Range(0, 50).Draw(rt, "gap"), Count: rapid.Int64Range(0, 30).Draw(rt, "count")}
				s.To = s.From + rapid.Int64Range(1, 1000).Draw(rt, "length")
				if rapid.Bool().Draw(rt, "shaped") {
					s.Density = []float64{0, 0.1, 0.1, 1} // a third of it has none
				}
				loads[i].Stretches, at = append(loads[i].Stretches, s), s.To
			}
		}
		all := []uint32{0, 1, 2}[:len(loads)]
		together := make([][]sim.Invocation, len(loads))
		for _, inv := range drain(t, openCounted(t, 1, all, loads...), rapid.IntRange(1, 9).Draw(rt, "batch")) {
			together[inv.Function] = append(together[inv.Function], inv)
		}
		for f, l := range loads {
			alone := drain(t, openCounted(t, 1, []uint32{uint32(f)}, loads...), 64)
			if !slices.Equal(alone, together[f]) {
				rt.Fatalf("function %d: %v alone, %v beside others", f, alone, together[f])
			}
			i := 0
			for _, s := range l.Stretches {
				last := s.From
				for range s.Count {
					at := alone[i].Arrival
					if at < last || at >= s.To {
						rt.Fatalf("function %d: an arrival at %d after one at %d, in [%d, %d)", f, at, last, s.From, s.To)
					}
					last, i = at, i+1
				}
			}
			if i != len(alone) {
				rt.Fatalf("function %d: %d requests, want %d", f, len(alone), i)
			}
		}
	})
}
