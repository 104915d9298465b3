package imports

import (
	"strings"
	"testing"
)

// The function that a gateway asks first is its trigger's authorizer, and nothing
// else calls it.
func TestAuthorizers(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"serverless, by name", `
service: s
provider: {name: aws}
functions:
  auth: {handler: a}
  api: {handler: b, events: [{http: {path: /y, method: post, authorizer: auth}}]}
`, `authorizer = { call = "auth" }`},
		{"serverless, HTTP API", `
service: s
provider: {name: aws, httpApi: {authorizers: {mine: {type: request, functionName: auth, resultTtlInSeconds: 60}}}}
functions:
  auth: {handler: a}
  api: {handler: b, events: [{httpApi: {path: /y, method: post, authorizer: {name: mine}}}]}
`, `authorizer = { call = "auth", cache = "1m" }`},
		{"SAM", `
Resources:
  Api: {Type: 'AWS::Serverless::Api', Properties: {Auth: {Authorizers: {Mine: {FunctionArn: !GetAtt auth.Arn, Identity: {ReauthorizeEvery: 0}}}}}}
  auth: {Type: 'AWS::Serverless::Function'}
  api: {Type: 'AWS::Serverless::Function', Properties: {Events: {E: {Type: Api, Properties: {RestApiId: !Ref Api, Auth: {Authorizer: Mine}}}}}}
`, `authorizer = { call = "auth", cache = "0s" }`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := read(t, c.text)
			checked(t, d)
			text, _ := d.Write()
			holds(t, text, c.want)
			if strings.Contains(text, "nothing in the file calls it") {
				t.Errorf("the authorizer has a trigger of its own in\n%s", text)
			}
		})
	}
}

// What an application has no place for is listed.
func TestTemplateListed(t *testing.T) {
	d := read(t, `
Resources:
  T: {Type: 'AWS::SNS::Topic'}
  Dlq: {Type: 'AWS::SQS::Queue'}
  F:
    Type: AWS::Serverless::Function
    Properties:
      EphemeralStorage: {Size: 2048}
      Tracing: Active
      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Dlq.Arn}
      EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: SNS, Destination: !Ref T}}}
      Events:
        Sns: {Type: SNS, Properties: {Topic: !Ref T, SqsSubscription: true}}
        Log: {Type: CloudWatchLogs, Properties: {LogGroupName: x}}
        Eb: {Type: EventBridgeRule, Properties: {Pattern: {source: [x]}, DeadLetterConfig: {Type: SQS}}}
`)
	checked(t, d)
	text, _ := d.Write()
	holds(t, text, `async = { service = "lambda-async", dead = "Dlq" }`)
	holds(t, lost(d), "SqsSubscription", "EphemeralStorage", "Tracing", "OnSuccess", "a queue that is made for it")
}

// A gateway starts a state machine and answers: both kinds are started by StartExecution
// unless the interface is written out. Of a function it waits for the answer.
func TestGatewayStartsAMachine(t *testing.T) {
	for kind, want := range map[string]bool{"StateMachine": true, "Function": false} {
		d := read(t, `
Resources:
  M:
    Type: AWS::Serverless::`+kind+`
    Properties: {Definition: {StartAt: A, States: {A: {Type: Pass, End: true}}}, Events: {Go: {Type: HttpApi, Properties: {Path: /go, Method: post}}}}
`)
		checked(t, d)
		text, _ := d.Write()
		if got := strings.Contains(text, `answer = "start"`); got != want {
			t.Errorf("%s: answers at the start: %v in\n%s", kind, got, text)
		}
	}
}

// A token that the gateway checks itself is no authorizer, whatever form it is written in.
func TestTokensAreChecked(t *testing.T) {
	for _, by := range []string{"{type: COGNITO_USER_POOLS, authorizerId: !Ref A}", "{arn: 'arn:aws:cognito-idp:eu-west-1:1:userpool/x'}", "'arn:aws:cognito-idp:eu-west-1:1:userpool/x'", "aws_iam", "{type: aws_iam}"} {
		d := read(t, "service: s\nprovider: {name: aws}\nfunctions: {f: {handler: a, events: [{http: {path: /y, method: get, authorizer: "+by+"}}]}}\n")
		text, _ := d.Write()
		if len(d.Lost) > 0 || strings.Contains(text, "authorizer") {
			t.Errorf("%s: listed %s in\n%s", by, lost(d), text)
		}
	}
}
