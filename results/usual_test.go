package results

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim/flows"
)

// TestUsualPath: of 100 executions 10 take a branch, and it determines the end of each
// that does; the step behind is on all paths. The branch is not the flow's usual way. Of
// a second flow, which is called 30 times, a step on 20 of the paths is.
func TestUsualPath(t *testing.T) {
	g := &flows.Graph{
		Owners: []string{"main/choose", "main/rare", "main/after", "sub/first", "sub/often", "sub/seldom", "sub/never"},
		Flows:  []flows.Flow{{Name: "main", First: 0}, {Name: "sub", First: 3}},
	}
	app := &Application{}
	for i, s := range []struct {
		flow            int32
		entered, onPath uint64
	}{{0, 100, 100}, {0, 10, 10}, {0, 100, 100}, {1, 30, 30}, {1, 20, 20}, {1, 14, 14}, {1, 0, 0}} {
		g.Steps = append(g.Steps, flows.Step{Flow: s.flow, Owner: flows.Owner(i)})
		app.Steps = append(app.Steps, StepRecord{Entered: s.entered, OnPath: s.onPath})
	}
	set := &Set{Cells: []Cell{{Application: &ApplicationGraph{Graph: g}, Replications: []*Replication{{Application: app}}}}}
	values := set.nodeValues(&Row{})
	for i, want := range []bool{true, false, true, true, true, false, false} {
		if got := values[g.Owners[i]].Critical; got != want {
			t.Errorf("%s is critical %t, want %t", g.Owners[i], got, want)
		}
	}
}
