package estimate

import (
	"fmt"
	"math"
	"strings"

	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// Nearest is the plan that is nearest to the SLO where none is sure to meet it: the
// first of All.
func (a *Advice) Nearest() *Candidate { return a.All[0] }

// Miss says why there is no plan: which comes nearest, and by how much it misses
// each bound; "" where there is one.
func (a *Advice) Miss() string {
	if a.Best != nil {
		return ""
	}
	near := a.Nearest()
	head, parts := "no plan meets the SLO: ", a.missed(near)
	switch {
	case near.Fault != "":
		parts = append([]string{fmt.Sprintf("of the nearest, %s, %s", near.Name, near.Fault)}, parts...)
	case len(parts) > 0:
		parts[0] = fmt.Sprintf("the nearest is %s, at %s%s: %s", near.Name, MoneyText(near.Cost, a.Currency), spanText(a.Span), parts[0])
	default:
		head, parts = "no plan is sure to meet the SLO, though the means of some do: ", a.unsure(near)
		parts[0] = fmt.Sprintf("the first is %s, at %s%s, of which %s", near.Name, MoneyText(near.Cost, a.Currency), spanText(a.Span), parts[0])
	}
	parts = append(append(parts, a.bests(near)...), a.slow()...)
	if a.Turn != nil {
		parts = append(parts, a.Turn.text(a.Currency))
	}
	return head + strings.Join(parts, "; ")
}

// missed says of each bound that a plan misses by how much.
func (a *Advice) missed(c *Candidate) (parts []string) {
	for _, o := range a.SLO {
		v := c.value(o.Metric)
		if c.Fault != "" && o.Metric == "error_ratio" || !(Excess(o, v) > 0) {
			continue // a fault is said with its reason
		}
		parts = append(parts, fmt.Sprintf("its %s is %s, beyond %s by %s", metricWord(o.Metric), a.valueText(o.Metric, v), a.objectiveText(o), a.valueText(o.Metric, math.Abs(v-o.Limit))))
	}
	return parts
}

// unsure says which bounds a plan meets in the mean alone: those that lie within
// its interval, and where none does the one that is the nearest to it.
func (a *Advice) unsure(c *Candidate) (parts []string) {
	say := func(o results.Objective, s results.Stat) {
		parts = append(parts, fmt.Sprintf("%s is not sure: its %s is %s ± %s over %d replications", a.objectiveText(o), metricWord(o.Metric),
			a.valueText(o.Metric, s.Mean), a.valueText(o.Metric, s.Half), c.Replications))
	}
	nearest, least := -1, math.Inf(1)
	for i, o := range a.SLO {
		s := c.Row.Bounded(o.Metric)
		margin := math.Abs(o.Limit-s.Mean) / s.Half
		if s.Half == 0 || math.IsNaN(margin) {
			continue
		}
		if margin < 1 {
			say(o, s)
		}
		if margin < least {
			nearest, least = i, margin
		}
	}
	if len(parts) == 0 && nearest >= 0 {
		s := c.Row.Bounded(a.SLO[nearest].Metric)
		say(a.SLO[nearest], s)
	}
	if len(parts) == 0 {
		return []string{fmt.Sprintf("%d replications say too little", c.Replications)}
	}
	return parts
}

// bests says how near any plan comes to each bound that cannot be met, or not with
// the rest.
func (a *Advice) bests(near *Candidate) (parts []string) {
	for _, s := range a.Infeasible {
		o := s.Objective
		switch {
		case near.Fault != "" && o.Metric == "error_ratio", s.Plan == near.Name:
		case s.Attainable:
			parts = append(parts, fmt.Sprintf("%s can be met, but not together with the rest: by %s, with %s", a.objectiveText(o), s.Plan, a.valueText(o.Metric, s.Value)))
		case a.valueText(o.Metric, s.Value) != a.valueText(o.Metric, near.value(o.Metric)):
			parts = append(parts, fmt.Sprintf("the best %s of any plan is %s, with %s", metricWord(o.Metric), a.valueText(o.Metric, s.Value), s.Plan))
		}
	}
	return parts
}

// slow says where the durations in the log are themselves beyond a bound on a
// quantile of latency: no plan makes a function fast that is slow by itself.
func (a *Advice) slow() (parts []string) {
	if a.logged == nil || a.logged.Count() == 0 {
		return nil
	}
	for _, o := range a.SLO {
		for _, m := range checked {
			if m.metric != o.Metric || o.Min {
				continue
			}
			now := float64(a.logged.Quantile(m.q)) / float64(sim.Second)
			if now <= o.Limit {
				continue
			}
			text := fmt.Sprintf("today, as logged, the %s of durations alone, without initialisations, is %s: the function itself is too slow for %s", metricWord(o.Metric), a.valueText(o.Metric, now), a.objectiveText(o))
			if !a.share {
				text += " (--cpu-share says how its durations follow the CPU, and lets larger memory sizes be searched)"
			}
			parts = append(parts, text)
		}
	}
	return parts
}
