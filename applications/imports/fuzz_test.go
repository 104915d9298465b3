package imports

import (
	"errors"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// FuzzRead reads anything: an application that is TOML, or an error about the file.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		state(`{"Type":"Map","ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}},"End":true}`),
		state(`{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Retry":[{"ErrorEquals":["States.ALL"]}],"Catch":[{"ErrorEquals":["E"],"Next":"A"}],"End":true}`),
		"Resources:\n  Q: {Type: 'AWS::SQS::Queue', Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt D.Arn}}}\n  A: {Type: 'AWS::Serverless::Function', Properties: {Events: {E: {Type: SQS, Properties: {Queue: !Sub '${Q.Arn}'}}}}}\n",
		"Resources:\n  M: {Type: 'AWS::StepFunctions::StateMachine', Properties: {DefinitionString: !Sub '{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Succeed\"}}}'}}\n",
		serverlessHead + "functions: {a: {events: [{http: GET /}, {schedule: {rate: [rate(1 day)]}}], timeout: '${self:custom.x, 5}'}}\n",
		steps("    - a: {try: {steps: [{b: {call: http.get, args: {url: 'https://x.y'}}}]}, retry: {max_retries: 1}, except: {as: e, steps: [{c: {raise: e}}]}}\n    - d: {parallel: {for: {value: v, in: '${l}', steps: [{e: {return: 1}}]}}}\n"),
		tasks("do: [{a: {fork: {branches: [{b: {wait: PT1S}}]}}}, {c: {try: [{d: {call: http, with: {endpoint: 'https://x'}}}], catch: {retry: {limit: {attempt: {count: 1}}}}}}]\n"),
		`{"root":"a","states":{"a":{"type":"parallel","parallel_functions":[{"states":{"b":{"type":"repeat","func_name":"f","count":2}}}]}}}`,
		"a: &a [*a]\n", "{", "- - -\n", "? {a: b}\n: c\n", "!Ref {x: 1}\n", "<<: [1]\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Read("x.yaml", data, Options{})
		if err != nil {
			var m *Malformed
			if !errors.As(err, &m) {
				t.Fatalf("%v is not about the file", err)
			}
			return
		}
		text, _ := d.Write()
		if _, err := spec.Parse("app.toml", []byte(text)); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
	})
}
