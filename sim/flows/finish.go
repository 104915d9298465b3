package flows

import "github.com/coldcurve/coldcurve/sim"

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
				a.leftOver(x.flow, x.began)
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
				a.leftOver(q.flow, q.at)
				a.counts.waits(q.lin, a.plan.rooms[k], a.now-q.at) // so far
			}
		}
	}
}

// leftOver counts an execution that had not ended when the run did.
func (a *actor) leftOver(flow int32, began sim.Time) {
	a.lingers(&a.counts.flows[flow].Quarters, began, false)
}
