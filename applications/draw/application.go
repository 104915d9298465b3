package draw

import (
	"regexp"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/applications"
)

// Of is the diagram of an application: what starts it, its flows with their steps in
// frames, functions that no step calls, and services. A step that calls a function is
// drawn as that function. The IDs are the names of owners in results: those of triggers,
// functions, services and flows, and flow/step.
func Of(a *applications.Application) *Diagram {
	m := &maker{v: a.View(), d: &Diagram{Title: a.Title}, functions: map[string]applications.FunctionView{}}
	regions := map[string]bool{}
	for _, f := range m.v.Functions {
		m.functions[f.Name] = f
	}
	for _, s := range m.v.Stores {
		regions[s.Region] = true
	}
	for _, f := range m.v.Flows {
		regions[f.Region] = true
	}
	for _, t := range m.v.Triggers {
		regions[t.Region] = true
	}
	delete(regions, "")
	m.regions = len(regions) > 1
	for _, t := range m.v.Triggers {
		m.trigger(t)
	}
	for i := range m.v.Flows {
		m.flow(&m.v.Flows[i])
	}
	inSteps, elsewhere := m.callers()
	for _, f := range m.v.Functions {
		if elsewhere[f.Name] || !inSteps[f.Name] {
			m.function(f.Name, f.Name, "", f)
		}
	}
	for _, s := range m.v.Stores {
		m.store(s)
	}
	return m.d
}

// maker makes the diagram of an application.
type maker struct {
	v         *applications.View
	d         *Diagram
	functions map[string]applications.FunctionView
	regions   bool // they differ: each is named
}

// callers says which functions steps call and which are called by others.
func (m *maker) callers() (inSteps, elsewhere map[string]bool) {
	inSteps, elsewhere = map[string]bool{}, map[string]bool{}
	called := func(calls []applications.CallView) {
		for _, c := range calls {
			elsewhere[c.To] = true
		}
	}
	for _, t := range m.v.Triggers {
		elsewhere[t.Start] = true
		called(t.Calls)
	}
	for _, f := range m.v.Functions {
		called(f.Calls)
	}
	for _, f := range m.v.Flows {
		for _, s := range f.Steps {
			inSteps[s.Call] = true
			for _, to := range s.To {
				inSteps[to] = true
			}
			called(s.Calls)
		}
	}
	return inSteps, elsewhere
}

func (m *maker) edge(from, to, label string, kind EdgeKind) {
	m.d.Edges = append(m.d.Edges, Edge{from, to, label, kind})
}

// calls draws what somebody asks of others.
func (m *maker) calls(from string, list []applications.CallView) {
	kinds := map[string]EdgeKind{"use": Use, "call": Call, "send": Sends}
	for _, c := range list {
		m.edge(from, c.To, c.Label, kinds[c.How])
	}
}

// quantity is a number with a unit, as files write it.
var quantity = regexp.MustCompile(`\b([0-9.]+)([KMGT]?i?B|ns|us|ms|s|h|d)\b`)

// joined are the parts of a second line, with quantities as print has them.
func joined(parts ...string) string {
	parts = slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "" })
	return quantity.ReplaceAllString(strings.Join(parts, " · "), "$1 $2")
}

func (m *maker) region(name string) string {
	if m.regions {
		return name
	}
	return ""
}

func (m *maker) trigger(t applications.TriggerView) {
	kinds := map[applications.Sort]Kind{applications.QueueSort: Queue, applications.StreamSort: Stream, applications.BusSort: Queue}
	kind, special := kinds[t.Sort]
	if !special {
		kind = Trigger
	}
	word := map[applications.Sort]string{applications.HTTPSort: "HTTP", applications.ObjectSort: "object written", applications.ScheduleSort: "schedule", applications.AsyncSort: "asynchronous"}[t.Sort]
	if t.Sort == applications.AsyncSort && t.Service != "" || t.Sort == applications.ScheduleSort && len(t.Details) > 0 {
		word = ""
	}
	m.d.Nodes = append(m.d.Nodes, Node{ID: t.Name, Label: t.Name, Kind: kind,
		Sub: joined(append([]string{word, t.Service, m.region(t.Region)}, t.Details...)...)})
	m.edge(t.Name, t.Start, "", Call)
	if t.Source != "" {
		m.edge(t.Source, t.Name, "", Sends)
	}
	for _, d := range t.Dead {
		m.edge(t.Name, d.To, d.After, Dead)
	}
	m.calls(t.Name, t.Calls)
}

// function draws a function, or a step that calls it.
func (m *maker) function(id, label, group string, f applications.FunctionView, more ...string) {
	kind := Function
	if f.Model {
		kind = Model
	}
	name := f.Name
	if name == label {
		name = ""
	}
	m.d.Nodes = append(m.d.Nodes, Node{ID: id, Label: label, Kind: kind, Group: group, Sub: joined(append([]string{name, f.Platform, f.Memory}, more...)...)})
	m.calls(id, f.Calls)
}

func (m *maker) store(s applications.StoreView) {
	kinds := map[applications.Sort]Kind{applications.QueueSort: Queue, applications.StreamSort: Stream, applications.BusSort: Queue, applications.StoreSort: Store}
	m.d.Nodes = append(m.d.Nodes, Node{ID: s.Name, Label: s.Name, Kind: kinds[s.Sort], Sub: joined(s.Service, m.region(s.Region))})
	m.calls(s.Name, s.Calls)
	if s.Feeds != "" && !m.sourceOf(s.Name, s.Feeds) {
		m.edge(s.Name, s.Feeds, "writes", Sends)
	}
}

