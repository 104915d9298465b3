package results

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// plotMaker draws one of the named plots; it returns nil where the set has
// nothing that it could show.
type plotMaker struct {
	name string
	help string
	make func(*Set, []Row) (*Figure, error)
	// cost marks a plot of costs: where there are several currencies there are as
	// many of it, each of the rows in one.
	cost bool
}

// plotMakers lists the plots by name.
func plotMakers() []plotMaker {
	return []plotMaker{
		{"bill-by-service", "what each service is of the bill, stacked, of applications", (*Set).billByService, true},
		{"cost-vs-latency", "cost against p99 latency, with the Pareto front", (*Set).costVsLatency, true},
		{"cost-vs-load", "cost over a swept number, on logarithmic axes, with the break-even points", (*Set).costVsLoad, true},
		{"cost-vs-ttft", "cost against the p99 of the time to the first token, of language models", (*Set).costVsTTFT, true},
		{"errors", "what part of an application's events failed over time, and the p99 of the others, beside outages", (*Set).errorsOverTime, false},
		{"goodput", "requests of users, attempts at them, and those answered, a second over time, where clients give up or ask again", (*Set).goodput, false},
		{"instances", "instances over time: busy, idle, initialising", (*Set).instances, false},
		{"latency-cdf", "cumulative distribution of latency, pooled over replications", (*Set).latencyCDF, false},
		{"regret", "what each cell costs the operator, of it what the offline bound costs at the same prices, and the regret, in an experiment with [operator]", (*Set).regretBars, false},
		{"serving", "time to the first token and for each after it, goodput and tokens a second, of language models, over a swept number; else the times against each other", (*Set).serving, false},
		{"steps", "the mean time of an execution by step of its critical path, stacked, of applications", (*Set).timeBySteps, false},
		{"tradeoff", "two metrics against each other over the parameters of policies, a line a policy, with the hull of the bounds: wasted memory and cold starts, or what output.tradeoff says", (*Set).tradeoff, false},
		{"ttft-cdf", "cumulative distribution of the time to the first token, pooled over replications", (*Set).ttftCDF, false},
		{"waste-vs-cold", "wasted memory against the applications' cold ratio: the figure of the ATC'20 paper", (*Set).wasteVsCold, false},
		{"waste-vs-wait", "wasted memory against the mean wait of a request", (*Set).wasteVsWait, false},
	}
}

// PlotNames returns the names of the plots, in order.
func PlotNames() []string {
	var names []string
	for _, p := range plotMakers() {
		names = append(names, p.name)
	}
	return names
}

// Figures draws the set's plots: those that Plots names, in its order, or all.
// A plot that has nothing to show is left out.
func (s *Set) Figures(rows []Row) ([]*Figure, error) {
	makers := plotMakers()
	names := s.Plots
	if names == nil {
		names = []string{"errors", "latency-cdf", "steps", "bill-by-service", "serving", "ttft-cdf", "cost-vs-latency", "cost-vs-ttft", "waste-vs-cold", "regret", "goodput", "instances", "cost-vs-load"}
	}
	var out []*Figure
	for _, name := range names {
		i := slices.IndexFunc(makers, func(p plotMaker) bool { return p.name == name })
		if i < 0 {
			return nil, fmt.Errorf("%q is no plot; these are: %s", name, strings.Join(PlotNames(), ", "))
		}
		for _, part := range makers[i].parts(rows) {
			f, err := makers[i].make(s, part.rows)
			if err != nil {
				return nil, fmt.Errorf("drawing %s: %w", name, err)
			}
			if f != nil {
				f.Name = name + part.suffix
				out = append(out, f)
			}
		}
	}
	return out, nil
}

// rowsPart is what one figure of a plot shows.
type rowsPart struct {
	rows   []Row
	suffix string // of the figure's name
}

// parts cuts the rows into those of one figure each.
func (p *plotMaker) parts(rows []Row) []rowsPart {
	all := currencies(rows)
	if !p.cost || len(all) < 2 {
		return []rowsPart{{rows, ""}}
	}
	var out []rowsPart
	for _, c := range all {
		out = append(out, rowsPart{inCurrency(rows, c), "-" + strings.ToLower(c)})
	}
	return out
}

// cellRows returns the first row of each cell: what a plot shows that has
// nothing to do with tariffs.
func cellRows(rows []Row) []Row {
	var out []Row
	for i := range rows {
		if i == 0 || rows[i].Cell != rows[i-1].Cell {
			out = append(out, rows[i])
		}
	}
	return out
}

// longestName is how many runes of a name a figure has room for: a key breaks it
// into lines.
const longestName = 100

// labels are the names of rows, cut to what a figure has room for.
func labels(rows []Row, tariffs bool) []string {
	out := rowNames(rows, tariffs)
	for i := range out {
		out[i] = truncate(out[i], longestName)
	}
	return out
}

// truncate cuts a text that is longer than n runes.
func truncate(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

// span returns the least and the largest of the finite values.
func span(values []float64) (lo, hi float64, ok bool) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	return lo, hi, lo <= hi
}
