package imports

import (
	"fmt"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// starts reads what starts functions and flows.
func (t *template) starts(id string, r *node) error {
	p := t.prop(r, "Properties")
	switch t.typeOf(id) {
	case "AWS::Serverless::Function":
		if err := t.events(id, t.d.find("function", id).name, p); err != nil {
			return err
		}
		if url := t.prop(p, "FunctionUrlConfig"); url != nil {
			t.http(id+"-url", url, t.d.find("function", id).name, "none")
		}
	case "AWS::Serverless::StateMachine":
		return t.events(id, t.flows[id], p)
	case "AWS::Lambda::EventSourceMapping":
		return t.mappingOf(id, p)
	case "AWS::Lambda::Url":
		if start := t.startOf(p.get("TargetFunctionArn")); start != "" {
			t.http(id, r, start, "none")
		} else {
			t.elsewhere(r, id, p.get("TargetFunctionArn"))
		}
	case "AWS::Events::Rule":
		return t.rule(id, r, p)
	case "AWS::Scheduler::Schedule":
		return t.scheduled(id, r, p)
	case "AWS::SNS::Topic":
		for _, s := range t.prop(p, "Subscription").each() {
			t.subscription(id, s, t.resolve(s.get("Protocol")).text, s.get("Endpoint"), s)
		}
	case "AWS::SNS::Subscription":
		topic := t.resourceOf(p.get("TopicArn"))
		t.subscription(topic, r, t.resolve(p.get("Protocol")).text, p.get("Endpoint"), p)
	case "AWS::S3::Bucket":
		for _, c := range t.prop(p, "NotificationConfiguration", "LambdaConfigurations").each() {
			if start := t.startOf(c.get("Function")); start != "" {
				t.object(id+"-"+start, id, c, t.plain(c.get("Filter")), start)
			} else {
				t.elsewhere(c, id, c.get("Function"))
			}
		}
		for _, to := range []string{"Queue", "Topic"} {
			for _, c := range t.prop(p, "NotificationConfiguration", to+"Configurations").each() {
				t.d.lose(c, "%s: what is written to it is told to %s: send to both, or give that its arrivals", id, t.resourceOf(c.get(to)))
			}
		}
	case "Custom::S3BucketNotifications": // how the CDK says what a bucket tells
		bucket := t.resourceOf(p.get("BucketName"))
		for _, c := range t.prop(p, "NotificationConfiguration", "LambdaFunctionConfigurations").each() {
			if start := t.startOf(c.get("LambdaFunctionArn")); start != "" {
				t.object(bucket+"-"+start, bucket, c, t.plain(c.get("Filter")), start)
			} else {
				t.elsewhere(c, bucket, c.get("LambdaFunctionArn"))
			}
		}
		for _, to := range []string{"Queue", "Topic"} {
			for _, c := range t.prop(p, "NotificationConfiguration", to+"Configurations").each() {
				t.d.lose(c, "%s: what is written to it is told to %s: send to both, or give that its arrivals", bucket, t.resourceOf(c.get(to+"Arn")))
			}
		}
	case "AWS::ElasticLoadBalancingV2::TargetGroup":
		for _, target := range t.prop(p, "Targets").each() {
			if start := t.startOf(target.get("Id")); start != "" {
				t.balancer(id, r, t.listenerOf(id), start)
			} else {
				t.elsewhere(target, id, target.get("Id"))
			}
		}
	case "AWS::Pipes::Pipe":
		return t.pipe(id, r, p)
	case "AWS::ApiGateway::Method", "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Api":
		t.integration(id, r, p)
		t.described(id, p)
	case "AWS::Serverless::Api", "AWS::Serverless::HttpApi", "AWS::ApiGateway::RestApi":
		t.described(id, p)
	}
	return nil
}

// startOf is the function or flow that an address points at; empty: none of the template.
func (t *template) startOf(n *node) string { return t.named2(t.resolve(t.plain(n))) }

func (t *template) named2(v val) string {
	id := v.name
	if id == "" {
		id = t.canon(resourceName(v.text))
	}
	for range 3 { // an alias or version of a function
		if kind := t.typeOf(id); kind != "AWS::Lambda::Alias" && kind != "AWS::Lambda::Version" {
			break
		}
		id = t.resourceOf(t.prop(t.resources.get(id), "Properties", "FunctionName"))
	}
	if f := t.d.find("function", id); f != nil {
		return f.name
	}
	return t.flows[id]
}

// events reads the Events of a function or machine.
func (t *template) events(id, start string, p *node) error {
	events := t.prop(p, "Events")
	for _, name := range events.keysOf() {
		e := t.plain(events.under[name])
		if e == nil {
			continue
		}
		if err := e.need("Type", text, fmt.Sprintf("event %s of %s", spec.Quote(name), id)); err != nil {
			return err
		}
		if err := t.event(id, id+"-"+name, start, e); err != nil {
			return err
		}
	}
	return nil
}

// event reads one event of a function or machine.
func (t *template) event(id, name, start string, e *node) error {
	p := t.prop(e, "Properties")
	if t.prop(p, "Enabled").str() == "false" || strings.EqualFold(t.prop(p, "State").str(), "DISABLED") {
		t.d.lose(e, "event %s: it is disabled", name)
		return nil
	}
	switch kind := e.get("Type").str(); kind {
	case "Api":
		t.gateway(id, e, p, t.http(name, e, start, "api-gateway-rest"))
	case "HttpApi":
		t.gateway(id, e, p, t.http(name, e, start, "api-gateway-http"))
	case balanced:
		t.balancer(name, e, p.get("ListenerArn"), start)
	case "SQS":
		return t.poll(id, e, p, p.get("Queue"), start, "AWS::SQS::Queue")
	case "Kinesis":
		return t.poll(id, e, p, p.get("Stream"), start, "AWS::Kinesis::Stream")
	case "DynamoDB":
		return t.poll(id, e, p, p.get("Stream"), start, "AWS::DynamoDB::Table")
	case "MSK", "SelfManagedKafka", "DocumentDB", "MQ":
		return t.poll(id, e, p, p.first("Stream", "Broker", "Cluster"), start, kind)
	case "S3":
		t.object(name, t.resourceOf(p.get("Bucket")), e, t.prop(p, "Filter"), start)
	case "SNS":
		t.subscribe(name, t.resourceOf(p.get("Topic")), e, p, start)
	case "Schedule", "ScheduleV2":
		for _, key := range []string{"RetryPolicy", "DeadLetterConfig"} {
			if v := t.prop(p, key); v != nil {
				t.d.lose(v, "event %s: %s: of what the scheduler could not start", name, key)
			}
		}
		if kind == "ScheduleV2" {
			return t.schedule(name, p.get("ScheduleExpression"), start, scheduler, e)
		}
		return t.schedule(name, p.get("Schedule"), start, "eventbridge-rule", e)
	case "EventBridgeRule", "CloudWatchEvent":
		t.bus(name, e, p, start)
	case "CloudWatchLogs", "IoTRule", "AlexaSkill":
		tr := t.d.trigger(name, e, start)
		tr.arrive()
		tr.set("async", t.async(id), kind)
		t.dead(tr, "async", t.gaveUp(id))
	case "Cognito":
		tr := t.d.trigger(name, e, start)
		tr.from += ": Cognito waits for the answer"
		tr.arrive()
	default:
		return e.get("Type").errorf("event %s: %s", spec.Quote(name), spec.Unknown("Type", kind, eventTypes))
	}
	return nil
}

var eventTypes = []string{"AlexaSkill", "Api", "CloudWatchEvent", "CloudWatchLogs", "Cognito", "DocumentDB", "DynamoDB", "EventBridgeRule", "HttpApi", "IoTRule", "Kinesis", "MQ", "MSK", "S3", "SNS", "SQS", "Schedule", "ScheduleV2", "SelfManagedKafka"}

// gateway reads what a request of a gateway asks first, and who waits for it.
func (t *template) gateway(id string, e, p *node, tr *item) {
	tr.from += " " + t.route(p)
	if t.flows[id] != "" {
		tr.get("http").add("answer", str("start")) // both kinds of machine are started by StartExecution unless the interface is written out
	}
	auth := t.prop(p, "Auth")
	api := t.authOf(e, p)
	named := t.resolve(t.prop(auth, "Authorizer")).text
	if named == "" && t.prop(auth, "FunctionArn") == nil { // what holds for the whole gateway
		if def := t.prop(api, "DefaultAuthorizer"); def != nil {
			named, auth = t.resolve(def).text, def
		}
	}
	if named != "" && named != "NONE" && named != "AWS_IAM" {
		known := t.prop(api, "Authorizers", named)
		if known.first("UserPoolArn", "JwtConfiguration") != nil {
			return // a token that the gateway checks itself
		}
		to := t.prop(known, "FunctionArn")
		if to == nil {
			t.d.lose(auth, "%s: its authorizer %s is none of this file", tr.name, named)
			return
		}
		auth = newTable(to, "FunctionArn", to)
		if every := t.prop(known, "Identity", "ReauthorizeEvery"); every != nil {
			auth.put("ReauthorizeEvery", every)
		} else if e.get("Type").str() == "HttpApi" { // which keeps no answer unless it is told to
			auth.put("ReauthorizeEvery", newText(to, "0"))
		}
	}
	to := t.prop(auth, "FunctionArn")
	if to == nil {
		return
	}
	f := t.startOf(to)
	if f == "" {
		t.d.lose(to, "%s: its authorizer %s is no function of this file", tr.name, to.compact())
		return
	}
	v := tableOf(is("call", str(f)))
	if a := t.must(t.prop(auth, "ReauthorizeEvery"), "the authorizer's cache", 0, 3600); a.said {
		v.add("cache", a.value(wholeSeconds))
	}
	tr.get("http").add("authorizer", v)
}

// authOf is who may ask the gateway of an event: as the gateway says, or the template for all of its kind.
func (t *template) authOf(e, p *node) *node {
	for _, key := range []string{"RestApiId", "ApiId"} {
		if auth := t.prop(t.resources.get(t.resourceOf(p.get(key))), "Properties", "Auth"); auth != nil {
			return auth
		}
	}
	return t.prop(t.globals, e.get("Type").str(), "Auth")
}

func (t *template) route(p *node) string {
	return strings.TrimSpace(strings.ToUpper(t.resolve(p.get("Method")).text) + " " + t.resolve(p.get("Path")).text)
}

func (t *template) http(name string, at *node, start, service string) *item {
	tr := t.d.trigger(name, at, start)
	tr.arrive()
	tr.set("http", tableOf(is("service", str(service))), "")
	return tr
}

func (t *template) object(name, bucket string, at, filter *node, start string) {
	store := t.d.store(bucket, "s3", t.atOf(bucket, at))
	tr := t.d.trigger(name, at, start)
	tr.takes = bucket
	tr.arrive()
	tr.set("object", tableOf(is("store", str(store.name))), "")
	if filter == nil {
		t.feeds(store, tr, "bucket", "write")
	} else { // of what the application writes it may let through all or none
		t.d.lose(filter, "%s: its filter %s: give the arrivals that it lets through, those that the application writes too", tr.name, filter.compact())
	}
	t.triedAgain(tr, start)
}

// triedAgain is how a function that a service calls is tried again, where its definition
// says so.
func (t *template) triedAgain(tr *item, start string) {
	for _, id := range t.resources.keys {
		f := t.d.find("function", id)
		if f == nil || f.name != start {
			continue
		}
		to := t.gaveUp(id)
		if to == nil && t.invoke(id).first("MaximumRetryAttempts", "MaximumEventAgeInSeconds") == nil {
			return
		}
		tr.set("async", t.async(id), "")
		t.dead(tr, "async", to)
	}
}

// atOf is a resource, or where it is spoken of.
func (t *template) atOf(id string, otherwise *node) *node {
	if r := t.resources.get(id); r != nil {
		return r
	}
	return otherwise
}

// subscription is what a topic sends to.
func (t *template) subscription(topic string, at *node, protocol string, to, p *node) {
	switch protocol {
	case "lambda":
		if start := t.startOf(to); start != "" {
			t.subscribe(topic+"-"+start, topic, at, p, start)
		} else {
			t.elsewhere(at, topic, to)
		}
	case "sqs":
		queue := t.resourceOf(to)
		t.d.passes(topic, queue, "sqs", t.atOf(queue, at))
		t.d.lose(at, "topic %s sends to the queue %s: so does whoever of the application sends to the topic; give the queue's trigger what comes to the topic from outside", topic, queue)
	default:
		t.d.lose(at, "topic %s sends by %s, to nothing of the application", topic, protocol)
	}
}

func (t *template) subscribe(name, topic string, at, p *node, start string) {
	tr := t.d.trigger(name, at, start)
	tr.takes = topic
	tr.arrive()
	if q := t.prop(p, "SqsSubscription"); q != nil && q.str() != "false" {
		t.d.lose(q, "%s: SqsSubscription: the queue between the topic and what it starts: here the topic starts it", name)
	}
	v := tableOf(is("service", str("sns")))
	if f := t.prop(p, "FilterPolicy"); f != nil {
		v.add("match", ask("part of messages that the filter lets through"))
		v.add("filter", str(short(f.compact())))
	}
	tr.set("bus", v, "")
	t.dead(tr, "bus", t.prop(p, "RedrivePolicy", "deadLetterTargetArn"))
	t.triedAgain(tr, start)
}

// bus is a rule on a bus.
func (t *template) bus(name string, at, p *node, start string) {
	tr := t.d.trigger(name, at, start)
	tr.takes = t.busName(p.get("EventBusName"))
	tr.arrive()
	v := tableOf(is("service", str("eventbridge")))
	if f := t.prop(p, "Pattern"); f == nil {
		f = t.prop(p, "EventPattern")
		t.filter(&v, f)
	} else {
		t.filter(&v, f)
	}
	t.kept(&v, t.prop(p, "RetryPolicy"))
	tr.set("bus", v, "")
	if c := t.prop(p, "DeadLetterConfig"); c != nil && c.get("Arn") == nil {
		t.d.lose(c, "%s: DeadLetterConfig: a queue that is made for it: what is given up is dropped here", name)
	}
	t.dead(tr, "bus", t.prop(p, "DeadLetterConfig", "Arn"))
	t.triedAgain(tr, start)
}

// filter writes an event pattern. The rate that is asked for is of all that the rule sees.
func (t *template) filter(v *value, pattern *node) {
	if pattern != nil {
		v.add("filter", str(short(pattern.compact())))
	}
}

// kept writes how often and how long what a policy speaks of is tried again.
func (t *template) kept(v *value, policy *node) {
	if a := t.must(t.prop(policy, "MaximumRetryAttempts"), "MaximumRetryAttempts", 0, 10_000); a.said {
		v.add("retries", a.value(whole))
	}
	if a := t.must(t.prop(policy, "MaximumEventAgeInSeconds"), "MaximumEventAgeInSeconds", 1, int(longest)); a.said {
		v.add("max_age", a.value(wholeSeconds))
	}
}

func (t *template) busName(n *node) string {
	if n == nil {
		return "default"
	}
	return t.resourceOf(n)
}

// invoke is how a function's asynchronous calls are tried again.
func (t *template) invoke(id string) *node {
	if n := t.invokes[id]; n != nil {
		return n
	}
	return t.functionProp(t.resources.get(id), "EventInvokeConfig")
}

func (t *template) async(id string) value {
	v := tableOf(is("service", str("lambda-async")))
	t.kept(&v, t.invoke(id))
	return v
}

// gaveUp is where a function's asynchronous calls go that fail for good; nil: nowhere.
func (t *template) gaveUp(id string) *node {
	r := t.resources.get(id)
	return first(t.prop(t.invoke(id), "DestinationConfig", "OnFailure", "Destination"), t.prop(t.functionProp(r, "DeadLetterQueue"), "TargetArn"), t.prop(t.functionProp(r, "DeadLetterConfig"), "TargetArn"))
}

// dead says where what is given up goes, once all triggers are known.
func (t *template) dead(tr *item, kind string, to *node) {
	if to = t.plain(to); to == nil {
		return
	}
	t.later = append(t.later, func() {
		name := t.target(to)
		v := tr.get(kind)
		if name == "" || v == nil {
			t.d.lose(to, "%s: what is given up goes to %s, which is not a queue, topic or bucket", tr.name, to.compact())
			return
		}
		for _, f := range v.fields {
			if f.key == "dead" {
				return
			}
		}
		v.add("dead", str(name))
	})
}

// target is the trigger or store that takes a message sent to what a node points at.
func (t *template) target(to *node) string {
	v := t.resolve(to)
	id := v.name
	if id == "" {
		id = t.canon(resourceName(v.text))
	}
	for _, tr := range t.d.takers(id) {
		if tr.get("object") == nil { // which takes no messages: they are written to its bucket
			return tr.name
		}
	}
	service := serviceOf(t.typeOf(id), v.text)
	if service == "" {
		return ""
	}
	return t.d.store(id, service, t.atOf(id, to)).name
}

// serviceOf is the service of the catalogue that a resource type, or an address, is of.
func serviceOf(kind, address string) string {
	for _, s := range []struct{ kind, part, service string }{
		{"AWS::SQS::Queue", ":sqs:", "sqs"},
		{"AWS::SNS::Topic", ":sns:", "sns"},
		{"AWS::S3::Bucket", ":s3:", "s3"},
		{"AWS::DynamoDB::Table", ":dynamodb:", "dynamodb"},
		{"AWS::DynamoDB::GlobalTable", ":dynamodb:", "dynamodb"},
		{"AWS::Serverless::SimpleTable", ":dynamodb:", "dynamodb"},
		{"AWS::Kinesis::Stream", ":kinesis:", "kinesis"},
		{"AWS::Events::EventBus", ":events:", "eventbridge"},
		{"AWS::SecretsManager::Secret", ":secretsmanager:", "secrets-manager"},
		{"AWS::Elasticsearch::Domain", ":es:", "opensearch"},
		{"AWS::OpenSearchService::Domain", ":aoss:", "opensearch"},
		{"AWS::RDS::DBInstance", ":rds:", "rds"},
		{"AWS::RDS::DBCluster", "", "aurora"},
		{"AWS::ElastiCache::CacheCluster", ":elasticache:", "elasticache-redis"},
		{"AWS::ElastiCache::ReplicationGroup", "", "elasticache-redis"},
		{"AWS::ElastiCache::ServerlessCache", "", "elasticache"},
		{"AWS::EFS::FileSystem", ":elasticfilesystem:", "efs"},
	} {
		if kind == s.kind || kind == "" && s.part != "" && strings.Contains(address, s.part) {
			return s.service
		}
	}
	return ""
}

// messages are the services that take messages.
var messages = map[string]bool{"sqs": true, "sns": true, "kinesis": true, "eventbridge": true}

// rule reads a rule of EventBridge: a schedule, or a pattern, and its targets.
func (t *template) rule(id string, r, p *node) error {
	if strings.EqualFold(t.resolve(p.get("State")).text, "DISABLED") {
		t.d.lose(r, "rule %s: it is disabled", id)
		return nil
	}
	for _, target := range t.prop(p, "Targets").each() {
		start := t.startOf(target.get("Arn"))
		if start == "" {
			if to := t.resourceOf(target.get("Arn")); p.get("ScheduleExpression") == nil && messages[serviceOf(t.typeOf(to), "")] {
				t.d.passes(t.busName(p.get("EventBusName")), to, serviceOf(t.typeOf(to), ""), t.atOf(to, target))
				t.d.lose(target, "rule %s sends to %s: so does whoever of the application sends to the bus, whatever the rule filters; give %s what comes from outside", id, to, to)
				continue
			}
			t.d.lose(target, "rule %s: its target %s is no function or state machine of this file", id, t.resolve(target.get("Arn")).text)
			continue
		}
		if e := p.get("ScheduleExpression"); e != nil {
			if err := t.schedule(id, e, start, "eventbridge-rule", r); err != nil {
				return err
			}
			continue
		}
		merged := &node{file: p.file, line: p.line, kind: table}
		for _, key := range p.keys {
			merged.put(key, p.under[key])
		}
		for _, key := range []string{"RetryPolicy", "DeadLetterConfig"} {
			if v := target.get(key); v != nil && merged.get(key) == nil {
				merged.put(key, v)
			}
		}
		t.bus(id, r, merged, start)
	}
	return nil
}

// elsewhere lists what would start something that is not in this file.
func (t *template) elsewhere(at *node, id string, target *node) {
	t.d.lose(at, "%s: its target %s is no function or state machine of this file", id, firstText(t.resolve(t.plain(target)).text, target.compact()))
}

// scheduled reads a schedule of the scheduler.
func (t *template) scheduled(id string, r, p *node) error {
	if strings.EqualFold(t.resolve(t.prop(p, "State")).text, "DISABLED") {
		t.d.lose(r, "schedule %s: it is disabled", id)
		return nil
	}
	target := t.prop(p, "Target", "Arn")
	start := t.startOf(target)
	if start == "" {
		t.elsewhere(r, id, target)
		return nil
	}
	return t.schedule(id, p.get("ScheduleExpression"), start, scheduler, r)
}
