package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/experiments/serving"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces"
	"github.com/coldcurve/coldcurve/traces/logs"
	"github.com/coldcurve/coldcurve/workloads"
)

// listEntry is one thing of a listing. What it has not is left out.
type listEntry struct {
	Name    string      `json:"name"`
	Kind    string      `json:"kind"`
	Help    string      `json:"help"`
	Facts   []listFact  `json:"facts,omitempty"`
	Params  []listParam `json:"parameters,omitempty"`
	Values  []listValue `json:"values,omitempty"`
	Notes   []string    `json:"notes,omitempty"`
	Source  string      `json:"source,omitempty"`
	Heading string      `json:"-"` // of its group, in text
	Era     bool        `json:"-"` // prices of other days of another entry
}

// has tells whether each of some words is in the name or the heading.
func (e *listEntry) has(words []string) bool {
	for _, w := range words {
		if w = strings.ToLower(w); !strings.Contains(e.Name, w) && !strings.Contains(strings.ToLower(e.Heading), w) {
			return false
		}
	}
	return true
}

// listFact is a property with a name of its own: scope, control, region …
type listFact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// listParam is a key of a table in an experiment.
type listParam struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Unit     string `json:"unit,omitempty"`
	Default  string `json:"default,omitempty"`
	Required bool   `json:"required,omitempty"`
	Help     string `json:"help"`
}

// listValue is a number with its evidence.
type listValue struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Grade  string `json:"grade"`
	Source string `json:"source"`
}

// listing is a kind of things that can be listed.
type listing struct {
	name, help string
	entries    func(tariffs []string) ([]listEntry, error)
}

func listings() []listing {
	return []listing{
		{"distributions", "distributions of durations and of whole numbers, and arrival processes", func([]string) ([]listEntry, error) { return distributionEntries(), nil }},
		{"formats", "trace formats", func([]string) ([]listEntry, error) { return formatEntries(), nil }},
		{"hardware", "GPUs, language models and engines, with grades and measured errors", func([]string) ([]listEntry, error) { return hardwareEntries() }},
		{"platforms", "platform presets, each value with grade and source", func([]string) ([]listEntry, error) { return platformEntries() }},
		{"policies", "keep-alive, prewarm and scaling policies", func([]string) ([]listEntry, error) { return policyEntries(), nil }},
		{"servers", "how an instance serves requests side by side", func([]string) ([]listEntry, error) { return serverEntries(), nil }},
		{"tariffs", "tariffs, each price with grade and source", tariffEntries},
	}
}

func newList(a *app) *cobra.Command {
	var format string
	var long bool
	var tariffs []string
	var names []string
	help := "List what an experiment can name:\n"
	for _, l := range listings() {
		names = append(names, l.name)
		help += fmt.Sprintf("  %-14s %s\n", l.name, l.help)
	}
	help += `
Words after it leave what has each of them in its name or heading. Earlier and
later prices of a language model are listed with --long and in JSON only.`
	c := &cobra.Command{
		Use:     "list " + strings.Join(names, "|") + " [WORD]...",
		Short:   "List policies, platforms, servers, hardware, tariffs, formats, distributions",
		Long:    strings.TrimSpace(help),
		Example: "  coldcurve list policies --long\n  coldcurve list tariffs openai gpt-5\n  coldcurve list tariffs --format json",
		Args:    cobra.MinimumNArgs(1),
		RunE: own(func(_ *cobra.Command, args []string) error {
			if err := oneOf("format", format, []string{"text", "json"}); err != nil {
				return err
			}
			for _, l := range listings() {
				if l.name != args[0] {
					continue
				}
				entries, err := l.entries(tariffs)
				if err != nil {
					return usageError{err}
				}
				entries = slices.DeleteFunc(entries, func(e listEntry) bool {
					return !e.has(args[1:]) || e.Era && !long && format == "text"
				})
				if len(entries) == 0 && len(args) > 1 {
					return usageError{fmt.Errorf("none of the %s has %s in its name or heading", l.name, strings.Join(args[1:], " and "))}
				}
				return printEntries(a.stdout, entries, format, long)
			}
			return usageError{errors.New(spec.Unknown("list", args[0], names))}
		}),
	}
	c.Flags().StringVar(&format, "format", "text", "text or json; json holds everything")
	c.Flags().BoolVar(&long, "long", false, "parameters, values, grades and sources too")
	c.Flags().StringArrayVar(&tariffs, "tariffs", nil, "folder with tariffs of your own (repeatable)")
	return c
}

