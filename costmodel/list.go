package costmodel

import (
	"fmt"
	"io"
	"strings"
)

// List prints the tariffs by kind and provider, a line each; long prints each
// with its rule, needs and every price with grade, source and date.
func (c *Catalog) List(w io.Writer, long bool) error {
	var b strings.Builder
	width, group := 0, ""
	tariffs := c.Tariffs()
	for _, t := range tariffs {
		width = max(width, len(t.Name))
	}
	for i, t := range tariffs {
		if g := t.Group(); g != group {
			if group = g; i > 0 {
				b.WriteByte('\n')
			}
			fmt.Fprintf(&b, "%s\n", strings.ToUpper(g))
		} else if long {
			b.WriteByte('\n')
		}
		if !long {
			fmt.Fprintf(&b, "%-*s  %s, %s, %s%s\n", width, t.Name, t.Title, t.Region, t.Currency, t.validity())
			continue
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
	if !t.Credit.IsZero() {
		fmt.Fprintf(b, "  credit   %s a month, against the whole bill\n", t.Credit.Text('f'))
	}
	for i, n := range t.LongContext {
		fmt.Fprintf(b, "  %-8s a request of more than %d input tokens\n", strings.TrimSuffix(t.classPrefix(i+1), "_"), n)
	}
	for _, h := range t.Hours {
		fmt.Fprintf(b, "  hours    %s\n", h)
	}
	if t.EraOf != "" {
		fmt.Fprintf(b, "  era of   %s\n", t.EraOf)
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
	fmt.Fprintf(b, "  price    %s, per %s", p.Name, p.Unit)
	if len(p.Meters) > 0 {
		fmt.Fprintf(b, " of %s", strings.Join(p.Meters, " + "))
	}
	switch {
	case p.Required:
		b.WriteString(" (quantity given by the user, without which there is no bill)")
	case p.Supplied:
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
	if p.Beyond != "" {
		fmt.Fprintf(b, "             beyond: %s  [U]\n", p.Beyond)
	}
	if c := p.Chunk; c != nil {
		fmt.Fprintf(b, "             counted: %s  [%s] %s", strings.Join(c.words(), ", "), c.Grade, c.Source)
		if c.AsOf != "" {
			fmt.Fprintf(b, ", %s", c.AsOf)
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
