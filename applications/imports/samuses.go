package imports

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// grants reads what functions may do: from that follows which stores they use, though
// not how often.
func (t *template) grants(id string, r *node) error {
	p := t.prop(r, "Properties")
	switch t.typeOf(id) {
	case "AWS::Serverless::Function", "AWS::Lambda::Function":
		f := t.d.find("function", id)
		for _, policy := range t.prop(p, "Policies").each() {
			t.policy(f, t.plain(policy))
		}
		t.role(f, t.prop(p, "Role"))
		t.environment(f, t.functionProp(r, "Environment"))
		for _, name := range r.get("Connectors").keysOf() {
			t.connect(id, t.plain(r.get("Connectors").under[name]))
		}
		if c := t.functionProp(r, "VpcConfig"); c != nil {
			t.d.lose(c, "%s: VpcConfig: its network has no time or price here", id)
		}
		if file := t.prop(p, "FileSystemConfigs"); file != nil {
			t.d.lose(file, "%s: FileSystemConfigs: add a store of files, and what the function reads", id)
		}
	case "AWS::Serverless::Connector":
		if source := p.get("Source", "Id"); source != nil {
			t.connect(source.str(), r)
		}
	}
	return nil
}

// policy is a policy template of SAM, a document, or the name of a policy.
func (t *template) policy(f *item, p *node) {
	if doc := t.prop(t.resources.get(t.resolve(p).name), "Properties", "PolicyDocument"); doc != nil { // of this file
		t.statements(f, t.prop(doc, "Statement"))
		return
	}
	if p == nil || p.kind != table {
		if name := p.str(); name != "" && !basic.MatchString(name) {
			t.d.lose(p, "%s: the policy %s: what it does by it is not said", f.source, name)
		}
		return
	}
	if s := p.first("Statement"); s != nil {
		t.statements(f, s)
		return
	}
	for _, name := range p.keys {
		args := t.plain(p.under[name])
		reads, writes, ok := policyTemplate(name)
		if !ok && !basic.MatchString(name) && !strings.HasPrefix(name, "Fn::") && name != "Ref" {
			t.d.lose(p, "%s: the policy %s: nothing is made of it", f.source, name)
		}
		for _, key := range args.keysOf() {
			if ok && !t.uses(f, args.under[key], reads, writes) && !basic.MatchString(name) {
				t.d.lose(p, "%s: the policy %s is of %s, nothing of this file: nothing is made of it", f.source, name, firstText(t.resolve(t.plain(args.under[key])).text, args.under[key].compact()))
			}
		}
	}
}

// policyTemplate says what a policy template of SAM lets a function do.
func policyTemplate(name string) (reads, writes, ok bool) {
	switch name {
	case "DynamoDBCrudPolicy", "S3CrudPolicy", "S3FullAccessPolicy":
		return true, true, true
	case "DynamoDBReadPolicy", "S3ReadPolicy", "SSMParameterReadPolicy", "AWSSecretsManagerGetSecretValuePolicy":
		return true, false, true
	case "DynamoDBWritePolicy", "S3WritePolicy", "SQSSendMessagePolicy", "SNSPublishMessagePolicy", "EventBridgePutEventsPolicy",
		"KinesisCrudPolicy", "StepFunctionsExecutionPolicy", "LambdaInvokePolicy":
		return false, true, true
	}
	return false, false, false
}

// statements reads the statements of an IAM policy.
func (t *template) statements(f *item, list *node) {
	who := firstText(f.source, "the role that all functions share")
	for _, s := range t.plain(list).each() {
		s = t.plain(s)
		if s.get("Effect").str() == "Deny" {
			continue
		}
		reads, writes, of := false, false, []string{}
		for _, a := range t.prop(s, "Action").each() {
			name := t.resolve(a).text
			r, w := action(name)
			reads, writes = reads || r, writes || w
			service, _, _ := strings.Cut(strings.ToLower(name), ":")
			switch {
			case r || w:
				of = append(of, name)
			case !quiet[service]:
				t.d.lose(a, "%s may do %s: nothing is made of it; add a store or function that it calls", who, firstText(name, a.compact()))
			}
		}
		if !reads && !writes {
			continue
		}
		made := false
		for _, to := range t.prop(s, "Resource").each() {
			made = t.uses(f, to, reads, writes) || made
		}
		if !made {
			t.d.lose(s, "%s may do %s with nothing of this file: nothing is made of it", who, strings.Join(of, ", "))
		}
	}
}

