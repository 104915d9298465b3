package imports

import "testing"

// What is sent to a topic or bus goes on to the queues that subscribe or that rules name,
// over several, and back to none twice.
func TestMessagesGoOn(t *testing.T) {
	d := read(t, `
Resources:
  Bus: {Type: 'AWS::Events::EventBus', Properties: {Name: b}}
  News: {Type: 'AWS::SNS::Topic', Properties: {Subscription: [{Protocol: sqs, Endpoint: !GetAtt Work.Arn}]}}
  Work: {Type: 'AWS::SQS::Queue'}
  Archive: {Type: 'AWS::SQS::Queue'}
  Sub: {Type: 'AWS::SNS::Subscription', Properties: {Protocol: sqs, TopicArn: !Ref News, Endpoint: !GetAtt Archive.Arn}}
  Rule: {Type: 'AWS::Events::Rule', Properties: {EventBusName: !Ref Bus, EventPattern: {source: [x]}, Targets: [{Id: a, Arn: !Ref News}, {Id: b, Arn: !GetAtt Bus.Arn}]}}
  Worker: {Type: 'AWS::Serverless::Function', Properties: {Events: {Q: {Type: SQS, Properties: {Queue: !GetAtt Work.Arn}}}}}
  Tell: {Type: 'AWS::Serverless::Function', Properties: {Policies: [{SNSPublishMessagePolicy: {TopicName: !GetAtt News.TopicName}}]}}
  M: {Type: 'AWS::Serverless::StateMachine', Properties: {Definition: {StartAt: A, States: {A: {Type: Task, Resource: 'arn:aws:states:::events:putEvents', Parameters: {Entries: [{EventBusName: !Ref Bus}]}, End: true}}}}}
`)
	checked(t, d)
	text, _ := d.Write()
	holds(t, text,
		`use = [{ send = "News", count = "?" }, { send = "Work", count = "?" }, { send = "Archive", count = "?" }]`,
		`{ name = "A", use = [{ send = "Bus" }, { send = "News" }, { send = "Work" }, { send = "Archive" }], next = "end" }`,
		"name = \"Work\" # line 5; the application sends to it: add arrivals where others do\nstart = \"Worker\"\nqueue")
	holds(t, lost(d), "topic News sends to the queue Work: so does whoever", "rule Rule sends to News: so does whoever")
}
