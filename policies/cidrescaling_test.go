package policies

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// Starts take 10 s and services 4 s; instances stay. In seconds:
//
//	0     the first of all: nothing is known, an instance starts, is ready at 10, serves to 14
//	11    it is busy, and no service has ended: another starts, until 21. At 14 the first is
//	      free and serves to 18; the second comes too late, and idles from 21 on
//	30    three at a time: two are warm. In 10 s the two serve ⌊2 × 10 ÷ 4⌋ = 5 more, so the
//	      third waits for one of them, to 34
//	40    nine: two are warm, five can wait, and for each of two more an instance starts, until
//	      50. At 44 and 48 two are served each, at 50 two by the new ones, at 52 the last
//
// Per request it is another for the third of 30, which is there from 40 on: of the nine three
// are warm, and six start.
func TestCIDREScaling(t *testing.T) {
	load := &simtest.Load{}
	var calls []sim.Invocation
	for _, at := range []float64{0, 11, 30, 30, 30, 40, 40, 40, 40, 40, 40, 40, 40, 40} {
		calls = append(calls, sim.Invocation{Arrival: seconds(at), Service: 4 * sim.Second})
	}
	load.Add(sim.Function{Name: "f", Memory: 128, Init: sim.Init{{Phase: sim.PhaseSandbox, Duration: sim.Constant(10 * sim.Second)}}}, calls)
	for _, c := range []struct {
		policy string
		waits  []float64
		spans  []string
	}{
		{`{ name = "cidre" }`, []float64{10, 3, 0, 0, 4, 0, 0, 4, 4, 8, 8, 10, 10, 12}, []string{"f0 0-", "f0 11-", "f0 40-", "f0 40-"}},
		{`{ name = "per-request" }`, []float64{10, 3, 0, 0, 4, 0, 0, 0, 4, 4, 4, 8, 8, 8},
			[]string{"f0 0-", "f0 11-", "f0 30-", "f0 40-", "f0 40-", "f0 40-", "f0 40-", "f0 40-", "f0 40-"}},
	} {
		p, err := Scaling(table(t, c.policy))
		if err != nil {
			t.Fatal(err)
		}
		got := run(t, sim.Config{Workload: load, Window: sim.Window{Horizon: sim.Hour}, Platforms: []sim.Platform{{
			KeepAlive: Forever{}, Scaling: p, Dispatch: sim.QueueDispatch, Limit: sim.Limit{Over: sim.QueueOver}}}})
		slices.SortStableFunc(got.Requests, func(a, b sim.Outcome) int { return int(a.Arrival - b.Arrival) })
		waits := got.waits()
		slices.Sort(waits[5:])
		if diff := cmp.Diff(c.waits, waits); diff != "" {
			t.Errorf("%s: waits (-want +got):\n%s", c.policy, diff)
		}
		if diff := cmp.Diff(c.spans, got.spans()); diff != "" {
			t.Errorf("%s: instances (-want +got):\n%s", c.policy, diff)
		}
	}
}
