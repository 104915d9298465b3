package imports

import (
	"strings"
	"testing"
)

// Errors have names in a definition, and three ways here. Where a name is not tried again
// and the rest is, the rest holds; what is never asked is listed.
func TestNamesOfErrors(t *testing.T) {
	d := read(t, state(`{"Type":"Task","Resource":"arn:aws:lambda:eu-west-1:1:function:f","Retry":[
		{"ErrorEquals":["Declined"],"MaxAttempts":0},
		{"ErrorEquals":["States.TaskFailed"],"MaxAttempts":2},
		{"ErrorEquals":["Busy"],"MaxAttempts":5},
		{"ErrorEquals":["States.ALL"],"MaxAttempts":1}],
		"Catch":[{"ErrorEquals":["OutOfStock"],"Next":"A"},{"ErrorEquals":["Invalid"],"Next":"A"},{"ErrorEquals":["States.ALL"],"Next":"A"}],"End":true}`))
	text, _ := d.Write()
	holds(t, text, `{ on = ["failed", "throttled"], attempts = 2,`, `{ on = ["failed"], attempts = 5,`, `{ on = ["any"], attempts = 1,`)
	if strings.Contains(text, "attempts = 0") {
		t.Errorf("nothing is tried again in\n%s", text)
	}
	said := lost(d)
	holds(t, said, "what is named Declined is not tried again there; here all that fails is as the Retry of States.TaskFailed has it",
		"the Retry of Busy is never asked", "the Catch of Invalid is never asked")
	if strings.Contains(said, "States.ALL is never asked") { // timeouts are left to it
		t.Errorf("States.ALL takes what times out:\n%s", said)
	}
	checked(t, d)
}

// A retrier that stops what a simulation tells apart stands as it is.
func TestRetryOfNothing(t *testing.T) {
	holds(t, written(t, state(`{"Type":"Task","Resource":"arn:aws:lambda:eu-west-1:1:function:f","Retry":[{"ErrorEquals":["States.Timeout"],"MaxAttempts":0},{"ErrorEquals":["States.ALL"]}],"End":true}`)),
		`{ on = ["timeout"], attempts = 0,`, `{ on = ["any"], attempts = 3,`)
}
