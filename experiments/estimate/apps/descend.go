package apps

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/results"
)

// newCandidate is the application with an option of each choice.
func newCandidate(choices []choice, picks []int) *Candidate {
	var names, sets []string
	for k, i := range picks {
		if o := choices[k].options[i]; i > 0 {
			names, sets = append(names, o.name), append(sets, o.sets...)
		}
	}
	return &Candidate{Name: cmp.Or(strings.Join(names, "; "), asItIs), Sets: sets, picks: slices.Clone(picks)}
}

// cheapestOf is the cheapest of those that were run so often and are sure to meet the SLO;
// nil: none is.
func cheapestOf(all []*Candidate, reps int) (best *Candidate) {
	for _, c := range all {
		if !c.failed() && c.Replications >= reps && c.Meets == results.Yes && (best == nil || c.cost() < best.cost()) {
			best = c
		}
	}
	return best
}

// descend changes one choice of the best way as long as that makes a cheaper one: what it
// ends with no single change makes cheaper. A way is first run once, with the random numbers
// of the best way's first run: which is not cheaper there is not looked at further.
func (a *Advice) descend(ctx context.Context, r *runner, choices []choice, all []*Candidate, reps int) ([]*Candidate, error) {
	known := map[string]*Candidate{}
	for _, c := range all {
		known[c.Name] = c
	}
	for best := cheapestOf(all, reps); best != nil; {
		var cheaper []*Candidate
		for k := range choices {
			for i := range choices[k].options {
				if i == best.picks[k] {
					continue
				}
				picks := slices.Clone(best.picks)
				picks[k] = i
				c := newCandidate(choices, picks)
				if known[c.Name] == nil {
					known[c.Name] = c
					if err := r.extend(ctx, []*Candidate{c}, 1); err != nil { // run once
						return nil, err
					}
					if all = append(all, c); !c.failed() {
						a.Single++
					}
				}
				if c = known[c.Name]; !c.failed() && c.Replications > 0 && firstCost(c) < firstCost(best) {
					cheaper = append(cheaper, c)
				}
			}
		}
		slices.SortStableFunc(cheaper, func(x, y *Candidate) int { return cmp.Compare(firstCost(x), firstCost(y)) })
		next := best
		for _, c := range cheaper {
			if err := r.extend(ctx, []*Candidate{c}, reps); err != nil {
				return nil, err
			}
			if next = cheapestOf([]*Candidate{best, c}, reps); next != best {
				break
			}
		}
		if next == best {
			break
		}
		best = next
	}
	return a.ran(all), nil
}

// firstCost is what the first run of a way costs a month.
func firstCost(c *Candidate) float64 {
	s, _ := c.Row.Stat("cost")
	return s.Values[0]
}

// express says what Express promises less than Standard, where sets choose it.
func express(sets []string) string {
	if slices.ContainsFunc(sets, func(s string) bool { return strings.Contains(s, "step-functions-express") }) {
		return " " + atLeastOnce
	}
	return ""
}

// atLeastOnce is what Step Functions promises of an Express workflow that nobody waits for.
const atLeastOnce = "Express runs an execution that nobody waits for at least once, and may run it twice, where Standard runs it exactly once: its steps must bear that."

// plural counts things.
func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(n) + " " + word + "s"
}
