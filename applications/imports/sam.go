package imports

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

func isTemplate(n *node) bool {
	if n.get("AWSTemplateFormatVersion") != nil || n.get("Transform") != nil && n.get("Resources") != nil {
		return true
	}
	for _, key := range n.get("Resources").keysOf() {
		if strings.HasPrefix(key, forEach) || strings.Contains(n.get("Resources", key, "Type").str(), "::") {
			return true
		}
	}
	return false
}

func readTemplate(d *Draft, n *node, o *Options) error {
	if about := n.get("Description").str(); about != "" {
		first, _, _ := strings.Cut(strings.TrimSpace(about), "\n")
		d.Title = comment(first)
	}
	t, err := newTemplate(d, n, o)
	if err != nil {
		return err
	}
	return t.read()
}

func newTemplate(d *Draft, n *node, o *Options) (*template, error) {
	if err := n.need("Resources", table, "a template"); err != nil {
		return nil, err
	}
	t := &template{d: d, o: o, root: n, flows: map[string]string{}, globals: n.get("Globals"), memory: lambdaMemory, timeout: lambdaTimeout, defaulter: "Lambda's default", invokes: map[string]*node{}, unread: map[string][]*node{}}
	all, err := t.unrolled(n.get("Resources"))
	if err != nil {
		return nil, err
	}
	t.resources = &node{file: all.file, line: all.line, kind: table}
	for _, id := range all.keys {
		r := all.under[id]
		if err := r.want(table, "resource "+spec.Quote(id)); err != nil {
			return nil, err
		}
		if err := r.need("Type", text, "resource "+spec.Quote(id)); err != nil {
			return nil, err
		}
		if p := r.get("Properties"); p != nil && p.kind != table && p.kind != null {
			return nil, p.errorf("resource %s: Properties: found %s, want a table", spec.Quote(id), p.found())
		}
		t.resources.put(id, r)
	}
	for _, id := range all.keys { // with the resources known
		r := t.resources.get(id)
		if c := r.get("Condition"); c != nil && !t.holds(n.get("Conditions", c.str()), 0) {
			d.lose(r, "%s: its condition %s does not hold with the parameters' defaults", id, c.str())
			t.remove(id)
		}
	}
	t.physical()
	return t, nil
}

// physical lets resources be found by the names that they are given.
func (t *template) physical() {
	if t.alias == nil {
		t.alias = map[string]string{}
	}
	for _, id := range t.resources.keys {
		p := t.prop(t.resources.get(id), "Properties")
		for _, key := range []string{"FunctionName", "QueueName", "TableName", "TopicName", "BucketName", "StateMachineName", "DomainName", "Name"} {
			if key == "FunctionName" && !strings.HasSuffix(t.typeOf(id), "::Function") {
				continue // of another resource
			}
			if v := t.resolve(t.prop(p, key)); v.known && v.text != "" && t.resources.get(v.text) == nil && t.alias[v.text] == "" {
				t.alias[v.text] = id
			}
		}
	}
}

func (t *template) remove(id string) {
	delete(t.resources.under, id)
	t.resources.keys = slices.DeleteFunc(t.resources.keys, func(k string) bool { return k == id })
}

// read turns the resources into the parts of an application.
func (t *template) read() error {
	for _, id := range t.resources.keys { // names first: everything points at these
		switch t.typeOf(id) {
		case "AWS::Serverless::Function", "AWS::Lambda::Function":
			t.d.function(id, t.resources.get(id), str(lambda))
		case "AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine":
			t.flows[id] = t.d.name(id)
		case "AWS::Lambda::EventInvokeConfig":
			t.invokes[t.resourceOf(t.prop(t.resources.get(id), "Properties", "FunctionName"))] = t.prop(t.resources.get(id), "Properties")
		}
	}
	t.d.machines = t.flows
	for _, pass := range []func(id string, r *node) error{t.computes, t.starts, t.machines, t.grants, t.keeps} {
		for _, id := range slices.Clone(t.resources.keys) {
			if err := pass(id, t.resources.get(id)); err != nil {
				return err
			}
		}
	}
	t.sharedRole()
	for _, f := range t.later {
		f()
	}
	t.deployers()
	if t.err != nil {
		return t.err
	}
	for _, kind := range slices.Sorted(maps.Keys(t.unread)) {
		t.d.lose(t.unread[kind][0], "%s: nothing is made of %s", kind, plural(len(t.unread[kind]), "resource"))
	}
	return nil
}

// deployers leaves out the functions that a deployment alone calls, for its custom resources.
func (t *template) deployers() {
	called := t.d.targets("call", "to", "send")
	for _, tr := range t.d.triggers {
		called[tr.start] = true
	}
	for _, id := range t.resources.keys {
		name := t.startOf(t.prop(t.resources.get(id), "Properties", "ServiceToken"))
		i := slices.IndexFunc(t.d.functions, func(f *item) bool { return f.name == name })
		if i >= 0 && !called[name] {
			t.d.lose(t.resources.get(t.d.functions[i].source), "%s: a deployment alone calls it", name)
			t.d.functions = slices.Delete(t.d.functions, i, i+1)
		}
	}
}

