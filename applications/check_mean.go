package applications

import (
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// mostAgain is how often something starts itself again in the mean at most. What starts
// itself m times each time, does so 1/(1 − m) times in all: for ever from 1.
const mostAgain = 0.9999

// starting is how many of others something starts in the mean: at the least, as what a
// size or an attempt decides is not known, nor what fails by waiting too long.
type starting map[named]float64

// checkMeans refuses what starts itself so often that it never ends in the mean: where
// the spectral radius of the matrix of mean starts is 1 or more (a branching process
// that is not subcritical).
func (c *checker) checkMeans() {
	starts := map[named]starting{}
	for _, n := range c.starters() {
		starts[n] = c.meanStarts(n)
	}
	for _, n := range c.starters() {
		ring := c.together(n, starts)
		if len(ring) == 0 {
			continue
		}
		if again := radius(ring, starts); again > mostAgain {
			c.failf(c.lineOf(n), "%s, and again, %.6g times for each time in the mean, want at most %v: it would not end", c.wayOf(c.shortest(n, func(x named) []named { return c.started(starts[x].keys(c)) })), again, mostAgain)
			return
		}
	}
}

// keys are what is started, in the order of the file.
func (s starting) keys(c *checker) (list []named) {
	for _, n := range c.starters() {
		if s[n] > 0 {
			list = append(list, n)
		}
	}
	return list
}

// together are those that something leads to and that lead back to it, and so itself; none
// where it does not lead to itself.
func (c *checker) together(n named, starts map[named]starting) (list []named) {
	from := func(n named) map[named]bool {
		seen := map[named]bool{}
		for queue := []named{n}; len(queue) > 0; queue = queue[1:] {
			for x, mean := range starts[queue[0]] {
				if mean > 0 && !seen[x] {
					seen[x] = true
					queue = append(queue, x)
				}
			}
		}
		return seen
	}
	mine := from(n)
	if !mine[n] {
		return nil
	}
	for _, x := range c.starters() {
		if mine[x] && from(x)[n] {
			list = append(list, x)
		}
	}
	return list
}

// radius is the spectral radius of an irreducible part of the matrix, from below: by
// powers of it + the identity, which has one eigenvalue of the largest size, and the
// bounds of Collatz and Wielandt.
func radius(ring []named, starts map[named]starting) float64 {
	x, y := make([]float64, len(ring)), make([]float64, len(ring))
	for i := range x {
		x[i] = 1
	}
	least := 0.0
	for range 10_000 {
		most, largest := 0.0, 0.0
		least = math.Inf(1)
		for i, from := range ring {
			y[i] = x[i]
			for j, to := range ring {
				y[i] += starts[from][to] * x[j]
			}
			least, most, largest = min(least, y[i]/x[i]), max(most, y[i]/x[i]), max(largest, y[i])
		}
		for i := range y {
			x[i] = y[i] / largest
		}
		if most-least < 1e-12*most {
			break
		}
	}
	return least - 1
}

// meanStarts is what something starts each time that it runs.
func (c *checker) meanStarts(n named) starting {
	s := starting{}
	switch n.class {
	case functionClass:
		for i := range c.file.Functions[n.index].Uses {
			c.addUse(s, &c.file.Functions[n.index].Uses[i], c.at("function", n.index, "use", i), 1)
		}
		to, part := c.savedTo(&c.file.Functions[n.index])
		s[to] += part
	case flowClass:
		c.meanList(s, n.index, 0, 1)
	case triggerClass:
		c.addTrigger(s, n.index)
	}
	return s
}

// addUse adds what a use starts, made so often; nothing while it is to be filled in how often.
func (c *checker) addUse(s starting, u *useSpec, at *spec.Node, times float64) {
	if u.Skip == "" && !hasHole(at) {
		s[c.usedBy(u)] += times * u.Probability * u.Count
	}
}

// addTrigger adds what a trigger starts: again after failures, as far as that is said by
// the file, and then what takes the dead letters.
func (c *checker) addTrigger(s starting, i int) {
	t := &c.file.Triggers[i]
	match := 1.0
	if t.Bus != nil {
		match = t.Bus.Match
	}
	n := c.names[t.Start]
	failed, poison := 0.0, t.Record.Poison
	if n.class == functionClass {
		failed = c.file.Functions[n.index].Error
	}
	dead, said := c.failures(t)
	tries := max(1, said) // of the service, or any number: one at the least
	if t.takesSeveral() {
		c.addRecord(s, n, match)
	} else {
		s[n] += match * (poison*float64(tries) + (1-poison)*series(failed, tries))
	}
	if dead != "" && said > 0 && (t.Stream == nil || !t.takesSeveral()) { // a batch of records makes one dead letter
		s[c.leadsTo(dead, "")] += match * (poison + (1-poison)*math.Pow(failed, float64(tries)))
	}
}

// takesSeveral reports whether one start of a trigger takes several of what comes to it.
func (t *triggerSpec) takesSeveral() bool {
	return t.Stream != nil && t.Stream.Batch != 1 || t.Queue != nil && t.Queue.Batch != 1
}

// addRecord adds what a function uses for each record, however many a start takes.
func (c *checker) addRecord(s starting, n named, times float64) {
	if n.class != functionClass {
		return
	}
	for i := range c.file.Functions[n.index].Uses {
		if u := &c.file.Functions[n.index].Uses[i]; u.Per == "record" {
			c.addUse(s, u, c.at("function", n.index, "use", i), times)
		}
	}
}

// series is 1 + p + p² … of n terms: tries in the mean, of which a part p fails.
func series(p float64, n int) float64 {
	if p >= 1 {
		return float64(n)
	}
	return (1 - math.Pow(p, float64(n))) / (1 - p)
}

// meanList adds what the steps of a list start, where it is run so often.
func (c *checker) meanList(s starting, i, l int, times float64) {
	f, flow := &c.flows[i], &c.file.Flows[i]
	steps := f.lists[l].steps
	if len(steps) == 0 || times == 0 {
		return
	}
	visits, more := map[int]float64{}, map[int]float64{steps[0]: times}
	// What comes to a step goes on from it: each round adds to what is known at the
	// least, and those in the order of the file need one.
	for round := 0; round < 1000 && len(more) > 0; round++ {
		for _, k := range steps {
			came := more[k]
			delete(more, k)
			if came < 1e-12*times {
				continue
			}
			visits[k] += came
			c.goOn(flow, f, k, func(next int, part float64) {
				if next != none {
					more[next] += came * part
				}
			})
		}
	}
	for _, k := range steps {
		if visits[k] > 0 {
			c.meanStep(s, i, k, visits[k])
		}
	}
}

// goOn tells the parts of a step's entries, at the least, after which others follow.
func (c *checker) goOn(s *flowSpec, f *flow, k int, to func(next int, part float64)) {
	x, r := &s.Steps[k], &f.steps[k]
	if r.kind == choiceKind {
		sum, alone := 0.0, true
		for n := range x.Choice {
			switch o := &x.Choice[n]; {
			case hasHole(item(f.stepAt(k), "choice", n)):
				alone = false
			case o.SizeAbove > 0 || o.Attempt > 0:
				if o.Probability > 0 {
					sum += o.Probability
				} else {
					alone = false
				}
			case o.Probability > 0:
				if sum += o.Probability; alone {
					to(r.cases[n], o.Probability)
				}
			case alone:
				to(r.cases[n], max(0, 1-sum))
			}
		}
		return
	}
	failed, known := 0.0, true
	if len(x.Catch) > 0 || c.surelyFails(x, r.kind) {
		switch n := c.names[x.Call]; {
		case c.surelyFails(x, r.kind):
			failed = 1
		case r.kind == callKind && n.class == functionClass && x.Timeout == 0 && x.Callback == nil:
			if !x.Async && len(x.Retry) == 0 {
				failed = c.file.Functions[n.index].Error
			}
			known = len(x.Retry) == 0
		default:
			known = false
		}
	}
	if !known {
		return
	}
	to(r.next, 1-failed)
	for i := range x.Catch {
		if on := x.Catch[i].On; slices.Contains(on, "any") || slices.Contains(on, "failed") {
			to(r.catches[i], failed)
			return
		}
	}
}

// meanStep adds what a step starts that is entered so often.
func (c *checker) meanStep(s starting, i, k int, times float64) {
	x, r := &c.file.Flows[i].Steps[k], &c.flows[i].steps[k]
	switch r.kind {
	case callKind:
		s[c.names[x.Call]] += times
	case sendKind:
		if !hasHole(c.flows[i].stepAt(k).Get("send")) {
			s[c.leadsTo(x.Send.To, "")] += times * x.Send.Count
		}
	case useKind:
		for u := range x.Use {
			c.addUse(s, &x.Use[u], item(c.flows[i].stepAt(k), "use", u), times)
		}
	case routeKind:
		c.addRoute(s, x.Route, times)
	case parallelKind:
		for _, l := range r.branches {
			c.meanList(s, i, l, times)
		}
	case mapKind:
		if x.Map.Items.Counter != nil {
			c.meanList(s, i, r.branches[0], times*math.Ceil(x.Map.Items.Mean()/float64(max(1, x.Map.Batch))))
		}
	}
}

// addRoute adds what is routed to, where weights or one target say so.
func (c *checker) addRoute(s starting, r *routeSpec, times float64) {
	if r.Cache != nil {
		times *= 1 - r.Cache.HitRate
	}
	total := 0.0
	for _, w := range r.Weights {
		total += w
	}
	for i, name := range r.To {
		switch {
		case len(r.To) == 1:
			s[c.names[name]] += times
		case r.By == "weight" && r.Weights != nil:
			s[c.names[name]] += times * r.Weights[i] / total
		case r.By == "weight":
			s[c.names[name]] += times / float64(len(r.To))
		}
	}
}

// wayOf tells what starts what.
func (c *checker) wayOf(way []named) string {
	text := ""
	for i, x := range way {
		if i > 0 {
			text += " starts "
		}
		text += classNames[x.class] + " " + spec.Quote(c.nameOf(x))
	}
	return text
}
