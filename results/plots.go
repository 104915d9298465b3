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
}

// plotMakers lists the plots by name.
func plotMakers() []plotMaker {
	return []plotMaker{
		{"cost-vs-latency", "cost against p99 latency, with the Pareto front", (*Set).costVsLatency},
		{"cost-vs-load", "cost over a swept number, on logarithmic axes, with the break-even points", (*Set).costVsLoad},
		{"instances", "instances over time: busy, idle, initialising", (*Set).instances},
		{"latency-cdf", "cumulative distribution of latency, pooled over replications", (*Set).latencyCDF},
		{"waste-vs-cold", "wasted memory against the applications' cold ratio: the figure of the ATC'20 paper", (*Set).wasteVsCold},
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
		names = []string{"latency-cdf", "cost-vs-latency", "waste-vs-cold", "instances", "cost-vs-load"}
	}
	var out []*Figure
	for _, name := range names {
		i := slices.IndexFunc(makers, func(p plotMaker) bool { return p.name == name })
		if i < 0 {
			return nil, fmt.Errorf("%q is no plot; these are: %s", name, strings.Join(PlotNames(), ", "))
		}
		f, err := makers[i].make(s, rows)
		if err != nil {
			return nil, fmt.Errorf("drawing %s: %w", name, err)
		}
		if f != nil {
			f.Name = name
			out = append(out, f)
		}
	}
	return out, nil
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

// labels names rows by what tells them apart: the swept values, platforms and
// tariffs that are not the same in all of them.
func labels(rows []Row, tariffs bool) []string {
	varies := func(of func(*Row) string) bool {
		for i := range rows {
			if of(&rows[i]) != of(&rows[0]) {
				return true
			}
		}
		return false
	}
	var parts []func(*Row) string
	add := func(of func(*Row) string) {
		if varies(of) {
			parts = append(parts, of)
		}
	}
	if len(rows) > 0 {
		for k := range rows[0].Values {
			add(func(r *Row) string { return r.Values[k].Label })
		}
	}
	add(func(r *Row) string { return r.Platform })
	if tariffs {
		add(func(r *Row) string { return r.Tariff })
	}
	out := make([]string, len(rows))
	for i := range rows {
		out[i] = joinLabel(&rows[i], parts)
	}
	return out
}

// joinLabel joins the parts of a row's label; where there are none, it is the
// platform's name.
func joinLabel(r *Row, parts []func(*Row) string) string {
	var words []string
	for _, of := range parts {
		if w := of(r); w != "" && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		words = []string{r.Platform}
	}
	label := oneLine(strings.Join(words, ", "))
	if r.Bound {
		label += " (bound)"
	}
	return truncate(label, 44)
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
