package policies

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// SPES is the scheduler of Lee et al. (ICDE 2024). It looks at functions by the minute.
// For its days of training it keeps instances for a fixed window and counts; then it puts
// each function into the first category that fits (spescategory.go), tries three strategies
// on the last days of them for those that fit none (spesassign.go), and from then on
// predicts at each invocation in which minutes the next may come (spespredict.go):
//
//	always warm            an instance stays for ever
//	regular                the median idle time later, ± its deviation, 2 minutes at most
//	approximately regular  each of its up to three most frequent idle times later
//	dense                  between its shortest and longest frequent idle time later
//	successive, pulsed     nothing is predicted
//	possible               each of its up to five repeated idle times later, or between them
//	                       where they are within 10 minutes
//	correlated             up to a lag after functions of its application, or of its owner,
//	                       and after what is predicted of those
//
// An instance is wanted in the minutes from two before the first such minute to two behind
// the last. The code decides at the end of each minute, by that minute's count: what is wanted
// in a minute is there in the next, so from one minute before to three behind. Of a regular
// function it is there until the last such minute is over: one that is not invoked when it
// should have been is expected one period later from then on. Else an instance stays for as
// many idle minutes as its category gives (pulsed 3, dense 5, the others 1). What is predicted
// follows the idle times since the training,
// once there are five.
//
// The code knows no durations. Here the idle minutes before an instance goes begin when its
// request has ended. It knows one
// container a function; here one is held for what is predicted, and others stay for the
// idle minutes of the category alone.
//
// The code looks for who announces a function among those of its application and its owner:
// within = "owner" does. Functions that state no owner have their application alone, which is
// the default, since the look goes over all pairs.
//
// Left out: correlations that the code learns of functions that it has not seen in training,
// by their triggers, of which there are none here.
type SPES struct {
	Train    spec.Duration `toml:"train" default:"12d" help:"how long it only counts, whole minutes up to a year"`
	Validate spec.Duration `toml:"validate" default:"3d" help:"the last part of it, on which strategies are tried, whole minutes"`
	Window   spec.Duration `toml:"window" default:"10m" help:"how long an instance stays after its last request in training"`
	Prewarm  spec.Duration `toml:"prewarm" default:"2m" help:"how long before and behind what is predicted an instance is wanted, of which it is there a minute later; whole minutes up to an hour"`
	Dense    spec.Duration `toml:"dense" default:"5m" help:"idle time of a dense function before its instance goes, and bound of what is dense, whole minutes up to an hour"`
	Pulsed   spec.Duration `toml:"pulsed" default:"3m" help:"idle time of a pulsed function before its instance goes, whole minutes up to an hour"`
	Within   Within        `toml:"within" default:"app" help:"among whose functions those are looked for that announce another: of its app, or of all apps of its owner (owner)"`
}

// Within is among whose functions correlations are looked for.
type Within uint8

// The sets of functions.
const (
	WithinApp Within = iota
	WithinOwner
)

// String returns the word used in experiments.
func (w Within) String() string { return [...]string{"app", "owner"}[w] }

// UnmarshalText reads the word used in experiments.
func (w *Within) UnmarshalText(b []byte) error {
	for _, known := range []Within{WithinApp, WithinOwner} {
		if known.String() == string(b) {
			*w = known
			return nil
		}
	}
	return fmt.Errorf(`found %q, want "app" or "owner"`, b)
}

// About describes the policy.
func (SPES) About() Entry {
	return Entry{
		Name: "spes", Help: "start and stop instances by what kind of function each is, learnt in days of training (ICDE'24)", Control: Provider,
		Source: "Lee et al., SPES, ICDE 2024: categories, thresholds, validation and constants of the authors' notebook [V]; the simulation of its last cells as a fork of it has them [S]",
	}
}

// longestTraining bounds what a policy keeps of a function's minutes.
const longestTraining = 366 * sim.Day

// checkTraining refuses what are no whole minutes of training.
func checkTraining(n *spec.Node, train spec.Duration) error {
	if train < spec.Duration(2*sim.Minute) || train > spec.Duration(longestTraining) || train%spec.Duration(sim.Minute) != 0 {
		return at(n, "train").Errorf("found %q, want whole minutes, 2m to 366d", train)
	}
	return nil
}

// Check refuses what are no whole minutes.
func (p SPES) Check(n *spec.Node) error {
	if err := checkTraining(n, p.Train); err != nil {
		return err
	}
	if p.Validate < spec.Duration(sim.Minute) || p.Validate >= p.Train || p.Validate%spec.Duration(sim.Minute) != 0 {
		return at(n, "validate").Errorf("found %q, want whole minutes, 1m or more, that are less than train, %q", p.Validate, p.Train)
	}
	for _, d := range []named[spec.Duration]{{"prewarm", p.Prewarm}, {"dense", p.Dense}, {"pulsed", p.Pulsed}} {
		if d.value < spec.Duration(sim.Minute) || d.value > spec.Duration(sim.Hour) || d.value%spec.Duration(sim.Minute) != 0 {
			return at(n, d.key).Errorf("found %q, want whole minutes, 1m to 1h", d.value)
		}
	}
	return nil
}

// Scope is the application, or the owner.
func (p SPES) Scope() sim.Scope {
	if p.Within == WithinOwner {
		return sim.ScopeOwner
	}
	return sim.ScopeApp
}

