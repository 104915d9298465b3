package applications

import (
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// outs lists where a step can lead to, as exits; of one that surely fails only what
// catches that.
func (c *checker) outs(s *flowSpec, f *flow, k int) []int {
	if !c.surelyFails(&s.Steps[k], f.steps[k].kind) {
		return f.exits(s, k)
	}
	var list []int
	for i, next := range f.steps[k].catches {
		list = append(list, next)
		if on := s.Steps[k].Catch[i].On; slices.Contains(on, "any") || slices.Contains(on, "failed") {
			return list
		}
	}
	return append(list, none) // it fails its flow
}

// surelyFails reports whether each attempt at a step fails.
func (c *checker) surelyFails(x *stepSpec, k kind) bool {
	if b := x.Callback; b != nil && b.Failed >= 1 {
		return true
	}
	broken := func(name string) bool {
		n := c.names[name]
		return n.class == functionClass && c.file.Functions[n.index].Error >= 1
	}
	switch k {
	case callKind:
		return !x.Async && broken(x.Call)
	case routeKind:
		return (x.Route.Cache == nil || x.Route.Cache.HitRate == 0) && len(x.Route.To) > 0 && !slices.ContainsFunc(x.Route.To, func(to string) bool { return !broken(to) })
	}
	return false
}

// checkCycles refuses steps that lead to each other for ever: from which no way leads
// to the end of their list. It names the first of them.
func (c *checker) checkCycles(s *flowSpec, f *flow) {
	ends := c.ending(s, f)
	told := map[int]bool{}
	for k := range f.steps {
		if ends[k] || told[f.of[k]] || !c.leads(s, f, k)[k] {
			continue
		}
		told[f.of[k]] = true
		c.failf(f.stepAt(k), "the steps %s lead to each other for ever, want a way out: a case, a next, or attempt_above", c.cycle(s, f, k))
	}
}

// ending says of each step whether some way leads from it to the end of its list.
func (c *checker) ending(s *flowSpec, f *flow) []bool {
	ends, from := make([]bool, len(f.steps)), make([][]int, len(f.steps))
	var queue []int
	for k := range f.steps {
		for _, next := range c.outs(s, f, k) {
			if next != none {
				from[next] = append(from[next], k)
			} else if !ends[k] {
				ends[k] = true
				queue = append(queue, k)
			}
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, k := range from[queue[0]] {
			if !ends[k] {
				ends[k] = true
				queue = append(queue, k)
			}
		}
	}
	return ends
}

// leads returns the steps that a step leads to, over one other or more.
func (c *checker) leads(s *flowSpec, f *flow, k int) map[int]bool {
	seen := map[int]bool{}
	for queue := []int{k}; len(queue) > 0; queue = queue[1:] {
		for _, next := range c.outs(s, f, queue[0]) {
			if next != none && !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	return seen
}

// cycle names the steps that lead to a step and are led to by it, in the order of the file.
func (c *checker) cycle(s *flowSpec, f *flow, k int) string {
	text, mine := "", c.leads(s, f, k)
	for i := range f.steps {
		if mine[i] && c.leads(s, f, i)[k] {
			if text != "" {
				text += ", "
			}
			text += spec.Quote(s.Steps[i].Name)
		}
	}
	return text
}
