package imports

import "strings"

// balanced is the type of an event that an Application Load Balancer sends, which SAM has
// not.
const balanced = "ALB"

// event turns an event of a serverless.yml into those of SAM; several where a
// schedule has several rates.
func (s *serverless) event(at *node, kind string, v *node) ([]*node, error) {
	one := func(samType string, pairs ...any) []*node {
		e := newTable(at, "Type", newText(at, samType))
		p := &node{file: at.file, line: at.line, kind: table}
		for i := 0; i+1 < len(pairs); i += 2 {
			if n := pairs[i+1].(*node); n != nil {
				p.put(pairs[i].(string), n)
			}
		}
		if en := v.get("enabled"); en.str() == "false" {
			p.put("Enabled", en)
		}
		e.put("Properties", p)
		return []*node{e}
	}
	// arn is the address in a short form or a long one.
	arn := func(keys ...string) *node {
		if v.is(table) && v.first(keys...) != nil {
			return v.first(keys...)
		}
		return v
	}
	switch kind {
	case "http", "httpApi":
		method, path := v.get("method"), v.get("path")
		if v.is(text) {
			m, p, ok := strings.Cut(strings.TrimSpace(v.text), " ")
			if !ok {
				m, p = "any", m
			}
			method, path = newText(v, m), newText(v, p)
		}
		samType := "Api"
		if kind == "httpApi" {
			samType = "HttpApi"
		}
		if v.get("async").yes() {
			s.d.lose(v.get("async"), "async: the gateway answers at once; here its caller waits for the answer")
		}
		return one(samType, "Method", method, "Path", path, "Auth", s.authorizer(v.get("authorizer"))), nil
	case "websocket":
		s.d.lose(at, "a websocket: its messages are taken as requests of the gateway")
		return one("HttpApi", "Path", arn("route")), nil
	case "alb":
		return one(balanced, "ListenerArn", v.get("listenerArn")), nil
	case "sqs":
		return one("SQS", "Queue", arn("arn"), "BatchSize", v.get("batchSize"), "MaximumBatchingWindowInSeconds", v.get("maximumBatchingWindow"),
			"FunctionResponseTypes", v.get("functionResponseType"), "FilterCriteria", v.get("filterPatterns"),
			"ScalingConfig", under("MaximumConcurrency", v.get("maximumConcurrency"))), nil
	case "stream":
		samType := "Kinesis"
		if v.get("type").str() == "dynamodb" || strings.Contains(v.str(), "dynamodb") || strings.Contains(v.compact(), "StreamArn") {
			samType = "DynamoDB"
		}
		if v.get("consumer") != nil && v.get("consumer").str() != "false" {
			s.d.lose(at, "a consumer of its own (enhanced fan-out): give service = \"kinesis-fan-out\", on demand \"kinesis-on-demand-fan-out\"")
		}
		return one(samType, "Stream", arn("arn"), "BatchSize", v.get("batchSize"), "MaximumBatchingWindowInSeconds", v.get("batchWindow"),
			"ParallelizationFactor", v.get("parallelizationFactor"), "MaximumRetryAttempts", v.get("maximumRetryAttempts"),
			"BisectBatchOnFunctionError", v.get("bisectBatchOnFunctionError"), "MaximumRecordAgeInSeconds", v.get("maximumRecordAgeInSeconds"),
			"FunctionResponseTypes", v.get("functionResponseType"), "TumblingWindowInSeconds", v.get("tumblingWindowInSeconds"), "FilterCriteria", v.get("filterPatterns"),
			"DestinationConfig", under("OnFailure", under("Destination", onFailure(v.get("destinations", "onFailure"))))), nil
	case "kafka", "msk":
		return one("MSK", "Stream", arn("arn", "topic"), "BatchSize", v.get("batchSize"), "MaximumBatchingWindowInSeconds", v.get("maximumBatchingWindow")), nil
	case "activemq", "rabbitmq":
		return one("MQ", "Broker", arn("arn"), "BatchSize", v.get("batchSize")), nil
	case "sns":
		return one("SNS", "Topic", arn("arn", "topicName"), "FilterPolicy", v.get("filterPolicy"),
			"RedrivePolicy", under("deadLetterTargetArn", v.get("redrivePolicy").first("deadLetterTargetArn", "deadLetterTargetRef"))), nil
	case "s3":
		return one("S3", "Bucket", arn("bucket"), "Filter", v.get("rules")), nil
	case "schedule":
		return s.schedules(v, arn("rate"), one), nil
	case "eventBridge":
		if e := v.get("schedule"); e != nil {
			return one("Schedule", "Schedule", e), nil
		}
		return one("EventBridgeRule", "Pattern", v.get("pattern"), "EventBusName", v.get("eventBus"),
			"RetryPolicy", retryPolicy(v.get("retryPolicy")), "DeadLetterConfig", under("Arn", v.get("deadLetterQueueArn"))), nil
	case "cloudwatchEvent":
		return one("EventBridgeRule", "Pattern", v.get("event")), nil
	case "cloudwatchLog":
		return one("CloudWatchLogs"), nil
	case "iot":
		return one("IoTRule"), nil
	case "alexaSkill", "alexaSmartHome":
		return one("AlexaSkill"), nil
	case "cognitoUserPool":
		return one("Cognito"), nil
	}
	s.d.lose(at, "an event of the kind %s: nothing is made of it", kind)
	return nil, nil
}

// authorizer is the function that a request asks first, in the words of SAM; nil: none.
func (s *serverless) authorizer(a *node) *node {
	switch kind := a.get("type").str(); { // what the gateway checks itself
	case a == nil, strings.EqualFold(a.str(), "aws_iam"), strings.EqualFold(kind, "aws_iam"), strings.EqualFold(kind, "COGNITO_USER_POOLS"), strings.Contains(first(a.get("arn"), a).str(), ":cognito-idp:"):
		return nil
	}
	to, cache := a, a.get("resultTtlInSeconds")
	if a.is(table) {
		to = first(a.get("arn"), a.get("name"))
	}
	if known := s.provider.get("httpApi", "authorizers", to.str()); known != nil {
		if known.first("functionName", "functionArn") == nil {
			return nil // a token that the gateway checks itself
		}
		to, cache = known.first("functionName", "functionArn"), first(known.get("resultTtlInSeconds"), cache)
	}
	auth := newTable(a, "FunctionArn", first(to, a))
	if cache != nil {
		auth.put("ReauthorizeEvery", cache)
	}
	return auth
}

// schedules are those of one event, which may have several rates.
func (s *serverless) schedules(v, rates *node, one func(string, ...any) []*node) (events []*node) {
	for _, r := range rates.each() {
		if v.get("method").str() == "scheduler" {
			events = append(events, one("ScheduleV2", "ScheduleExpression", r)...)
		} else {
			events = append(events, one("Schedule", "Schedule", r)...)
		}
	}
	return events
}

// under is a table of one key, or nothing.
func under(key string, v *node) *node {
	if v == nil {
		return nil
	}
	return newTable(v, key, v)
}

// onFailure is an address, or what says its kind beside it.
func onFailure(n *node) *node {
	if a := n.get("arn"); a != nil {
		return a
	}
	return n
}

func retryPolicy(n *node) *node {
	if n == nil {
		return nil
	}
	p := &node{file: n.file, line: n.line, kind: table}
	if v := n.get("maximumRetryAttempts"); v != nil {
		p.put("MaximumRetryAttempts", v)
	}
	if v := n.get("maximumEventAge"); v != nil {
		p.put("MaximumEventAgeInSeconds", v)
	}
	return p
}
