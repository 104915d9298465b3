package imports

import (
	"strings"
	"testing"
)

// What a policy lets a function do, and nothing is made of, is listed; what every function
// may do, or its poller needs, is not.
func TestGrantsListed(t *testing.T) {
	d := read(t, `
Resources:
  Own: {Type: 'AWS::IAM::ManagedPolicy', Properties: {PolicyDocument: {Statement: [{Effect: Allow, Action: 'dynamodb:GetItem', Resource: !GetAtt T.Arn}]}}}
  T: {Type: 'AWS::DynamoDB::Table'}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - AWSLambdaBasicExecutionRole
        - AmazonSQSFullAccess
        - !Ref Own
        - DynamoDBReadPolicy: {TableName: elsewhere}
        - RekognitionDetectOnlyPolicy: {}
        - SQSPollerPolicy: {QueueName: q}
        - Statement:
            - {Effect: Allow, Action: ['bedrock:InvokeModel', 'logs:PutLogEvents', 'ssm:GetParameter'], Resource: '*'}
            - {Effect: Allow, Action: ['dynamodb:PutItem'], Resource: '*'}
            - {Effect: Deny, Action: ['polly:*'], Resource: '*'}
`)
	checked(t, d)
	text, _ := d.Write()
	holds(t, text, `{ store = "T", op = "read", count = "?" }`)
	holds(t, lost(d), "F: the policy AmazonSQSFullAccess", "F: the policy DynamoDBReadPolicy is of elsewhere", "F: the policy RekognitionDetectOnlyPolicy",
		"F may do bedrock:InvokeModel", "F may do dynamodb:PutItem with nothing of this file")
	if got := strings.Count(lost(d), "\n"); got != 5 {
		t.Errorf("%d are listed, want five:\n%s", got, lost(d))
	}
}

// Each who subscribes to a topic, or whose rule is on a bus, has what is sent there; of
// several who take from a queue one has it.
func TestReceivers(t *testing.T) {
	d := read(t, `
Resources:
  News: {Type: 'AWS::SNS::Topic'}
  Work: {Type: 'AWS::SQS::Queue'}
  A: {Type: 'AWS::Serverless::Function', Properties: {Events: {N: {Type: SNS, Properties: {Topic: !Ref News}}, Q: {Type: SQS, Properties: {Queue: !GetAtt Work.Arn}}}}}
  B: {Type: 'AWS::Serverless::Function', Properties: {Events: {N: {Type: SNS, Properties: {Topic: !Ref News}}, Q: {Type: SQS, Properties: {Queue: !GetAtt Work.Arn}}}}}
  Tell: {Type: 'AWS::Serverless::Function', Properties: {Policies: [{SNSPublishMessagePolicy: {TopicName: !GetAtt News.TopicName}}, {SQSSendMessagePolicy: {QueueName: !GetAtt Work.QueueName}}]}}
`)
	checked(t, d)
	text, _ := d.Write()
	holds(t, text, `use = [{ send = "A-N", count = "?" }, { send = "B-N", count = "?" }, { send = "Work", count = "?" }]`)
	holds(t, lost(d), "News: what is sent to it is sent to each of A-N, B-N, and billed as often", "Work: each of its messages goes to one of Work, Work-2")
}

// What is not carried of schedules, websockets and other kinds of resources is listed.
func TestOthersListed(t *testing.T) {
	d := read(t, `
Resources:
  F: {Type: 'AWS::Serverless::Function', Properties: {Events: {S: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 hour), RetryPolicy: {MaximumRetryAttempts: 5}}}}}}
  G: {Type: 'AWS::Serverless::GraphQLApi', Properties: {}}
  Ws: {Type: 'AWS::ApiGatewayV2::Api', Properties: {ProtocolType: WEBSOCKET}}
  Int: {Type: 'AWS::ApiGatewayV2::Integration', Properties: {ApiId: !Ref Ws, IntegrationUri: !GetAtt F.Arn}}
`)
	checked(t, d)
	holds(t, lost(d), "event F-S: RetryPolicy", "AWS::Serverless::GraphQLApi: nothing is made of 1 resource", "Int: a websocket")
}
