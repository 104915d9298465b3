package flows

// partition is the part of a limit that a key of a trigger's records has.
type partition struct {
	limit   *Bucket
	trigger int32
	key     int32
}

// allows takes n tokens of a limit, now, or none where there are fewer.
func (a *actor) allows(b *Bucket, n int64) bool {
	t := a.limited[b]
	if t == nil {
		t = new(a.fill(b))
		a.limited[b] = t
	}
	return t.take(a.now, n)
}

// allowsKey takes n tokens of a key's part of a limit, now.
func (a *actor) allowsKey(b *Bucket, trigger, key int32, n int64) bool {
	p := partition{b, trigger, key}
	t := a.partitions[p]
	if t == nil {
		t = new(a.fill(b))
		a.partitions[p] = t
	}
	return t.take(a.now, n)
}

// popularKey is which of its trigger's keys a record has; None where each has its own.
func (a *actor) popularKey(trigger int32, record uint64) int32 {
	if trigger == None || record == 0 || a.g.Triggers[trigger].Keys == nil {
		return None
	}
	return int32(find(a.g.Triggers[trigger].Keys.Popularity, a.uniform(drawKey, record, 0)))
}
