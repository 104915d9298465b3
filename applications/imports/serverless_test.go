package imports

import (
	"errors"
	"os"
	"testing"
)

const serverlessHead = "service: shop\nprovider: {name: aws, memorySize: 512, stage: \"${opt:stage, 'dev'}\"}\n"

func TestServerless(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
		lost       []string
	}{
		{"defaults and variables", serverlessHead + `
custom: {sizes: {dev: 256, prod: 2048}, limit: "${self:custom.wait}", wait: 9}
functions:
  a: {handler: h}
  b: {handler: h, memorySize: "${self:custom.sizes.${self:provider.stage}}", timeout: "${self:custom.limit}", reservedConcurrency: 5, provisionedConcurrency: 2}
  c: {handler: h, timeout: "${env:WAIT, 20}", name: "${self:service}-${sls:stage}-c"}
  d: {handler: h, memorySize: "${ssm:/size}"}
`, []string{"name = \"a\" # line 6\nplatform = \"lambda\"\nservice = \"?\"\nmemory = \"512MB\" # line 2\ntimeout = \"6s\" # the framework's default", "memory = \"256MB\"", `timeout = "9s"`, `timeout = "20s"`, `memory = "?" # line 9`},
			[]string{"b: reserved concurrency 5", "b: provisioned concurrency 2", "${ssm:/size} cannot be resolved here"}},
		{"events", serverlessHead + `
functions:
  a:
    handler: h
    url: true
    events:
      - http: GET /pets
      - httpApi: '*'
      - websocket: $connect
      - sqs: {arn: !GetAtt Orders.Arn, batchSize: 7, maximumBatchingWindow: 3, functionResponseType: ReportBatchItemFailures, maximumConcurrency: 4}
      - sqs: arn:aws:sqs:us-east-1:1:plain
      - stream: {type: kinesis, arn: !GetAtt Clicks.Arn, batchSize: 50, batchWindow: 2, parallelizationFactor: 2, maximumRetryAttempts: 4, bisectBatchOnFunctionError: true, maximumRecordAgeInSeconds: 120, destinations: {onFailure: !GetAtt Dead.Arn}}
      - stream: arn:aws:dynamodb:us-east-1:1:table/users/stream/2026
      - sns: {topicName: alerts, filterPolicy: {kind: [a]}}
      - s3: {bucket: photos, event: s3:ObjectCreated:*}
      - schedule: rate(10 minutes)
      - schedule: {rate: [rate(1 hour), "cron(0 0 * * ? *)"], method: scheduler}
      - schedule: {rate: rate(1 day), enabled: false}
      - eventBridge: {pattern: {source: [x]}, eventBus: custom, retryPolicy: {maximumRetryAttempts: 3, maximumEventAge: 3600}}
      - eventBridge: {schedule: rate(2 hours)}
      - cloudwatchLog: group
resources:
  Resources:
    Orders: {Type: 'AWS::SQS::Queue', Properties: {VisibilityTimeout: 60}}
    Clicks: {Type: 'AWS::Kinesis::Stream', Properties: {ShardCount: 3}}
    Dead: {Type: 'AWS::SQS::Queue'}
`, []string{`name = "a-http" # line 9 GET /pets`, `http = { service = "api-gateway-http" }`, `queue = { service = "sqs", batch = 7, window = "3s", visibility = "1m", partial = true, concurrency = 4 }`, `name = "plain"`,
			`stream = { service = "kinesis", shards = 3, batch = 50, window = "2s", parallel = 2, retries = 4, bisect = true, max_age = "2m", dead = "Dead" }`, `stream = { service = "dynamodb-streams" }`,
			`bus = { service = "sns", match = "?", filter = "{kind: [a]}" }`, `object = { store = "photos" }`, `every = "10m"`, `every = "1h"`, `every = "1d"`, `every = "2h"`, `filter = "{source: [x]}", retries = 3, max_age = "1h" }`, `async = { service = "lambda-async" }`, `http = { service = "none" }`},
			[]string{"it is disabled", "a websocket"}},
		{"one role, one function", serverlessHead + `
functions: {a: {handler: h}}
resources: {Resources: {Users: {Type: 'AWS::DynamoDB::Table', Properties: {TableName: users}}}}
`, []string{`name = "Users"`}, nil},
		{"state machines", serverlessHead + `
functions: {send-mail: {handler: h}, other_one: {handler: h}}
stepFunctions:
  stateMachines:
    orders:
      type: EXPRESS
      events: [{http: {path: orders, method: post}}, {schedule: rate(1 hour)}]
      definition:
        StartAt: A
        States:
          A: {Type: Task, Resource: !GetAtt SendDashmailLambdaFunction.Arn, Next: B}
          B: {Type: Task, Resource: {'Fn::GetAtt': [other_one, Arn]}, Next: C}
          C: {Type: Task, Resource: !GetAtt OtherUnderscoreoneLambdaFunction.Arn, End: true}
`, []string{`{ name = "A", call = "send-mail", next = "B" }`, `{ name = "B", call = "other_one", next = "C" }`, `{ name = "C", call = "other_one", next = "end" }`, `preset = "step-functions-express"`, "start = \"orders\"\narrivals", "start = \"orders\"\nschedule"}, nil},
		{"names where it runs", serverlessHead + `
functions: {pay: {handler: h}}
stepFunctions: {stateMachines: {m: {definition: {StartAt: A, States: {A: {Type: Task, Resource: "arn:aws:lambda:#{AWS::Region}:#{AWS::AccountId}:function:${self:service}-${opt:stage}-pay", End: true}}}}}}
`, []string{`{ name = "A", call = "pay", next = "end" }`}, nil},
		{"files", serverlessHead + "functions: ${file(functions.yml):all}\ncustom: ${file(nothing.yml)}\n",
			[]string{`name = "far" # functions.yml:1`, `timeout = "33s"`}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := Read("serverless.yml", []byte(c.text), Options{Beside: func(path string) ([]byte, error) {
				if path == "functions.yml" {
					return []byte("all: {far: {handler: h, timeout: 33}}\n"), nil
				}
				return nil, os.ErrNotExist
			}})
			if err != nil {
				t.Fatal(err)
			}
			text, _ := d.Write()
			holds(t, text, c.want...)
			holds(t, lost(d), c.lost...)
			checked(t, d)
		})
	}
}

