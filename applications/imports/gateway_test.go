package imports

import (
	"strings"
	"testing"
)

// What holds for a whole gateway holds for each of its events that does not say otherwise.
func TestDefaultAuthorizer(t *testing.T) {
	for name, c := range map[string]struct {
		auth, gateway, event, want string
	}{
		"of the gateway":  {"", "Properties: {Auth: {DefaultAuthorizer: Mine, Authorizers: {Mine: {FunctionArn: !GetAtt auth.Arn}}}}", "ApiId: !Ref Api", `authorizer = { call = "auth", cache = "0s" }`},
		"kept":            {"", "Properties: {Auth: {DefaultAuthorizer: Mine, Authorizers: {Mine: {FunctionArn: !GetAtt auth.Arn, Identity: {ReauthorizeEvery: 60}}}}}", "ApiId: !Ref Api", `authorizer = { call = "auth", cache = "1m" }`},
		"of all gateways": {"Globals: {HttpApi: {Auth: {DefaultAuthorizer: Mine, Authorizers: {Mine: {FunctionArn: !GetAtt auth.Arn}}}}}", "", "Path: /x", `authorizer = { call = "auth", cache = "0s" }`},
		"none":            {"", "Properties: {Auth: {DefaultAuthorizer: Mine, Authorizers: {Mine: {FunctionArn: !GetAtt auth.Arn}}}}", "ApiId: !Ref Api, Auth: {Authorizer: NONE}", ""},
		"a token":         {"", "Properties: {Auth: {DefaultAuthorizer: Mine, Authorizers: {Mine: {JwtConfiguration: {issuer: x}}}}}", "ApiId: !Ref Api", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := read(t, c.auth+`
Resources:
  Api: {Type: 'AWS::Serverless::HttpApi', `+c.gateway+`}
  auth: {Type: 'AWS::Serverless::Function'}
  api: {Type: 'AWS::Serverless::Function', Properties: {Events: {E: {Type: HttpApi, Properties: {Method: get, `+c.event+`}}}}}
`)
			checked(t, d)
			text, _ := d.Write()
			holds(t, text, c.want)
			if called := strings.Contains(text, "nothing in the file calls it"); called != (c.want == "") {
				t.Errorf("the authorizer is called from outside: %v in\n%s", called, text)
			}
		})
	}
}

// In plain CloudFormation methods, integrations and routes say it.
func TestGatewaysOfCloudFormation(t *testing.T) {
	d := read(t, `
Resources:
  F: {Type: 'AWS::Lambda::Function'}
  G: {Type: 'AWS::Lambda::Function'}
  A: {Type: 'AWS::Lambda::Function'}
  Q: {Type: 'AWS::SQS::Queue'}
  Auth: {Type: 'AWS::ApiGateway::Authorizer', Properties: {Type: TOKEN, AuthorizerResultTtlInSeconds: 120, AuthorizerUri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${A.Arn}/invocations'}}
  AuthV2: {Type: 'AWS::ApiGatewayV2::Authorizer', Properties: {AuthorizerType: REQUEST, AuthorizerUri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${A.Arn}/invocations'}}
  Rest: {Type: 'AWS::ApiGateway::Method', Properties: {HttpMethod: GET, AuthorizerId: !Ref Auth, Integration: {Type: AWS_PROXY, Uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations'}}}
  Cors: {Type: 'AWS::ApiGateway::Method', Properties: {HttpMethod: OPTIONS, Integration: {Type: MOCK}}}
  Put: {Type: 'AWS::ApiGateway::Method', Properties: {HttpMethod: POST, Integration: {Type: AWS, Uri: !Sub 'arn:aws:apigateway:${AWS::Region}:sqs:path/1/${Q.QueueName}'}}}
  Int: {Type: 'AWS::ApiGatewayV2::Integration', Properties: {IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt F.Arn}}
  Route: {Type: 'AWS::ApiGatewayV2::Route', Properties: {RouteKey: 'GET /', AuthorizerId: !Ref AuthV2, Target: !Sub 'integrations/${Int}'}}
  Quick: {Type: 'AWS::ApiGatewayV2::Api', Properties: {ProtocolType: HTTP, Target: !GetAtt G.Arn}}
`)
	checked(t, d)
	text, _ := d.Write()
	holds(t, text, `http = { service = "api-gateway-rest", authorizer = { call = "A", cache = "2m" } }`,
		`http = { service = "api-gateway-http", authorizer = { call = "A", cache = "0s" } }`,
		"name = \"Quick\" # line 14\nstart = \"G\"\n")
	holds(t, lost(d), "Put: the gateway calls arn:aws:apigateway:region:sqs:path/1/${Q.QueueName}")
	if strings.Contains(lost(d), "Cors") || strings.Contains(text, "Cors") {
		t.Errorf("what the gateway answers itself is no loss and no trigger:\n%s%s", lost(d), text)
	}
}

