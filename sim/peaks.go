package sim

// peaks records, a one-second bucket, the largest number of requests of each
// shard that have arrived and not ended, summed over the shards of a worker.
// If the sum over all shards is within the account limit in every bucket, then
// the limit would have held nothing back: in a bucket the total is never more
// than the sum of the shards' largest, and what the limit counts is never more
// than what has arrived and not ended.
type peaks struct {
	total   []int64 // a bucket
	bucket  int64   // of the current shard
	highest int64   // of the current shard in that bucket
}

func newPeaks(horizon Time) *peaks {
	return &peaks{total: make([]int64, horizon/Second+1)}
}

// begin starts a shard, end closes it.
func (p *peaks) begin() { p.bucket, p.highest = 0, 0 }

func (p *peaks) end() { p.flush() }

func (p *peaks) flush() {
	if p.bucket < int64(len(p.total)) {
		p.total[p.bucket] += p.highest
	}
}

// change notes that the number in flight went from before to after.
func (p *peaks) change(now Time, before, after int32) {
	if b := now / Second; b != p.bucket {
		p.flush()
		if before > 0 {
			for k := p.bucket + 1; k < min(b, int64(len(p.total))); k++ {
				p.total[k] += int64(before)
			}
		}
		p.bucket, p.highest = b, int64(before)
	}
	p.highest = max(p.highest, int64(after))
}

func (p *peaks) add(q *peaks) {
	for i, n := range q.total {
		p.total[i] += n
	}
}

// within reports whether every bucket is within the limit.
func (p *peaks) within(limit int) bool {
	for _, n := range p.total {
		if n > int64(limit) {
			return false
		}
	}
	return true
}
