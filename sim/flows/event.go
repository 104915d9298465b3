package flows

import "github.com/coldcurve/coldcurve/sim"

// An event is whole when its own answer has been given, and all has ended that it began
// and that nobody waits for. Messages that it sends are events of where they go.

// open is an event from outside that is not whole.
type open struct {
	trigger  int32
	left     int32 // of what nobody waits for, under way
	arrived  sim.Time
	answered bool
	failed   bool // something of it that nobody waited for
	fate     fate // of its answer
}

// Whole is what became of what arrived at a trigger from outside, with all that it began
// and that nobody waited for.
type Whole struct {
	Ends            // one that was answered well, and of which something behind failed, is Failed
	Time *Durations // of Done, from the arrival to the end of all of it
}

// goesOn reports whether anything in the graph goes on that nobody waits for.
func (g *Graph) goesOn() bool {
	for i := range g.Triggers {
		t := &g.Triggers[i]
		if t.HTTP != nil && t.HTTP.Begun || t.Start.Flow != None && t.HTTP == nil && g.Flows[t.Start.Flow].Engine.Detached {
			return true
		}
	}
	for i := range g.Steps {
		if g.Steps[i].Async {
			return true
		}
	}
	return false
}

// opens begins an event from outside, whose key it is.
func (a *actor) opens(trigger int32, key uint64) {
	if a.events != nil {
		a.events[key] = open{trigger: trigger, arrived: a.now}
	}
}

// goesOn begins something that nobody waits for: of each event of a batch, else of that
// which it came from.
func (a *actor) goesOn(lin lineage, records batch) { a.changeEvents(lin, records, 1, 0) }

// wentOn ends something that nobody waited for.
func (a *actor) wentOn(lin lineage, records batch, how Errors) { a.changeEvents(lin, records, -1, how) }

// changeEvents counts what is under way of the open events that it is of.
func (a *actor) changeEvents(lin lineage, records batch, by int32, how Errors) {
	switch {
	case a.events == nil:
	case records.n > 0 && records.set != None:
		for _, key := range a.sets.items[records.set].keys {
			a.changeEvent(key, by, how)
		}
	case lin.counted && !lin.sent:
		a.changeEvent(lin.record, by, how)
	}
}

func (a *actor) changeEvent(key uint64, by int32, how Errors) {
	if e, is := a.events[key]; is {
		e.left += by
		e.failed = e.failed || how != 0
		a.keepEvent(key, e)
	}
}

// answersEvent gives an event its own answer.
func (a *actor) answersEvent(key uint64, f fate) {
	if e, is := a.events[key]; is {
		e.answered, e.fate = true, f
		a.keepEvent(key, e)
	}
}

// keepEvent keeps an event until it is whole.
func (a *actor) keepEvent(key uint64, e open) {
	if !e.answered || e.left > 0 {
		a.events[key] = e
		return
	}
	w := a.counts.triggers[e.trigger].Whole
	switch {
	case e.fate == done && e.failed:
		w.add(hasFailed)
	case e.fate == done:
		w.add(done)
		w.Time.record(a.now - e.arrived)
	default:
		w.add(e.fate)
	}
	delete(a.events, key)
}

// leaveOpen counts the events that are not whole when the run is over.
func (a *actor) leaveOpen() {
	for _, e := range a.events {
		f := unfinished
		if e.answered && e.fate != done {
			f = e.fate
		}
		a.counts.triggers[e.trigger].Whole.add(f)
	}
	clear(a.events)
}

// merge adds what another holds.
func (w *Whole) merge(o *Whole) {
	w.Ends.Add(&o.Ends)
	w.Time.Merge(o.Time)
}

// onward is the lineage of a message that something of this one sends.
func (l lineage) onward() lineage {
	l.sent = true
	return l
}
