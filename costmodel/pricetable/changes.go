package pricetable

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
)

// Changes is what an import changes.
type Changes struct {
	lines []string
	// Added, Removed, Changed and Same count tariffs.
	Added, Removed, Changed, Same int
}

// Compare returns how the tariffs of after differ from those of before, by
// their names. Where within is not nil, tariffs of before of which it says no
// are not looked at.
func Compare(before, after []*costmodel.Tariff, within func(*costmodel.Tariff) bool) *Changes {
	c := &Changes{}
	old, now := map[string]*costmodel.Tariff{}, map[string]*costmodel.Tariff{}
	var names []string
	for _, t := range before {
		if within == nil || within(t) {
			old[t.Name] = t
			names = append(names, t.Name)
		}
	}
	for _, t := range after {
		now[t.Name] = t
		names = append(names, t.Name)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		c.tariff(name, old[name], now[name])
	}
	return c
}

func (c *Changes) tariff(name string, old, now *costmodel.Tariff) {
	switch {
	case old == nil:
		c.Added++
		c.line("added    %s: %s", name, summary(now))
		return
	case now == nil:
		c.Removed++
		c.line("removed  %s: %s", name, summary(old))
		return
	}
	n := len(c.lines)
	for i := range old.Prices {
		p := &old.Prices[i]
		if q := priceOf(now, p); q == nil {
			c.line("changed  %s: no price of %s any more, which was %s", name, p.Name, priceText(old, p))
		} else if a, b := priceText(old, p), priceText(now, q); a != b {
			c.line("moved    %s: %s from %s to %s", name, p.Name, a, b)
		}
	}
	for i := range now.Prices {
		if p := &now.Prices[i]; priceOf(old, p) == nil {
			c.line("changed  %s: %s is new, %s", name, p.Name, priceText(now, p))
		}
	}
	if a, b := when(old), when(now); a != b {
		c.line("changed  %s: priced %s, before %s", name, b, a)
	}
	if len(c.lines) > n {
		c.Changed++
	} else {
		c.Same++
	}
}

func (c *Changes) line(format string, a ...any) { c.lines = append(c.lines, fmt.Sprintf(format, a...)) }

// priceOf returns the price of a tariff for the same meters, nil where there is
// none: what a price is called does not count.
func priceOf(t *costmodel.Tariff, p *costmodel.Price) *costmodel.Price {
	for i := range t.Prices {
		if slices.Equal(t.Prices[i].Meters, p.Meters) {
			return &t.Prices[i]
		}
	}
	return nil
}

func priceText(t *costmodel.Tariff, p *costmodel.Price) string {
	return numberText(p) + " " + t.Currency + " per " + p.Unit
}

func numberText(p *costmodel.Price) string {
	var tiers []string
	for _, t := range p.Tiers {
		s := t.UnitPrice.Text('f')
		if t.UpTo != nil {
			s += " up to " + t.UpTo.Text('f')
		}
		tiers = append(tiers, s)
	}
	if len(tiers) == 0 {
		return "not verified"
	}
	return strings.Join(tiers, ", ")
}

// summary is what a tariff costs, on one line.
func summary(t *costmodel.Tariff) string {
	var parts []string
	for i := range t.Prices {
		if p := &t.Prices[i]; len(p.Meters) > 0 && !strings.Contains(p.Meters[0], "long") {
			parts = append(parts, p.Name+" "+numberText(p)+longText(t, p))
		}
	}
	const most = 3
	if len(parts) > most {
		parts = append(parts[:most], "…")
	}
	return strings.Join(parts, "; ")
}

// longText says what a price is in requests of long inputs, where that is another.
func longText(t *costmodel.Tariff, p *costmodel.Price) (text string) {
	hours, last := "", numberText(p)
	for _, h := range t.Hours {
		if strings.HasPrefix(p.Meters[0], h.Name+"_") {
			hours = h.Name + "_"
		}
	}
	for i, start := range t.LongContext {
		long := "long_"
		if i > 0 {
			long = fmt.Sprintf("long%d_", i+1)
		}
		q := priceOf(t, &costmodel.Price{Meters: []string{hours + long + strings.TrimPrefix(p.Meters[0], hours)}})
		if q == nil || numberText(q) == last {
			continue
		}
		last = numberText(q)
		text += fmt.Sprintf(", %s beyond %d input tokens", last, start)
	}
	return text
}

// when says when the prices of a tariff apply.
func when(t *costmodel.Tariff) string {
	var parts []string
	if t.From != "" {
		parts = append(parts, "from "+t.From)
	}
	if t.Until != "" {
		parts = append(parts, "until "+t.Until)
	}
	for _, h := range t.Hours {
		parts = append(parts, h.String())
	}
	for _, n := range t.LongContext {
		parts = append(parts, fmt.Sprintf("beyond %d input tokens otherwise", n))
	}
	if len(parts) == 0 {
		return "always alike"
	}
	return strings.Join(parts, ", ")
}

// Write prints a line for each change, and how many there are.
func (c *Changes) Write(w io.Writer) error {
	var b strings.Builder
	for _, l := range c.lines {
		b.WriteString(l + "\n")
	}
	fmt.Fprintf(&b, "%d added, %d removed, %d changed, %d as before\n", c.Added, c.Removed, c.Changed, c.Same)
	_, err := io.WriteString(w, b.String())
	return err
}
