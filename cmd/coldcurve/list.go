package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/internal/spec"
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
	Legends []string    `json:"-"` // what its letters mean, where they are not those of prices
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
		{"engines", "what runs the flows of applications: orchestrators, with grades and sources", func([]string) ([]listEntry, error) { return engineEntries() }},
		{"formats", "trace formats", func([]string) ([]listEntry, error) { return formatEntries(), nil }},
		{"hardware", "GPUs, language models and engines, with grades and measured errors", func([]string) ([]listEntry, error) { return hardwareEntries() }},
		{"overheads", "what privacy, security and observability cost, with grades and sources", func([]string) ([]listEntry, error) { return overheadEntries() }},
		{"platforms", "platform presets, each value with grade and source", func([]string) ([]listEntry, error) { return platformEntries() }},
		{"policies", "keep-alive, prewarm, pool, scaling, routing, placement, eviction and order policies", func([]string) ([]listEntry, error) { return policyEntries(), nil }},
		{"regions", "regions of the providers, and whether round trips between them were measured", func([]string) ([]listEntry, error) { return regionEntries() }},
		{"servers", "how an instance serves requests side by side", func([]string) ([]listEntry, error) { return serverEntries(), nil }},
		{"services", "services that applications call, with limits, latencies, grades and sources", func([]string) ([]listEntry, error) { return serviceEntries() }},
		{"starts", "measured cold starts by phase, and bandwidths of loading, with grades and sources", func([]string) ([]listEntry, error) { return startEntries() }},
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
		Use:     "list KIND [WORD]...",
		Short:   "List what can be named: policies, platforms, services, tariffs and others",
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