// What would start something, and starts nothing of this file, is listed.
func TestStartsElsewhere(t *testing.T) {
	d := read(t, `
Resources:
  F: {Type: 'AWS::Serverless::Function'}
  B:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        LambdaConfigurations: [{Event: 's3:ObjectCreated:*', Function: 'arn:aws:lambda:eu-west-1:1:function:thumbs'}]
        QueueConfigurations: [{Event: 's3:ObjectRemoved:*', Queue: 'arn:aws:sqs:eu-west-1:1:gone'}]
  S: {Type: 'AWS::Scheduler::Schedule', Properties: {ScheduleExpression: rate(1 hour), Target: {Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage'}}}
  Off: {Type: 'AWS::Scheduler::Schedule', Properties: {State: DISABLED, ScheduleExpression: rate(1 hour), Target: {Arn: !GetAtt F.Arn}}}
  Url: {Type: 'AWS::Lambda::Url', Properties: {TargetFunctionArn: far}}
  T: {Type: 'AWS::SNS::Topic', Properties: {Subscription: [{Protocol: lambda, Endpoint: 'arn:aws:lambda:eu-west-1:1:function:mail'}]}}
`)
	checked(t, d)
	holds(t, lost(d), "B: its target arn:aws:lambda:eu-west-1:1:function:thumbs is no function", "B: what is written to it is told to gone",
		"S: its target arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "schedule Off: it is disabled", "Url: its target far", "T: its target arn:aws:lambda:eu-west-1:1:function:mail")
}

// A queue that stands in no file hides its messages for as long as its owner said, and
// that is no less than the timeout of the function that it starts.
func TestVisibilityOfAQueueElsewhere(t *testing.T) {
	for timeout, want := range map[string]string{"30": `queue = { service = "sqs" }`, "31": `queue = { service = "sqs", visibility = "?" }`} {
		d := read(t, `
Resources:
  F: {Type: 'AWS::Serverless::Function', Properties: {Timeout: `+timeout+`, Events: {Q: {Type: SQS, Properties: {Queue: 'arn:aws:sqs:eu-west-1:1:jobs'}}}}}
`)
		checked(t, d)
		text, _ := d.Write()
		holds(t, text, want)
	}
}

// What is not known is no queue, so nothing that is given up goes to who has none.
func TestDeadOfNothing(t *testing.T) {
	d := read(t, `
Resources:
  F: {Type: 'AWS::Serverless::Function', Properties: {DeadLetterQueue: {Type: SQS, TargetArn: {x: 1}}, Events: {A: {Type: Api}, L: {Type: CloudWatchLogs}}}}
`)
	checked(t, d)
	holds(t, lost(d), "which is not a queue, topic or bucket")
}

// A description of a gateway says what it calls, where no event does.
func TestDescribedGateway(t *testing.T) {
	d := read(t, `
Resources:
  Listed: {Type: 'AWS::Serverless::Function', Properties: {Events: {E: {Type: Api, Properties: {Path: /a, Method: get, RestApiId: !Ref Api}}}}}
  Bare: {Type: 'AWS::Serverless::Function'}
  Q: {Type: 'AWS::SQS::Queue'}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      DefinitionBody:
        openapi: 3.0.1
        paths:
          /a: {get: {x-amazon-apigateway-integration: {type: aws_proxy, uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Listed.Arn}/invocations'}}}
          /b: {post: {x-amazon-apigateway-integration: {type: aws_proxy, uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Bare.Arn}/invocations'}}}
          /c:
            post: {x-amazon-apigateway-integration: {type: aws, uri: !Sub 'arn:aws:apigateway:${AWS::Region}:sqs:path/1/${Q.QueueName}'}}
            options: {x-amazon-apigateway-integration: {type: mock}}
`)
	checked(t, d)
	text, _ := d.Write()
	if c := d.Counts(); c.Triggers != 2 { // the event, and POST /b
		t.Errorf("found %d triggers, want 2\n%s", c.Triggers, text)
	}
	holds(t, text, "name = \"Api-post-b\" # line 13", "start = \"Bare\"\n")
	holds(t, lost(d), "Api: POST /c calls arn:aws:apigateway:region:sqs:path/1/${Q.QueueName}")
}
