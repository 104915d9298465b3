package results

import "testing"

// TestTimeOfAnExecution: 20 s of critical paths over 10 executions are 2 s each, however
// many messages a queue has started functions for.
func TestTimeOfAnExecution(t *testing.T) {
	a := &Application{Flows: []FlowRecord{{Succeeded: 10}}, Events: []EventRecord{{Succeeded: 10}, {Succeeded: 30}}}
	if got := perExecution(a, 20); got != 2 {
		t.Errorf("an execution takes %v s, want 2", got)
	}
}
