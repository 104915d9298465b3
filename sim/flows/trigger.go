package flows

import "github.com/coldcurve/coldcurve/sim"

// arrived is an arrival at a trigger from outside.
func (a *actor) arrived(trigger int32, ordinal uint32) {
	t := &a.g.Triggers[trigger]
	key := sim.MadeKey(sim.HashName(t.Name), 0, ordinal)
	lin := lineage{trigger, a.now >= a.g.Warmup && a.now < a.g.Horizon, key}
	if lin.counted {
		a.counts.triggers[trigger].Arrived++
	}
	size := a.bytes(t.Record, 0, drawSize, key)
	a.starts(t, key, a.now, size, lin, Work, refNobodyRef)
}

// refNobodyRef names nobody.
const refNobodyRef = ref(0)

// starts starts what a trigger starts.
func (a *actor) starts(t *Trigger, key uint64, at sim.Time, size int64, lin lineage, cause Cause, to ref) {
	if lin.counted {
		a.counts.triggers[lin.trigger].Started++
	}
	if t.Start.Flow != None {
		a.execute(&start{flow: t.Start.Flow, key: sim.MadeKey(key, 0, 0), at: at, from: t.Place, input: size, lin: lin, owner: t.Owner, cause: cause, to: to})
		return
	}
	a.request(&ask{function: t.Start.Function, key: sim.MadeKey(key, 0, 0), at: at, from: t.Place, input: size, lin: lin, owner: t.Owner, cause: cause, to: to})
}
