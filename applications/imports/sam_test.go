package imports

import (
	"errors"
	"os"
	"strings"
	"testing"
)

// Each row is a template, and what must stand in the application.
func TestTemplates(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
		lost       []string
	}{
		{"globals, parameters, short tags", `
Parameters: {Size: {Type: Number, Default: 512}, Stage: {Type: String, Default: prod}}
Mappings: {Sizes: {prod: {t: 45}}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Globals: {Function: {Timeout: 7, MemorySize: !Ref Size}}
Resources:
  A: {Type: 'AWS::Serverless::Function', Properties: {Architectures: [arm64], ReservedConcurrentExecutions: 5}}
  B: {Type: 'AWS::Serverless::Function', Properties: {MemorySize: !If [IsProd, 2048, 256], Timeout: !FindInMap [Sizes, !Ref Stage, t], ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 3}}}
  C: {Type: 'AWS::Lambda::Function', Properties: {Timeout: !If [IsProd, !Ref 'AWS::NoValue', 9]}}
  D: {Type: 'AWS::Serverless::Function', Condition: Never}
`, []string{"name = \"A\" # line 7; reserved concurrency 5: the experiment's platform has limits; arm64\nplatform = \"lambda\"\nservice = \"?\"\nmemory = \"512MB\" # line 5\ntimeout = \"7s\"",
			"memory = \"2048MB\" # line 8\ntimeout = \"45s\"", "memory = \"128MB\" # Lambda's default\ntimeout = \"3s\" # Lambda's default"},
			[]string{"A: reserved concurrency 5", "B: provisioned concurrency 3"}},
		{"condition that does not hold", `
Parameters: {Stage: {Default: dev}}
Conditions: {IsProd: !Not [!Equals [!Ref Stage, dev]]}
Resources: {A: {Type: 'AWS::Lambda::Function', Condition: IsProd}, B: {Type: 'AWS::Lambda::Function'}}
`, []string{`name = "B"`}, []string{"A: its condition IsProd does not hold"}},
		{"gateways", `
Resources:
  A:
    Type: AWS::Serverless::Function
    Properties:
      FunctionUrlConfig: {AuthType: NONE}
      Events:
        Rest: {Type: Api, Properties: {Path: /pets, Method: get}}
        Http: {Type: HttpApi}
`, []string{"name = \"A-Rest\" # line 8 GET /pets\nstart = \"A\"", `http = { service = "api-gateway-rest" }`, `http = { service = "api-gateway-http" }`, `http = { service = "none" }`}, nil},
		{"queue", `
Resources:
  Dead: {Type: 'AWS::SQS::Queue'}
  Orders: {Type: 'AWS::SQS::Queue', Properties: {QueueName: orders.fifo, FifoQueue: true, VisibilityTimeout: 120, DelaySeconds: 4, RedrivePolicy: {maxReceiveCount: 5, deadLetterTargetArn: !GetAtt Dead.Arn}}}
  A:
    Type: AWS::Serverless::Function
    Properties:
      Events: {Q: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn, BatchSize: 8, FunctionResponseTypes: [ReportBatchItemFailures], ScalingConfig: {MaximumConcurrency: 20}, FilterCriteria: {Filters: [{Pattern: '{}'}]}}}}
`, []string{`queue = { service = "sqs-fifo", batch = 8, visibility = "2m", delay = "4s", receives = 5, partial = true, concurrency = 20, dead = "Dead" }`, "name = \"Dead\" # line 3\nservice = \"sqs\""},
			[]string{"FilterCriteria"}},
		{"a queue of dead letters that is read", `
Resources:
  Orders: {Type: 'AWS::SQS::Queue', Properties: {RedrivePolicy: {maxReceiveCount: 1, deadLetterTargetArn: !GetAtt Dead.Arn}}}
  Dead: {Type: 'AWS::SQS::Queue'}
  A: {Type: 'AWS::Lambda::Function'}
  B: {Type: 'AWS::Lambda::Function'}
  MA: {Type: 'AWS::Lambda::EventSourceMapping', Properties: {FunctionName: !Ref A, EventSourceArn: !GetAtt Orders.Arn, MaximumBatchingWindowInSeconds: 2}}
  MB: {Type: 'AWS::Lambda::EventSourceMapping', Properties: {FunctionName: !GetAtt B.Arn, EventSourceArn: !GetAtt Dead.Arn, ProvisionedPollerConfig: {MinimumPollers: 2, MaximumPollers: 50}}}
`, []string{`window = "2s", receives = 1, dead = "Dead" }`, `pollers = { start = 2, most = 50 }`, "name = \"Dead\" # line 4\nstart = \"B\""}, nil},
		{"stream", `
Resources:
  Records: {Type: 'AWS::Kinesis::Stream', Properties: {ShardCount: 4, RetentionPeriodHours: 72}}
  Failed: {Type: 'AWS::SNS::Topic'}
  A: {Type: 'AWS::Lambda::Function'}
  M:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref A, EventSourceArn: !GetAtt Records.Arn, BatchSize: 200, MaximumBatchingWindowInSeconds: 5, ParallelizationFactor: 3, MaximumRetryAttempts: 2, BisectBatchOnFunctionError: true, MaximumRecordAgeInSeconds: 3600, FunctionResponseTypes: [ReportBatchItemFailures], DestinationConfig: {OnFailure: {Destination: !Ref Failed}}}
`, []string{`stream = { service = "kinesis", shards = 4, batch = 200, window = "5s", parallel = 3, retries = 2, bisect = true, max_age = "1h", retention = "3d", partial = true, dead = "Failed" }`}, nil},
		{"other streams", `
Resources:
  OnDemand: {Type: 'AWS::Kinesis::Stream', Properties: {StreamModeDetails: {StreamMode: ON_DEMAND}}}
  Fan: {Type: 'AWS::Kinesis::StreamConsumer', Properties: {StreamARN: !GetAtt Base.Arn}}
  Base: {Type: 'AWS::Kinesis::Stream', Properties: {ShardCount: 2}}
  Wide: {Type: 'AWS::Kinesis::StreamConsumer', Properties: {StreamARN: !GetAtt OnDemand.Arn}}
  Users: {Type: 'AWS::Serverless::SimpleTable'}
  A:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        K: {Type: Kinesis, Properties: {Stream: !GetAtt OnDemand.Arn, MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: -1}}
        F: {Type: Kinesis, Properties: {Stream: !Ref Fan}}
        W: {Type: Kinesis, Properties: {Stream: !Ref Wide}}
        D: {Type: DynamoDB, Properties: {Stream: !GetAtt Users.StreamArn}}
        M: {Type: MSK, Properties: {Stream: 'arn:aws:kafka:us-east-1:1:cluster/events/1', Topics: [x]}}
`, []string{`stream = { service = "kinesis-on-demand", retries = -1 }`, `stream = { service = "kinesis-on-demand-fan-out" }`, `stream = { service = "kinesis-fan-out", shards = 2 }`, `stream = { service = "dynamodb-streams" }`, `stream = { service = "?" }`, "name = \"Users\" # line 7\nservice = \"dynamodb\""}, nil},
		{"schedules", `
Resources:
  A:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        R: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}
        C: {Type: ScheduleV2, Properties: {ScheduleExpression: 'cron(0 12 * * ? *)'}}
        W: {Type: Schedule, Properties: {Schedule: 'cron(0 9 ? * MON-FRI *)'}}
        O: {Type: Schedule, Properties: {Schedule: 'cron(0 9,17,18 * * ? *)'}}
        Off: {Type: Schedule, Properties: {Schedule: rate(1 day), Enabled: false}}
  Nightly: {Type: 'AWS::Events::Rule', Properties: {ScheduleExpression: rate(1 day), Targets: [{Arn: !GetAtt A.Arn, Id: a}]}}
  Hourly: {Type: 'AWS::Scheduler::Schedule', Properties: {ScheduleExpression: rate(1 hour), Target: {Arn: !GetAtt A.Arn}}}
`, []string{`schedule = { service = "eventbridge-scheduler", every = "5m" }`, `schedule = { service = "eventbridge-scheduler", every = "1d" }`, `schedule = { service = "eventbridge-scheduler", every = "?" }`, `schedule = { service = "eventbridge-scheduler", every = "1h" }`, `name = "Nightly"`},
			[]string{"A-W: cron(0 9 ? * MON-FRI *) is taken as every 1d", "A-Off: it is disabled"}},
		{"events", `
Resources:
  Raw: {Type: 'AWS::S3::Bucket', Properties: {NotificationConfiguration: {LambdaConfigurations: [{Event: 's3:ObjectCreated:*', Function: !GetAtt B.Arn}]}}}
  Alerts: {Type: 'AWS::SNS::Topic', Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt B.Arn}]}}
  Lost: {Type: 'AWS::SQS::Queue'}
  B: {Type: 'AWS::Lambda::Function'}
  A:
    Type: AWS::Serverless::Function
    Properties:
      EventInvokeConfig: {MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 600, DestinationConfig: {OnFailure: {Destination: !GetAtt Lost.Arn}}}
      Events:
        S: {Type: S3, Properties: {Bucket: !Ref Raw, Events: 's3:ObjectCreated:*'}}
        T: {Type: SNS, Properties: {Topic: !Ref Alerts, FilterPolicy: {kind: [a]}}}
        E: {Type: EventBridgeRule, Properties: {Pattern: {source: [shop]}}}
        L: {Type: CloudWatchLogs, Properties: {LogGroupName: x}}
`, []string{`object = { store = "Raw" }`, `bus = { service = "sns", match = "?", filter = "{kind: [a]}" }`, `bus = { service = "eventbridge", filter = "{source: [shop]}" }`, `async = { service = "lambda-async", retries = 1, max_age = "10m", dead = "Lost" }`, `async = { service = "lambda-async", retries = 1, max_age = "10m", dead = "Lost" }`, `name = "Alerts-B"`, `name = "Raw-B"`}, nil},
		{"what functions may do", `
Resources:
  Users: {Type: 'AWS::DynamoDB::Table', Properties: {ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 6}}}
  Files: {Type: 'AWS::S3::Bucket'}
  Key: {Type: 'AWS::SecretsManager::Secret'}
  Orders: {Type: 'AWS::SQS::Queue'}
  A:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - DynamoDBCrudPolicy: {TableName: !Ref Users}
        - S3ReadPolicy: {BucketName: !Ref Files}
        - AWSSecretsManagerGetSecretValuePolicy: {SecretArn: !Ref Key}
        - SQSSendMessagePolicy: {QueueName: !GetAtt Orders.QueueName}
        - LambdaInvokePolicy: {FunctionName: !Ref B}
        - Statement: [{Effect: Allow, Action: 's3:PutObject', Resource: !Sub '${Files.Arn}/*'}]
  B: {Type: 'AWS::Serverless::Function', Properties: {Events: {Q: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}}, Policies: [{SQSPollerPolicy: {QueueName: !GetAtt Orders.QueueName}}]}}
  C: {Type: 'AWS::Serverless::Function', Connectors: {X: {Properties: {Destination: {Id: Users}, Permissions: [Read]}}}}
`, []string{`{ store = "Users", op = "read", count = "?" }`, `{ store = "Users", op = "write", count = "?" }`, `{ store = "Files", op = "read", count = "?" }`, `{ store = "Files", op = "write", count = "?" }`,
			`{ store = "Key", op = "read", count = "?" }`, `{ send = "Orders", count = "?" }`, `{ call = "B", count = "?" }`, "service = \"dynamodb-provisioned\"\ncapacity = { read_capacity = 5, write_capacity = 6 }",
			"name = \"Orders\" # line 6; the application sends to it: add arrivals where others do\nstart = \"B\"\nqueue"}, nil},
		{"state machines", `
Resources:
  Users: {Type: 'AWS::DynamoDB::Table'}
  Orders: {Type: 'AWS::SQS::Queue'}
  Work: {Type: 'AWS::Lambda::Function', Properties: {FunctionName: shop-work}}
  Other: {Type: 'AWS::StepFunctions::StateMachine', Properties: {StateMachineType: EXPRESS, DefinitionString: !Sub '{"StartAt":"X","States":{"X":{"Type":"Task","Resource":"${Work.Arn}","End":true}}}'}}
  Main:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionSubstitutions: {Fn: !GetAtt Work.Arn, Table: !Ref Users}
      Definition:
        StartAt: Work
        States:
          Work: {Type: Task, Resource: '${Fn}', Next: Named}
          Named: {Type: Task, Resource: 'arn:aws:states:::lambda:invoke', Parameters: {FunctionName: shop-work}, Next: Save}
          Save: {Type: Task, Resource: 'arn:aws:states:::dynamodb:putItem', Parameters: {TableName: '${Table}'}, Next: Send}
          Send: {Type: Task, Resource: !Sub 'arn:${AWS::Partition}:states:::sqs:sendMessage', Parameters: {QueueUrl: !Ref Orders}, Next: Sub}
          Sub: {Type: Task, Resource: 'arn:aws:states:::states:startExecution.sync:2', Parameters: {StateMachineArn: !Ref Other}, Next: Fire}
          Fire: {Type: Task, Resource: 'arn:aws:states:::states:startExecution', Parameters: {StateMachineArn: !Ref Other}, End: true}
      Events: {Every: {Type: Schedule, Properties: {Schedule: rate(1 hour)}}}
  Q: {Type: 'AWS::Lambda::EventSourceMapping', Properties: {FunctionName: !Ref Work, EventSourceArn: !GetAtt Orders.Arn, MaximumBatchingWindowInSeconds: 2}}
  P: {Type: 'AWS::Pipes::Pipe', Properties: {Source: !GetAtt S.Arn, Target: !Ref Main, SourceParameters: {KinesisStreamParameters: {BatchSize: 5, OnPartialBatchItemFailure: AUTOMATIC_BISECT}}}}
  S: {Type: 'AWS::Kinesis::Stream', Properties: {ShardCount: 1}}
`, []string{`{ name = "Work", call = "Work", next = "Named" }`, `{ name = "Named", call = "Work", next = "Save" }`, `use = [{ store = "Users", op = "write" }]`, `send = { to = "Orders" }`, `{ name = "Sub", call = "Other", next = "Fire" }`, `{ name = "Fire", call = "Other", async = true, next = "end" }`,
			"start = \"Main\"\nschedule", `engine = { preset = "step-functions-express" }`, `stream = { service = "kinesis", shards = 1, batch = 5, bisect = true, via = "pipe" }`, `{ name = "X", call = "Work", next = "end" }`}, nil},
		{"JSON, long forms", `{"AWSTemplateFormatVersion":"2010-09-09","Resources":{"F":{"Type":"AWS::Lambda::Function","Properties":{"MemorySize":{"Fn::Select":[1,["128","1024"]]}}},
"M":{"Type":"AWS::StepFunctions::StateMachine","Properties":{"DefinitionString":{"Fn::Join":["",["{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Task\",\"End\":true,\"Resource\":\"",{"Fn::GetAtt":["F","Arn"]},"\"}}}"]]}}}}}`,
			[]string{`memory = "1024MB"`, `{ name = "A", call = "F", next = "end" }`}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := read(t, c.text)
			text, _ := d.Write()
			holds(t, text, c.want...)
			holds(t, lost(d), c.lost...)
			checked(t, d)
		})
	}
}

