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
		if err := g.integrate(s, r); err != nil {
			return err
		}
		if r.pattern == "waitForTaskToken" {
			v := tableOf(is("after", ask("from the call's end until the token comes back")))
			if h := heartbeat(n); h != nil {
				beat, err := beats(name, h)
				if err != nil {
					return err
				}
				v.add("heartbeat", beat)
				g.d.lose(h, "state %s: a heartbeat tells only of an answer that never comes: give never, the part of them", spec.Quote(name))
			}
			s.fields = append(s.fields, is("callback", v))
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

// web makes a step a call of a host: of AWS itself, or over the internet.
func (g *scope) web(s *step, args *node) {
	at := args.first("ApiEndpoint", "ApiEndpoint.$")
	host, _ := hostOf(at.str())
	known := host
	if host == "" {
		host = s.name + "-host"
		g.d.lose(s.node, "state %s: where it calls is only known when it runs", spec.Quote(s.name))
	}
	method := strings.ToLower(firstText(args.get("Method").str(), "invoke"))
	if expression(method) {
		method = "invoke"
	}
	store := g.d.outside(host, method, "time of a call of "+host, s.node)
	internet(store, known, "aws")
	g.use(s, store, method)
}

// integrate makes a step what an integration of the service does.
func (g *scope) integrate(s *step, r resource) error {
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
	case r.service == "lambda" && strings.HasPrefix(low, "invoke") && args.get("InvocationType").str() == "DryRun":
		g.d.lose(args.get("InvocationType"), "state %s: InvocationType DryRun: the function does not run, only its permissions are looked at", spec.Quote(s.name))
		g.use(s, g.d.outside(r.service, "dryRun", "time of a look at permissions", n), "dryRun")
	case r.service == "lambda" && strings.HasPrefix(low, "invoke"):
		to, at := arg("FunctionName")
		g.call(s, to, at)
		switch kind := args.first("InvocationType", "InvocationType.$"); {
		case kind.str() == "Event" || low == "invokeasync":
			s.fields = append(s.fields, is("async", yes()))
		case kind != nil && kind.str() != "RequestResponse":
			g.d.lose(kind, "state %s: InvocationType %s: taken for RequestResponse", spec.Quote(s.name), kind.compact())
		}
	case (r.service == "states" || r.service == "sfn") && (low == "startexecution" || low == "startsyncexecution"):
		to, at := arg("StateMachineArn")
		g.execution(s, r, to, at)
	case r.service == "sqs" && strings.HasPrefix(low, "sendmessage"):
		to, at := arg("QueueUrl")
		if low == "sendmessagebatch" {
			g.d.lose(n, "state %s: a batch of messages is one request of the queue; here each is one", spec.Quote(s.name))
			_, count := batched(args, "how many messages of the batch", "Entries")
			return g.send(s, at, "sqs", parcel{to, count})
		}
		return g.send(s, at, "sqs", parcel{to, whole(1)})
	case r.service == "sns" && strings.HasPrefix(low, "publish"):
		to, at := arg("TopicArn", "TargetArn")
		if low == "publishbatch" {
			_, count := batched(args, "how many messages of the batch", "PublishBatchRequestEntries")
			return g.send(s, at, "sns", parcel{to, count})
		}
		return g.send(s, at, "sns", parcel{to, whole(1)})
	case (r.service == "events" || r.service == "eventbridge") && low == "putevents":
		return g.events(s, args)
	case r.service == "kinesis" && strings.HasPrefix(low, "putrecord"):
		to, at := arg("StreamName", "StreamARN")
		if low == "putrecords" {
			_, count := batched(args, "how many records it puts", "Records")
			return g.send(s, at, "kinesis", parcel{to, count})
		}
		return g.send(s, at, "kinesis", parcel{to, whole(1)})
	case r.service == "dynamodb" && (strings.HasPrefix(low, "batch") || strings.HasPrefix(low, "transact")):
		g.tables(s, low, args)
	case r.service == "dynamodb":
		to, at := arg("TableName")
		if to.dynamic {
			to.name = g.unknownTable(at)
		}
		g.use(s, g.d.store(to.name, "dynamodb", at), operation(low))
	case r.service == "s3":
		to, at := arg("Bucket")
		if to.dynamic {
			to.name = s.name + "-bucket"
		}
		g.use(s, g.d.store(to.name, "s3", at), operation(low))
	case r.service == "http" && low == "invoke":
		g.web(s, args)
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
	return nil
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
	if name, known := g.d.machines[to.name]; known && name != g.flow.name {
		s.fields = append(s.fields, is("call", str(name)))
		if r.pattern != "sync" && !strings.EqualFold(r.action, "startSyncExecution") {
			s.fields = append(s.fields, is("async", yes()))
		}
		return
	}
	source := to.name
	if to.dynamic || source == "" {
		source = s.name + "-machine"
	}
	what := "time to start an execution of it"
	if r.pattern == "sync" || strings.EqualFold(r.action, "startSyncExecution") {
		what = "until an execution of it ends, which the step waits for"
	}
	g.use(s, g.d.outside(source, "start", what, at), "start")
	why := "is not in this file"
	if to.name == g.flow.source {
		why = "starts itself"
	}
	g.d.lose(at, "state machine %s %s: only its time is known", spec.Quote(source), why)
}

// parcel is messages to one queue, topic, stream or bus.
type parcel struct {
	to    ref
	count value
}

// send makes a step messages to what takes them: the triggers that are fed by the
// queue, topic, stream or bus, else the service itself.
func (g *scope) send(s *step, at *node, service string, parcels ...parcel) error {
	all := listOf()
	for _, p := range parcels {
		source := p.to.name
		if p.to.dynamic || source == "" {
			source = s.name + "-" + service
		}
		for _, name := range g.d.reaches(source, service, at) {
			all.items = append(all.items, withCount(tableOf(is("send", str(name))), p.count))
		}
	}
	if len(all.items) > 1 {
		s.fields = append(s.fields, is("use", all))
		return nil
	}
	all.items[0].fields[0].key = "to"
	s.fields = append(s.fields, is("send", all.items[0]))
	return nil
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
	if source == "" { // what is not known is fed by nobody
		return nil
	}
	for _, t := range d.triggers {
		if t.takes == source {
			list = append(list, t)
		}
	}
	return list
}
