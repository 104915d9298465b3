package policies

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// lodged makes an occupancy of deployments whose requests have arrivals, each after the one
// before, and last so long.
func lodged(deployments []lodging, arrivals [][]sim.Time, last sim.Time) *occupancy {
	s := &occupancy{deployments: deployments}
	for k, times := range arrivals {
		s.deployments[k].from = len(s.requests)
		for _, at := range times {
			s.requests = append(s.requests, scheduled{arrival: at, end: at + last})
		}
		s.deployments[k].until = len(s.requests)
	}
	s.match()
	return s
}

// lookedBelady is Belady's rule by a look at all gaps that are bridged, at each eviction. It
// returns the gaps that stay bridged, by the requests that end them, and how many do not.
func lookedBelady(s *occupancy, memory int64, byStart bool) (bridged map[int32]bool, evicted int) {
	bridged = map[int32]bool{}
	weight := func(i int32) float64 {
		d := &s.deployments[s.requests[i].deployment]
		if byStart {
			return float64(d.size) / max(d.cost, 1e-9)
		}
		return float64(d.size)
	}
	s.turns(func(now sim.Time, ends, starts []int32) {
		for _, i := range slices.Concat(ends, starts) {
			if r := &s.requests[i]; r.end == now && s.gapAfter(r) > 0 {
				bridged[r.next] = true
			}
		}
		for {
			need, most, heaviest := int64(0), 0.0, int32(noScheduled)
			for i := range s.requests {
				if r := &s.requests[i]; r.arrival <= now && now < r.end {
					need += s.deployments[r.deployment].size
				}
				if !bridged[int32(i)] || s.requests[i].arrival <= now {
					continue
				}
				need += s.deployments[s.requests[i].deployment].size
				if weighs := float64(s.requests[i].arrival-now) * weight(int32(i)); weighs > most {
					most, heaviest = weighs, int32(i)
				}
			}
			if need <= memory || heaviest == noScheduled {
				return
			}
			delete(bridged, heaviest)
			evicted++
		}
	})
	return bridged, evicted
}

// Whatever sizes and costs there are, and of gaps that weigh the same the first, Belady's rule
// bridges the gaps that a look at all of them at each eviction leaves.
func TestBeladyIsALookAtAll(t *testing.T) {
	evictions := 0
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "deployments")
		deployments, arrivals := make([]lodging, n), make([][]sim.Time, n)
		for k := range deployments {
			deployments[k] = lodging{size: rapid.Int64Range(1, 4).Draw(t, "size"), cost: rapid.SampledFrom([]float64{0, 0.7, 1, 2, 3, 4}).Draw(t, "cost")}
			at := sim.Time(0)
			for _, gap := range rapid.SliceOfN(rapid.IntRange(0, 12), 0, 8).Draw(t, "gaps") {
				at += sim.Time(gap)
				arrivals[k] = append(arrivals[k], at)
			}
		}
		s := lodged(deployments, arrivals, sim.Time(rapid.IntRange(0, 3).Draw(t, "last")))
		memory, byStart := rapid.Int64Range(1, 20).Draw(t, "memory"), rapid.Bool().Draw(t, "by start")
		want, evicted := lookedBelady(s, memory, byStart)
		evictions += evicted
		s.belady(memory, byStart)
		for i := range s.requests {
			if got := s.requests[i].bridged; got != want[int32(i)] {
				t.Fatalf("request %d: the gap before it is bridged: %t, want %t", i, got, want[int32(i)])
			}
		}
	})
	if evictions == 0 {
		t.Error("there was room for all")
	}
}

// Of 1 MiB for 4 ns and 2 MiB for 2 ns, in a memory of 2 MiB, one has to leave, and both weigh 4:
// the gap before the first request does, in either order of the two.
func TestBeladyOfEquals(t *testing.T) {
	one, two := []sim.Time{0, 4}, []sim.Time{0, 2}
	s := lodged([]lodging{{size: 1}, {size: 2}}, [][]sim.Time{one, two}, 0)
	if s.belady(2, false); s.requests[1].bridged || !s.requests[3].bridged {
		t.Errorf("the gap of 4 ns is bridged: %t, of 2 ns: %t, want the second", s.requests[1].bridged, s.requests[3].bridged)
	}
	s = lodged([]lodging{{size: 2}, {size: 1}}, [][]sim.Time{two, one}, 0)
	if s.belady(2, false); s.requests[1].bridged || !s.requests[3].bridged {
		t.Errorf("the gap of 2 ns is bridged: %t, of 4 ns: %t, want the second", s.requests[1].bridged, s.requests[3].bridged)
	}
}

// Of two idle for 4 s each in memory for one, that leaves which starts in no time, though the
// other takes but 0.2 s; of two that start in no time the larger does, as by counts.
func TestBeladyOfFreeStarts(t *testing.T) {
	times := []sim.Time{0, 4 * sim.Second}
	for _, test := range []struct {
		free, other lodging
		memory      int64
	}{{lodging{size: 1}, lodging{size: 1, cost: 0.2}, 1}, {lodging{size: 2}, lodging{size: 1}, 2}} {
		s := lodged([]lodging{test.free, test.other}, [][]sim.Time{times, times}, 0)
		if s.belady(test.memory, true); s.requests[1].bridged || !s.requests[3].bridged {
			t.Errorf("of %v and %v the gap of the first is bridged: %t, of the second: %t, want the second alone", test.free, test.other, s.requests[1].bridged, s.requests[3].bridged)
		}
	}
}

// BenchmarkBelady is the time of an eviction among 10,000 functions, of each of which a cold
// start has a cost of its own, invoked at distances between 1 and 21 s, in half the memory.
func BenchmarkBelady(b *testing.B) {
	const functions, rounds = 10_000, 12
	stream := sim.NewStream(sim.RunKey{}, sim.PurposeShape, 1)
	deployments, arrivals := make([]lodging, functions), make([][]sim.Time, functions)
	for k := range deployments {
		deployments[k] = lodging{size: 128 << (k % 5), cost: 0.1 + 10*stream.Uniform(uint64(k))}
		at := seconds(20 * stream.Uniform(uint64(functions+k)))
		for j := range rounds {
			arrivals[k] = append(arrivals[k], at)
			at += seconds(1 + 20*stream.Uniform(uint64((2+j)*functions+k)))
		}
	}
	s := lodged(deployments, arrivals, sim.Millisecond)
	for b.Loop() {
		s.belady(functions*128*31/5/2, true)
	}
	evicted := 0
	for i := range s.requests {
		if r := &s.requests[i]; s.gap(r) > 0 && !r.bridged {
			evicted++
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(evicted), "ns/eviction")
}
