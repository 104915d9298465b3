package results

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/results/stat"
)

// overLoads says which choice is the cheapest from which load on. Of different
// loads the least is the cheapest row, which answers nothing.
func (a *answer) overLoads() string {
	path := a.set.loadPath()
	if path < 0 {
		return a.byLoad()
	}
	_, points := a.set.BreakEvens(a.rows)
	column, name := a.set.pathColumns()[path], shortPaths(a.set.pathColumns())[path]
	priced := inCurrency(a.of(a.policies), currencyOf(a.rows))
	changes := ""
	if len(points) > 0 {
		changes = fmt.Sprintf("Over %s, the cheapest choice changes at %s: see the table of break-evens", name, plural(len(points), "load", "loads"))
	}
	if len(currencies(a.rows)) > 1 || len(sameLoad(priced, path)) > 1 {
		return changes
	}
	all := choices(priced, path)
	fit := slices.DeleteFunc(slices.Clone(all), func(c choice) bool { return !slices.ContainsFunc(c.rows, isFit) })
	tried := cheapestOver(all, path)
	switch {
	case len(all) < 2 || len(fit) == 0:
		return ""
	case len(fit) == 1:
		return "Only " + quoted(fit[0].name) + " can be compared"
	case len(points) == 0 && sameCosts(tried, len(fit)):
		return fmt.Sprintf("All %d choices that can be compared cost the same at every load that was tried%s", len(fit), fastestThroughout(fit, path, a.speed, a.p99))
	case len(points) == 0:
		if text := throughout(all, tried); text != "" {
			return text
		}
	case len(points) < mostListed && chained(points, tried):
		return chainText(name, column.unit, points, all[0].rows[0].Replications > 1)
	}
	if text := runsText(tried); text != "" {
		return text
	}
	return changes
}

// isFit is Fit without its reason.
func isFit(r *Row) bool {
	ok, _ := r.Fit()
	return ok
}

// triedLoad is a swept load, and which choices are the cheapest there: that of the
// least mean, and those that cannot be told from it; none where none is fit.
type triedLoad struct {
	load     float64
	label    string // as the experiment writes it
	cheapest []string
	least    float64            // mean cost of the first
	cost     map[string]float64 // mean costs, of the choices that are fit there
}

// cheapestOver looks at each load that was tried, ascending.
func cheapestOver(all []choice, path int) (out []triedLoad) {
	var loads []float64
	for _, c := range all {
		for _, r := range c.rows {
			loads = append(loads, r.Values[path].Number)
		}
	}
	slices.Sort(loads)
	for _, x := range slices.Compact(loads) {
		at := triedLoad{load: x, cost: map[string]float64{}, least: nan}
		var rows []Row
		var names []string
		for _, c := range all {
			for _, r := range c.rows {
				if r.Values[path].Number != x {
					continue
				}
				at.label = r.Values[path].Label
				if isFit(r) {
					rows, names = append(rows, *r), append(names, c.name)
					at.cost[c.name] = r.mean("cost")
				}
			}
		}
		for _, i := range least(rows, places(len(rows)), "cost") {
			at.cheapest = append(at.cheapest, names[i])
		}
		if len(at.cheapest) > 0 {
			at.least = at.cost[at.cheapest[0]]
		}
		out = append(out, at)
	}
	return out
}

