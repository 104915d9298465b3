package flows

// finish counts what is under way when the run is over.
func (a *actor) finish() {
	for k := range a.polls {
		if a.polls[k].touched {
			a.closePolls(k)
		}
	}
	for k := range a.execs.items {
		if x := &a.execs.items[k]; x.live && x.lin.counted {
			t := &a.counts.flows[x.flow]
			t.Transitions += x.transitions
			if !x.child {
				t.Unfinished++
			}
		}
	}
	for k := range a.frames.items {
		if f := &a.frames.items[k]; f.serial != 0 && f.in && a.execs.items[f.exec].lin.counted {
			a.counts.steps[f.step].Unfinished++
		}
	}
	for k := range a.waiting {
		for w := &a.waiting[k]; w.line.len() > 0; {
			q := &a.delayed.items[w.line.pop()]
			if q.lin.counted {
				a.counts.flows[q.flow].Started++
				a.counts.flows[q.flow].Unfinished++
			}
		}
	}
}
