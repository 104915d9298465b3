package apps

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/internal/fault"
	"github.com/coldcurve/coldcurve/results"
)

// Candidate is the application with one option of each choice.
type Candidate struct {
	Name         string   // what differs from the application as it is
	Sets         []string // path=value
	Row          results.Row
	Meets        results.Verdict
	Replications int

	picks   []int   // option of each choice
	worst   float64 // how far the means are beyond the bound that is missed most; at most 0: all are met
	fault   string  // why it could not be run or billed; "": it was
	outcome *outcome
}

func (c *Candidate) value(column string) float64 { s, _ := c.Row.Stat(column); return s.Mean }
func (c *Candidate) cost() float64               { return c.value("cost") }

// Advice is the cheapest way to run the application that meets an SLO.
type Advice struct {
	Title    string
	Event    string
	Load     string
	Currency string
	SLO      results.SLO
	Best     *Candidate // nil: none is sure to meet the SLO
	Now      *Candidate // the application as it is
	All      []*Candidate
	Front    []*Candidate // none of the others is cheaper and as fast
	Rounds   []estimate.Round
	Single   int      // ways that change one choice of the best that was found before
	Ways     int      // that there are, up to 1<<30
	Choices  []string // what was searched
	LeftOut  []LeftOut
	Notes    []string
	PlotSize results.PlotSize
}

// asItIs is the name of the application as it is.
const asItIs = "as it is"

// Bounds of the search: plans that are tried, and replications of the last round.
const (
	mostCandidates   = 128
	lastReplications = 8
)

// option is one way to have a choice; the first of each is as the application is.
type option struct {
	name string // "": as it is
	sets []string
}

// choice is what can be had in several ways.
type choice struct {
	name    string
	options []option
}

// Optimize searches orchestrators, batches and windows, who runs each function, and
// routing for the cheapest way that meets the SLO, by successive halving.
func Optimize(ctx context.Context, q *Question) (*Advice, error) {
	r, err := newRunner(ctx, q)
	if err != nil {
		return nil, err
	}
	p, err := r.prepare(ctx)
	if err != nil {
		return nil, err
	}
	a := &Advice{SLO: q.SLO.Whole(), Notes: slices.Clone(r.notes)}
	for _, w := range p.Warnings {
		if !strings.HasSuffix(w, "no function of the application runs on it") { // here one may
			a.Notes = append(a.Notes, w)
		}
	}
	choices, left := searched(p)
	a.LeftOut = left
	for _, c := range choices {
		a.Choices = append(a.Choices, fmt.Sprintf("%s (%d ways)", c.name, len(c.options)))
	}
	_ = p.Close() // nothing of it is open
	all := combined(choices, mostCandidates)
	a.Ways = product(choices)
	last := q.Replications
	if last == 0 {
		last = lastReplications
	}
	h := estimate.Halving[*Candidate]{
		Last:   last,
		Extend: func(field []*Candidate, reps int) error { return r.extend(ctx, field, reps) },
	}
	if all, err = a.possible(ctx, r, all, h.First(len(all))); err != nil {
		return nil, err
	}
	a.Now = all[0]
	field, rounds, reps, err := h.Run(all)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(field, a.Now) {
		field = append(field, a.Now)
	}
	if err := r.extend(ctx, field, reps); err != nil {
		return nil, err
	}
	field, all = slices.DeleteFunc(field, (*Candidate).failed), a.ran(all)
	if all, err = a.descend(ctx, r, choices, all, reps); err != nil {
		return nil, err
	}
	a.Rounds = append(rounds, estimate.Round{Plans: len(field), Replications: reps, Kept: len(field)})
	a.All, a.Best = all, cheapestOf(all, reps)
	a.rank(reps)
	base := a.Now.outcome
	a.Title, a.Event, a.Currency, a.Load = base.cell.Application.Title, eventWords(base.cell.Application.Event), base.row.Currency, r.describe(base)
	a.front()
	return a, nil
}

// rank puts the winner first, then those that were run as often, the best first: what a few runs
// say is not beside what many do, and their cheapest is so by chance.
func (a *Advice) rank(reps int) {
	slices.SortStableFunc(a.All, func(x, y *Candidate) int {
		switch a.Best { // nil: neither
		case x:
			return -1
		case y:
			return 1
		}
		return cmp.Or(cmp.Compare(min(y.Replications, reps), min(x.Replications, reps)), estimate.Better(x, y))
	})
}

