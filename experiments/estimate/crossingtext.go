package estimate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/results"
)

// figures draw the curves, one a currency; none where all of it costs nothing.
func (b *BreakEven) figures() (out []*results.Figure) {
	var all []string
	for i := range b.Curves {
		if c := b.Curves[i].Currency; !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	for _, currency := range all {
		if f := b.figure(currency); f != nil {
			out = append(out, f)
		}
	}
	return out
}

func (b *BreakEven) figure(currency string) *results.Figure {
	o := results.CostOverLoad{
		Title: "Cost over load", LoadAxis: "load, requests a second", CostAxis: "cost, " + currency + " a month", Unit: "1/s", Today: b.Today,
		Caption: "The cheapest plan of each kind over the load, both axes logarithmic; the dashed line is today's load, rings are where two plans cost the same, bars their 95 % intervals, where all replications cross. Crossings are found by root finding on simulated bills, not read off the curves.",
	}
	for i := range b.Curves {
		c := &b.Curves[i]
		if c.Currency != currency {
			continue
		}
		o.Curves = append(o.Curves, results.CostCurve{Label: c.Plan, Load: c.Load, Cost: c.Cost})
	}
	for _, x := range b.Crossings {
		if x.Currency != currency {
			continue
		}
		e := results.BreakEven{Load: x.Load, Cost: x.Cost, Below: x.Below, Above: x.Above}
		if x.Interval != nil {
			e.Low, e.High = x.Interval.Low, x.Interval.High
		}
		o.BreakEvens = append(o.BreakEvens, e)
	}
	return o.Figure()
}

func (b *BreakEven) write(w *strings.Builder) {
	if b == nil {
		return
	}
	fmt.Fprintf(w, "\nBreak-even over the load, today's shape and durations; today: %s requests/s (%s/month).\n", Digits(b.Today, 3), Monthly(b.Today))
	if len(b.Crossings) == 0 {
		w.WriteString("  Of the plans that serve today's load the cheapest of each kind do not cross")
		if len(b.Curves) > 0 && len(b.Curves[0].Load) > 0 {
			l := b.Curves[0].Load
			fmt.Fprintf(w, " from %s to %s requests/s", Digits(l[0], 3), Digits(l[len(l)-1], 3))
		}
		w.WriteString(".\n")
		b.writeLeftOut(w)
		return
	}
	t := &results.TextTable{Indent: "  ", Right: []bool{false, false, true}}
	of := b.table()
	t.Add(of.Header...)
	for _, row := range of.Rows {
		t.Add(row...)
	}
	w.WriteString(t.String())
	b.writeLeftOut(w)
}

// writeLeftOut says which plans have no curve.
func (b *BreakEven) writeLeftOut(w *strings.Builder) {
	for _, text := range b.leftOut() {
		fmt.Fprintf(w, "  %s\n", text)
	}
}

// leftOut says which plans have no curve, a sentence a reason.
func (b *BreakEven) leftOut() (lines []string) {
	for _, l := range b.LeftOut {
		lines = append(lines, fmt.Sprintf("Left out at every load, since at today's they do not serve every request: %s: %s. At lower loads they may serve, and be cheaper.", strings.Join(l.Plans, ", "), l.Reason))
	}
	return lines
}

// table lists the crossings.
func (b *BreakEven) table() pageTable {
	t := pageTable{Header: []string{"cheaper below", "cheaper above", "requests/s", "95 %", "a month", "cost"}}
	for _, x := range b.Crossings {
		interval := dash
		switch {
		case x.Found < x.Of:
			interval = fmt.Sprintf("in %d of %d replications", x.Found, x.Of)
		case x.Interval != nil:
			interval = Digits(x.Interval.Low, 3) + "…" + Digits(x.Interval.High, 3)
		}
		t.Rows = append(t.Rows, []string{x.Below, x.Above, Digits(x.Load, 3), interval, Monthly(x.Load), Money(x.Cost) + " " + x.Currency})
	}
	return t
}

// monthly writes a rate as requests a month.
func Monthly(rate float64) string {
	n := rate * 30 * 86400
	for _, u := range []struct {
		size float64
		name string
	}{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if n >= u.size {
			return Digits(n/u.size, 3) + u.name
		}
	}
	return Digits(n, 3)
}
