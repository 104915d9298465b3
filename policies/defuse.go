package policies

import (
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Defuse is the scheduler of Shen et al. (ICDCS 2021). In its days of training it keeps
// instances for a fixed window and counts; then it finds which functions of an application
// depend on each other (dependencies.go), and each set of them is one unit: when one is
// invoked, the others start, and all of them stop and start by the hybrid histogram of the
// set's idle times (HybridHistogram, whose parameters these are).
//
// An idle time of a set is the whole minutes between two in which one of it is invoked, as
// the data of the paper has them. What a set has stay or start there is one instance of each
// function. Where the histogram says that a set is unloaded until it is next expected,
// an instance stays for a minute, within which those that depend on each other are invoked.
//
// With sets = "app" a whole application is the unit, and with "function" each function: the
// two hybrid policies that the paper compares itself with.
//
// The abstract has the two kinds of dependencies, how they are mined, and the components.
// Support, how many weak dependencies a function has, who can be predicted (whose
// histogram is representative), and minutes as windows are from memory. The paper mines
// within an owner; here it is an application.
type Defuse struct {
	Train   spec.Duration `toml:"train" default:"12d" help:"how long it only counts, whole minutes up to a year"`
	Window  spec.Duration `toml:"window" default:"10m" help:"how long an instance stays after its last request in training"`
	Sets    Sets          `toml:"sets" default:"mined" help:"what is one unit: the functions that are mined to depend on each other, app or function"`
	Support float64       `toml:"support" default:"0.2" unit:"ratio" help:"part of an application's active minutes in which functions are both invoked that depend strongly, above 0, at most 1"`
	Weak    int           `toml:"weak" default:"1" help:"functions that can be predicted which one that cannot depends on weakly, 0 to 1000"`
	HybridHistogram
}

// Sets is what Defuse takes as one unit.
type Sets uint8

// The units.
const (
	MinedSets Sets = iota
	AppSets
	FunctionSets
)

// String returns the word used in experiments.
func (s Sets) String() string { return [...]string{"mined", "app", "function"}[s] }

// UnmarshalText reads the word used in experiments.
func (s *Sets) UnmarshalText(b []byte) error {
	for _, known := range []Sets{MinedSets, AppSets, FunctionSets} {
		if known.String() == string(b) {
			*s = known
			return nil
		}
	}
	return fmt.Errorf(`found %q, want "mined", "app" or "function"`, b)
}

// About describes the policy.
func (Defuse) About() Entry {
	return Entry{
		Name: "defuse", Help: "functions that depend on each other start and stop together, by the histogram of their common idle times (ICDCS'21)", Control: Provider,
		Source: "Shen et al., Defuse, ICDCS 2021: dependencies by frequent patterns and positive pointwise mutual information, connected components [V] by its abstract; support, weak dependencies a function and who is predictable [M]; histogram as hybrid-histogram",
	}
}

// Check refuses parameters that make no sense.
func (p Defuse) Check(n *spec.Node) error {
	if err := checkTraining(n, p.Train); err != nil {
		return err
	}
	if !(p.Support > 0 && p.Support <= 1) {
		return at(n, "support").Errorf("found %v, want above 0, at most 1", p.Support)
	}
	if p.Weak < 0 || p.Weak > 1000 {
		return at(n, "weak").Errorf("found %d, want 0 to 1000 functions", p.Weak)
	}
	return p.HybridHistogram.Check(n)
}

// New returns the policy of an application.
func (p Defuse) New(g sim.Group) sim.KeepAlive {
	d := &defuse{Defuse: p, end: sim.Time(p.Train), counts: make([]activity, len(g.Functions)), seen: make([]bool, len(g.Functions)), ids: g.Functions, of: make(map[uint32]int, len(g.Functions))}
	for i, f := range g.Functions {
		d.of[f] = i
	}
	return d
}

// defuse is the state of an application.
type defuse struct {
	Defuse
	end     sim.Time // of the training
	trained bool
	ids     []uint32
	of      map[uint32]int // place of a function
	counts  []activity     // of the training
	seen    []bool         // a function has been invoked since
	set     []*dependents  // of a function
	sets    []*dependents
	planned *timetable // behind the training: when each set has to stand by, or is looked at again
}

// dependents are functions that are one unit.
type dependents struct {
	number    int // of sets
	functions []int
	hist      *hybrid
	last      int      // minute in which one was invoked last; −1: never
	from      sim.Time // when all are to stand by; Never: not planned
	until     sim.Time // when that is over

	// From and until are set when whoever was invoked last ends. It may never do so: it may be
	// rejected, give up or be lost with its node, of all of which nobody is told. Then these count.
	again, againUntil sim.Time
}

var _ sim.PlanningKeepAlive = (*defuse)(nil)

// dependsWithin is the time within which those that depend on each other are invoked.
const dependsWithin = sim.Minute

// Arrived counts, and has those start that depend on the function.
func (d *defuse) Arrived(v sim.View, now sim.Time) {
	i, minute := d.of[v.Function()], minuteOf(now)
	if !d.trained && now < d.end {
		d.counts[i].add(minute)
		return
	}
	d.train()
	s := d.set[i]
	began := !d.runs(v, s)
	d.seen[i] = true
	s.invoked(minute)
	if began {
		s.from, s.until = sim.Never, 0
		s.expect(now)
		if len(s.functions) > 1 {
			s.from, s.until = now, after(now, max(dependsWithin, s.stays()))
		}
		d.plan(s)
	}
}

// Idle keeps an instance, and plans for its set when nothing of that runs any more.
func (d *defuse) Idle(v sim.View, _ sim.Instance, now sim.Time) sim.Decision {
	if !d.trained && now < d.end {
		return sim.Decision{Until: after(now, sim.Time(d.Window))}
	}
	d.train()
	i := d.of[v.Function()]
	s := d.set[i]
	decision := sim.Decision{Until: after(now, s.stays())}
	if s.hist.plan.from > 0 && len(s.functions) > 1 {
		decision.Until = after(now, dependsWithin)
	}
	if s.hist.plan.from > 0 && len(s.functions) == 1 {
		decision.Until = sim.StopNow
	}
	if !d.runs(v, s) {
		s.again = sim.Never
		s.from, s.until = after(now, s.hist.plan.from), after(now, s.hist.plan.until)
		if s.hist.plan.from == 0 && len(s.functions) == 1 {
			s.from = sim.Never
		}
		d.plan(s)
	}
	return decision
}

// stays returns how long a set stays after it was used; 0 where it is to be unloaded.
func (s *dependents) stays() sim.Time {
	if s.hist.plan.from > 0 {
		return 0
	}
	return s.hist.plan.until
}

// expect plans for a set as though nothing of it ran from now on.
func (s *dependents) expect(now sim.Time) {
	s.again, s.againUntil = sim.Never, after(now, s.hist.plan.until)
	if s.hist.plan.from > 0 {
		s.again = after(now, s.hist.plan.from)
	}
}

// runs reports whether a request of a set is served, or waits. It asks each time: one that
// is rejected, or whose node fails, leaves no idle instance behind.
func (d *defuse) runs(v sim.View, s *dependents) bool {
	return slices.ContainsFunc(s.functions, func(i int) bool {
		if !d.seen[i] {
			return false
		}
		of := v.Of(d.ids[i])
		return of.Busy() > 0 || of.Waiting() > 0
	})
}

// invoked counts the idle time that ends in a minute.
func (s *dependents) invoked(minute int) {
	if minute > s.last && s.last >= 0 {
		s.hist.observe(sim.Time(minute-s.last-1) * sim.Minute)
	}
	s.last = max(s.last, minute)
}

// Next returns when a set has to stand by.
func (d *defuse) Next() sim.Time {
	if !d.trained {
		return d.end
	}
	return d.planned.next()
}

// plan notes when a set has to stand by, or is looked at again.
func (d *defuse) plan(s *dependents) { d.planned.set(s.number, min(s.from, s.again)) }

// lookAgain has a set stand by that was invoked and has not ended, unless something of it runs.
func (s *dependents) lookAgain(runs bool, now sim.Time) {
	if runs {
		s.expect(now)
		return
	}
	s.from, s.until, s.again = now, s.againUntil, sim.Never
}

// StandBy has one instance of each function stand by of the sets whose time has come.
func (d *defuse) StandBy(v sim.View, now sim.Time, wanted []sim.Standby) []sim.Standby {
	d.train()
	for _, k := range d.planned.due(now) {
		s := d.sets[k]
		if s.again <= now {
			s.lookAgain(d.runs(v, s), now)
		}
		if s.from <= now {
			s.from = sim.Never
			if s.until > now { // else it is over, by the end of the training, or has no length
				wanted = d.standBy(s, wanted)
			}
		}
		d.plan(s)
	}
	return wanted
}

// standBy has one instance of each function of a set stand by.
func (d *defuse) standBy(s *dependents, wanted []sim.Standby) []sim.Standby {
	for _, i := range s.functions {
		wanted = append(wanted, sim.Standby{Function: d.ids[i], Instances: 1, Until: s.until})
	}
	return wanted
}

// train ends the training: it finds the sets, and gives each the idle times so far.
func (d *defuse) train() {
	if d.trained {
		return
	}
	d.trained = true
	first := make([]int, len(d.counts))
	switch d.Sets {
	case FunctionSets:
		for i := range first {
			first[i] = i
		}
	case MinedSets:
		predictable := make([]bool, len(d.counts))
		for i := range d.counts {
			predictable[i] = d.dependents([]int{i}).hist.representative()
		}
		first = dependencies(d.counts, predictable, minuteOf(d.end), d.Support, d.Weak)
	}
	members := make([][]int, len(first))
	for i, f := range first {
		members[f] = append(members[f], i)
	}
	d.set = make([]*dependents, len(first))
	for _, functions := range members {
		if len(functions) == 0 {
			continue
		}
		s := d.dependents(functions)
		s.number = len(d.sets)
		d.sets = append(d.sets, s)
		for _, i := range functions {
			d.set[i] = s
		}
	}
	d.planned = newTimetable(len(d.sets))
	for _, s := range d.sets {
		if ended := startOf(s.last + 1); s.last >= 0 {
			s.from, s.until = max(d.end, after(ended, s.hist.plan.from)), after(ended, s.hist.plan.until)
		}
		d.plan(s)
	}
	d.counts = nil
}

// dependents makes a unit of functions, with their common idle times in training.
func (d *defuse) dependents(functions []int) *dependents {
	s := &dependents{functions: functions, hist: newHybrid(d.HybridHistogram), last: -1, from: sim.Never, again: sim.Never}
	all := make(minuteSet, (minuteOf(d.end)+63)/64)
	for _, i := range functions {
		for k, w := range d.counts[i].set(0, minuteOf(d.end)) {
			all[k] |= w
		}
	}
	for m := range minuteOf(d.end) {
		if all.has(m) {
			s.invoked(m)
		}
	}
	return s
}
