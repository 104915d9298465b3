package imports

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/coldcurve/coldcurve/internal/spec"
)

func itoa(n int) string { return strconv.Itoa(n) }

func isServerless(n *node) bool {
	return n.get("provider") != nil && (n.get("functions") != nil || n.get("service") != nil || n.get("stepFunctions") != nil)
}

// What the Serverless Framework gives a function that says nothing.
const (
	serverlessMemory  = 1024 // MB
	serverlessTimeout = 6    // s
)

// readServerless turns a serverless.yml into the template that it would deploy, as
// far as an application needs it, and reads that.
func readServerless(d *Draft, root *node, o *Options) error {
	if p := root.get("provider"); p.is(text) {
		root.under["provider"] = newTable(p, "name", p)
	}
	x := &variables{d: d, o: o, root: root, files: map[string]*node{}}
	n, err := x.walk(root, false)
	if err != nil {
		return err
	}
	if s := n.get("service"); s != nil {
		if d.Title = comment(s.str()); s.is(table) {
			d.Title = comment(s.get("name").str())
		}
	}
	provider := n.get("provider")
	if name := provider.get("name").str(); name != "" && name != "aws" {
		return provider.get("name").errorf("provider: found %s, want aws: its events and limits are what is known", spec.Quote(name))
	}
	if r := provider.get("region"); r != nil && !strings.Contains(r.str(), "${") {
		d.note("line %d: the region is %s: give it to the experiment's platform", r.line, r.str())
	}
	s := &serverless{d: d, root: n, provider: provider, resources: &node{file: n.file, line: n.line, kind: table}, alias: map[string]string{}}
	if err := s.collect(); err != nil {
		return err
	}
	template := newTable(n, "Resources", s.resources)
	for _, r := range n.get("resources").each() {
		if c := r.get("Conditions"); c != nil && template.get("Conditions") == nil {
			template.put("Conditions", c)
		}
	}
	t, err := newTemplate(d, template, o)
	if err != nil {
		return err
	}
	t.memory, t.timeout, t.defaulter = serverlessMemory, serverlessTimeout, "the framework's default"
	for name, id := range s.alias {
		t.alias[name] = id
	}
	t.shared = provider.first("iam").get("role", "statements")
	if t.shared == nil {
		t.shared = provider.get("iamRoleStatements")
	}
	t.sends = s.sends
	return t.read()
}

type serverless struct {
	d         *Draft
	root      *node
	provider  *node
	resources *node
	alias     map[string]string // names that the framework gives resources
	sends     [][2]string       // a function and a queue that its environment names
}

