package flows

import (
	"github.com/coldcurve/coldcurve/internal/loglinear"
	"github.com/coldcurve/coldcurve/sim"
)

// fate is what became of something that arrived from outside.
type fate uint8

const (
	done fate = iota
	hasFailed
	timedOut
	turnedAway
	notMatched
	unfinished
)

// fateOf is the fate of what failed in some way.
func fateOf(how Errors) fate {
	switch {
	case how == 0:
		return done
	case how&OnThrottled != 0:
		return turnedAway
	case how&OnTimeout != 0:
		return timedOut
	}
	return hasFailed
}

// add counts one.
func (e *Ends) add(f fate) {
	switch f {
	case done:
		e.Done++
	case hasFailed:
		e.Failed++
	case timedOut:
		e.TimedOut++
	case turnedAway:
		e.Throttled++
	case notMatched:
		e.Filtered++
	case unfinished:
		e.Unfinished++
	}
}

// Moment is what arrived at a trigger from outside within a step of the window, and what
// became of it, whenever it did.
type Moment struct {
	Ends
	Max   sim.Time // of the times of Done, from the arrival to the end
	first int32    // bucket of counts[0]
	times []uint32 // of Done, by bucket: a quarter as many as Durations has
}

// coarse is how many buckets of loglinear one of a Moment's holds: a day of minutes is to
// be small. The middle of one is within 1/32 of what it holds.
const coarse = 4

// record adds the time of one of Done.
func (m *Moment) record(t sim.Time) {
	m.Max = max(m.Max, t)
	b := int32(loglinear.Of(max(0, t)) / coarse)
	if len(m.times) == 0 {
		m.first = b
	}
	if b < m.first {
		longer := make([]uint32, int(m.first-b)+len(m.times))
		copy(longer[m.first-b:], m.times)
		m.first, m.times = b, longer
	}
	if n := int(b-m.first) + 1; n > len(m.times) {
		m.times = append(m.times, make([]uint32, n-len(m.times))...)
	}
	m.times[b-m.first]++
}

// Quantile returns the q-quantile, 0 ≤ q ≤ 1, of the times of Done, to within 1/32 of it and
// never above Max; 0 where there is none.
func (m *Moment) Quantile(q float64) sim.Time {
	if m.Done == 0 {
		return 0
	}
	k := loglinear.Find(m.times, m.Done, q)
	if k == len(m.times) {
		return m.Max
	}
	b := (int(m.first) + k) * coarse
	return min((loglinear.Middle(b)+loglinear.Middle(b+coarse-1))/2, m.Max)
}

// merge adds what another holds.
func (m *Moment) merge(o *Moment) {
	m.Ends.Add(&o.Ends)
	m.Max = max(m.Max, o.Max)
	if len(o.times) == 0 {
		return
	}
	if len(m.times) == 0 {
		m.first, m.times = o.first, append([]uint32(nil), o.times...)
		return
	}
	from := min(m.first, o.first)
	to := max(int(m.first)+len(m.times), int(o.first)+len(o.times))
	all := make([]uint32, to-int(from))
	copy(all[m.first-from:], m.times)
	for k, n := range o.times {
		all[int(o.first-from)+k] += n
	}
	m.first, m.times = from, all
}

// Spell is what arrived at a trigger from outside in some part of the window.
type Spell struct {
	Ends
	Late uint64   // of Done: not before the outage was over
	Max  sim.Time // of the times of Done, from the arrival to the end
}

// Merge adds what another holds.
func (s *Spell) Merge(o *Spell) {
	s.Ends.Add(&o.Ends)
	s.Late += o.Late
	s.Max = max(s.Max, o.Max)
}

// Beside is what came to a trigger beside an outage of its graph. What arrived in
// another outage, or was struck by it, is neither before nor after one.
type Beside struct {
	Before, During, After Spell
	Struck                Spell // arrived before it, and its last try that failed in an outage did so in it
}

// came is what became of something that arrived at a trigger, and when.
type came struct {
	arrived, ended sim.Time
	struck         sim.Time // when a try last failed in an outage; 0: none did
	fate           fate
}

// strike notes that a try fails now, if it does in an outage.
func (a *actor) strike(struck *sim.Time) {
	if a.inOutage(a.now) {
		*struck = a.now
	}
}

// came counts what became of something that arrived at a trigger from outside:
// of all, of the event as a whole, of what is late, of its step of the window, and of the outages.
func (a *actor) came(n *TriggerTally, lin *lineage, c came) {
	f := c.fate
	n.Outside.add(f)
	a.answersEvent(lin.record, f)
	if f == done && c.ended >= a.g.Horizon {
		n.Late++
	}
	a.lingers(&n.Quarters, c.arrived, f != unfinished)
	if a.g.Step > 0 {
		if n.Course == nil {
			n.Course = make([]Moment, (a.g.Horizon-a.g.Warmup+a.g.Step-1)/a.g.Step)
		}
		m := &n.Course[(c.arrived-a.g.Warmup)/a.g.Step]
		m.add(f)
		if f == done {
			m.record(c.ended - c.arrived)
		}
	}
	if len(a.g.Outages) > 0 {
		a.besideOutages(&n.Outages, c)
	}
}

// besideOutages counts what came by outage.
func (a *actor) besideOutages(of *[]Beside, c came) {
	if *of == nil {
		*of = make([]Beside, len(a.g.Outages))
	}
	calm := true
	for k := range a.g.Outages {
		o, b := &a.g.Outages[k], &(*of)[k]
		switch {
		case c.arrived >= o.From && c.arrived < o.To:
			b.During.count(c.fate, c.ended-c.arrived, c.ended >= o.To)
		case c.struck > 0 && c.arrived < o.From && c.struck >= o.From && c.struck < o.To:
			b.Struck.count(c.fate, c.ended-c.arrived, c.ended >= o.To)
		default:
			continue
		}
		calm = false
	}
	for k := range a.g.Outages {
		switch b := &(*of)[k]; {
		case !calm:
			return
		case c.arrived < a.g.Outages[k].From:
			b.Before.count(c.fate, c.ended-c.arrived, false)
		default:
			b.After.count(c.fate, c.ended-c.arrived, false)
		}
	}
}

func (s *Spell) count(f fate, took sim.Time, late bool) {
	s.add(f)
	if f != done {
		return
	}
	s.Max = max(s.Max, took)
	if late {
		s.Late++
	}
}

// untold counts something that nobody waits for and that came from an arrival at a
// trigger: how it ends is told to nobody, so that no count of the arrival has it.
func (a *actor) untold(lin lineage, records batch, how Errors) {
	a.wentOn(lin, records, how)
	a.untoldOf(lin, how)
}

// untoldOf counts it where it came from alone.
func (a *actor) untoldOf(lin lineage, how Errors) {
	n := a.tallyOf(lin.trigger, lin)
	if n == nil {
		return
	}
	n.Behind.Ended++
	if how != 0 {
		n.Behind.Failed++
	}
}
