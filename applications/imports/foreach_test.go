package imports

import "testing"

// A loop over a list, or over a parameter that is one, stands once for each item.
func TestForEach(t *testing.T) {
	d := read(t, `
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters: {Names: {Type: CommaDelimitedList, Default: 'a.x, b.x'}, Open: {Type: CommaDelimitedList}}
Resources:
  'Fn::ForEach::Each':
    - Name
    - !Ref Names
    - 'Queue&{Name}': {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Name, VisibilityTimeout: 60}}
      'Work&{Name}':
        Type: AWS::Serverless::Function
        Properties:
          MemorySize: 256
          Events: {Q: {Type: SQS, Properties: {Queue: !GetAtt [!Sub 'Queue&{Name}', Arn]}}}
      'Fn::ForEach::Inner':
        - Step
        - [One, Two]
        - '${Step}Of&{Name}': {Type: AWS::Serverless::Function, Properties: {FunctionName: !Sub '${Step}-${Name}'}}
  'Fn::ForEach::Unknown':
    - Name
    - !Ref Open
    - 'F${Name}': {Type: AWS::Serverless::Function}
`)
	checked(t, d)
	text, _ := d.Write()
	// Two items: a queue, its function and two more each.
	if c := d.Counts(); c.Functions != 6 {
		t.Errorf("found %d functions, want 2 × 3\n%s", c.Functions, text)
	}
	for _, id := range []string{"ax", "bx"} {
		holds(t, text, "name = \"Queue"+id+"\"", "start = \"Work"+id+"\"\n", "name = \"OneOf"+id+"\"", "name = \"TwoOf"+id+"\"")
	}
	holds(t, text, `queue = { service = "sqs", visibility = "1m" }`)
	holds(t, lost(d), "Fn::ForEach::Unknown: a loop over what is not known here")
}

func TestForEachRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"no list":    {"Resources:\n  'Fn::ForEach::A': {Type: x}\n  F: {Type: 'AWS::Serverless::Function'}\n", "x.yaml:2: Fn::ForEach::A: found"},
		"twice":      {"Resources:\n  'Fn::ForEach::A':\n  - N\n  - [a, b]\n  - F: {Type: 'AWS::Serverless::Function'}\n", "stands twice, first at line 5"},
		"for ever":   {"Resources:\n  'Fn::ForEach::A': [N, [a], {'Fn::ForEach::A': [N, [a], {'Fn::ForEach::A': [N, [a], {'Fn::ForEach::A': [N, [a], {'Fn::ForEach::A': [N, [a], {'Fn::ForEach::A': [N, [a], {'Fn::ForEach::A': [N, [a], {F: {Type: x}}]}]}]}]}]}]}]\n", "more than 5 loops"},
		"definition": {"Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: {'Fn::ToJsonString': [1]}\n", "x.yaml:5: M: DefinitionString"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read("x.yaml", []byte(c.text), Options{})
			if err == nil {
				t.Fatal("it was read")
			}
			holds(t, err.Error(), c.want)
		})
	}
}

// A definition that a function turns into text is there as it is.
func TestDefinitionToJSON(t *testing.T) {
	holds(t, written(t, `
Resources:
  F: {Type: 'AWS::Lambda::Function'}
  M: {Type: 'AWS::StepFunctions::StateMachine', Properties: {DefinitionString: {'Fn::ToJsonString': {StartAt: A, States: {A: {Type: Task, Resource: !GetAtt F.Arn, End: true}}}}}}
`), `{ name = "A", call = "F", next = "end" }`)
}
