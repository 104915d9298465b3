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
	turned   []uint64   // by function
	lately   [256]int32 // index + 1 of what was used last, by a hash of its key: most are found there
	callers  [256]int32 // the same of calls
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
		services: make([]ServiceTally, len(g.Services)), turned: make([]uint64, len(g.Functions)), used: map[usedKey]int32{}, called: map[calledKey]int32{},
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
	c.usedAt(usedKey{lin.trigger, owner, meter, cause}).N.Add(n)
}

// usedAt is where what is used for a key is counted.
func (c *counts) usedAt(k usedKey) *Used {
	lately := &c.lately[(uint32(k.owner)*31+uint32(k.meter)*7+uint32(k.cause)*3+uint32(k.trigger)*17)%256]
	if i := *lately - 1; i >= 0 {
		if u := &c.usedN[i]; u.Owner == k.owner && u.Meter == k.meter && u.Cause == k.cause && u.Trigger == k.trigger {
			return u
		}
	}
	i, ok := c.used[k]
	if !ok {
		i = int32(len(c.usedN))
		c.used[k] = i
		c.usedN = append(c.usedN, Used{Trigger: k.trigger, Owner: k.owner, Cause: k.cause, Meter: k.meter})
	}
	*lately = i + 1
	return &c.usedN[i]
}

// useWide counts what is more than an int64 holds.
func (c *counts) useWide(lin lineage, owner Owner, cause Cause, meter int32, n sim.Wide) {
	if lin.counted && meter != None {
		c.usedAt(usedKey{lin.trigger, owner, meter, cause}).N.AddWide(n)
	}
}

// call counts a request that has ended.
func (c *counts) call(q *call, e *sim.End, failed bool) {
	if q.lin.counted && e.Status == sim.Rejected {
		c.turned[q.function]++
	}
	if !q.lin.counted || !e.Started {
		return
	}
	cause := q.cause
	if failed {
		cause = Failure
	}
	n := c.callsAt(calledKey{q.lin.trigger, q.owner, q.function, cause})
	n.N++
	n.Busy.Add(e.End - e.Start)
	if e.Flags&sim.Cold != 0 {
		n.Cold++
	}
}

// callsAt is where calls of a key are counted.
func (c *counts) callsAt(k calledKey) *Calls {
	lately := &c.callers[(uint32(k.owner)*31+uint32(k.function)*7+uint32(k.cause)*3+uint32(k.trigger)*17)%256]
	if i := *lately - 1; i >= 0 {
		if n := &c.calls[i]; n.Owner == k.owner && n.Function == k.function && n.Cause == k.cause && n.Trigger == k.trigger {
			return n
		}
	}
	i, ok := c.called[k]
	if !ok {
		i = int32(len(c.calls))
		c.called[k] = i
		c.calls = append(c.calls, Calls{Trigger: k.trigger, Owner: k.owner, Function: k.function, Cause: k.cause})
	}
	*lately = i + 1
	return &c.calls[i]
}
