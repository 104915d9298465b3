package main

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/policies"
)

// printEntries prints a listing, as text or JSON.
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
		for _, legend := range entries[i].Legends {
			add(legend)
		}
		if len(entries[i].Legends) == 0 && slices.ContainsFunc(entries[i].Values, func(v listValue) bool { return v.Grade != "" }) {
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
