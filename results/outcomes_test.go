package results

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// TestOutcomesAreOfWhatArrived: of 10 events from outside and 5 that steps sent, all of
// the ten are in an outcome, but for those that were filtered, and none of the five is.
func TestOutcomesAreOfWhatArrived(t *testing.T) {
	e := newEventRecord(&flows.TriggerTally{Arrived: 10, Sent: 5, Throttled: 4, Deleted: 7, Dead: 2, Filtered: 2,
		Outside: flows.Ends{Done: 3, Failed: 1, Throttled: 4, Filtered: 2}})
	ended := e.Outcomes()
	want := [statuses]uint64{sim.Completed: 3, sim.Failed: 1, sim.Rejected: 4}
	if ended != want {
		t.Errorf("outcomes %v, want %v", ended, want)
	}
	if n := sumOf(ended) + e.Outside.Filtered; n != e.Arrived {
		t.Errorf("%d of %d events are accounted for", n, e.Arrived)
	}
}
