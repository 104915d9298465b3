package flows

// quotaState is a limit in a shard: those who share it run in one (joined.go). Limits of
// each key, and of each shard of a stream, are made as their keys and shards come.
type quotaState struct {
	parts []tokens // of a rate; one by one where an engine has partitions
	most  int64    // bytes of the largest payload that was asked, from the warm-up's end on
}

// newQuotas makes the state of all limits.
func (a *actor) newQuotas() []quotaState {
	all := make([]quotaState, len(a.plan.quotas))
	for i := range all {
		q := &a.plan.quotas[i]
		if q.Bucket == nil || q.Part == perKey || q.Part == perShard {
			continue
		}
		for range max(1, a.plan.partitions[i]) {
			all[i].parts = append(all[i].parts, a.fill(q.Bucket))
		}
	}
	return all
}

// fill starts a limit's tokens.
func (a *actor) fill(b *Bucket) tokens {
	t := newTokens(b)
	t.asked.from = a.g.Warmup
	return t
}

// partition is the part of a limit that a key has: of a trigger's records, or of a queue's
// messages (trigger None: the queue has the limit to itself).
type partition struct {
	quota   int32
	trigger int32
	key     int32
}

// allows takes n tokens of a limit, now, or none where there are fewer.
func (a *actor) allows(quota int32, n int64) bool { return a.quotas[quota].parts[0].take(a.now, n) }

// partOf is a key's part of a limit.
func (a *actor) partOf(p partition) *tokens {
	t := a.partitions[p]
	if t == nil {
		t = new(a.fill(a.plan.quotas[p.quota].Bucket))
		a.partitions[p] = t
	}
	return t
}

// fits reports whether a payload is no larger than a limit; None is none.
func (a *actor) fits(quota int32, bytes int64) bool {
	if quota == None {
		return true
	}
	if q := &a.quotas[quota]; a.now >= a.g.Warmup {
		q.most = max(q.most, bytes)
	}
	return bytes <= a.plan.quotas[quota].Most.Bytes
}

// atMost is a payload, or the largest that a limit lets through; None is none.
func (a *actor) atMost(quota int32, bytes int64) int64 {
	if quota == None {
		return bytes
	}
	return min(bytes, a.plan.quotas[quota].Most.Bytes)
}

// popularKey is which of its trigger's keys a record has; None where each has its own.
func (a *actor) popularKey(trigger int32, record uint64) int32 {
	if trigger == None || record == 0 || a.g.Triggers[trigger].Keys == nil {
		return None
	}
	return int32(find(a.g.Triggers[trigger].Keys.Popularity, a.uniform(drawKey, record, 0)))
}

// Refused is how often a limit has refused what was asked of whom.
type Refused struct {
	Kind  RefusedKind
	Index int32 // of Graph.Services, Flows or Functions, by Kind
	Limit int32 // of Graph.Limits
	N     uint64
}

// RefusedKind is what refused.
type RefusedKind uint8

// The kinds.
const (
	RefusedService  RefusedKind = iota // a call of it
	RefusedFlow                        // a start of it, or a payload of its steps
	RefusedFunction                    // a call of it, or its answer
)

// refuses counts that a limit has refused something.
func (c *counts) refuses(lin lineage, kind RefusedKind, index, limit int32) {
	if lin.counted {
		c.refused[Refused{Kind: kind, Index: index, Limit: limit}]++
	}
}
