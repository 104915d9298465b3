package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
)

func tariffEntries(dirs []string) ([]listEntry, error) {
	catalog, err := costmodel.Load(dirs...)
	if err != nil {
		return nil, err
	}
	var list []listEntry
	for _, t := range catalog.Tariffs() {
		e := listEntry{Name: t.Name, Kind: "tariff", Help: t.Title + ", " + t.Region, Notes: t.Notes, Heading: t.Group()}
		if t.Kind == "model" {
			e.Help, e.Era = modelHelp(t), t.EraOf != ""
		}
		for _, fact := range []listFact{
			{"provider", t.Provider}, {"region", t.Region}, {"currency", t.Currency}, {"valid from", t.From}, {"valid until", t.Until},
			{"era of", t.EraOf}, {"long requests", longText(t)}, {"hours", hoursText(t)},
			{"billed against used", t.Invariant}, {"metered by", t.Rule + ": " + t.RuleHelp()}, {"billed from the phase", t.BilledFrom()}, {"needs", strings.Join(t.Needs.Words(), ", ")}, {"pays for", t.GPU.String()},
			{"costs nothing", strings.Join(t.NotBilled, ", ")}, {"not offered", strings.Join(t.NotOffered, ", ")}, {"credit", creditText(t)},
		} {
			if fact.Value != "" {
				e.Facts = append(e.Facts, fact)
			}
		}
		for i := range t.Prices {
			e.Values = append(e.Values, priceValues(t, &t.Prices[i])...)
		}
		list = append(list, e)
	}
	return list, nil
}

// modelHelp is a language model with what its tokens cost most of the day.
func modelHelp(t *costmodel.Tariff) string {
	help := t.Title
	if t.Region != costmodel.RegionNotStated {
		help += ", " + t.Region
	}
	var prices []string
	for i := range t.Prices {
		p := &t.Prices[i]
		if (p.Meters[0] == "input_tokens" || p.Meters[0] == "output_tokens") && len(p.Tiers) > 0 {
			prices = append(prices, p.Tiers[0].UnitPrice.Text('f')+" "+p.Name)
		}
	}
	if len(prices) == 0 {
		return help
	}
	help += ": " + strings.Join(prices, ", ") + " " + t.Currency + " per 1M"
	if len(t.Hours) > 0 {
		help += ", and others by the hour"
	}
	return help
}

func longText(t *costmodel.Tariff) string {
	var texts []string
	for _, n := range t.LongContext {
		texts = append(texts, fmt.Sprintf("of more than %d input tokens", n))
	}
	return strings.Join(texts, "; ")
}

func hoursText(t *costmodel.Tariff) string {
	var texts []string
	for _, h := range t.Hours {
		texts = append(texts, h.String())
	}
	return strings.Join(texts, "; ")
}

func creditText(t *costmodel.Tariff) string {
	if t.Credit.IsZero() {
		return ""
	}
	return t.Credit.Text('f') + " " + t.Currency + " a month, against the whole bill"
}

// priceValues lists the tiers of a price, then what ends or steps it. The first
// has the meters that the price is of: a quantity is given by their names.
func priceValues(t *costmodel.Tariff, p *costmodel.Price) []listValue {
	var list []listValue
	if len(p.Tiers) == 0 {
		list = append(list, listValue{p.Name, "not verified, per " + p.Unit + metersText(p), p.Grade, p.Source})
	}
	for i, tier := range p.Tiers {
		value := tier.UnitPrice.Text('f') + " " + t.Currency + " per " + p.Unit
		if i == 0 {
			value += metersText(p) + freeText(t, p)
		}
		if tier.UpTo != nil {
			value += ", up to " + quantityText(tier.UpTo.Text('f'), p.Unit)
		}
		list = append(list, listValue{p.Name, value, tier.Grade, evidenceText(tier.Evidence)})
	}
	if p.Beyond != "" {
		list = append(list, listValue{p.Name + ", beyond the last tier", p.Beyond, p.Grade, evidenceText(p.Evidence)})
	}
	if p.Chunk != nil {
		list = append(list, listValue{p.Name + ", counted", chunkText(p.Chunk), p.Chunk.Grade, evidenceText(p.Chunk.Evidence)})
	}
	return slices.Clip(list)
}

// metersText names the meters of a price, and says who counts them.
func metersText(p *costmodel.Price) string {
	text := ""
	if len(p.Meters) > 0 {
		text = " of " + strings.Join(p.Meters, " + ")
	}
	switch {
	case p.Required:
		text += " (quantity given by the user, without which there is no bill)"
	case p.Supplied:
		text += " (quantity given by the user)"
	}
	return text
}

func freeText(t *costmodel.Tariff, p *costmodel.Price) string {
	switch {
	case p.Free.IsZero():
		return ""
	case p.Credit.IsZero():
		return ", " + quantityText(p.Free.Text('f'), p.Unit) + " free a month"
	}
	return ", a credit a month of " + quantityText(p.Free.Text('f'), p.Unit) + " at " + p.Credit.Text('f') + " " + t.Currency
}

// quantityText is a number of a unit, which may be a number itself: 3 × 1M.
func quantityText(n, unit string) string {
	if unit[0] >= '0' && unit[0] <= '9' {
		return n + " × " + unit
	}
	return n + " " + unit
}

func evidenceText(e costmodel.Evidence) string {
	if strings.HasSuffix(e.Source, string(e.AsOf)) {
		return e.Source // a price list is named by its date
	}
	return e.Source + " " + string(e.AsOf)
}

// chunkText says how a quantity follows from sizes and times.
func chunkText(c *costmodel.Chunk) string {
	var parts []string
	add := func(format string, isSet bool, v fmt.Stringer) {
		if isSet {
			parts = append(parts, fmt.Sprintf(format, v))
		}
	}
	add("by each %s begun", c.Size > 0, c.Size)
	add("the first %s in the first unit", c.First > 0, c.First)
	add("at least %s", c.Least > 0, c.Least)
	add("at most %s", c.Most > 0, c.Most)
	add("time in steps of %s, rounded up", c.Time > 0, c.Time)
	add("at least %s", c.LeastTime > 0, c.LeastTime)
	add("memory in steps of %s, rounded up", c.Memory > 0, c.Memory)
	return strings.Join(parts, "; ")
}
