package applications

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim/backoff"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// mostRetriers is how many retriers a step has at most.
const mostRetriers = 8

// checkFlow checks a flow and its steps.
func (c *checker) checkFlow(i int) {
	s, f := &c.file.Flows[i], &c.flows[i]
	engine := c.checkEngine(s, f)
	for k := range s.Steps {
		c.checkStep(s, f, k, engine)
	}
	c.checkReached(s, f)
	c.checkCycles(s, f)
}

// checkEngine checks the orchestrator, and returns it.
func (c *checker) checkEngine(s *flowSpec, f *flow) *catalog.Engine {
	at := below(f.at, "engine")
	c.region(s.Engine.Region, below(at, "region"))
	c.count(at, "concurrent", s.Engine.Concurrent, 1, math.MaxInt32)
	c.count(at, "workers", s.Engine.Workers, 1, math.MaxInt32)
	for key, rate := range s.Engine.Limits {
		if !slices.Contains([]string{"starts", "states"}, key) {
			c.fail(below(at, "limits", key), errors.New(spec.Unknown("limit", key, []string{"starts", "states"})))
		} else if rate <= 0 {
			c.failf(below(at, "limits", key), "found %v, want it above 0", rate)
		}
	}
	if s.Engine.Preset == hole {
		return nil
	}
	e, err := c.catalog.Engine(s.Engine.Preset)
	if err != nil {
		c.fail(below(at, "preset"), err)
		return nil
	}
	if f.at.Get("timeout") != nil && s.Timeout == 0 && text(f.at.Get("timeout")) != hole {
		c.failf(below(f.at, "timeout"), "found 0s, want it above 0; absent: the engine's")
	}
	c.longest(below(f.at, "timeout"), f.at.Get("timeout") != nil, s.Timeout, &e.Timeout, e.Name)
	c.checkUnreadOfEngine(&s.Engine, e, at)
	c.checkMost(e, s.Input, below(f.at, "input"))
	return e
}

// checkMost checks a payload against what an engine carries.
func (c *checker) checkMost(e *catalog.Engine, size *Bytes, at *spec.Node) {
	if e != nil && size != nil && size.Sizer != nil && e.Payload.Known && size.Least() > int64(e.Payload.Value) {
		c.failf(at, "found %v, want at most the %v that %s carries from state to state", spec.Size(size.Least()), e.Payload.Value, e.Name)
	}
}

// checkStep checks one step.
func (c *checker) checkStep(s *flowSpec, f *flow, k int, e *catalog.Engine) {
	x, at, kind := &s.Steps[k], f.stepAt(k), f.steps[k].kind
	c.checkMost(e, x.Input, below(at, "input"))
	c.checkMost(e, x.Output, below(at, "output"))
	if x.States < 0 || x.States > 1000 {
		c.failf(below(at, "states"), "found %d, want 0 … 1000", x.States)
	}
	switch kind {
	case callKind:
		c.resolve(x.Call, below(at, "call"), functionClass, flowClass)
	case routeKind:
		c.checkRoute(x.Route, below(at, "route"))
	case mapKind:
		c.checkMap(x.Map, below(at, "map"), e)
	case choiceKind:
		c.checkChoice(x, at)
	case sendKind:
		c.checkSend(x.Send.To, x.Send.Size, below(at, "send", "to"), below(at, "send", "size"))
		c.fail(below(at, "send", "count"), amount("count", x.Send.Count, 1e6))
	case useKind:
		for i := range x.Use {
			c.checkUse(&x.Use[i], item(at, "use", i))
		}
	}
	if x.Async && kind != callKind {
		c.failf(below(at, "async"), "found async beside %s, want call", kindNames[kind])
	}
	if b := x.Callback; b != nil {
		c.checkCallback(x, kind, at, e)
	}
	c.checkRetries(x, kind, at)
}

