package imports

import (
	"fmt"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// cncf reads a workflow of the CNCF's Serverless Workflow DSL 1.0
// (https://github.com/serverlessworkflow/specification).
type cncf struct {
	d    *Draft
	root *node
	deep int
}

// cncfWords are the keys that say what a task does.
var cncfWords = []string{"call", "do", "emit", "for", "fork", "listen", "raise", "run", "set", "switch", "try", "wait"}

func isCNCF(n *node) bool { return n.get("document", "dsl") != nil }

func readCNCF(d *Draft, n *node, _ *Options) error {
	dsl := n.get("document", "dsl")
	if !strings.HasPrefix(dsl.str(), "1.") {
		return first(dsl, n).errorf("document.dsl: found %s, want 1.x", first(dsl, n).found())
	}
	if title := n.get("document").first("title", "name"); title != nil {
		d.Title = comment(title.str())
	}
	im := &cncf{d: d, root: n}
	f, g := d.startFlow(firstText(n.get("document", "name").str(), titleOf(n.file)), "none", n)
	d.note("who runs the workflow stands in no definition of this form: the engine is none, which takes no time and bills nothing")
	if t := n.get("timeout"); t != nil {
		v, err := im.timeout(t)
		if err != nil {
			return err
		}
		f.fields = append(f.fields, field{"timeout", v, im.d.at(t)})
	}
	for _, e := range n.get("use", "extensions").each() {
		d.lose(e, "extension %s: what it does before or after tasks is not done", strings.Join(e.keysOf(), ", "))
	}
	if err := n.need("do", list, "a workflow"); err != nil {
		return err
	}
	start, err := im.tasks(g, n.get("do"), cncfPlace{}, nil)
	if err != nil {
		return err
	}
	if start == nil {
		return n.get("do").errorf("do is empty, want at least one task")
	}
	steps, err := g.finish(start)
	if err != nil {
		return err
	}
	f.settle(steps)
	return im.schedule(f, n.get("schedule"))
}

func firstText(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

// schedule is what starts a workflow.
func (im *cncf) schedule(f *flow, n *node) error {
	if n == nil {
		return nil
	}
	if at := n.first("cron", "every", "after"); at != nil {
		im.d.lose(at, "who keeps the schedule stands in no definition of this form: taken as %s", scheduler)
	}
	switch {
	case n.get("cron") != nil:
		return im.d.schedule(f.name+"-schedule", n.get("cron").str(), f.name, "cron", n.get("cron"))
	case n.first("every", "after") != nil:
		at := n.first("every", "after")
		v, err := im.duration(at, "schedule")
		if err != nil {
			return err
		}
		t := im.d.trigger(f.name+"-schedule", at, f.name)
		t.set("schedule", tableOf(is("service", str(scheduler)), is("every", v)), "")
	case n.get("on") != nil:
		t := im.d.trigger(f.name+"-event", n.get("on"), f.name)
		t.from += ": " + n.get("on").compact()
		t.arrive()
	}
	return nil
}

// cncfPlace is where a task stands.
type cncfPlace struct {
	exit    *step // what follows the block around it
	handler *step
	handled bool
	on      []string
	within  bool // in a branch or loop
	names   string
}

// tasks reads a list of tasks from the last to the first, and returns the first.
func (im *cncf) tasks(g *graph, n *node, p cncfPlace, after *step) (*step, error) {
	if n == nil {
		return after, nil
	}
	if err := n.want(list, "tasks"); err != nil {
		return nil, err
	}
	if im.deep++; im.deep > maxDepth {
		return nil, n.errorf("nested deeper than %d levels", maxDepth)
	}
	defer func() { im.deep-- }()
	p.exit = after
	p.names = fmt.Sprintf("%s/%d", p.names, n.line)
	for i := len(n.items) - 1; i >= 0; i-- {
		item := n.items[i]
		if !item.is(table) || len(item.keys) != 1 {
			return nil, item.errorf("found %s, want a task: a table of its name", item.found())
		}
		name := item.keys[0]
		body := item.under[name]
		if err := body.want(table, "task "+spec.Quote(name)); err != nil {
			return nil, err
		}
		s, err := im.task(g, name, body, p, after)
		if err != nil {
			return nil, err
		}
		if s, err = im.when(g, name, body, s, after); err != nil {
			return nil, err
		}
		if err := g.entry(item, p.names+" "+name, s); err != nil {
			return nil, err
		}
		after = s
	}
	return after, nil
}

// when lets a task with an if be passed over.
func (im *cncf) when(g *graph, name string, n *node, s, after *step) (*step, error) {
	c := n.get("if")
	if c == nil {
		return s, nil
	}
	choose, err := g.add(name+"-if", "if", c, nil)
	if err != nil {
		return nil, err
	}
	choose.weight = 0 // a task that is passed over is not entered
	choose.choices = []choice{{when: strings.TrimSpace(c.compact()), next: s}, {otherwise: true, next: after}}
	return choose, nil
}

// task reads a task, and returns the first step of what it becomes.
func (im *cncf) task(g *graph, name string, n *node, p cncfPlace, after *step) (*step, error) {
	word := ""
	for _, w := range []string{"for", "try", "call", "fork", "emit", "listen", "raise", "run", "set", "switch", "wait", "do"} { // a for has a do too
		if n.get(w) != nil {
			word = w
			break
		}
	}
	if word == "" {
		return nil, n.errorf("task %s: %s", spec.Quote(name), spec.Unknown("key", strings.Join(n.keys, ", "), cncfWords))
	}
	g.flow.kinds[word]++
	after, err := im.then(g, name, n, p, after)
	if err != nil {
		return nil, err
	}
	switch word {
	case "do":
		s, err := im.block(g, name, n, p, after)
		return entered(s, after), err
	case "switch":
		return im.choose(g, name, n, p, after)
	case "try":
		s, err := im.try(g, name, n, p, after)
		return entered(s, after), err
	}
	s, err := g.add(name, word, n, after)
	if err != nil {
		return nil, err
	}
	fallible := true
	switch word {
	case "set":
		s.fields, fallible = append(s.fields, is("pass", yes())), false
	case "raise":
		if fallible = false; p.handled {
			s.next = p.handler
			s.fields = append(s.fields, is("pass", yes()))
		} else {
			s.ends = true
			s.fields = append(s.fields, is("fail", yes()))
		}
	case "wait":
		var v value
		if v, err = im.duration(n.get("wait"), "task "+spec.Quote(name)+": wait"); err == nil {
			s.fields, fallible = append(s.fields, is("wait", v)), false
		}
	case "listen":
		if each := first(n.get("foreach"), n.get("listen", "foreach")); each != nil {
			im.d.lose(each, "task %s: what is done for each event is not: add it to the time until they are there", spec.Quote(name))
		}
		store := im.d.outside("events", "listen-"+s.name, "until the events are there: "+short(n.get("listen", "to").compact()), n)
		s.fields = append(s.fields, is("use", listOf(tableOf(is("store", str(store.name)), is("op", str("listen-"+s.name))))))
	case "emit":
		store := im.d.outside("events", "emit", "time to publish an event", n)
		s.fields = append(s.fields, is("use", listOf(tableOf(is("store", str(store.name)), is("op", str("emit"))))))
	case "call":
		err = im.call(s, name, n, 0)
	case "run":
		err = im.run(s, name, n.get("run"))
	case "for":
		err = im.loop(g, s, name, n)
	case "fork":
		err = im.fork(g, s, name, n)
	}
	if err != nil {
		return nil, err
	}
	if t := n.get("timeout"); t != nil {
		v, err := im.timeout(t)
		if err != nil {
			return nil, err
		}
		s.fields = append(s.fields, is("timeout", v))
	}
	if p.handled && fallible {
		s.catch = append(s.catch, catcher{p.on, p.handler})
	}
	return s, nil
}

// entered counts a task that only groups others as entered with the first of them.
func entered(s, after *step) *step {
	if s != nil && s != after { // there are some, and no mistake
		s.weight++
	}
	return s
}

// then is what follows a task: the one below, unless it says otherwise.
func (im *cncf) then(g *graph, name string, n *node, p cncfPlace, after *step) (*step, error) {
	to := n.get("then")
	if to == nil {
		return after, nil
	}
	if err := to.want(text, "task "+spec.Quote(name)+": then"); err != nil {
		return nil, err
	}
	switch to.text {
	case "continue":
		return after, nil
	case "exit":
		return p.exit, nil
	}
	s, err := g.add(name+"-then", "then", to, after)
	if err != nil {
		return nil, err
	}
	s.weight = 0
	s.fields = append(s.fields, is("pass", yes()))
	im.jump(g, to, p, func(target *step) { s.next = target })
	return s, nil
}

// jump joins what leads to a task of the same list: continue is the caller's.
func (im *cncf) jump(g *graph, to *node, p cncfPlace, set func(*step)) {
	switch to.text {
	case "exit":
		set(p.exit)
	case "end":
		if p.within {
			im.d.lose(to, "then: end within a branch or loop ends only that here")
		}
		set(nil)
	default:
		g.to(to, p.names+" "+to.text, set)
	}
}

func (im *cncf) block(g *graph, name string, n *node, p cncfPlace, after *step) (*step, error) {
	start, err := im.tasks(g, n.get("do"), p, after)
	if err != nil {
		return nil, err
	}
	if start == after {
		s, err := g.add(name, "do", n, after)
		if err != nil {
			return nil, err
		}
		s.weight = 0 // counted as who enters it
		s.fields = append(s.fields, is("pass", yes()))
		return s, nil
	}
	return start, nil
}

func (im *cncf) choose(g *graph, name string, n *node, p cncfPlace, after *step) (*step, error) {
	cases := n.get("switch")
	if err := cases.want(list, "task "+spec.Quote(name)+": switch"); err != nil {
		return nil, err
	}
	s, err := g.add(name, "switch", n, nil)
	if err != nil {
		return nil, err
	}
	s.choices = make([]choice, 0, len(cases.items)+1)
	done := false
	for _, item := range cases.items {
		if !item.is(table) || len(item.keys) != 1 {
			return nil, item.errorf("found %s, want a case: a table of its name", item.found())
		}
		c := item.under[item.keys[0]]
		if err := c.want(table, "case "+spec.Quote(item.keys[0])); err != nil {
			return nil, err
		}
		if done {
			im.d.lose(item, "case %s stands after the default, and is never reached", spec.Quote(item.keys[0]))
			continue
		}
		done = c.get("when") == nil
		k := len(s.choices)
		s.choices = append(s.choices, choice{otherwise: done, next: after})
		if !done {
			s.choices[k].when = strings.TrimSpace(c.get("when").compact())
		}
		if to := c.get("then"); to != nil && to.str() != "continue" {
			if err := to.want(text, "case "+spec.Quote(item.keys[0])+": then"); err != nil {
				return nil, err
			}
			im.jump(g, to, p, func(target *step) { s.choices[k].next = target })
		}
	}
	if !done { // none holds: the task below
		s.choices = append(s.choices, choice{otherwise: true, next: after})
	}
	return s, nil
}

// inner is a list of its own: of a branch or of what a loop does.
func (im *cncf) inner(g *graph, tasks, at *node) ([]*step, error) {
	b := g.below()
	start, err := im.tasks(b, tasks, cncfPlace{within: true}, nil)
	if err != nil {
		return nil, err
	}
	if start == nil {
		if start, err = b.add("nothing", "do", at, nil); err != nil {
			return nil, err
		}
		start.weight = 0
		start.fields = append(start.fields, is("pass", yes()))
	}
	return b.finish(start)
}

func (im *cncf) loop(g *graph, s *step, name string, n *node) error {
	if err := n.need("do", list, "task "+spec.Quote(name)+": for"); err != nil {
		return err
	}
	f := n.get("for")
	if err := f.want(table, "task "+spec.Quote(name)+": for"); err != nil {
		return err
	}
	if f.get("in") == nil {
		return f.errorf("task %s: a for without in", spec.Quote(name))
	}
	body, err := im.inner(g, n.get("do"), n)
	if err != nil {
		return err
	}
	s.branches = append(s.branches, body)
	if w := n.get("while"); w != nil {
		im.d.lose(w, "task %s: while %s: give the number of items that it leaves", spec.Quote(name), w.compact())
	}
	s.fields = append(s.fields, is("map", tableOf(is("items", ask("how many items: "+f.get("in").compact())), is("steps", names(body)), is("concurrency", whole(1)))))
	return nil
}

func (im *cncf) fork(g *graph, s *step, name string, n *node) error {
	f := n.get("fork")
	if err := f.want(table, "task "+spec.Quote(name)+": fork"); err != nil {
		return err
	}
	if err := f.need("branches", list, "task "+spec.Quote(name)+": fork"); err != nil {
		return err
	}
	if len(f.get("branches").items) == 0 {
		return f.errorf("task %s: branches is empty, want at least one", spec.Quote(name))
	}
	all := listOf()
	for _, b := range f.get("branches").items {
		one := &node{file: b.file, line: b.line, kind: list, items: []*node{b}}
		branch, err := im.inner(g, one, b)
		if err != nil {
			return err
		}
		s.branches = append(s.branches, branch)
		all.items = append(all.items, names(branch))
	}
	if c := f.get("compete"); c.yes() {
		im.d.lose(c, "task %s: compete: the first branch that ends goes on there; here all are waited for", spec.Quote(name))
	}
	s.fields = append(s.fields, is("parallel", all))
	return nil
}
