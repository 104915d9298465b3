package policies

import (
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// prediction is when a function may be invoked next.
type prediction struct {
	category  category
	expected  []int   // idle times after which it may be, or their bounds where between
	between   bool    // anywhere between the first and the last
	learned   int     // idle times since the training
	period    float64 // idle time of a regular function,
	deviation float64 // and its deviation
	modes     []mode  // of a possible one
	seen      waits   // idle times since the training, of a regular or a dense one,
	often     []mode  // and of a possible or an unknown one, as of waits.modes
	middle    float64 // of where a regular function is predicted
	spans     []span  // of the others
	announced []span  // of a correlated one, by those that it follows
}

// span is minutes in which an invocation is predicted, from the first to the last. It is of
// the function that a correlated one follows, of others 0.
type span struct{ first, last, of int }

// The numbers of predictions.
const (
	mostDeviation = 2   // minutes about a regular function's median
	approLeast    = 0.1 // part of the idle times that is looked at of an approximately regular one
	mostModes     = 5   // repeated idle times of what is dense or possible
	denseMost     = 10  // minutes after which a dense function is not predicted
	fewModes      = 3   // minutes of that where no idle time is repeated
	closeModes    = 10  // minutes within which repeated idle times are one span
	enoughWaits   = 5   // idle times since the training from which on a prediction follows them
	mostPeriods   = 64  // that follow each other without a gap: the instance stays for ever
)

// fit predicts by the idle times of the training.
func (p *prediction) fit(c category, idle []int) {
	if len(idle) == 0 {
		return
	}
	all := sortedWaits(idle)
	modes := all.modes()
	switch c {
	case regular:
		p.period, p.deviation = all.median(), all.deviation()
	case approRegular:
		p.expected = nil
		for _, m := range modes[:min(approModes, len(modes))] {
			if float64(m.count) > approLeast*float64(len(all)) {
				p.expected = append(p.expected, m.wait)
			}
		}
	case dense:
		p.between = true
		p.expected = []int{all[0], min(fewModes, all[len(all)-1])}
		if often := repeated(modes, mostModes); len(often) > 0 {
			p.expected = []int{shortest(often), min(denseMost, longest(often))}
		}
	case possible:
		p.repeat(repeated(modes, mostModes))
	}
}

// repeat predicts at repeated idle times, or between them where they are close.
func (p *prediction) repeat(modes []mode) {
	p.modes = slices.Clone(modes)
	if len(modes) == 0 {
		p.expected = nil
		return
	}
	if p.between = longest(modes)-shortest(modes) <= closeModes; p.between {
		p.expected = []int{shortest(modes), longest(modes)}
		return
	}
	p.expected = p.expected[:0]
	for _, m := range modes {
		p.expected = append(p.expected, m.wait)
	}
	slices.Sort(p.expected)
}

func shortest(modes []mode) int {
	w := modes[0].wait
	for _, m := range modes {
		w = min(w, m.wait)
	}
	return w
}

func longest(modes []mode) int {
	w := modes[0].wait
	for _, m := range modes {
		w = max(w, m.wait)
	}
	return w
}

// learn lets the prediction follow an idle time.
func (p *prediction) learn(wait, denseBelow int) {
	switch p.category {
	case regular, dense:
		p.seen = p.seen.add(wait)
	case possible, unknown:
		p.often = tally(p.often, wait)
	}
	if p.learned++; p.learned < enoughWaits {
		return
	}
	switch p.category {
	case regular:
		if m := p.seen.median(); math.Abs(m-p.period) > max(1, p.deviation) {
			p.period = (p.period + m) / 2
		}
	case dense:
		if least := p.seen[0]; apart(least, p.expected[0]) > 1 {
			p.expected[0] = least
		}
		if most := p.seen[len(p.seen)-1]; apart(most, p.expected[1]) > 1 && most <= denseBelow {
			p.expected[1] = most
		}
	case possible:
		p.renew(p.often)
	case unknown:
		if often := repeated(p.often, mostModes); len(often) > 0 {
			p.category = possible
			p.repeat(often)
		}
	}
}

// renew lets idle times that are repeated more often than those of the training take
// their places, and such as are repeated as often stand beside them.
func (p *prediction) renew(seen []mode) {
	if seen[0].count < max(2, p.modes[len(p.modes)-1].count) {
		return
	}
	for _, m := range seen {
		if m.count < p.modes[len(p.modes)-1].count {
			break
		}
		if slices.ContainsFunc(p.modes, func(o mode) bool { return o.wait == m.wait }) {
			continue
		}
		at := 0
		for at < len(p.modes) && p.modes[at].count > m.count {
			at++
		}
		switch {
		case at == len(p.modes):
		case m.count > p.modes[at].count:
			p.modes[at] = m
		default:
			p.modes = slices.Insert(p.modes, at, m)
		}
	}
	p.repeat(p.modes)
}

// predict says when a function may be invoked after its invocation in a minute.
func (s *spes) predict(i, minute int) {
	f := &s.functions[i]
	f.prediction.predict(minute)
}

func (p *prediction) predict(minute int) {
	p.spans = p.spans[:0]
	switch {
	case p.category == regular:
		p.middle = float64(minute+1) + p.period
	case len(p.expected) == 0:
	case p.between:
		p.spans = append(p.spans, span{first: minute + 1 + p.expected[0], last: minute + 1 + p.expected[1]})
	default:
		for _, wait := range p.expected {
			p.spans = append(p.spans, span{first: minute + 1 + wait, last: minute + 1 + wait})
		}
	}
}

// around is how far a regular function may be from where it is predicted.
func (p *prediction) around() float64 { return min(p.deviation, mostDeviation) }

// announce says of a function that another one, which it follows, was invoked in a minute.
func (s *spes) announce(l lead, of, minute int) {
	f, by := &s.functions[l.function], &s.functions[of]
	f.announced = slices.DeleteFunc(f.announced, func(a span) bool { return a.of == of })
	f.announced = append(f.announced, by.leadsTo(minute, l.lag, of)...)
}

// leadsTo returns in which minutes what follows a function within a lag is predicted, when
// that has been invoked in a minute.
func (p *prediction) leadsTo(minute, lag, of int) []span {
	spans := []span{{minute, minute + lag, of}}
	if p.category == regular {
		a := p.around()
		return append(spans, span{int(math.Ceil(p.middle - a)), int(math.Floor(p.middle+a)) + lag, of})
	}
	for _, own := range p.spans {
		spans = append(spans, span{own.first, own.last + lag, of})
	}
	return spans
}

// through returns until when an instance stays that is there at a time, for what is
// predicted, and goes on to the first period of a regular function that is not over then.
func (p *prediction) through(t sim.Time, early int) sim.Time {
	if p.category == regular && p.middle > 0 {
		for range mostPeriods {
			from, until := p.regularSpan(early)
			if from > t {
				return t
			}
			t = max(t, until)
			p.middle += p.period + 1
		}
		return sim.Never
	}
	for again := true; again; {
		again = false
		for _, spans := range [][]span{p.spans, p.announced} {
			for _, s := range spans {
				if from, until := s.times(early); from <= t && until > t {
					t, again = until, true
				}
			}
		}
	}
	return t
}

// starts returns when an instance has to be there, at a time at the earliest; Never where
// nothing is predicted. It goes on as through does.
func (p *prediction) starts(t sim.Time, early int) sim.Time {
	if t == sim.Never {
		return t
	}
	if p.category == regular && p.middle > 0 {
		for {
			from, until := p.regularSpan(early)
			if until > t {
				return max(from, t)
			}
			p.middle += p.period + 1
		}
	}
	next := sim.Never
	for _, spans := range [][]span{p.spans, p.announced} {
		for _, s := range spans {
			if from, until := s.times(early); until > t {
				next = min(next, max(from, t))
			}
		}
	}
	return next
}

// times returns from when an instance has to be there and until when: what is decided in
// a minute is decided at its end.
func (s span) times(early int) (from, until sim.Time) {
	return startOf(s.first - early + 1), startOf(s.last + early + 2)
}

// regularSpan returns the same of a regular function, which is expected one period later
// as soon as the last minute is there without it.
func (p *prediction) regularSpan(early int) (from, until sim.Time) {
	a := p.around()
	return startOf(int(math.Ceil(p.middle-a)) - early + 1), startOf(int(math.Ceil(p.middle+a)) + 1)
}

// flags reports whether an instance has to be there at the end of a minute: for the trials.
func flags(spans []span, minute, early int) bool {
	return slices.ContainsFunc(spans, func(s span) bool { return s.first-early <= minute && minute <= s.last+early })
}
