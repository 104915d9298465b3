package imports

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// cloudRun is the platform that an experiment is expected to have for Google's functions.
const cloudRun = "run"

// call is a step that calls: a service by HTTP, a connector, a subworkflow or the
// standard library.
func (im *google) call(g *graph, name string, n *node, c context, after *step) (*step, error) {
	to := n.get("call")
	if err := to.want(text, "step "+spec.Quote(name)+": call"); err != nil {
		return nil, err
	}
	if sub := im.root.get(to.text); sub != nil && im.root.is(table) {
		return im.sub(g, name, n, sub, c, after)
	}
	s, err := g.add(name, "call", n, after)
	if err != nil {
		return nil, err
	}
	s.from += " " + to.text
	args := n.get("args")
	fallible := true
	switch what, rest, _ := strings.Cut(to.text, "."); {
	case what == "http":
		err = im.http(s, name, n, rest, args)
	case what == "googleapis":
		im.connector(s, name, n, rest, args)
	case to.text == "sys.sleep":
		var v value
		if seconds := args.get("seconds"); seconds == nil {
			return nil, n.errorf("step %s: sys.sleep without seconds", spec.Quote(name))
		} else if v, err = googleSeconds(seconds, "step "+spec.Quote(name)+": seconds"); err == nil {
			s.fields, fallible = append(s.fields, is("wait", v)), false
		}
	case to.text == "sys.sleep_until":
		s.fields, fallible = append(s.fields, is("wait", ask("how long it waits: "+to.text))), false
	case to.text == "events.await_callback":
		err = im.callback(s, name, n, args)
	case what == "experimental" && strings.HasPrefix(rest, "executions."):
		im.executions(s, name, n, rest, args)
	case strings.Contains(to.text, "${"):
		im.d.lose(to, "step %s: which subworkflow it calls is only known when it runs: %s", spec.Quote(name), to.text)
		s.fields = append(s.fields, is("pass", yes()))
	case standard[what]:
		s.fields, fallible = append(s.fields, is("pass", yes())), false
	default:
		subs := slices.Clone(im.root.keysOf())
		return nil, to.errorf("step %s: call: %s", spec.Quote(name), spec.Unknown("subworkflow or service", to.text, append(subs, "http.get", "http.post", "sys.sleep", "sys.log")))
	}
	if err != nil {
		return nil, err
	}
	if fallible {
		im.guard(s, c)
	}
	return s, im.next(g, n, c, s)
}

// standard are the modules of the standard library whose calls take no time that is billed.
var standard = map[string]bool{"sys": true, "json": true, "text": true, "base64": true, "math": true, "list": true, "map": true, "time": true, "retry": true, "uuid": true, "hash": true, "events": true,
	"keys": true, "len": true, "string": true, "int": true, "double": true, "default": true, "if": true, "get_type": true}

// maxSub bounds how deep subworkflows call each other.
const maxSub = 20

// sub writes out a subworkflow where it is called: a step that calls, and its steps.
func (im *google) sub(g *graph, name string, n, sub *node, c context, after *step) (*step, error) {
	im.deep++
	defer func() { im.deep-- }()
	if im.deep > maxSub {
		return nil, n.errorf("step %s: subworkflows call each other more than %d deep: does %s call itself?", spec.Quote(name), maxSub, n.get("call").text)
	}
	rest, err := g.add(name+"-after", "next", n, after) // where its returns lead
	if err != nil {
		return nil, err
	}
	rest.weight = 0
	rest.fields = append(rest.fields, is("pass", yes()))
	if err := im.next(g, n, c, rest); err != nil {
		return nil, err
	}
	own := &graph{d: g.d, flow: g.flow, entries: map[string]*step{}, made: g.made} // its names are its own
	first, err := im.list(own, stepsOf(sub), context{after: rest, handler: c.handler, handled: c.handled}, rest)
	if err != nil {
		return nil, err
	}
	for _, j := range own.jumps {
		s, ok := own.entries[j.name]
		if !ok {
			return nil, j.at.errorf("next: %s", spec.Unknown("step", j.name, own.known))
		}
		j.set(s)
	}
	g.steps = append(g.steps, own.steps...)
	s, err := g.add(name, "call", n, first)
	if err != nil {
		return nil, err
	}
	s.from += " " + n.get("call").text
	s.fields = append(s.fields, is("pass", yes()))
	return s, nil
}

// http is a request: to a function of Google's, or to another host.
func (im *google) http(s *step, name string, n *node, method string, args *node) error {
	at := args.get("url")
	if at == nil {
		return n.errorf("step %s: http.%s without url", spec.Quote(name), method)
	}
	if t := args.get("timeout"); t != nil {
		v, err := googleSeconds(t, "step "+spec.Quote(name)+": timeout")
		if err != nil {
			return err
		}
		s.fields = append(s.fields, is("timeout", v))
	}
	host, path := hostOf(at.str())
	switch {
	case host == "":
		f := im.d.function(variable(at.str(), s.name), at, str(cloudRun))
		s.fields = append(s.fields, is("call", str(f.name)))
		im.d.lose(at, "step %s: where it calls is only known when it runs (%s): taken for a function, %s", spec.Quote(name), at.str(), f.name)
	case strings.HasSuffix(host, "cloudfunctions.net"):
		f := im.d.function(lastOf(path, strings.SplitN(host, ".", 2)[0]), at, str(cloudRun))
		s.fields = append(s.fields, is("call", str(f.name)))
	case strings.HasSuffix(host, ".run.app"):
		f := im.d.function(revision.ReplaceAllString(strings.SplitN(host, ".", 2)[0], ""), at, str(cloudRun))
		s.fields = append(s.fields, is("call", str(f.name)))
	default:
		if method == "request" {
			method = strings.ToLower(args.get("method").str())
		}
		store := im.d.outside(host, method, "time of a call of "+host, at)
		internet(store, host, "gcp")
		s.fields = append(s.fields, is("use", listOf(tableOf(is("store", str(store.name)), is("op", str(method))))))
	}
	return nil
}

