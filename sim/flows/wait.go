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

// Half is what came in a half of the window.
type Half struct {
	N    uint64   // that succeeded
	Sum  sim.Wide // ns of these, from the arrival, or start, to the end
	Open uint64   // of all that came up to the end of the half, what had not ended then
}

func (h *Half) add(t sim.Time) {
	h.N++
	h.Sum.Add(t)
}

func mergeHalves(h, o *[2]Half) {
	for k := range h {
		h[k].N += o[k].N
		h[k].Sum.AddWide(o[k].Sum)
		h[k].Open += o[k].Open
	}
}

// half is that of the window which a time lies in; nil in an outage: that something took
// long then says nothing of the load.
func (a *actor) half(halves *[2]Half, at sim.Time) *Half {
	switch {
	case a.inOutage(at):
		return nil
	case at >= a.middle():
		return &halves[1]
	}
	return &halves[0]
}

// middle is the middle of the window.
func (a *actor) middle() sim.Time { return a.g.Warmup + (a.g.Horizon-a.g.Warmup)/2 }

// lingers counts what came at a time and ends now, or never, where it was still there at the
// end of a half of the window.
func (a *actor) lingers(halves *[2]Half, at sim.Time, ends bool) {
	if ends && a.now < a.middle() || a.inOutage(at) {
		return
	}
	if at < a.middle() {
		halves[0].Open++
	}
	if !ends || a.now >= a.g.Horizon {
		halves[1].Open++
	}
}