// basic are policies that every function needs, or that its triggers do.
var basic = regexp.MustCompile(`(?i)ExecutionRole|BasicExecution|XRay|Insights|VPCAccess|Poller|Stream(Read)?Policy$|Logs|Metric|KMS|EC2Describe|SSMParameter|AWSLambdaRole$`)

// quiet are the services whose actions nobody waits or pays for by the call, or of which
// action knows which do.
var quiet = map[string]bool{"": true, "*": true, "logs": true, "xray": true, "ec2": true, "kms": true, "iam": true, "sts": true, "cloudwatch": true, "ssm": true, "tag": true, "cloudformation": true,
	"codedeploy": true, "dynamodb": true, "secretsmanager": true, "es": true, "s3": true, "sqs": true, "sns": true, "events": true, "kinesis": true, "states": true, "lambda": true, "rds-data": true}

// action says whether an action of IAM reads or writes data; what a poller needs is
// neither, since the trigger has it.
func action(s string) (reads, writes bool) {
	service, name, _ := strings.Cut(strings.ToLower(s), ":")
	switch service {
	case "dynamodb":
		switch {
		case name == "*":
			return true, true
		case strings.Contains(name, "stream"), strings.Contains(name, "shard"), strings.Contains(name, "records"), strings.HasPrefix(name, "describe"), strings.HasPrefix(name, "list"):
			return false, false
		case strings.Contains(name, "get"), strings.Contains(name, "query"), strings.Contains(name, "scan"):
			return true, false
		case strings.Contains(name, "put"), strings.Contains(name, "write"), strings.Contains(name, "update"), strings.Contains(name, "delete"):
			return false, true
		}
	case "secretsmanager":
		return name == "*" || strings.HasPrefix(name, "getsecretvalue"), false
	case "es":
		return name == "*" || name == "eshttp*" || name == "eshttpget" || name == "eshttphead", name == "*" || name == "eshttp*" || name == "eshttppost" || name == "eshttpput" || name == "eshttpdelete"
	case "rds-data":
		return name == "*" || strings.Contains(name, "statement"), false
	case "s3":
		return name == "*" || strings.HasPrefix(name, "get"), name == "*" || strings.HasPrefix(name, "put")
	case "sqs":
		return false, name == "*" || strings.HasPrefix(name, "sendmessage")
	case "sns":
		return false, name == "*" || strings.HasPrefix(name, "publish")
	case "events":
		return false, name == "*" || strings.HasPrefix(name, "putevents")
	case "kinesis":
		return false, name == "*" || strings.HasPrefix(name, "put")
	case "states":
		return false, name == "*" || strings.HasPrefix(name, "start")
	case "lambda":
		return false, name == "*" || strings.HasPrefix(name, "invoke")
	}
	return false, false
}

// role finds the policies of a function's role, within it and those that name it.
func (t *template) role(f *item, role *node) {
	id := t.resourceOf(role)
	if id == "" || t.typeOf(id) != "AWS::IAM::Role" {
		return
	}
	for _, p := range t.prop(t.resources.get(id), "Properties", "ManagedPolicyArns").each() {
		t.policy(f, newText(p, firstText(t.resolve(t.plain(p)).text, p.compact())))
	}
	for _, p := range t.prop(t.resources.get(id), "Properties", "Policies").each() {
		t.statements(f, t.prop(p, "PolicyDocument", "Statement"))
	}
	for _, other := range t.resources.keys {
		if kind := t.typeOf(other); kind != "AWS::IAM::Policy" && kind != "AWS::IAM::ManagedPolicy" {
			continue
		}
		p := t.prop(t.resources.get(other), "Properties")
		for _, of := range t.prop(p, "Roles").each() {
			if t.resourceOf(of) == id {
				t.statements(f, t.prop(p, "PolicyDocument", "Statement"))
			}
		}
	}
}

