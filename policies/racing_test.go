package policies

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
)

// TestStartRacesReuse: with dispatch queue and per-request scaling a request that finds no
// idle instance starts one and waits for a busy one, and whichever is ready first serves
// it: the scaling of CIDRE. A start takes 2 s, a request 1 s.
//
//	0   cold: starts at 2, ends at 3
//	2.5 the only instance is busy until 3: a second is begun, ready at 4.5; the first is
//	    free before: starts at 3, waited 0.5 s, warm; ends at 4, kept until 14
//	4.5 the second is ready, finds nobody and stays, until 14.5 if not used
//	5   warm, in that, which became idle last; ends at 6, kept until 16
//
// Bound to an instance of its own, the second waits for 2 s, cold.
func TestStartRacesReuse(t *testing.T) {
	for _, test := range []struct {
		dispatch sim.Dispatch
		waits    []float64
		colds    []float64
		spans    []string
	}{
		{sim.QueueDispatch, []float64{2, 0.5, 0}, []float64{0}, []string{"f0 0-14", "f0 2.5-16"}},
		// The second starts at 4.5 and ends at 5.5, kept until 15.5; that of 5 has the first.
		{sim.BoundDispatch, []float64{2, 2, 0}, []float64{0, 2.5}, []string{"f0 0-16", "f0 2.5-15.5"}},
	} {
		got := run(t, sim.Config{
			Workload: newLoad([]float64{0, 2.5, 5}), Window: sim.Window{Horizon: 60 * sim.Second},
			Platforms: []sim.Platform{{KeepAlive: Fixed{Window: 10e9}, Dispatch: test.dispatch}},
		})
		if diff := cmp.Diff(test.waits, got.waits()); diff != "" {
			t.Errorf("%v: waits − want + got:\n%s", test.dispatch, diff)
		}
		if diff := cmp.Diff(test.colds, got.colds()); diff != "" {
			t.Errorf("%v: cold − want + got:\n%s", test.dispatch, diff)
		}
		if diff := cmp.Diff(test.spans, got.spans()); diff != "" {
			t.Errorf("%v: lives − want + got:\n%s", test.dispatch, diff)
		}
	}
}
