package traces

import (
	"errors"
	"fmt"
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
}

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
	for _, rule := range r.Rules {
		out = append(out, fmt.Sprintf("%d × %s", rule.Count, rule.Text))
	}
	return append(out, r.notes...)
}

func rows(n int64) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}

// apply counts n uses of a rule.
func (r *Report) apply(text string, n int64) {
	for i := range r.Rules {
		if r.Rules[i].Text == text {
			r.Rules[i].Count += n
			return
		}
	}
	r.Rules = append(r.Rules, Rule{text, n})
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