// environment reads the variables that name a store which no policy spoke of.
func (t *template) environment(f *item, env *node) {
	variables := t.prop(env, "Variables")
	for _, key := range variables.keysOf() {
		v := variables.under[key]
		id := t.resolve(t.plain(v)).name
		if id == "" || serviceOf(t.typeOf(id), "") == "" || t.usesOf(f, id) {
			continue
		}
		t.d.lose(v, "%s: its environment names %s, and no policy says what it does with it", f.source, id)
	}
}

// usesOf tells whether a function uses a resource already, or is fed by it.
func (t *template) usesOf(f *item, id string) bool {
	if t.fed(f, id) {
		return true
	}
	uses := f.get("use")
	if uses == nil {
		return false
	}
	for _, tr := range t.d.takers(id) {
		if uses.names("send", tr.name) {
			return true
		}
	}
	store := t.d.find("store", serviceOf(t.typeOf(id), "")+" "+id)
	return store != nil && (uses.names("store", store.name) || uses.names("send", store.name))
}

func (t *template) fed(f *item, id string) bool {
	for _, tr := range t.d.takers(id) {
		if tr.start == f.name {
			return true
		}
	}
	return false
}

// connect reads a connector of SAM.
func (t *template) connect(source string, c *node) {
	f := t.d.find("function", source)
	if f == nil {
		return
	}
	p := t.prop(c, "Properties")
	reads, writes := false, false
	for _, x := range t.prop(p, "Permissions").each() {
		reads, writes = reads || x.str() == "Read", writes || x.str() == "Write"
	}
	for _, to := range t.prop(p, "Destination").each() {
		if id := to.get("Id").str(); id != "" {
			t.uses(f, newTable(to, "Ref", newText(to, id)), reads, writes)
		}
	}
}

// uses gives a function its calls of what a node points at; false: that is nothing of the file.
func (t *template) uses(f *item, to *node, reads, writes bool) bool {
	v := t.resolve(t.plain(to))
	id := v.name
	if id == "" {
		id = t.canon(resourceName(v.text))
	}
	if id == "" || id == "*" || t.typeOf(id) == "" {
		return false // of everything, or of nothing that is here
	}
	about := fmt.Sprintf("line %d lets it; how often is not said", to.line)
	often := ask("how often a call of it does this")
	if start := t.named2(val{name: id}); start != "" && writes && start != f.name {
		if t.flows[id] == "" {
			f.use(tableOf(is("call", str(start)), is("count", often)), about)
			return true
		}
		f.use(tableOf(is("send", str(t.starter(id, to))), is("count", often)), about)
		return true
	}
	service := serviceOf(t.typeOf(id), "")
	switch service {
	case "":
		return true
	case "dynamodb", "s3", "secrets-manager", "opensearch", "rds", "aurora", "elasticache", "elasticache-redis", "efs":
		store := t.d.store(id, service, t.atOf(id, to))
		if reads {
			op := "read"
			if service == "opensearch" || service == "rds" || service == "aurora" {
				op = "query"
			}
			f.use(tableOf(is("store", str(store.name)), is("op", str(op)), is("count", often)), about)
		}
		if writes && service != "secrets-manager" {
			f.use(tableOf(is("store", str(store.name)), is("op", str("write")), is("count", often)), about)
		}
	default:
		if !writes || t.fed(f, id) {
			return true
		}
		for _, name := range t.d.reaches(id, service, t.atOf(id, to)) {
			f.use(tableOf(is("send", str(name)), is("count", often)), about)
		}
	}
	return true
}

// starter is a trigger by which functions start a flow and do not wait for it.
func (t *template) starter(id string, at *node) string {
	source := "start-" + id
	if tr := t.d.find("trigger", source); tr != nil {
		return tr.name
	}
	tr := t.d.trigger(source, at, t.flows[id])
	tr.from += ": a function starts it"
	return tr.name
}

