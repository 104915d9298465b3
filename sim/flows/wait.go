package flows

import (
	"cmp"

	"github.com/coldcurve/coldcurve/sim"
)

// Wait is how often something waited for a limit, and how long.
type Wait struct {
	N       uint64
	Sum     sim.Wide // ns
	Longest sim.Time
}

func (w *Wait) add(t sim.Time) {
	w.N++
	w.Sum.Add(t)
	w.Longest = max(w.Longest, t)
}

func (w *Wait) merge(o *Wait) {
	w.N += o.N
	w.Sum.AddWide(o.Sum)
	w.Longest = max(w.Longest, o.Longest)
}

// Met is what became of requests at a function that met a limit of its platform.
type Met struct {
	Function int32
	Limit    sim.LimitKind
	Refused  uint64
	Waited   Wait // of those that were served, beyond their initialisation
}

func (m *Met) empty() bool { return m.Refused == 0 && m.Waited.N == 0 }

func compareMet(a, b Met) int {
	return cmp.Or(cmp.Compare(a.Function, b.Function), cmp.Compare(a.Limit, b.Limit))
}

func (m *Met) merge(o *Met) {
	m.Refused += o.Refused
	m.Waited.merge(&o.Waited)
}

// waits counts that something waited for a limit; None is none.
func (c *counts) waits(lin lineage, limit int32, t sim.Time) {
	if lin.counted && limit != None && t > 0 {
		c.waited[limit].add(t)
	}
}

// meets counts a request that has ended, and that met a limit of its function's platform.
func (c *counts) meets(function int32, e *sim.End) {
	if e.Limit == sim.NoLimit {
		return
	}
	m := &c.met[int(function)*sim.NumLimitKinds+int(e.Limit)]
	switch t := e.Start - e.Arrival - e.Init; {
	case e.Status == sim.Rejected:
		m.Refused++
	case e.Started && t > 0:
		m.Waited.add(t)
	}
}

// Quarter is what came in a quarter of the window.
type Quarter struct {
	N    uint64   // that succeeded
	Sum  sim.Wide // ns of these, from the arrival, or start, to the end
	Open uint64   // of all that came up to the end of the quarter, what had not ended then
	// What became of all that came in it:
	Came uint64
	Kept uint64 // had not ended at the end of its half of the window
	Left uint64 // had not ended when the run did
}

func (q *Quarter) add(t sim.Time) {
	q.N++
	q.Sum.Add(t)
}

func mergeQuarters(q, o *[4]Quarter) {
	for k := range q {
		q[k].N += o[k].N
		q[k].Sum.AddWide(o[k].Sum)
		q[k].Open += o[k].Open
		q[k].Came += o[k].Came
		q[k].Kept += o[k].Kept
		q[k].Left += o[k].Left
	}
}

// quarter is that of the window which a time lies in; nil in an outage: that something took
// long then says nothing of the load.
func (a *actor) quarter(quarters *[4]Quarter, at sim.Time) *Quarter {
	if a.inOutage(at) {
		return nil
	}
	for k := range 3 {
		if at < a.quarterEnd(k) {
			return &quarters[k]
		}
	}
	return &quarters[3]
}

// quarterEnd is when a quarter of the window, from 0, is over.
func (a *actor) quarterEnd(k int) sim.Time {
	n, window := sim.Time(k+1), a.g.Horizon-a.g.Warmup
	return a.g.Warmup + window/4*n + window%4*n/4
}

// lingers counts what came at a time and ends now, or never, and was there at the ends of the
// quarters and of its half of the window until then.
func (a *actor) lingers(quarters *[4]Quarter, at sim.Time, ends bool) {
	q := a.quarter(quarters, at)
	if q == nil {
		return
	}
	q.Came++
	if !ends {
		q.Left++
	}
	for k := range quarters {
		end := a.quarterEnd(k)
		if at >= end || ends && a.now < end {
			continue
		}
		quarters[k].Open++
		if k%2 == 1 && at >= a.quarterEnd(k-2) {
			q.Kept++
		}
	}
}
