package imports

import "testing"

// A machine of the template is called wherever it stands in it, after who starts it too.
func TestMachinesInAnyOrder(t *testing.T) {
	d := read(t, `
Parameters: {Env: {Type: String}}
Conditions: {Prod: !Equals [!Ref Env, prod]}
Resources:
  First: {Type: 'AWS::StepFunctions::StateMachine', Properties: {Definition: {StartAt: A, States: {A: {Type: Task, Resource: 'arn:aws:states:::states:startExecution.sync:2', Parameters: {StateMachineArn: !Ref Last}, Next: B}, B: {Type: Task, Resource: 'arn:aws:states:::states:startExecution', Parameters: {StateMachineArn: !Ref First}, End: true}}}}}
  Last: {Type: 'AWS::StepFunctions::StateMachine', Properties: {StateMachineType: !If [Prod, EXPRESS, STANDARD], Definition: {StartAt: W, States: {W: {Type: Wait, Seconds: 1, End: true}}}}}
`)
	checked(t, d)
	text, _ := d.Write()
	holds(t, text, `{ name = "A", call = "Last", next = "B" }`, "engine = { preset = \"step-functions-express\" }\nsteps = [\n  { name = \"W\"")
	holds(t, lost(d), `state machine "First" starts itself: only its time is known`)
	if len(d.Notes) != 1 || d.Notes[0] != "whether ${Env} is prod is not known here: taken to be so" {
		t.Errorf("assumed: %q", d.Notes)
	}
}