// sourceOf reports whether a trigger is of a store's objects, from which its line comes already.
func (m *maker) sourceOf(store, trigger string) bool {
	return slices.ContainsFunc(m.v.Triggers, func(t applications.TriggerView) bool { return t.Name == trigger && t.Source == store })
}

// flow draws a flow: a frame, and in it one for each parallel and map.
func (m *maker) flow(f *applications.FlowView) {
	m.d.Groups = append(m.d.Groups, Group{ID: f.Name, Label: f.Name, Sub: joined(f.Engine, m.region(f.Region))})
	group := make([]string, len(f.Lists)) // of each list
	if len(group) > 0 {
		group[0] = f.Name
	}
	for _, s := range f.Steps {
		for _, l := range s.Branches {
			group[l] = f.Name + "/" + s.Name
		}
	}
	for i := range f.Steps {
		m.step(f, &f.Steps[i], group[f.Steps[i].List])
	}
	for l, steps := range f.Lists {
		m.ways(f, l, steps, group[l])
	}
}

// step draws a step; what follows it comes later.
func (m *maker) step(f *applications.FlowView, s *applications.StepView, group string) {
	id := f.Name + "/" + s.Name
	kinds := map[string]Kind{"choice": Choice, "route": Route, "wait": Wait, "send": Send, "pass": Pass, "use": Service, "succeed": Succeed, "fail": Fail}
	sub := joined(s.Details...)
	switch s.Kind {
	case "parallel", "map":
		if s.Kind == "parallel" {
			sub = joined(append([]string{"parallel"}, s.Details...)...)
		}
		m.d.Groups = append(m.d.Groups, Group{ID: id, Label: s.Name, Sub: sub, Parent: group})
	case "call":
		more := s.Details
		if s.Async {
			more = append([]string{"not waited for"}, more...)
		}
		if called, known := m.functions[s.Call]; known {
			m.function(id, s.Name, group, called, more...)
			break
		}
		if !slices.ContainsFunc(m.v.Flows, func(other applications.FlowView) bool { return other.Name == s.Call }) { // still to be filled in
			m.function(id, s.Name, group, applications.FunctionView{Name: s.Call}, more...)
			break
		}
		m.d.Nodes = append(m.d.Nodes, Node{ID: id, Label: s.Name, Sub: joined(more...), Kind: Parallel, Group: group})
		kind := Call
		if s.Async {
			kind = Sends
		}
		m.edge(id, s.Call, "", kind)
	default:
		m.d.Nodes = append(m.d.Nodes, Node{ID: id, Label: s.Name, Sub: sub, Kind: kinds[s.Kind], Group: group})
		for _, to := range s.To {
			if called, known := m.functions[to]; known {
				m.function(id+"/"+to, to, group, called)
			}
			m.edge(id, id+"/"+to, "", Call)
		}
	}
	m.calls(id, s.Calls)
	if s.Retry != "" {
		m.edge(id, id, s.Retry, Retry)
	}
}

// ways draws what follows each step of a list. Where several ways come to its end,
// the end is drawn.
func (m *maker) ways(f *applications.FlowView, l int, steps []int, group string) {
	id := func(k int) string {
		if k == applications.NoStep {
			return group + "/#end" + string(rune('0'+l%10)) + strings.Repeat("'", l/10)
		}
		return f.Name + "/" + f.Steps[k].Name
	}
	ends, special := 0, false
	for _, k := range steps {
		s := &f.Steps[k]
		for _, n := range slices.Concat(s.Next, s.Catches) {
			if n.Step == applications.NoStep {
				ends++
				special = special || n.Label != ""
			}
		}
	}
	drawn := ends > 1 || special
	if drawn {
		m.d.Nodes = append(m.d.Nodes, Node{ID: id(applications.NoStep), Label: "end", Kind: End, Group: group})
	}
	for _, k := range steps {
		s := &f.Steps[k]
		from := []string{id(k)}
		if len(s.To) > 0 { // a route goes on from whatever it chose
			from = nil
			for _, to := range s.To {
				from = append(from, id(k)+"/"+to)
			}
		}
		for _, n := range s.Next {
			if n.Step == applications.NoStep && !drawn {
				continue
			}
			for _, x := range from {
				m.edge(x, id(n.Step), n.Label, Next)
			}
		}
		for _, n := range s.Catches {
			m.edge(id(k), id(n.Step), n.Label, Catch)
		}
	}
}

// Mark is what a run found of an owner.
type Mark struct {
	Value    string  // p50 and USD, in a few words
	Weight   float64 // 0 to 1
	Critical bool
}

// Annotate writes what a run found on the boxes, by the owners' names; shade says what
// the weights are shares of. Names that the diagram has not are left out: a parallel or a
// map has a frame and no box, and its frame shows whether it is critical alone.
func (d *Diagram) Annotate(shade string, marks map[string]Mark) {
	d.Shade = shade
	for i := range d.Nodes {
		n := &d.Nodes[i]
		if m, ok := marks[n.ID]; ok {
			n.Value, n.Weight, n.Critical = m.Value, m.Weight, m.Critical
		}
	}
	for i := range d.Groups {
		if m, ok := marks[d.Groups[i].ID]; ok {
			d.Groups[i].Critical = m.Critical
		}
	}
}
