package estimate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/results"
)

// Figures draw the curves, one a currency; none where all of it costs nothing.
func (b *BreakEven) Figures() (out []*results.Figure) {
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

// per is the unit of loads in words, and by what a load in requests a second is
// multiplied to be in it.
func (b *BreakEven) per() (word, unit string, times float64) {
	if b.Hourly {
		return "hour", "1/h", 3600
	}
	return "second", "1/s", 1
}

// scaled multiplies loads.
func scaled(loads []float64, times float64) []float64 {
	out := make([]float64, len(loads))
	for i, l := range loads {
		out[i] = l * times
	}
	return out
}

func (b *BreakEven) figure(currency string) *results.Figure {
	word, unit, times := b.per()
	o := results.CostOverLoad{
		Title: "Cost over load", LoadAxis: "load, requests a " + word, CostAxis: "cost, " + currency + " a month", Unit: unit, Today: b.Today * times,
		Caption: "The cheapest plan of each kind over the load, both axes logarithmic; the dashed line is today's load, rings are where two plans cost the same, bars their 95 % intervals, where all replications cross. Crossings are found by root finding on simulated bills, not read off the curves.",
	}
	for i := range b.Curves {
		c := &b.Curves[i]
		if c.Currency != currency {
			continue
		}
		o.Curves = append(o.Curves, results.CostCurve{Label: c.Plan, Load: scaled(c.Load, times), Cost: c.Cost})
	}
	for _, x := range b.Crossings {
		if x.Currency != currency {
			continue
		}
		e := results.BreakEven{Load: x.Load * times, Cost: x.Cost, Below: x.Below, Above: x.Above}
		if x.Interval != nil {
			e.Low, e.High = x.Interval.Low*times, x.Interval.High*times
		}
		o.BreakEvens = append(o.BreakEvens, e)
	}
	return o.Figure()
}

func (b *BreakEven) Write(w *strings.Builder) {
	if b == nil {
		return
	}
	_, unit, times := b.per()
	unit = "requests" + strings.TrimPrefix(unit, "1")
	fmt.Fprintf(w, "\nBreak-even over the load, today's shape and durations; today: %s %s (%s/month).\n", Digits(b.Today*times, 3), unit, Monthly(b.Today))
	if len(b.Crossings) == 0 {
		w.WriteString("  Of the plans that serve today's load the cheapest of each kind do not cross")
		if len(b.Curves) > 0 && len(b.Curves[0].Load) > 0 {
			l := b.Curves[0].Load
			fmt.Fprintf(w, " from %s to %s %s", Digits(l[0]*times, 3), Digits(l[len(l)-1]*times, 3), unit)
		}
		w.WriteString(".\n")
		b.writeLeftOut(w)
		return
	}
	t := &results.TextTable{Indent: "  ", Right: []bool{false, false, true}}
	of := b.Table()
	t.Add(of.Header...)
	for _, row := range of.Rows {
		t.Add(row...)
	}
	w.WriteString(t.String())
	b.writeLeftOut(w)
}

// writeLeftOut says which plans have no curve.
func (b *BreakEven) writeLeftOut(w *strings.Builder) {
	for _, text := range b.LeftOutWords() {
		fmt.Fprintf(w, "  %s\n", text)
	}
}

// LeftOutWords says which plans have no curve, a sentence a reason.
func (b *BreakEven) LeftOutWords() (lines []string) {
	for _, l := range b.LeftOut {
		lines = append(lines, fmt.Sprintf("Left out at every load, since at today's they do not serve every request: %s: %s. At lower loads they may serve, and be cheaper.", strings.Join(l.Plans, ", "), l.Reason))
	}
	return lines
}

// Table lists the crossings.
func (b *BreakEven) Table() Table {
	_, unit, times := b.per()
	n := 3 // digits
	if b.Hourly {
		n = 4
	}
	t := Table{Header: []string{"cheaper below", "cheaper above", "requests" + strings.TrimPrefix(unit, "1"), "95 %", "a month", "cost"}}
	for _, x := range b.Crossings {
		interval := dash
		switch {
		case x.Found < x.Of:
			interval = fmt.Sprintf("in %d of %d replications", x.Found, x.Of)
		case x.Interval != nil:
			interval = Digits(x.Interval.Low*times, n) + "…" + Digits(x.Interval.High*times, n)
		}
		t.Rows = append(t.Rows, []string{x.Below, x.Above, Digits(x.Load*times, n), interval, Monthly(x.Load), Money(x.Cost) + " " + x.Currency})
	}
	return t
}

// Monthly writes a rate as requests a month.
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