// keeps makes stores of what keeps state and is not there yet, and notes what nothing
// was made of.
func (t *template) keeps(id string, r *node) error {
	kind := t.typeOf(id)
	switch service := serviceOf(kind, ""); {
	case service == "sqs" || service == "kinesis" || service == "sns" || service == "eventbridge":
		t.later = append(t.later, func() { // once it is known what takes the dead
			if len(t.d.takers(id)) == 0 && t.d.find("store", service+" "+id) == nil && !t.isDead(id) {
				t.d.lose(r, "%s: nothing of the application sends to it or takes from it", id)
			}
		})
	case service != "":
		s := t.d.store(id, service, r)
		if c := t.prop(r, "Properties", "ProvisionedThroughput"); c != nil {
			v := tableOf()
			for _, part := range []struct{ property, key string }{{"ReadCapacityUnits", "read_capacity"}, {"WriteCapacityUnits", "write_capacity"}} {
				n, err := t.of(t.prop(c, part.property), id+"."+part.property, 1, 1<<30)
				if err != nil {
					return err
				}
				if n.said {
					v.add(part.key, n.value(whole))
				}
			}
			if len(v.fields) > 0 && !strings.EqualFold(t.resolve(t.prop(r, "Properties", "BillingMode")).text, "PAY_PER_REQUEST") {
				s.set("service", str("dynamodb-provisioned"), "")
				s.set("capacity", v, t.d.at(c))
				t.d.eachUse(s.name, func(_ string, op *value) { provisionedOp(op) })
			}
		}
	case kind == "AWS::Serverless::Application" || kind == "AWS::CloudFormation::Stack":
		t.d.lose(r, "%s: a template of its own: import it by itself", id)
	case silent(kind):
	default:
		t.unread[kind] = append(t.unread[kind], r)
	}
	return nil
}

// isDead tells whether a queue takes what another gives up.
func (t *template) isDead(id string) bool {
	for _, other := range t.resources.keys {
		if to := t.prop(t.resources.get(other), "Properties", "RedrivePolicy", "deadLetterTargetArn"); to != nil && t.resourceOf(to) == id {
			return true
		}
	}
	return false
}

// silent tells resources that cost nothing a simulation counts, or are read elsewhere.
func silent(kind string) bool {
	for _, prefix := range []string{"AWS::IAM::", "AWS::Logs::", "AWS::Lambda::", "AWS::ApiGateway", "AWS::Serverless::Api", "AWS::Serverless::HttpApi", "AWS::Serverless::Function", "AWS::Serverless::StateMachine", "AWS::Serverless::LayerVersion", "AWS::Serverless::Connector", "AWS::Serverless::SimpleTable", "AWS::StepFunctions::", "AWS::Events::", "AWS::Scheduler::",
		"AWS::Pipes::", "AWS::SQS::", "AWS::SNS::", "AWS::S3::", "AWS::Kinesis::", "AWS::CloudFormation::", "AWS::CDK::", "Custom::", "AWS::SSM::", "AWS::ElasticLoadBalancingV2::"} {
		if strings.HasPrefix(kind, prefix) {
			return true
		}
	}
	return false
}

// sharedRole gives what the role of all functions lets them do to the one that there
// is; of several, which of them does it is not said.
func (t *template) sharedRole() {
	for _, s := range t.sends {
		f, takers := t.d.find("function", s[0]), t.d.takers(s[1])
		if f != nil && len(takers) > 0 {
			f.use(tableOf(is("send", str(takers[0].name)), is("count", ask("how often a call of it does this"))), "its environment has the queue's address")
		}
	}
	if t.shared == nil {
		return
	}
	if len(t.d.functions) == 1 {
		t.statements(t.d.functions[0], t.shared)
		return
	}
	probe := &item{name: "-"}
	t.statements(probe, t.shared)
	if uses := probe.get("use"); uses != nil {
		var parts []string
		for i := range uses.items {
			var b strings.Builder
			uses.items[i].inline(&b, func(string, string) {}, "")
			parts = append(parts, b.String())
		}
		t.d.lose(t.shared, "the role that all functions share lets them do this, which of them does it is not said: %s", strings.Join(parts, ", "))
	}
}

// provisionedOp is the op of a table with provisioned capacity that does what another does.
func provisionedOp(op *value) {
	switch op.raw {
	case spec.TOMLString("query"), spec.TOMLString("list"):
		*op = str("read")
	case spec.TOMLString("delete"):
		*op = str("write")
	}
}
