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
	lives []lifeStage
}

// ColdCounts are a function's requests in the window.
type ColdCounts struct {
	Invocations uint64
	Cold        [sim.NumColdCauses]uint64 // by why; NotCold stays 0
	Waited      sim.Wide                  // in an initialisation, ns
	Lost        uint64                    // requests that failed with their node
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
}

// Gap is an instance that started when there had been as many before.
type Gap struct {
	At   sim.Time      // its start
	Gone sim.Time      // how long since there had been as many
	Why  sim.StopCause // of the one that then left
}

// lifeStage is a stage of an instance of the deployment that is looked at.
type lifeStage struct {
	from, to       sim.Time
	deployment     uint32
	why            sim.StopCause
	later, passing bool
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
		if o.Flags&sim.Ping != 0 || !o.Within(e.Window) {
			continue
		}
		c := &e.All[o.Function]
		if o.Failure == sim.ByNode {
			c.Lost++
		}
		if !o.Started {
			continue
		}
		c.Invocations++
		if o.Flags&sim.Cold == 0 {
			continue
		}
		c.Cold[o.Cause]++
		c.Waited.Add(o.Init)
		if int(o.Function) == e.Look {
			e.cold = append(e.cold, ColdStart{At: o.Arrival, Waited: o.Init, Cause: o.Cause})
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

// Lives notes the stages of the instances of the function's application; those of a pool
// are nobody's.
func (e *Explainer) Lives(batch []sim.Life) {
	if e.Look < 0 {
		return
	}
	app := e.Functions[e.Look].App
	for i := range batch {
		l := &batch[i]
		if l.Stage == sim.Shared || int(l.Deployment) != e.Look && (app == "" || e.Functions[l.Deployment].App != app) {
			continue
		}
		e.lives = append(e.lives, lifeStage{l.Created, l.Stopped, l.Deployment, l.Cause, l.Flags&sim.Later != 0, l.Flags&sim.Passing != 0})
	}
}

// Starts returns the cold requests of the function that is looked at, in the order of
// time.
func (e *Explainer) Starts() []ColdStart {
	cold := slices.Clone(e.cold)
	slices.SortStableFunc(cold, func(a, b ColdStart) int { return cmp.Compare(a.At, b.At) })
	return cold
}

// Instances returns how many instances the function's deployment had in the window, a step
// for each change, and those that started there when there had been as many before. Where
// functions share instances, they are those of its application.
func (e *Explainer) Instances() (steps []CurvePoint, gaps []Gap) {
	lives := e.lives
	if slices.ContainsFunc(lives, func(l lifeStage) bool { return int(l.deployment) == e.Look }) {
		lives = slices.DeleteFunc(slices.Clone(lives), func(l lifeStage) bool { return int(l.deployment) != e.Look })
	}
	steps = []CurvePoint{{e.Window.Warmup, 0}}
	var left []Gap  // by how many there are: since when there are no more, and why
	n, owed := 0, 0 // owed: stops of what starts at the same time
	for _, c := range changesOf(lives) {
		switch {
		case c.by < 0 && n == 0:
			owed++
			continue
		case c.by > 0 && owed > 0:
			owed--
			continue
		case c.by < 0:
			n--
			left[n] = Gap{At: c.at, Why: c.why}
		case n < len(left):
			if e.Window.Contains(c.at) {
				gaps = append(gaps, Gap{c.at, c.at - left[n].At, left[n].Why})
			}
			n++
		default:
			left = append(left, Gap{})
			n++
		}
		if last := &steps[len(steps)-1]; c.at <= last.At {
			last.N = n
		} else if c.at < e.Window.Horizon {
			steps = append(steps, CurvePoint{c.at, n})
		}
	}
	return append(steps, CurvePoint{e.Window.Horizon, steps[len(steps)-1].N}), gaps
}

// change is that there is an instance more or less.
type change struct {
	at  sim.Time
	by  int
	why sim.StopCause
}

// changesOf are the starts and stops of instances in the order of time, stops first. A
// stage that another follows is no stop, and one that follows another no start; a stage
// that passes to nobody here went to a pool, and one that follows none here came from it.
func changesOf(lives []lifeStage) (list []change) {
	passed := map[sim.Time]int{}
	for _, l := range lives {
		if l.passing {
			passed[l.to]++
		}
	}
	for _, l := range lives {
		if l.later && passed[l.from] > 0 {
			passed[l.from]--
			continue
		}
		list = append(list, change{at: l.from, by: 1})
	}
	for _, l := range lives {
		if !l.passing {
			list = append(list, change{l.to, -1, l.why})
		}
	}
	for at, n := range passed {
		for range n {
			list = append(list, change{at, -1, sim.Expired})
		}
	}
	slices.SortFunc(list, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.by, b.by), cmp.Compare(a.why, b.why))
	})
	return list
}

// CurvePoint is how many there are from a time on.
type CurvePoint struct {
	At sim.Time
	N  int
}