// revision is the part of a service's host that tells its project apart.
var revision = regexp.MustCompile(`-[a-z0-9]{10,}-[a-z]{2}$|-[0-9]{6,}$`)

// literal finds the texts in an expression.
var literal = regexp.MustCompile(`"([^"]*)"|'([^']*)'`)

// hostOf is the host of an address, or of the first text in an expression that has one.
func hostOf(s string) (host, path string) {
	candidates := []string{s}
	if strings.HasPrefix(s, "$") {
		candidates = nil
		for _, m := range literal.FindAllStringSubmatch(s, -1) {
			candidates = append(candidates, m[1]+m[2])
		}
	}
	for _, c := range candidates {
		if u, err := url.Parse(c); err == nil && u.Host != "" && !strings.ContainsAny(u.Host, "${}") {
			return u.Host, u.Path
		}
		if rest, ok := strings.CutPrefix(c, "https://"); ok && rest != "" { // with variables in it
			host, path, _ := strings.Cut(rest, "/")
			if parts := strings.Split(host, "}"); len(parts) > 1 && strings.Contains(parts[len(parts)-1], ".") {
				return strings.Trim(parts[len(parts)-1], ".-"), "/" + path
			}
			if !strings.ContainsAny(host, "${}") && strings.Contains(host, ".") {
				return host, "/" + path
			}
		}
		if strings.HasSuffix(c, "cloudfunctions.net") || strings.Contains(c, ".cloudfunctions.net/") {
			_, path, _ := strings.Cut(c, "cloudfunctions.net")
			return "cloudfunctions.net", path
		}
	}
	return "", ""
}

// lastOf is the last part of a path, or something else where it has none.
func lastOf(path, otherwise string) string {
	path = strings.Trim(path, "/")
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		path = path[i+1:]
	}
	if path == "" {
		return otherwise
	}
	return path
}

// variable is the name that an expression is, as in ${urls.classify}.
func variable(s, otherwise string) string {
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(s, "${"), "}"))
	if i := strings.LastIndexAny(s, ".["); i >= 0 {
		s = s[i+1:]
	}
	s = strings.Trim(s, `"'] `)
	if s == "" || strings.ContainsAny(s, " +()") {
		return otherwise
	}
	return s
}

// connector is a call of one of Google's services.
func (im *google) connector(s *step, name string, n *node, address string, args *node) {
	parts := strings.Split(address, ".")
	service, action := parts[0], parts[len(parts)-1]
	use := func(store *item, op string) {
		s.fields = append(s.fields, is("use", listOf(tableOf(is("store", str(store.name)), is("op", str(op))))))
	}
	switch {
	case service == "cloudfunctions" && action == "call":
		f := im.d.function(lastOf(strings.Trim(args.get("name").str(), `"`), s.name+"-function"), n, str(cloudRun))
		s.fields = append(s.fields, is("call", str(f.name)))
	case service == "pubsub" && action == "publish":
		topic := lastOf(args.get("topic").str(), s.name+"-topic")
		body := args
		if args.get("body") != nil {
			body = args.get("body")
		}
		_, count := batched(body, "how many messages it publishes", "messages")
		s.fields = append(s.fields, is("send", withCount(tableOf(is("to", str(im.d.store(topic, "pub-sub", n).name))), count)))
	case service == "workflowexecutions" && (action == "run" || action == "create"):
		im.executions(s, name, n, "executions."+action, args)
	case service == "aiplatform" && (action == "predict" || action == "generateContent" || action == "rawPredict"):
		f := im.d.function(lastOf(args.first("endpoint", "model").str(), s.name+"-model"), n, ask("the experiment's platform that serves the model: an API by the token, or a deployment"))
		s.fields = append(s.fields, is("call", str(f.name)))
		im.d.lose(n, "step %s: a model's tokens stand in no definition; give function %s tokens where its platform bills by them", spec.Quote(name), f.name)
	default:
		use(im.d.outside(service, action, fmt.Sprintf("time of a call of %s.%s, with what it waits for", service, strings.Join(parts[1:], ".")), n), action)
	}
}

// executions starts another workflow, or one an item.
func (im *google) executions(s *step, name string, n *node, action string, args *node) {
	workflow := args.first("workflow_id", "workflowId", "parent")
	source := lastOf(workflow.str(), s.name+"-workflow")
	store := im.d.outside(source, "run", "until an execution of it ends", n)
	op := tableOf(is("store", str(store.name)), is("op", str("run")))
	if action == "executions.map" {
		op.add("count", ask("how many items: "+args.get("arguments").compact()))
		op.add("parallel", yes())
	}
	s.fields = append(s.fields, is("use", listOf(op)))
	im.d.lose(n, "step %s: the workflow %s is not in this file: only its time is known", spec.Quote(name), source)
}

// callback waits until somebody answers, which may fail by its timeout, and is tried
// again and caught as any call is.
func (im *google) callback(s *step, name string, n, args *node) error {
	store := im.d.outside("callbacks", "await", "until the callback comes", n)
	s.fields = append(s.fields, is("use", listOf(tableOf(is("store", str(store.name)), is("op", str("await"))))))
	if t := args.get("timeout"); t != nil {
		v, err := googleSeconds(t, "step "+spec.Quote(name)+": timeout")
		if err != nil {
			return err
		}
		s.fields = append(s.fields, is("timeout", v))
	}
	return nil
}
