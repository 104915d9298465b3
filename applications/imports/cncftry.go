package imports

import (
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// try is tasks whose errors are tried again and caught.
func (im *cncf) try(g *graph, name string, n *node, p cncfPlace, after *step) (*step, error) {
	tasks, c := n.get("try"), n.get("catch")
	if err := tasks.want(list, "task "+spec.Quote(name)+": try"); err != nil {
		return nil, err
	}
	if err := n.need("catch", table, "task "+spec.Quote(name)); err != nil {
		return nil, err
	}
	on := im.errors(c)
	if w := c.first("when", "exceptWhen"); w != nil {
		im.d.lose(w, "task %s: of what errors it catches %s: any of its kind", spec.Quote(name), w.compact())
	}
	retry, err := im.retry(name, c.get("retry"), on)
	if err != nil {
		return nil, err
	}
	inside := p
	switch {
	case c.get("do") != nil:
		handler, err := im.tasks(g, c.get("do"), p, after)
		if err != nil {
			return nil, err
		}
		inside.handler, inside.handled, inside.on = handler, true, on
	case retry == nil: // what is caught is over with
		inside.handler, inside.handled, inside.on = after, true, on
	}
	if retry == nil {
		return im.tasks(g, tasks, inside, after)
	}
	if body := alone(tasks); body != nil && body.first("call", "run", "emit") != nil && body.first("if", "then") == nil { // one call, tried again by itself
		start, err := im.tasks(g, tasks, inside, after)
		if err != nil {
			return nil, err
		}
		start.fields = append(start.fields, is("retry", listOf(*retry)))
		return start, nil
	}
	branch, err := im.inner(g, tasks, n)
	if err != nil {
		return nil, err
	}
	s, err := g.add(name, "try", n, after)
	if err != nil {
		return nil, err
	}
	s.weight = 0 // counted as who enters it
	s.branches = append(s.branches, branch)
	s.fields = append(s.fields, is("parallel", listOf(names(branch))), is("retry", listOf(*retry)))
	if inside.handled {
		s.catch = append(s.catch, catcher{inside.on, inside.handler})
	}
	return s, nil
}

// alone is the only task of a list; nil: there are others.
func alone(tasks *node) *node {
	if len(tasks.items) != 1 || !tasks.items[0].is(table) || len(tasks.items[0].keys) != 1 {
		return nil
	}
	return tasks.items[0].under[tasks.items[0].keys[0]]
}

// errors says which ways to fail a catch is of.
func (im *cncf) errors(c *node) []string {
	with := c.get("errors", "with")
	kind := with.get("type").str()
	status, _ := with.get("status").num()
	switch {
	case with == nil:
		return []string{"any"}
	case strings.HasSuffix(kind, "/timeout"), status == 408, status == 504:
		return []string{"timeout"}
	case status == 429:
		return []string{"throttled"}
	}
	im.d.lose(with, "errors with %s: a simulated call fails in one way, and all of that is caught", with.compact())
	return []string{"failed"}
}

// retry reads a policy; nil: there is none.
func (im *cncf) retry(name string, n *node, on []string) (*value, error) {
	if n == nil {
		return nil, nil
	}
	if named := n.get("use"); named != nil {
		n = named
	}
	if n.is(text) {
		policies := im.root.get("use", "retries")
		p := policies.get(n.text)
		if p == nil {
			return nil, n.errorf("task %s: retry: %s", spec.Quote(name), spec.Unknown("policy", n.text, policies.keysOf()))
		}
		n = p
	}
	if err := n.want(table, "task "+spec.Quote(name)+": retry"); err != nil {
		return nil, err
	}
	v := tableOf(is("on", strs(on)))
	switch count := n.get("limit", "attempt", "count"); {
	case count == nil || expression(count.str()):
		v.add("attempts", ask("retries after the first try"))
	default:
		f, ok := count.num()
		if !ok || f < 0 || f != float64(int(f)) {
			return nil, count.errorf("task %s: attempt.count: found %s, want a whole number", spec.Quote(name), count.found())
		}
		v.add("attempts", im.d.bounded(count, "task "+spec.Quote(name)+": attempt.count", f, mostAttempts))
	}
	delay := str("0s")
	if d := n.get("delay"); d != nil {
		var err error
		if delay, err = im.duration(d, "task "+spec.Quote(name)+": delay"); err != nil {
			return nil, err
		}
	}
	v.add("interval", delay)
	rate := 1.0
	switch b := n.get("backoff"); {
	case b.get("exponential") != nil:
		rate = 2
		if m := b.get("exponential", "multiplier"); m != nil {
			f, ok := m.num()
			if !ok || f < 1 {
				return nil, m.errorf("task %s: multiplier: found %s, want a number, 1 or more", spec.Quote(name), m.found())
			}
			rate, _ = newText(m, im.d.bounded(m, "task "+spec.Quote(name)+": multiplier", f, mostRate).raw).num()
		}
	case b.get("linear") != nil:
		im.d.lose(b, "task %s: delays that grow by a sum: the same delay each time here", spec.Quote(name))
	}
	v.add("rate", num(rate))
	if j := n.get("jitter"); j != nil {
		im.d.lose(j, "task %s: jitter %s: give jitter = \"full\" for one from none to all of the delay", spec.Quote(name), j.compact())
	}
	for _, key := range []string{"when", "exceptWhen"} {
		if w := n.get(key); w != nil {
			im.d.lose(w, "task %s: retry %s %s: any error of its kind is tried again", spec.Quote(name), key, w.compact())
		}
	}
	if l := n.get("limit", "duration"); l != nil {
		im.d.lose(l, "task %s: the limit of all retries together: their number is the limit here", spec.Quote(name))
	}
	return &v, nil
}

// call reads what a task calls; a name is one of the workflow's functions.
func (im *cncf) call(s *step, name string, n *node, depth int) error {
	to := n.get("call")
	if err := to.want(text, "task "+spec.Quote(name)+": call"); err != nil {
		return err
	}
	with := n.get("with")
	switch to.text {
	case "http":
		at := with.get("endpoint")
		if at.is(table) {
			at = at.get("uri")
		}
		if at == nil {
			return n.errorf("task %s: a call of http without endpoint", spec.Quote(name))
		}
		im.http(s, at, strings.ToLower(with.get("method").str()))
	case "openapi", "asyncapi", "grpc", "a2a", "mcp":
		address := first(with.get("service", "host"), with.get("document", "endpoint", "uri"), with.get("document", "endpoint"), with.get("proto", "endpoint", "uri"), with.get("proto", "endpoint"))
		host, _ := hostOf(address.str())
		store := im.outside(s, firstText(host, address.str(), to.text), firstText(with.get("operationId").str(), with.get("method").str(), with.get("operation").str(), "call"), n)
		internet(store, host, "")
	default:
		functions := im.root.get("use", "functions")
		f := functions.get(to.text)
		if f == nil {
			if strings.Contains(to.text, "@") || strings.Contains(to.text, ":") || expression(to.text) { // of a catalogue
				im.outside(s, to.text, "call", n)
				return nil
			}
			return to.errorf("task %s: call: %s", spec.Quote(name), spec.Unknown("function", to.text, append(functions.keysOf(), "a2a", "asyncapi", "grpc", "http", "mcp", "openapi")))
		}
		if depth > maxSub {
			return to.errorf("task %s: the function %s leads to itself", spec.Quote(name), to.text)
		}
		if f.get("call") == nil {
			if f.get("run") == nil {
				return f.errorf("function %s: found %s, want a task with call or run", spec.Quote(to.text), f.found())
			}
			return im.run(s, to.text, f.get("run")) // one function, whoever calls it
		}
		return im.call(s, name, f, depth+1)
	}
	return nil
}

// http is a call of a function of a provider, or of another host.
func (im *cncf) http(s *step, at *node, method string) {
	host, path := hostOf(at.str())
	platform := ask("one of the experiment's platforms, which runs " + host)
	label, _, _ := strings.Cut(host, ".")
	source := ""
	switch {
	case strings.Contains(host, ".lambda-url."), strings.HasSuffix(host, ".on.aws"), strings.HasSuffix(host, ".azurewebsites.net"):
		source = lastOf("", label)
		if strings.HasSuffix(host, ".azurewebsites.net") {
			source = lastOf(path, label)
		}
	case strings.HasSuffix(host, "cloudfunctions.net"):
		source, platform = lastOf(path, label), str(cloudRun)
	case strings.HasSuffix(host, ".run.app"):
		source, platform = revision.ReplaceAllString(label, ""), str(cloudRun)
	}
	if source != "" {
		f := im.d.function(source, at, platform)
		s.fields = append(s.fields, is("call", str(f.name)))
		return
	}
	known := host
	if host == "" {
		host = s.name + "-host"
		im.d.lose(at, "task %s: where it calls is only known when it runs: %s", spec.Quote(s.name), at.compact())
	}
	internet(im.outside(s, host, firstText(method, "get"), at), known, "")
}

func (im *cncf) outside(s *step, source, op string, at *node) *item {
	store := im.d.outside(source, op, "time of a call of "+source, at)
	s.fields = append(s.fields, is("use", listOf(tableOf(is("store", str(store.name)), is("op", str(op))))))
	return store
}

// run is a container, script, shell command or workflow.
func (im *cncf) run(s *step, name string, n *node) error {
	if err := n.want(table, "task "+spec.Quote(name)+": run"); err != nil {
		return err
	}
	switch {
	case n.get("workflow") != nil:
		if a := n.get("await"); a.str() == "false" {
			im.d.lose(a, "task %s: await: false: here the workflow is waited for: fill in the time to start it", spec.Quote(name))
		}
		im.outside(s, firstText(n.get("workflow", "name").str(), name+"-workflow"), "run", n)
		im.d.lose(n, "task %s: the workflow %s is not in this file: only its time is known", spec.Quote(name), n.get("workflow", "name").str())
	default:
		f := im.d.function(name, n, ask("one of the experiment's platforms, which runs it"))
		s.fields = append(s.fields, is("call", str(f.name)))
		if a := n.get("await"); a.str() == "false" {
			s.fields = append(s.fields, is("async", yes()))
		}
	}
	return nil
}