// Lambda's own values where a template says none.
const (
	lambdaMemory  = 128 // MB
	lambdaTimeout = 3   // s
)

// computes reads what a function is.
func (t *template) computes(id string, r *node) error {
	switch t.typeOf(id) {
	case "AWS::Serverless::Function", "AWS::Lambda::Function":
	case "AWS::Lambda::Alias", "AWS::Lambda::Version":
		if p := t.prop(r, "Properties", "ProvisionedConcurrencyConfig", "ProvisionedConcurrentExecutions"); p != nil {
			return t.provisioned(t.resourceOf(t.prop(r, "Properties", "FunctionName")), p)
		}
		return nil
	default:
		return nil
	}
	f := t.d.find("function", id)
	if v := t.resolve(t.prop(r, "Properties", "FunctionName")); v.known {
		f.physical = v.text
	}
	size := func(key string, least, most, otherwise int, unit string) error {
		p := t.functionProp(r, key)
		a, err := t.of(p, id+"."+key, least, most)
		if err != nil {
			return err
		}
		about := t.d.at(p)
		if !a.said {
			a.n, about = otherwise, t.defaulter
		}
		write := func(n int) value { return str(fmt.Sprintf("%d%s", n, unit)) }
		if unit == "s" {
			write = wholeSeconds
		}
		f.set(strings.ToLower(strings.TrimSuffix(key, "Size")), a.value(write), about)
		return nil
	}
	if err := size("MemorySize", 1, 1<<20, t.memory, "MB"); err != nil {
		return err
	}
	if err := size("Timeout", 1, 86400, t.timeout, "s"); err != nil {
		return err
	}
	if p := t.functionProp(r, "ReservedConcurrentExecutions"); p != nil {
		n, err := t.of(p, id+".ReservedConcurrentExecutions", 0, 1<<30)
		if err != nil {
			return err
		}
		t.d.lose(p, "%s: reserved concurrency %s: a limit of its platform, so the experiment's (concurrency)", id, n)
		f.from += fmt.Sprintf("; reserved concurrency %s: the experiment's platform has limits", n)
	}
	if p := t.functionProp(r, "ProvisionedConcurrencyConfig"); p != nil {
		if err := t.provisioned(id, t.prop(p, "ProvisionedConcurrentExecutions")); err != nil {
			return err
		}
	}
	if arch := t.functionProp(r, "Architectures"); arch != nil && len(arch.each()) > 0 {
		f.from += "; " + t.resolve(arch.each()[0]).text
	}
	if to := t.prop(t.invoke(id), "DestinationConfig", "OnSuccess", "Destination"); to != nil {
		t.d.lose(to, "%s: OnSuccess: nothing is sent of calls that end well", id)
	}
	for _, key := range []string{"EphemeralStorage", "Tracing", "TracingConfig"} {
		if p := t.functionProp(r, key); p != nil {
			t.d.lose(p, "%s: %s: not billed here", id, key)
		}
	}
	if apply := t.functionProp(r, "SnapStart"); apply.get("ApplyOn").str() == "PublishedVersions" {
		t.d.lose(apply, "%s: SnapStart: give the function's init as a restore", id)
	}
	return nil
}

func (t *template) provisioned(function string, p *node) error {
	n, err := t.of(p, function+": provisioned concurrency", 0, 1<<30)
	if err != nil || !n.said || n.known() && n.n == 0 {
		return err
	}
	t.d.lose(p, "%s: provisioned concurrency %s: a policy of its platform, so the experiment's (provisioned)", function, n)
	if f := t.d.find("function", function); f != nil {
		f.from += fmt.Sprintf("; provisioned concurrency %s: the experiment's policy", n)
	}
	return nil
}

func wholeSeconds(n int) value { return str(spec.Duration(int64(n) * 1e9).String()) }

// functionProp is a property of a function, or the template's global one.
func (t *template) functionProp(r *node, key string) *node {
	if p := t.prop(r, "Properties", key); p != nil {
		return p
	}
	if t.typeOfNode(r) == "AWS::Serverless::Function" {
		return t.prop(t.globals, "Function", key)
	}
	return nil
}

func (t *template) typeOfNode(r *node) string { return r.get("Type").str() }

