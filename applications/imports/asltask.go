package imports

import (
	"fmt"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// lambda is the platform that an experiment is expected to have for AWS's functions.
const lambda = "lambda"

// task reads a Task: what its Resource calls.
func (g *scope) task(name string, s *step) error {
	n := s.node
	at := n.get("Resource")
	if at == nil {
		return n.errorf("state %s: a Task without Resource", spec.Quote(name))
	}
	if at.kind != text && at.kind != table {
		return at.errorf("state %s: Resource: found %s, want the address of a function or service", spec.Quote(name), at.found())
	}
	to := g.refer(at)
	if to.text == "" && to.name == "" {
		return at.errorf("state %s: Resource is empty, want the address of a function or service", spec.Quote(name))
	}
	r, ok := integration(to.text)
	switch {
	case ok:
		if err := r.check(at, name); err != nil {
			return err
		}
		g.integrate(s, r)
		if r.pattern == "waitForTaskToken" {
			s.fields = append(s.fields, is("callback", tableOf(is("after", ask("from the call's end until the token comes back")))))
		}
	case strings.Contains(to.text, ":activity:"):
		store := g.d.outside(to.name, "run", "until a worker took the task and answered", at)
		s.fields = append(s.fields, is("use", listOf(tableOf(is("store", str(store.name)), is("op", str("run"))))))
		g.d.lose(at, "state %s: an activity: its workers are not simulated, only their time", spec.Quote(name))
	default:
		g.call(s, to, at)
	}
	return nil
}

// check refuses a pattern that there is not.
func (r *resource) check(at *node, name string) error {
	switch r.pattern {
	case "", "sync", "waitForTaskToken":
		return nil
	}
	return at.errorf("state %s: Resource: %s", spec.Quote(name), spec.Unknown("pattern", r.pattern, []string{"sync", "waitForTaskToken"}))
}

// call makes a step the call of a function.
func (g *scope) call(s *step, to ref, at *node) {
	source := to.name
	if to.dynamic || source == "" {
		source = s.name + "-function"
		g.d.lose(at, "%s: which function it calls is only known when it runs (%s): taken for one, %s", spec.Quote(s.name), to.text, source)
	}
	f := g.d.function(source, at, str(lambda))
	s.fields = append(s.fields, is("call", str(f.name)))
}

// integrate makes a step what an integration of the service does.
func (g *scope) integrate(s *step, r resource) {
	n := s.node
	args := n.first("Parameters", "Arguments")
	low := strings.ToLower(r.action)
	arg := func(names ...string) (ref, *node) {
		for _, name := range names {
			if v := args.first(name, name+".$"); v != nil {
				return g.refer(v), v
			}
		}
		return ref{dynamic: true}, n
	}
	switch {
	case r.service == "lambda" && strings.HasPrefix(low, "invoke"):
		to, at := arg("FunctionName")
		g.call(s, to, at)
		if args.get("InvocationType").str() == "Event" {
			s.fields = append(s.fields, is("async", yes()))
		}
	case (r.service == "states" || r.service == "sfn") && (low == "startexecution" || low == "startsyncexecution"):
		to, at := arg("StateMachineArn")
		g.execution(s, r, to, at)
	case r.service == "sqs" && strings.HasPrefix(low, "sendmessage"):
		to, at := arg("QueueUrl")
		g.send(s, to, at, "sqs")
	case r.service == "sns" && strings.HasPrefix(low, "publish"):
		to, at := arg("TopicArn", "TargetArn")
		g.send(s, to, at, "sns")
	case (r.service == "events" || r.service == "eventbridge") && low == "putevents":
		to, at := bus(args)
		g.send(s, g.busRef(to), at, "eventbridge")
	case r.service == "kinesis" && strings.HasPrefix(low, "putrecord"):
		to, at := arg("StreamName", "StreamARN")
		g.send(s, to, at, "kinesis")
	case r.service == "dynamodb":
		to, at := arg("TableName")
		if to.dynamic { // of several tables, or of one that only the run knows
			to.name = "table"
		}
		g.use(s, g.d.store(to.name, "dynamodb", at), operation(low))
	case r.service == "s3":
		to, at := arg("Bucket")
		if to.dynamic {
			to.name = s.name + "-bucket"
		}
		g.use(s, g.d.store(to.name, "s3", at), operation(low))
	case (r.service == "bedrock" || r.service == "bedrockruntime") && (strings.HasPrefix(low, "invokemodel") || low == "converse"):
		to, at := arg("ModelId")
		g.model(s, to, at)
	case r.service == "sagemakerruntime" && strings.HasPrefix(low, "invokeendpoint"):
		to, at := arg("EndpointName")
		g.model(s, to, at)
	default:
		what := fmt.Sprintf("time of a call of %s:%s", r.service, r.action)
		if r.pattern == "sync" {
			what = fmt.Sprintf("until the job of %s:%s ends, which the step waits for", r.service, r.action)
		}
		g.use(s, g.d.outside(r.service, r.action, what, n), r.action)
	}
}

// use makes a step a call of a service by the engine itself.
func (g *scope) use(s *step, store *item, op string) {
	s.fields = append(s.fields, is("use", listOf(tableOf(is("store", str(store.name)), is("op", str(op))))))
}

// operation is what an action of a table or bucket does, in the words of the catalogue.
func operation(action string) string {
	switch {
	case strings.Contains(action, "delete"):
		return "delete"
	case strings.Contains(action, "query"), strings.Contains(action, "scan"), strings.Contains(action, "executestatement"):
		return "query"
	case strings.HasPrefix(action, "list"):
		return "list"
	case strings.Contains(action, "get"), strings.HasPrefix(action, "head"), strings.HasPrefix(action, "describe"), strings.HasPrefix(action, "select"):
		return "read"
	}
	return "write"
}

// model makes a step the call of a model, which is a function on a platform of its own.
func (g *scope) model(s *step, to ref, at *node) {
	source := to.name
	if to.dynamic || source == "" {
		source = s.name + "-model"
	}
	f := g.d.function(source, at, ask("the experiment's platform that serves the model: an API by the token, or a deployment"))
	s.fields = append(s.fields, is("call", str(f.name)))
	g.d.lose(at, "model %s: its tokens stand in no definition; give function %s tokens where its platform bills by them", to.text, f.name)
}

// execution makes a step the start of another flow.
func (g *scope) execution(s *step, r resource, to ref, at *node) {
	for _, f := range g.d.flows {
		if f.source == to.name && f != g.flow {
			s.fields = append(s.fields, is("call", str(f.name)))
			if r.pattern != "sync" && !strings.EqualFold(r.action, "startSyncExecution") {
				s.fields = append(s.fields, is("async", yes()))
			}
			return
		}
	}
	source := to.name
	if to.dynamic || source == "" {
		source = s.name + "-machine"
	}
	what := "time to start an execution of it"
	if r.pattern == "sync" {
		what = "until an execution of it ends, which the step waits for"
	}
	g.use(s, g.d.outside(source, "start", what, at), "start")
	g.d.lose(at, "state machine %s is not in this file: only its time is known", spec.Quote(source))
}

// send makes a step a message to what takes it: the triggers that are fed by the
// queue, topic, stream or bus, else the service itself.
func (g *scope) send(s *step, to ref, at *node, service string) {
	source := to.name
	if to.dynamic || source == "" {
		source = s.name + "-" + service
	}
	takers := g.d.takers(source)
	switch len(takers) {
	case 0:
		s.fields = append(s.fields, is("send", tableOf(is("to", str(g.d.store(source, service, at).name)))))
	case 1:
		s.fields = append(s.fields, is("send", tableOf(is("to", str(takers[0].name)))))
	default:
		all := listOf()
		for _, t := range takers {
			all.items = append(all.items, tableOf(is("send", str(t.name))))
		}
		s.fields = append(s.fields, is("use", all))
	}
}

// bus is the bus of the first event that a putEvents sends.
func bus(args *node) (*node, *node) {
	entries := args.get("Entries").each()
	if len(entries) == 0 {
		return nil, args
	}
	return entries[0].first("EventBusName", "EventBusName.$"), entries[0]
}

// busRef is the bus that is named, or the account's own.
func (g *scope) busRef(n *node) ref {
	if n == nil {
		return ref{name: "default"}
	}
	return g.refer(n)
}

// takers lists the triggers that take what is sent to a queue, topic, stream or bus.
func (d *Draft) takers(source string) (list []*item) {
	for _, t := range d.triggers {
		if t.takes == source {
			list = append(list, t)
		}
	}
	return list
}