// New returns the policy of an application, or of an owner.
func (p SPES) New(g sim.Group) sim.KeepAlive {
	s := &spes{SPES: p, end: sim.Time(p.Train), planned: newTimetable(len(g.Functions)), functions: make([]spesFunction, len(g.Functions)), of: make(map[uint32]int, len(g.Functions))}
	for i, f := range g.Functions {
		s.functions[i].id = f
		s.functions[i].last = -1
		s.of[f] = i
	}
	return s
}

// spes is the state of an application, or of an owner.
type spes struct {
	SPES
	end       sim.Time // of the training
	trained   bool
	functions []spesFunction
	of        map[uint32]int // place of a function
	planned   *timetable     // behind the training: when an instance of each has to stand by
}

// spesFunction is what is known of a function.
type spesFunction struct {
	id        uint32
	counts    activity // of the training
	forgotten int      // minute of the training from which on it fits its category
	last      int      // minute of its last invocation; −1: none
	prediction
	leads   []lead // correlated functions that its invocations announce
	follows []lead // functions that announce its own
}

// lead is a function of the same scope, by its place, and how many minutes later or less
// another one follows it.
type lead struct{ function, lag int }

var _ sim.PlanningKeepAlive = (*spes)(nil)

func (s *spes) minutes(d spec.Duration) int { return int(sim.Time(d) / sim.Minute) }

// Arrived counts in training, and predicts behind it.
func (s *spes) Arrived(v sim.View, now sim.Time) {
	i := s.of[v.Function()]
	f, minute := &s.functions[i], minuteOf(now)
	if !s.trained && now < s.end {
		f.counts.add(minute)
		f.last = minute
		return
	}
	s.train()
	if f.last == minute {
		return
	}
	if wait := minute - f.last - 1; wait > 0 && f.last >= 0 {
		f.learn(wait, s.minutes(s.Dense))
	}
	f.last = minute
	s.predict(i, minute)
	s.plan(i, now)
	for _, l := range f.leads {
		s.announce(l, i, minute)
		s.plan(l.function, now)
	}
}

// Idle keeps an instance for its category's idle minutes, and for what is predicted.
func (s *spes) Idle(v sim.View, _ sim.Instance, now sim.Time) sim.Decision {
	if !s.trained && now < s.end {
		return sim.Decision{Until: after(now, sim.Time(s.Window))}
	}
	s.train()
	f := &s.functions[s.of[v.Function()]]
	if f.category == alwaysWarm {
		return sim.Decision{Until: sim.Never}
	}
	until := startOf(max(f.last, minuteOf(now)) + s.giveUp(f.category) + 1)
	if v.Idle() == 0 {
		until = f.through(until, s.minutes(s.Prewarm))
	}
	return sim.Decision{Until: until}
}

// giveUp returns after how many idle minutes an instance goes.
func (s *spes) giveUp(c category) int {
	switch c {
	case dense:
		return s.minutes(s.Dense)
	case pulsed:
		return s.minutes(s.Pulsed)
	}
	return 1
}

// Next returns when something has to stand by.
func (s *spes) Next() sim.Time {
	if !s.trained {
		return s.end
	}
	return s.planned.next()
}

// StandBy has an instance of those functions stand by that may be invoked soon.
func (s *spes) StandBy(_ sim.View, now sim.Time, wanted []sim.Standby) []sim.Standby {
	s.train()
	for _, i := range s.planned.due(now) {
		f := &s.functions[i]
		until := sim.Never
		if f.category != alwaysWarm {
			until = f.through(now, s.minutes(s.Prewarm))
		}
		if until > now {
			wanted = append(wanted, sim.Standby{Function: f.id, Instances: 1, Until: until})
		}
		s.plan(i, max(now, until))
	}
	return wanted
}

// plan finds from when on an instance of a function has to be there, that is there until
// a time.
func (s *spes) plan(i int, until sim.Time) {
	f := &s.functions[i]
	next := sim.Never
	if f.category != alwaysWarm {
		next = f.starts(until, s.minutes(s.Prewarm))
	}
	s.planned.set(i, next)
}

// train ends the training.
func (s *spes) train() {
	if s.trained {
		return
	}
	s.trained = true
	end := minuteOf(s.end)
	for i := range s.functions {
		f := &s.functions[i]
		f.category, f.forgotten = categorise(&f.counts, end, s.minutes(s.Dense))
		f.fit(f.category, f.counts.runs(f.forgotten, end).idle)
	}
	s.assign(end)
	for i := range s.functions {
		for _, l := range s.functions[i].follows {
			s.functions[l.function].leads = append(s.functions[l.function].leads, lead{i, l.lag})
		}
	}
	for i := range s.functions {
		f := &s.functions[i]
		if f.last >= 0 {
			s.predict(i, f.last)
		}
	}
	for i := range s.functions {
		f := &s.functions[i]
		for _, l := range f.follows {
			if last := s.functions[l.function].last; last >= 0 {
				s.announce(lead{i, l.lag}, l.function, last)
			}
		}
		s.plan(i, s.end)
		if f.category == alwaysWarm {
			s.planned.set(i, s.end)
		}
	}
	for i := range s.functions {
		s.functions[i].counts = activity{}
	}
}
