package costmodel

import (
	"fmt"
	"io"
	"strings"
)

// List prints the tariffs, a line each; long prints each with its rule, needs
// and every price with grade, source and date.
func (c *Catalog) List(w io.Writer, long bool) error {
	var b strings.Builder
	width := 0
	for _, t := range c.tariffs {
		width = max(width, len(t.Name))
	}
	for i, t := range c.tariffs {
		if !long {
			fmt.Fprintf(&b, "%-*s  %s, %s, %s%s\n", width, t.Name, t.Title, t.Region, t.Currency, t.validity())
			continue
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		t.describe(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (t *Tariff) validity() string {
	var s string
	if t.From != "" {
		s += " from " + t.From
	}
	if t.Until != "" {
		s += " until " + t.Until
	}
	return s
}

func (t *Tariff) describe(b *strings.Builder) {
	fmt.Fprintf(b, "%s: %s, %s, %s, %s%s\n", t.Name, t.Title, t.Provider, t.Region, t.Currency, t.validity())
	fmt.Fprintf(b, "  rule     %s: %s\n", t.Rule, t.ruleHelp())
	if w := t.Needs.words(); len(w) > 0 {
		fmt.Fprintf(b, "  needs    %s\n", strings.Join(w, ", "))
	}
	fmt.Fprintf(b, "  billed   %s\n", t.Invariant)
	for i := range t.Prices {
		t.Prices[i].describe(b)
	}
	for _, l := range []struct {
		word   string
		meters []string
	}{{"free    ", t.NotBilled}, {"not had ", t.NotOffered}} {
		if len(l.meters) > 0 {
			fmt.Fprintf(b, "  %s %s\n", l.word, strings.Join(l.meters, ", "))
		}
	}
	for _, n := range t.Notes {
		fmt.Fprintf(b, "  note     %s\n", n)
	}
}

func (t *Tariff) ruleHelp() string {
	for _, r := range rules {
		if r.name == t.Rule {
			return r.help
		}
	}
	return ""
}

func (p *Price) describe(b *strings.Builder) {
	fmt.Fprintf(b, "  price    %s, per %s of %s", p.Name, p.Unit, strings.Join(p.Meters, " + "))
	if p.Supplied {
		b.WriteString(" (quantity given by the user)")
	}
	b.WriteByte('\n')
	if len(p.Tiers) == 0 {
		fmt.Fprintf(b, "             not verified  [U] %s\n", p.Source)
	}
	for _, t := range p.Tiers {
		fmt.Fprintf(b, "             %s", t.UnitPrice.Text('f'))
		if t.UpTo != nil {
			fmt.Fprintf(b, " up to %s", t.UpTo.Text('f'))
		}
		fmt.Fprintf(b, "  [%s] %s", t.Grade, t.Source)
		if t.AsOf != "" {
			fmt.Fprintf(b, ", %s", t.AsOf)
		}
		b.WriteByte('\n')
	}
	switch {
	case p.Free.IsZero():
	case p.Credit.IsZero():
		fmt.Fprintf(b, "             free a month: %s\n", p.Free.Text('f'))
	default:
		fmt.Fprintf(b, "             credit a month: %s × %s\n", p.Free.Text('f'), p.Credit.Text('f'))
	}
}
