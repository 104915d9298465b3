package imports

import (
	"errors"
	"strings"
	"testing"
)

// A number that is none is refused with its line, wherever a template has one.
func TestTemplateWrongNumbers(t *testing.T) {
	for _, text := range []string{
		"  F: {Type: 'AWS::Lambda::Function', Properties: {MemorySize: [1024]}}",
		"  F: {Type: 'AWS::Lambda::Function', Properties: {Timeout: {a: b}}}",
		"  F: {Type: 'AWS::Lambda::Function', Properties: {ReservedConcurrentExecutions: [5]}}",
		"  F: {Type: 'AWS::Serverless::Function', Properties: {Events: {Q: {Type: SQS, Properties: {Queue: 'arn:aws:sqs:r:1:q', BatchSize: [25]}}}}}",
		"  F: {Type: 'AWS::Serverless::Function', Properties: {Events: {K: {Type: Kinesis, Properties: {Stream: 'arn:aws:kinesis:r:1:stream/s', MaximumRecordAgeInSeconds: [60]}}}}}",
		"  F: {Type: 'AWS::Serverless::Function', Properties: {Events: {E: {Type: EventBridgeRule, Properties: {RetryPolicy: {MaximumRetryAttempts: [4]}}}}}}",
		"  F: {Type: 'AWS::Serverless::Function', Properties: {EventInvokeConfig: {MaximumRetryAttempts: [4]}, Events: {L: {Type: CloudWatchLogs}}}}",
		"  T: {Type: 'AWS::DynamoDB::Table', Properties: {ProvisionedThroughput: {ReadCapacityUnits: [5], WriteCapacityUnits: 1}}}",
	} {
		_, err := Read("x.yaml", []byte("Resources:\n"+text), Options{Format: "cloudformation"})
		var m *Malformed
		if !errors.As(err, &m) || m.Line != 2 || !strings.Contains(m.Problem, "want a whole number") {
			t.Errorf("found %v, want a refusal at line 2 of\n%s", err, text)
		}
	}
	_, err := Read("x.yaml", []byte("Parameters:\n  M: {Default: [1]}\nResources:\n  F: {Type: 'AWS::Lambda::Function', Properties: {MemorySize: !Ref M}}"), Options{})
	var m *Malformed
	if !errors.As(err, &m) || m.Line != 2 {
		t.Errorf("found %v, want a refusal of the default at line 2", err)
	}
}

// What only the deployment knows must be filled in.
func TestTemplateUnknownNumbers(t *testing.T) {
	d := read(t, `
Parameters: {M: {Type: Number}}
Resources:
  Q: {Type: 'AWS::SQS::Queue', Properties: {VisibilityTimeout: !ImportValue v}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      MemorySize: !Ref M
      Timeout: '{{resolve:ssm:/t}}'
      Events: {Q: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn, BatchSize: !Ref M}}}
`)
	text, _ := d.Write()
	holds(t, text, `memory = "?" # line 8`, `timeout = "?" # line 9`, `batch = "?", visibility = "?"`)
}
