package flows

import (
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// plan is what is worked out of a graph once: what the engine would look up again and
// again. Nobody changes it.
type plan struct {
	names    []uint32 // of steps, for keys: the name rather than the index, so that a step more elsewhere changes no draw
	loops    []int32  // by step: its counter among those of its list that can be entered again; None
	counters []int32  // by flow: how many these are, of all its lists
	triggers []int32  // by the workload's function: the trigger that it stands for; None
	reads    [][]Use  // by step: what lists the items of a map

	flowOfStep map[Owner]Owner // by the owner of a step

	limits     []sim.Time // the timeouts that there are, ascending
	stepLimit  []int32    // by step: its timeout's index in limits; None
	flowLimit  []int32    // by flow
	childLimit []int32    // by step: that of a distributed map's children

	quotas      []Limit       // Graph.Limits
	quota       map[any]int32 // by what it is: its place in quotas
	partitions  []int         // by quota: parts that an engine has of it; 0: one
	states      []int32       // by flow: its engine's quota of transitions; None
	starts      []int32       // by flow
	payload     []int32       // by flow
	child       []int32       // by step: the quota of starts of a distributed map's children
	childStates []int32       // by step: that of their transitions; None
	childMost   []int32       // by step: that of their payloads; None
	room        []int32       // by flow: its place in rooms; None
	rooms       []int32       // quotas of executions at a time
	slots       []*Slots      // each that is pointed to, once
	slot        []int32       // by flow; None
	polls       []*Polls      // each that is pointed to, once
	poll        []int32       // by flow; None
}

func newPlan(g *Graph) *plan {
	p := &plan{flowOfStep: flowsOfSteps(g)}
	steps, flows := len(g.Steps), len(g.Flows)
	for _, l := range []*[]int32{&p.loops, &p.stepLimit, &p.childLimit, &p.child, &p.childStates, &p.childMost} {
		*l = nones(steps)
	}
	for _, l := range []*[]int32{&p.flowLimit, &p.states, &p.starts, &p.payload, &p.room, &p.slot, &p.poll} {
		*l = nones(flows)
	}
	most := len(g.Functions) - 1
	for k := range g.Triggers {
		most = max(most, int(g.Triggers[k].Function))
	}
	p.triggers = nones(most + 1)
	for k := range g.Triggers {
		p.triggers[g.Triggers[k].Function] = int32(k)
	}
	p.names = make([]uint32, steps)
	p.reads = make([][]Use, steps)
	p.counters = make([]int32, flows)
	again := repeated(g)
	for k := range g.Steps {
		s := &g.Steps[k]
		p.names[k] = uint32(sim.HashName(s.Name))
		if s.Kind == MapStep && s.Map.Read != nil {
			p.reads[k] = []Use{*s.Map.Read}
		}
		if again[k] {
			p.loops[k] = p.counters[s.Flow]
			p.counters[s.Flow]++
		}
	}
	p.addLimits(g)
	p.addQuotas(g)
	return p
}

func nones(n int) []int32 {
	l := make([]int32, n)
	for i := range l {
		l[i] = None
	}
	return l
}

// follows calls f with the steps of the same list that may come after one.
func (s *Step) follows(f func(next int32)) {
	if s.Kind == ChoiceStep {
		for k := range s.Choice {
			f(s.Choice[k].Next)
		}
	} else if s.Kind != SucceedStep && s.Kind != FailStep {
		f(s.Next)
	}
	for k := range s.Catch {
		f(s.Catch[k].Next)
	}
}

// addLimits gives each timeout that there is a queue, see deadlines.
func (p *plan) addLimits(g *Graph) {
	add := func(at *int32, t sim.Time) {
		if t > 0 {
			k, found := slices.BinarySearch(p.limits, t)
			if !found {
				p.limits = slices.Insert(p.limits, k, t)
			}
			*at = 0
		}
	}
	find := func(at *int32, t sim.Time) {
		if *at != None {
			k, _ := slices.BinarySearch(p.limits, t)
			*at = int32(k)
		}
	}
	for _, do := range []func(*int32, sim.Time){add, find} {
		for k := range g.Flows {
			do(&p.flowLimit[k], g.Flows[k].timeout())
		}
		for k := range g.Steps {
			s := &g.Steps[k]
			do(&p.stepLimit[k], s.Timeout)
			if s.Kind == MapStep && s.Map.Distributed {
				do(&p.childLimit[k], g.childEngine(s).Timeout)
			}
		}
	}
}

// timeout is how long an execution may take; 0: for ever.
func (f *Flow) timeout() sim.Time {
	if f.Timeout > 0 && (f.Engine.Timeout == 0 || f.Timeout < f.Engine.Timeout) {
		return f.Timeout
	}
	return f.Engine.Timeout
}

// childEngine is what runs the children of a distributed map.
func (g *Graph) childEngine(s *Step) *Engine {
	if s.Map.Child != nil {
		return s.Map.Child
	}
	return &g.Flows[s.Flow].Engine
}

// addQuotas gives each limit, and each set of slots and of polls, a place.
func (p *plan) addQuotas(g *Graph) {
	p.quotas, p.quota = g.Limits(), map[any]int32{}
	p.partitions = make([]int, len(p.quotas))
	for i := range p.quotas {
		switch q := &p.quotas[i]; {
		case q.Bucket != nil:
			p.quota[q.Bucket] = int32(i)
		case q.Most != nil:
			p.quota[q.Most] = int32(i)
		default:
			p.quota[q.Slots] = int32(i)
		}
	}
	for k := range g.Flows {
		e := &g.Flows[k].Engine
		p.states[k], p.starts[k], p.payload[k] = p.engineQuotas(e)
		if e.Concurrent != nil {
			q := p.quotaOf(e.Concurrent)
			if p.room[k] = int32(slices.Index(p.rooms, q)); p.room[k] < 0 {
				p.room[k], p.rooms = int32(len(p.rooms)), append(p.rooms, q)
			}
		}
		p.slot[k] = shared(&p.slots, e.Slots)
		p.poll[k] = shared(&p.polls, e.Polls)
	}
	for k := range g.Steps {
		if s := &g.Steps[k]; s.Kind == MapStep && s.Map.Distributed {
			p.childStates[k], p.child[k], p.childMost[k] = p.engineQuotas(g.childEngine(s))
		}
	}
}

// engineQuotas are the places of an engine's limits.
func (p *plan) engineQuotas(e *Engine) (states, starts, payload int32) {
	if states = p.quotaOf(e.States); states != None {
		p.partitions[states] = e.Partitions
	}
	return states, p.quotaOf(e.Starts), p.quotaOf(e.Payload)
}

// quotaOf is the place of a *Bucket, *Most or *Slots among the limits; None of nil.
func (p *plan) quotaOf(what any) int32 {
	if i, ok := p.quota[what]; ok {
		return i
	}
	return None
}

// shared is the place of what is pointed to in a list; it is added where it is not there.
func shared[T any](list *[]*T, what *T) int32 {
	if what == nil {
		return None
	}
	at := slices.Index(*list, what)
	if at < 0 {
		at = len(*list)
		*list = append(*list, what)
	}
	return int32(at)
}