func TestTemplateMistakes(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"resource is a text", "Resources:\n  A: {Type: 'AWS::Lambda::Function'}\n  B: x", `x.yaml:3: resource "B": found "x", want a table`},
		{"no type", "Resources:\n  A: {Type: 'AWS::Lambda::Function'}\n  B: {}", `x.yaml:3: resource "B": Type is missing`},
		{"properties are a list", "Resources:\n  A: {Type: 'AWS::Lambda::Function', Properties: []}", "Properties: found a list"},
		{"memory", "Resources:\n  A:\n    Type: AWS::Lambda::Function\n    Properties:\n      MemorySize: lots", `x.yaml:5: A.MemorySize: found "lots", want a whole number`},
		{"batch", "Resources:\n  Q: {Type: 'AWS::SQS::Queue'}\n  A:\n    Type: AWS::Serverless::Function\n    Properties:\n      Events: {E: {Type: SQS, Properties: {Queue: !Ref Q, BatchSize: 0}}}", "x.yaml:6: BatchSize: found \"0\""},
		{"event", "Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties:\n      Events: {E: {Type: SQSS}}", `did you mean "SQS"?`},
		{"event without a type", "Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties:\n      Events: {E: {}}", "Type is missing"},
		{"schedule", "Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties:\n      Events: {E: {Type: Schedule, Properties: {Schedule: rate(five minutes)}}}", "found rate(five minutes)"},
		{"type of a machine", "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties: {Type: EXPRES, Definition: {}}", `did you mean "EXPRESS"?`},
		{"no definition", "Resources:\n  M: {Type: 'AWS::Serverless::StateMachine'}", "x.yaml:2: M: no definition"},
		{"mistake in a definition", "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n        StartAt: A\n        States:\n          A: {Type: Pass, Next: C}\n          B: {Type: Succeed}", `x.yaml:8: state "A": Next: unknown state "C"`},
		{"mistake in a text", "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: !Sub |\n        {\"StartAt\": \"A\",\n         \"States\": {\"A\": {\"Type\": \"Past\"}}}", `x.yaml:7: state "A": unknown Type "Past"`},
		{"twice", "Resources:\n  A: {Type: 'AWS::Lambda::Function'}\n  A: {Type: 'AWS::Lambda::Function'}", `x.yaml:3: "A" stands twice`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read("x.yaml", []byte(c.text), Options{})
			var m *Malformed
			if !errors.As(err, &m) {
				t.Fatalf("found %v, want an error about the file", err)
			}
			holds(t, err.Error(), c.want)
		})
	}
}

// A definition beside the template is read; one that is not there is said so.
func TestDefinitionBeside(t *testing.T) {
	text := "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties: {DefinitionUri: m.asl.json}\n"
	beside := func(path string) ([]byte, error) {
		if path == "m.asl.json" {
			return []byte(`{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}`), nil
		}
		return nil, os.ErrNotExist
	}
	d, err := Read("x.yaml", []byte(text), Options{Beside: beside})
	if err != nil {
		t.Fatal(err)
	}
	s, _ := d.Write()
	holds(t, s, `{ name = "A", succeed = true }, # m.asl.json:1: Succeed`)
	d, err = Read("x.yaml", []byte(strings.Replace(text, "m.asl", "n.asl", 1)), Options{Beside: beside})
	if err != nil {
		t.Fatal(err)
	}
	holds(t, lost(d), "the file of its definition is not there: n.asl.json")
}
