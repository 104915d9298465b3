package policies

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// Starts take 11 s and services 4 s; instances stay. In seconds:
//
//	0     the first of all: nothing is known, an instance starts, is ready at 11, serves to 15
//	12    it is busy, and no service has ended: another starts, until 23. At 15 the first is
//	      free and serves to 19; the second comes too late, and idles from 23 on
//	30    three at a time: two are warm. In 11 s the two serve ⌊2 × 11 ÷ 4⌋ = 5 more, so the
//	      third waits for one of them, to 34
//	40    nine: two are warm, five can wait, and for each of two more an instance starts, until
//	      51. At 44 and 48 two are served each, at 51 two by the new ones, at 52 the last
//
// Per request it is another for the third of 30, ready at 41: of the nine two are warm, that one
// is on its way for the next, and for the others six start. It serves at 41, 45 and 49, the two at
// 44 and 48, and the six come too late.
func TestCIDREScaling(t *testing.T) {
	load := &simtest.Load{}
	var calls []sim.Invocation
	for _, at := range []float64{0, 12, 30, 30, 30, 40, 40, 40, 40, 40, 40, 40, 40, 40} {
		calls = append(calls, sim.Invocation{Arrival: seconds(at), Service: 4 * sim.Second})
	}
	load.Add(sim.Function{Name: "f", Memory: 128, Init: sim.Init{{Phase: sim.PhaseSandbox, Duration: sim.Constant(11 * sim.Second)}}}, calls)
	for _, c := range []struct {
		policy string
		waits  []float64
		spans  []string
	}{
		{`{ name = "cidre" }`, []float64{11, 3, 0, 0, 4, 0, 0, 4, 4, 8, 8, 11, 11, 12}, []string{"f0 0-", "f0 12-", "f0 40-", "f0 40-"}},
		{`{ name = "per-request" }`, []float64{11, 3, 0, 0, 4, 0, 0, 1, 4, 4, 5, 8, 8, 9},
			[]string{"f0 0-", "f0 12-", "f0 30-", "f0 40-", "f0 40-", "f0 40-", "f0 40-", "f0 40-", "f0 40-"}},
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
