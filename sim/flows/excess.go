package flows

import (
	"fmt"
	"strconv"

	"github.com/coldcurve/coldcurve/sim"
)

// MostSteps is how many steps an execution enters at most, those that it tries again
// among them: as an orchestrator that states no bound of its own would have one.
const MostSteps = 1_000_000

// MostItems is how many items, or batches of them, a map has at most.
const MostItems = 10_000_000

const (
	// mostLive is how many lists of steps, calls and callers a shard has under way at a
	// time at most, a few hundred bytes each, as sim bounds requests.
	mostLive = 1 << 21
	// mostPlaces bounds each other kind of thing under way, and messages, which may wait
	// by the million without a fault of who wrote the application.
	mostPlaces = 1 << 22
	// mostLinks bounds the steps of all critical paths, a few bytes each.
	mostLinks = 1 << 24
)

// bounds are what a run can hold; tests have lower ones.
type bounds struct {
	steps, live, places int
	items               int64
}

// orMost are the bounds, where they are not given.
func (b bounds) orMost() bounds {
	if b == (bounds{}) {
		return bounds{steps: MostSteps, live: mostLive, places: mostPlaces, items: MostItems}
	}
	return b
}

// Excess is more work than a run can do or hold: an application that goes round without
// an end, or starts more than it ends.
type Excess struct {
	What string   // steps of an execution, items of a map …
	Of   string   // what it is of, as: step "x" of flow "main"; "": several
	Line string   // file and line of that; "": not known
	At   sim.Time // of several: not known
	Most int64
}

// Error implements error.
func (e *Excess) Error() string {
	text := ""
	if e.Line != "" {
		text = e.Line + ": "
	}
	const wanted = ": want a way out that is taken sooner, fewer items, fewer arrivals, or a limit on how many run at a time"
	if e.Of == "" {
		return text + fmt.Sprintf("more than %d %s", e.Most, e.What) + wanted
	}
	return text + fmt.Sprintf("%s: more than %d %s, %.6g s after the start", e.Of, e.Most, e.What, float64(e.At)/float64(sim.Second)) + wanted
}

// exceeds ends the run.
func (a *actor) exceeds(what string, most int64, of, line string) {
	sim.Refuse(&Excess{What: what, Of: of, Line: line, At: a.now, Most: most})
}

// exceedsAt ends the run for what a step does.
func (a *actor) exceedsAt(step int32, what string, most int64) {
	s := &a.g.Steps[step]
	a.exceeds(what, most, "step "+strconv.Quote(s.Name)+" of flow "+strconv.Quote(a.g.Flows[s.Flow].Name), s.Line)
}

// stepped counts a step of an execution.
func (a *actor) stepped(x *execution, step int32) {
	if x.steps++; x.steps > a.most.steps {
		a.exceedsAt(step, "steps of an execution", int64(a.most.steps))
	}
}

// roomForFrame sees that one more list of steps can be under way.
func (a *actor) roomForFrame(exec, parent int32) {
	const what = "executions, branches and items at a time"
	switch {
	case a.frames.live() < a.most.live:
	case parent != None:
		a.exceedsAt(a.frames.items[parent].step, what, int64(a.most.live))
	default:
		f := &a.g.Flows[a.execs.items[exec].flow]
		a.exceeds(what, int64(a.most.live), "flow "+strconv.Quote(f.Name), f.Line)
	}
}

// roomForStart sees that one more start can wait.
func (a *actor) roomForStart(flow int32) {
	if f := &a.g.Flows[flow]; a.delayed.live() >= a.most.places {
		a.exceeds("starts that wait at a time", int64(a.most.places), "flow "+strconv.Quote(f.Name), f.Line)
	}
}

// roomForCall sees that one more call of a function can be under way.
func (a *actor) roomForCall(function int32) {
	if f := &a.g.Functions[function]; a.calls.live() >= a.most.live {
		a.exceeds("calls at a time", int64(a.most.live), "function "+strconv.Quote(f.Name), f.Line)
	}
}

// roomForMessage sees that one more message can be on its way.
func (a *actor) roomForMessage(trigger int32) {
	if t := &a.g.Triggers[trigger]; a.mail.live() >= a.most.places {
		a.exceeds("messages at a time", int64(a.most.places), "trigger "+strconv.Quote(t.Name), t.Line)
	}
}

// roomForCaller sees that one more can wait for an answer.
func (a *actor) roomForCaller(trigger int32) {
	if t := &a.g.Triggers[trigger]; a.callers.live() >= a.most.live {
		a.exceeds("callers at a time", int64(a.most.live), "trigger "+strconv.Quote(t.Name), t.Line)
	}
}

// crowded ends the run where a pool is full of what no room was asked for. Such things
// are parts of several others, which it cannot name.
func crowded[T any]() {
	var zero T
	what := "things at a time"
	switch any(zero).(type) {
	case link:
		return // see extend
	case pending:
		what = "answers on their way at a time"
	case operation:
		what = "calls of services at a time"
	case errand:
		what = "uses at a time"
	case sending:
		what = "sends at a time"
	}
	sim.Refuse(&Excess{What: what, Most: mostPlaces})
}