// places are the numbers from 0 to below n.
func places(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// throughout names the choice that is the cheapest at every load; "" where none is.
func throughout(all []choice, tried []triedLoad) string {
	for _, c := range all {
		ahead, alone := true, true
		for _, at := range tried {
			ahead = ahead && slices.Contains(at.cheapest, c.name)
			alone = alone && slices.Equal(at.cheapest, []string{c.name})
		}
		switch {
		case alone:
			return quoted(c.name) + " is the cheapest at every load that was tried"
		case ahead:
			return "No choice is measurably cheaper than " + quoted(c.name) + " at any load that was tried"
		}
	}
	return ""
}

// sameCosts reports whether at each load all of so many choices cost the same.
func sameCosts(tried []triedLoad, choices int) bool {
	for _, at := range tried {
		if len(at.cost) != choices {
			return false
		}
		for _, x := range at.cost {
			if stat.RoundOff(x-at.least, x) != 0 {
				return false
			}
		}
	}
	return true
}

// fastestThroughout names the choice that is the fastest at every load that was tried,
// by p99, else by that of the first token; "" where none is.
func fastestThroughout(all []choice, path int, speed, p99 string) string {
	for _, by := range []struct{ metric, words string }{{speed, p99}, {"ttft_p99_s", "p99 of the first token"}} {
		wins := map[string]int{}
		loads := 0
		for _, g := range byValue(all, path) {
			loads++
			if fast := least(g.rows, places(len(g.rows)), by.metric); len(fast) == 1 {
				wins[g.names[fast[0]]]++
			}
		}
		for _, c := range all {
			if wins[c.name] == loads {
				return fmt.Sprintf("; %s is the fastest at %s at each of them", quoted(c.name), by.words)
			}
		}
	}
	return ""
}

// namedRows are rows of one load, and their choices' names.
type namedRows struct {
	rows  []Row
	names []string
}

// byValue cuts the rows of choices by the value on a path.
func byValue(all []choice, path int) map[float64]namedRows {
	out := map[float64]namedRows{}
	for _, c := range all {
		for _, r := range c.rows {
			g := out[r.Values[path].Number]
			out[r.Values[path].Number] = namedRows{append(g.rows, *r), append(g.names, c.name)}
		}
	}
	return out
}

// chained reports whether break-evens are a chain, each from the choice that the one
// before led to, which names at each load that was tried the cheapest by its mean:
// between some there may be a load at which what the chain names cannot be compared.
func chained(points []BreakEven, tried []triedLoad) bool {
	for i := 1; i < len(points); i++ {
		if points[i].Below != points[i-1].Above {
			return false
		}
	}
	for _, at := range tried {
		named := points[0].Below
		for _, e := range points {
			if e.Load < at.load {
				named = e.Above
			}
		}
		if cost, fit := at.cost[named]; !fit || cost > at.least*(1+1e-12) {
			return false
		}
	}
	return true
}

// chainText says what is the cheapest between break-evens, with the intervals of
// these where there are replications; where one has none, that nothing is certain.
func chainText(name, unit string, points []BreakEven, replicated bool) string {
	text := fmt.Sprintf("%s is the cheapest", quoted(points[0].Below))
	certain := true
	for _, e := range points {
		text += " up to about " + withUnit(digits(e.Load, 3), unit)
		if e.Low > 0 {
			text += fmt.Sprintf(" (95 %%: %s)", rangeText(digits(e.Low, 3), withUnit(digits(e.High, 3), unit)))
		}
		text += ", then " + quoted(e.Above)
		certain = certain && (e.Low > 0 || !replicated)
	}
	if !certain {
		return fmt.Sprintf("Over %s, it cannot be told at 95 %% confidence where, or whether, the cheapest choice changes; by the means, %s", name, text)
	}
	return fmt.Sprintf("Over %s, %s", name, text)
}

// runsText names the cheapest of the loads that were tried, those next to each other
// of which it is the same together; "" where there are many such runs.
func runsText(tried []triedLoad) string {
	var words []string
	verb := " is the cheapest" // after the first
	for from := 0; from < len(tried); {
		to := from
		for to+1 < len(tried) && slices.Equal(sorted(tried[to+1].cheapest), sorted(tried[from].cheapest)) {
			to++
		}
		first, last := oneLine(tried[from].label), oneLine(tried[to].label)
		where := "at " + first
		switch {
		case to == from:
		case from == 0:
			where = "up to " + last
		case to == len(tried)-1:
			where = "from " + first + " on"
		default:
			where = "from " + first + " to " + last
		}
		who := "none can be compared"
		if names := tried[from].cheapest; len(names) > 0 {
			who, verb = listed(names, places(len(names)), "or")+verb, ""
		}
		words, from = append(words, who+" "+where), to+1
	}
	if len(words) > mostListed || len(words) == 0 {
		return ""
	}
	text := words[0]
	if n := len(words) - 1; n > 0 {
		text = strings.Join(words[:n], ", ") + ", and " + words[n]
	}
	return "Of the loads that were tried, " + text
}

// sorted is a sorted copy.
func sorted(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return names
}

// byLoad names the cheapest row under each of a few loads.
func (a *answer) byLoad() string {
	fit := a.of(a.fit)
	groups := sameLoad(fit, -1)
	if len(groups) > mostListed || len(currencies(fit)) > 1 {
		return ""
	}
	var words []string
	for _, g := range groups {
		var own []int
		for _, k := range g.rows {
			own = append(own, a.fit[k])
		}
		if cheap := least(a.rows, own, "cost"); len(own) > 1 && len(cheap) > 0 {
			words = append(words, fmt.Sprintf("at %s, the cheapest is %s (%s, "+a.p99+" %s)", g.name, listed(a.names, cheap, "or"), a.costs(cheap), a.seconds(cheap)))
		}
	}
	return upperFirst(strings.Join(words, "; "))
}