// ranked are those that were run as often as the first, which stand beside each other.
func (a *Advice) ranked() []*Candidate {
	n := slices.IndexFunc(a.All, func(c *Candidate) bool { return c.Replications < a.All[0].Replications })
	if n < 0 {
		n = len(a.All)
	}
	return a.All[:n]
}

// failed is whether it could not be run or billed.
func (c *Candidate) failed() bool { return c.fault != "" }

// ran are the candidates but those that could not be run or billed, which are left out
// with their reasons.
func (a *Advice) ran(all []*Candidate) []*Candidate {
	for _, c := range all {
		if c.failed() {
			a.LeftOut = append(a.LeftOut, LeftOut{c.Name, c.fault})
		}
	}
	return slices.DeleteFunc(all, (*Candidate).failed)
}

// possible runs each for the first round, and leaves out what the application cannot be, or
// what cannot be billed; as it is, it must be possible.
func (a *Advice) possible(ctx context.Context, r *runner, all []*Candidate, reps int) ([]*Candidate, error) {
	if err := r.extend(ctx, all, reps); err != nil {
		return nil, err
	}
	return a.ran(all), nil
}

// searched are the choices that there are.
func searched(p *experiments.Plan) (list []choice, left []LeftOut) {
	app := p.Application()
	add := func(name string, options ...option) {
		if len(options) > 0 {
			list = append(list, choice{name, append([]option{{}}, options...)})
		}
	}
	for _, f := range app.Get("flow").Items() {
		var options []option
		for _, c := range ofFlow(f) {
			switch {
			case len(c.sets) == 0 || !strings.HasSuffix(c.name, engines["step-functions-standard"]) && !strings.HasSuffix(c.name, engines["step-functions-express"]):
			case c.reason != "":
				left = append(left, LeftOut{c.name, c.reason})
			default:
				options = append(options, option{c.name, c.sets})
			}
		}
		add("the orchestrator of "+text(f, "name"), options...)
		for _, s := range f.Get("steps").Items() {
			if s.Get("route") == nil {
				continue
			}
			var by []option
			for _, way := range []string{"weight", "price", "latency", "health", "overflow"} {
				if now := cmp.Or(text(s, "route", "by"), "weight"); way != now {
					by = append(by, option{fmt.Sprintf("step %s: by %s", text(s, "name"), way), []string{fmt.Sprintf("app.flow.%s.step.%s.route.by=%q", key(text(f, "name")), key(text(s, "name")), way)}})
				}
			}
			add("the route of "+text(s, "name"), by...)
		}
	}
	for _, t := range app.Get("trigger").Items() {
		for _, kind := range []string{"queue", "stream"} {
			if t.Get(kind) == nil {
				continue
			}
			at := fmt.Sprintf("app.trigger.%s.%s", key(text(t, "name")), kind)
			now, _ := t.Get(kind, "batch").Value().(int64)
			var sizes []option
			for _, size := range []int64{1, 10, 100, 500} {
				if size != now {
					sizes = append(sizes, option{fmt.Sprintf("%s %s: batches of %d", kind, text(t, "name"), size), []string{fmt.Sprintf("%s.batch=%d", at, size)}})
				}
			}
			add("batches of "+text(t, "name"), sizes...)
			var windows []option
			for _, w := range []string{"0s", "1s", "5s"} {
				if w != cmp.Or(text(t, kind, "window"), "0s") {
					windows = append(windows, option{fmt.Sprintf("%s %s: gathered for %s", kind, text(t, "name"), w), []string{fmt.Sprintf("%s.window=%q", at, w)}})
				}
			}
			add("the window of "+text(t, "name"), windows...)
		}
	}
	for _, f := range app.Get("function").Items() {
		var places []option
		for _, other := range p.PlatformTables() {
			if name := text(other, "name"); name != text(f, "platform") && f.Get("tokens") == nil {
				places = append(places, option{fmt.Sprintf("function %s on %s", text(f, "name"), name), []string{fmt.Sprintf("app.function.%s.platform=%q", key(text(f, "name")), name)}})
			}
		}
		add("who runs "+text(f, "name"), places...)
		if f.Get("by_memory") != nil {
			var sizes []option
			for _, c := range ofMemory(f) {
				if c.reason != "" {
					left = append(left, LeftOut{c.name, c.reason})
				} else {
					sizes = append(sizes, option{c.name, c.sets})
				}
			}
			add("memory of "+text(f, "name"), sizes...)
		} else if f.Get("memory") != nil {
			left = append(left, LeftOut{"memory of " + text(f, "name"), "the file does not say how its times follow the memory"})
		}
	}
	return list, left
}

