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

	limits     []sim.Time // the timeouts that there are, ascending
	stepLimit  []int32    // by step: its timeout's index in limits; None
	flowLimit  []int32    // by flow
	childLimit []int32    // by step: that of a distributed map's children

	buckets     []*Bucket // each that is pointed to, once; by partition where an engine has some
	states      []int32   // by flow: the first of its engine's buckets of transitions; None
	starts      []int32   // by flow
	child       []int32   // by step: the bucket of starts of a distributed map's children
	childStates []int32   // by step: the first of the buckets of their transitions; None
	slots       []*Slots  // each that is pointed to, once
	slot        []int32   // by flow; None
	polls       []*Polls  // each that is pointed to, once
	poll        []int32   // by flow; None
}

func newPlan(g *Graph) *plan {
	p := &plan{}
	steps, flows := len(g.Steps), len(g.Flows)
	for _, l := range []*[]int32{&p.loops, &p.stepLimit, &p.childLimit, &p.child, &p.childStates} {
		*l = nones(steps)
	}
	for _, l := range []*[]int32{&p.flowLimit, &p.states, &p.starts, &p.slot, &p.poll} {
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
	p.addBuckets(g)
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

// addBuckets gives each bucket, and each set of slots, that is pointed to a place.
func (p *plan) addBuckets(g *Graph) {
	place := map[*Bucket]int32{}
	add := func(b *Bucket, partitions int) int32 {
		if b == nil {
			return None
		}
		at, ok := place[b]
		if !ok {
			at = int32(len(p.buckets))
			place[b] = at
			for range max(1, partitions) {
				p.buckets = append(p.buckets, b)
			}
		}
		return at
	}
	for k := range g.Flows {
		e := &g.Flows[k].Engine
		p.states[k] = add(e.States, e.Partitions)
		p.starts[k] = add(e.Starts, 1)
		p.slot[k] = shared(&p.slots, e.Slots)
		p.poll[k] = shared(&p.polls, e.Polls)
	}
	for k := range g.Steps {
		if s := &g.Steps[k]; s.Kind == MapStep && s.Map.Distributed {
			e := g.childEngine(s)
			p.child[k] = add(e.Starts, 1)
			p.childStates[k] = add(e.States, e.Partitions)
		}
	}
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
