package clients

import "github.com/coldcurve/coldcurve/sim"

// cost is what a retry takes of a quota after an attempt that failed so.
func (q *Quota) cost(how On) int {
	switch how {
	case OnRejected:
		return q.Rejected
	case OnFailed, OnNode:
		return q.Failed
	}
	return q.Timeout
}

// bucket names the bucket of a client: of a function, and of its clients the one whose
// request it is.
type bucket struct {
	function uint32
	client   uint32
}

// budgets are the buckets of a shard that are not full: what each lacks.
type budgets map[bucket]int

// bucketOf is the bucket of a request's client.
func (q *Quota) bucketOf(function uint32, key uint64) bucket {
	if q.Clients < 2 {
		return bucket{function: function}
	}
	return bucket{function, uint32(sim.Mixed(key) % uint64(q.Clients))}
}

// take takes what a retry costs, if it is there.
func (b budgets) take(q *Quota, of bucket, cost int) bool {
	if b[of]+cost > q.Tokens {
		return false
	}
	b[of] += cost
	return true
}

// giveBack brings tokens back, up to a full bucket.
func (b budgets) giveBack(of bucket, n int) {
	if lacks, ok := b[of]; ok && lacks > n {
		b[of] = lacks - n
	} else if ok {
		delete(b, of)
	}
}