func printEntries(w io.Writer, entries []listEntry, format string, long bool) error {
	if format == "json" {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(entries)
	}
	var b strings.Builder
	width, heading := 0, ""
	for _, e := range entries {
		width = max(width, len(e.Name))
	}
	for i, e := range entries {
		if e.Heading != heading {
			heading = e.Heading
			fmt.Fprintf(&b, "%s%s\n", separator(i), strings.ToUpper(heading))
		} else if long {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%-*s  %s\n", width, e.Name, e.Help)
		if long {
			e.details(&b)
		}
	}
	if long {
		for _, legend := range legends(entries) {
			fmt.Fprintf(&b, "\n%s\n", legend)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// legends explain the letters that stand behind values and in sources.
func legends(entries []listEntry) []string {
	var out []string
	add := func(text string) {
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	for i := range entries {
		if slices.ContainsFunc(entries[i].Values, func(v listValue) bool { return v.Grade != "" }) {
			add(costmodel.Grades)
		}
		if sourceLetter.MatchString(entries[i].Source) {
			add(policies.Marks)
		}
	}
	return out
}

// sourceLetter is how a policy's source says where it was read.
var sourceLetter = regexp.MustCompile(`\[[VSM]\]`)

func separator(i int) string {
	if i == 0 {
		return ""
	}
	return "\n"
}

// details prints what a short listing leaves out.
func (e *listEntry) details(b *strings.Builder) {
	for _, f := range e.Facts {
		fmt.Fprintf(b, "    %s: %s\n", f.Name, f.Value)
	}
	for _, p := range e.Params {
		fmt.Fprintf(b, "    %s (%s%s%s)  %s\n", p.Name, p.Type, unitText(p.Unit), defaultText(p), p.Help)
	}
	for _, v := range e.Values {
		fmt.Fprintf(b, "    %s = %s  [%s] %s\n", v.Name, v.Value, v.Grade, v.Source)
	}
	for _, n := range e.Notes {
		fmt.Fprintf(b, "    note: %s\n", n)
	}
	if e.Source != "" {
		fmt.Fprintf(b, "    source: %s\n", e.Source)
	}
}

func unitText(unit string) string {
	if unit == "" {
		return ""
	}
	return ", " + unit
}

func defaultText(p listParam) string {
	switch {
	case p.Required:
		return ", required"
	case p.Default != "":
		return ", default " + p.Default
	}
	return ""
}

func newParams(params []spec.Param) []listParam {
	var list []listParam
	for _, p := range params {
		unit := p.Unit
		if unit == p.Type {
			unit = ""
		}
		list = append(list, listParam{p.Name, p.Type, unit, p.Default, p.Required, p.Help})
	}
	return list
}

func policyEntries() []listEntry {
	var list []listEntry
	for _, kind := range []struct {
		name    string
		entries []policies.Entry
	}{{"keepalive", policies.KeepAlives()}, {"prewarm", policies.Prewarms()}, {"scaling", policies.Scalings()}} {
		for _, p := range kind.entries {
			e := listEntry{Name: p.Name, Kind: kind.name, Heading: kind.name, Help: p.Help, Params: newParams(p.Params), Source: p.Source}
			scope := sim.ScopeDeployment.String()
			if kind.name == "keepalive" {
				scope = p.Scope.String()
			}
			e.Facts = []listFact{{"scope", scope}, {"controlled by", string(p.Control)}}
			if p.Example != "" {
				e.Facts = append(e.Facts, listFact{"example", fmt.Sprintf("%s = { name = %q, %s }", kind.name, p.Name, p.Example)})
			}
			if p.Bound() {
				e.Notes = []string{"an offline bound, no policy: it knows the future"}
			}
			list = append(list, e)
		}
	}
	return list
}

func serverEntries() []listEntry {
	var list []listEntry
	for _, k := range serving.Kinds() {
		list = append(list, listEntry{Name: k.Name, Kind: "server", Help: k.Help, Params: newParams(k.Params), Source: k.Source})
	}
	return list
}

func platformEntries() ([]listEntry, error) {
	presets, err := experiments.Presets()
	if err != nil {
		return nil, err
	}
	var list []listEntry
	for _, p := range presets {
		e := listEntry{Name: p.Name, Kind: "platform", Help: p.Title, Notes: p.Notes}
		for _, v := range p.Values {
			e.Values = append(e.Values, listValue{v.Key, v.Value, v.Grade, v.Source})
		}
		list = append(list, e)
	}
	return list, nil
}

func formatEntries() []listEntry {
	var list []listEntry
	for _, f := range slices.Concat(traces.Formats(), logs.TraceFormats()) {
		e := listEntry{Name: f.Name, Kind: "format", Help: f.Help, Source: f.Source}
		for _, fact := range []listFact{
			{"path", f.Path}, {"ordering", f.Ordering}, {"length", f.Length}, {"clock", f.Clock}, {"durations", f.ColdStart}, {"written by", f.Writes}, {"licence", f.Licence},
		} {
			if fact.Value != "" {
				e.Facts = append(e.Facts, fact)
			}
		}
		list = append(list, e)
	}
	return list
}

func distributionEntries() []listEntry {
	var list []listEntry
	for _, kind := range []struct {
		name, heading string
		entries       []workloads.Entry
	}{
		{"distribution", "distributions", workloads.Distributions()},
		{"arrival process", "arrival processes", workloads.Arrivals()},
		{"distribution of numbers", "distributions of whole numbers (tokens, turns)", workloads.Counts()},
	} {
		for _, d := range kind.entries {
			list = append(list, listEntry{Name: d.Name, Kind: kind.name, Heading: kind.heading, Help: d.Help, Params: newParams(d.Params), Source: d.Source})
		}
	}
	return list
}

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
			{"billed against used", t.Invariant}, {"metered by", t.Rule + ": " + t.RuleHelp()}, {"needs", strings.Join(t.Needs.Words(), ", ")},
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
