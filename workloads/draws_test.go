package workloads

import (
	"slices"
	"sync"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// What is kept is what is drawn anew: for each function, replication and factor,
// for those who ask at the same time, and where there is room for one of two.
func TestDrawsAreThoseDrawnAnew(t *testing.T) {
	functions := []sim.Function{{Name: "a"}, {Name: "b"}, {Name: "none"}}
	spread := must(NewLognormal(sim.Second, 1))
	loads := []CountedLoad{
		{Service: spread, Stretches: []Stretch{{To: sim.Minute, Count: 40}, {From: sim.Minute, To: sim.Hour, Count: 260}}},
		{Service: spread, Even: true, Stretches: []Stretch{{To: sim.Hour, Count: 100}}},
		{Service: spread},
	}
	set := []uint32{0, 1, 2}
	for _, most := range []int64{1000, 310, 50, 0} {
		draws := NewDraws(most)
		for range 2 {
			var wait sync.WaitGroup
			for _, factor := range []float64{1, 0.3, 2.5} {
				for replication := range uint64(3) {
					wait.Go(func() {
						key := sim.RunKey{Seed: 3, Replication: replication}
						factors := []float64{factor, 1, 1}
						want := drain(t, must(NewCounted(functions, loads, factors, nil).Open(key, set)), 7)
						got := drain(t, must(NewCounted(functions, loads, factors, draws).Open(key, set)), 64)
						if len(got) != 400 || !slices.Equal(got, want) {
							t.Errorf("room for %d, replication %d, factor %v: %d requests, not those drawn anew", most, replication, factor, len(got))
						}
					})
				}
			}
			wait.Wait()
		}
		if draws.held > most {
			t.Errorf("room for %d: it keeps %d", most, draws.held)
		}
	}
}

// A load is drawn once for the plans that follow each other.
func TestDrawsAreKept(t *testing.T) {
	drawn := 0
	loads := []CountedLoad{{Service: counting{&drawn}, Stretches: []Stretch{{To: sim.Hour, Count: 10}}}}
	draws := NewDraws(10)
	for _, factor := range []float64{1, 2, 3} {
		drain(t, must(NewCounted([]sim.Function{{Name: "f"}}, loads, []float64{factor}, draws).Open(sim.RunKey{}, []uint32{0})), 4)
	}
	if drawn != 10 {
		t.Errorf("%d durations drawn for three plans, want 10", drawn)
	}
}

// counting counts its draws.
type counting struct{ n *int }

func (c counting) Sample(float64) sim.Time { *c.n++; return sim.Second }
func (c counting) Mean() float64           { return float64(sim.Second) }
