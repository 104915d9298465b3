package applications

import (
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// exits lists where a step can lead to within its list; none is its end. A case
// behind one that always holds is no way.
func (f *flow) exits(s *flowSpec, k int) (list []int) {
	x := &f.steps[k]
	if x.kind != choiceKind {
		list = append(list, x.next)
		return append(list, x.catches...)
	}
	for i := range s.Steps[k].Choice {
		o := &s.Steps[k].Choice[i]
		list = append(list, x.cases[i])
		if o.SizeAbove == 0 && o.Attempt == 0 && (o.Probability >= 1 || o.Probability == 0) && !hasHole(item(f.stepAt(k), "choice", i)) {
			break
		}
	}
	return list
}

// checkReached sees that each step can be reached from the first of its list.
func (c *checker) checkReached(s *flowSpec, f *flow) {
	if hasHole(f.at) {
		return // what is not said yet may lead there
	}
	for l := range f.lists {
		steps := f.lists[l].steps
		if len(steps) == 0 {
			continue
		}
		seen := map[int]bool{steps[0]: true}
		for queue := []int{steps[0]}; len(queue) > 0; queue = queue[1:] {
			for _, next := range f.exits(s, queue[0]) {
				if next != none && !seen[next] {
					seen[next] = true
					queue = append(queue, next)
				}
			}
		}
		for _, k := range steps {
			if !seen[k] {
				c.failf(f.stepAt(k), "no step leads to %q, want a next, a case or a catch that does", s.Steps[k].Name)
			}
		}
	}
}

// checkEnds refuses functions, flows and triggers that start each other for ever: what
// never ends whatever is drawn. Something ends if on some way all that it surely
// calls, and sends to, ends.
func (c *checker) checkEnds() {
	ends := map[named]bool{}
	for changed := true; changed; {
		changed = false
		for _, n := range c.starters() {
			if !ends[n] && c.canEnd(n, ends) {
				ends[n], changed = true, true
			}
		}
	}
	for _, n := range c.starters() {
		if ends[n] || !c.inRing(n, ends) {
			continue
		}
		c.failf(c.lineOf(n), "%s, and so on for ever, want a choice, or a probability below 1, on the way", c.ring(n, ends))
		return
	}
}

// starters lists the functions, flows and triggers.
func (a *Application) starters() (list []named) {
	for i := range a.file.Functions {
		list = append(list, named{functionClass, i})
	}
	for i := range a.file.Flows {
		list = append(list, named{flowClass, i})
	}
	for i := range a.file.Triggers {
		list = append(list, named{triggerClass, i})
	}
	return list
}

// canEnd reports whether something ends where those of a set do.
func (c *checker) canEnd(n named, ends map[named]bool) bool {
	switch n.class {
	case flowClass:
		return c.listEnds(n.index, 0, ends)
	default:
		for _, x := range c.surely(n) {
			if !ends[x] {
				return false
			}
		}
		return true
	}
}

// surely lists what a function calls, or a trigger starts, whenever it runs.
func (c *checker) surely(n named) (list []named) {
	if n.class == triggerClass {
		t := &c.file.Triggers[n.index]
		if t.Bus != nil && t.Bus.Match < 1 {
			return nil
		}
		return c.started(append(append(list, c.names[t.Start]), c.surelyDead(t)...))
	}
	for i := range c.file.Functions[n.index].Uses {
		list = append(list, c.surelyUsed(&c.file.Functions[n.index].Uses[i], c.at("function", n.index, "use", i))...)
	}
	if to, part := c.savedTo(&c.file.Functions[n.index]); part >= 1 {
		list = append(list, to)
	}
	return c.started(list)
}

// surelyUsed is what a use calls or sends to, where it surely does: not while it is still
// to be filled in how often.
func (c *checker) surelyUsed(u *useSpec, at *spec.Node) []named {
	if hasHole(at) || u.Probability < 1 || u.Count < 1 || u.Skip != "" {
		return nil
	}
	return []named{c.usedBy(u)}
}

// started leaves out what starts nothing.
func (c *checker) started(list []named) []named {
	return slices.DeleteFunc(list, func(n named) bool { return n.class == storeClass || n.class == noClass })
}

// listEnds reports whether some way through a list ends: from its first step to its
// end, over steps that end.
func (c *checker) listEnds(i, l int, ends map[named]bool) bool {
	f := &c.flows[i]
	if len(f.lists[l].steps) == 0 {
		return true
	}
	first := f.lists[l].steps[0]
	seen := map[int]bool{first: true}
	for queue := []int{first}; len(queue) > 0; queue = queue[1:] {
		k := queue[0]
		if !c.stepEnds(i, k, ends) {
			continue
		}
		for _, next := range c.ways(i, k) {
			if next == none {
				return true
			}
			if !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	return false
}

// ways lists where a step can lead to: a catch only where something is said by which
// the step fails.
func (c *checker) ways(i, k int) []int {
	s, f := &c.file.Flows[i], &c.flows[i]
	x := &s.Steps[k]
	fails := x.Timeout > 0 || x.Callback != nil || f.steps[k].kind != callKind
	if n := c.names[x.Call]; n.class == functionClass {
		fails = fails || c.file.Functions[n.index].Error > 0
	}
	if f.steps[k].kind == choiceKind || fails {
		return f.exits(s, k)
	}
	return []int{f.steps[k].next}
}

// stepEnds reports whether what a step starts ends.
func (c *checker) stepEnds(i, k int, ends map[named]bool) bool {
	for _, n := range c.stepStarts(i, k) {
		if !ends[n] {
			return false
		}
	}
	for _, l := range c.flows[i].steps[k].branches {
		if !c.listEnds(i, l, ends) {
			return false
		}
	}
	x := &c.file.Flows[i].Steps[k]
	if x.Route == nil || x.Route.Cache != nil && x.Route.Cache.HitRate > 0 {
		return true
	}
	return slices.ContainsFunc(x.Route.To, func(name string) bool { return ends[c.names[name]] })
}

// stepStarts is what a step surely starts.
func (c *checker) stepStarts(i, k int) (list []named) {
	x := &c.file.Flows[i].Steps[k]
	switch c.flows[i].steps[k].kind {
	case callKind:
		list = append(list, c.names[x.Call])
	case sendKind:
		if x.Send.Count >= 1 && !hasHole(c.flows[i].stepAt(k).Get("send")) {
			list = append(list, c.leadsTo(x.Send.To, ""))
		}
	case useKind:
		for u := range x.Use {
			list = append(list, c.surelyUsed(&x.Use[u], item(c.flows[i].stepAt(k), "use", u))...)
		}
	}
	return c.started(list)
}

// starts is all that something surely starts or may route to, of what never ends.
func (c *checker) starts(n named, ends map[named]bool) (list []named) {
	if n.class != flowClass {
		list = c.surely(n)
	} else {
		for k := range c.flows[n.index].steps {
			list = append(list, c.stepStarts(n.index, k)...)
			if r := c.file.Flows[n.index].Steps[k].Route; r != nil {
				for _, name := range r.To {
					list = append(list, c.names[name])
				}
			}
		}
	}
	return slices.DeleteFunc(list, func(x named) bool { return ends[x] })
}

// inRing reports whether something that never ends starts itself.
func (c *checker) inRing(n named, ends map[named]bool) bool { return len(c.way(n, ends)) > 0 }

// way is a shortest way on which something starts itself; nil: there is none.
func (c *checker) way(n named, ends map[named]bool) []named {
	return c.shortest(n, func(x named) []named { return c.starts(x, ends) })
}

// shortest is a shortest way on which something starts itself, of those that others start.
func (c *checker) shortest(n named, starts func(named) []named) []named {
	before := map[named]named{}
	for queue := []named{n}; len(queue) > 0; queue = queue[1:] {
		for _, x := range starts(queue[0]) {
			if x == n {
				way := []named{n}
				for at := queue[0]; at != n; at = before[at] {
					way = append(way, at)
				}
				way = append(way, n)
				slices.Reverse(way)
				return way
			}
			if _, seen := before[x]; !seen {
				before[x] = queue[0]
				queue = append(queue, x)
			}
		}
	}
	return nil
}

// ring tells the way on which something starts itself.
func (c *checker) ring(n named, ends map[named]bool) string {
	return c.wayOf(c.way(n, ends))
}

// nameOf is the name of something.
func (a *Application) nameOf(n named) string {
	switch n.class {
	case functionClass:
		return a.file.Functions[n.index].Name
	case flowClass:
		return a.file.Flows[n.index].Name
	case triggerClass:
		return a.file.Triggers[n.index].Name
	case storeClass:
		return a.file.Stores[n.index].Name
	}
	return ""
}
