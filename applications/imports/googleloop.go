package imports

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// inner is a list of its own: of a branch or of what a loop does.
func (im *google) inner(g *graph, steps *node, at *node) ([]*step, error) {
	b := g.below()
	first, err := im.list(b, steps, context{within: true}, nil)
	if err != nil {
		return nil, err
	}
	if first == nil {
		if first, err = b.add("nothing", "steps", at, nil); err != nil {
			return nil, err
		}
		first.weight = 0
		first.fields = append(first.fields, is("pass", yes()))
	}
	return b.finish(first)
}

// loop is a for: in turn, or all at the same time.
func (im *google) loop(g *graph, name string, at, n *node, c context, after *step, parallel bool) (*step, error) {
	if err := n.want(table, "step "+spec.Quote(name)+": for"); err != nil {
		return nil, err
	}
	if err := n.need("steps", list, "step "+spec.Quote(name)+": for"); err != nil {
		return nil, err
	}
	body, err := im.inner(g, n.get("steps"), n)
	if err != nil {
		return nil, err
	}
	kind := "for"
	if parallel {
		kind = "parallel for"
	}
	s, err := g.add(name, kind, at, after)
	if err != nil {
		return nil, err
	}
	s.branches = append(s.branches, body)
	items, count, err := rangeOf(n, name)
	if err != nil {
		return nil, err
	}
	s.items = count
	v := tableOf(is("items", items), is("steps", names(body)))
	if !parallel {
		v.add("concurrency", whole(1))
	} else if limit := at.get("parallel", "concurrency_limit"); limit != nil {
		most, ok := limit.num()
		switch {
		case expression(limit.str()):
			v.add("concurrency", ask("how many items at a time: "+limit.str()))
		case !ok || most < 1 || most != float64(int(most)):
			return nil, limit.errorf("step %s: concurrency_limit: found %s, want a whole number, 1 or more", spec.Quote(name), limit.found())
		default:
			v.add("concurrency", num(most))
		}
	}
	s.fields = append(s.fields, is("map", v))
	im.guard(s, c)
	return s, im.next(g, at, c, s)
}

// rangeOf is how many rounds a loop has.
func rangeOf(n *node, name string) (value, int, error) {
	if r := n.get("range"); r.is(list) {
		if len(r.items) != 2 {
			return value{}, 0, r.errorf("step %s: range: want its first and last number", spec.Quote(name))
		}
		a, ok1 := r.items[0].num()
		b, ok2 := r.items[1].num()
		if ok1 && ok2 {
			if b < a || b-a > 1e9 {
				return value{}, 0, r.errorf("step %s: range: found %s to %s, want rising numbers", spec.Quote(name), r.items[0].found(), r.items[1].found())
			}
			count := int(b) - int(a) + 1
			return whole(count), count, nil
		}
		return ask("how many rounds: " + r.compact()), 0, nil
	}
	in := n.first("in", "range")
	if in == nil {
		return value{}, 0, n.errorf("step %s: a for without in or range", spec.Quote(name))
	}
	if in.is(list) && len(in.items) > 0 {
		return whole(len(in.items)), len(in.items), nil
	}
	return ask("how many items: " + in.compact()), 0, nil
}

// parallel is branches, or a loop whose rounds are side by side.
func (im *google) parallel(g *graph, name string, n *node, c context, after *step) (*step, error) {
	p := n.get("parallel")
	if err := p.want(table, "step "+spec.Quote(name)+": parallel"); err != nil {
		return nil, err
	}
	if policy := p.get("exception_policy"); policy != nil && policy.str() != "unhandled" {
		im.d.lose(policy, "step %s: exception_policy %s: the first error of a branch ends the step here", spec.Quote(name), policy.compact())
	}
	if f := p.get("for"); f != nil {
		return im.loop(g, name, n, f, c, after, true)
	}
	if err := p.need("branches", list, "step "+spec.Quote(name)+": parallel"); err != nil {
		return nil, err
	}
	if len(p.get("branches").items) == 0 {
		return nil, p.errorf("step %s: branches is empty, want at least one", spec.Quote(name))
	}
	if limit := p.get("concurrency_limit"); limit != nil {
		im.d.lose(limit, "step %s: concurrency_limit of branches: all run at the same time", spec.Quote(name))
	}
	s, err := g.add(name, "parallel", n, after)
	if err != nil {
		return nil, err
	}
	all := listOf()
	for _, b := range p.get("branches").items {
		if !b.is(table) || len(b.keys) != 1 {
			return nil, b.errorf("found %s, want a branch: a table of its name", b.found())
		}
		body := b.under[b.keys[0]]
		if err := body.want(table, "branch "+spec.Quote(b.keys[0])); err != nil {
			return nil, err
		}
		steps := body.get("steps")
		if steps == nil { // one step without a name
			steps = &node{file: b.file, line: b.line, kind: list, items: []*node{b}}
		}
		branch, err := im.inner(g, steps, b)
		if err != nil {
			return nil, err
		}
		s.branches = append(s.branches, branch)
		all.items = append(all.items, names(branch))
	}
	s.fields = append(s.fields, is("parallel", all))
	im.guard(s, c)
	return s, im.next(g, n, c, s)
}

// guard lets the handler of its place catch a step's errors.
func (im *google) guard(s *step, c context) {
	if c.handled {
		s.catch = append(s.catch, catcher{[]string{"any"}, c.handler})
	}
}

