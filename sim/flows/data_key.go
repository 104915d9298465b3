package flows

import "github.com/coldcurve/coldcurve/sim"

// DataKey says how often a service asks for the key with which it encrypts: what it was
// given it uses again for the same principal. The principal of what a function asks is the
// function, of what a step asks its flow, of what a trigger receives the trigger.
type DataKey struct {
	Calls []int    // by op of the service: calls that fetch the key; 0: the op needs none
	For   sim.Time // the key is used again for so long; 0: each call fetches its own
	Idle  bool     // counted from its last use; else from when it was fetched
	Apart bool     // each op has a key of its own
}

// holder is who holds a data key.
type holder struct {
	key *DataKey
	by  Owner
	op  int32 // of a key that each op has; None
}

func (k *DataKey) holder(by Owner, op int32) holder {
	if !k.Apart {
		op = None
	}
	return holder{k, by, op}
}

// fetches is how many calls a service makes for its key before a call of an op, now: none
// while it holds one. Who comes while it is fetched waits for no second one.
func (a *actor) fetches(k *DataKey, by Owner, op int32) int32 {
	n := int32(k.Calls[op])
	if n == 0 || k.For == 0 {
		return n
	}
	at := k.holder(a.plan.principal(by), op)
	until, held := a.dataKeys[at]
	held = held && a.now < until
	if !held || k.Idle {
		a.dataKeys[at] = a.now + k.For
	}
	if held {
		return 0
	}
	return n
}

// dropKeys forgets the data keys that a service could not fetch before a call.
func (a *actor) dropKeys(q *opAsk) {
	for _, u := range a.g.Services[q.service].Before {
		if u.Key != nil {
			delete(a.dataKeys, u.Key.holder(a.plan.principal(q.owner), q.op))
		}
	}
}

// keyBeside fetches a service's data key for a call that nobody waits for.
func (a *actor) keyBeside(q *opAsk) {
	s := &a.g.Services[q.service]
	for k := range s.Before {
		if s.Before[k].Key == nil {
			continue
		}
		e := errand{uses: s.Before[k : k+1], key: sim.MadeKey(q.key, keyChild, uint32(k)), attempt: q.attempt, place: s.Place, lin: q.lin, cause: q.cause, until: a.now, bare: true, by: q.owner, op: q.op}
		a.errand(&e, a.now)
	}
}

// keyChild is the child of a call's key that a data key's is keyed below, where nobody
// waits for the call.
const keyChild = 1<<16 + 6

// flowsOfSteps is who asks what a step asks, by whose costs these are: its flow.
func flowsOfSteps(g *Graph) map[Owner]Owner {
	of := map[Owner]Owner{}
	for k := range g.Steps {
		of[g.Steps[k].Owner] = g.Flows[g.Steps[k].Flow].Owner
	}
	return of
}

// principal is who asks.
func (p *plan) principal(by Owner) Owner {
	if flow, ok := p.flowOfStep[by]; ok {
		return flow
	}
	return by
}
