package imports

import (
	"strings"
	"testing"
)

// A load balancer is one, however many functions are behind it, and is billed by time.
func TestLoadBalancers(t *testing.T) {
	for _, text := range []string{serverlessHead + `
functions:
  a: {handler: h, events: [{alb: {listenerArn: !Ref Listener, priority: 1, conditions: {path: /a}}}]}
  b: {handler: h, events: [{alb: {listenerArn: !Ref Listener, priority: 2, conditions: {path: /b}}}]}
resources:
  Resources:
    Front: {Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer'}
    Listener: {Type: 'AWS::ElasticLoadBalancingV2::Listener', Properties: {LoadBalancerArn: !Ref Front}}
`, `
Resources:
  a: {Type: 'AWS::Lambda::Function'}
  b: {Type: 'AWS::Lambda::Function'}
  Front: {Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer'}
  ToA: {Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: {TargetType: lambda, Targets: [{Id: !GetAtt a.Arn}]}}
  ToB: {Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: {TargetType: lambda, Targets: [{Id: !GetAtt b.Arn}]}}
  Listener: {Type: 'AWS::ElasticLoadBalancingV2::Listener', Properties: {LoadBalancerArn: !Ref Front, DefaultActions: [{Type: forward, TargetGroupArn: !Ref ToA}]}}
  Rule: {Type: 'AWS::ElasticLoadBalancingV2::ListenerRule', Properties: {ListenerArn: !Ref Listener, Actions: [{Type: forward, TargetGroupArn: !Ref ToB}]}}
`} {
		d := read(t, text)
		checked(t, d)
		s, _ := d.Write()
		holds(t, s, "name = \"Front\"", "service = \"alb\"\ncapacity = { capacity_units = \"?\" }")
		if n := strings.Count(s, `http = { service = "none", timeout = "60s" }`); n != 2 || strings.Count(s, `service = "alb"`) != 1 || strings.Contains(s, "api-gateway") {
			t.Errorf("%d triggers behind it, want 2 of one balancer, and no gateway, in\n%s", n, s)
		}
	}
}

// lift hides a message for six times its worker's timeout and the window of its batch:
// 6 × 20 + 5 s; of a worker that says none six times the framework's 6 s.
func TestLift(t *testing.T) {
	d := read(t, serverlessHead+`
constructs:
  orders: {type: queue, alarm: ops@example.com, maxRetries: 5, batchSize: 4, maxBatchingWindow: 5, worker: {handler: h, timeout: 20}}
  plain: {type: queue, fifo: true, worker: {handler: h}}
  files: {type: storage}
  site: {type: static-website, path: dist}
  hook: {type: webhook, path: POST /hook}
`)
	checked(t, d)
	s, _ := d.Write()
	holds(t, s, `service = "sqs", batch = 4, window = "5s", visibility = "2m5s", receives = 5, partial = true, dead = "orders-dead"`,
		`service = "sqs-fifo", batch = 1, visibility = "36s", receives = 3, partial = true, dead = "plain-dead"`, "name = \"files\" # line 7\nservice = \"s3\"")
	holds(t, lost(d), "construct orders: alarm", "construct site: a static-website", "construct hook: a webhook")
}

// What may fail is asked for where the definition says what happens then, and nowhere else.
func TestErrorsAreAskedFor(t *testing.T) {
	for _, c := range []struct {
		name, text string
		asked      int
	}{
		{"no handler", state(`{"Type":"Task","Resource":"arn:aws:lambda:::function:f","End":true}`), 0},
		{"retry", state(`{"Type":"Task","Resource":"arn:aws:lambda:::function:f","Retry":[{"ErrorEquals":["States.ALL"]}],"End":true}`), 1},
		{"of timeouts only", state(`{"Type":"Task","Resource":"arn:aws:lambda:::function:f","Retry":[{"ErrorEquals":["States.Timeout"]}],"End":true}`), 0},
		{"around branches", state(`{"Type":"Parallel","Branches":[{"StartAt":"X","States":{"X":{"Type":"Task","Resource":"arn:aws:lambda:::function:f","End":true}}},{"StartAt":"Y","States":{"Y":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:glue:startCrawler","End":true}}}],"Retry":[{"ErrorEquals":["States.ALL"]}],"End":true}`), 2},
		{"Google", steps("    - a: {try: {call: http.get, args: {url: 'https://x-y.cloudfunctions.net/f'}}, retry: {max_retries: 1}}\n"), 1},
		{"CNCF", tasks("do: [{a: {try: [{b: {call: http, with: {method: get, endpoint: 'https://x.example.com/y'}}}], catch: {errors: {with: {status: 503}}, retry: {limit: {attempt: {count: 1}}}}}}]\n"), 1},
		{"Google without", steps("    - a: {call: http.get, args: {url: 'https://x-y.cloudfunctions.net/f'}}\n"), 0},
		{"dead letters of calls", "Resources:\n  Q: {Type: 'AWS::SQS::Queue'}\n  F: {Type: 'AWS::Serverless::Function', Properties: {DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Q.Arn}, Events: {S: {Type: Schedule, Properties: {Schedule: rate(1 hour)}}}}}\n", 1},
	} {
		d := read(t, c.text)
		checked(t, d)
		s, _ := d.Write()
		if n := strings.Count(s, `error_rate = "?"`); n != c.asked {
			t.Errorf("%s: asked %d times, want %d, in\n%s", c.name, n, c.asked, s)
		}
	}
}