func TestServerlessMistakes(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"another provider", "service: x\nprovider: {name: azure}\nfunctions: {}\n", `serverless.yml:2: provider: found "azure", want aws`},
		{"function is a text", serverlessHead + "functions:\n  a: h\n", `serverless.yml:4: function "a": found "h", want a table`},
		{"events are a table", serverlessHead + "functions:\n  a: {events: {http: x}}\n", "found a table, want a list"},
		{"a variable that leads to itself", serverlessHead + "custom: {a: '${self:custom.b}', b: '${self:custom.a}'}\nfunctions:\n  a: {timeout: '${self:custom.a}'}\n", "leads to itself"},
		{"a table within itself", serverlessHead + "custom: {a: {b: '${self:custom}'}}\nfunctions:\n  a: {timeout: '${self:custom.a}'}\n", "variables written out"},
		{"a brace that is open", serverlessHead + "functions:\n  a: {timeout: '${self:x'}\n", "found ${ without its }"},
		{"timeout", serverlessHead + "functions:\n  a: {timeout: soon}\n", `serverless.yml:4: a.Timeout: found "soon"`},
		{"twice", serverlessHead + "functions: {a: {}}\nresources: {Resources: {a: {Type: 'AWS::SQS::Queue'}}}\n", `"a" stands twice`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read("serverless.yml", []byte(c.text), Options{})
			var m *Malformed
			if !errors.As(err, &m) {
				t.Fatalf("found %v, want an error about the file", err)
			}
			holds(t, err.Error(), c.want)
		})
	}
}