// try is steps whose errors are tried again and caught.
func (im *google) try(g *graph, name string, n *node, c context, after *step) (*step, error) {
	body := n.get("try")
	if err := body.want(table, "step "+spec.Quote(name)+": try"); err != nil {
		return nil, err
	}
	inside := c
	except := n.get("except")
	if except != nil {
		first, err := im.list(g, except.get("steps"), c, after)
		if err != nil {
			return nil, err
		}
		inside.handler, inside.handled = first, true
	}
	retry, err := im.retry(n, name)
	if err != nil {
		return nil, err
	}
	switch {
	case body.get("steps") == nil && body.get("call") != nil && (retry == nil || im.root.get(body.get("call").str()) == nil): // one call, tried again by itself
		s, err := im.call(g, name, body, inside, after)
		if err != nil {
			return nil, err
		}
		if retry != nil {
			s.fields = append(s.fields, is("retry", listOf(*retry)))
		}
		return s, im.next(g, n, c, s)
	case retry == nil && body.get("steps") != nil:
		inner := *body
		inner.kind = table
		return im.block(g, name, withNext(&inner, n), inside, after)
	}
	steps := body.get("steps") // tried again as a whole: a list of its own
	if steps == nil {
		steps = &node{file: body.file, line: body.line, kind: list, items: []*node{newTable(body, name+"-try", body)}}
	}
	branch, err := im.inner(g, steps, body)
	if err != nil {
		return nil, err
	}
	s, err := g.add(name, "try", n, after)
	if err != nil {
		return nil, err
	}
	s.branches = append(s.branches, branch)
	s.fields = append(s.fields, is("parallel", listOf(names(branch))))
	if retry != nil {
		s.fields = append(s.fields, is("retry", listOf(*retry)))
	}
	im.guard(s, inside)
	return s, im.next(g, n, c, s)
}

// withNext is a block with the next of the step around it.
func withNext(block, outer *node) *node {
	to := outer.get("next")
	if to == nil || block.get("next") != nil {
		return block
	}
	c := &node{file: block.file, line: block.line, kind: table}
	for _, key := range block.keys {
		c.put(key, block.under[key])
	}
	c.put("next", to)
	return c
}

// The policies of retries that Google Workflows has ready
// (https://cloud.google.com/workflows/docs/reference/syntax/retrying).
const (
	googleRetries = 5
	googleFirst   = "1s"
	googleRate    = 1.25
	googleMost    = "1m"
)

// retry reads how a try is tried again; nil: not at all.
func (im *google) retry(n *node, name string) (*value, error) {
	r := n.get("retry")
	if r == nil {
		return nil, nil
	}
	if r.is(text) {
		if !strings.Contains(r.text, "default_retry") {
			im.d.lose(r, "step %s: the retry policy %s is not known here: taken as http.default_retry", spec.Quote(name), r.text)
		} else {
			im.d.lose(r, "step %s: %s tells errors apart by their codes: any error is tried again", spec.Quote(name), r.text)
		}
		v := tableOf(is("on", strs([]string{"any"})), is("attempts", whole(googleRetries)), is("interval", str(googleFirst)), is("rate", num(googleRate)), is("cap", str(googleMost)))
		return &v, nil
	}
	if err := r.want(table, "step "+spec.Quote(name)+": retry"); err != nil {
		return nil, err
	}
	if p := r.get("predicate"); p != nil {
		im.d.lose(p, "step %s: the predicate %s: any error is tried again", spec.Quote(name), p.compact())
	}
	v := tableOf(is("on", strs([]string{"any"})))
	attempts, ok := r.get("max_retries").num()
	switch most := r.get("max_retries"); {
	case most == nil || expression(most.str()):
		v.add("attempts", ask("retries after the first try"))
	case !ok || attempts < 0 || attempts != float64(int(attempts)):
		return nil, most.errorf("step %s: max_retries: found %s, want a whole number", spec.Quote(name), most.found())
	default:
		v.add("attempts", im.d.bounded(most, "step "+spec.Quote(name)+": max_retries", attempts, mostAttempts))
	}
	b := r.get("backoff")
	for _, part := range []struct{ from, to string }{{"initial_delay", "interval"}, {"multiplier", "rate"}, {"max_delay", "cap"}} {
		p := b.get(part.from)
		switch {
		case p == nil:
		case part.to == "rate":
			f, ok := p.num()
			if !ok || f < 1 {
				return nil, p.errorf("step %s: multiplier: found %s, want a number, 1 or more", spec.Quote(name), p.found())
			}
			v.add("rate", im.d.bounded(p, "step "+spec.Quote(name)+": multiplier", f, mostRate))
		default:
			t, err := googleSeconds(p, "step "+spec.Quote(name)+": "+part.from)
			if err != nil {
				return nil, err
			}
			v.add(part.to, t)
		}
	}
	return &v, nil
}

// googleSeconds reads seconds, which may stand in a text.
func googleSeconds(n *node, what string) (value, error) {
	if expression(n.str()) {
		return ask(what + " is " + n.str()), nil
	}
	f, err := strconv.ParseFloat(n.str(), 64)
	if err != nil {
		return value{}, n.errorf("%s: found %s, want a number of seconds", what, n.found())
	}
	return lasting(n, f, fmt.Sprint(what))
}
