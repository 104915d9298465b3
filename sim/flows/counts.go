package flows

import "github.com/coldcurve/coldcurve/sim"

// counts is a tally that grows.
type counts struct {
	triggers []TriggerTally
	flows    []FlowTally
	steps    []StepTally
	services []ServiceTally
	used     ledger[Used]
	calls    ledger[Calls]
	turned   []uint64           // by function
	refused  map[Refused]uint64 // with N = 0
	waited   []Wait             // by limit
	met      []Met              // by function and kind of limit, which are not in it
	clamped  int64
}

func newCounts(g *Graph) counts {
	c := counts{
		triggers: make([]TriggerTally, len(g.Triggers)), flows: make([]FlowTally, len(g.Flows)), steps: make([]StepTally, len(g.Steps)),
		services: make([]ServiceTally, len(g.Services)), turned: make([]uint64, len(g.Functions)), refused: map[Refused]uint64{},
		waited: make([]Wait, len(g.Limits())), met: make([]Met, len(g.Functions)*sim.NumLimitKinds),
		used:  newLedger(func(k spot) Used { return Used{Trigger: k.trigger, Owner: k.owner, Cause: k.cause, Meter: k.of} }),
		calls: newLedger(func(k spot) Calls { return Calls{Trigger: k.trigger, Owner: k.owner, Function: k.of, Cause: k.cause} }),
	}
	follows := g.goesOn()
	for i := range c.triggers {
		c.triggers[i].Latency, c.triggers[i].Inner, c.triggers[i].Age = new(Durations), new(Durations), new(Durations)
		if follows {
			c.triggers[i].Whole = &Whole{Time: new(Durations)}
		}
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
	c.used.at(spot{lin.trigger, owner, meter, cause}).N.Add(n)
}

// useWide counts what is more than an int64 holds.
func (c *counts) useWide(lin lineage, owner Owner, cause Cause, meter int32, n sim.Wide) {
	if lin.counted && meter != None {
		c.used.at(spot{lin.trigger, owner, meter, cause}).N.AddWide(n)
	}
}

// call counts a request that has ended.
func (c *counts) call(q *call, e *sim.End, failed bool) {
	if q.lin.counted {
		c.meets(q.function, e)
	}
	if q.lin.counted && e.Status == sim.Rejected {
		c.turned[q.function]++
	}
	if !q.lin.counted || !e.Started {
		return
	}
	cause := q.cause.ended(failed)
	n := c.calls.at(spot{q.lin.trigger, q.owner, q.function, cause})
	n.N++
	n.Busy.Add(e.End - e.Start)
	if e.Flags&sim.Cold != 0 {
		n.Cold++
	}
}