// A slip in YAML is told with its own line, not with that of the table around it.
func TestYAMLSlips(t *testing.T) {
	for text, want := range map[string]string{
		"a:\n  - b\n c: d\n": "x.yaml:3: not YAML: did not find expected key",
		"Resources:\n  A:\n    Type: x\n   B: y\n  C: z\n":            "x.yaml:4: not YAML: did not find expected key",
		"a: 1\nb: c: d\ne: 2\n":                                       "x.yaml:2: not YAML: mapping values are not allowed",
		"a: 1\n\tb: 2\n":                                              "x.yaml:2: not YAML: found a tab",
		"Resources:\n  A: {Type: x\n  B: {Type: y}\n  C: {Type: z}\n": "x.yaml:",
		"do:\n  - a: 1\n  - b: 2\n - c: 3\n":                          "x.yaml:4: not YAML: did not find expected",
		"\xEF\xBB\xBFdo:\n- a: \"b\n":                                 "x.yaml:2: not YAML: found unexpected end of stream",
		"a: &x 1\nb: *y\n":                                            "x.yaml:2: not YAML: unknown anchor 'y' referenced",
		"Resources:\n  A: {Type: x}\n  B: 1\n\n\n  A: {Type: y}\n":    `x.yaml:6: "A" stands twice, first at line 2`,
	} {
		_, err := Read("x.yaml", []byte(text), Options{})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// What a function writes to a table arrives at the table's stream; of a table that nothing
// here writes to it comes from outside.
func TestTableStreams(t *testing.T) {
	text := `
Resources:
  Users: {Type: 'AWS::DynamoDB::Table', Properties: {StreamSpecification: {StreamViewType: NEW_IMAGE}}}
  Put: {Type: 'AWS::Serverless::Function', Properties: {Policies: [{DynamoDBWritePolicy: {TableName: !Ref Users}}]}}
  Mail: {Type: 'AWS::Serverless::Function', Properties: {Events: {S: {Type: DynamoDB, Properties: {Stream: !GetAtt Users.StreamArn, BatchSize: 5}}}}}
`
	d := read(t, text)
	checked(t, d)
	s, _ := d.Write()
	holds(t, s, `feeds = "Users-stream"`, "name = \"Users-stream\" # line 3: what is written to the table arrives here; add arrivals where others write to it\nstart = \"Mail\"\nstream")
	d = read(t, strings.Replace(text, "DynamoDBWritePolicy", "DynamoDBReadPolicy", 1))
	checked(t, d)
	s, _ = d.Write()
	holds(t, s, "start = \"Mail\"\narrivals")
	if strings.Contains(s, "feeds") {
		t.Errorf("a table that is only read feeds its stream in\n%s", s)
	}
}

// A queue that only takes what a function gives up is used.
func TestQueueOfWhatIsGivenUp(t *testing.T) {
	d := read(t, `
Resources:
  Dlq: {Type: 'AWS::SQS::Queue'}
  Idle: {Type: 'AWS::SQS::Queue'}
  F: {Type: 'AWS::Serverless::Function', Properties: {EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Dlq.Arn}}}, Events: {S: {Type: S3, Properties: {Bucket: !Ref B}}}}}
  B: {Type: 'AWS::S3::Bucket'}
`)
	checked(t, d)
	s, _ := d.Write()
	holds(t, s, `async = { service = "lambda-async", dead = "Dlq" }`)
	if l := lost(d); strings.Contains(l, "Dlq") || !strings.Contains(l, "Idle: nothing of the application") {
		t.Errorf("listed: %s", l)
	}
}
