package estimate

import (
	"context"
	"fmt"

	"github.com/coldcurve/coldcurve/results"
)

// assumedCV is the spread of durations where nobody says it: the quartiles,
// over the 152 functions of azure2019-400 with 100 invocations or more, of the
// standard deviation ÷ mean of the durations that the trace's reader draws
// (TestAssumedSpread). Their tails are the tables' percentiles bent to the
// tables' means, so the grade is C. The inter-quartile ranges alone, taken as
// those of lognormals, would give assumedCVInner.
var (
	assumedCV      = Range{0.71, 1.46, 2.43}
	assumedCVInner = Range{0.30, 0.70, 1.53}
)

// basisOfCV says what the assumption rests on.
var basisOfCV = fmt.Sprintf("assumed, grade C: quartiles over 152 Azure functions of 2019; their inter-quartile ranges alone give %v, %v, %v",
	assumedCVInner.Low, assumedCVInner.Likely, assumedCVInner.High)

// Turn says how a verdict on an SLO depends on the spread of durations, where
// that is guessed.
type Turn struct {
	Likely, High float64 // coefficients of variation
	Holds        bool    // at High, too
	At           float64 // where not: the least found at which the plan misses the SLO
	Misses       *results.Objective
	// Back says that a plan which is not sure to meet the SLO at the likely spread was
	// looked at at the low one: Holds says that it misses it there, too.
	Back bool
	Low  float64
}

// turnSteps halve the range in which a verdict turns.
const turnSteps = 4

// turn looks where, between the likely spread and the high one, a plan ceases
// to meet the SLO in the mean. nil: the spread is known.
func (r *runner) turn(ctx context.Context, c *Candidate, slo results.SLO) (*Turn, error) {
	cv := r.in.spread()
	if cv == nil {
		return nil, nil
	}
	missed := func(x float64) (*results.Objective, error) { return r.missedAt(ctx, c, slo, cv, x) }
	t := &Turn{Likely: cv.Likely, High: cv.High}
	var err error
	if t.Misses, err = missed(cv.High); err != nil {
		return nil, err
	}
	if t.Holds = t.Misses == nil; t.Holds {
		return t, nil
	}
	low := cv.Likely
	t.At = cv.High
	for range turnSteps {
		middle := (low + t.At) / 2
		o, err := missed(middle)
		if err != nil {
			return nil, err
		}
		if o == nil {
			low = middle
		} else {
			t.At, t.Misses = middle, o
		}
	}
	return t, nil
}

// missedAt returns the bound that a plan misses most in the mean at a coefficient of
// variation; nil: none.
func (r *runner) missedAt(ctx context.Context, c *Candidate, slo results.SLO, cv *Range, x float64) (*results.Objective, error) {
	in := *r.in
	in.Functions = append([]Function(nil), in.Functions...)
	for i := range in.Functions {
		if f := &in.Functions[i]; !f.CV.Exact() {
			f.CV = Known(between(f.CV, cv, x))
		}
	}
	ld, err := in.load(likely, 1, in.budget())
	if err != nil {
		return nil, err
	}
	s, err := in.subject(c.choice, r.catalog, ld, likely)
	if err != nil {
		return nil, err
	}
	other := &Candidate{Name: c.Name, choice: c.choice, subject: s}
	if err := r.extend(ctx, []*Candidate{other}, min(r.in.Replications, 4), slo); err != nil {
		return nil, err
	}
	if other.worst <= 0 {
		return nil, nil
	}
	return other.binds(slo), nil
}

// turnBack looks whether a plan that misses the SLO at the likely spread meets it in
// the mean at the low one.
func (r *runner) turnBack(ctx context.Context, c *Candidate, slo results.SLO) (*Turn, error) {
	cv := r.in.spread()
	misses, err := r.missedAt(ctx, c, slo, cv, cv.Low)
	if err != nil {
		return nil, err
	}
	return &Turn{Likely: cv.Likely, High: cv.High, Back: true, Low: cv.Low, Holds: misses != nil, Misses: misses}, nil
}

// spread is the range of the first coefficient of variation that is guessed;
// nil: none is.
func (in *Input) spread() *Range {
	for i := range in.Functions {
		f := &in.Functions[i]
		if (f.seen == nil || f.seen.service == nil) && !f.CV.Exact() && f.CV.High > f.CV.Likely {
			return &f.CV
		}
	}
	return nil
}

// binds returns the bound that a candidate misses most.
func (c *Candidate) binds(slo results.SLO) *results.Objective {
	worst := &slo[0]
	for i := range slo {
		if Excess(slo[i], c.value(slo[i].Metric)) > Excess(*worst, c.value(worst.Metric)) {
			worst = &slo[i]
		}
	}
	return worst
}

// text says it in a sentence; a bound on money is in a currency.
func (t *Turn) text(currency string) string {
	if t.Back {
		verdict := "would meet it in the mean"
		if t.Holds {
			verdict = "misses it, too"
		}
		return fmt.Sprintf("the spread of durations is a guess, a coefficient of variation of %s: at %s, the low end, the plan %s", Digits(t.Likely, 3), Digits(t.Low, 3), verdict)
	}
	if t.Holds {
		return fmt.Sprintf("The spread of durations is a guess: at a coefficient of variation of %s, the high end, the plan meets the SLO too.", Digits(t.High, 3))
	}
	return fmt.Sprintf("The spread of durations is a guess, and the verdict holds at the likely coefficient of variation of %s: from about %s on the plan misses %s.",
		Digits(t.Likely, 3), Digits(t.At, 2), ObjectiveText(*t.Misses, currency))
}

// between is as far between the ends of one range as x is in another.
func between(r Range, of *Range, x float64) float64 {
	if x < of.Likely {
		return r.Likely - (r.Likely-r.Low)*(of.Likely-x)/(of.Likely-of.Low)
	}
	return r.Likely + (r.High-r.Likely)*(x-of.Likely)/(of.High-of.Likely)
}