func (c *checker) checkRoute(r *routeSpec, at *spec.Node) {
	if len(r.To) == 0 {
		c.failf(below(at, "to"), "found no functions, want one or more")
	}
	if len(r.To) > mostTargets {
		c.failf(below(at, "to"), "found %d functions, want at most %d", len(r.To), mostTargets)
	}
	for i, name := range r.To {
		where := item(at, "to", i)
		c.resolve(name, where, functionClass)
		if slices.Index(r.To, name) < i && name != hole {
			c.failf(where, "found %q twice", name)
		}
	}
	ways := []string{"weight", "price", "latency", "health", "overflow"}
	if !slices.Contains(ways, r.By) && r.By != hole {
		c.fail(below(at, "by"), errors.New(spec.Unknown("by", r.By, ways)))
	}
	if r.Weights != nil {
		sum := 0.0
		for _, w := range r.Weights {
			if w < 0 {
				c.failf(below(at, "weights"), "found %v, want 0 or more", w)
			}
			sum += w
		}
		switch {
		case r.By != "weight":
			c.failf(below(at, "weights"), "found weights by %s, want them by weight", r.By)
		case len(r.Weights) != len(r.To):
			c.failf(below(at, "weights"), "found %d weights of %d functions, want one each", len(r.Weights), len(r.To))
		case !(sum > 0):
			c.failf(below(at, "weights"), "found weights that are all 0, want one above")
		}
	}
	if r.Budgets != nil {
		switch {
		case r.By != "price":
			c.failf(below(at, "budgets"), "found budgets by %s, want them by price", r.By)
		case len(r.Budgets) != len(r.To):
			c.failf(below(at, "budgets"), "found %d budgets of %d functions, want one each; 0 is none", len(r.Budgets), len(r.To))
		case slices.Min(r.Budgets) < 0:
			c.failf(below(at, "budgets"), "found %v, want 0 or more", slices.Min(r.Budgets))
		}
	}
	if r.Probe == 0 && (r.By == "health" || r.By == "latency") && !hasHole(at) {
		c.failf(below(at, "probe"), "found 0s, want it above 0")
	}
	c.count(at, "failures", r.Failures, 1, 1e6)
	c.count(at, "full", r.Full, 1, math.MaxInt32)
	if r.Full > 0 && r.By != "overflow" {
		c.failf(below(at, "full"), "found full by %s, want it by overflow", r.By)
	}
	if s := r.Cache; s != nil {
		c.fail(below(at, "cache", "hit_rate"), part("hit_rate", s.HitRate))
		if s.Lookup != nil {
			c.checkUse(s.Lookup, below(at, "cache", "lookup"))
		}
	}
}

func (c *checker) checkMap(m *mapSpec, at *spec.Node, e *catalog.Engine) {
	if m.Items.Read != nil {
		where := below(at, "items")
		c.checkOp(m.Items.Read.Store, m.Items.Read.Op, below(where, "store"), below(where, "op"), nil, where)
		c.fail(below(where, "calls"), amount("calls", m.Items.Read.Count, 1e6))
		c.fail(below(where, "probability"), part("probability", m.Items.Read.Probability))
	}
	c.checkItems(m, at)
	c.count(at, "concurrency", m.Concurrency, 0, 1e6)
	c.count(at, "batch", m.Batch, 1, 1e6)
	c.fail(below(at, "tolerate"), part("tolerate", m.Tolerate))
	c.checkMost(e, m.Size, below(at, "size"))
	distributed := m.Mode == "distributed"
	switch {
	case m.Mode != "inline" && !distributed && m.Mode != hole:
		c.fail(below(at, "mode"), errors.New(spec.Unknown("mode", m.Mode, []string{"inline", "distributed"})))
	case !distributed && m.Batch > 1:
		c.failf(below(at, "batch"), "found a batch of an inline map, want mode = \"distributed\"")
	case !distributed && m.Engine != "":
		c.failf(below(at, "engine"), "found an engine of an inline map, want mode = \"distributed\"")
	}
	if m.Engine != "" && !slices.Contains([]string{"standard", "express"}, m.Engine) && m.Engine != hole {
		c.fail(below(at, "engine"), errors.New(spec.Unknown("engine", m.Engine, []string{"standard", "express"})))
	}
	if e == nil || !distributed {
		return
	}
	switch {
	case !e.Distributed.Known && e.Name != direct:
		c.failf(below(at, "mode"), "found a distributed map, which %s has not, want inline", e.Name)
	case m.Engine == "standard" && e.Standard == "" || m.Engine == "express" && e.Express == "":
		c.failf(below(at, "engine"), "found %q, which children of %s cannot be", m.Engine, e.Name)
	default:
		c.atMost(below(at, "concurrency"), "children at a time", m.Concurrency, e.Distributed.Value, e.Name)
	}
}

// checkItems checks how many items a map has at the least against what a run can do: each
// is a step or more of the execution, and of a distributed map an execution of its own.
func (c *checker) checkItems(m *mapSpec, at *spec.Node) {
	if m.Items.Counter == nil {
		return // a hole
	}
	least, _ := m.Items.Range()
	n, most, what := int64(least), int64(flows.MostSteps), "items"
	if m.Mode != "inline" {
		n, most, what = n/int64(max(1, m.Batch)), flows.MostItems, "batches of items"
	}
	if n > most {
		c.failf(below(at, "items"), "found %d %s at the least, want at most %d", n, what, most)
	}
}

