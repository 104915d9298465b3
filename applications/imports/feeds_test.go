package imports

import (
	"strings"
	"testing"
)

// What the application writes to a bucket arrives at what its objects start, and the bucket
// bills it once. Not so where a filter may let nothing of it through, nor what is written
// by who is started by it, which would start itself for ever.
func TestBucketsFeed(t *testing.T) {
	for name, c := range map[string]struct {
		more, filter, thumbs string
		want                 []string
		feeds                bool
	}{
		"written by another": {"", "", "", []string{"add arrivals where others write to it\nstart = \"Thumbs\"\nobject = { store = \"B\" }"}, true},
		"with a filter":      {"", ", Filter: {S3Key: {Rules: [{Name: prefix, Value: in/}]}}", "", []string{"start = \"Thumbs\"\narrivals"}, false},
		"by who is started":  {"", "", "{S3CrudPolicy: {BucketName: !Ref B}}", []string{"but for what it starts and writes there itself; give all arrivals\nstart = \"Thumbs\"\narrivals"}, false},
		"further on":         {"  Far: {Type: 'AWS::Serverless::Function', Properties: {Policies: [{S3WritePolicy: {BucketName: !Ref B}}]}}\n", "", "{LambdaInvokePolicy: {FunctionName: !Ref Far}}", []string{"start = \"Thumbs\"\narrivals"}, false},
		"by a step": {"  M: {Type: 'AWS::Serverless::StateMachine', Properties: {Definition: {StartAt: A, States: {A: {Type: Task, Resource: 'arn:aws:states:::aws-sdk:s3:putObject', Parameters: {Bucket: '${b}'}, End: true}}}, DefinitionSubstitutions: {b: !Ref B}}}\n",
			"", "", []string{`feeds = "Thumbs-S"`}, true},
	} {
		t.Run(name, func(t *testing.T) {
			d := read(t, `
Resources:
  B: {Type: 'AWS::S3::Bucket'}
  Put: {Type: 'AWS::Serverless::Function', Properties: {Policies: [{S3WritePolicy: {BucketName: !Ref B}}]}}
  Thumbs: {Type: 'AWS::Serverless::Function', Properties: {Policies: [`+c.thumbs+`], Events: {S: {Type: S3, Properties: {Bucket: !Ref B, Events: 's3:ObjectCreated:*'`+c.filter+`}}}}}
`+c.more)
			checked(t, d)
			text, _ := d.Write()
			holds(t, text, c.want...)
			if got := strings.Contains(text, "feeds = "); got != c.feeds {
				t.Errorf("the bucket feeds the trigger: %v in\n%s", got, text)
			}
			if (c.filter != "") != strings.Contains(lost(d), "its filter") {
				t.Errorf("listed: %s", lost(d))
			}
		})
	}
}

// A table whose stream starts who writes to it does not feed it either.
func TestOwnTableStream(t *testing.T) {
	d := read(t, `
Resources:
  T: {Type: 'AWS::DynamoDB::Table'}
  F: {Type: 'AWS::Serverless::Function', Properties: {Policies: [{DynamoDBWritePolicy: {TableName: !Ref T}}], Events: {S: {Type: DynamoDB, Properties: {Stream: !GetAtt T.StreamArn}}}}}
`)
	checked(t, d)
	text, _ := d.Write()
	if strings.Contains(text, "feeds") || !strings.Contains(text, "start = \"F\"\narrivals") {
		t.Errorf("it starts itself for ever in\n%s", text)
	}
}

// What is given up and goes to a bucket is written there, whatever the bucket starts.
func TestDeadInABucket(t *testing.T) {
	d := read(t, `
Resources:
  B: {Type: 'AWS::S3::Bucket'}
  F: {Type: 'AWS::Serverless::Function', Properties: {EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: S3, Destination: !GetAtt B.Arn}}}, Events: {L: {Type: CloudWatchLogs}}}}
  G: {Type: 'AWS::Serverless::Function', Properties: {Events: {S: {Type: S3, Properties: {Bucket: !Ref B}}}}}
`)
	checked(t, d)
	text, _ := d.Write()
	holds(t, text, `async = { service = "lambda-async", dead = "B" }`)
}
