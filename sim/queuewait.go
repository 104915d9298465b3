package sim

// queueWait returns how long a request that begins to wait may do so before it is
// rejected; 0: any time. It goes by the starts that have been. Before the first, the one
// that began first of those under way stands for that which a provider has seen when the
// function was deployed.
func (s *shard) queueWait(d *deployment) Time {
	l := &d.platform.Limit
	if l.QueueStarts == 0 {
		return l.QueueWait
	}
	mean := View{d}.MeanStart()
	if d.readied == 0 {
		for _, id := range d.warming.all() {
			if in := &s.instances[id]; !s.births[id].later {
				mean = in.ready - in.created
				break
			}
		}
	}
	return max(l.QueueWait, Time(min(float64(Longest), float64(mean)*l.QueueStarts)))
}

// startedUp counts a start that is over.
func (s *shard) startedUp(d *deployment, id instanceID) {
	if in := &s.instances[id]; !s.births[id].later {
		d.readied++
		d.starting = after(d.starting, in.ready-in.created)
	}
}