func product(choices []choice) int {
	n := 1
	for _, c := range choices {
		n = min(n*len(c.options), 1<<30)
	}
	return n
}

// combined are the combinations of the choices' options, as it is the first: those that
// change most choices at once of which there are at most so many.
func combined(choices []choice, most int) (all []*Candidate) {
	for changed := 1; ; changed++ {
		next := upTo(choices, changed)
		if all != nil && len(next) > most || len(next) == len(all) {
			return all
		}
		all = next
	}
}

// upTo are the combinations that change so many choices or fewer.
func upTo(choices []choice, most int) (all []*Candidate) {
	var add func(picks []int, left int)
	add = func(picks []int, left int) {
		if len(picks) == len(choices) {
			all = append(all, newCandidate(choices, picks))
			return
		}
		for i := range choices[len(picks)].options {
			switch {
			case i == 0:
				add(append(slices.Clip(picks), 0), left)
			case left > 0:
				add(append(slices.Clip(picks), i), left-1)
			}
		}
	}
	add(nil, most)
	return all
}

// extend brings candidates to a number of replications.
func (r *runner) extend(ctx context.Context, field []*Candidate, reps int) error {
	for _, c := range field {
		if c.Replications >= reps || c.fault != "" {
			continue
		}
		o, err := r.run(ctx, append(slices.Clone(c.Sets), fmt.Sprintf("replications=%d", reps))...)
		switch {
		case err == nil:
		case ctx.Err() != nil || c.Name == asItIs || fault.Machine(err):
			return fmt.Errorf("%s: %w", c.Name, err)
		default:
			c.fault = reasonOf(err)
			continue
		}
		c.Row, c.Meets, c.Replications = o.row, o.row.Meets, reps
		c.worst = estimate.WorstExcess(&c.Row, r.q.SLO.Whole())
		if c.Name == asItIs {
			c.outcome = o
		}
	}
	return nil
}

// Standing is where the candidate stands in a search.
func (c *Candidate) Standing() estimate.Standing {
	if c.fault != "" { // it cannot be had: nothing is worse
		return estimate.Standing{Name: c.Name, Cost: math.Inf(1), Worst: math.Inf(1), Meets: results.No, Replications: math.MaxInt}
	}
	return estimate.Standing{Name: c.Name, Cost: c.cost(), Worst: c.worst, Meets: c.Meets, Replications: c.Replications}
}

// front keeps the candidates that no other beats in both cost and p99, the cheapest first;
// none that fails events.
func (a *Advice) front() {
	sorted := slices.Clone(a.ranked())
	slices.SortStableFunc(sorted, func(x, y *Candidate) int {
		return cmp.Or(cmp.Compare(x.cost(), y.cost()), cmp.Compare(x.value(doneP99), y.value(doneP99)), cmp.Compare(x.Name, y.Name))
	})
	fastest := math.Inf(1)
	for _, c := range sorted {
		if v := c.value(doneP99); v < fastest && !(c.value(notWell) > a.Now.value(notWell)) {
			fastest = v
			a.Front = append(a.Front, c)
		}
	}
}

// Miss says why there is no advice; "" where there is.
func (a *Advice) Miss() string {
	if a.Best != nil {
		return ""
	}
	near := a.All[0]
	if near.worst <= 0 {
		return "no way to run the application is sure to meet the SLO, though the means of some do: the first is " + near.Name
	}
	return fmt.Sprintf("no way to run the application meets the SLO: the nearest is %s, with p99 %s", near.Name, estimate.Seconds(near.value(doneP99)))
}
