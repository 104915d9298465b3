package imports

import (
	"strings"
	"testing"
)

// What the CDK writes: a bucket's notifications are a custom resource, whose function a
// deployment alone calls; a gateway's method starts a machine by what it sends.
func TestCDK(t *testing.T) {
	const text = `
Resources:
  B: {Type: 'AWS::S3::Bucket'}
  Told: {Type: 'Custom::S3BucketNotifications', Properties: {ServiceToken: !GetAtt Handler.Arn, BucketName: !Ref B, NotificationConfiguration: {LambdaFunctionConfigurations: [{Events: ['s3:ObjectCreated:*'], LambdaFunctionArn: !GetAtt F.Arn}, {LambdaFunctionArn: 'arn:aws:lambda:eu-west-1:1:function:far'}], QueueConfigurations: [{QueueArn: 'arn:aws:sqs:eu-west-1:1:q'}]}}}
  Handler: {Type: 'AWS::Lambda::Function'}
  Both: {Type: 'AWS::Lambda::Function'}
  Own: {Type: 'Custom::Thing', Properties: {ServiceToken: !GetAtt Both.Arn}}
  Url: {Type: 'AWS::Lambda::Url', Properties: {TargetFunctionArn: !Ref Both}}
  F: {Type: 'AWS::Lambda::Function', Properties: {Role: !GetAtt R.Arn}}
  R: {Type: 'AWS::IAM::Role', Properties: {ManagedPolicyArns: [!Sub 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole', 'arn:aws:iam::aws:policy/AmazonBedrockFullAccess']}}
  M: {Type: 'AWS::StepFunctions::StateMachine', Properties: {Definition: {StartAt: A, States: {A: {Type: Pass, End: true}}}}}
  Start: {Type: 'AWS::ApiGateway::Method', Properties: {Integration: {Type: AWS, Uri: !Sub 'arn:aws:apigateway:${AWS::Region}:states:action/StartExecution', RequestTemplates: {application/json: !Sub '{"stateMachineArn":"${M}"}'}}}}
  Wait: {Type: 'AWS::ApiGatewayV2::Integration', Properties: {IntegrationSubtype: StepFunctions-StartSyncExecution, RequestParameters: {StateMachineArn: !Ref M}}}
`
	d := read(t, text)
	checked(t, d)
	s, _ := d.Write()
	holds(t, s, "name = \"B-F\" # line 4: what is written to the bucket arrives here\nstart = \"F\"\n", `object = { store = "B" }`,
		"start = \"M\"\narrivals = { process = \"poisson\", rate = \"?\" }\nhttp = { service = \"api-gateway-rest\", answer = \"start\" }",
		"start = \"M\"\narrivals = { process = \"poisson\", rate = \"?\" }\nhttp = { service = \"api-gateway-http\" }", "name = \"Both\"")
	if strings.Contains(s, "Handler") {
		t.Errorf("a deployment alone calls Handler in\n%s", s)
	}
	holds(t, lost(d), "Handler: a deployment alone calls it", "B: its target arn:aws:lambda:eu-west-1:1:function:far", "told to q", "F: the policy arn:aws:iam::aws:policy/AmazonBedrockFullAccess")
	if got := strings.Count(lost(d), "\n"); got != 4 {
		t.Errorf("%d are listed, want four:\n%s", got, lost(d))
	}
}
