package results

import (
	"cmp"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// Explainer is an observer that notes why the cold starts of one simulation happened,
// for all functions by their number, and one by one for the function that is looked at.
// It is of one worker; Begin starts it anew where a run is made again.
type Explainer struct {
	Window    sim.Window
	Functions []sim.Function
	Look      int // index of the function that is looked at; -1: none
	// All is of each function.
	All []ColdCounts

	cold  []ColdStart
	lives []lifeSpan
	// pool is the deployment of the function that is looked at: itself, or the first
	// function of its application where these share instances.
	apps map[string]bool
}

// ColdCounts are a function's requests in the window.
type ColdCounts struct {
	Invocations uint64
	Cold        [sim.NumColdCauses]uint64 // by why; NotCold stays 0
	Waited      sim.Wide                  // in an initialisation, ns
}

// Sum returns how many were cold.
func (c *ColdCounts) Sum() (n uint64) {
	for _, k := range c.Cold {
		n += k
	}
	return n
}

// ColdStart is one cold request.
type ColdStart struct {
	At     sim.Time // its arrival
	Waited sim.Time // in an initialisation
	Cause  sim.ColdCause
	// Gone is how long before it the instance had stopped in whose place another had to
	// start; −1 where there was none.
	Gone sim.Time
}

type lifeSpan struct {
	from, to   sim.Time
	deployment uint32
	why        sim.StopCause
}

var (
	_ sim.WarmObserver = (*Explainer)(nil)
	_ sim.LifeObserver = (*Explainer)(nil)
)

// Begin forgets what was told.
func (e *Explainer) Begin() {
	e.All = make([]ColdCounts, len(e.Functions))
	e.cold, e.lives = nil, nil
}

// Requests notes what was cold.
func (e *Explainer) Requests(batch []sim.Outcome) {
	for i := range batch {
		o := &batch[i]
		if o.Flags&sim.Ping != 0 || !o.Started || !o.Within(e.Window) {
			continue
		}
		c := &e.All[o.Function]
		c.Invocations++
		if o.Flags&sim.Cold == 0 {
			continue
		}
		c.Cold[o.Cause]++
		c.Waited.Add(o.Init)
		if int(o.Function) == e.Look {
			e.cold = append(e.cold, ColdStart{At: o.Arrival, Waited: o.Init, Cause: o.Cause, Gone: -1})
		}
	}
}

// Warm counts a run of warm requests.
func (e *Explainer) Warm(run []sim.Invocation) {
	for i := range run {
		if e.Window.Contains(run[i].Arrival) {
			e.All[run[i].Function].Invocations++
		}
	}
}

// Lives notes when the instances of the function's application stopped.
func (e *Explainer) Lives(batch []sim.Life) {
	if e.Look < 0 {
		return
	}
	app := e.Functions[e.Look].App
	for i := range batch {
		l := &batch[i]
		if l.Flags&sim.Passing != 0 || int(l.Deployment) != e.Look && (app == "" || e.Functions[l.Deployment].App != app) {
			continue
		}
		why := l.Cause
		if l.Flags&sim.Live != 0 {
			why = sim.NotStopped
		}
		e.lives = append(e.lives, lifeSpan{l.Created, l.Stopped, l.Deployment, why})
	}
}

// stopOf is what an instance that left stopped by, where a start takes its place.
var stopOf = map[sim.ColdCause][]sim.StopCause{
	sim.AfterExpiry: {sim.Expired}, sim.AfterEviction: {sim.Evicted}, sim.AfterScaleIn: {sim.ScaledIn}, sim.AfterOutage: {sim.NodeFailed, sim.NodeDrained},
}

// Starts returns the cold requests of the function that is looked at, in the order of
// time, and how many instances of its deployment there were: a step for each change.
func (e *Explainer) Starts() (cold []ColdStart, instances []CurvePoint) {
	own := slices.ContainsFunc(e.lives, func(l lifeSpan) bool { return int(l.deployment) == e.Look })
	lives := slices.Clone(e.lives)
	if own { // else it shares those of its application
		lives = slices.DeleteFunc(lives, func(l lifeSpan) bool { return int(l.deployment) != e.Look })
	}
	cold = slices.Clone(e.cold)
	slices.SortStableFunc(cold, func(a, b ColdStart) int { return cmp.Compare(a.At, b.At) })
	stops := map[sim.StopCause][]sim.Time{}
	for _, l := range lives {
		stops[l.why] = append(stops[l.why], l.to)
	}
	for _, list := range stops {
		slices.Sort(list)
	}
	for i := range cold {
		for _, why := range stopOf[cold[i].Cause] {
			list := stops[why]
			n, _ := slices.BinarySearch(list, cold[i].At+1)
			if n == 0 {
				continue
			}
			if gone := cold[i].At - list[n-1]; cold[i].Gone < 0 || gone < cold[i].Gone {
				cold[i].Gone = gone
			}
		}
	}
	return cold, standing(lives, e.Window)
}

// CurvePoint is how many there are from a time on.
type CurvePoint struct {
	At sim.Time
	N  int
}

// standing is how many instances there are in a window, over time.
func standing(lives []lifeSpan, w sim.Window) []CurvePoint {
	type change struct {
		at sim.Time
		by int
	}
	var changes []change
	for _, l := range lives {
		from := max(l.from, w.Warmup)
		if from >= min(l.to, w.Horizon) {
			continue
		}
		if changes = append(changes, change{from, 1}); l.to < w.Horizon { // what ends with the window is there to its end
			changes = append(changes, change{l.to, -1})
		}
	}
	slices.SortFunc(changes, func(a, b change) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.by, b.by)) })
	points := []CurvePoint{{w.Warmup, 0}}
	for _, c := range changes {
		last := &points[len(points)-1]
		if c.at == last.At {
			last.N += c.by
			continue
		}
		points = append(points, CurvePoint{c.at, last.N + c.by})
	}
	return append(points, CurvePoint{w.Horizon, points[len(points)-1].N})
}