// machines reads state machines.
func (t *template) machines(id string, r *node) error {
	kind := t.typeOf(id)
	if kind != "AWS::Serverless::StateMachine" && kind != "AWS::StepFunctions::StateMachine" {
		return nil
	}
	p := t.prop(r, "Properties")
	express := false
	about := p.first("Type", "StateMachineType")
	if about == nil && kind == "AWS::Serverless::StateMachine" {
		about = t.prop(t.globals, "StateMachine", "Type")
	}
	if about != nil {
		switch v := t.resolve(t.plain(about)); strings.ToUpper(v.text) {
		case "EXPRESS":
			express = true
		case "STANDARD":
		default:
			if v.known {
				return about.errorf("%s: Type: %s", id, spec.Unknown("type", v.text, []string{"STANDARD", "EXPRESS"}))
			}
		}
	}
	subs := t.prop(p, "DefinitionSubstitutions")
	root, err := t.definition(id, p, subs)
	if err != nil {
		return err
	}
	if root == nil {
		return t.absent(id, r, subs, express)
	}
	f, err := t.d.machine(root, t.flows[id], id, express, t.refer(subs))
	if err != nil {
		return err
	}
	f.from = t.d.at(r)
	return nil
}

// definition finds the states of a machine: in the template, or in a file beside it.
func (t *template) definition(id string, p, subs *node) (*node, error) {
	if n := t.plain(p.get("Definition")); n != nil {
		return n, n.want(table, id+": Definition")
	}
	if n := t.plain(p.get("DefinitionBody")); n != nil {
		return n, n.want(table, id+": DefinitionBody")
	}
	if n := t.plain(p.get("DefinitionString")); n != nil {
		if inner := t.plain(n.get("Fn::ToJsonString")); inner != nil {
			return inner, inner.want(table, id+": DefinitionString")
		}
		v := t.resolve(n)
		if strings.TrimSpace(v.text) == "" {
			return nil, n.errorf("%s: DefinitionString: found %s, want the text of a state machine", id, n.found())
		}
		line := n.line
		if inner := n.first("Fn::Sub"); inner != nil {
			if inner.is(list) && len(inner.items) > 0 {
				inner = inner.items[0]
			}
			n = inner
		}
		if n.block {
			line = n.line + 1
		}
		return parse(n.file, line, []byte(v.text))
	}
	uri := t.plain(p.first("DefinitionUri", "DefinitionS3Location"))
	if uri == nil {
		return nil, nil
	}
	path := t.resolve(uri).text
	if path == "" || strings.HasPrefix(path, "s3://") || uri.is(table) {
		t.d.lose(uri, "%s: its definition is in a bucket, %s: import it by itself", id, uri.compact())
		return nil, nil
	}
	if t.o.Beside == nil {
		t.d.lose(uri, "%s: its definition is in another file, %s: import it by itself", id, path)
		return nil, nil
	}
	data, err := t.o.Beside(path)
	if err != nil {
		why := "cannot be read"
		if errors.Is(err, fs.ErrNotExist) {
			why = "is not there"
		}
		t.d.lose(uri, "%s: the file of its definition %s: %s", id, why, path)
		return nil, nil
	}
	return parse(path, 1, data)
}

// absent stands for a machine whose definition is not there.
func (t *template) absent(id string, r, subs *node, express bool) error {
	if t.prop(r, "Properties").first("DefinitionUri", "DefinitionS3Location") == nil {
		return r.errorf("%s: no definition, want Definition, DefinitionUri or DefinitionString", id)
	}
	f := &flow{name: t.flows[id], source: id, from: t.d.at(r) + ": its definition is not there", kinds: map[string]int{}, engine: engineOf(express)}
	f.fields = append(f.fields, is("engine", tableOf(is("preset", str(f.engine)))))
	f.settle(t.guessed(subs, r))
	t.d.flows = append(t.d.flows, f)
	return nil
}

func engineOf(express bool) string {
	if express {
		return "step-functions-express"
	}
	return "step-functions-standard"
}

// guessed are the steps of a machine whose definition is not there: a call of each
// function that it is given, in their order; where there is none, a time.
func (t *template) guessed(subs, r *node) []*step {
	var steps []*step
	for _, key := range subs.keysOf() {
		v := t.resolve(t.plain(subs.under[key]))
		f := t.d.find("function", v.name)
		if f == nil {
			continue
		}
		s := &step{name: slug(key), source: key, node: subs.under[key], from: t.d.at(subs.under[key]) + ": the definition is given it", kind: "?", weight: 1}
		s.fields = append(s.fields, is("call", str(f.name)))
		if len(steps) > 0 {
			steps[len(steps)-1].next = s
		}
		steps = append(steps, s)
	}
	if len(steps) > 0 {
		t.d.lose(subs, "its steps are not known: taken as a call of each function that it is given, in this order; put its definition beside the template and import again")
		return steps
	}
	s := &step{name: "steps", source: "steps", node: r, from: "of the definition that is not there", kind: "?", weight: 1}
	s.fields = append(s.fields, is("wait", ask("the machine's definition is not there: its steps")))
	return []*step{s}
}