// collect makes a resource of each function, construct and state machine.
func (s *serverless) collect() error {
	for _, part := range s.root.get("functions").each() {
		if err := part.want(table, "functions"); err != nil {
			return err
		}
		for _, name := range part.keys {
			if err := s.function(name, part.under[name]); err != nil {
				return err
			}
		}
	}
	for _, name := range s.root.get("constructs").keysOf() {
		if err := s.construct(name, s.root.get("constructs", name)); err != nil {
			return err
		}
	}
	machines := s.root.get("stepFunctions", "stateMachines")
	if machines.is(list) {
		merged := &node{file: machines.file, line: machines.line, kind: table}
		for _, part := range machines.items {
			for _, key := range part.keysOf() {
				if merged.get(key) == nil {
					merged.put(key, part.under[key])
				}
			}
		}
		machines = merged
	}
	for _, name := range machines.keysOf() {
		if err := s.machine(name, machines.under[name]); err != nil {
			return err
		}
	}
	for _, part := range s.root.get("resources").each() {
		for _, id := range part.get("Resources").keysOf() {
			if err := s.put(id, part.get("Resources", id)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *serverless) put(id string, r *node) error {
	if s.resources.get(id) != nil {
		return r.errorf("%s stands twice", spec.Quote(id))
	}
	s.resources.put(id, r)
	return nil
}

// resource makes a resource with properties.
func (s *serverless) resource(at *node, kind string) (r, p *node) {
	r = newTable(at, "Type", newText(at, kind))
	p = &node{file: at.file, line: at.line, kind: table}
	r.put("Properties", p)
	return r, p
}

func (s *serverless) function(name string, f *node) error {
	if err := f.want(table, "function "+spec.Quote(name)); err != nil {
		return err
	}
	r, p := s.resource(f, "AWS::Serverless::Function")
	for _, k := range []struct{ from, to string }{
		{"memorySize", "MemorySize"}, {"timeout", "Timeout"}, {"reservedConcurrency", "ReservedConcurrentExecutions"}, {"role", "Role"},
		{"snapStart", ""}, {"name", "FunctionName"},
	} {
		v := f.get(k.from)
		if v == nil && k.from != "role" && k.from != "name" {
			v = s.provider.get(k.from)
		}
		if v != nil && k.to != "" {
			p.put(k.to, v)
		}
	}
	if v := f.get("provisionedConcurrency"); v != nil {
		if v.is(table) {
			v = v.first("executions", "concurrency")
		}
		if v != nil {
			p.put("ProvisionedConcurrencyConfig", newTable(v, "ProvisionedConcurrentExecutions", v))
		}
	}
	if v := first(f.get("architecture"), s.provider.get("architecture")); v != nil {
		p.put("Architectures", v)
	}
	if v := f.get("environment"); v.is(table) {
		p.put("Environment", newTable(v, "Variables", v))
		s.environment(name, v)
	}
	invoke := &node{file: f.file, line: f.line, kind: table}
	if v := f.get("maximumRetryAttempts"); v != nil {
		invoke.put("MaximumRetryAttempts", v)
	}
	if v := f.get("maximumEventAge"); v != nil {
		invoke.put("MaximumEventAgeInSeconds", v)
	}
	if to := f.get("destinations"); to.is(table) {
		config := &node{file: to.file, line: to.line, kind: table}
		for _, part := range []struct{ from, to string }{{"onFailure", "OnFailure"}, {"onSuccess", "OnSuccess"}} {
			if v := to.get(part.from); v != nil {
				config.put(part.to, newTable(v, "Destination", onFailure(v)))
			}
		}
		invoke.put("DestinationConfig", config)
	}
	if v := f.get("onError"); v != nil {
		p.put("DeadLetterQueue", newTable(v, "TargetArn", v))
	}
	for _, k := range []struct{ from, to string }{{"ephemeralStorageSize", "EphemeralStorage"}, {"tracing", "Tracing"}} {
		if v := first(f.get(k.from), s.provider.get("tracing", "lambda")); v != nil && (k.from == "tracing" || f.get(k.from) != nil) && v.str() != "false" {
			p.put(k.to, v)
		}
	}
	if len(invoke.keys) > 0 {
		p.put("EventInvokeConfig", invoke)
	}
	if v := f.get("url"); v.yes() || v.is(table) {
		p.put("FunctionUrlConfig", v)
	}
	if v := f.get("iamRoleStatements"); v != nil {
		p.put("Policies", newTable(v, "Statement", v))
	}
	if err := s.events(name, f, p); err != nil {
		return err
	}
	s.alias[logical(name)+"LambdaFunction"] = name
	service, stage := s.root.get("service"), firstText(s.provider.get("stage").str(), "dev")
	s.alias[firstText(service.str(), service.get("name").str())+"-"+stage+"-"+name] = name // its name where it runs
	return s.put(name, r)
}

func first(nodes ...*node) *node {
	for _, n := range nodes {
		if n != nil {
			return n
		}
	}
	return nil
}

// logical is the framework's name of a resource for a name of the file.
func logical(name string) string {
	name = strings.ReplaceAll(strings.ReplaceAll(name, "-", "Dash"), "_", "Underscore")
	r := []rune(name)
	if len(r) > 0 {
		r[0] = unicode.ToUpper(r[0])
	}
	return string(r)
}

// environment notes queues of constructs that a function is told of.
func (s *serverless) environment(name string, variables *node) {
	for _, key := range variables.keys {
		if rest, ok := strings.CutPrefix(variables.under[key].str(), "${construct:"); ok {
			construct, attribute, _ := strings.Cut(strings.TrimSuffix(rest, "}"), ".")
			if strings.HasPrefix(attribute, "queue") {
				s.sends = append(s.sends, [2]string{name, construct})
			}
		}
	}
}

// construct reads what serverless-lift makes.
func (s *serverless) construct(name string, c *node) error {
	switch kind := c.get("type").str(); kind {
	case "queue":
		worker := c.get("worker")
		if err := c.need("worker", table, "construct "+spec.Quote(name)); err != nil {
			return err
		}
		r, p := s.resource(c, "AWS::SQS::Queue")
		retries := first(c.get("maxRetries"), newNumber(c, liftRetries))
		redrive := newTable(c, "maxReceiveCount", retries)
		redrive.put("deadLetterTargetArn", newTable(c, "Fn::GetAtt", newText(c, name+"-dead.Arn")))
		p.put("RedrivePolicy", redrive)
		if v := c.get("delay"); v != nil {
			p.put("DelaySeconds", v)
		}
		if v := c.get("fifo"); v != nil {
			p.put("FifoQueue", v)
		}
		if err := s.put(name, r); err != nil {
			return err
		}
		dead, _ := s.resource(c, "AWS::SQS::Queue")
		if err := s.put(name+"-dead", dead); err != nil {
			return err
		}
		event := newTable(c, "arn", newTable(c, "Fn::GetAtt", newText(c, name+".Arn")))
		event.put("batchSize", first(c.get("batchSize"), newNumber(c, 1)))
		event.put("functionResponseType", newText(c, "ReportBatchItemFailures"))
		if v := c.get("maxBatchingWindow"); v != nil {
			event.put("maximumBatchingWindow", v)
		}
		if v := c.get("maxConcurrency"); v != nil {
			event.put("maximumConcurrency", v)
		}
		f := &node{file: worker.file, line: worker.line, kind: table}
		for _, key := range worker.keys {
			if key != "events" {
				f.put(key, worker.under[key])
			}
		}
		p.put("VisibilityTimeout", s.liftVisibility(c, worker))
		for _, key := range []string{"alarm", "encryption", "encryptionKey", "extensions"} {
			if v := c.get(key); v != nil {
				s.d.lose(v, "construct %s: %s: not billed here", name, key)
			}
		}
		f.put("events", &node{file: c.file, line: c.line, kind: list, items: []*node{newTable(c, "sqs", event)}})
		return s.function(name+"Worker", f)
	case "storage":
		r, _ := s.resource(c, "AWS::S3::Bucket")
		return s.put(name, r)
	case "database/dynamodb-single-table":
		r, _ := s.resource(c, "AWS::DynamoDB::Table")
		return s.put(name, r)
	case "webhook":
		s.d.lose(c, "construct %s: a webhook: its gateway puts what comes on a bus: give the arrivals to the triggers of bus %s", name, name)
	case "static-website", "single-page-app", "server-side-website":
		s.d.lose(c, "construct %s: a %s: its CloudFront and bucket are left out, and what they bill", name, kind)
	default:
		s.d.lose(c, "construct %s: nothing is made of the type %s", name, kind)
	}
	return nil
}

// liftRetries is how often lift's queues try a message, unless said.
const liftRetries = 3

// liftVisibility is lift's: six times the worker's timeout, and the window of a batch.
// What is not a number here is left to be filled in.
func (s *serverless) liftVisibility(c, worker *node) *node {
	timeout := first(worker.get("timeout"), s.provider.get("timeout"), newNumber(c, serverlessTimeout))
	window := first(c.get("maxBatchingWindow"), newNumber(c, 0))
	a, ok := timeout.num()
	b, ok2 := window.num()
	if !ok || !ok2 || a < 0 || b < 0 || a > 900 || b > 300 { // those are refused, or asked for, by themselves
		return newText(timeout, "${6 times the worker's timeout}")
	}
	return newNumber(c, int(6*a+b))
}

func newNumber(at *node, n int) *node {
	return &node{file: at.file, line: at.line, kind: number, text: itoa(n)}
}

// machine is a state machine of the plugin serverless-step-functions.
func (s *serverless) machine(name string, m *node) error {
	if err := m.want(table, "state machine "+spec.Quote(name)); err != nil {
		return err
	}
	r, p := s.resource(m, "AWS::Serverless::StateMachine")
	if v := m.get("type"); v != nil {
		p.put("Type", v)
	}
	definition := m.get("definition")
	switch {
	case definition == nil:
		return m.errorf("state machine %s: definition is missing", spec.Quote(name))
	case definition.is(text) && strings.Contains(definition.text, "${file("):
		path := strings.TrimSuffix(definition.text[strings.Index(definition.text, "${file(")+len("${file("):], "}")
		path, _, _ = strings.Cut(path, ")")
		p.put("DefinitionUri", newText(definition, path))
	case definition.is(text):
		p.put("DefinitionString", definition)
	default:
		p.put("DefinitionBody", definition)
	}
	if err := s.events(name, m, p); err != nil {
		return err
	}
	s.alias[logical(name)+"StepFunctionsStateMachine"] = name
	if v := m.get("name").str(); v != "" {
		s.alias[slug(v)] = name
	}
	return s.put(name, r)
}

// events turns the events of a function or machine into those of SAM.
func (s *serverless) events(name string, f, p *node) error {
	list := f.get("events")
	if list == nil || list.kind == null {
		return nil
	}
	if err := list.want(kindOfList, fmt.Sprintf("events of %s", spec.Quote(name))); err != nil {
		return err
	}
	events := &node{file: list.file, line: list.line, kind: table}
	for i, e := range list.items {
		kind, v := e.str(), (*node)(nil)
		if e.is(table) && len(e.keys) > 0 {
			kind, v = e.keys[0], e.under[e.keys[0]]
		}
		if kind == "" {
			return e.errorf("event of %s: found %s, want one such as { http: … }", spec.Quote(name), e.found())
		}
		made, err := s.event(e, kind, v)
		if err != nil {
			return err
		}
		for j, one := range made {
			key := kind
			if i > 0 || j > 0 {
				key = fmt.Sprintf("%s-%d", kind, len(events.keys)+1)
			}
			for events.get(key) != nil {
				key += "x"
			}
			events.put(key, one)
		}
	}
	if len(events.keys) > 0 {
		p.put("Events", events)
	}
	return nil
}

const kindOfList = list
