package traces

import (
	"errors"
	"fmt"
	"strings"
)

// Report says what the reading of a trace met. Everything in it is ordered and
// depends on the data alone.
type Report struct {
	Format  string   // the format's name
	Path    string   // as the user wrote it
	Files   []string // the files read, in the order of reading
	Rows    int64    // data rows read, skipped ones included
	Skipped int64    // rows skipped under Lenient
	Rules   []Rule   // the stated rules that applied, in the order of first use
	notes   []string
	skips   []skip
}

// Rule is a stated rule of a reader and how often it applied.
type Rule struct {
	Text  string
	Count int64
	Names []string // the first functions that it applied to, at most 3; of some rules only
}

// namesMax bounds Rule.Names.
const namesMax = 3

type skip struct {
	kind  string
	count int64
	first string
}

// Warnings returns what a user should know, in order: what was skipped, the
// rules that applied, and remarks.
func (r *Report) Warnings() []string {
	var out []string
	for _, s := range r.skips {
		out = append(out, fmt.Sprintf("%s skipped: %s (first: %s)", rows(s.count), s.kind, s.first))
	}
	for i := range r.Rules {
		out = append(out, r.Rules[i].String())
	}
	return append(out, r.notes...)
}

// String returns the rule as a warning.
func (r *Rule) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d × %s", r.Count, r.Text)
	for i, name := range r.Names {
		b.WriteString([]string{" (", ", "}[min(i, 1)] + shown(name))
	}
	switch more := r.Count - int64(len(r.Names)); {
	case len(r.Names) == 0:
	case more > 0:
		fmt.Fprintf(&b, " and %d more)", more)
	default:
		b.WriteByte(')')
	}
	return b.String()
}

func rows(n int64) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}

// apply counts n uses of a rule.
func (r *Report) apply(text string, n int64) { r.rule(text).Count += n }

// applyTo counts a use of a rule on a function, and keeps the first names.
func (r *Report) applyTo(text, name string) {
	rule := r.rule(text)
	rule.Count++
	if len(rule.Names) < namesMax {
		rule.Names = append(rule.Names, name)
	}
}

// rule finds a rule, adding it where it is new.
func (r *Report) rule(text string) *Rule {
	for i := range r.Rules {
		if r.Rules[i].Text == text {
			return &r.Rules[i]
		}
	}
	r.Rules = append(r.Rules, Rule{Text: text})
	return &r.Rules[len(r.Rules)-1]
}

func (r *Report) note(format string, a ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, a...))
}

// skip counts a malformed row and returns nil where lenient; else it returns
// the error. Errors that concern more than a row are returned always.
func (r *Report) skip(err error, lenient bool) error {
	var m *Malformed
	if !lenient || !errors.As(err, &m) || m.kind == "" {
		return err
	}
	r.Skipped++
	for i := range r.skips {
		if r.skips[i].kind == m.kind {
			r.skips[i].count++
			return nil
		}
	}
	r.skips = append(r.skips, skip{m.kind, 1, m.Error()})
	return nil
}