// checkChoice checks that one case always holds, and that each can.
func (c *checker) checkChoice(x *stepSpec, at *spec.Node) {
	if len(x.Choice) == 0 {
		c.failf(below(at, "choice"), "found no cases, want one or more")
		return
	}
	sum, alone, otherwise, open := 0.0, 0.0, none, hasHole(below(at, "choice"))
	for i := range x.Choice {
		o, where := &x.Choice[i], item(at, "choice", i)
		given := 0
		for _, key := range []string{"probability", "size_above", "attempt_above"} {
			if where.Get(key) != nil {
				given++
			}
		}
		if given == 0 && !hasHole(where) {
			if otherwise != none {
				c.failf(where, "found a second case without a condition, want one: the first always holds")
			} else {
				otherwise = i
			}
		} else if otherwise != none {
			c.failf(where, "found a case behind the one without a condition, which always holds, want it before that")
		}
		c.fail(below(where, "probability"), part("probability", o.Probability))
		c.count(where, "attempt_above", o.Attempt, 1, flows.MostSteps)
		if sum += o.Probability; given == 1 {
			alone += o.Probability
		}
	}
	switch {
	case open:
	case sum > 1+1e-9:
		c.failf(below(at, "choice"), "found probabilities that sum to %.6g, want at most 1: each is of all that reach the choice", sum)
	case otherwise == none && alone < 1-1e-9:
		c.failf(below(at, "choice"), "found no case that surely holds: those by probability alone sum to %.6g; want them to sum to 1, or a last case without a condition: { next = … }", alone)
	case otherwise != none && alone > 1-1e-9:
		c.warnf(item(at, "choice", otherwise), "the case never holds: the probabilities before it sum to 1")
	}
}

func (c *checker) checkCallback(x *stepSpec, kind kind, at *spec.Node, e *catalog.Engine) {
	b, where := x.Callback, below(at, "callback")
	if kind != callKind && kind != sendKind && kind != useKind && kind != routeKind {
		c.failf(where, "found a callback beside %s, want call, route, send or use", kindNames[kind])
	}
	if x.Async {
		c.failf(where, "found a callback beside async, want one of them")
	}
	c.fail(below(where, "failed"), part("failed", b.Failed))
	c.fail(below(where, "never"), part("never", b.Never))
	if b.Failed+b.Never > 1 {
		c.failf(where, "found failed + never of %v, want at most 1", b.Failed+b.Never)
	}
	if b.Never > 0 && x.Timeout == 0 && b.Beat == 0 {
		c.failf(below(where, "never"), "found answers that never come, and neither a heartbeat nor a timeout of the step; want one of them: it would wait for ever")
	}
	if e != nil && !e.Callback {
		c.failf(where, "found a callback, for which %s does not wait", e.Name)
	}
}

// mostTargets is how many functions a route may have: those that were tried are bits of
// a word.
const mostTargets = 64

// errorWords are what on can hold.
var errorWords = []string{"any", "failed", "throttled", "timeout"}

func (c *checker) checkRetries(x *stepSpec, kind kind, at *spec.Node) {
	if len(x.Retry) > mostRetriers {
		c.failf(item(at, "retry", mostRetriers), "found %d retriers, want at most %d", len(x.Retry), mostRetriers)
	}
	if len(x.Retry) > 0 && !retries(kind) {
		c.failf(below(at, "retry"), "found a retry of %s, which cannot fail, want none", kindNames[kind])
	}
	if len(x.Catch) > 0 && !retries(kind) {
		c.failf(below(at, "catch"), "found a catch of %s, which cannot fail, want none", kindNames[kind])
	}
	for i := range x.Retry {
		r, where := &x.Retry[i], item(at, "retry", i)
		c.checkOn(r.On, below(where, "on"))
		c.count(where, "attempts", r.Attempts, 0, 1000)
		if !(r.Rate >= 1 && r.Rate <= 1000) && !hasHole(where) {
			c.failf(below(where, "rate"), "found %v, want 1 … 1000", r.Rate)
		}
		if j := new(backoff.Jitter); r.Jitter != hole && j.UnmarshalText([]byte(r.Jitter)) != nil {
			c.fail(below(where, "jitter"), errors.New(spec.Unknown("jitter", r.Jitter, backoff.Jitters())))
		}
	}
	for i := range x.Catch {
		c.checkOn(x.Catch[i].On, below(item(at, "catch", i), "on"))
	}
}

// retries reports whether a kind of step can fail, and be tried again.
func retries(k kind) bool {
	return k == callKind || k == routeKind || k == parallelKind || k == mapKind || k == useKind || k == sendKind || k == noKind
}

func (c *checker) checkOn(on []string, at *spec.Node) {
	if len(on) == 0 {
		c.failf(at, "found an empty list, want one or more of %q", errorWords)
	}
	for i, word := range on {
		if !slices.Contains(errorWords, word) && word != hole {
			c.fail(below(at, fmt.Sprint(i)), errors.New(spec.Unknown("way to fail", word, errorWords)))
		}
	}
}
