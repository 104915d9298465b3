package flows

import "github.com/coldcurve/coldcurve/sim"

// DataKey says how often a service asks for the key with which it encrypts: what it was
// given it uses again for the same principal. The principal of what a function asks is the
// function, of what a step asks its flow, of what a trigger receives the trigger; who sends
// to a trigger from outside, or feeds it, is another one. A key that could not be fetched is not used
// again. Polls and deletes, which nobody waits for, fetch a key and go on without it.
type DataKey struct {
	Calls []int    // by op of the service: calls that fetch the key; 0: the op needs none
	For   sim.Time // the key is used again for so long; 0: each call fetches its own
	Idle  bool     // counted from its last use; else from when it was fetched
	Apart bool     // each op has a key of its own
}

// principal is who asks a service for something.
type principal struct {
	owner   Owner
	outside bool // not the owner, a trigger, asks, but who sends to it: from outside, or what feeds it
}

func (q *opAsk) asker() principal { return principal{q.owner, q.outside} }

// holder is who holds a data key.
type holder struct {
	key *DataKey
	by  principal
	op  int32 // of a key that each op has; None
}

// heldKey is a data key that is held, or being fetched.
type heldKey struct {
	until   sim.Time
	fetched uint64 // key of the errand that has fetched it, or does
}

// holderOf is who holds the data key that an errand fetches.
func (a *actor) holderOf(k *DataKey, e *errand) holder {
	h := holder{k, e.by, e.op}
	if flow, ok := a.plan.flowOfStep[e.by.owner]; ok {
		h.by.owner = flow
	}
	if !k.Apart {
		h.op = None
	}
	return h
}

// fetches is how many calls a service makes for its key before a call, now: none while its
// principal holds one. Who comes while it is fetched waits for no second one.
func (a *actor) fetches(k *DataKey, e *errand) int32 {
	n := int32(k.Calls[e.op])
	if n == 0 || k.For == 0 {
		return n
	}
	at := a.holderOf(k, e)
	h, held := a.dataKeys[at]
	if held = held && a.now < h.until; !held {
		h.fetched = e.key
	}
	if !held || k.Idle {
		h.until = a.now + k.For
		a.dataKeys[at] = h
	}
	if held {
		return 0
	}
	return n
}

// notFetched forgets the data key that an errand could not fetch, if that is what failed.
func (a *actor) notFetched(e *errand) {
	k := e.uses[e.use].Key
	if k == nil {
		return
	}
	if at := a.holderOf(k, e); a.dataKeys[at].fetched == e.key {
		delete(a.dataKeys, at)
	}
}

// keyBeside fetches a service's data key for a call that nobody waits for.
func (a *actor) keyBeside(q *opAsk) {
	s, keys := &a.g.Services[q.service], a.services[q.service].keys
	for k := range keys {
		e := errand{uses: keys[k : k+1], key: sim.MadeKey(q.key, keyChild, uint32(k)), attempt: q.attempt, place: s.Place, lin: q.lin, cause: q.cause, until: a.now, bare: true, by: q.asker(), op: q.op}
		a.errand(&e, a.now)
	}
}

// flowsOfSteps is who asks what a step asks, by whose costs these are: its flow.
func flowsOfSteps(g *Graph) map[Owner]Owner {
	of := map[Owner]Owner{}
	for k := range g.Steps {
		of[g.Steps[k].Owner] = g.Flows[g.Steps[k].Flow].Owner
	}
	return of
}
