package results_test

import (
	"fmt"
	"os"

	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// A recorder observes a run; its record becomes a row.
func Example() {
	recorder, err := results.NewRecorder(results.Config{
		Window:    sim.Window{Horizon: 10 * sim.Second},
		Functions: []sim.Function{{Name: "classify", Memory: 512}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	recorder.Requests([]sim.Outcome{
		{Arrival: 0, Start: sim.Second, End: 2 * sim.Second, Init: sim.Second, Flags: sim.Cold, Started: true},
		{Arrival: 4 * sim.Second, Start: 4 * sim.Second, End: 5 * sim.Second, Started: true},
	})
	recorder.Lives([]sim.Life{{Ready: sim.Second, Stopped: 10 * sim.Second, Idle: 7 * sim.Second, Memory: 512}})
	unit, err := recorder.Finish()
	if err != nil {
		fmt.Println(err)
		return
	}
	set := results.Set{Cells: []results.Cell{{Platform: "lambda", Replications: []*results.Replication{unit}}}}
	if err := set.Render(os.Stdout, "text"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// “lambda”: p99 2.00 s, 50.0 % cold.
	//
	// platform  invocations    cold     p50     p99  wasted GiB·h
	// ────────  ───────────  ──────  ──────  ──────  ────────────
	// lambda              2  50.0 %  1.00 s  2.00 s      0.000972
}
