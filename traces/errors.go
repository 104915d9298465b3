package traces

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/coldcurve/coldcurve/internal/redact"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// Malformed is a place in a trace that cannot be read: Error gives
// "file:line: what was found, what was expected".
type Malformed struct {
	File    string // as the user wrote it, with the table's name where the path is a folder
	Line    int64  // from 1; 0: the file as a whole
	Problem string
	kind    string // what rows skipped under Lenient are counted by
}

// Error implements error.
func (m *Malformed) Error() string {
	if m.Line == 0 {
		return m.File + ": " + m.Problem
	}
	return fmt.Sprintf("%s:%d: %s", m.File, m.Line, m.Problem)
}

// NotFound is the error for a trace that is not there. Its message says where
// the public data is had.
type NotFound struct {
	Spec   string   // "format:path" as the user wrote it
	Format Format   // the format asked for
	Tried  []string // the paths looked at, in order
	Missed string   // which file of several was missing; may be empty
	Data   string   // the data folder; empty: none is named
}

// Error implements error.
func (e *NotFound) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: no such trace", e.Spec)
	if e.Missed != "" {
		fmt.Fprintf(&b, ": %s is missing", e.Missed)
	}
	fmt.Fprintf(&b, "; looked at %s", strings.Join(e.Tried, ", "))
	if _, path, _ := strings.Cut(e.Spec, ":"); !filepath.IsAbs(path) {
		b.WriteString(": a relative path begins at the experiment's folder or at the data folder, and without an experiment where the command runs")
	}
	if e.Format.Source != "" {
		where := "the data folder, " + e.Data
		if e.Data == "" {
			where = "a data folder, and name that (--data DIR or COLDCURVE_DATA: neither is set)"
		}
		fmt.Fprintf(&b, "\nif it is public data: that of this form (%s) is had at %s; put it under %s", e.Format.Licence, e.Format.Source, where)
	}
	return b.String()
}

// excerpt returns the start of what stands in a trace's file for a message:
// quoted, and without what looks like a credential.
func excerpt[T ~string | ~[]byte](s T) string {
	const most = 40
	start, cut := redact.Excerpt(string(s), most)
	if cut {
		return fmt.Sprintf("%q…", start)
	}
	return fmt.Sprintf("%q", start)
}

// shown returns user text for a message.
func shown[T ~string | ~[]byte](s T) string { return spec.Quote(s) }
