package sim

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Why requests have failed is told: on node 0, which fails at 25, one that is served and one
// that waits for its instance; on node 1, whose function fails always, at the end of its
// service; and one whose initialisation failed, when that is over at 10. One that ends
// well has no cause.
func TestWhyRequestsFailed(t *testing.T) {
	l := &list{
		functions: []Function{{Name: "served", Memory: 100}, {Name: "waits", Memory: 100}, {Name: "errs", Memory: 100, Error: 1}, {Name: "breaks", Memory: 100, InitError: 0.999999}, {Name: "well", Memory: 100}},
		invocations: [][]Invocation{
			{{Arrival: 0, Service: 200}}, {{Arrival: 20, Service: 200, Function: 1}}, {{Arrival: 21, Service: 30, Function: 2}}, {{Arrival: 22, Service: 30, Function: 3}}, {{Arrival: 23, Service: 30, Function: 4}},
		},
	}
	p := Platform{KeepAlive: window(Never), Init: Init{{Phase: PhaseSandbox, Duration: Constant(10)}},
		Cluster: &Cluster{Nodes: []Node{{Memory: 200}, {Memory: 400}}, Placement: firstNode{}, Eviction: leastRecent{}, Failures: Failures{Schedule: []Outage{{Node: 0, At: 25, For: 100}}}}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 1000}, Platforms: []Platform{p}})
	var lines []string
	for _, o := range got.outcomes {
		lines = append(lines, fmt.Sprintf("%s at %d by %v", l.functions[o.Function].Name, o.End, o.Failure))
	}
	slices.Sort(lines)
	const want = "breaks at 32 by initialisation; errs at 61 by function; served at 25 by node; waits at 25 by node; well at 63 by not failed"
	if all := strings.Join(lines, "; "); all != want {
		t.Errorf("%s, want %s", all, want)
	}
}
