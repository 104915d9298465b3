package sim

// queueWait returns how long a request that begins to wait may do so before it is
// rejected; 0: any time. It knows of the starts that have been, never of one that is
// under way.
func (s *shard) queueWait(d *deployment) Time {
	l := &d.platform.Limit
	if l.QueueStarts == 0 || d.readied == 0 {
		return l.QueueWait
	}
	most := float64(Longest)
	return max(l.QueueWait, Time(min(most, float64(d.starting/d.readied)*l.QueueStarts)))
}

// startedUp counts a start that is over.
func (s *shard) startedUp(d *deployment, id instanceID) {
	if in := &s.instances[id]; d.platform.Limit.QueueStarts > 0 && !s.births[id].later {
		d.readied++
		d.starting = after(d.starting, in.ready-in.created)
	}
}
