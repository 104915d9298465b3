package applications

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// Description is what an application is, in words.
type Description struct {
	Triggers, Flows, Functions, Services []Described
}

// Described is one of its parts.
type Described struct {
	Name   string
	Text   string
	Values []catalog.Value // what is taken for it from the catalogue
	Tariff string          // that it is billed by; "": none
}

// Describe says what the application is. It may have holes.
func (a *Application) Describe() *Description {
	d := new(Description)
	for i := range a.file.Triggers {
		d.Triggers = append(d.Triggers, a.describeTrigger(&a.file.Triggers[i]))
	}
	for i := range a.file.Flows {
		d.Flows = append(d.Flows, a.describeFlow(i))
	}
	for i := range a.file.Functions {
		f := &a.file.Functions[i]
		words := []string{"on " + f.Platform}
		if f.Memory > 0 {
			words = append(words, f.Memory.String())
		}
		if f.Tokens != nil {
			words = append(words, "a language model")
		}
		for u := range f.Uses {
			words = append(words, f.Uses[u].words())
		}
		d.Functions = append(d.Functions, Described{Name: f.Name, Text: joinWords(words...)})
	}
	for i := range a.file.Stores {
		d.Services = append(d.Services, a.describeStore(&a.file.Stores[i]))
	}
	return d
}

// words says what a use is.
func (u *useSpec) words() string {
	switch {
	case u.Store != "":
		return joined(" ", cmp.Or(u.Op, "asks"), u.Store)
	case u.Call != "":
		return "calls " + u.Call
	}
	return "sends to " + u.Send
}

func joined(between string, words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), between)
}

func (a *Application) describeTrigger(t *triggerSpec) Described {
	d := Described{Name: t.Name}
	kind, service := "at once", ""
	switch {
	case t.HTTP != nil:
		kind, service = "HTTP", t.HTTP.Service
	case t.Queue != nil:
		kind, service = "queue", t.Queue.Service
	case t.Stream != nil:
		kind, service = fmt.Sprintf("stream of %d shards", t.Stream.Shards), t.Stream.Service
	case t.Schedule != nil:
		kind, service = "every "+t.Schedule.Every.String(), t.Schedule.Service
	case t.Object != nil:
		kind = "an object written to " + t.Object.Store
	case t.Bus != nil:
		kind, service = "bus", t.Bus.Service
	case t.Async != nil:
		kind, service = "a call that nobody waits for", t.Async.Service
	}
	d.Text = fmt.Sprintf("%s → %s%s", joinWords(kind, unlike(service, "none")), t.Start, a.answered(t))
	if s, err := a.catalog.Service(service); err == nil {
		d.Values, d.Tariff = catalog.Values(s), s.Tariff
	}
	return d
}

// answered says when the caller of a flow is answered, where that is not at its end, or
// where the orchestrator does not tell it the end.
func (a *Application) answered(t *triggerSpec) string {
	n := a.names[t.Start]
	if t.HTTP == nil || n.class != flowClass {
		return ""
	}
	if t.HTTP.Answer == answerStart {
		return ", answered at its start"
	}
	if e, err := a.catalog.Engine(a.file.Flows[n.index].Engine.Preset); err == nil && e.Detached {
		return fmt.Sprintf(", answered at its end, though %s only starts it: answer = %q answers then", e.Title, answerStart)
	}
	return ""
}

func (a *Application) describeFlow(i int) Described {
	s, f := &a.file.Flows[i], &a.flows[i]
	d := Described{Name: s.Name, Text: s.Engine.Preset + ", " + plural(len(s.Steps), "step")}
	e, err := a.catalog.Engine(s.Engine.Preset)
	if err != nil {
		return d
	}
	d.Values = catalog.Values(e)
	if s.Engine.Tariff != "none" {
		d.Tariff = cmp.Or(s.Engine.Tariff, e.Tariff)
	}
	if len(f.lists) > 0 && e.Name != "none" {
		path := mainPath{s: s, f: f, of: a, engine: e}
		n := path.list(0) + e.Counts.End.Value
		d.Text += fmt.Sprintf(", %d transitions on the main path", n)
		for _, m := range path.maps {
			d.Text += " and " + m.words()
		}
	}
	return d
}

// mainPath counts the transitions of the likeliest way through a flow that succeeds.
type mainPath struct {
	s      *flowSpec
	f      *flow
	of     *Application
	engine *catalog.Engine // of the list that is counted
	maps   []mapPath
}

// mapPath is what each item of a map counts, or each batch of a distributed one: an
// execution of its own.
type mapPath struct {
	name   string
	each   int
	batch  int
	engine *catalog.Engine // of the children of a distributed map; nil: inline
}

// words says what an item or batch counts. Children of an engine that bills no
// transitions are billed as executions.
func (m *mapPath) words() string {
	what := "item"
	if m.batch > 1 {
		what = fmt.Sprintf("batch of %d items", m.batch)
	}
	if m.engine != nil && m.engine.Transitions == "" {
		of := fmt.Sprintf("an execution of %s for each %s of %s", m.engine.Name, what, m.name)
		if m.each > 0 {
			return fmt.Sprintf("%d and %s", m.each, of)
		}
		return of
	}
	return fmt.Sprintf("%d for each %s of %s", m.each, what, m.name)
}

