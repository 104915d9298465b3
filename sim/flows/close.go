package flows

import "slices"

// finishTriggers counts what is under way at triggers when the run is over.
func (a *actor) finishTriggers() {
	for k := range a.mail.items {
		m := &a.mail.items[k]
		if m.trigger == None || m.gone || m.copied {
			continue
		}
		switch n := a.tallyOf(m.trigger, m.lin); {
		case n == nil:
		case !m.made:
			n.InFlight++
			a.fared(m, n, a.now, unfinished)
		case m.state == offered || m.state == refused:
			n.Untaken++
		default:
			n.InFlight++
			a.fared(m, n, a.now, unfinished)
		}
	}
	for k := range a.mail.items {
		if m := &a.mail.items[k]; m.trigger != None && m.state == starting {
			a.unfinished(m.trigger, m.lin)
		}
	}
	for k := range a.callers.items {
		if c := &a.callers.items[k]; c.trigger != None {
			a.unfinished(c.trigger, c.lin)
			if n := a.tallyOf(c.trigger, c.lin); n != nil && !c.made {
				a.came(n, &c.lin, came{c.sent, a.now, c.struck, unfinished})
			}
		}
	}
	for k := range a.deliveries.items {
		if d := &a.deliveries.items[k]; d.trigger != None && d.state == underWay {
			a.unfinished(d.trigger, d.lin)
		}
	}
	for k := range a.triggers {
		s := &a.triggers[k]
		if s.stream != nil {
			for l := range s.stream.lanes {
				if w := &s.stream.lanes[l]; w.trying {
					a.unfinished(int32(k), w.lin)
				}
			}
		}
		if s.touched {
			a.closeTrigger(int32(k))
		}
	}
}

func (a *actor) unfinished(trigger int32, lin lineage) {
	if n := a.tallyOf(trigger, lin); n != nil {
		n.Unfinished++
	}
}

// closeTrigger counts what a trigger has done in the window by time alone.
func (a *actor) closeTrigger(trigger int32) {
	switch t := &a.g.Triggers[trigger]; {
	case t.Queue != nil && t.Queue.Pollers.Most > 0:
		a.closePollers(trigger)
	case t.Stream != nil:
		a.closeStream(trigger)
	}
}

// idle counts what triggers and orchestrators have done by time alone that nothing came
// to in any shard.
func (a *App) idle(shards []*actor) *Tally {
	idle := newActor(a.graph, a.key)
	for k := range a.graph.Triggers {
		touched := false
		for _, s := range shards {
			touched = touched || s.triggers[k].touched
		}
		if !touched {
			idle.closeTrigger(int32(k))
		}
	}
	for k := range idle.polls {
		if !slices.ContainsFunc(shards, func(s *actor) bool { return s.polls[k].touched }) {
			idle.closePolls(k)
		}
	}
	return idle.counts.tally()
}
