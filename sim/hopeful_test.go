package sim

// hopeful is a scaling policy that starts nothing for as many of those who wait as the busy
// instances would serve in the time of a start, by the means so far.
type hopeful struct{}

func (h hopeful) New(Group) Scaling { return h }

func (hopeful) Start(v View, _ Time) int {
	slots := max(1, v.Concurrency())
	waiting := v.Waiting()
	if service := v.MeanService(); service > 0 {
		waiting -= int(Time(v.Busy()*slots) * v.MeanStart() / service)
	}
	return max(0, (waiting+slots-1)/slots-v.Initialising())
}

// soonServed is what hopeful subtracts, from lists of all services and starts.
func (t *twin) soonServed(d *twinDep) int {
	if _, ok := t.c.Platforms[0].Scaling.(hopeful); !ok {
		return 0
	}
	service := twinMean(t.services(func(fn uint32) bool { return t.depOf[fn] == d.first && !t.fns[fn].Outside }))
	if service == 0 {
		return 0
	}
	busy := 0
	for _, in := range d.instances {
		busy += min(1, in.inUse)
	}
	if busy > 0 && len(d.starts) > 0 {
		t.out.hoped++
	}
	return int(Time(busy*t.slots()) * twinMean(d.starts) / service)
}
