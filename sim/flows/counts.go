package flows

import "github.com/coldcurve/coldcurve/sim"

// counts is a tally that grows.
type counts struct {
	triggers []TriggerTally
	flows    []FlowTally
	steps    []StepTally
	services []ServiceTally
	used     map[usedKey]int32
	usedN    []Used
	called   map[calledKey]int32
	calls    []Calls
	clamped  int64
}

type usedKey struct {
	trigger int32
	owner   Owner
	meter   int32
	cause   Cause
}

type calledKey struct {
	trigger  int32
	owner    Owner
	function int32
	cause    Cause
}

func newCounts(g *Graph) counts {
	c := counts{
		triggers: make([]TriggerTally, len(g.Triggers)), flows: make([]FlowTally, len(g.Flows)), steps: make([]StepTally, len(g.Steps)),
		services: make([]ServiceTally, len(g.Services)), used: map[usedKey]int32{}, called: map[calledKey]int32{},
	}
	for i := range c.triggers {
		c.triggers[i].Latency, c.triggers[i].Age = new(Durations), new(Durations)
	}
	for i := range c.flows {
		c.flows[i].Latency = new(Durations)
	}
	for i := range c.steps {
		c.steps[i].Time = new(Durations)
	}
	for i := range c.services {
		c.services[i].Latency = new(Durations)
	}
	return c
}

// use counts n of a meter.
func (c *counts) use(lin lineage, owner Owner, cause Cause, meter int32, n int64) {
	if !lin.counted || meter == None {
		return
	}
	k := usedKey{lin.trigger, owner, meter, cause}
	i, ok := c.used[k]
	if !ok {
		i = int32(len(c.usedN))
		c.used[k] = i
		c.usedN = append(c.usedN, Used{Trigger: k.trigger, Owner: owner, Cause: cause, Meter: meter})
	}
	c.usedN[i].N.Add(n)
}

// useWide counts what is more than an int64 holds.
func (c *counts) useWide(lin lineage, owner Owner, cause Cause, meter int32, n sim.Wide) {
	c.use(lin, owner, cause, meter, 0)
	if i, ok := c.used[usedKey{lin.trigger, owner, meter, cause}]; ok {
		c.usedN[i].N.AddWide(n)
	}
}

// call counts a request that has ended.
func (c *counts) call(q *call, e *sim.End, failed bool) {
	if !q.lin.counted || !e.Started {
		return
	}
	cause := q.cause
	if failed {
		cause = Failure
	}
	k := calledKey{q.lin.trigger, q.owner, q.function, cause}
	i, ok := c.called[k]
	if !ok {
		i = int32(len(c.calls))
		c.called[k] = i
		c.calls = append(c.calls, Calls{Trigger: k.trigger, Owner: k.owner, Function: k.function, Cause: cause})
	}
	n := &c.calls[i]
	n.N++
	n.Busy.Add(e.End - e.Start)
	if e.Flags&sim.Cold != 0 {
		n.Cold++
	}
}