// children is the engine of a distributed map's children; nil: it is inline.
func (p *mainPath) children(m *mapSpec) *catalog.Engine {
	if m == nil || m.Mode != "distributed" {
		return nil
	}
	name := map[string]string{"standard": p.engine.Standard, "express": p.engine.Express}[m.Engine]
	if child, err := p.of.catalog.Engine(name); err == nil {
		return child
	}
	return p.engine
}

// mapped counts an item of a map, or a batch of a distributed one.
func (p *mainPath) mapped(k, branch int) {
	x, own := &p.s.Steps[k], p.engine
	m := mapPath{name: x.Name, batch: 1, each: own.Counts.Item.Value, engine: p.children(x.Map)}
	if m.engine != nil {
		m.batch, p.engine = max(1, x.Map.Batch), m.engine
	}
	below := p.list(branch)
	if p.engine = own; m.engine != nil {
		below += m.engine.Counts.End.Value // each child starts and ends
	}
	if m.engine == nil || m.engine.Transitions != "" {
		m.each += below
	}
	p.maps = append(p.maps, m)
}

// list counts the transitions of a list, each step once.
func (p *mainPath) list(l int) (n int) {
	if len(p.f.lists[l].steps) == 0 {
		return 0
	}
	seen := map[int]bool{}
	for k := p.f.lists[l].steps[0]; k != none && !seen[k]; k = p.next(k, seen) {
		seen[k] = true
		n += p.step(k)
	}
	return n
}

// step counts those of a step with its branches.
func (p *mainPath) step(k int) int {
	x, to, c := &p.s.Steps[k], &p.f.steps[k], &p.engine.Counts
	n := 0
	for kind, count := range map[kind]int{
		callKind: c.Call.Value, routeKind: c.Call.Value, useKind: c.Call.Value, parallelKind: c.Parallel.Value, mapKind: c.Map.Value, choiceKind: c.Choice.Value,
		waitKind: c.Wait.Value, sendKind: c.Send.Value, passKind: c.Pass.Value, succeedKind: c.Succeed.Value, failKind: c.Fail.Value,
	} {
		if to.kind == kind {
			n = count
		}
	}
	if x.States > 0 {
		n = x.States
	}
	for _, b := range to.branches {
		switch to.kind {
		case parallelKind:
			n += p.list(b)
		case mapKind:
			p.mapped(k, b)
		}
	}
	return n
}

// next is the step that follows most likely: of a choice that of the largest
// probability, or else its last case, a step that was not there yet before one that was.
func (p *mainPath) next(k int, seen map[int]bool) int {
	to := &p.f.steps[k]
	if to.kind != choiceKind {
		return to.next
	}
	cases := p.s.Steps[k].Choice
	best, likely, rest := len(cases)-1, 0.0, 1.0
	for i := range cases {
		rest -= cases[i].Probability
	}
	for i := range cases {
		part := cases[i].Probability
		if part == 0 && i == len(cases)-1 {
			part = rest
		}
		if part > likely && !(to.cases[i] != none && seen[to.cases[i]]) {
			best, likely = i, part
		}
	}
	return to.cases[best]
}

func (a *Application) describeStore(s *storeSpec) Described {
	d := Described{Name: s.Name, Text: s.Service}
	if s.Region != "" {
		d.Text += " in " + s.Region
	}
	known, err := a.catalog.Service(s.Service)
	if err != nil {
		return d
	}
	d.Values = catalog.Values(known)
	var ops []string
	for i := range known.Ops {
		op := &known.Ops[i]
		text := op.Name
		if own, ok := s.Latency[op.Name]; ok {
			text = joined(" ", text, medianText(own.First.Sampler), "(given)")
		} else if op.First.Known {
			text += fmt.Sprintf(" %s [%s]", medianText(op.First.Value.Sampler), op.First.Grade)
		}
		ops = append(ops, text)
	}
	d.Text = joined(": ", d.Text, strings.Join(ops, ", "))
	switch {
	case s.Tariff == "none":
		d.Text += "; not billed"
	case s.Tariff != "":
		d.Tariff = s.Tariff
	default:
		d.Tariff = known.Tariff
	}
	if d.Tariff != "" {
		d.Text += "; billed by " + d.Tariff
	}
	return d
}

// medianText is the median of a distribution; "" of none.
func medianText(s interface{ Sample(float64) int64 }) string {
	if s == nil {
		return ""
	}
	return "p50 " + spec.Duration(s.Sample(0.5)).String()
}

// unlike is a text unless it says the same as another.
func unlike(text, other string) string {
	if text == other {
		return ""
	}
	return text
}

// joinWords joins those that say something.
func joinWords(words ...string) string { return joined(", ", words...) }
